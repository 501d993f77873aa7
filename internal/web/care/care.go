// Package care has the pages of the safety plan and of what nourishes, for both sides:
// the plan that is written together and opened in an hour that is not calm, and what
// does somebody good beside what wears on them, which is the client's own until they
// show it.
//
// It decides nothing: every page asks the domains, and the domains ask the door.
package care

import (
	"net/http"
	"strconv"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/nourish"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of the safety plan and of what nourishes.
type Pages struct {
	People *person.People
	Plans  *safetyplan.Plans
	Books  *nourish.Books
	// Calendars know by whose clocks a client sees times.
	Calendars *calendar.Calendars
}

// Where the client's pages are.
const (
	toPlan    = "/my/at-hand"
	toNourish = "/my/nourish"
	toHelp    = "/help"
	deskPlan  = "/safety-plan" // behind the client's own address at a desk
)

// Routes are all addresses of these pages.
func (p *Pages) Routes() []web.Route {
	mine := func(method, pattern string, action access.Action, page web.Page, away bool) web.Route {
		return web.Route{Method: method, Pattern: pattern, Audience: web.Client, Action: action, Page: page, Away: away}
	}
	theirs := func(method, pattern string, action access.Action, page web.Page) web.Route {
		return web.Route{Method: method, Pattern: "/clients/{client}" + pattern, Audience: web.Clinician, Action: action, Page: page}
	}
	plan := mine("GET", toPlan, access.ReadSafetyPlan, p.plan, true)
	plan.Wakes = true // its script has the worker keep Help now on the phone
	return []web.Route{
		plan,
		mine("GET", toPlan+"/text", access.ReadSafetyPlan, p.planText, true),
		mine("POST", toPlan+"/text", access.WriteSafetyPlan, p.writePlan, true),
		mine("POST", toPlan+"/agree", access.AgreeSafetyPlan, p.agreePlan, false),
		mine("GET", toPlan+"/versions", access.ReadSafetyPlan, p.planVersions, false),
		mine("POST", toPlan+"/here", "", p.planHere, false),

		mine("GET", toNourish, access.ReadNourish, p.nourish, true),
		mine("GET", toNourish+"/new", access.ReadNourish, p.newThing, true),
		mine("POST", toNourish+"/things", access.KeepNourish, p.rememberThing, true),
		mine("GET", toNourish+"/things/{nourishing}", access.ReadNourish, p.thing, true),
		mine("POST", toNourish+"/things/{nourishing}", access.KeepNourish, p.changeThing, false),
		mine("POST", toNourish+"/moments", access.KeepNourish, p.noteMoment, true),
		mine("POST", toNourish+"/moments/{moment}", access.KeepNourish, p.changeMoment, true),
		mine("POST", toNourish+"/show", access.KeepNourish, p.show, false),

		theirs("GET", deskPlan, access.ReadSafetyPlan, p.plan),
		theirs("GET", deskPlan+"/text", access.ReadSafetyPlan, p.planText),
		theirs("POST", deskPlan+"/text", access.WriteSafetyPlan, p.writePlan),
		theirs("POST", deskPlan+"/agree", access.AgreeSafetyPlan, p.agreePlan),
		theirs("GET", deskPlan+"/versions", access.ReadSafetyPlan, p.planVersions),
		theirs("GET", "/nourish", access.ReadNourished, p.nourished),

		{Method: "GET", Pattern: "/emergency/{client}/safety-plan", Audience: web.Clinician, Action: access.ReadSafetyPlan, Page: p.emergencyPlan},
	}
}

// A seat is who is looking, at whose record, and what stands around the page.
type seat struct {
	desk.Seat
	frame ui.FrameProps
	tabs  []ui.Tab // at a desk
}

// seatIn is the seat of whoever asks, without names: enough to change something.
func seatIn(r *http.Request) *seat { return &seat{Seat: desk.SeatOf(r)} }

// toPlan is where the safety plan is for whoever looks: a client's browser keeps an
// address that does not say so.
func (s *seat) toPlan() string {
	if s.Mine {
		return toPlan
	}
	return s.Base + deskPlan
}

// keepPlan names what the device keeps of the plan's form.
func (s *seat) keepPlan() string {
	if s.Mine {
		return s.Keep("at-hand")
	}
	return s.Keep("safety-plan")
}

// seatOf is seatIn with how the client is called and what stands around the page; at is
// what the address of the view has behind the client's own.
func (p *Pages) seatOf(r *http.Request, heading, at string) (*seat, error) {
	s := seatIn(r)
	if err := s.Greet(r.Context(), p.People); err != nil {
		return nil, err
	}
	s.frame = web.FrameSaying(r, heading, done)
	if !s.Mine {
		s.tabs, s.frame.Kicker = desk.Tabs(s.Record.Of(), at), s.Full
	}
	return s, nil
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"draft":      "Kept as a draft. It becomes the plan when both have agreed to it.",
	"agreed":     "Noted: you agree to it.",
	"both":       "Agreed by both. This is the plan from now on.",
	"remembered": "Kept.",
	"changed":    "Kept.",
	"away":       "Put away. The days that are noted stay.",
	"back":       "It is here again.",
	"there":      "Noted.",
	"planned":    "Planned.",
	"let-go":     "Let go. Nothing follows from it.",
	"shown":      "Whoever works with you can read this from now on.",
	"hidden":     "From now on nobody else reads it. What has been read has been read.",
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
