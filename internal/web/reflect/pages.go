// Package reflect has the pages for the minutes around a session: what there is before
// it in one glance, a minute for oneself after it, the clinician's own reflections, and
// whose work it has been.
//
// It decides nothing: every page asks the domains, and the domains ask the door.
package reflect

import (
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/reflect"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are those pages.
type Pages struct {
	People      *person.People
	Briefs      *brief.Briefs
	Reflections *reflect.Reflections
	Measures    *measure.Measures // for the wording of questionnaires
	Alliances   *alliance.Alliances
	// Methods is the catalogue of a practice; nil: what is shipped.
	Methods func(practice string) *method.Library
}

// Routes are all addresses of them.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		desk.Get("/clients/{client}/brief", access.ReadBrief, p.brief),
		desk.Get("/clients/{client}/balance", access.ReadBalance, p.balance),
		desk.Post("/clients/{client}/balance/aside", access.ReadBalance, p.putAside),
		desk.Get("/clients/{client}/sessions/{session}/minute", access.ReadPerson, p.minute),
		desk.Post("/clients/{client}/sessions/{session}/minute", access.Reflect, p.keepMinute),
		desk.Get("/balance", access.ListBalances, p.caseload),

		desk.Get("/reflections", access.ReadReflections, p.own),
		desk.Post("/reflections", access.Reflect, p.keepOfWeek),
		desk.Get("/reflections/{reflection}", access.ReadReflections, p.one),
		desk.Post("/reflections/{reflection}", access.Reflect, p.revise),
		desk.Post("/reflections/{reflection}/drop", access.Reflect, p.drop),
	}
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"minute":  "Kept, for you alone.",
	"revised": "Changed.",
	"dropped": "Let go.",
	"aside":   "Put aside for four weeks.",
	"again":   "It is looked at again.",
}

// A seat is who is looking, at whose record.
type seat struct {
	actor  access.Actor
	record access.Compartment
	base   string // "/clients/<id>"
	name   string // how the client is called
	full   string
	now    time.Time
}

// seatOf is the seat of whoever asks. Whoever may not read the client's name gets no further.
func (p *Pages) seatOf(r *http.Request) (*seat, error) {
	record, id := desk.RecordOf(r)
	s := &seat{actor: web.ActorOf(r), record: record, base: "/clients/" + id, now: web.NowOf(r)}
	who, err := p.People.Person(r.Context(), s.actor, id)
	if err != nil {
		return nil, err
	}
	s.full = desk.NameOf(who)
	s.name = desk.First(s.full)
	return s, nil
}

func (s *seat) frame(r *http.Request, heading string) ui.FrameProps {
	f := web.FrameSaying(r, heading, done)
	f.Kicker = s.full
	return f
}

// library is what the practice has to choose from.
func (p *Pages) library(practice string) *method.Library {
	if p.Methods == nil {
		return method.Shipped()
	}
	return p.Methods(practice)
}
