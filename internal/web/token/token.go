// Package token is the pages on which somebody lets programs in, in their own name,
// sees which there are, and ends them.
package token

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/web"
	launches "github.com/waymark-care/waymark/internal/web/launch"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages about programs.
type Pages struct {
	Tokens   *token.Tokens
	Launches *launch.Launches
	People   *person.People
}

const (
	settings = "/account/programs"
	small    = 16 << 10
)

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: settings, Audience: web.SignedIn, Action: access.ReadTokens, Page: p.all},
		{Method: "GET", Pattern: settings + "/new", Audience: web.SignedIn, Page: p.fresh},
		{Method: "POST", Pattern: settings, Audience: web.SignedIn, Action: access.MakeToken, Page: p.make, Most: small},
		{Method: "POST", Pattern: settings + "/{program}/end", Audience: web.SignedIn, Action: access.EndToken, Page: p.end, Most: small},
		{Method: "POST", Pattern: settings + "/apps/{app}/end", Audience: web.SignedIn, Action: access.EndToken, Page: p.endApp, Most: small},
	}
}

// A listPage is all programs that were let in.
type listPage struct {
	Frame ui.FrameProps
	All   []token.Token
	Apps  []launch.Launch
	Room  bool
	Shown string // the token that was just made
	Now   time.Time
}

// A formPage asks for what a new one may.
type formPage struct {
	Frame  ui.FrameProps
	ID     string
	Label  string
	Scopes []string
	Days   string
	Wrong  *web.Flaw
	Now    time.Time
}

// choices are the scopes that can be chosen on the page; more can be said at the
// operator's machine.
func choices(chosen []string) []ui.Option {
	all := []ui.Option{
		{Value: "user/Patient.rs", Text: "Read names and contacts"},
		{Value: "user/Practitioner.rs", Text: "Read who works in the practice"},
		{Value: "user/Questionnaire.rs", Text: "Read questionnaires"},
		{Value: "user/QuestionnaireResponse.rs", Text: "Read what was answered"},
		{Value: "user/QuestionnaireResponse.c", Text: "Send in answers"},
		{Value: "user/Observation.rs", Text: "Read scores"},
	}
	for i := range all {
		all[i].Chosen = slices.Contains(chosen, all[i].Value)
	}
	return all
}

// lasting are for how long one may last, in days.
func lasting(chosen string) []ui.Option {
	all := []ui.Option{{Value: "1", Text: "A day"}, {Value: "30", Text: "A month"}, {Value: "90", Text: "Three months"}, {Value: "365", Text: "A year"}}
	for i := range all {
		all[i].Chosen = all[i].Value == chosen
	}
	return all
}

func frame(r *http.Request, heading string, back *ui.Link) ui.FrameProps {
	f := web.Frame(r)
	f.Heading = heading
	switch {
	case f.Audience == ui.Client:
		f.Back = back
	case f.Audience == ui.Desk:
		f.Kicker = "Your account"
	}
	return f
}

func (p *Pages) page(r *http.Request) (listPage, error) {
	page := listPage{Frame: frame(r, "Programs", &ui.Link{Text: "Back to my account", Href: "/account"}), Now: web.NowOf(r)}
	var err error
	if page.Apps, err = p.Launches.All(r.Context(), web.ActorOf(r)); err != nil {
		return page, err
	}
	page.All, err = p.Tokens.All(r.Context(), web.ActorOf(r))
	page.All = slices.DeleteFunc(page.All, func(t token.Token) bool { return !t.EndedAt.IsZero() })
	valid := 0
	for _, t := range page.All {
		if !t.Over(page.Now) {
			valid++
		}
	}
	page.Room = valid < token.MaxTokens
	return page, err
}

func (p *Pages) all(w http.ResponseWriter, r *http.Request) error {
	if web.VisitorOf(r).NeedsSetup {
		return web.SeeOther(w, r, "/account/setup")
	}
	page, err := p.page(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, listView(page))
}

func (p *Pages) fresh(w http.ResponseWriter, r *http.Request) error {
	if web.VisitorOf(r).NeedsSetup {
		return web.SeeOther(w, r, "/account/setup")
	}
	id, err := web.NewID()
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, formView(formPage{Frame: formFrame(r), ID: id, Days: "90", Now: web.NowOf(r)}))
}

func formFrame(r *http.Request) ui.FrameProps {
	return frame(r, "Let a program in", &ui.Link{Text: "Back to my programs", Href: settings})
}

// make shows the new token on the page that answers: no address of ours ever holds
// it, and no history.
func (p *Pages) make(w http.ResponseWriter, r *http.Request) error {
	if web.VisitorOf(r).NeedsSetup {
		return web.SeeOther(w, r, "/account/setup")
	}
	f := token.Form{ID: r.PostForm.Get("id"), Label: r.PostForm.Get("label"), Scopes: slices.Clone(r.PostForm["scopes"])}
	if v := web.VisitorOf(r); v.Is(web.Client) { // nobody else's is within their reach
		for i, s := range f.Scopes {
			f.Scopes[i] = strings.Replace(s, "user/", "patient/", 1)
		}
	}
	days := r.PostForm.Get("days")
	for _, o := range lasting("") {
		if o.Value == days {
			var n int
			fmt.Sscan(days, &n)
			f.Lasts = time.Duration(n) * 24 * time.Hour
		}
	}
	made, failed := p.Tokens.Make(r.Context(), web.ActorOf(r), f)
	flaw, ok := web.FlawIn(failed)
	if failed != nil && !ok {
		return failed
	}
	if failed != nil {
		page := formPage{Frame: formFrame(r), ID: f.ID, Label: f.Label, Scopes: f.Scopes, Days: days, Wrong: flaw, Now: web.NowOf(r)}
		return web.Show(w, r, flaw.Status(), formView(page))
	}
	page, err := p.page(r)
	if err != nil {
		return err
	}
	page.Shown = made
	return web.Show(w, r, http.StatusOK, listView(page))
}

func (p *Pages) end(w http.ResponseWriter, r *http.Request) error {
	if web.VisitorOf(r).NeedsSetup {
		return web.SeeOther(w, r, "/account/setup")
	}
	if err := p.Tokens.End(r.Context(), web.ActorOf(r), r.PathValue("program")); err != nil {
		return err
	}
	return web.SeeOther(w, r, settings)
}

// endApp ends an app that was let in.
func (p *Pages) endApp(w http.ResponseWriter, r *http.Request) error {
	if web.VisitorOf(r).NeedsSetup {
		return web.SeeOther(w, r, "/account/setup")
	}
	if err := p.Launches.End(r.Context(), web.ActorOf(r), r.PathValue("app")); err != nil {
		return err
	}
	return web.SeeOther(w, r, settings)
}

// may says in words what the scopes let a program do.
func may(scopes []string) string {
	var all []string
	for _, s := range scopes {
		if strings.Contains(s, ".") { // the others say how it comes in
			all = append(all, launches.Words(s))
		}
	}
	return launches.Listed(all)
}

func appState(l launch.Launch, now time.Time) string {
	until := "Until " + day(l.Until, now)
	if l.Until.Sub(now) < 24*time.Hour {
		until = "Until " + l.Until.In(now.Location()).Format("15:04")
	}
	return until + "; let in " + day(l.MadeAt, now) + ", last there " + day(l.UsedAt, now)
}

func state(t token.Token, now time.Time) string {
	used := "not used yet"
	if !t.UsedAt.IsZero() {
		used = "last used " + day(t.UsedAt, now)
	}
	if t.Over(now) {
		return "Ran out " + day(t.Until, now) + "; " + used
	}
	return "Until " + day(t.Until, now) + "; " + used
}

func day(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() == now.Year() {
		return t.Format("Monday 2 January")
	}
	return t.Format("2 January 2006")
}

func named(label string) string {
	if label == "" {
		return "A program"
	}
	return label
}
