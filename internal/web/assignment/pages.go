// Package assignment has the pages of what is practised between sessions, for both
// sides: the client's practice of today, agreeing to something, changing it and logging
// it; and for whoever treats them one page that says what was agreed, tried, found
// helpful and dropped. The library itself is package exercise, and its pages for
// clients package doing.
//
// It decides nothing: every page asks the domain, and the domain asks the door. No
// address of a clinician's page holds the id of a log, since that says when its form
// was opened; logs are named there by their number.
package assignment

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of what is practised.
type Pages struct {
	Assignments *assignment.Assignments
	People      *person.People
	Plans       *plan.Plans
}

const (
	toMine      = "/my/practice"
	toNew       = "/my/practice/new"
	toExercises = "/my/exercises"
)

// Routes are all addresses of what is practised.
func (p *Pages) Routes() []web.Route {
	mine := func(method, pattern string, action access.Action, away bool, page web.Page) web.Route {
		return web.Route{Method: method, Pattern: pattern, Audience: web.Client, Action: action, Page: page, Away: away}
	}
	const log = "/my/practice/{assignment}/logs/{log}"
	return []web.Route{
		mine("GET", toMine, access.ReadAssignments, true, p.mine),
		mine("POST", toMine, access.Suggest, true, p.takeUp),
		mine("POST", "/my/practice/low", access.ChooseExercise, false, p.low),
		mine("GET", toNew, access.ReadAssignments, true, p.ownNew),
		mine("GET", "/my/practice/{assignment}", access.ReadAssignments, true, p.one),
		mine("POST", "/my/practice/{assignment}", access.ChooseExercise, true, p.choose),
		mine("POST", "/my/practice/{assignment}/wish", access.Suggest, true, p.ownWish),
		mine("POST", "/my/practice/{assignment}/logs", access.LogExercise, true, p.log),
		mine("GET", log, access.ReadAssignments, true, p.again),
		mine("POST", log, access.LogExercise, true, p.logAgain),
		mine("POST", log+"/take-back", access.LogExercise, true, p.takeBack),

		desk.Get("/clients/{client}/practice", access.ReadAssignments, p.desk),
		desk.Get("/clients/{client}/practice/new", access.ReadAssignments, p.deskNew),
		desk.Post("/clients/{client}/practice", access.Suggest, p.suggest),
		desk.Post("/clients/{client}/practice/{assignment}/withdraw", access.Suggest, p.withdraw),
		desk.Post("/clients/{client}/practice/{assignment}/wish", access.Suggest, p.deskWish),
		desk.Post("/clients/{client}/practice/logs/{nth}/line", access.AnswerLog, p.answer),
		desk.Get("/exercises/used", access.ListAssignments, p.used),
	}
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"agreed":     "It is yours now. You can change it, put it off or let it go at any time.",
	"again":      "It is there again.",
	"changed":    "Changed.",
	"smaller":    "Smaller now. Small is enough.",
	"postponed":  "Put off. It will not ask for anything meanwhile.",
	"declined":   "Not this one, then. That is all right, and nobody asks why.",
	"let-go":     "Let go. It stays below, in case you want it back.",
	"logged":     "Kept.",
	"back":       "Kept. You came back to it after a while.",
	"planned":    "Kept. When you have tried it, you can put down here how it went.",
	"not":        "Not this week, then. That counts the same.",
	"taken-back": "Taken back. Its words are gone.",
	"low":        "For today the smallest step is enough. Only you know that you chose this.",
	"usual":      "As usual, then.",
	"wish":       "Kept.",
	"suggested":  "Suggested. It is theirs to agree to, to change, or to leave.",
	"withdrawn":  "Taken back.",
	"answered":   "Kept. They see your line beside what they noted.",
}

// A seat is who is looking, at whose record.
type seat struct {
	desk.Seat
	side goal.Side
}

// seatIn is the seat of whoever asks, without names: enough to change something.
func seatIn(r *http.Request) *seat {
	s := &seat{Seat: desk.SeatOf(r), side: goal.ByClinician}
	if s.Mine {
		s.side = goal.ByClient
	}
	return s
}

// deskSeat is seatIn with how the client is called.
func (p *Pages) deskSeat(r *http.Request) (*seat, error) {
	s := seatIn(r)
	return s, s.Greet(r.Context(), p.People)
}

func (s *seat) zone() *time.Location { return s.Now.Location() }

func (s *seat) today() measure.Day { return measure.DayOf(s.Now, s.zone()) }

// set is everything there is, with how those are called to the client who suggested
// something or wrote a line.
func (p *Pages) set(r *http.Request, s *seat) (assignment.Set, error) {
	set, err := p.Assignments.All(r.Context(), s.Actor, s.Record, s.zone())
	if err != nil || !s.Mine {
		return set, err
	}
	return set, p.meet(r.Context(), s, set)
}

func (p *Pages) meet(ctx context.Context, s *seat, set assignment.Set) error {
	var ids []string
	for _, a := range set.All {
		ids = append(ids, a.Turns[0].By)
	}
	for _, l := range set.Logs {
		ids = append(ids, l.Answer.By)
	}
	return s.Meet(ctx, p.People, ids...)
}

// number is a number that a form or an address carries; what is none is nobody's.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// marks are the choices of how well or how much, with chosen.
func marks(name, id, label string, chosen assignment.Mark, words func(assignment.Mark) string) ui.ChoiceProps {
	c := ui.ChoiceProps{Name: name, ID: id, Label: label}
	for m := assignment.Mark(1); m <= assignment.MostMark; m++ {
		c.Options = append(c.Options, ui.Option{Value: digits(int64(m)), Text: desk.Upper(words(m)), Chosen: m == chosen})
	}
	return c
}

func mark(text string) assignment.Mark { return assignment.Mark(max(number(text), 0)) }
