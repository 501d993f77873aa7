// Package way has the pages of the path, for a client and for whoever treats them:
// the journey as a picture and as a story, and, for the client alone, something
// that they wrote themself when it was earlier.
package way

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/path"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of the path.
type Pages struct {
	People *person.People
	Paths  *path.Paths
}

// Routes are all addresses of the path.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: toWay, Audience: web.Client, Action: access.ReadPath, Page: p.mine},
		{Method: http.MethodGet, Pattern: toThen, Audience: web.Client, Action: access.OwnWords, Page: p.then},
		desk.Get("/clients/{client}/way", access.ReadPath, p.theirs),
	}
}

const (
	toWay  = "/my/way"
	toThen = "/my/way/then"
)

// wayPage is a journey as a picture and as a story.
type wayPage struct {
	Frame   ui.FrameProps
	Tabs    []ui.Tab // at a desk
	Lead    string   // at a desk; a client's stands in the frame
	Picture ui.WayProps
	Tale    ui.TaleProps
	Light   string // where one sets a light
	Course  string // the client's own line; empty at a desk
	Then    string // where the client's own words are; empty: not here
	Note    string
}

// mine is the client's own way.
func (p *Pages) mine(w http.ResponseWriter, r *http.Request) error {
	actor, now := web.ActorOf(r), web.NowOf(r)
	story, err := p.Paths.Of(r.Context(), actor, access.ClientRecord(actor.ID), now.Location())
	if err != nil {
		return err
	}
	t := teller{Story: story, mine: true, base: "/my", known: map[string]string{}}
	if err := p.meet(r.Context(), actor, &t); err != nil {
		return err
	}
	page := wayPage{
		Frame: web.Frame(r), Picture: t.picture(), Tale: t.tale(), Light: "/my/markers/new", Course: "/my/course", Then: toThen,
		Note: "Lights can be set by you or by whoever works with you. Nobody counts them.",
	}
	page.Frame.Wide, page.Frame.Heading, page.Frame.Lead = true, "The way so far", t.lead()
	return web.Show(w, r, http.StatusOK, wayView(page))
}

// theirs is the way of a client, for whoever treats them.
func (p *Pages) theirs(w http.ResponseWriter, r *http.Request) error {
	actor, now := web.ActorOf(r), web.NowOf(r)
	record, id := desk.RecordOf(r)
	story, err := p.Paths.Of(r.Context(), actor, record, now.Location())
	if err != nil {
		return err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return err
	}
	t := teller{Story: story, name: desk.First(desk.NameOf(who)), base: "/clients/" + id, me: actor.ID, known: map[string]string{}}
	page := wayPage{
		Frame: desk.Frame(r, "The way so far"), Tabs: desk.Tabs(id, "/way"), Lead: t.lead(),
		Picture: t.picture(), Tale: t.tale(), Light: "/clients/" + id + "/together",
		Note: "Lights can be set by you or by " + t.name + ". Nobody counts them. What " + t.name + " keeps for themself is not here.",
	}
	page.Frame.Kicker = desk.NameOf(who)
	return web.Show(w, r, http.StatusOK, wayView(page))
}

// meet reads how those are called who set lights beside the client.
func (p *Pages) meet(ctx context.Context, actor access.Actor, t *teller) error {
	for _, st := range t.all() {
		for _, l := range st.Lights {
			if _, known := t.known[l.By]; known || l.Mine {
				continue
			}
			who, err := p.People.Person(ctx, actor, l.By)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			t.known[l.By] = desk.First(who.Name)
		}
	}
	return nil
}

// thenPage is something that the client once wrote.
type thenPage struct {
	Frame ui.FrameProps
	There bool
	Words string
	About string // "3 March, beside a light: Trust"
	Next  string // where another one is
}

// then shows one of the client's own words from earlier. They asked for it.
func (p *Pages) then(w http.ResponseWriter, r *http.Request) error {
	actor, now := web.ActorOf(r), web.NowOf(r)
	nth, err := strconv.ParseUint(r.URL.Query().Get("n"), 10, 16)
	if err != nil {
		nth = uint64(now.YearDay()) // each day begins elsewhere
	}
	own, ok, err := p.Paths.Then(r.Context(), actor, access.ClientRecord(actor.ID), int(nth), now.Location())
	if err != nil {
		return err
	}
	page := thenPage{Frame: web.Frame(r), There: ok, Next: toThen + "?n=" + strconv.FormatUint((nth+1)%(1<<16), 10)}
	page.Frame.Heading, page.Frame.Back = "Something you wrote then", &ui.Link{Text: "The way", Href: toWay}
	if ok {
		page.Words, page.About = own.Words, dated(own.At, now)+", "+own.About
	}
	return web.Show(w, r, http.StatusOK, thenView(page))
}

// dated is a day with its year if that is another one.
func dated(t, now time.Time) string { return desk.Short(t, now) }
