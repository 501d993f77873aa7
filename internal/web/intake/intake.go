// Package intake has the pages about the beginning of the work, for both sides: a
// client writes parts beforehand, one to a page, says what is told in the room
// only, and reads back what is there; whoever treats them sees at one glance what
// is there and what is new, writes down what was told in the room, and both write
// and sign what each takes on.
//
// It decides nothing: every page asks the domains, and the domains ask the door.
package intake

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages about the beginning.
type Pages struct {
	Intakes  *intake.Intakes
	People   *person.People
	Measures *measure.Measures
	// Methods is the catalogue of a practice; nil: what is shipped.
	Methods func(practice string) *method.Library
}

// Routes are all addresses about the beginning.
func (p *Pages) Routes() []web.Route {
	get := func(pattern string, action access.Action, page web.Page) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Audience: web.Client, Action: action, Page: page}
	}
	post := func(pattern string, action access.Action, page web.Page) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Audience: web.Client, Action: action, Page: page}
	}
	return []web.Route{
		get(toBeginning, access.ReadIntake, p.beginning),
		get(toBeginning+"/read", access.ReadIntake, p.readBack),
		post(toBeginning+"/later", access.ChooseIntake, p.later),
		get(toBeginning+"/{part}", access.ReadIntake, p.part),
		post(toBeginning+"/{part}", access.WriteIntake, p.keep),
		post(toBeginning+"/{part}/draft", access.WriteIntake, p.draft),
		post(toBeginning+"/{part}/room", access.ChooseIntake, p.room),

		get(toBeginning+"/agreement", access.ReadTerms, p.terms),
		get(toBeginning+"/agreement/text", access.ReadTerms, p.termsText),
		post(toBeginning+"/agreement/text", access.ReviseTerms, p.reviseTerms),
		post(toBeginning+"/agreement/sign", access.SignTerms, p.signTerms),
		post(toBeginning+"/agreement/withdraw", access.SignTerms, p.withdrawTerms),

		desk.Get("/clients/{client}/intake", access.ReadIntake, p.overview),
		desk.Post("/clients/{client}/intake/invite", access.InviteIntake, p.invite),
		desk.Post("/clients/{client}/intake/anew", access.InviteIntake, p.anew),
		desk.Get("/clients/{client}/intake/{part}", access.ReadIntake, p.part),
		desk.Post("/clients/{client}/intake/{part}", access.WriteIntake, p.keep),
		desk.Post("/clients/{client}/intake/{part}/draft", access.WriteIntake, p.draft),
		desk.Post("/clients/{client}/intake/{part}/take-back", access.InviteIntake, p.takeBack),
		desk.Get("/emergency/{client}/health", access.ReadHealth, p.health),

		desk.Get("/clients/{client}/agreement", access.ReadTerms, p.terms),
		desk.Get("/clients/{client}/agreement/text", access.ReadTerms, p.termsText),
		desk.Post("/clients/{client}/agreement/text", access.ReviseTerms, p.reviseTerms),
		desk.Post("/clients/{client}/agreement/sign", access.SignTerms, p.signTerms),
		desk.Post("/clients/{client}/agreement/withdraw", access.SignTerms, p.withdrawTerms),
	}
}

const toBeginning = "/beginning"

// A side is who looks, and where their pages are.
type side struct {
	actor  access.Actor
	record access.Compartment
	desk   bool   // whoever treats the client; otherwise it is the client
	base   string // of the parts
	terms  string // of the working agreement
}

// sideOf is the side of whoever asks: the address says which.
func sideOf(r *http.Request) side {
	actor := web.ActorOf(r)
	if id := r.PathValue("client"); id != "" {
		return side{actor, access.ClientRecord(id), true, "/clients/" + id + "/intake", "/clients/" + id + "/agreement"}
	}
	return side{actor, access.ClientRecord(actor.ID), false, toBeginning, toBeginning + "/agreement"}
}

// people are how everybody is called here, by id.
type people struct {
	side
	client string // in full, as far as whoever asks may know it
	names  map[string]string
	now    time.Time
}

// peopleOf reads the names.
func (p *Pages) peopleOf(r *http.Request, s side) (people, error) {
	who := people{side: s, names: map[string]string{}, now: web.NowOf(r)}
	staff, err := p.People.Staff(r.Context(), s.actor)
	if err != nil {
		return who, err
	}
	for _, one := range staff {
		who.names[one.ID] = one.Name
	}
	if s.desk {
		client, err := p.People.Person(r.Context(), s.actor, s.record.Of())
		if err != nil {
			return who, err
		}
		who.client = desk.NameOf(client)
		who.names[s.record.Of()] = who.client
	}
	return who, nil
}

// first is how the client is called at the desk.
func (w people) first() string { return desk.First(w.client) }

// by is who somebody is, as the one who looks would say: "you", "Miriam", "Nora".
func (w people) by(id string) string {
	switch {
	case id == w.actor.ID:
		return "you"
	case id == w.record.Of() && !w.desk:
		return "you"
	}
	return cmp.Or(desk.First(w.names[id]), "somebody who worked here")
}

// hand says who wrote a line, and when.
func (w people) hand(l intake.Line) string {
	who := desk.Upper(w.by(l.By))
	if l.Side == intake.ByEnquiry {
		who = "From the enquiry"
	}
	text := who + ", " + desk.Short(l.At, w.now)
	if l.Before != "" {
		text += ", over what " + w.by(l.Before) + " had written"
	}
	return text
}

// made says who made a revision, and when: "Nora, today at 10:02".
func (w people) made(r intake.Revision) string {
	if r.Side == intake.ByEnquiry {
		return "From the enquiry, " + desk.At(r.At, w.now)
	}
	return desk.Upper(w.by(r.By)) + ", " + desk.At(r.At, w.now)
}

// frame stands around a page of either side.
func (w people) frame(r *http.Request, heading string) ui.FrameProps {
	f := web.FrameSaying(r, heading, done)
	if w.desk {
		f.Kicker = w.client
	}
	return f
}

func (w people) tabs() []ui.Tab {
	if !w.desk {
		return nil
	}
	return desk.Tabs(w.record.Of(), "/intake")
}

// done are the words for what was just done.
var done = map[string]string{
	"kept":      "Kept.",
	"sent":      "Kept. Those who work with you can read it from now on.",
	"draft":     "Kept for you alone. You can go on from any device.",
	"room":      "For the room, then. Nothing of it is stored here.",
	"later":     "Not now, then. Everything stays here, for whenever you like.",
	"invited":   "Invited. It stands on their page, and they may say “not now”.",
	"back":      "Taken back.",
	"anew":      "A new course of work has begun. What was told before stays to be read.",
	"text":      "Kept as a new version. It holds once both of you have signed it.",
	"signed":    "Signed.",
	"withdrawn": "Taken back. Nothing else changes by it.",
}

// numbered are the parts as a client's addresses name them: by their place here, from 1,
// which stays theirs. What stands next is added at the end.
var numbered = []intake.Part{
	intake.Brings, intake.Strengths, intake.Life, intake.Health, intake.Tried, intake.Context, intake.Readiness, intake.Preferences, intake.Summary,
}

// name is what an address says for a part: on a client's own pages its number, because
// "health" in a browser's history says what was read.
func (s side) name(part intake.Part) string {
	if s.desk {
		return string(part)
	}
	return strconv.Itoa(slices.Index(numbered, part) + 1)
}

// partIn is the part that the address names.
func partIn(r *http.Request) (intake.Part, error) {
	s, name := sideOf(r), r.PathValue("part")
	if part, ok := intake.PartOf(name); ok && s.desk {
		return part, nil
	}
	i := slices.IndexFunc(numbered, func(part intake.Part) bool { return s.name(part) == name })
	if i < 0 {
		return "", web.Absent()
	}
	return numbered[i], nil
}

// number is a number that a form carries; what is none is nobody's.
func number(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(r.PostFormValue(name), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// concerns are the words to choose from for what brings somebody.
func (p *Pages) concerns(practice string) []*method.Concern {
	library := method.Shipped()
	if p.Methods != nil {
		library = p.Methods(practice)
	}
	return library.Concerns()
}
