package account_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/post"
)

// A letterbox is a folder into which letters are carried.
type letterbox struct {
	h     house
	queue *job.Queue
	dir   string
	read  map[string]bool
}

func (h house) letterbox() *letterbox {
	h.t.Helper()
	b := &letterbox{h: h, queue: job.New(h.Door), dir: h.t.TempDir(), read: map[string]bool{}}
	carrier, err := post.NewCarrier("dir:"+b.dir, "post@lindenhouse.example")
	if err != nil {
		h.t.Fatal(err)
	}
	b.queue.Handle(post.Send, post.New(h.Door, carrier, nil).Work)
	b.queue.Handle(account.MailLink, h.MailLink)
	b.queue.Handle(account.TellLetIn, h.TellLetIn)
	b.queue.Handle(account.Tidy, h.Tidy)
	return b
}

// fetch returns the letters that came since it was last asked.
func (b *letterbox) fetch() (letters []string) {
	b.h.t.Helper()
	if _, err := b.queue.Drain(b.h.t.Context()); err != nil {
		b.h.t.Fatal(err)
	}
	if n := b.queue.Failed(); n > 0 {
		b.h.t.Fatalf("%d jobs failed", n)
	}
	names, _ := filepath.Glob(filepath.Join(b.dir, "*.eml"))
	for _, name := range names {
		if b.read[name] {
			continue
		}
		b.read[name] = true
		text, err := os.ReadFile(name)
		if err != nil {
			b.h.t.Fatal(err)
		}
		letters = append(letters, strings.ReplaceAll(strings.ReplaceAll(string(text), "=\r\n", ""), "=3D", "="))
	}
	return letters
}

var linkIn = regexp.MustCompile(regexp.QuoteMeta(origin+account.RecoverPath) + `([a-z]+\.[A-Za-z0-9_-]{43})`)

// link asks for a recovery link and returns its token.
func (b *letterbox) link(email string) string {
	b.h.t.Helper()
	b.h.must(func(ctx context.Context) error { return b.h.RequestRecovery(ctx, b.h.Practice, email, "", "") })
	for _, letter := range b.fetch() {
		if m := linkIn.FindStringSubmatch(letter); m != nil {
			return m[1]
		}
	}
	return ""
}

func (h house) recover(form account.RecoverForm) (token account.Token, err error) {
	form.Agent = firefox
	err = h.in(func(ctx context.Context) (err error) {
		token, err = h.Recover(ctx, form)
		return err
	})
	return token, err
}

func TestALinkLetsAClientInAgainOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		before := h.tomasIn()
		first, second := box.link(tomasMail), box.link(tomasMail)
		if first == "" || second == "" {
			t.Fatal("no letter came")
		}
		if needs, err := h.Recovering(t.Context(), second); err != nil || needs {
			t.Errorf("looking at the link: needs a code = %t, %v", needs, err)
		}
		_, err := h.recover(account.RecoverForm{Token: second, Password: "short"})
		wants(t, "with a weak password", err, fault.Invalid, "password")
		token, err := h.recover(account.RecoverForm{Token: second, Password: "eleven brown owls"})
		if err != nil {
			t.Fatal(err)
		}
		if h.who(token).Actor.ID != "tomas" {
			t.Error("not signed in by the link")
		}
		if _, err := h.Who(t.Context(), before.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("the sign-in from before: got %v, want sign in", err)
		}
		for _, link := range []string{first, second, "", h.Practice + "." + strings.Repeat("x", 43)} {
			_, err := h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls"})
			wants(t, "a link that was used", err, fault.Invalid, "token")
		}
		_, err = h.byPassword(account.PasswordForm{Email: tomasMail, Password: tomasWord})
		wants(t, "the old password", err, fault.Invalid, "password")
		letters := box.fetch()
		if len(letters) != 1 || !strings.Contains(letters[0], "was changed") {
			t.Errorf("notice: got %q", letters)
		}
		for _, letter := range letters {
			for _, word := range []string{"therap", "practice", "clinic", "Tomas", "client", "session"} {
				if _, text, _ := strings.Cut(letter, "\r\n\r\n"); strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
					t.Errorf("a letter says %q", word)
				}
			}
		}
	})
}

func TestALinkIsGoodForAnHourAndThreeAreSentInOne(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		first := box.link(tomasMail)
		box.link(tomasMail)
		box.link(tomasMail)
		if box.link(tomasMail) != "" {
			t.Error("a fourth link was sent within the hour")
		}
		h.Clock.Pass(time.Hour)
		if _, err := h.Recovering(t.Context(), first); err == nil {
			t.Error("the link is good after an hour")
		}
		_, err := h.recover(account.RecoverForm{Token: first, Password: "eleven brown owls"})
		wants(t, "after an hour", err, fault.Invalid, "token")
		if box.link(tomasMail) == "" {
			t.Error("no link was sent in the next hour")
		}
	})
}

func TestAskingForALinkIsTheSameForUnknownAddresses(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		for _, email := range []string{tomasMail, "nobody@example.org"} {
			leaves, jobs := h.Count(t, `SELECT count(*) FROM audit`), h.Count(t, `SELECT count(*) FROM job`)
			h.must(func(ctx context.Context) error { return h.RequestRecovery(ctx, h.Practice, email, "", "") })
			if got := h.Count(t, `SELECT count(*) FROM audit`) - leaves; got != 1 {
				t.Errorf("%s: %d leaves, want 1", email, got)
			}
			if got := h.Count(t, `SELECT count(*) FROM job`) - jobs; got != 1 {
				t.Errorf("%s: %d jobs, want 1", email, got)
			}
		}
		if letters := box.fetch(); len(letters) != 1 {
			t.Errorf("%d letters went out, want 1", len(letters))
		}
	})
}

func TestStaffGiveACodeWithTheLink(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		box := h.letterbox()
		const word = "another lantern below"
		link := box.link(inesMail)
		if _, err := h.recover(account.RecoverForm{Token: link, Password: word}); err != nil {
			t.Errorf("while the account is being set up: %v", err)
		}
		_, codes := h.secondStep(h.Clinician)
		link = box.link(inesMail)
		if needs, err := h.Recovering(t.Context(), link); err != nil || !needs {
			t.Errorf("looking at the link: needs a code = %t, %v", needs, err)
		}
		_, err := h.recover(account.RecoverForm{Token: link, Password: word})
		wants(t, "without a code", err, fault.Invalid, "code")
		token, err := h.recover(account.RecoverForm{Token: link, Password: word, Code: codes[0]})
		if err != nil || token.CodesLeft != 9 {
			t.Errorf("with a recovery code: %d left, %v", token.CodesLeft, err)
		}
		link = box.link(inesMail)
		for range 7 {
			_, err = h.recover(account.RecoverForm{Token: link, Password: word, Code: "000000"})
		}
		wants(t, "guessing codes", err, fault.TooSoon, "")
	})
}

func TestTidyClearsAwayWhatHasExpiredAndNothingElse(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		old := h.tomasIn()
		h.byPassword(account.PasswordForm{Email: tomasMail, Password: "guess"})
		box.link(tomasMail)
		h.addPasskey(h.Tomas, newAuthenticator(t, origin))
		h.Clock.Pass(25 * time.Hour)
		young := h.tomasIn()
		box.link(tomasMail)
		h.must(func(ctx context.Context) error { return h.Tidy(ctx, &job.Run{Practice: h.Practice}) })
		for table, want := range map[string]int{"sign_in": 1, "spent": 0, "recovery": 1, "throttle": 0, "account": 1, "passkey": 1} {
			if got := h.Count(t, `SELECT count(*) FROM `+table); got != want {
				t.Errorf("%s: %d rows, want %d", table, got, want)
			}
		}
		h.who(young)
		if _, err := h.Who(t.Context(), old.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("the old sign-in: got %v, want sign in", err)
		}
	})
}

func TestEveryChangeOfCredentialsIsToldByMail(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		d := newAuthenticator(t, origin)
		told := func(what string, f func(context.Context) error) {
			t.Helper()
			h.must(f)
			if got := len(box.fetch()); got != 1 {
				t.Errorf("%s: %d letters, want 1", what, got)
			}
		}
		told("password", func(ctx context.Context) error { return h.SetPassword(ctx, h.Tomas, "", "eleven brown owls") })
		told("passkey added", func(ctx context.Context) error {
			options, ceremony, err := h.BeginAddPasskey(ctx, h.Tomas)
			if err != nil {
				return err
			}
			return h.FinishAddPasskey(ctx, h.Tomas, ceremony, d.create(options), "")
		})
		told("passkey removed", func(ctx context.Context) error {
			c, err := h.Credentials(ctx, h.Tomas)
			if err != nil {
				return err
			}
			return h.RemovePasskey(ctx, h.Tomas, c.Passkeys[0].ID)
		})
		told("second step", func(ctx context.Context) error { h.secondStep(h.Tomas); return nil })
		told("recovery codes", func(ctx context.Context) error { _, err := h.NewRecoveryCodes(ctx, h.Tomas); return err })
		told("second step removed", func(ctx context.Context) error { return h.RemoveTOTP(ctx, h.Tomas) })
	})
}

func TestNothingOfAnAccountCanBeReadOnDisk(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		token := h.tomasIn()
		h.secondStep(h.Tomas)
		_, secret, _ := strings.Cut(token.Cookie, ".")
		for _, text := range []string{tomasMail, tomasWord, secret, "Firefox on Android"} {
			for _, column := range []string{"account.sealed", "account.lookup", "sign_in.sealed", "sign_in.token_hash", "letter.sealed"} {
				table, name, _ := strings.Cut(column, ".")
				if h.holds(table, name, text) {
					t.Errorf("%s holds %q", column, text)
				}
			}
		}
		h.NotOnDisk(t, tomasMail)
		h.NotOnDisk(t, tomasWord)
	})
}

func TestTheOperatorLetsInWhoeverHasLostEverything(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		box := h.letterbox()
		_, codes := h.secondStep(h.Clinician)
		before, err := h.byPassword(account.PasswordForm{Email: inesMail, Password: inesWord, Code: codes[0]})
		if err != nil {
			t.Fatal(err)
		}
		box.fetch()
		operator := access.System(h.Practice, "operator")
		let := func() (link string) {
			t.Helper()
			h.must(func(ctx context.Context) (err error) { link, err = h.Reinstate(ctx, operator, inesMail); return err })
			m := linkIn.FindStringSubmatch(link)
			if m == nil {
				t.Fatalf("%q is no link", link)
			}
			return m[1]
		}
		mailed := box.link(inesMail)
		first := let()
		letters := box.fetch()
		if len(letters) != 1 || !strings.Contains(letters[0], "was renewed") || strings.Contains(letters[0], account.RecoverPath) {
			t.Errorf("notices: got %q", letters)
		}
		if _, err := h.Who(t.Context(), before.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("the sign-in from before: got %v, want sign in", err)
		}
		// Until a link is used, what she signs in with stays: somebody else may have asked.
		meanwhile := box.link(inesMail)
		if needs, err := h.Recovering(t.Context(), meanwhile); err != nil || !needs {
			t.Errorf("a mailed link meanwhile: needs a code = %t, %v", needs, err)
		}
		second := let()
		for _, ended := range []string{mailed, first, meanwhile} {
			_, err := h.recover(account.RecoverForm{Token: ended, Password: "another lantern below", Code: codes[1]})
			wants(t, "an earlier link", err, fault.Invalid, "token")
		}
		if needs, err := h.Recovering(t.Context(), second); err != nil || needs {
			t.Errorf("looking at the link: needs a code = %t, %v", needs, err)
		}
		if _, err := h.recover(account.RecoverForm{Token: second, Password: "one more lantern below"}); err != nil {
			t.Fatal(err)
		}
		_, err = h.recover(account.RecoverForm{Token: second, Password: "another lantern below"})
		wants(t, "the link again", err, fault.Invalid, "token")
		h.must(func(ctx context.Context) error {
			c, err := h.Credentials(ctx, h.Clinician)
			if c.TOTP || c.CodesLeft != 0 || len(c.Passkeys) != 0 || !c.NeedsSetup {
				t.Errorf("what she signs in with afterwards: %+v", c)
			}
			return err
		})
		late := let()
		h.Clock.Pass(time.Hour)
		_, err = h.recover(account.RecoverForm{Token: late, Password: "another lantern below"})
		wants(t, "after an hour", err, fault.Invalid, "token")

		err = h.in(func(ctx context.Context) error {
			_, err := h.Reinstate(ctx, operator, "nobody@example.org")
			return err
		})
		wants(t, "an unknown address", err, fault.NotFound, "")
		for _, who := range []access.Actor{h.Clinician, access.Anyone(h.Practice), access.System(h.Practice, "account")} {
			h.Refused(t, who, access.Reinstate, func(ctx context.Context) error { _, err := h.Reinstate(ctx, who, inesMail); return err })
		}
	})
}
