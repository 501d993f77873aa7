package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/waytest"
)

func (h house) tryAddPasskey(who access.Actor, d *authenticator) error {
	h.t.Helper()
	return h.in(func(ctx context.Context) error {
		options, ceremony, err := h.BeginAddPasskey(ctx, who)
		if err != nil {
			return err
		}
		return h.FinishAddPasskey(ctx, who, ceremony, d.create(options), "Blue key")
	})
}

func (h house) addPasskey(who access.Actor, d *authenticator) {
	h.t.Helper()
	if err := h.tryAddPasskey(who, d); err != nil {
		h.t.Fatal(err)
	}
}

func (h house) askPasskey() (options []byte, ceremony string) {
	h.t.Helper()
	h.must(func(ctx context.Context) (err error) {
		options, ceremony, err = h.BeginPasskey(ctx, h.Practice)
		return err
	})
	return options, ceremony
}

func (h house) finish(ceremony string, response []byte) (token account.Token, err error) {
	err = h.in(func(ctx context.Context) (err error) {
		token, err = h.FinishPasskey(ctx, account.PasskeyForm{Ceremony: ceremony, Response: response, Agent: firefox})
		return err
	})
	return token, err
}

func (h house) byPasskey(d *authenticator) (account.Token, error) {
	h.t.Helper()
	options, ceremony := h.askPasskey()
	return h.finish(ceremony, d.get(options))
}

func TestAPasskeySignsInWithoutAName(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.open(h.Clinician, inesMail, "clinician", "")
		d := newAuthenticator(t, origin)
		h.addPasskey(h.Clinician, d)
		token, err := h.byPasskey(d)
		if err != nil {
			t.Fatal(err)
		}
		if s := h.who(token); s.Actor.ID != "ines" || s.NeedsSetup {
			t.Errorf("got %+v", s)
		}
		var c account.Credentials
		h.must(func(ctx context.Context) (err error) {
			c, err = h.Credentials(ctx, h.Clinician)
			return err
		})
		if len(c.Passkeys) != 1 || c.Passkeys[0].Label != "Blue key" || !c.Passkeys[0].Used.Equal(h.Clock.Now()) || c.Email != inesMail {
			t.Errorf("credentials: got %+v", c)
		}
		err = h.in(func(ctx context.Context) error { return h.RemovePasskey(ctx, h.Clinician, c.Passkeys[0].ID) })
		wants(t, "remove the last way to sign in", err, fault.Invalid, "passkey")
		h.addPasskey(h.Clinician, newAuthenticator(t, origin))
		h.must(func(ctx context.Context) error { return h.RemovePasskey(ctx, h.Clinician, c.Passkeys[0].ID) })
		_, err = h.byPasskey(d)
		wants(t, "a passkey that was removed", err, fault.Invalid, "passkey")
	})
}

func TestAPasskeyIsNotTakenTwiceOrLateOrFromElsewhere(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.open(h.Clinician, inesMail, "clinician", "")
		d := newAuthenticator(t, origin)
		h.addPasskey(h.Clinician, d)

		options, ceremony := h.askPasskey()
		response := d.get(options)
		if _, err := h.finish(ceremony, response); err != nil {
			t.Fatal(err)
		}
		_, err := h.finish(ceremony, response)
		wants(t, "the same again", err, fault.Invalid, "ceremony")
		_, other := h.askPasskey()
		_, err = h.finish(other, response)
		wants(t, "the answer to another challenge", err, fault.Invalid, "passkey")

		options, ceremony = h.askPasskey()
		other = "0"
		if strings.HasSuffix(ceremony, other) {
			other = "1"
		}
		_, err = h.finish(ceremony[:len(ceremony)-1]+other, d.get(options))
		wants(t, "a ceremony that was altered", err, fault.Invalid, "ceremony")
		h.Clock.Pass(5 * time.Minute)
		_, err = h.finish(ceremony, d.get(options))
		wants(t, "after five minutes", err, fault.Invalid, "ceremony")

		d.origin = "https://lindenhouse.example.net"
		_, err = h.byPasskey(d)
		wants(t, "from another site", err, fault.Invalid, "passkey")
		d.origin = origin
		d.flags &^= userVerified
		_, err = h.byPasskey(d)
		wants(t, "without PIN or finger", err, fault.Invalid, "passkey")
		d.flags |= userVerified
		handle := d.handle
		d.handle = []byte(h.Practice + ".tomas")
		_, err = h.byPasskey(d)
		wants(t, "in the name of somebody else", err, fault.Invalid, "passkey")
		d.handle = handle
		if _, err = h.byPasskey(d); err != nil {
			t.Errorf("as it should be: %v", err)
		}
		_, err = h.finish(ceremony, []byte("{}"))
		wants(t, "nonsense", err, fault.Invalid, "passkey")
	})
}

func TestACopiedPasskeyIsNoticed(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		d, synced := newAuthenticator(t, origin), newAuthenticator(t, origin)
		synced.flags |= backupable
		h.addPasskey(h.Tomas, d)
		h.addPasskey(h.Tomas, synced)
		for _, one := range []*authenticator{d, synced} {
			one.count = 10
			if _, err := h.byPasskey(one); err != nil {
				t.Fatal(err)
			}
			one.count = 4
		}
		_, err := h.byPasskey(d)
		wants(t, "a count that fell", err, fault.Invalid, "passkey")
		if _, err := h.byPasskey(synced); err != nil {
			t.Errorf("a key that is synced between devices: %v", err)
		}
	})
}

func TestAPasskeyIsAddedByItsOwnerOnceAndFresh(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.openTomas()
		h.openInes()
		d := newAuthenticator(t, origin)
		ctx, settle := h.Visit(t)
		defer settle()
		options, ceremony, err := h.BeginAddPasskey(ctx, h.Tomas)
		if err != nil {
			t.Fatal(err)
		}
		response := d.create(options)
		wants(t, "by somebody else", h.FinishAddPasskey(ctx, h.Clinician, ceremony, response, "x"), fault.Invalid, "ceremony")
		long := make([]byte, account.MaxLabel+1)
		for i := range long {
			long[i] = 'x'
		}
		wants(t, "with a label too long", h.FinishAddPasskey(ctx, h.Tomas, ceremony, response, string(long)), fault.Invalid, "label")
		for range 2 { // sending again is no error
			if err := h.FinishAddPasskey(ctx, h.Tomas, ceremony, response, "Key\x00"); err != nil {
				t.Fatal(err)
			}
		}
		other := newAuthenticator(t, origin)
		wants(t, "another with the same ceremony", h.FinishAddPasskey(ctx, h.Tomas, ceremony, other.create(options), "x"), fault.Invalid, "ceremony")
		wants(t, "the same key for somebody else", h.tryAddPasskey(h.Clinician, d), fault.Invalid, "passkey")
		c, err := h.Credentials(ctx, h.Tomas)
		if err != nil || len(c.Passkeys) != 1 || c.Passkeys[0].Label != "Key" {
			t.Errorf("credentials: got %+v, %v", c, err)
		}
		stale := h.Tomas
		stale.Fresh = false
		if _, _, err := h.BeginAddPasskey(ctx, stale); !fault.Is(err, fault.StepUp) {
			t.Errorf("without a fresh sign-in: got %v, want step up", err)
		}
		weak := newAuthenticator(t, origin)
		weak.flags = userPresent
		wants(t, "that verifies nobody", h.tryAddPasskey(h.Tomas, weak), fault.Invalid, "passkey")
	})
}

func TestAPasskeyMakesASignInFreshAgain(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		h.open(h.Clinician, inesMail, "clinician", "")
		d := newAuthenticator(t, origin)
		h.addPasskey(h.Clinician, d)
		token, err := h.byPasskey(d)
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Pass(6 * time.Minute)
		s := h.who(token)
		if s.Actor.Fresh {
			t.Fatal("fresh after six minutes")
		}
		ctx, settle := h.Visit(t)
		defer settle()
		options, ceremony, err := h.BeginStepUp(ctx, s.Actor)
		if err != nil {
			t.Fatal(err)
		}
		response := d.get(options)
		_, err = h.finish(ceremony, response)
		wants(t, "signing in with what was for stepping up", err, fault.Invalid, "ceremony")
		if err := h.FinishStepUp(ctx, s.Actor, s.SignInID, ceremony, response); err != nil {
			t.Fatal(err)
		}
		if !h.who(token).Actor.Fresh {
			t.Error("not fresh after stepping up")
		}
		wants(t, "the same again", h.FinishStepUp(ctx, s.Actor, s.SignInID, ceremony, response), fault.Invalid, "ceremony")
	})
}

func TestPasskeysAreOfferedOnlyWhereBrowsersMakeThem(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		for site, want := range map[string]bool{
			"https://practice.example": true, "http://localhost:8420": true, "http://127.0.0.1:8420": false,
			"https://[::1]:8420": false, "http://practice.example": false, "https://192.0.2.7": false,
		} {
			a, err := account.New(w.Door, account.Site{Origin: site, Name: "Waymark"})
			if err != nil {
				t.Errorf("%s: %v", site, err)
				continue
			}
			if a.PasskeysWork() != want {
				t.Errorf("%s: passkeys work = %t", site, !want)
			}
			if _, _, err := a.BeginPasskey(t.Context(), w.Practice); (err == nil) != want {
				t.Errorf("%s: begin: %v", site, err)
			}
		}
		for _, site := range []string{"", "practice.example", "https://practice.example/path", "ftp://practice.example"} {
			if _, err := account.New(w.Door, account.Site{Origin: site}); err == nil {
				t.Errorf("%q was taken for the address of a site", site)
			}
		}
	})
}
