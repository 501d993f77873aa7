// Package plan has the pages about what a client and whoever treats them work
// towards, for both of them: the life the client wants, the goals, and the plan.
// Both see the same and can do nearly the same, so that one page serves both; whose
// record it is and who is looking stands in its address.
//
// It decides nothing: every page asks the domains, and the domains ask the door.
package plan

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages about goals and the plan.
type Pages struct {
	People *person.People
	Goals  *goal.Goals
	Plans  *plan.Plans
	Briefs *brief.Briefs // nil: nobody looks how many tools there were in a week
	// Intakes know how a client would like to work; nil: nobody was asked.
	Intakes *intake.Intakes
}

// Routes are all addresses about goals and the plan.
func (p *Pages) Routes() []web.Route {
	return slices.Concat(p.goalRoutes(), p.planRoutes(), p.detourRoutes(), p.reviewRoutes())
}

// A side is one of the two addresses under which a page stands.
type side struct {
	base     string // "/my" or "/clients/{client}"
	audience web.Audience
}

// sides are the client's own pages and those in the record.
var sides = [...]side{{"/my", web.Client}, {"/clients/{client}", web.Clinician}}

func (s side) get(path string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: http.MethodGet, Pattern: s.base + path, Audience: s.audience, Action: action, Page: page}
}

func (s side) post(path string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: http.MethodPost, Pattern: s.base + path, Audience: s.audience, Action: action, Page: page}
}

// A seat is who is looking, at whose record, and what stands around the page.
type seat struct {
	desk.Seat
	Frame ui.FrameProps
	Tabs  []ui.Tab // at a desk
}

// seatOf is the seat of whoever asks. at is what the address of the current view
// of a client has behind the client's own.
func (p *Pages) seatOf(r *http.Request, heading, at string) (*seat, error) {
	s := &seat{Seat: desk.SeatOf(r), Frame: web.FrameSaying(r, heading, done)}
	if err := s.Greet(r.Context(), p.People); err != nil {
		return nil, err
	}
	if !s.Mine {
		s.Tabs, s.Frame.Kicker = desk.Tabs(s.Record.Of(), at), s.Full
	}
	return s, nil
}

// on is a day in words, "today", "on Tuesday 24 November".
func (s *seat) on(t time.Time) string { return desk.On(t, s.Now) }

// short is a day in a list.
func (s *seat) short(t time.Time) string { return desk.Short(t, s.Now) }

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"vision":    "Kept.",
	"proposed":  "Kept. It counts as agreed when the other of you has said yes.",
	"agreed":    "Noted. You both stand for these words now.",
	"worded":    "Kept. These words count when you have both agreed to them. Anything agreed before stays until then.",
	"rated":     "Noted.",
	"milestone": "Noted.",
	"reached":   "Noted. It stands on the way.",
	"unreached": "Taken back.",
	"dropped":   "Taken off.",
	"retired":   "Retired, with the reason. It can be taken up again.",
	"reopened":  "Taken up again.",
	"revised":   "Kept, with its reason.",
	"signed":    "Signed. You can say at any time that it does not fit any more.",
	"unfit":     "Noted, and thank you. You can talk about it in your next session.",
	"step":      "Noted.",
	"aside":     "The detour is open. The goals stay where they are, and so does the way back.",
	"inway":     "Noted. Whoever works with you reads it before your next session.",
	"followed":  "Noted.",
	"set-aside": "Set aside. It stays readable.",
	"back":      "Back on the way. The detour stays a part of it.",
	"before":    "Kept. You can change it until the review.",
	"reviewed":  "Kept, as it was.",
}

// isID says whether text can be the id of anything.
func isID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}

// capital begins a sentence.
func capital(s string) string { return desk.Upper(s) }

// lower is a day inside a sentence.
func trimOn(s string) string { return strings.TrimPrefix(s, "on ") }
