package account_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
)

func TestStaffNeedASecondStep(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		_, err := h.byPassword(account.PasswordForm{Email: inesMail, Password: inesWord})
		wants(t, "a password alone", err, fault.Invalid, "password")
		var needed account.CodeNeeded
		if errors.As(err, &needed) {
			t.Error("a code was asked for that nobody can give")
		}
		secret, _ := h.secondStep(h.Clinician)

		_, err = h.byPassword(account.PasswordForm{Email: inesMail, Password: inesWord})
		wants(t, "without a code", err, fault.Invalid, "code")
		if !errors.As(err, &needed) {
			t.Fatalf("got %v, want CodeNeeded", err)
		}
		byCode := func(pending, code string) (token account.Token, err error) {
			err = h.in(func(ctx context.Context) (err error) {
				token, err = h.ByCode(ctx, account.CodeForm{Pending: pending, Code: code, Agent: firefox})
				return err
			})
			return token, err
		}
		_, err = byCode(needed.Pending, "000000")
		wants(t, "a wrong code", err, fault.Invalid, "code")
		_, err = byCode("x"+needed.Pending, h.code(secret))
		wants(t, "an altered ceremony", err, fault.Invalid, "ceremony")
		code := h.code(secret)
		token, err := byCode(needed.Pending, code[:3]+" "+code[3:])
		if err != nil {
			t.Fatal(err)
		}
		if s := h.who(token); s.Actor.ID != "ines" {
			t.Errorf("got %+v", s)
		}
		h.Clock.Pass(time.Minute)
		_, err = byCode(needed.Pending, h.code(secret))
		wants(t, "the same ceremony again", err, fault.Invalid, "ceremony")
	})
}

func TestWhoeverHasASecondStepStepsUpWithIt(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		secret, _ := h.secondStep(h.Tomas)
		token, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: tomasWord, Code: h.code(secret)})
		if err != nil {
			t.Fatal(err)
		}
		used := h.code(secret)
		h.Clock.Pass(account.Fresh)
		step := func(code string) error {
			return h.in(func(ctx context.Context) error { return h.StepUp(ctx, h.Tomas, token.SignInID, tomasWord, code) })
		}
		wants(t, "without a code", step(""), fault.Invalid, "code")
		wants(t, "with an old code", step(used), fault.Invalid, "code")
		if h.who(token).Actor.Fresh {
			t.Error("fresh without a code")
		}
		code := h.code(secret)
		if err := step(code); err != nil {
			t.Fatal(err)
		}
		if !h.who(token).Actor.Fresh {
			t.Error("not fresh after password and code")
		}
		wants(t, "with the same code again", step(code), fault.Invalid, "code")
	})
}

func TestACodeIsGoodOnceAndNearItsTime(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		secret, _ := h.secondStep(h.Clinician)
		enter := func(code string) error {
			_, err := h.byPassword(account.PasswordForm{Email: inesMail, Password: inesWord, Code: code})
			return err
		}
		code := h.code(secret)
		h.Clock.Pass(30 * time.Second)
		if err := enter(code); err != nil {
			t.Errorf("one step late: %v", err)
		}
		wants(t, "the same code again", enter(code), fault.Invalid, "code")
		code = h.code(secret)
		h.Clock.Pass(time.Minute)
		wants(t, "two steps late", enter(code), fault.Invalid, "code")
		if err := enter(h.code(secret)); err != nil {
			t.Errorf("in time: %v", err)
		}
	})
}

func TestAPasswordThatWasChangedEndsWhatWasBegunWithIt(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		secret, _ := h.secondStep(h.Tomas)
		_, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: tomasWord})
		var needed account.CodeNeeded
		if !errors.As(err, &needed) {
			t.Fatalf("got %v, want CodeNeeded", err)
		}
		h.must(func(ctx context.Context) error { return h.SetPassword(ctx, h.Tomas, "", "eleven brown owls") })
		err = h.in(func(ctx context.Context) error {
			_, err := h.ByCode(ctx, account.CodeForm{Pending: needed.Pending, Code: h.code(secret)})
			return err
		})
		wants(t, "the code after the password was changed", err, fault.Invalid, "password")
	})
}

func TestRecoveryCodesAreGoodOnceEach(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		_, codes := h.secondStep(h.Clinician)
		if len(codes) != 10 || !regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(codes[0]) {
			t.Fatalf("codes: got %q", codes)
		}
		enter := func(code string) (account.Token, error) {
			return h.byPassword(account.PasswordForm{Email: inesMail, Password: inesWord, Code: code})
		}
		token, err := enter(strings.ToLower(strings.ReplaceAll(codes[3], "-", " ")))
		if err != nil || token.CodesLeft != 9 {
			t.Errorf("first use: %d left, %v", token.CodesLeft, err)
		}
		_, err = enter(codes[3])
		wants(t, "second use", err, fault.Invalid, "code")
		var fresh []string
		h.must(func(ctx context.Context) (err error) {
			fresh, err = h.NewRecoveryCodes(ctx, h.Clinician)
			return err
		})
		_, err = enter(codes[4])
		wants(t, "one of the old", err, fault.Invalid, "code")
		if token, err = enter(fresh[0]); err != nil || token.CodesLeft != 9 {
			t.Errorf("one of the new: %d left, %v", token.CodesLeft, err)
		}
	})
}

func TestASecondStepCountsOnceItIsConfirmed(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		ctx, settle := h.Visit(t)
		defer settle()
		offer, err := h.BeginTOTP(ctx, h.Tomas)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(offer.URL, "otpauth://totp/") || !strings.Contains(offer.URL, offer.Secret) {
			t.Errorf("offer: got %s", offer.URL)
		}
		_, err = h.ConfirmTOTP(ctx, h.Tomas, offer.Ceremony, "123")
		wants(t, "a wrong code", err, fault.Invalid, "code")
		h.tomasIn() // is not asked for it
		_, err = h.ConfirmTOTP(ctx, h.Clinician, offer.Ceremony, h.code(offer.Secret))
		wants(t, "by somebody else", err, fault.Invalid, "ceremony")
		if _, err = h.ConfirmTOTP(ctx, h.Tomas, offer.Ceremony, h.code(offer.Secret)); err != nil {
			t.Fatal(err)
		}
		_, err = h.ConfirmTOTP(ctx, h.Tomas, offer.Ceremony, h.code(offer.Secret))
		wants(t, "the same again", err, fault.Invalid, "ceremony")
		_, err = h.byPassword(account.PasswordForm{Email: tomasMail, Password: tomasWord})
		wants(t, "without a code", err, fault.Invalid, "code")
		if err := h.RemoveTOTP(ctx, h.Tomas); err != nil {
			t.Fatal(err)
		}
		h.tomasIn()
		h.openInes()
		h.secondStep(h.Clinician)
		wants(t, "removed by staff who have no passkey", h.RemoveTOTP(ctx, h.Clinician), fault.Invalid, "totp")
		h.addPasskey(h.Clinician, newAuthenticator(t, origin))
		if err := h.RemoveTOTP(ctx, h.Clinician); err != nil {
			t.Errorf("removed by staff who have a passkey: %v", err)
		}
	})
}
