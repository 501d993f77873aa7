// Package self is what is everybody's own, whatever they are in the practice:
// their name, what they sign in with, and where they are signed in.
//
// Its pages open while a second step is still missing, because they lead to it.
// So they ask account as VisitorOf(r).Self(), which only reaches what is the
// visitor's own.
package self

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/device"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/passwords"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of everybody's own account.
type Pages struct {
	People   *person.People
	Accounts *account.Accounts

	// Of these what can come in by itself is listed.
	Tokens   *token.Tokens
	Launches *launch.Launches
	Feeds    *feed.Feeds
	Devices  *device.Devices
	Pushes   *push.Pushes

	Machine *web.Machine // what pages know of the server; nil: nothing
}

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/account", Audience: web.SignedIn, Page: p.account, Action: access.ReadAccount},
		{Method: "GET", Pattern: "/account/welcome", Audience: web.SignedIn, Page: p.welcome},
		{Method: "GET", Pattern: "/account/setup", Audience: web.SignedIn, Page: p.setup, Action: access.ReadAccount},
		{Method: "GET", Pattern: "/account/name", Audience: web.SignedIn, Page: p.name, Action: access.ReadPerson},
		{Method: "POST", Pattern: "/account/name", Audience: web.SignedIn, Page: p.rename, Action: access.RevisePerson, Most: small},

		{Method: "GET", Pattern: address, Audience: web.SignedIn, Page: p.changeAddress, Action: access.ReadAccount},
		{Method: "POST", Pattern: address, Audience: web.SignedIn, Page: p.askAddress, Action: access.AskAddress, Most: small},
		{Method: "POST", Pattern: address + "/take-back", Audience: web.SignedIn, Page: p.takeBackAddress, Action: access.ReviseAccount, Most: small},
		{Method: "GET", Pattern: address + "/{link}", Audience: web.SignedIn, Page: p.askConfirm, Action: access.ReadAccount},
		{Method: "POST", Pattern: address + "/{link}", Audience: web.SignedIn, Page: p.confirmAddress, Action: access.ConfirmAddress, Most: small},

		{Method: "POST", Pattern: "/account/sign-ins/{signin}/end", Audience: web.SignedIn, Page: p.endSignIn, Action: access.EndSignIn, Most: small},
		{Method: "POST", Pattern: "/account/sign-ins/end-others", Audience: web.SignedIn, Page: p.endOthers, Action: access.EndSignIn, Most: small},

		{Method: "GET", Pattern: entrances, Audience: web.SignedIn, Page: p.entrances, Action: access.ReadAccount},
		{Method: "POST", Pattern: entrances + "/end", Audience: web.SignedIn, Page: p.endRest, Action: access.ReviseCredential, Most: small},

		{Method: "POST", Pattern: entrances + "/not-me", Audience: web.SignedIn, Page: p.notMe, Action: access.NotMe, Most: small},

		{Method: "GET", Pattern: "/account/password", Audience: web.SignedIn, Page: p.password, Action: access.ReadAccount},
		{Method: "POST", Pattern: "/account/password", Audience: web.SignedIn, Page: p.setPassword, Action: access.ReviseCredential, Most: small},

		{Method: "GET", Pattern: "/account/second-step", Audience: web.SignedIn, Page: p.secondStep, Action: access.ReviseCredential},
		{Method: "POST", Pattern: "/account/second-step", Audience: web.SignedIn, Page: p.confirm, Action: access.ReviseCredential, Most: small},
		{Method: "GET", Pattern: "/account/second-step/remove", Audience: web.SignedIn, Page: p.askRemoveStep},
		{Method: "POST", Pattern: "/account/second-step/remove", Audience: web.SignedIn, Page: p.removeStep, Action: access.ReviseCredential, Most: small},
		{Method: "GET", Pattern: "/account/codes", Audience: web.SignedIn, Page: p.askCodes},
		{Method: "POST", Pattern: "/account/codes", Audience: web.SignedIn, Page: p.newCodes, Action: access.ReviseCredential, Most: small},

		{Method: "GET", Pattern: "/account/passkeys", Audience: web.SignedIn, Page: p.passkeys, Action: access.ReadAccount},
		{Method: "POST", Pattern: "/account/passkeys/begin", Audience: web.SignedIn, Page: p.beginPasskey, Action: access.ReviseCredential, Most: small},
		{Method: "POST", Pattern: "/account/passkeys/finish", Audience: web.SignedIn, Page: p.finishPasskey, Action: access.ReviseCredential},
		{Method: "GET", Pattern: "/account/passkeys/{passkey}/remove", Audience: web.SignedIn, Page: p.askRemovePasskey, Action: access.ReadAccount},
		{Method: "POST", Pattern: "/account/passkeys/{passkey}/remove", Audience: web.SignedIn, Page: p.removePasskey, Action: access.ReviseCredential, Most: small},

		{Method: "GET", Pattern: "/step-up", Audience: web.SignedIn, Page: p.stepUp, Action: access.ReadAccount},
		{Method: "POST", Pattern: "/step-up", Audience: web.SignedIn, Page: p.prove, Action: access.TrySignIn, Most: small},
		{Method: "POST", Pattern: "/step-up/passkey/begin", Audience: web.SignedIn, Page: p.beginStepUp, Action: access.ReadAccount, Most: small},
		{Method: "POST", Pattern: "/step-up/passkey/finish", Audience: web.SignedIn, Page: p.finishStepUp, Action: access.MakeSignIn},
	}
}

// small is how many bytes a form of a few words may have.
const small = 16 << 10

// frame is the visitor's own frame. While a second step is missing it offers no
// places, because none opens.
func frame(r *http.Request, heading string) ui.FrameProps {
	f := web.Frame(r)
	f.Heading = heading
	if web.VisitorOf(r).NeedsSetup {
		f.Audience, f.Home, f.Places = ui.Plain, "/account/setup", nil
	}
	return f
}

// task is the frame of a page with one way back to the account.
func task(r *http.Request, heading string) ui.FrameProps {
	f := frame(r, heading)
	switch {
	case f.Audience == ui.Client:
		f.Back = &ui.Link{Text: "Back to my account", Href: "/account"}
	case f.Audience == ui.Desk:
		f.Kicker = "Your account"
	}
	return f
}

// fresh fails with fault.StepUp unless the visitor said in the last minutes who
// they are, so that nobody fills in a form for nothing.
func fresh(r *http.Request) error {
	if web.VisitorOf(r).Self().Fresh {
		return nil
	}
	return fault.New(fault.StepUp, "", "What you sign in with can be changed for five minutes after you said who you are.")
}

// staff says whether the visitor works in the practice.
func staff(v *web.Visitor) bool { return v.Is(web.Clinician) || v.Is(web.Manager) }

// least is how many characters the visitor’s password has at least.
func least(v *web.Visitor) int {
	if staff(v) {
		return passwords.MinStaff
	}
	return passwords.Min
}

// onward is where a page leads that was one step of setting up.
func onward(v *web.Visitor, otherwise string) string {
	if v.NeedsSetup {
		return "/account/setup"
	}
	return otherwise
}
