package clinician

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// coursePage is the whole course of one client on one chart, measure by measure.
type coursePage struct {
	frame   ui.FrameProps
	base    string
	name    string
	tabs    []ui.Tab
	of      string   // the measure that is shown; empty: nothing was answered yet
	views   []ui.Tab // the measures and goals that can be shown
	goal    string   // address of the goal, if one is shown
	about   string   // what its numbers can be used for
	card    courseCard
	meaning string
	open    *openSignal
	before  []pastSignal
	habit   string // whether results were looked at and talked about
	events  []eventLine
	detours []detourLine
	now     string // the detour that runs, if one does
	form    besideForm
	flaw    *web.Flaw // in the form of a life event
}

// An openSignal asks for a look.
type openSignal struct {
	line  signalLine
	since string
	aid   string // address
	doubt string
}

// A pastSignal is one that passed or was talked about.
type pastSignal struct {
	words string
	notes []aidNote
}

type aidNote struct{ about, text string }

type eventLine struct {
	words, when string
	drop        string // address to take it off; empty: somebody else noted it
}

type detourLine struct {
	name, reason, when string
}

// A besideForm is what was typed into the form of a life event, as it was typed.
type besideForm struct{ eventID, day, words string }

// doubt is how sure a signal is, under that heading.
var doubt = strings.TrimPrefix(course.Doubt, "How sure is this? ")

// besides is the page without what was typed.
func (p *Pages) besides(r *http.Request) (coursePage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	courses, err := p.Measures.Courses(r.Context(), actor, record)
	if err != nil {
		return coursePage{}, err
	}
	meanwhile, err := p.Plans.Meanwhile(r.Context(), actor, record)
	if err != nil {
		return coursePage{}, err
	}
	talks, err := p.Measures.Talks(r.Context(), actor, record)
	if err != nil {
		return coursePage{}, err
	}
	hours, err := p.Sessions.Of(r.Context(), actor, record)
	if err != nil {
		return coursePage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return coursePage{}, err
	}
	page := coursePage{frame: desk.Frame(r, "The course"), base: "/clients/" + id, name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "/course")}
	page.frame.Kicker = desk.NameOf(who)
	gs, err := p.Goals.All(r.Context(), actor, record)
	if err != nil {
		return coursePage{}, err
	}
	page.beside(meanwhile, actor.ID, now)
	if c, ok := page.choose(courses, r.FormValue("of")); ok {
		page.show(c, meanwhile, talks, hours, actor.ID, now)
	}
	page.withGoals(gs, r.FormValue("of"), meanwhile, hours, now)
	today := now.Format(time.DateOnly)
	page.form = besideForm{day: today}
	page.form.eventID, err = web.NewID()
	return page, err
}

// choose finds the measure to be shown, and says which others there are: the one
// that was asked for, or the first with an open signal, or the first.
func (p *coursePage) choose(all []measure.Course, of string) (c measure.Course, ok bool) {
	if len(all) == 0 {
		return c, false
	}
	all = criticalFirst(all)
	at := slices.IndexFunc(all, func(c measure.Course) bool { return c.Instrument.ID == of })
	if at < 0 {
		at = max(0, slices.IndexFunc(all, func(c measure.Course) bool { return len(c.Signals) > 0 }))
	}
	p.of = all[at].Instrument.ID
	for i, c := range all {
		p.views = append(p.views, ui.Tab{Link: ui.Link{Text: c.Instrument.Name, Href: p.base + "/course?of=" + c.Instrument.ID}, Current: i == at})
	}
	return all[at], true
}

// show puts one measure on the page.
func (p *coursePage) show(c measure.Course, beside plan.Meanwhile, talks []measure.Talk, hours []session.Appointment, me string, now time.Time) {
	p.card = cardOf(c, p.name, p.base, now)
	p.meaning = c.Sentence(p.name)
	p.habit = habitOf(c, p.name)
	drawn(&p.card.course, beside, hours, now)
	if r, ok := c.Opened(); ok {
		p.open = &openSignal{line: p.card.signals[0], since: "Open since " + desk.Short(r.Since.At, now) + ".", aid: p.base + "/course/aid?of=" + p.of, doubt: doubt}
	}
	for _, r := range slices.Backward(c.Raised) {
		if r.State != measure.SignalOpen {
			p.before = append(p.before, pastOf(r, talks, me, now))
		}
	}
}

// drawn adds to a chart what stands beside the scores, where its time lies
// within them.
func drawn(p *ui.CourseProps, beside plan.Meanwhile, hours []session.Appointment, now time.Time) {
	if len(p.Points) == 0 {
		return
	}
	loc := now.Location()
	from := p.Points[0].Time
	for _, e := range beside.Events {
		if t, err := e.Day.Begins(loc); err == nil && !t.Before(startOf(from.In(loc))) && t.Before(now.AddDate(1, 0, 0)) {
			p.Events = append(p.Events, ui.Event{Time: laterOf(t, from), Words: e.Words})
		}
	}
	for _, d := range beside.Walked() {
		begin, end, ok := spanOf(d, now)
		if ok && end.After(from) {
			p.Lanes = append(p.Lanes, ui.Lane{From: laterOf(begin, from), To: end, Words: "Detour: " + d.Name})
		}
	}
	for _, h := range hours {
		if h.State == session.Planned && !h.End().After(now) {
			p.Sessions = append(p.Sessions, h.Start)
		}
	}
}

// spanOf is from when to when a detour goes; one that is open goes until now.
func spanOf(d plan.Detour, now time.Time) (from, to time.Time, ok bool) {
	from, err := d.From.Begins(now.Location())
	if err != nil {
		return from, to, false
	}
	if d.Open() {
		return from, now, true
	}
	to, err = d.Until.Begins(now.Location())
	return from, to, err == nil
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// beside lists life events and detours, the newest first.
func (p *coursePage) beside(all plan.Meanwhile, me string, now time.Time) {
	for _, e := range slices.Backward(all.Events) {
		l := eventLine{words: e.Words, when: dayOf(e.Day, now)}
		switch e.By {
		case me:
			l.when += ", noted by you"
			l.drop = p.base + "/events/" + e.ID + "/drop"
		case strings.TrimPrefix(p.base, "/clients/"):
			l.when += ", noted by " + p.name
		default:
			l.when += ", noted by a colleague"
		}
		p.events = append(p.events, l)
	}
	for _, d := range slices.Backward(all.Walked()) {
		l := detourLine{name: d.Name, reason: d.Reason, when: "Since " + dayOf(d.From, now)}
		if d.Open() {
			p.now = d.Name
		} else {
			l.when = desk.Upper(dayOf(d.From, now)) + " to " + dayOf(d.Until, now)
		}
		p.detours = append(p.detours, l)
	}
}

// dayOf is a day in a list.
func dayOf(d measure.Day, now time.Time) string {
	t, err := d.Begins(now.Location())
	if err != nil {
		return string(d)
	}
	return desk.Short(t, now)
}

func pastOf(r measure.Raised, talks []measure.Talk, me string, now time.Time) pastSignal {
	p := pastSignal{words: course.NameOf(r.Kind, r.Rule) + ", " + desk.Short(r.Since.At, now) + ". "}
	if r.State == measure.SignalPassed {
		p.words += "The score of " + desk.Short(r.ClosedAt, now) + " gave it no more."
		return p
	}
	by, day := "a colleague", desk.Short(r.ClosedAt, now)
	if r.ClosedBy == me {
		by = "you"
	}
	for _, t := range talks {
		if t.ID != r.TalkID {
			continue
		}
		day = dayOf(t.Day, now)
		for _, q := range measure.Aid() {
			if text := t.Aid[q.ID]; text != "" {
				p.notes = append(p.notes, aidNote{q.About, text})
			}
		}
	}
	p.words += "Talked about on " + day + ", noted by " + by + "."
	return p
}

// habitOf says whether results were looked at and talked about: for those who
// treat the client, of this client alone. Nobody is counted or compared by it.
func habitOf(c measure.Course, name string) string {
	part := func(n int) string {
		switch n {
		case 0:
			return "none"
		case len(c.Given):
			return "all"
		}
		return desk.Number(n)
	}
	seen, talked := 0, 0
	for _, g := range c.Given {
		if !g.SeenAt.IsZero() {
			seen++
		}
		if !g.TalkedAt.IsZero() {
			talked++
		}
	}
	switch n := len(c.Given); n {
	case 0:
		return ""
	case 1:
		return "One result so far: " + yes(seen > 0, name+" has looked at it", name+" has not looked at it yet") +
			", and " + yes(talked > 0, "it was talked about", "it was not talked about yet") + "."
	default:
		return "Of " + desk.Number(n) + " results " + name + " has looked at " + part(seen) + ", and " + part(talked) + yes(talked < 2, " was", " were") + " talked about. Results help most when they are talked about."
	}
}

func yes(is bool, then, otherwise string) string {
	if is {
		return then
	}
	return otherwise
}

func (p *Pages) course(w http.ResponseWriter, r *http.Request) error {
	page, err := p.besides(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, wholeCourseView(page))
}

// again shows the page with what was typed into its form.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, failed error, typed func(*besideForm)) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.besides(r)
	if err != nil {
		return err
	}
	page.flaw = flaw
	typed(&page.form)
	return web.Show(w, r, flaw.Status(), wholeCourseView(page))
}

// toCourse leads back to the page, to the measure that was shown.
func toCourse(r *http.Request, did string) string {
	to := "/clients/" + r.PathValue("client") + "/course?done=" + did
	if of := r.PostFormValue("of"); measureID(of) {
		to += "&of=" + of
	}
	return to
}

// measureID says whether text can be the id of a measure.
func measureID(text string) bool {
	return text != "" && len(text) < 65 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func (p *Pages) noteEvent(w http.ResponseWriter, r *http.Request) error {
	record, _ := desk.RecordOf(r)
	e := plan.LifeEvent{ID: r.PostFormValue("id"), Day: measure.Day(r.PostFormValue("day")), Words: r.PostFormValue("words")}
	if _, err := p.Plans.NoteEvent(r.Context(), web.ActorOf(r), record, e, web.LocationOf(r)); err != nil {
		return p.again(w, r, err, func(f *besideForm) { f.eventID, f.day, f.words = e.ID, string(e.Day), e.Words })
	}
	return web.Kept(w, r, toCourse(r, "noted"), "event-"+e.ID)
}

func (p *Pages) dropEvent(w http.ResponseWriter, r *http.Request) error {
	record, _ := desk.RecordOf(r)
	if err := p.Plans.DropEvent(r.Context(), web.ActorOf(r), record, r.PathValue("event")); err != nil {
		return err
	}
	return web.SeeOther(w, r, toCourse(r, "dropped"))
}
