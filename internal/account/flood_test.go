package account_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
)

// TestWhoIsOutOfTriesCostsNoLookUp has the database answer nobody: whoever has tries left
// notices, and who has none does not come so far.
func TestWhoIsOutOfTriesCostsNoLookUp(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		const flooder, other = "192.0.2.7", "192.0.2.8"
		away, cancel := context.WithCancel(t.Context())
		cancel()
		for what, try := range map[string]func(source string) error{
			"a password": func(source string) error {
				_, err := h.ByPassword(away, h.Practice, account.PasswordForm{Email: tomasMail, Password: "guess", Source: source})
				return err
			},
			"a letter": func(source string) error { return h.RequestRecovery(away, h.Practice, tomasMail, "", source) },
		} {
			for range 60 {
				try(flooder)
			}
			wants(t, what, try(flooder), fault.TooSoon, "")
			if err := try(other); err == nil || fault.Is(err, fault.TooSoon) {
				t.Errorf("%s from elsewhere: got %v, want that the database is away", what, err)
			}
		}
	})
}

// pending is what a browser holds after the right password, where a code is missing.
func (h house) pending(email, password string) string {
	h.t.Helper()
	_, err := h.byPassword(account.PasswordForm{Email: email, Password: password})
	var needed account.CodeNeeded
	if !errors.As(err, &needed) {
		h.t.Fatalf("the right password: %v", err)
	}
	return needed.Pending
}

func TestACodeIsTriedOnlySoOftenForOnePassword(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.secondStep(h.Tomas)
		pending := h.pending(tomasMail, tomasWord)
		away, cancel := context.WithCancel(t.Context())
		cancel()
		try := func() error {
			_, err := h.ByCode(away, account.CodeForm{Pending: pending, Code: "000000"})
			return err
		}
		for range 60 {
			try()
		}
		wants(t, "one more", try(), fault.TooSoon, "")
	})
}

func TestLettersToOneAddressAreCountedTogetherWhoeverIsInvited(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		send := func(email string) error {
			return h.joined("somebody", func(ctx context.Context, tx *access.Tx) error { return h.CountLetter(ctx, tx, email) })
		}
		for i := range 5 {
			if err := send("victim@example.org"); err != nil {
				t.Errorf("letter %d: %v", i+1, err)
			}
		}
		wants(t, "one more", send("victim@example.org"), fault.TooSoon, "email")
		if err := send("another@example.org"); err != nil {
			t.Errorf("to another address: %v", err)
		}
		sent := 0
		for range 24 * 60 {
			h.Clock.Pass(time.Minute)
			if send("victim@example.org") == nil {
				sent++
			}
		}
		if sent > 110 {
			t.Errorf("%s were sent in a day", fmt.Sprint(sent, " letters"))
		}
	})
}

// TestWhatIsNotKnownIsCountedForItsNetwork wants each of the ways in to say so by itself.
func TestWhatIsNotKnownIsCountedForItsNetwork(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		own := h.tomasIn().Device
		for what, try := range map[string]func(source string) error{
			"a letter": func(source string) error {
				return h.in(func(ctx context.Context) error {
					return h.RequestRecovery(ctx, h.Practice, "nobody@example.org", "", source)
				})
			},
			"a link": func(source string) error {
				_, err := h.recover(account.RecoverForm{Token: h.Practice + "." + strings.Repeat("x", 43), Source: source})
				return err
			},
			"a letter from a browser that is known": func(string) error {
				return h.in(func(ctx context.Context) error { return h.RequestRecovery(ctx, h.Practice, tomasMail, own, "") })
			},
		} {
			for range 60 {
				try("192.0.2.9")
			}
			if err := try("192.0.2.9"); !fault.Is(err, fault.TooSoon) {
				t.Errorf("%s: got %v, want too soon", what, err)
			}
			if err := try("192.0.2.10"); fault.Is(err, fault.TooSoon) != strings.Contains(what, "is known") {
				t.Errorf("%s, from elsewhere: %v", what, err)
			}
			h.Clock.Pass(time.Hour)
		}
	})
}

// TestALinkAloneSufficesForNobodyWhoHasMoreToLose has each of what asks for a code alone.
func TestALinkAloneSufficesForNobodyWhoHasMoreToLose(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.openInes()
		box := h.letterbox()
		needs := func(email string) bool {
			t.Helper()
			needs, err := h.Recovering(t.Context(), box.link(email))
			if err != nil {
				t.Fatal(err)
			}
			return needs
		}
		for _, tt := range []struct {
			who, roles, ways string
			want             bool
		}{
			{"tomas", "client", "password", false},
			{"tomas", "client", "password passkey", false},
			{"tomas", "client", "password totp", true},
			{"ines", "clinician", "password", false}, // who is setting up
			{"ines", "clinician", "passkey", true},   // from before it was noted that she once had enough
			{"ines", "clinician", "password totp", true},
			{"ines", "clinician", "password settled", true},
			{"ines", "manager", "password passkey", true},
		} {
			h.Exec(t, `UPDATE account SET roles = $2, ways = $3 WHERE person_id = $1`, tt.who, tt.roles, tt.ways)
			email := map[string]string{"tomas": tomasMail, "ines": inesMail}[tt.who]
			if got := needs(email); got != tt.want {
				t.Errorf("%s with %s: a code is asked for = %t, want %t", tt.roles, tt.ways, got, tt.want)
			}
			h.Clock.Pass(time.Hour)
		}
	})
}
