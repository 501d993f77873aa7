package account_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
)

const newWord = "one more lantern below"

var notMeIn = regexp.MustCompile(regexp.QuoteMeta(origin+account.NotMePath) + `([a-z]+\.[A-Za-z0-9_-]{43})`)

// letsIn gives somebody a code, as helper, and returns it with the link that ends it.
func (b *letterbox) letsIn(helper, whom access.Actor, client bool) (l account.LetIn, notMe string) {
	b.h.t.Helper()
	b.fetch()
	b.h.must(func(ctx context.Context) (err error) {
		l, err = b.h.LetIn(ctx, helper, whom.ID, uuid.NewString(), client)
		return err
	})
	letters := b.fetch()
	if len(letters) != 1 || strings.Contains(letters[0], l.Code) {
		b.h.t.Fatalf("letters: %q", letters)
	}
	m := notMeIn.FindStringSubmatch(letters[0])
	if m == nil {
		b.h.t.Fatalf("no link in %q", letters[0])
	}
	_, text, _ := strings.Cut(letters[0], "\r\n\r\n")
	for _, word := range []string{"therap", "practice", "clinic", "Tomas", "client", "session"} {
		if strings.Contains(strings.ToLower(text), word) {
			b.h.t.Errorf("a letter says %q", word)
		}
	}
	return l, m[1]
}

func (h house) lettingIn(who access.Actor) (l *account.LetIn) {
	h.t.Helper()
	h.must(func(ctx context.Context) (err error) { l, err = h.LettingIn(ctx, who); return err })
	return l
}

func TestWhoLostEverythingIsLetInByACodeAndALetterADayLater(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.secondStep(h.Tomas)
		box := h.letterbox()
		h.addPasskey(h.Tomas, newAuthenticator(t, origin))
		box.fetch()
		l, notMe := box.letsIn(h.Clinician, h.Tomas, true)
		if l.From.Sub(h.Clock.Now()) != 24*time.Hour || l.Until.Sub(l.From) != 48*time.Hour {
			t.Errorf("it works from %s until %s", l.From, l.Until)
		}
		if p := h.lettingIn(h.Tomas); p == nil || p.By != h.Clinician.ID || p.Code != "" {
			t.Errorf("he sees %+v", p)
		}

		// Not before its time, and never without the letter.
		h.Clock.Pass(23*time.Hour + 30*time.Minute)
		early := box.link(tomasMail)
		_, err := h.recover(account.RecoverForm{Token: early, Password: newWord, Code: l.Code})
		wants(t, "before its time", err, fault.Invalid, "code")
		for _, token := range []string{l.Code, h.Practice + "." + l.Code, notMe} {
			_, err = h.recover(account.RecoverForm{Token: token, Password: newWord, Code: l.Code})
			wants(t, "without the letter", err, fault.Invalid, "token")
		}
		h.Clock.Pass(time.Hour)
		link := box.link(tomasMail)
		_, err = h.recover(account.RecoverForm{Token: link, Password: newWord})
		wants(t, "without the code", err, fault.Invalid, "code")
		_, err = h.recover(account.RecoverForm{Token: link, Password: newWord, Code: "0000-0000-0000-0000"})
		wants(t, "with another code", err, fault.Invalid, "code")
		token, err := h.recover(account.RecoverForm{Token: link, Password: newWord, Code: strings.ToLower(strings.ReplaceAll(l.Code, "-", " "))})
		if err != nil {
			t.Fatal(err)
		}
		if s := h.who(token); s.Actor.ID != "tomas" || s.LettingIn {
			t.Errorf("signed in: %+v", s)
		}
		h.must(func(ctx context.Context) error {
			c, err := h.Credentials(ctx, h.Tomas)
			if c.TOTP || c.CodesLeft != 0 || len(c.Passkeys) != 0 || !c.Former.Until.IsZero() {
				t.Errorf("what he signs in with afterwards: %+v", c)
			}
			return err
		})
		if l := h.lettingIn(h.Tomas); l != nil {
			t.Errorf("it still stands: %+v", l)
		}
		h.secondStep(h.Tomas)
		_, err = h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: newWord, Code: l.Code})
		wants(t, "once more", err, fault.Invalid, "code")
	})
}

func TestWhoIsBeingLetInSeesItEverywhereAndEndsIt(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		_, codes := h.secondStep(h.Tomas)
		in := func() account.Token {
			t.Helper()
			token, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: tomasWord, Code: codes[0]})
			if err != nil {
				t.Fatal(err)
			}
			codes = codes[1:]
			return token
		}
		box := h.letterbox()
		var first account.Token
		for _, end := range []struct {
			name string
			do   func(ctx context.Context, link string) error
		}{
			{"by the letter", func(ctx context.Context, link string) error { return h.NotMeBy(ctx, link, "") }},
			{"signed in", func(ctx context.Context, _ string) error { return h.NotMe(ctx, h.Tomas) }},
			{"whoever gave it", func(ctx context.Context, _ string) error { return h.TakeBack(ctx, h.Clinician, "tomas", true) }},
			{"by another password", func(ctx context.Context, _ string) error {
				return h.SetPassword(ctx, h.Tomas, first.SignInID, tomasWord)
			}},
			{"with all else", func(ctx context.Context, _ string) error { return h.EndRest(ctx, h.Tomas, first.SignInID) }}, // the last: recovery codes go with it
		} {
			first = in()
			l, link := box.letsIn(h.Clinician, h.Tomas, true)
			later := in()
			if !h.who(first).LettingIn || !h.who(later).LettingIn {
				t.Fatalf("%s: a browser does not say it", end.name)
			}
			if err := h.IsNotMe(t.Context(), link); err != nil {
				t.Errorf("looking at the letter's link: %v", err)
			}
			h.must(func(ctx context.Context) error { return end.do(ctx, link) })
			if h.who(first).LettingIn || h.lettingIn(h.Tomas) != nil {
				t.Errorf("%s: it still stands", end.name)
			}
			err := h.in(func(ctx context.Context) error { return h.NotMeBy(ctx, link, "") })
			wants(t, end.name+", the link again", err, fault.Invalid, "token")
			h.must(func(ctx context.Context) error { return h.NotMe(ctx, h.Tomas) }) // twice is once
			h.Clock.Pass(25 * time.Hour)
			_, err = h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: newWord, Code: l.Code})
			wants(t, end.name+", the code", err, fault.Invalid, "code")
		}
	})
}

func TestNobodyLetsInWhomTheyMayNotOrThemselves(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.openInes()
		h.open(h.Manager, "otto@example.org", "manager", "seven lamps in the hall")
		h.secondStep(h.Tomas)
		h.secondStep(h.Clinician)
		h.secondStep(h.Manager)
		box := h.letterbox()
		let := func(who access.Actor, whom string, client bool) func(context.Context) error {
			return func(ctx context.Context) error {
				_, err := h.LetIn(ctx, who, whom, uuid.NewString(), client)
				return err
			}
		}
		for _, who := range []access.Actor{h.Stranger, h.Supervisor, h.Tomas, access.Anyone(h.Practice), access.System(h.Practice, "account")} {
			h.Refused(t, who, access.LetIn, let(who, "tomas", true))
			h.Refused(t, who, access.LetIn, func(ctx context.Context) error { return h.TakeBack(ctx, who, "tomas", true) })
		}
		h.Refused(t, h.Clinician, access.LetIn, let(h.Clinician, "ines", false)) // colleagues are the manager's
		for _, tt := range []struct {
			name string
			do   func(context.Context) error
			kind fault.Kind
		}{
			{"a client as if they were staff", let(h.Manager, "tomas", false), fault.NotFound},
			{"a clinician as if they were a client", let(h.Manager, "ines", true), fault.NotFound},
			{"somebody who is not there", let(h.Manager, "nobody-here", false), fault.NotFound},
			{"themself", let(h.Manager, h.Manager.ID, false), fault.Invalid},
			{"with an old sign-in", let(access.Actor{Practice: h.Practice, ID: h.Manager.ID}, "ines", false), fault.StepUp},
		} {
			if err := h.in(tt.do); !fault.Is(err, tt.kind) {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM audit WHERE action = 'account.letin' AND allowed`); n != 0 {
			t.Errorf("%d of what was refused is written down as done", n)
		}
		box.letsIn(h.Manager, h.Tomas, true)
		box.letsIn(h.Manager, h.Clinician, false)

		// Who leaves takes along the codes that they gave.
		h.must(func(ctx context.Context) error {
			return h.joined("otto", func(ctx context.Context, tx *access.Tx) error { return h.Close(ctx, tx, h.Manager.ID) })
		})
		if h.lettingIn(h.Tomas) != nil || h.lettingIn(h.Clinician) != nil {
			t.Error("a code of somebody who left still stands")
		}
		// For whom a link by mail is enough there is none, and letters have an end.
		h.must(func(ctx context.Context) error { return h.RemoveTOTP(ctx, h.Tomas) })
		if err := h.in(let(h.Clinician, "tomas", true)); !fault.Is(err, fault.Conflict) {
			t.Errorf("with a password alone: %v", err)
		}
		h.secondStep(h.Tomas)
		id := uuid.NewString()
		same := func(ctx context.Context) error { _, err := h.LetIn(ctx, h.Clinician, "tomas", id, true); return err }
		h.must(same)
		if err := h.in(same); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same form twice: %v", err)
		}
		h.must(let(h.Clinician, "tomas", true))
		if err := h.in(let(h.Clinician, "tomas", true)); !fault.Is(err, fault.TooSoon) {
			t.Errorf("a fourth on one day: %v", err)
		}
	})
}

func TestACodeThatRanOutIsToldNoMoreAndAnAddressThatWasChangedIsWaitedFor(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.secondStep(h.Tomas)
		box := h.letterbox()
		l, _ := box.letsIn(h.Clinician, h.Tomas, true)
		h.Clock.Pass(72 * time.Hour)
		if h.lettingIn(h.Tomas) != nil {
			t.Error("it is shown after its time")
		}
		_, err := h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: newWord, Code: l.Code})
		wants(t, "after its time", err, fault.Invalid, "code")
		h.must(func(ctx context.Context) error { return h.Tidy(ctx, &job.Run{Practice: h.Practice}) })
		if n := h.Count(t, `SELECT (SELECT count(*) FROM let_in) + (SELECT count(*) FROM account WHERE ways LIKE '%letin%')`); n != 0 {
			t.Error("it is still kept")
		}
		undone := h.Clock.Now().Add(6 * 24 * time.Hour)
		h.Exec(t, `INSERT INTO address_change (practice, token_hash, person_id, undoes, made_at, expires_at, sealed) VALUES ($1, $2, 'tomas', true, 0, $3, $2)`,
			h.Practice, []byte("x"), undone.UnixMicro())
		if l, _ := box.letsIn(h.Clinician, h.Tomas, true); !l.From.Equal(undone) {
			t.Errorf("it works from %s, when the address may be another's until %s", l.From, undone)
		}
	})
}
