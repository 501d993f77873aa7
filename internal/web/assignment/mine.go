package assignment

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A minePage is the client's practice of today, and everything else there is.
type minePage struct {
	frame   ui.FrameProps
	back    string // to somebody who comes back after a gap
	low     bool
	waits   []waitView
	first   *todayView
	more    []ui.LineProps // also for today
	rest    []ui.LineProps // agreed, for another day, and put off
	past    []ui.LineProps
	logs    []lineView
	third   bool // there are two already
	nothing bool
}

// A waitView is something that waits for the client's answer.
type waitView struct {
	id, revision string
	title, words string
	note         string
	verb         string
	third        bool // agreeing to it needs an answer first
}

// A todayView is the one thing for today.
type todayView struct {
	id, title, words string
	note             string
	stretches        bool
	low              bool
	logged           string // how it went today already
	form             string // id of a log that a tap makes
	quick            string // where that leads back to
	day              string
	keep             string
	href             string
}

// A lineView is something that was logged lately.
type lineView struct {
	ui.LineProps
	answer, by string
}

// mostLately is how many logs the first page shows.
const mostLately = 6

// mine shows today's practice.
func (p *Pages) mine(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	set, err := p.set(r, s)
	if err != nil {
		return err
	}
	page, err := s.mineOf(set)
	if err != nil {
		return err
	}
	page.frame = web.FrameSaying(r, "Practice", done)
	page.frame.Kicker = ui.Date(s.Now, s.Now)
	return web.Show(w, r, http.StatusOK, mineView(page))
}

func (s *seat) mineOf(set assignment.Set) (page minePage, err error) {
	page.low = set.Low
	if n := assignment.Gap(set.Logs, s.today()); n > 0 && len(set.In(assignment.Agreed)) > 0 {
		page.back = "You are back after " + gapWords(n) + ". There is nothing to catch up on."
	}
	page.third = assignment.Third(set.All, goal.ByClient, "")
	for _, a := range set.Waiting(s.today()) {
		page.waits = append(page.waits, s.waitOf(set, a))
	}
	today := set.Today(s.today(), s.Now.Weekday())
	there := map[string]bool{}
	for i, a := range today {
		there[a.ID] = true
		if i == 0 {
			if page.first, err = s.todayOf(set, a); err != nil {
				return page, err
			}
			continue
		}
		page.more = append(page.more, s.lineOf(set, a))
	}
	for _, a := range set.All {
		switch line := s.lineOf(set, a); {
		case there[a.ID] || a.Waits(s.today()) || a.State == assignment.Withdrawn:
		case a.Open():
			page.rest = append(page.rest, line)
		default:
			line.Note = ended(a)
			page.past = append(page.past, line)
		}
	}
	for _, l := range set.Logs[:min(mostLately, len(set.Logs))] {
		a, ok := set.One(l.Assignment)
		if !ok {
			continue
		}
		v := s.logView(set, a, l)
		line := lineView{LineProps: ui.LineProps{Icon: "leaf", Text: a.Title, Href: v.href, Note: v.how}, answer: v.answer, by: v.by}
		if v.when != "" {
			line.Note += ", " + s.when(l)
		}
		page.logs = append(page.logs, line)
	}
	page.nothing = len(today) == 0 && len(page.waits) == 0
	return page, nil
}

// waitOf is something that was suggested, or put off until a day that has come.
func (s *seat) waitOf(set assignment.Set, a assignment.Assignment) waitView {
	v := waitView{id: a.ID, revision: digits(a.Revision), title: a.Title, words: a.Words, note: s.origin(a), verb: "Take it up"}
	if a.State == assignment.Postponed {
		v.note, v.verb = "You put this off until now.", "Take it up again"
	}
	if a.Why != "" {
		v.note += " “" + a.Why + "”"
	}
	if words := aim(set, a); words != "" {
		v.note += " " + words
	}
	v.third = assignment.Third(set.All, goal.ByClient, a.Replaces)
	return v
}

// todayOf is a as the one thing for today.
func (s *seat) todayOf(set assignment.Set, a assignment.Assignment) (*todayView, error) {
	id, err := web.NewID()
	if err != nil {
		return nil, err
	}
	e := set.Exercise(a)
	v := &todayView{
		id: a.ID, title: a.Title, words: a.Words, note: s.origin(a), stretches: e.Stretches, form: id, day: string(s.today()),
		quick: "yes", keep: s.Keep("quick", a.ID), href: toMine + "/" + a.ID,
	}
	if words := aim(set, a); words != "" {
		v.note += " " + words
	}
	if small := set.Smallest(a); set.Low && small != "" {
		v.low, v.words = true, small
	}
	for _, l := range set.Of(a.ID) {
		if l.Day == s.today() && l.Fine == assignment.ByDay {
			v.logged = l.How.Words()
			break
		}
	}
	return v, nil
}

// lineOf is a in a list.
func (s *seat) lineOf(set assignment.Set, a assignment.Assignment) ui.LineProps {
	note := rhythm(a)
	if a.State == assignment.Postponed {
		note = "Put off, until you take it up again."
		if a.Until != "" {
			note = "Put off until " + desk.Upper(s.dayWords(a.Until))
			if t, err := a.Until.Begins(s.zone()); err == nil {
				note = "Put off until " + ui.Date(t, s.Now) + "."
			}
		}
	}
	if set.On(a.ID, s.today()) {
		note = "Noted for today. " + note
	}
	return ui.LineProps{Icon: "leaf", Text: a.Title, Href: toMine + "/" + a.ID, Note: note}
}

// ended is how something ended, to the client.
func ended(a assignment.Assignment) string {
	if a.State == assignment.Declined {
		return "You left this one."
	}
	return "You let this go."
}

// low says that today the smallest step is enough, or not any more.
func (p *Pages) low(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	is := r.PostFormValue("low") == "yes"
	if err := p.Assignments.TakeLow(r.Context(), s.Actor, s.Record, is, s.zone()); err != nil {
		return err
	}
	word := "usual"
	if is {
		word = "low"
	}
	return web.SeeOther(w, r, toMine+"?done="+word)
}

// kicker says what the card is.
func (v todayView) kicker() string {
	if v.low {
		return "For today, the smallest step"
	}
	return "For today, if it suits you"
}
