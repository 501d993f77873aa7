// Package launch is where apps of others are let in: what they read to find their way, the
// page on which somebody says yes or no, the addresses at which an app turns a code into
// tokens, and the pages on which those who manage a practice make apps known.
package launch

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/throttle"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages about apps, and what apps ask.
type Pages struct {
	Launches *launch.Launches
	Origin   string   // under which people and apps find us
	Offers   []string // what an app can be let do at most: "Observation.rs"
	Gate     *Gate
}

// A Gate counts what apps ask for, by network.
type Gate struct{ asked *throttle.Networks }

// NewGate returns a gate at which nobody has asked yet. An app asks once an hour; nobody
// guesses 160 bits, and what somebody guesses wrong keeps no one else of their network out.
func NewGate() *Gate { return &Gate{throttle.New(600, 100*time.Millisecond)} }

const (
	authorize = "/launch/authorize"
	tokens    = "/launch/token"
	revoke    = "/launch/revoke"
	known     = "/practice/programs"
	settings  = "/account/programs"

	small = 16 << 10
)

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: launch.Root + "/.well-known/smart-configuration", Audience: web.Anyone, Page: p.discovery},
		{Method: "GET", Pattern: "/.well-known/oauth-authorization-server", Audience: web.Anyone, Page: p.discovery},
		{Method: "GET", Pattern: authorize, Audience: web.SignedIn, Action: access.ReadApps, Page: p.ask},
		{Method: "POST", Pattern: authorize, Audience: web.SignedIn, Action: access.LetLaunch, Page: p.answer, Most: small},
		{Method: "POST", Pattern: tokens, Audience: web.Anyone, Action: access.RedeemLaunch, Page: p.tokens, Most: small},
		{Method: "POST", Pattern: revoke, Audience: web.Anyone, Action: access.RedeemLaunch, Page: p.revoke, Most: small},

		{Method: "GET", Pattern: known, Audience: web.Manager, Action: access.ReadApps, Page: p.apps},
		{Method: "GET", Pattern: known + "/new", Audience: web.Manager, Page: p.blank},
		{Method: "POST", Pattern: known, Audience: web.Manager, Action: access.KeepApps, Page: p.keep, Most: small},
		{Method: "POST", Pattern: known + "/{app}/withdraw", Audience: web.Manager, Action: access.KeepApps, Page: p.withdraw, Most: small},
	}
}

// The parameters of an app's request, as they come with it and as the form carries them on.
var parameters = []string{"response_type", "client_id", "redirect_uri", "scope", "state", "aud", "code_challenge", "code_challenge_method"}

// requestIn reads a request; ok is false if a parameter is there twice, or asks for an
// answer in another way than by a query, which would be understood by nobody for certain.
func requestIn(v url.Values) (r launch.Request, ok bool) {
	for _, name := range append([]string{"response_mode", "request", "request_uri"}, parameters...) {
		if len(v[name]) > 1 {
			return r, false
		}
	}
	if m := v.Get("response_mode"); m != "" && m != "query" || v.Get("request") != "" || v.Get("request_uri") != "" {
		return r, false
	}
	return launch.Request{
		Type: v.Get("response_type"), Client: v.Get("client_id"), Redirect: v.Get("redirect_uri"), Scope: v.Get("scope"),
		State: v.Get("state"), Audience: v.Get("aud"), Challenge: v.Get("code_challenge"), Method: v.Get("code_challenge_method"),
	}, true
}

// A consentPage asks whether an app may come in.
type consentPage struct {
	Frame   ui.FrameProps
	ID      string
	Whose   string // who is asked: the form is theirs alone
	Carried url.Values
	Name    string
	Where   string      // to which the person goes on
	Scopes  []ui.Option // several: each by itself, none chosen beforehand
	Only    string      // the one scope, where it asks for no more than that: without it there is nothing to let in
	Again   bool
	Days    string
	Flaw    *web.Flaw
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	if web.VisitorOf(r).NeedsSetup {
		return web.SeeOther(w, r, "/account/setup")
	}
	v := r.URL.Query()
	if len(v) == 0 { // no app sent them
		return web.SeeOther(w, r, settings)
	}
	req, asked, done, err := p.asked(w, r, v)
	if done || err != nil {
		return err
	}
	if !web.ActorOf(r).Fresh {
		return web.SeeOther(w, r, "/step-up?to="+url.QueryEscape(authorize+"?"+carried(v).Encode()))
	}
	id, err := web.NewID()
	if err != nil {
		return err
	}
	page := p.consent(r, v, req, asked, nil)
	page.ID = id
	return show(w, r, http.StatusOK, req, page)
}

// asked understands what an app asks. If that is wrong it answers itself, and is done: the
// app is told, if it is one that the practice knows and asked to be called where it is;
// otherwise whoever is there is, and goes nowhere.
func (p *Pages) asked(w http.ResponseWriter, r *http.Request, v url.Values) (req launch.Request, asked launch.Asked, done bool, err error) {
	req, ok := requestIn(v)
	if !ok {
		return req, asked, true, stranger(w, r, "This app asked in a way that cannot be understood for certain.")
	}
	asked, err = p.Launches.Ask(r.Context(), web.ActorOf(r), req, web.VisitorOf(r).Is(web.Client))
	var wrong *launch.Wrong
	switch {
	case err == nil || !errors.As(err, &wrong):
		return req, asked, false, err
	case wrong.Back:
		return req, asked, true, p.back(w, r, req, url.Values{"error": {wrong.Code}, "error_description": {wrong.Text}})
	}
	return req, asked, true, stranger(w, r, wrong.Text)
}

// stranger says that an app cannot be let in, and leads nowhere.
func stranger(w http.ResponseWriter, r *http.Request, why string) error {
	f := web.Frame(r)
	return web.Show(w, r, http.StatusBadRequest, ui.Problem(ui.ProblemProps{
		Frame: f, Title: "This app cannot be let in", Text: why + " Nothing was given to it. If you came here from an app that you trust, tell those who make it, or the practice.",
		Next: []ui.ButtonProps{{Text: "To the first page", Href: "/"}},
	}))
}

// back sends whoever is there on to the app, with an answer. The answer names us (RFC
// 9207), so that an app that knows several like us takes it for nobody else's.
func (p *Pages) back(w http.ResponseWriter, r *http.Request, req launch.Request, answer url.Values) error {
	answer.Set("iss", p.Origin)
	if req.State != "" {
		answer.Set("state", req.State)
	}
	sep := "?"
	if strings.Contains(req.Redirect, "?") {
		sep = "&"
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", req.Redirect+sep+answer.Encode())
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// carried are the parameters that the form carries on.
func carried(v url.Values) url.Values {
	kept := url.Values{}
	for _, name := range parameters {
		if v.Get(name) != "" {
			kept.Set(name, v.Get(name))
		}
	}
	return kept
}

// consent is the page with what is ticked. An address, which the app made, ticks nothing.
func (p *Pages) consent(r *http.Request, v url.Values, req launch.Request, asked launch.Asked, ticked []string) consentPage {
	f := web.Frame(r)
	f.Heading = "Let “" + asked.App.Name + "” in?"
	if f.Audience == ui.Desk {
		f.Kicker = "Your account"
	}
	origin, own := launch.OriginOf(req.Redirect)
	page := consentPage{Frame: f, Whose: web.ActorOf(r).ID, Carried: carried(v), Name: asked.App.Name, Again: asked.Again, Days: "30"}
	page.Where = "an app on this device"
	if !own {
		page.Where = strings.TrimPrefix(origin, "https://")
	}
	if len(asked.Scopes) == 1 {
		page.Only = asked.Scopes[0]
		return page
	}
	page.Scopes = options(asked.Scopes, ticked)
	return page
}

// asks says how much the app asks for, and that none of it has to be.
func (p consentPage) asks() string {
	return "It asks for " + desk.Count(len(p.Scopes), "thing", "things") + ". Tick those that it may do: one is enough, and you choose which."
}

// notLetIn stands above the page that asks, once an answer could not be taken.
func notLetIn(p ui.FormErrorProps) ui.FormErrorProps {
	p.Title = "Nothing was let in yet"
	return p
}

// show sends the page, from which the form may lead on to where the app is. Browsers hold
// form-action against where an answer leads, too.
func show(w http.ResponseWriter, r *http.Request, status int, req launch.Request, page consentPage) error {
	origin, _ := launch.OriginOf(req.Redirect)
	h := w.Header()
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "form-action 'self'", "form-action 'self' "+origin, 1))
	return web.Show(w, r, status, consentView(page))
}

// answer is somebody's yes or no.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	if web.VisitorOf(r).NeedsSetup {
		return web.SeeOther(w, r, "/account/setup")
	}
	actor := web.ActorOf(r)
	req, asked, done, err := p.asked(w, r, r.PostForm)
	if done || err != nil {
		return err
	}
	if r.PostForm.Get("whose") != actor.ID {
		page := p.consent(r, r.PostForm, req, asked, nil)
		if page.ID, err = web.NewID(); err != nil {
			return err
		}
		page.Flaw = &web.Flaw{Kind: fault.Conflict, Text: "Somebody else has signed in here since this page was opened. This is now about what is yours: please look once more."}
		return show(w, r, page.Flaw.Status(), req, page)
	}
	if r.PostForm.Get("answer") != "yes" {
		return p.back(w, r, req, url.Values{"error": {"access_denied"}, "error_description": {"they said no"}})
	}
	page := p.consent(r, r.PostForm, req, asked, r.PostForm["scopes"])
	page.ID, page.Days = r.PostForm.Get("id"), r.PostForm.Get("days")
	if !actor.Fresh { // in another window, so that what is ticked here stays
		page.Flaw = &web.Flaw{Kind: fault.StepUp, Text: "An app can be let in for five minutes after you said who you are."}
		return show(w, r, page.Flaw.Status(), req, page)
	}
	c := launch.Consent{ID: page.ID, Request: req, Scopes: r.PostForm["scopes"]}
	c.Lasts = lastsOf(page.Days)
	code, failed := p.Launches.Let(r.Context(), actor, c, web.VisitorOf(r).Is(web.Client))
	flaw, ok := web.FlawIn(failed)
	switch {
	case failed == nil:
		return p.back(w, r, req, url.Values{"code": {code}})
	case !ok:
		return failed
	}
	page.Flaw = flaw
	return show(w, r, flaw.Status(), req, page)
}

// lasting are for how long an app may come again, in days.
func lasting(chosen string) []ui.Option {
	all := []ui.Option{{Value: "0", Text: "An hour, this once"}, {Value: "30", Text: "A month"}, {Value: "90", Text: "Three months"}, {Value: "365", Text: "A year"}}
	for i := range all {
		all[i].Chosen = all[i].Value == chosen
	}
	return all
}

func lastsOf(days string) time.Duration {
	return map[string]time.Duration{"0": launch.AccessLasts, "30": 30 * day, "90": 90 * day, "365": 365 * day}[days]
}

const day = 24 * time.Hour
