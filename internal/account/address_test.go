package account_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
)

const elsewhere = "tomas.reed@elsewhere.example"

var (
	confirmIn = regexp.MustCompile(regexp.QuoteMeta(origin+account.ConfirmPath) + `([a-z]+\.[A-Za-z0-9_-]{43})`)
	undoIn    = regexp.MustCompile(regexp.QuoteMeta(origin+account.UndoPath) + `([a-z]+\.[A-Za-z0-9_-]{43})`)
)

// asks has who ask for another address, and returns the link of the letter that went there.
func (b *letterbox) asks(who access.Actor, email string) (link string) {
	b.h.t.Helper()
	b.fetch()
	b.h.must(func(ctx context.Context) error { return b.h.AskAddress(ctx, who, email) })
	letters := b.fetch()
	if len(letters) != 1 || !strings.Contains(letters[0], "To: <"+strings.ToLower(strings.TrimSpace(email))+">") {
		b.h.t.Fatalf("letters: %q", letters)
	}
	return confirmIn.FindStringSubmatch(letters[0])[1]
}

func (h house) confirms(who access.Actor, signInID, link string) error {
	return h.in(func(ctx context.Context) error { return h.ConfirmAddress(ctx, who, signInID, link) })
}

// moves has who sign in with another address, and returns the link that undoes it.
func (b *letterbox) moves(who access.Actor, signInID, email string) (undo string) {
	b.h.t.Helper()
	if err := b.h.confirms(who, signInID, b.asks(who, email)); err != nil {
		b.h.t.Fatal(err)
	}
	letters := b.fetch()
	if len(letters) != 1 || strings.Contains(letters[0], email) {
		b.h.t.Fatalf("letters to the former address: %q", letters)
	}
	if m := undoIn.FindStringSubmatch(letters[0]); m != nil {
		return m[1]
	}
	return ""
}

func (h house) undoes(link, password string) (recovery string, err error) {
	err = h.in(func(ctx context.Context) (err error) {
		recovery, err = h.UndoAddress(ctx, account.UndoForm{Token: link, Password: password})
		return err
	})
	return recovery, err
}

// signsIn says whether Tomas's password opens his account with the address.
func (h house) signsIn(email, password string) bool {
	h.t.Helper()
	_, err := h.byPassword(account.PasswordForm{Email: email, Password: password})
	if err != nil && !fault.Is(err, fault.Invalid) {
		h.t.Fatal(err)
	}
	return err == nil
}

// comesIn signs in with a password and a code.
func (h house) comesIn(email, password, code string) (in account.Token) {
	h.t.Helper()
	_, err := h.byPassword(account.PasswordForm{Email: email, Password: password})
	var needed account.CodeNeeded
	if !errors.As(err, &needed) {
		h.t.Fatalf("%s is asked for no code: %v", email, err)
	}
	h.must(func(ctx context.Context) (err error) {
		in, err = h.ByCode(ctx, account.CodeForm{Pending: needed.Pending, Code: code})
		return err
	})
	return in
}

func (h house) askedFor() (p account.Pending) {
	h.t.Helper()
	h.must(func(ctx context.Context) error {
		c, err := h.Credentials(ctx, h.Tomas)
		p = c.Pending
		return err
	})
	return p
}

func TestAnAddressIsChangedOnceALinkThatWentThereIsConfirmedByItsOwner(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		here, there := h.tomasIn(), h.tomasIn()
		link := box.asks(h.Tomas, " Tomas.Reed@Elsewhere.example ")
		if p := h.askedFor(); p.Email != elsewhere || !p.Until.After(h.Clock.Now()) {
			t.Errorf("pending: %+v", p)
		}
		if !h.signsIn(tomasMail, tomasWord) || h.signsIn(elsewhere, tomasWord) {
			t.Error("it changed before it was confirmed")
		}
		for range 2 { // looking changes nothing
			h.must(func(ctx context.Context) error {
				email, err := h.Confirming(ctx, h.Tomas, link)
				if email != elsewhere {
					t.Errorf("it is for %q", email)
				}
				return err
			})
		}
		old := box.link(tomasMail)
		wants(t, "by somebody else who found it", h.confirms(h.Clinician, "", link), fault.Invalid, "token")
		link = box.asks(h.Tomas, elsewhere) // a recovery link had been asked for meanwhile
		if err := h.confirms(h.Tomas, here.SignInID, link); err != nil {
			t.Fatal(err)
		}
		wants(t, "a second time", h.confirms(h.Tomas, here.SignInID, link), fault.Invalid, "token")
		if h.signsIn(tomasMail, tomasWord) || !h.signsIn(elsewhere, tomasWord) {
			t.Error("it did not change")
		}
		h.who(here)
		if _, err := h.Who(t.Context(), there.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("the other sign-in: got %v, want sign in", err)
		}
		_, err := h.recover(account.RecoverForm{Token: old, Password: theirWord})
		wants(t, "a link that went to the former address", err, fault.Invalid, "token")
		box.fetch()
		if got := box.link(tomasMail); got != "" {
			t.Error("the former address is sent links still")
		}
		if got := box.link(elsewhere); got == "" {
			t.Error("the new address is sent none")
		}
		h.NotOnDisk(t, "elsewhere.example")
		h.AuditHolds(t)
	})
}

func TestAPendingAddressRunsOutIsTakenBackAndEndsWithARecovery(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		link := box.asks(h.Tomas, elsewhere)
		h.Clock.Pass(61 * time.Minute)
		wants(t, "after an hour", h.confirms(h.Tomas, "", link), fault.Invalid, "token")

		first := box.asks(h.Tomas, "mistyped@elsewhere.example")
		second := box.asks(h.Tomas, elsewhere)
		wants(t, "the link before the newest", h.confirms(h.Tomas, "", first), fault.Invalid, "token")
		for range 2 {
			h.must(func(ctx context.Context) error { return h.TakeBackAddress(ctx, h.Tomas) })
		}
		wants(t, "what was taken back", h.confirms(h.Tomas, "", second), fault.Invalid, "token")

		third := box.asks(h.Tomas, elsewhere)
		if _, err := h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: "eleven brown owls"}); err != nil {
			t.Fatal(err)
		}
		if p := h.askedFor(); p.Email != "" {
			t.Errorf("after somebody came back in it is pending: %+v", p)
		}
		wants(t, "what was asked before that", h.confirms(h.Tomas, "", third), fault.Invalid, "token")

		stale := h.Tomas
		stale.Fresh = false
		err := h.in(func(ctx context.Context) error { return h.AskAddress(ctx, stale, elsewhere) })
		wants(t, "without a fresh sign-in", err, fault.StepUp, "")
		err = h.in(func(ctx context.Context) error { return h.AskAddress(ctx, h.Tomas, tomasMail) })
		wants(t, "the same", err, fault.Invalid, "email")
		for range 5 {
			err = h.in(func(ctx context.Context) error { return h.AskAddress(ctx, h.Tomas, elsewhere) })
		}
		wants(t, "again and again", err, fault.TooSoon, "")
	})
}

// TestNobodyLearnsWhetherAnAddressIsKnownByAskingForIt: the answer, the letter and what is
// kept are the same; only who reads that mailbox, and confirms, is told that it cannot be.
func TestNobodyLearnsWhetherAnAddressIsKnownByAskingForIt(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.openInes()
		box := h.letterbox()
		unknown := box.asks(h.Tomas, elsewhere)
		rows := h.Count(t, `SELECT count(*) FROM address_change`)
		known := box.asks(h.Tomas, inesMail)
		if n := h.Count(t, `SELECT count(*) FROM address_change`); n != rows || len(known) != len(unknown) {
			t.Errorf("%d rows for a known address, %d for an unknown one", n, rows)
		}
		err := h.confirms(h.Tomas, "", known)
		wants(t, "confirming that of somebody else", err, fault.Conflict, "email")
		if !h.signsIn(tomasMail, tomasWord) {
			t.Error("it changed all the same")
		}
	})
}

func TestTheOwnerPutsBackAnAddressThatSomebodyElseTookForSevenDays(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		secret, codes := h.secondStep(h.Tomas)
		h.Clock.Pass(8 * 24 * time.Hour) // it has long been there
		box := h.letterbox()
		h.sets(h.Tomas, "", theirWord) // the intruder
		undo := box.moves(h.Tomas, "", "intruder@elsewhere.example")
		h.Clock.Pass(3 * 24 * time.Hour)
		later := box.moves(h.Tomas, "", elsewhere) // and once more, to be rid of the first
		theirs := h.comesIn(elsewhere, theirWord, codes[0])
		for range 2 {
			h.must(func(ctx context.Context) error { return h.Undoing(ctx, undo) })
		}
		_, err := h.undoes(undo, theirWord)
		wants(t, "with the password of the intruder", err, fault.Invalid, "former")
		link, err := h.undoes(undo, tomasWord)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Who(t.Context(), theirs.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("the intruder: got %v, want sign in", err)
		}
		if _, err := h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls"}); err == nil {
			t.Error("the link and the password from before let in without a code")
		}
		if _, err := h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls", Code: h.code(secret)}); err != nil {
			t.Fatal(err)
		}
		h.Clock.Pass(time.Minute)
		if h.signsIn(elsewhere, theirWord) || h.signsIn(tomasMail, theirWord) {
			t.Error("the address is not back, or the intruder's password is good")
		}
		h.comesIn(tomasMail, "eleven brown owls", h.code(secret))
		for what, link := range map[string]string{"a second time": undo, "the intruder's": later} {
			_, err = h.undoes(link, theirWord)
			wants(t, what, err, fault.Invalid, "token")
		}
		h.AuditHolds(t)
	})
}

// TestWhoSharesTheFormerMailboxAndKnowsThePasswordGetsNothing has somebody leave a mailbox
// that their partner reads, who knows the password as well: changed before the address, after
// it, or not at all.
func TestWhoSharesTheFormerMailboxAndKnowsThePasswordGetsNothing(t *testing.T) {
	for _, when := range []string{"before", "after", "never"} {
		t.Run(when, func(t *testing.T) {
			eachDB(t, func(t *testing.T, h house) {
				h.openTomas()
				box := h.letterbox()
				now := tomasWord
				change := func(at string) {
					if at == when {
						now = "eleven brown owls"
						h.sets(h.Tomas, "", now)
						box.fetch()
					}
				}
				change("before")
				if undo := box.moves(h.Tomas, "", elsewhere); undo != "" {
					t.Error("the former mailbox is sent a link that puts it back")
				}
				change("after")
				if !h.signsIn(elsewhere, now) || h.signsIn(tomasMail, tomasWord) {
					t.Error("the new address signs in no more, or the former one does")
				}
			})
		})
	}
}

// TestWhoSharesTheFormerMailboxDoesNotPutItBack: that is a reason to change.
func TestWhoSharesTheFormerMailboxDoesNotPutItBack(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		_, codes := h.secondStep(h.Tomas)
		h.Clock.Pass(8 * 24 * time.Hour)
		box := h.letterbox()
		undo := box.moves(h.Tomas, "", elsewhere)
		var err error
		for range 8 {
			_, err = h.undoes(undo, "a guess of theirs")
		}
		wants(t, "guessing", err, fault.TooSoon, "")
		if n := h.Count(t, `SELECT count(*) FROM audit WHERE action = 'signin.make' AND NOT allowed`); n == 0 {
			t.Error("nobody finds in the log that somebody guessed")
		}
		h.Clock.Pass(8 * 24 * time.Hour)
		_, err = h.undoes(undo, tomasWord)
		wants(t, "after a week", err, fault.Invalid, "token")
		h.comesIn(elsewhere, tomasWord, codes[0])
	})
}

func TestWhoHasNoPasswordIsSentNoLinkThatAMailboxAloneCouldUse(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.open(h.Tomas, tomasMail, "client", "")
		h.addPasskey(h.Tomas, newAuthenticator(t, origin))
		if undo := h.letterbox().moves(h.Tomas, "", elsewhere); undo != "" {
			t.Error("there is a link")
		}
	})
}
