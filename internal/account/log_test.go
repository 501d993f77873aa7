package account_test

import (
	"context"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
)

func TestTheLogSaysWhoGotInAndWhoDidNot(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.openInes()
		_, codes := h.secondStep(h.Clinician)
		box := h.letterbox()
		in := h.tomasIn()
		h.must(func(ctx context.Context) error {
			return h.SetPassword(ctx, h.Tomas, in.SignInID, "some other lantern")
		})
		for _, tt := range []struct {
			name    string
			whose   string
			try     func() error
			in, out int
		}{
			{"a wrong password", "tomas", func() error {
				_, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: "guess"})
				return err
			}, 0, 1},
			{"an address that is not known", access.Nobody, func() error {
				_, err := h.byPassword(account.PasswordForm{Email: "nobody@example.org", Password: "guess"})
				return err
			}, 0, 1},
			{"the right password", "tomas", func() error {
				_, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: "some other lantern"})
				return err
			}, 1, 0},
			{"a wrong code", "ines", func() error {
				_, err := h.byPassword(account.PasswordForm{Email: inesMail, Password: inesWord, Code: "000000"})
				return err
			}, 0, 1},
			{"the right code", "ines", func() error {
				_, err := h.byPassword(account.PasswordForm{Email: inesMail, Password: inesWord, Code: codes[0]})
				return err
			}, 1, 0},
			{"saying wrongly who one is", "tomas", func() error {
				return h.in(func(ctx context.Context) error { return h.StepUp(ctx, h.Tomas, in.SignInID, "guess", "") })
			}, 0, 1},
			{"a link with a wrong code", "ines", func() error {
				_, err := h.recover(account.RecoverForm{Token: box.link(inesMail), Password: "another lantern below", Code: "000000"})
				return err
			}, 0, 1},
			{"a link", "tomas", func() error {
				_, err := h.recover(account.RecoverForm{Token: box.link(tomasMail), Password: "another lantern below"})
				return err
			}, 1, 0},
		} {
			count := func(allowed bool) int {
				return h.Count(t, `SELECT count(*) FROM audit WHERE action IN ('signin.make', 'account.regain') AND compartment = $1 AND allowed = $2`, "account/"+tt.whose, allowed)
			}
			in, out := count(true), count(false)
			if err := tt.try(); (err == nil) != (tt.in == 1) {
				t.Errorf("%s: %v", tt.name, err)
			}
			if in, out = count(true)-in, count(false)-out; in != tt.in || out != tt.out {
				t.Errorf("%s: in %d, not in %d; want %d and %d", tt.name, in, out, tt.in, tt.out)
			}
		}
	})
}
