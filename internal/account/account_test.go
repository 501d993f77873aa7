package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/waytest"
)

const (
	origin  = "https://lindenhouse.example"
	firefox = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"

	tomasMail = "tomas@example.org"
	tomasWord = "seven grey herons"
	inesMail  = "ines@example.org"
	inesWord  = "a lantern in the attic"
)

// A house is a world with accounts in it.
type house struct {
	*waytest.World
	*account.Accounts
	t *testing.T
}

func eachDB(t *testing.T, f func(*testing.T, house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		a, err := account.New(w.Door, account.Site{Origin: origin, Name: "Waymark"})
		if err != nil {
			t.Fatal(err)
		}
		f(t, house{w, a, t})
	})
}

// in does f in a visit of its own and returns what it fails with.
func (h house) in(f func(context.Context) error) error {
	ctx, settle := h.Visit(h.t)
	defer settle()
	return f(ctx)
}

// must is in for what has to succeed.
func (h house) must(f func(context.Context) error) {
	h.t.Helper()
	if err := h.in(f); err != nil {
		h.t.Fatal(err)
	}
}

// joined does f in a change, as when somebody joins.
func (h house) joined(id string, f func(context.Context, *access.Tx) error) error {
	return h.in(func(ctx context.Context) error {
		tx, err := h.Door.Begin(ctx, access.Anyone(h.Practice), access.AcceptInvite, access.PersonRecord(id))
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := f(ctx, tx); err != nil {
			return err
		}
		return tx.Commit()
	})
}

func (h house) open(who access.Actor, email, roles, password string) {
	h.t.Helper()
	var hashed account.Hashed
	if password != "" {
		h.must(func(ctx context.Context) (err error) {
			hashed, err = h.HashPassword(ctx, who.ID, email, roles, password)
			return err
		})
	}
	err := h.joined(who.ID, func(ctx context.Context, tx *access.Tx) error {
		return h.Open(ctx, tx, who.ID, email, roles, hashed)
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h house) openTomas() { h.t.Helper(); h.open(h.Tomas, tomasMail, "client", tomasWord) }
func (h house) openInes()  { h.t.Helper(); h.open(h.Clinician, inesMail, "clinician", inesWord) }

func (h house) byPassword(form account.PasswordForm) (token account.Token, err error) {
	form.Agent = firefox
	err = h.in(func(ctx context.Context) (err error) {
		token, err = h.ByPassword(ctx, h.Practice, form)
		return err
	})
	return token, err
}

func (h house) tomasIn() account.Token {
	h.t.Helper()
	token, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: tomasWord})
	if err != nil {
		h.t.Fatal(err)
	}
	return token
}

func (h house) who(token account.Token) account.SignedIn {
	h.t.Helper()
	s, err := h.Who(h.t.Context(), token.Cookie)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func (h house) code(secret string) string {
	h.t.Helper()
	code, err := totp.GenerateCode(secret, h.Clock.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

// secondStep adds one to who's account and returns its secret and the recovery codes.
func (h house) secondStep(who access.Actor) (secret string, codes []string) {
	h.t.Helper()
	h.must(func(ctx context.Context) error {
		offer, err := h.BeginTOTP(ctx, who)
		if err != nil {
			return err
		}
		secret = offer.Secret
		codes, err = h.ConfirmTOTP(ctx, who, offer.Ceremony, h.code(secret))
		return err
	})
	h.Clock.Pass(30 * time.Second)
	return secret, codes
}

// wants checks that err is a fault of the kind that names the field.
func wants(t *testing.T, what string, err error, kind fault.Kind, field string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != kind || f.Field != field {
		t.Errorf("%s: got %v, want %s, field %q", what, err, kind, field)
	}
}

func TestAClientSignsInByPasswordAndOutAgain(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		token, err := h.byPassword(account.PasswordForm{Email: " Tomas@Example.ORG ", Password: tomasWord})
		if err != nil {
			t.Fatal(err)
		}
		s := h.who(token)
		if s.Actor.ID != "tomas" || s.Actor.Practice != h.Practice || !s.Actor.Fresh || s.NeedsSetup {
			t.Errorf("who: got %+v", s)
		}
		if len(s.Roles) != 1 || s.Roles[0] != "client" {
			t.Errorf("roles: got %v", s.Roles)
		}
		var list []account.SignIn
		h.must(func(ctx context.Context) (err error) {
			list, err = h.SignIns(ctx, s.Actor)
			return err
		})
		if len(list) != 1 || list[0].Browser != "Firefox on Android" || list[0].ID != s.SignInID || list[0].How != "password" {
			t.Errorf("sign-ins: got %+v", list)
		}
		h.must(func(ctx context.Context) error { return h.EndSignIn(ctx, s.Self(), s.SignInID) })
		if _, err := h.Who(t.Context(), token.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("after signing out: got %v, want sign in", err)
		}
		h.AuditHolds(t)
	})
}

func TestACookieOfSomebodyElsesMakingIsNobody(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		good := h.tomasIn().Cookie
		for _, cookie := range []string{
			"", ".", "lindenhouse", "lindenhouse.", good + "x", good[:len(good)-1], "x" + good,
			strings.Replace(good, "lindenhouse", "beechhouse", 1), "LINDENHOUSE" + good[11:], good + "." + good,
		} {
			if _, err := h.Who(t.Context(), cookie); !fault.Is(err, fault.SignIn) {
				t.Errorf("cookie %q: got %v, want sign in", cookie, err)
			}
		}
	})
}

func TestKnownAndUnknownAddressesAreAnsweredAlike(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.open(h.Stranger, "mallory@example.org", "clinician", "") // has no password at all
		var texts []string
		for _, email := range []string{tomasMail, "nobody@example.org", "mallory@example.org"} {
			leaves, hashings, tries := h.Count(t, `SELECT count(*) FROM audit`), h.Hashings(), h.Count(t, `SELECT count(*) FROM throttle`)
			_, err := h.byPassword(account.PasswordForm{Email: email, Password: "something else"})
			wants(t, email, err, fault.Invalid, "password")
			texts = append(texts, err.Error())
			if got := h.Hashings() - hashings; got != 1 {
				t.Errorf("%s: hashed %d times, want once", email, got)
			}
			if got := h.Count(t, `SELECT count(*) FROM audit`) - leaves; got != 2 { // that it was tried, and that nobody got in
				t.Errorf("%s: %d leaves, want 2", email, got)
			}
			if got := h.Count(t, `SELECT count(*) FROM throttle`) - tries; got != 1 {
				t.Errorf("%s: %d counters, want 1", email, got)
			}
		}
		if texts[0] != texts[1] || texts[0] != texts[2] {
			t.Errorf("answers differ: %q", texts)
		}
	})
}

func TestASignInEndsWhenNothingIsDoneAndInAnyCaseAfterTwelveHours(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		resting, busy := h.tomasIn(), h.tomasIn()
		h.Clock.Pass(29 * time.Minute)
		h.who(resting) // a page that asks by itself does not extend it
		h.must(func(ctx context.Context) error { return h.Touch(ctx, h.who(busy)) })
		h.Clock.Pass(time.Minute)
		if _, err := h.Who(t.Context(), resting.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("after half an hour: got %v, want sign in", err)
		}
		for h.Clock.Now().Before(waytest.Start.Add(account.Longest - 20*time.Minute)) {
			h.must(func(ctx context.Context) error { return h.Touch(ctx, h.who(busy)) })
			h.Clock.Pass(20 * time.Minute)
		}
		h.must(func(ctx context.Context) error { return h.Touch(ctx, h.who(busy)) })
		h.Clock.Pass(waytest.Start.Add(account.Longest).Sub(h.Clock.Now()))
		if _, err := h.Who(t.Context(), busy.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("after twelve hours: got %v, want sign in", err)
		}
	})
}

func TestStaffAreSignedOutEarlier(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		secret, _ := h.secondStep(h.Clinician)
		token, err := h.byPassword(account.PasswordForm{Email: inesMail, Password: inesWord, Code: h.code(secret)})
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Pass(account.IdleStaff - time.Second)
		h.who(token)
		h.Clock.Pass(time.Second)
		if _, err := h.Who(t.Context(), token.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("after a quarter of an hour: got %v, want sign in", err)
		}
	})
}

func TestTouchWritesAtMostOnceAMinute(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		token := h.tomasIn()
		h.Clock.Pass(50 * time.Second)
		before := h.Count(t, `SELECT count(*) FROM audit`)
		for range 10 {
			h.must(func(ctx context.Context) error { return h.Touch(ctx, h.who(token)) })
			h.Clock.Pass(time.Second)
		}
		if got := h.Count(t, `SELECT count(*) FROM audit`) - before; got != 0 {
			t.Errorf("within a minute: %d writes, want none", got)
		}
		h.must(func(ctx context.Context) error { return h.Touch(ctx, h.who(token)) })
		h.must(func(ctx context.Context) error { return h.Touch(ctx, h.who(token)) })
		if got := h.Count(t, `SELECT count(*) FROM audit`) - before; got != 1 {
			t.Errorf("after a minute: %d writes, want 1", got)
		}
		if got := h.who(token).Seen; !got.Equal(h.Clock.Now()) {
			t.Errorf("seen: got %v, want %v", got, h.Clock.Now())
		}
	})
}

func TestOpeningTwiceIsOnceAndAnAddressBelongsToOne(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.openTomas()
		h.tomasIn()
		err := h.joined("mallory", func(ctx context.Context, tx *access.Tx) error {
			return h.Open(ctx, tx, "mallory", "TOMAS@example.org", "client", account.Hashed{})
		})
		wants(t, "a second account with the address", err, fault.Conflict, "email")
		if err := h.joined("tomas", func(ctx context.Context, tx *access.Tx) error { return h.Close(ctx, tx, "tomas") }); err != nil {
			t.Fatal(err)
		}
		h.open(h.Stranger, tomasMail, "client", "")
	})
}

func TestClosingEndsEverythingAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		token := h.tomasIn()
		d := newAuthenticator(t, origin)
		h.addPasskey(h.Tomas, d)
		link := h.letterbox().link(tomasMail)
		if link == "" {
			t.Fatal("no link came")
		}
		if err := h.joined("tomas", func(ctx context.Context, tx *access.Tx) error { return h.Close(ctx, tx, "tomas") }); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Who(t.Context(), token.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("cookie: got %v, want sign in", err)
		}
		_, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: tomasWord})
		wants(t, "password", err, fault.Invalid, "password")
		_, err = h.byPasskey(d)
		wants(t, "passkey", err, fault.Invalid, "passkey")
		h.openTomas() // comes back one day, with nothing from before
		_, err = h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls"})
		wants(t, "link", err, fault.Invalid, "token")
		_, err = h.byPasskey(d)
		wants(t, "passkey after coming back", err, fault.Invalid, "passkey")
	})
}

func TestWhoeverJoinsIsSignedInAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		var token account.Token
		err := h.joined("ines", func(ctx context.Context, tx *access.Tx) (err error) {
			if err := h.Open(ctx, tx, "ines", inesMail, "clinician manager", account.Hashed{}); err != nil {
				return err
			}
			token, err = h.Start(ctx, tx, "ines", firefox)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s := h.who(token)
		if !s.NeedsSetup || s.Actor != (access.Actor{}) || s.Self().ID != "ines" {
			t.Errorf("before a way to sign in is added: got %+v", s)
		}
		h.addPasskey(s.Self(), newAuthenticator(t, origin))
		if s = h.who(token); s.NeedsSetup || s.Actor.ID != "ines" {
			t.Errorf("after: got %+v", s)
		}
	})
}

func TestRolesThatAskForMoreCloseTheDoorUntilItIsThere(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		token := h.tomasIn()
		if err := h.joined("tomas", func(ctx context.Context, tx *access.Tx) error {
			return h.SetRoles(ctx, tx, "tomas", "client clinician")
		}); err != nil {
			t.Fatal(err)
		}
		s := h.who(token)
		if !s.NeedsSetup || s.Actor.ID != "" || s.Idle.Sub(s.Seen) != account.IdleStaff {
			t.Errorf("as a clinician with a password only: got %+v", s)
		}
		h.secondStep(s.Self())
		if s := h.who(token); s.NeedsSetup {
			t.Error("with a second step the account still needs setting up")
		}
	})
}

func TestOnlyTheSamplePracticeSignsInWithoutASecret(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		enter := func(actor access.Actor) (token account.Token, err error) {
			err = h.in(func(ctx context.Context) (err error) {
				token, err = h.Enter(ctx, actor, "ines", firefox)
				return err
			})
			return token, err
		}
		for _, actor := range []access.Actor{h.Clinician, access.Anyone(h.Practice), h.Manager, access.System(h.Practice, "queue")} {
			if _, err := enter(actor); !fault.Is(err, fault.NotFound) {
				t.Errorf("by %s: got %v, want not found", actor.ID, err)
			}
		}
		token, err := enter(access.System(h.Practice, "demo"))
		if err != nil {
			t.Fatal(err)
		}
		if s := h.who(token); s.Actor.ID != "ines" || s.NeedsSetup {
			t.Errorf("got %+v", s)
		}
		h.Refused(t, h.Manager, access.MakeSignIn, func(ctx context.Context) error {
			_, err := h.Enter(ctx, h.Manager, "ines", firefox)
			return err
		})
	})
}

func TestNobodyReachesAnAccountThatIsNotTheirs(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		token := h.tomasIn()
		gone := access.Actor{Practice: h.Practice, ID: "tomas", Fresh: true}
		h.Ungrant(t, gone, access.AccountRecord("tomas")) // as when somebody has left
		for _, tt := range []struct {
			action access.Action
			do     func(context.Context) error
		}{
			{access.ReadAccount, func(ctx context.Context) error { _, err := h.Credentials(ctx, gone); return err }},
			{access.ReadAccount, func(ctx context.Context) error { _, err := h.SignIns(ctx, gone); return err }},
			{access.ReadAccount, func(ctx context.Context) error { _, _, err := h.BeginStepUp(ctx, gone); return err }},
			{access.MakeSignIn, func(ctx context.Context) error { return h.FinishStepUp(ctx, gone, "x", "x", nil) }},
			{access.TrySignIn, func(ctx context.Context) error { return h.StepUp(ctx, gone, token.SignInID, tomasWord, "") }},
			{access.EndSignIn, func(ctx context.Context) error { return h.EndSignIn(ctx, gone, token.SignInID) }},
			{access.EndSignIn, func(ctx context.Context) error { return h.EndOthers(ctx, gone, "x") }},
			{access.ReviseCredential, func(ctx context.Context) error { return h.SetPassword(ctx, gone, "", "another long one") }},
			{access.ReviseCredential, func(ctx context.Context) error { _, err := h.BeginTOTP(ctx, gone); return err }},
			{access.ReviseCredential, func(ctx context.Context) error { _, err := h.ConfirmTOTP(ctx, gone, "x", "x"); return err }},
			{access.ReviseCredential, func(ctx context.Context) error { return h.RemoveTOTP(ctx, gone) }},
			{access.ReviseCredential, func(ctx context.Context) error { _, _, err := h.BeginAddPasskey(ctx, gone); return err }},
			{access.ReviseCredential, func(ctx context.Context) error { return h.FinishAddPasskey(ctx, gone, "x", nil, "") }},
			{access.ReviseCredential, func(ctx context.Context) error { return h.RemovePasskey(ctx, gone, "00") }},
			{access.ReviseCredential, func(ctx context.Context) error { _, err := h.NewRecoveryCodes(ctx, gone); return err }},
		} {
			h.Refused(t, gone, tt.action, tt.do)
		}
		h.who(token) // and nothing was ended
	})
}

func TestWhatMattersMostNeedsAFreshSignIn(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		token := h.tomasIn()
		h.Clock.Pass(account.Fresh)
		s := h.who(token)
		if s.Actor.Fresh {
			t.Fatal("still fresh after five minutes")
		}
		set := func() error {
			return h.in(func(ctx context.Context) error {
				return h.SetPassword(ctx, h.who(token).Actor, token.SignInID, "another long one")
			})
		}
		if err := set(); !fault.Is(err, fault.StepUp) {
			t.Errorf("set password: got %v, want step up", err)
		}
		err := h.in(func(ctx context.Context) error { return h.StepUp(ctx, s.Actor, s.SignInID, "not the password", "") })
		wants(t, "step up with a wrong password", err, fault.Invalid, "password")
		h.must(func(ctx context.Context) error { return h.StepUp(ctx, s.Actor, s.SignInID, tomasWord, "") })
		if err := set(); err != nil {
			t.Errorf("set password after stepping up: %v", err)
		}
		err = h.in(func(ctx context.Context) error { return h.StepUp(ctx, s.Actor, "some other", "another long one", "") })
		if !fault.Is(err, fault.SignIn) {
			t.Errorf("step up of a sign-in that is not theirs: got %v, want sign in", err)
		}
		for range 12 {
			err = h.in(func(ctx context.Context) error { return h.StepUp(ctx, s.Actor, s.SignInID, "guessing", "") })
		}
		if !fault.Is(err, fault.TooSoon) {
			t.Errorf("many wrong guesses: got %v, want too soon", err)
		}
	})
}
