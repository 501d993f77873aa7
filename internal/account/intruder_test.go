package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
)

// An intruder is somebody who found an account open, or knows its password.

const theirWord = "a wholly new long password"

func (h house) sets(who access.Actor, signInID, password string) {
	h.t.Helper()
	h.must(func(ctx context.Context) error { return h.SetPassword(ctx, who, signInID, password) })
}

func TestANewPasswordEndsEveryOtherSignInAndEveryLink(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		here, there := h.tomasIn(), h.tomasIn()
		link := box.link(tomasMail)
		h.sets(h.Tomas, here.SignInID, "eleven brown owls")
		h.who(here)
		if _, err := h.Who(t.Context(), there.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("the other sign-in: got %v, want sign in", err)
		}
		_, err := h.recover(account.RecoverForm{Token: link, Password: theirWord})
		wants(t, "a link that somebody asked for before", err, fault.Invalid, "token")
	})
}

func TestEverythingElseThatCanComeInEndsAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		ended := ""
		h.OnEndRest(func(_ context.Context, _ *access.Tx, person string) error { ended += person; return nil })
		theirs := newAuthenticator(t, origin)
		h.addPasskey(h.Tomas, theirs)
		token, err := h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: "eleven brown owls"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.byPasskey(theirs); err != nil {
			t.Fatalf("before it is ended: %v", err)
		}
		stale := h.Tomas
		stale.Fresh = false
		if err := h.in(func(ctx context.Context) error { return h.EndRest(ctx, stale, token.SignInID) }); !fault.Is(err, fault.StepUp) {
			t.Errorf("without a fresh sign-in: got %v, want step up", err)
		}
		box.fetch()
		for range 2 {
			h.must(func(ctx context.Context) error { return h.EndRest(ctx, h.Tomas, token.SignInID) })
		}
		if _, err := h.byPasskey(theirs); err == nil {
			t.Error("the intruder's passkey signs in")
		}
		h.who(token)
		if n := h.Count(t, `SELECT count(*) FROM sign_in`); n != 1 || ended != "tomastomas" {
			t.Errorf("%d sign-ins are left, and of the others ended %q", n, ended)
		}
		if len(box.fetch()) == 0 {
			t.Error("it was not told")
		}
	})
}

func TestWhoHasNoPasswordKeepsTheirPasskeys(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.open(h.Tomas, tomasMail, "client", "")
		mine := newAuthenticator(t, origin)
		h.addPasskey(h.Tomas, mine)
		token, err := h.byPasskey(mine)
		if err != nil {
			t.Fatal(err)
		}
		h.must(func(ctx context.Context) error { return h.EndRest(ctx, h.Tomas, token.SignInID) })
		if _, err := h.byPasskey(mine); err != nil {
			t.Errorf("nothing is left to sign in with: %v", err)
		}
	})
}

func TestASecondStepThatSomebodyElseAddedDoesNotShutTheOwnerOut(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		h.sets(h.Tomas, "", theirWord) // the intruder
		secret, codes := h.secondStep(h.Tomas)
		link := box.link(tomasMail)
		if needs, err := h.Recovering(t.Context(), link); err != nil || !needs {
			t.Fatalf("looking at the link: needs a code = %t, %v", needs, err)
		}
		_, err := h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls"})
		wants(t, "the link alone", err, fault.Invalid, "code")
		_, err = h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls", Former: theirWord})
		wants(t, "with the password of the intruder", err, fault.Invalid, "former")
		h.Clock.Pass(6 * 24 * time.Hour)
		token, err := h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: "eleven brown owls", Former: tomasWord})
		if err != nil {
			t.Fatal(err)
		}
		h.who(token)
		h.must(func(ctx context.Context) error {
			c, err := h.Credentials(ctx, h.Tomas)
			if c.TOTP || c.CodesLeft != 0 {
				t.Errorf("the second step is there still: %+v", c)
			}
			return err
		})
		_, err = h.byPassword(account.PasswordForm{Email: tomasMail, Password: theirWord, Code: h.code(secret)})
		wants(t, "the intruder, by what they set up", err, fault.Invalid, "password")
		if _, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: "eleven brown owls"}); err != nil {
			t.Errorf("the owner: %v (%d codes)", err, len(codes))
		}
	})
}

func TestASecondStepThatIsLongThereIsNotUndoneByMail(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		secret, codes := h.secondStep(h.Tomas)
		tries := func(what, former, code string) {
			t.Helper()
			_, err := h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: theirWord, Former: former, Code: code})
			wants(t, what, err, fault.Invalid, "former")
		}
		tries("somebody who reads the mail, on the same day", "a guess at the password", "")
		h.Clock.Pass(8 * 24 * time.Hour)
		tries("with the password, a week later", tomasWord, "")

		// Whoever changes anything later does not make it undoable that it was there.
		h.sets(h.Tomas, "", "eleven brown owls")
		tries("with the password from before, and no code", tomasWord, "")
		h.Clock.Pass(2 * time.Hour)
		renewed, _ := h.secondStep(h.Tomas)
		tries("with the password from before, and a code of what is new", tomasWord, h.code(renewed))
		h.Clock.Pass(2 * time.Hour)
		token, err := h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: "one more brown owl", Former: tomasWord, Code: codes[0]})
		if err != nil || token.CodesLeft != 9 {
			t.Fatalf("with all that was asked before: %d left, %v", token.CodesLeft, err)
		}
		h.Clock.Pass(time.Minute)
		if _, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: "one more brown owl", Code: h.code(secret)}); err != nil {
			t.Errorf("the second step from before is not back: %v", err)
		}
	})
}

func TestStaffUndoNothingWithoutACodeFromBefore(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		box := h.letterbox()
		_, codes := h.secondStep(h.Clinician)
		h.sets(h.Clinician, "", theirWord) // the intruder
		_, theirs := h.secondStep(h.Clinician)
		h.must(func(ctx context.Context) (err error) { theirs, err = h.NewRecoveryCodes(ctx, h.Clinician); return err })
		for what, code := range map[string]string{"no code": "", "a code of the intruder's": theirs[0]} {
			_, err := h.recover(account.RecoverForm{Token: box.link(inesMail), Password: "another lantern below", Former: inesWord, Code: code})
			wants(t, what, err, fault.Invalid, "former")
		}
		if _, err := h.recover(account.RecoverForm{Token: box.link(inesMail), Password: "another lantern below", Former: inesWord, Code: codes[0]}); err != nil {
			t.Errorf("with a code from before: %v", err)
		}
	})
}

func TestGuessingThePasswordFromBeforeIsSlowedDownOverAllLinks(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		h.secondStep(h.Tomas)
		var err error
		for range 3 {
			link := box.link(tomasMail)
			for range 3 {
				_, err = h.recover(account.RecoverForm{Token: link, Password: theirWord, Former: "guess"})
			}
		}
		wants(t, "guessing", err, fault.TooSoon, "")
	})
}

func TestStaffAreNotLeftWithAPasswordAlone(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		box := h.letterbox()
		mine := newAuthenticator(t, origin)
		h.addPasskey(h.Clinician, mine)
		var codes []string
		h.must(func(ctx context.Context) (err error) { codes, err = h.NewRecoveryCodes(ctx, h.Clinician); return err })
		token, err := h.recover(account.RecoverForm{Token: box.link(inesMail), Password: "eleven brown owls", Code: codes[0]})
		if err != nil {
			t.Fatal(err)
		}
		h.stay(h.Clinician, token, 1)
		h.must(func(ctx context.Context) error { return h.EndRest(ctx, h.Clinician, token.SignInID) })
		if s := h.who(token); s.NeedsSetup {
			t.Error("a password alone is left")
		}
		if _, err := h.byPasskey(mine); err != nil {
			t.Errorf("the owner's passkey: %v", err)
		}
		_, err = h.recover(account.RecoverForm{Token: box.link(inesMail), Password: theirWord})
		wants(t, "a link alone", err, fault.Invalid, "code")
	})
}

func TestThePasskeyByWhichSomebodyCameInStays(t *testing.T) {
	for _, roles := range []string{"client", "clinician"} {
		t.Run(roles, func(t *testing.T) {
			eachDB(t, func(t *testing.T, h house) {
				who := map[string]access.Actor{"client": h.Tomas, "clinician": h.Clinician}[roles]
				h.open(who, tomasMail, roles, "")
				mine, theirs := newAuthenticator(t, origin), newAuthenticator(t, origin)
				h.addPasskey(who, mine)
				h.addPasskey(who, theirs)
				h.sets(who, "", theirWord) // the intruder
				token, err := h.byPasskey(mine)
				if err != nil {
					t.Fatal(err)
				}
				h.stay(who, token, 1)
				h.must(func(ctx context.Context) error { return h.EndRest(ctx, who, token.SignInID) })
				if _, err := h.byPasskey(mine); err != nil {
					t.Errorf("the owner's passkey: %v", err)
				}
				if _, err := h.byPasskey(theirs); err == nil {
					t.Error("the intruder's passkey signs in")
				}
			})
		})
	}
}

// stay checks how many passkeys EndRest would leave.
func (h house) stay(who access.Actor, token account.Token, want int) {
	h.t.Helper()
	h.must(func(ctx context.Context) error {
		all, err := h.Staying(ctx, who, token.SignInID)
		if len(all) != want {
			h.t.Errorf("%d passkeys are said to stay, want %d", len(all), want)
		}
		return err
	})
}

func TestALinkAloneNeverSufficesAgainForStaffWhoOnceHadEnough(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		box := h.letterbox()
		h.addPasskey(h.Clinician, newAuthenticator(t, origin))
		h.Exec(t, `DELETE FROM passkey`)
		h.must(func(ctx context.Context) error { _, err := h.NewRecoveryCodes(ctx, h.Clinician); return err })
		h.sets(h.Clinician, "", theirWord) // a password alone is left, however it came to that
		link := box.link(inesMail)
		if needs, err := h.Recovering(t.Context(), link); err != nil || !needs {
			t.Errorf("looking at the link: needs a code = %t, %v", needs, err)
		}
		_, err := h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls"})
		wants(t, "the link alone", err, fault.Invalid, "code")
	})
}

func TestEveryChangeCanBeUndoneForSevenDaysByWhatWasThereBeforeTheFirst(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		const week = 7 * 24 * time.Hour
		h.openTomas()
		box := h.letterbox()
		h.sets(h.Tomas, "", "a third password of his") // Tomas himself
		h.Clock.Pass(6 * 24 * time.Hour)
		h.sets(h.Tomas, "", theirWord) // the intruder
		h.secondStep(h.Tomas)
		h.Clock.Pass(6 * 24 * time.Hour)
		h.must(func(ctx context.Context) error { _, err := h.NewRecoveryCodes(ctx, h.Tomas); return err })
		told := box.fetch()
		if last := told[len(told)-1]; !strings.Contains(last, "for seven days from this letter") || !strings.Contains(last, "before the first") {
			t.Errorf("the letter says: %s", last)
		}
		h.Clock.Pass(week - time.Minute)
		link := box.link(tomasMail)
		_, err := h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls", Former: theirWord})
		wants(t, "with the password of the intruder", err, fault.Invalid, "former")
		if _, err := h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls", Former: tomasWord}); err != nil {
			t.Errorf("seven days after the last letter: %v", err)
		}

		h.secondStep(h.Tomas)
		h.Clock.Pass(week)
		_, err = h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: theirWord, Former: "eleven brown owls"})
		wants(t, "later", err, fault.Invalid, "former")
	})
}

func TestWhoHadNoPasswordIsNotUndoneByTheFirstThatSomebodySets(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.open(h.Tomas, tomasMail, "client", "")
		h.addPasskey(h.Tomas, newAuthenticator(t, origin))
		box := h.letterbox()
		h.sets(h.Tomas, "", theirWord) // the intruder
		h.secondStep(h.Tomas)
		_, err := h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: "eleven brown owls", Former: theirWord})
		wants(t, "with the password of the intruder", err, fault.Invalid, "former")
	})
}

func TestWhatWasUsedUpIsUsedUpAmongWhatWasThereBeforeToo(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		box := h.letterbox()
		secret, codes := h.secondStep(h.Clinician)
		h.Clock.Pass(8 * 24 * time.Hour)
		h.sets(h.Clinician, "", theirWord)
		six := h.code(secret)
		for _, code := range []string{codes[0], six} {
			if _, err := h.byPassword(account.PasswordForm{Email: inesMail, Password: theirWord, Code: code}); err != nil {
				t.Fatal(err)
			}
		}
		offer := account.TOTP{}
		h.must(func(ctx context.Context) (err error) { offer, err = h.BeginTOTP(ctx, h.Clinician); return err })
		h.must(func(ctx context.Context) error {
			_, err := h.ConfirmTOTP(ctx, h.Clinician, offer.Ceremony, h.code(offer.Secret))
			return err
		})
		link := box.link(inesMail)
		for what, code := range map[string]string{"a recovery code": codes[0], "six digits": six} {
			_, err := h.recover(account.RecoverForm{Token: link, Password: "another lantern below", Former: inesWord, Code: code})
			wants(t, what+", used since", err, fault.Invalid, "former")
		}
		if _, err := h.recover(account.RecoverForm{Token: link, Password: "another lantern below", Former: inesWord, Code: codes[1]}); err != nil {
			t.Errorf("one that was not used: %v", err)
		}
	})
}

// window is until when actor's password from before undoes something; zero if it does not.
func (h house) window(actor access.Actor) (until time.Time) {
	h.t.Helper()
	h.must(func(ctx context.Context) error {
		c, err := h.Credentials(ctx, actor)
		until = c.Former.Until
		return err
	})
	return until
}

func TestThatAPasswordFromBeforeUndoesSomethingIsSeenAndEndedWithALetterAndThatPassword(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas() // somebody reads his mail, and knows his password
		box := h.letterbox()
		const own = "eleven brown owls"
		token := h.tomasIn()
		h.sets(h.Tomas, token.SignInID, own)
		if until := h.window(h.Tomas); !until.IsZero() {
			t.Errorf("a link alone lets him in, and the window is said to last until %v", until)
		}
		secret, _ := h.secondStep(h.Tomas)
		if until := h.window(h.Tomas); until.Before(h.Clock.Now().Add(6*24*time.Hour)) || until.After(h.Clock.Now().Add(7*24*time.Hour)) {
			t.Errorf("the window lasts until %v", until)
		}

		// Whoever merely found the account open does not end it.
		h.must(func(ctx context.Context) error { return h.EndRest(ctx, h.Tomas, token.SignInID) })
		h.sets(h.Tomas, token.SignInID, own+" and one")
		if h.window(h.Tomas).IsZero() {
			t.Error("a sign-in alone ended it")
		}
		h.Clock.Pass(2 * time.Hour)
		link := box.link(tomasMail)
		_, err := h.recover(account.RecoverForm{Token: link, Password: own, Code: h.code(secret), Former: own})
		wants(t, "with a password of this week", err, fault.Invalid, "former")
		h.Clock.Pass(time.Minute)
		if _, err := h.recover(account.RecoverForm{Token: link, Password: own, Code: h.code(secret), Former: tomasWord}); err != nil {
			t.Fatal(err)
		}
		if until := h.window(h.Tomas); !until.IsZero() {
			t.Errorf("the window lasts until %v", until)
		}
		h.must(func(ctx context.Context) error {
			c, err := h.Credentials(ctx, h.Tomas)
			if !c.TOTP {
				t.Error("the second step was undone")
			}
			return err
		})
		_, err = h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: theirWord, Former: tomasWord})
		wants(t, "whoever knows the password from before", err, fault.Invalid, "former")
	})
}

func TestALetterPromisesNothingThatDoesNotHelp(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		h.secondStep(h.Tomas)
		link := box.link(tomasMail)
		if _, err := h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls", Former: tomasWord}); err != nil {
			t.Fatal(err)
		}
		for _, letter := range box.fetch() {
			if strings.Contains(letter, "seven days") || !strings.Contains(letter, "at once") {
				t.Errorf("after it was undone a letter says: %s", letter)
			}
		}
	})
}
