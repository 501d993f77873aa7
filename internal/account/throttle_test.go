package account_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/tries"
)

func TestHammeringAtAnAddressDoesNotLockItsOwnerOut(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		own := h.tomasIn().Device
		guess := func(email, device string) error {
			_, err := h.byPassword(account.PasswordForm{Email: email, Password: "guess", Device: device})
			return err
		}
		for _, email := range []string{tomasMail, "nobody@example.org"} {
			for i := range 6 {
				wants(t, fmt.Sprintf("%s, try %d", email, i+1), guess(email, ""), fault.Invalid, "password")
			}
			err := guess(email, "")
			wants(t, email+", try 7", err, fault.TooSoon, "")
			var wait tries.Wait
			if !errors.As(err, &wait) || !wait.Until.Equal(h.Clock.Now().Add(30*time.Second)) {
				t.Errorf("%s: wait: got %v", email, wait.Until)
			}
		}
		hashings := h.Hashings()
		_, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: tomasWord})
		wants(t, "even with the right password", err, fault.TooSoon, "")
		wants(t, "with a device cookie of one's own making", guess(tomasMail, own[:len(own)-2]+"00"), fault.TooSoon, "")
		if h.Hashings() != hashings {
			t.Error("a password was looked at though it came too soon")
		}
		token, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: tomasWord, Device: own})
		if err != nil || token.Device != own {
			t.Errorf("from the owner's own browser: %v", err)
		}
		h.Clock.Pass(30 * time.Second)
		wants(t, "half a minute later", guess(tomasMail, ""), fault.Invalid, "password")
		wants(t, "and at once again", guess(tomasMail, ""), fault.TooSoon, "")
		h.Clock.Pass(time.Minute)
		h.tomasIn()
		for i := range 6 { // the right password has made it good
			wants(t, fmt.Sprintf("after that, try %d", i+1), guess(tomasMail, ""), fault.Invalid, "password")
		}
		for range 6 {
			guess(tomasMail, own)
		}
		wants(t, "from the owner's own browser too, many times", guess(tomasMail, own), fault.TooSoon, "")
	})
}

func TestManyTriesAtOnceCountAsMany(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		before := h.Hashings()
		var wg sync.WaitGroup
		for range 30 {
			wg.Go(func() {
				h.byPassword(account.PasswordForm{Email: tomasMail, Password: "guess"})
			})
		}
		wg.Wait()
		if got := h.Hashings() - before; got != 6 {
			t.Errorf("%d guesses were looked at, want 6", got)
		}
	})
}

func TestAHundredSignInAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		const many = 100
		hashed := account.Hashed{}
		h.must(func(ctx context.Context) (err error) {
			hashed, err = h.HashPassword(ctx, "", "", "client", tomasWord)
			return err
		})
		for i := range many {
			id := fmt.Sprintf("p%d", i)
			h.Make(t, access.AccountRecord(id))
			err := h.joined(id, func(ctx context.Context, tx *access.Tx) error {
				return h.Open(ctx, tx, id, id+"@example.org", "client", hashed)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var wg sync.WaitGroup
		for i := range many {
			wg.Go(func() {
				id := fmt.Sprintf("p%d", i)
				token, err := h.byPassword(account.PasswordForm{Email: id + "@example.org", Password: tomasWord, Source: id})
				if err != nil {
					t.Errorf("%s: %v", id, err)
					return
				}
				if s, err := h.Who(t.Context(), token.Cookie); err != nil || s.Actor.ID != id {
					t.Errorf("%s: is %s, %v", id, s.Actor.ID, err)
				}
			})
		}
		wg.Wait()
		h.AuditHolds(t)
	})
}
