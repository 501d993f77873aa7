package account_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
)

func TestADeviceCookieWrittenOtherwiseIsNone(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		own := h.tomasIn().Device
		guess := func(device string) error {
			_, err := h.byPassword(account.PasswordForm{Email: tomasMail, Password: "guess", Device: device})
			return err
		}
		id, mark, _ := strings.Cut(own, ".")
		for i := range 6 {
			wants(t, fmt.Sprintf("a stranger, try %d", i+1), guess(""), fault.Invalid, "password")
		}
		for _, other := range []string{
			id + "." + strings.ToUpper(mark), own + ".", own + " ", " " + own,
			id + "." + mark[:len(mark)-2], strings.ToUpper(id) + "." + mark,
		} {
			if other != own {
				wants(t, other, guess(other), fault.TooSoon, "")
			}
		}
		wants(t, "as it was given", guess(own), fault.Invalid, "password")
	})
}

// TestCodesAreCountedTogetherWhicheverBrowserTriesThem: somebody who knows a password,
// and was in often enough to have collected cookies by which browsers are known.
func TestCodesAreCountedTogetherWhicheverBrowserTriesThem(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		key := newAuthenticator(t, origin)
		h.addPasskey(h.Clinician, key)
		secret, codes := h.secondStep(h.Clinician)
		box := h.letterbox()
		box.fetch()
		var devices []string
		for range 4 {
			token, err := h.byPassword(account.PasswordForm{Email: inesMail, Password: inesWord, Code: h.code(secret)})
			if err != nil {
				t.Fatal(err)
			}
			devices = append(devices, token.Device)
			h.Clock.Pass(30 * time.Second)
		}
		pending := func(device string) string {
			t.Helper()
			_, err := h.byPassword(account.PasswordForm{Email: inesMail, Password: inesWord, Device: device})
			var needed account.CodeNeeded
			if !errors.As(err, &needed) {
				t.Fatalf("the right password: %v", err)
			}
			return needed.Pending
		}
		code := func(pending, device, code string) error {
			return h.in(func(ctx context.Context) error {
				_, err := h.ByCode(ctx, account.CodeForm{Pending: pending, Code: code, Agent: firefox, Device: device})
				return err
			})
		}
		looked, late := 0, 0
		for _, device := range devices {
			p := pending(device)
			for range 4 {
				switch err := code(p, device, "000000"); {
				case fault.Is(err, fault.TooSoon):
					late++
				default:
					wants(t, "a wrong code", err, fault.Invalid, "code")
					looked++
				}
			}
		}
		if looked != 6 || late != 10 {
			t.Errorf("%d codes were looked at and %d came too soon, want 6 and 10", looked, late)
		}
		if letters := box.fetch(); len(letters) != 0 {
			t.Errorf("letters before there was reason: %q", letters)
		}

		// She herself is not kept out: a browser that is not known has tries of its own,
		// her passkey is asked nothing, and a link by mail counts apart.
		if err := code(pending(""), "", h.code(secret)); err != nil {
			t.Errorf("from a new browser: %v", err)
		}
		if _, err := h.byPasskey(key); err != nil {
			t.Errorf("by passkey: %v", err)
		}
		if _, err := h.recover(account.RecoverForm{Token: box.link(inesMail), Password: "a lamp in the cellar", Code: codes[0]}); err != nil {
			t.Errorf("by a link and a code: %v", err)
		}
	})
}

func TestWhosePasswordIsKnownToSomebodyWhoTriesCodesIsTold(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.secondStep(h.Tomas)
		box := h.letterbox()
		box.fetch()
		for range 12 {
			h.byPassword(account.PasswordForm{Email: tomasMail, Password: tomasWord, Code: "000000"})
			h.Clock.Pass(15 * time.Minute)
		}
		letters := box.fetch()
		if len(letters) != 1 || !strings.Contains(letters[0], "knows your password") {
			t.Errorf("got %q, want one letter", letters)
		}
	})
}

func TestCodesByMailAreCountedTogetherWhicheverLinkTheyComeBy(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		_, codes := h.secondStep(h.Tomas)
		box := h.letterbox()
		looked := 0
		var last string
		for range 3 {
			last = box.link(tomasMail)
			for range 4 {
				_, err := h.recover(account.RecoverForm{Token: last, Password: "eleven brown owls", Code: "000000"})
				if fault.Is(err, fault.Invalid) {
					looked++
				}
			}
		}
		if looked != 6 {
			t.Errorf("%d codes were looked at, want 6", looked)
		}
		h.Clock.Pass(time.Minute)
		if _, err := h.recover(account.RecoverForm{Token: last, Password: "eleven brown owls", Code: codes[0]}); err != nil {
			t.Errorf("the right one, a minute later: %v", err)
		}
	})
}

// TestNobodyIsKeptOutByWhatOthersTryFromTheirNetwork: a waiting room, a clinic, a
// provider that has thousands behind one address.
func TestNobodyIsKeptOutByWhatOthersTryFromTheirNetwork(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		const here = "192.0.2.7"
		h.openTomas()
		box := h.letterbox()
		key := newAuthenticator(t, origin)
		h.addPasskey(h.Tomas, key)
		own := h.tomasIn().Device
		box.fetch()
		in := func(email, password, device string) error {
			_, err := h.byPassword(account.PasswordForm{Email: email, Password: password, Device: device, Source: here})
			return err
		}
		for i := range 70 {
			in(fmt.Sprintf("n%d@example.org", i), "guess", "")
		}
		wants(t, "a browser that is not known", in(tomasMail, tomasWord, ""), fault.TooSoon, "")
		if err := in(tomasMail, tomasWord, own); err != nil {
			t.Errorf("a browser that is known: %v", err)
		}

		passkey := func(d authenticator) error {
			options, ceremony := h.askPasskey()
			return h.in(func(ctx context.Context) error {
				_, err := h.FinishPasskey(ctx, account.PasskeyForm{Ceremony: ceremony, Response: d.get(options), Agent: firefox, Source: here})
				return err
			})
		}
		unknown, forged := *key, *key
		unknown.id = []byte("a passkey that is not kept here")
		forged.key = newAuthenticator(t, origin).key
		var err error
		for range 70 {
			err = passkey(unknown)
		}
		wants(t, "a passkey that is not kept", err, fault.TooSoon, "")
		if err := passkey(*key); err != nil {
			t.Errorf("a passkey: %v", err)
		}

		ask := func(email, device string) error {
			return h.in(func(ctx context.Context) error { return h.RequestRecovery(ctx, h.Practice, email, device, here) })
		}
		if err := ask(tomasMail, ""); err != nil {
			t.Errorf("asking for a link: %v", err)
		}
		var link string
		for _, letter := range box.fetch() {
			if m := linkIn.FindStringSubmatch(letter); m != nil {
				link = m[1]
			}
		}
		for i := range 70 {
			ask(fmt.Sprintf("n%d@example.org", i), "")
			h.recover(account.RecoverForm{Token: h.Practice + "." + strings.Repeat("x", 43), Source: here})
		}
		wants(t, "asking after many did", ask(tomasMail, ""), fault.TooSoon, "")
		if err := ask(tomasMail, own); err != nil {
			t.Errorf("asking from a browser that is known: %v", err)
		}
		if _, err := h.recover(account.RecoverForm{Token: link, Password: "eleven brown owls", Source: here}); err != nil {
			t.Errorf("a link that is good: %v", err)
		}

		for range 70 {
			err = passkey(forged)
		}
		wants(t, "one that is signed by somebody else", err, fault.TooSoon, "")

		absent := func() error { return fault.Absent() }
		for i := range 70 {
			h.Knock(here, fmt.Sprint("a link that leads nowhere ", i), absent)
		}
		wants(t, "one more that leads nowhere", h.Knock(here, "nowhere", absent), fault.TooSoon, "")
		if err := h.Knock(here, "somewhere", func() error { return nil }); err != nil {
			t.Errorf("one that leads somewhere: %v", err)
		}
	})
}

func TestOneLinkIsNotTriedWithoutEnd(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		looked := 0
		for i := range 100 {
			h.Knock(fmt.Sprintf("192.0.2.%d", i), "the link", func() error { looked++; return nil })
		}
		if looked != 60 {
			t.Errorf("it was looked at %d times, want 60", looked)
		}
	})
}

// TestSayingOnceMoreWhoOneIsAsksForAsMuchAsSigningIn, and while somebody sets up, for
// what there is.
func TestSayingOnceMoreWhoOneIsAsksForAsMuchAsSigningIn(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openInes()
		h.openTomas()
		key, his := newAuthenticator(t, origin), newAuthenticator(t, origin)
		var setup account.Token
		if err := h.joined("ines", func(ctx context.Context, tx *access.Tx) (err error) {
			setup, err = h.Start(ctx, tx, "ines", firefox)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		step := func(s account.SignedIn, password, code string) error {
			return h.in(func(ctx context.Context) error { return h.StepUp(ctx, s.Self(), s.SignInID, password, code) })
		}
		byPassword := func(s account.SignedIn) bool {
			var c account.Credentials
			h.must(func(ctx context.Context) (err error) {
				c, err = h.Credentials(ctx, s.Self())
				return err
			})
			return c.ByPassword
		}
		s := h.who(setup)
		if err := step(s, inesWord, ""); err != nil || !byPassword(s) {
			t.Errorf("while there is nothing else: %v", err)
		}
		h.addPasskey(h.Clinician, key)
		token, err := h.byPasskey(key)
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Pass(6 * time.Minute)
		s = h.who(token)
		wants(t, "staff, the password alone", step(s, inesWord, ""), fault.Invalid, "password")
		if s = h.who(token); s.Actor.Fresh || byPassword(s) {
			t.Error("a password alone said who she is")
		}
		secret, _ := h.secondStep(h.Clinician)
		if err := step(s, inesWord, h.code(secret)); err != nil || !byPassword(s) {
			t.Errorf("with a code: %v", err)
		}

		h.addPasskey(h.Tomas, his)
		s = h.who(h.tomasIn())
		if err := step(s, tomasWord, ""); err != nil || !byPassword(s) {
			t.Errorf("a client, who signs in by either: %v", err)
		}
	})
}

func TestPasswordsAreNotChosenWithoutEnd(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		set := func(i int) error {
			return h.in(func(ctx context.Context) error {
				return h.SetPassword(ctx, h.Tomas, "", fmt.Sprintf("%d brown owls", 1000+i))
			})
		}
		before := h.Hashings()
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() { set(i) })
		}
		wg.Wait()
		if got := h.Hashings() - before; got > 6 {
			t.Errorf("%d passwords were hashed, want 6 at most", got)
		}
		for i := range 6 {
			set(i)
		}
		wants(t, "one more", set(1), fault.TooSoon, "")
		if n := len(box.fetch()); n > 6 {
			t.Errorf("%d letters", n)
		}
		h.Clock.Pass(15 * time.Minute)
		if err := set(7); err != nil {
			t.Errorf("a quarter of an hour later: %v", err)
		}
	})
}

func TestWhatIsToldByMailIsNotChangedWithoutEnd(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		box := h.letterbox()
		var err error
		for range 40 {
			err = h.in(func(ctx context.Context) error { _, err := h.NewRecoveryCodes(ctx, h.Tomas); return err })
		}
		wants(t, "many changes", err, fault.TooSoon, "")
		if n := len(box.fetch()); n != 20 {
			t.Errorf("%d letters, want 20", n)
		}
	})
}
