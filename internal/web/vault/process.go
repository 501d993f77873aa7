package vault

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A processPage is what the visitor keeps in their vault about one client: days,
// until the browser opens it.
type processPage struct {
	frame  ui.FrameProps
	client string // id
	name   string // first name
	known  bool   // they still work with the client
	owner  string
	there  bool // they have a vault
	keyed  bool // a passkey opens it
	begun  bool
	days   []dayLine
	told   toldReleases
}

// A dayLine is one entry while it is sealed.
type dayLine struct{ day, changed string }

// process is the page of the visitor's own notes about a client.
func (p *Pages) process(w http.ResponseWriter, r *http.Request) error {
	reach, err := p.reached(r)
	if err != nil {
		return err
	}
	actor, client, now := web.ActorOf(r), r.PathValue("client"), web.NowOf(r)
	v, err := p.Vaults.Own(r.Context(), actor)
	if err != nil {
		return err
	}
	page := processPage{
		frame: web.Frame(r), client: client, name: "this client", owner: actor.ID,
		there: v.There(), keyed: len(v.Ways) > 1, begun: reach.begun,
	}
	page.frame.Heading = "Process notes"
	page.frame.Kicker = "Somebody you no longer work with"
	if page.there {
		page.frame.Scripts = []string{"vault-process.js"}
	}
	who, err := p.People.Person(r.Context(), actor, client)
	switch {
	case err == nil:
		page.name, page.known, page.frame.Kicker = desk.First(desk.NameOf(who)), true, desk.NameOf(who)
	case !fault.Is(err, fault.NotFound):
		return err
	}
	for _, e := range reach.days {
		line := dayLine{day: dayOf(e.Begun, now)}
		if e.Revision > 1 {
			line.changed = "changed " + desk.On(e.At, now)
		}
		page.days = append(page.days, line)
	}
	if page.told, err = p.toldReleases(r, reach); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, processView(page))
}
