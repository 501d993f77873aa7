// Package takeout has the pages of archives. On one a client takes along everything that
// is theirs to read: their record, as a page that works alone and as data, what they share,
// and with it, if they open it there, their journal. The server gives the record; the
// browser puts one file together, because it alone can open a journal. Without script, and
// without the journal, the server makes that file. On the other, whoever treats a client
// makes the practice's archive of the record.
package takeout

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/takeout"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/record"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of archives.
type Pages struct {
	Takeouts *takeout.Takeouts
	People   *person.People
	Vaults   *vault.Vaults
	Shares   *journal.Shares
	FHIR     Collect
}

// Collect writes everything about a client to w as other programs understand it, as far
// as the actor may see it. fhir.API.Collect is one.
type Collect func(ctx context.Context, actor access.Actor, client string, now time.Time, w io.Writer) error

const toArchive = "/my/archive"

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: toArchive, Audience: web.Client, Action: access.ReadVault, Page: p.own},
		{Method: http.MethodGet, Pattern: toArchive + "/record.html", Audience: web.Client, Action: access.TakeOut, Page: p.page},
		{Method: http.MethodGet, Pattern: toArchive + "/record.json", Audience: web.Client, Action: access.TakeOut, Page: p.data},
		{Method: http.MethodGet, Pattern: toArchive + "/bundle.json", Audience: web.Client, Action: access.TakeOut, Page: p.fhir},
		{Method: http.MethodGet, Pattern: toArchive + "/shared.json", Audience: web.Client, Action: access.ReadShares, Page: p.shared},
		{Method: http.MethodGet, Pattern: toArchive + "/shared/{share}/{media}", Audience: web.Client, Action: access.TakeOut, Page: p.piece},
		{Method: http.MethodGet, Pattern: toArchive + "/archive.zip", Audience: web.Client, Action: access.TakeOut, Page: p.whole},

		desk.Get("/clients/{client}/archive", access.LookEntries, p.ofClient),
		desk.Get("/clients/{client}/archive/archive.zip", access.ArchiveClient, p.practiceArchive),
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

func (p *Pages) own(w http.ResponseWriter, r *http.Request) error {
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
	who, err := p.who(r, actor, actor.ID)
	if err != nil {
		return takeout.Record{}, err
	}
	if who.Emergencies, err = p.People.Emergencies(ctx, actor, actor.ID); err != nil {
		return takeout.Record{}, err
	}
	who.Act = func(o access.Opening) string { return record.Act(o, actor.ID, who.Names) }
	return p.Takeouts.Of(ctx, actor, access.ClientRecord(actor.ID), who, web.LocationOf(r))
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
	_ = writeData(w, record)
	return nil
}

// fhir is the same in the words of FHIR, as the client's own programs read it.
func (p *Pages) fhir(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), web.ActorOf(r)
	if err := p.Takeouts.Begin(ctx, actor, access.ClientRecord(actor.ID)); err != nil { // it needs the same
		return err
	}
	var held bytes.Buffer
	if err := p.FHIR(ctx, actor, actor.ID, web.NowOf(r), &held); err != nil {
		return err
	}
	head(w, "application/fhir+json", "bundle.json")
	_, _ = held.WriteTo(w)
	return nil
}

// A sharedFile is a piece that the client shares, for the browser that makes an archive.
type sharedFile struct {
	Name string `json:"name"` // in the archive
	At   string `json:"at"`   // its address
	Size int64  `json:"size"`
}

// shared tells the browser what is shared now.
func (p *Pages) shared(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Shares.Own(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	out := []sharedFile{}
	for _, f := range filesOf(all) {
		out = append(out, sharedFile{f.name, toArchive + "/shared/" + f.share + "/" + f.piece.ID, f.piece.Size})
	}
	return web.Tell(w, out)
}

// ownPart is a part of a piece that the client shares.
func (p *Pages) ownPart(r *http.Request) part {
	return func(ctx context.Context, share, piece string, from int64, most int) ([]byte, journal.Piece, error) {
		return p.Shares.OwnPart(ctx, web.ActorOf(r), share, piece, from, most)
	}
}

// piece is one piece that the client shares, whole.
func (p *Pages) piece(w http.ResponseWriter, r *http.Request) error {
	read, ctx := p.ownPart(r), r.Context()
	_, piece, err := read(ctx, r.PathValue("share"), r.PathValue("media"), 0, 1)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Length", strconv.FormatInt(piece.Size, 10))
	head(w, "application/octet-stream", "piece.bin")
	if err := (file{share: r.PathValue("share"), piece: piece}).send(ctx, w, w, read); err != nil {
		web.Torn(ctx, err)
	}
	return nil
}

// whole is all of it in one file, but for the journal, for a browser without script.
func (p *Pages) whole(w http.ResponseWriter, r *http.Request) error {
	record, err := p.record(r)
	if err != nil {
		return err
	}
	shares, err := p.Shares.Own(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	return p.archive(w, r, web.ActorOf(r).ID, record, shares, p.ownPart(r))
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
