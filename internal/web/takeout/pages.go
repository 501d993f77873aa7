// Package takeout has the page on which a client takes along everything that is theirs
// to read: their record, as a page that works alone and as data, and with it, if they
// open it there, their journal. The server gives the record; the browser puts one file
// together, because it alone can open a journal.
package takeout

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/takeout"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/client"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of archives.
type Pages struct {
	Takeouts *takeout.Takeouts
	People   *person.People
	Vaults   *vault.Vaults
}

const toArchive = "/my/archive"

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: toArchive, Audience: web.Client, Action: access.ReadVault, Page: p.archive},
		{Method: http.MethodGet, Pattern: toArchive + "/record.html", Audience: web.Client, Action: access.TakeOut, Page: p.page},
		{Method: http.MethodGet, Pattern: toArchive + "/record.json", Audience: web.Client, Action: access.TakeOut, Page: p.data},
	}
}

// archivePage says what an archive is, and makes one.
type archivePage struct {
	frame ui.FrameProps
	owner string
	fresh bool // they said a moment ago who they are
	there bool // they have a journal
	keyed bool // a passkey opens it
}

func (p *Pages) archive(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Vaults.Own(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	page := archivePage{
		frame: web.Frame(r), owner: web.ActorOf(r).ID, fresh: web.VisitorOf(r).Self().Fresh,
		there: v.There(), keyed: len(v.Ways) > 1,
	}
	page.frame.Heading = "Your own archive"
	page.frame.Back = &ui.Link{Text: "My record", Href: "/my/record"}
	if page.fresh {
		page.frame.Scripts = []string{"takeout.js"}
	}
	return web.Show(w, r, http.StatusOK, archiveView(page))
}

// record is everything of the record of whoever asks. What it is of is read first:
// without a fresh sign-in nothing of it is.
func (p *Pages) record(r *http.Request) (takeout.Record, error) {
	ctx, actor := r.Context(), web.ActorOf(r)
	self, err := p.People.Person(ctx, actor, actor.ID)
	if err != nil {
		return takeout.Record{}, err
	}
	staff, err := p.People.Staff(ctx, actor)
	if err != nil {
		return takeout.Record{}, err
	}
	emergencies, err := p.People.Emergencies(ctx, actor, actor.ID)
	if err != nil {
		return takeout.Record{}, err
	}
	names := map[string]string{}
	for _, s := range staff {
		names[s.ID] = s.Name
	}
	return p.Takeouts.Of(ctx, actor, access.ClientRecord(actor.ID), takeout.Who{
		Practice: web.PracticeOf(r).Name, Client: self, Names: names, Emergencies: emergencies,
		Act: func(o access.Opening) string { return client.Act(o, actor.ID, names) },
	}, web.LocationOf(r))
}

// page is the record as one page that works alone.
func (p *Pages) page(w http.ResponseWriter, r *http.Request) error {
	record, err := p.record(r)
	if err != nil {
		return err
	}
	head(w, "text/html; charset=utf-8", "record.html")
	// A browser that left is nobody's fault.
	_ = recordView(record).Render(context.WithoutCancel(r.Context()), w)
	return nil
}

// data is the same for programs.
func (p *Pages) data(w http.ResponseWriter, r *http.Request) error {
	record, err := p.record(r)
	if err != nil {
		return err
	}
	head(w, "application/json", "record.json")
	out := json.NewEncoder(w)
	out.SetIndent("", " ")
	_ = out.Encode(record)
	return nil
}

// head is what stands before a file: it is to be kept and not shown here, where its
// style would not be let through.
func head(w http.ResponseWriter, kind, name string) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
}
