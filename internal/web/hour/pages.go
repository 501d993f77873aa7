// Package hour has the pages about sessions, for both sides: all of them in a list,
// what each side brings to the next one, the quiet page while one is running, and
// what is kept of it. Whoever treats the client plans and holds sessions here; the
// client brings what matters, and reads what was decided.
//
// It decides nothing: every page asks the domains, and the domains ask the door.
package hour

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages about sessions.
type Pages struct {
	People   *person.People
	Sessions *session.Sessions
	Hours    *hour.Hours
	// Calendars know by whose clocks a client sees times.
	Calendars *calendar.Calendars
	Briefs    *brief.Briefs // nil: nobody looks how many tools there were in a week
	// Methods is the catalogue of a practice; nil: what is shipped.
	Methods func(practice string) *method.Library
}

// Routes are all addresses about sessions.
func (p *Pages) Routes() []web.Route {
	route := func(method, pattern string, action access.Action, page web.Page) web.Route {
		audience := web.Client
		if strings.HasPrefix(pattern, "/clients/") {
			audience = web.Clinician
		}
		return web.Route{Method: method, Pattern: pattern, Audience: audience, Action: action, Page: page}
	}
	get := func(pattern string, action access.Action, page web.Page) web.Route {
		return route("GET", pattern, action, page)
	}
	post := func(pattern string, action access.Action, page web.Page) web.Route {
		return route("POST", pattern, action, page)
	}
	polls := func(r web.Route) web.Route { r.Polls = true; return r }
	return []web.Route{
		get("/clients/{client}/sessions", access.ReadHour, p.sessions),
		post("/clients/{client}/sessions", access.PlanSession, p.plan),
		post("/clients/{client}/begin", access.HoldHour, p.beginNow),
		get("/clients/{client}/sessions/{session}", access.ReadHour, p.session),
		polls(get("/clients/{client}/sessions/{session}/now", access.GlanceHour, p.now)),
		post("/clients/{client}/sessions/{session}/attended", access.PlanSession, p.attended),
		post("/clients/{client}/sessions/{session}/begin", access.HoldHour, p.begin),
		post("/clients/{client}/sessions/{session}/end", access.HoldHour, p.end),
		post("/clients/{client}/sessions/{session}/kept", access.HoldHour, p.keep),
		post("/clients/{client}/sessions/{session}/meant", access.HoldHour, p.mean),
		post("/clients/{client}/agenda", access.WriteAgenda, p.bring),
		post("/clients/{client}/agenda/nothing", access.WriteAgenda, p.nothing),
		post("/clients/{client}/agenda/{item}/take-back", access.WriteAgenda, p.takeBack),
		post("/clients/{client}/agenda/{item}/talked", access.WriteAgenda, p.talked),
		post("/clients/{client}/agenda/{item}/open", access.OpenAgenda, p.openItem),

		get(toNext, access.ReadHour, p.next),
		get("/my/sessions", access.ReadHour, p.mySessions),
		get("/my/sessions/{session}", access.ReadHour, p.mySession),
		polls(get("/my/sessions/{session}/now", access.GlanceHour, p.now)),
		get(toBring, access.ReadHour, p.bringForm),
		post(toBring, access.WriteAgenda, p.bringSource),
		post("/my/agenda", access.WriteAgenda, p.bring),
		post("/my/agenda/nothing", access.WriteAgenda, p.nothing),
		post("/my/agenda/{item}/take-back", access.WriteAgenda, p.takeBack),
		post("/my/agenda/{item}/talked", access.WriteAgenda, p.talked),
		post("/my/agenda/{item}/open", access.OpenAgenda, p.openItem),
	}
}

// toNext is the client's page about the session that is running or comes next.
const toNext = "/my/session"

// toTimes is where a client finds another time (package calendar of the pages).
const toTimes = "/my/times"

// A seat is who is looking, at whose record, by the clocks of whoever looks.
type seat struct {
	desk.Seat
	here *time.Location // of the practice
}

// seatIn is the seat of whoever asks, without names: enough to change something.
func seatIn(r *http.Request) *seat { return &seat{Seat: desk.SeatOf(r), here: web.LocationOf(r)} }

// seatOf is seatIn with how the client is called, or with the clocks that they chose.
func (p *Pages) seatOf(r *http.Request) (*seat, error) {
	s := seatIn(r)
	if s.Mine {
		zone, err := p.Calendars.OwnZone(r.Context(), s.Actor, s.Record)
		if err != nil {
			return nil, err
		}
		if loc, err := calendar.Zone(zone); err == nil {
			s.Now = s.Now.In(loc)
		}
		return s, nil
	}
	return s, s.Greet(r.Context(), p.People)
}

// frame stands around a page, with what was just done.
func (s *seat) frame(r *http.Request, heading string) ui.FrameProps {
	f := web.FrameSaying(r, heading, done)
	f.Kicker = s.Full
	return f
}

// other is how the other side of a session is called: the client at a desk, and the
// clinician with the given id to the client.
func (s *seat) other(clinicianID string) string {
	if s.Mine {
		return s.Who(clinicianID)
	}
	return s.Name
}

// page is where the session with the given id stands for whoever is looking; no id is
// where its agenda stands if none is planned.
func (s *seat) page(sessionID string) string {
	switch {
	case s.Mine:
		return toNext
	case sessionID == "":
		return s.Base + "/sessions"
	}
	return s.Base + "/sessions/" + sessionID
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"planned":  "Planned.",
	"attended": "Noted.",
	"begun":    "Begun.",
	"ended":    "Ended. What is kept of it can be added to at any time.",
	"kept":     "Kept.",
	"brought":  "It waits for the session.",
	"changed":  "Changed.",
	"back":     "Taken back. Its words are gone.",
	"nothing":  "Nothing yet, then. That is fine.",
	"talked":   "Noted.",
	"later":    "It waits for the next session.",
	"open":     "Opened. Both of you can read it now.",
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

// library is the catalogue of a practice.
func (p *Pages) library(practice string) *method.Library {
	if p.Methods != nil {
		return p.Methods(practice)
	}
	return method.Shipped()
}
