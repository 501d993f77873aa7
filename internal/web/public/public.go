// Package public is what anybody can open: what practices say of themselves,
// whom to call in a crisis, and the ways in. It shows nothing of anybody.
package public

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages for anybody.
type Pages struct {
	Facts    *web.Facts
	People   *person.People
	Accounts *account.Accounts

	Reminders *reminder.Reminders
	Enquiries *enquiry.Enquiries
}

// Routes are their addresses. Help is never counted as a sign of life: so it
// writes nothing, and opens whatever fails.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/{$}", Audience: web.Anyone, Page: p.front},
		{Method: "GET", Pattern: "/p/{slug}", Audience: web.Anyone, Page: p.practice},
		{Method: "GET", Pattern: "/p/{slug}/{name}", Audience: web.Anyone, Page: p.clinician},
		{Method: "GET", Pattern: "/p/{slug}/begin", Audience: web.Anyone, Page: p.begin},
		{Method: "POST", Pattern: "/p/{slug}/begin", Audience: web.Anyone, Page: p.ask, Action: access.Enquire, Most: mostEnquiry},
		{Method: "GET", Pattern: "/answer/{link}", Audience: web.Anyone, Page: p.answer, Action: access.ReadReply},
		{Method: "POST", Pattern: "/answer/{link}", Audience: web.Anyone, Page: p.add, Action: access.AddToEnquiry, Most: small},
		{Method: "GET", Pattern: "/answer/{link}/withdraw", Audience: web.Anyone, Page: p.askWithdraw, Action: access.ReadReply},
		{Method: "POST", Pattern: "/answer/{link}/withdraw", Audience: web.Anyone, Page: p.withdraw, Action: access.WithdrawEnquiry, Most: small},
		{Method: "GET", Pattern: "/help", Audience: web.Anyone, Page: p.help, Polls: true},

		{Method: "GET", Pattern: "/sign-in", Audience: web.Anyone, Page: p.signIn},
		{Method: "POST", Pattern: "/sign-in", Audience: web.Anyone, Page: p.enter, Action: access.TrySignIn, Most: small},
		{Method: "GET", Pattern: "/sign-in/done", Audience: web.Anyone, Page: p.done},
		{Method: "POST", Pattern: "/sign-in/passkey/begin", Audience: web.Anyone, Page: p.beginPasskey, Most: small},
		{Method: "POST", Pattern: "/sign-in/passkey/finish", Audience: web.Anyone, Page: p.finishPasskey, Action: access.MakeSignIn},
		{Method: "POST", Pattern: "/sign-out", Audience: web.Anyone, Page: p.signOut, Action: access.EndSignIn, Most: small},

		{Method: "GET", Pattern: "/join/{link}", Audience: web.Anyone, Page: p.join, Action: access.ReadInvite},
		{Method: "POST", Pattern: "/join/{link}", Audience: web.Anyone, Page: p.accept, Action: access.AcceptInvite, Most: small},

		{Method: "GET", Pattern: "/no-reminders/{link}", Audience: web.Anyone, Page: p.askNoReminders},
		{Method: "POST", Pattern: "/no-reminders/{link}", Audience: web.Anyone, Page: p.noReminders, Action: access.StopReminders, Most: small},

		{Method: "GET", Pattern: "/recover", Audience: web.Anyone, Page: p.lost},
		{Method: "POST", Pattern: "/recover", Audience: web.Anyone, Page: p.askLink, Action: access.RequestRecovery, Most: small},
		{Method: "GET", Pattern: "/recover/{link}", Audience: web.Anyone, Page: p.recover},
		{Method: "POST", Pattern: "/recover/{link}", Audience: web.Anyone, Page: p.regain, Action: access.RegainAccount, Most: small},
		{Method: "GET", Pattern: "/not-me/{link}", Audience: web.Anyone, Page: p.askNotMe},
		{Method: "POST", Pattern: "/not-me/{link}", Audience: web.Anyone, Page: p.notMe, Action: access.NotMe, Most: small},
		{Method: "GET", Pattern: "/address/{link}", Audience: web.Anyone, Page: p.askBack},
		{Method: "POST", Pattern: "/address/{link}", Audience: web.Anyone, Page: p.putBack, Action: access.UndoAddress, Most: small},
	}
}

// small is how many bytes a form of a few words may have.
const small = 16 << 10

// plain is the frame of a page on the way in: the same for everybody, whoever
// is signed in here at the moment.
func plain(r *http.Request, facts *web.Facts) ui.FrameProps {
	f := web.Frame(r)
	f.Audience, f.Home, f.Places, f.SignOut = ui.Plain, "", nil, ""
	if one, ok := facts.Only(); ok {
		f.Leave = one.Leave
	}
	return f
}

// begun gives the browser of r the sign-in that token stands for. Whoever was
// signed in here before is not any more.
func (p *Pages) begun(w http.ResponseWriter, r *http.Request, token account.Token) error {
	web.SignIn(w, r, token.Cookie)
	web.KeepDevice(w, r, token.Device)
	v := web.VisitorOf(r)
	if !v.In() {
		return nil
	}
	return p.Accounts.EndSignIn(r.Context(), v.Self(), v.SignInID)
}

// choice is the practice that somebody means: the only one, or the one they chose.
type choice struct {
	All    []person.Practice
	Chosen string // id
}

func (p *Pages) choice(slug, id string) choice {
	c := choice{All: p.Facts.All()}
	for _, one := range c.All {
		if len(c.All) == 1 || one.ID == id || slug != "" && one.Slug == slug {
			c.Chosen = one.ID
		}
	}
	return c
}

func (c choice) options() []ui.Option {
	all := []ui.Option{{Text: "Choose"}}
	for _, one := range c.All {
		all = append(all, ui.Option{Value: one.ID, Text: one.Name, Chosen: one.ID == c.Chosen})
	}
	return all
}
