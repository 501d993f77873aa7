// Package note has the pages about progress notes, for those who treat a client: the
// list with the sessions that have none, the form whose draft is kept while one
// writes, what is signed with every version, the search, and the summary that the
// client may read. It decides nothing: every page asks the domain, and the domain
// asks the door.
package note

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages about notes.
type Pages struct {
	Notes  *note.Notes
	People *person.People
	// Methods is the catalogue of a practice; nil: what is shipped.
	Methods func(practice string) *method.Library
}

// mostOfNote is how many bytes the form of a note may have: what does not fit into a
// note comes back with what to do about it.
const mostOfNote = 2 << 20

// Routes are all addresses about notes.
func (p *Pages) Routes() []web.Route {
	big := func(r web.Route) web.Route {
		r.Most = mostOfNote
		return r
	}
	return []web.Route{
		desk.Get("/clients/{client}/notes", access.ReadNotes, p.list),
		desk.Post("/clients/{client}/notes", access.DraftNote, p.begin),
		desk.Post("/clients/{client}/notes/search", access.ReadNotes, p.search),
		desk.Get("/clients/{client}/sessions/{session}/note", access.ReadNotes, p.ofSession),
		desk.Get("/clients/{client}/notes/{note}", access.ReadNotes, p.one),
		desk.Get("/clients/{client}/notes/{note}/left", access.ReadLeft, p.left),
		desk.Get("/clients/{client}/notes/{note}/amend", access.ReadNotes, p.amend),
		big(desk.Post("/clients/{client}/notes/draft", access.DraftNote, p.draft)),
		big(desk.Post("/clients/{client}/notes/sign", access.SignNote, p.sign)),
		desk.Post("/clients/{client}/notes/{note}/throw", access.DraftNote, p.throw),
		desk.Post("/clients/{client}/notes/{note}/share", access.ShareNote, p.share),
	}
}

// people are how everybody is called, by id.
type people struct {
	actor  access.Actor
	id     string // of the client
	client string // in full
	names  map[string]string
	now    time.Time
}

// peopleOf reads the names.
func (p *Pages) peopleOf(r *http.Request) (people, error) {
	_, id := desk.RecordOf(r)
	who := people{actor: web.ActorOf(r), id: id, names: make(map[string]string), now: web.NowOf(r)}
	staff, err := p.People.Staff(r.Context(), who.actor)
	if err != nil {
		return who, err
	}
	for _, one := range staff {
		who.names[one.ID] = one.Name
	}
	client, err := p.People.Person(r.Context(), who.actor, id)
	if err != nil {
		return who, err
	}
	who.client = desk.NameOf(client)
	return who, nil
}

func (w people) first() string { return desk.First(w.client) }

func (w people) base() string { return "/clients/" + w.id + "/notes" }

// by is who somebody is: "you", "Miriam".
func (w people) by(id string) string {
	if id == w.actor.ID {
		return "you"
	}
	return cmp.Or(desk.First(w.names[id]), "somebody who worked here")
}

// frame stands around a page.
func (w people) frame(r *http.Request, heading string) ui.FrameProps {
	f := web.FrameSaying(r, heading, done)
	f.Kicker = w.client
	return f
}

// heading is what a note is about: "Session on Tuesday 24 November".
func (w people) heading(n note.Note, m session.Appointment) string {
	if m.ID == "" {
		return "Note of " + ui.Date(n.About.In(w.now.Location()), w.now)
	}
	return "Session on " + ui.Date(m.Start.In(w.now.Location()), w.now)
}

// keep names what the device keeps of a note: the same on every address of it.
func (w people) keep(n note.Note) string {
	key := "note-" + w.id + "-" + cmp.Or(n.Session, n.ID)
	if n.Revision > 0 {
		key += "-amend"
	}
	return key
}

// done are the words for what was just done.
var done = map[string]string{
	"draft":  "The draft is kept. You can go on from any device.",
	"shape":  "It has another shape now. No word was left out.",
	"both":   "Both texts are in the draft, one below the other.",
	"theirs": "This is how it stands. What you had written on the other device was left.",
	"signed": "Signed. It can be amended, and is never overwritten.",
	"thrown": "The draft was thrown away.",
	"shared": "Shared. It stands among their sessions from now on.",
	"back":   "Taken back. What was read was read.",
}

// toolName is what a technique of the catalogue is called.
func (p *Pages) toolName(practice string) func(id string) string {
	library := method.Shipped()
	if p.Methods != nil {
		library = p.Methods(practice)
	}
	return func(id string) string {
		if t, ok := library.Technique(id); ok {
			return t.Name
		}
		return strings.ReplaceAll(id, "-", " ")
	}
}

// number is a number that a form carries; what is none is nobody's.
func number(r *http.Request, name string) int64 {
	text := r.PostFormValue(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// at is a moment for the middle of a sentence: "today at 10:02".
func (w people) at(t time.Time) string { return desk.At(t, w.now) }

// isScript says whether the island of the form asks, which wants an answer and no page.
func isScript(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Accept"), ",")
	return kind == "application/json"
}
