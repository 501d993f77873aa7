package launch

import (
	"net/http"
	"slices"

	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// An appsPage is every app that the practice made known.
type appsPage struct {
	Frame ui.FrameProps
	All   []launch.App
	Base  string
	Room  bool
}

// An appPage asks what is to be known of a new one.
type appPage struct {
	Frame     ui.FrameProps
	ID        string
	Name      string
	Redirects string
	For       []ui.Option
	May       []ui.Option
	Flaw      *web.Flaw
}

// done are the words after something was kept.
var done = map[string]string{
	"known":     "Made known. What it has to know of us stands with it.",
	"withdrawn": "Withdrawn. Whoever had let it in has it end with this.",
}

func (p *Pages) apps(w http.ResponseWriter, r *http.Request) error {
	page := appsPage{Frame: web.FrameSaying(r, "Programs of others", done), Base: p.Origin + launch.Root}
	var err error
	if page.All, err = p.Launches.Apps(r.Context(), web.ActorOf(r)); err != nil {
		return err
	}
	page.Room = len(page.All) < launch.MaxApps
	return web.Show(w, r, http.StatusOK, appsView(page))
}

func (p *Pages) blank(w http.ResponseWriter, r *http.Request) error {
	if !web.ActorOf(r).Fresh {
		return web.SeeOther(w, r, "/step-up?to="+known+"/new")
	}
	page := p.form(r, []string{"clients"}, nil)
	var err error
	if page.ID, err = web.NewID(); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, appView(page))
}

// form is the page with these choices made.
func (p *Pages) form(r *http.Request, who, may []string) appPage {
	page := appPage{Frame: web.Frame(r), For: []ui.Option{
		{Value: "clients", Text: "Clients, for what is their own"},
		{Value: "staff", Text: "Those who work here, for whom they work with"},
	}}
	page.Frame.Heading = "Make a program known"
	for i, o := range page.For {
		page.For[i].Chosen = slices.Contains(who, o.Value)
	}
	page.May = options(p.Offers, may)
	return page
}

func (p *Pages) keep(w http.ResponseWriter, r *http.Request) error {
	f := launch.AppForm{
		ID: r.PostForm.Get("id"), Name: r.PostForm.Get("name"), Redirects: r.PostForm.Get("redirects"),
		Clients: slices.Contains(r.PostForm["for"], "clients"), Staff: slices.Contains(r.PostForm["for"], "staff"),
	}
	for _, m := range r.PostForm["may"] {
		if slices.Contains(p.Offers, m) {
			f.May = append(f.May, m)
		}
	}
	_, err := p.Launches.KeepApp(r.Context(), web.ActorOf(r), f)
	flaw, ok := web.FlawIn(err)
	switch {
	case err == nil:
		return web.SeeOther(w, r, known+"?done=known")
	case !ok:
		return err
	}
	page := p.form(r, r.PostForm["for"], r.PostForm["may"])
	page.ID, page.Name, page.Redirects, page.Flaw = f.ID, f.Name, f.Redirects, flaw
	return web.Show(w, r, flaw.Status(), appView(page))
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := p.Launches.Withdraw(r.Context(), web.ActorOf(r), r.PathValue("app")); err != nil {
		return err
	}
	return web.SeeOther(w, r, known+"?done=withdrawn")
}

// forWhom says who may let an app in.
func forWhom(a launch.App) string {
	switch {
	case a.Clients && a.Staff:
		return "For clients, and for those who work here"
	case a.Staff:
		return "For those who work here"
	}
	return "For clients"
}

// mays says what an app may ask for.
func mays(a launch.App) string {
	var all []string
	for _, m := range inOrder(a.May) {
		all = append(all, Words(m))
	}
	return Listed(all)
}
