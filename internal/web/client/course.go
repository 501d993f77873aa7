package client

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/meaning"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// coursePage is a client's own lines, one for each questionnaire, and what
// happened meanwhile.
type coursePage struct {
	Frame   ui.FrameProps
	Goals   []ownGoal // before the questionnaires
	Lines   []ownLine
	Events  []ownEvent
	Detours []string // in words

	ID, Day, Typed string // of the form for a life event
	Flaw           *web.Flaw
}

// An ownEvent is a life event.
type ownEvent struct {
	Words, When string
	Drop        string // address to take it off; empty: somebody else noted it
}

// An ownLine is one questionnaire over time: words first, then the line, then a
// table. It holds no band of others, no prediction and no percentile.
type ownLine struct {
	ID     string
	Title  string
	Words  string
	Wobble string // what the shaded band means; empty without one
	Open   string // about answers that have no total
	Others string // address of what is usual for others; empty: nothing is known
	Chart  *ui.CourseProps
}

// ownCourse is the page without what was typed.
func (p *Pages) ownCourse(r *http.Request) (coursePage, error) {
	actor, record := own(r)
	courses, err := p.Measures.Courses(r.Context(), actor, record)
	if err != nil {
		return coursePage{}, err
	}
	meanwhile, err := p.Plans.Meanwhile(r.Context(), actor, record)
	if err != nil {
		return coursePage{}, err
	}
	gs, err := p.Goals.All(r.Context(), actor, record)
	if err != nil {
		return coursePage{}, err
	}
	page := coursePage{Frame: web.Frame(r)}
	page.Frame.Heading = "My course"
	page.Frame.Toast = said(r)
	now := web.NowOf(r)
	page.Goals = ownGoals(gs, meanwhile, now)
	for _, c := range courses {
		line := lineFrom(c, now.Location())
		if len(c.Fan) > 0 {
			line.Others = "/my/course/others?of=" + web.Mark(r, c.Instrument.ID)
		}
		if line.Chart != nil {
			beside(line.Chart, meanwhile, now)
		}
		page.Lines = append(page.Lines, line)
	}
	for _, e := range slices.Backward(meanwhile.Events) {
		l := ownEvent{Words: e.Words, When: dayWords(e.Day, now)}
		if e.By == actor.ID {
			l.Drop = "/my/events/" + e.ID + "/drop"
		} else {
			l.When += ", noted by somebody who works with you"
		}
		page.Events = append(page.Events, l)
	}
	for _, d := range slices.Backward(meanwhile.Walked()) {
		words := "Since " + dayWords(d.From, now) + ": " + d.Name + ". " + d.Reason
		if !d.Open() {
			words = "From " + dayWords(d.From, now) + " to " + dayWords(d.Until, now) + ": " + d.Name + ". " + d.Reason
		}
		page.Detours = append(page.Detours, words)
	}
	page.Day = now.Format(time.DateOnly)
	page.ID, err = web.NewID()
	return page, err
}

func (p *Pages) course(w http.ResponseWriter, r *http.Request) error {
	page, err := p.ownCourse(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, courseView(page))
}

func (p *Pages) noteEvent(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	e := plan.LifeEvent{ID: r.PostFormValue("id"), Day: measure.Day(r.PostFormValue("day")), Words: r.PostFormValue("words")}
	_, failed := p.Plans.NoteEvent(r.Context(), actor, record, e, web.LocationOf(r))
	if failed == nil {
		return web.Kept(w, r, toCourse+"?said=event", "event-"+e.ID)
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.ownCourse(r)
	if err != nil {
		return err
	}
	page.Flaw, page.ID, page.Day, page.Typed = flaw, e.ID, string(e.Day), e.Words
	return web.Show(w, r, flaw.Status(), courseView(page))
}

func (p *Pages) dropEvent(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	if err := p.Plans.DropEvent(r.Context(), actor, record, r.PathValue("event")); err != nil {
		return err
	}
	return web.SeeOther(w, r, toCourse+"?said=event-off")
}

// beside adds to a chart what happened within its time.
func beside(p *ui.CourseProps, all plan.Meanwhile, now time.Time) {
	from, to := p.Points[0].Time, p.Points[len(p.Points)-1].Time
	for _, e := range all.Events {
		if t, err := e.Day.Begins(now.Location()); err == nil && !t.Before(from.AddDate(0, 0, -1)) && t.Before(to) {
			if t.Before(from) {
				t = from
			}
			p.Events = append(p.Events, ui.Event{Time: t, Words: e.Words})
		}
	}
	for _, d := range all.Walked() {
		begin, err := d.From.Begins(now.Location())
		end := now
		if !d.Open() {
			if until, err := d.Until.Begins(now.Location()); err == nil {
				end = until
			}
		}
		if err != nil || end.Before(from) {
			continue
		}
		if begin.Before(from) {
			begin = from
		}
		p.Lanes = append(p.Lanes, ui.Lane{From: begin, To: end, Words: "Detour: " + d.Name})
	}
}

// dayWords is a day in a list: "2 November", with the year if it is another one.
func dayWords(d measure.Day, now time.Time) string {
	t, err := d.Begins(now.Location())
	switch {
	case err != nil:
		return string(d)
	case t.Year() == now.Year():
		return t.Format("2 January")
	}
	return t.Format("2 January 2006")
}

func lineFrom(c measure.Course, loc *time.Location) ownLine {
	in, totals := c.Instrument, c.Totals()
	line := ownLine{ID: in.ID, Title: in.Title, Words: meaning.OwnLine(in, totals), Open: openWords(len(c.Given) - len(totals))}
	if len(totals) == 0 {
		return line
	}
	lo, hi := in.Range()
	chart := &ui.CourseProps{
		ID: in.ID, Lo: lo, Hi: hi, Place: loc, Unit: "Total", NoScore: "a pause", Open: "Your answers as a table",
		Source: fmt.Sprintf("Each dot is the total of one time you answered, from %.0f to %.0f. %s", lo, hi, better(in)),
	}
	var before time.Time
	for _, g := range c.Given {
		if g.Result.Total == nil {
			continue
		}
		chart.Points = append(chart.Points, ui.Point{
			Time: g.At, Value: *g.Result.Total, Href: "/my/answers/" + g.AnswerID,
		})
		before = g.At
	}
	chart.Title = in.Title + ", " + stretch(chart.Points[0].Time.In(loc), before.In(loc))
	chart.Desc = descOf(totals, line.Words)
	if low, high, ok := meaning.UsualWobble(in, totals); ok && len(totals) > 1 {
		chart.Usual = &ui.Band{Lo: low, Hi: high, Words: "the usual wobble"}
		line.Wobble = better(in) + " " + usualWobbleWords
	}
	line.Chart = chart
	return line
}

func better(in *instrument.Instrument) string {
	if in.Direction == instrument.HigherIsBetter {
		return "Higher means easier days."
	}
	return "Lower means easier days."
}

// stretch is from when to when: "September to November".
func stretch(from, to time.Time) string {
	switch {
	case from.Year() != to.Year():
		return from.Format("January 2006") + " to " + to.Format("January 2006")
	case from.Month() != to.Month():
		return from.Format("January") + " to " + to.Format("January")
	}
	return from.Format("January")
}

// descOf is what a reader is told of the line.
func descOf(totals []float64, words string) string {
	all := make([]string, len(totals))
	for i, t := range totals {
		all[i] = fmt.Sprint(instrument.RoundHalfUp(t))
	}
	return words + " In order: " + strings.Join(all, ", ") + "."
}

func openWords(n int) string {
	switch {
	case n <= 0:
		return ""
	case n == 1:
		return "Once you left too many questions open for a dot. What you did answer is kept."
	}
	return capital(numeral(n)) + " times you left too many questions open for a dot. What you did answer is kept."
}

// usualWobbleWords explain the shaded band of the client's own chart.
const usualWobbleWords = "The shaded band is the usual wobble: dots inside it lie too close together to tell apart."
