package hour

import (
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A sessionsPage is all sessions of a client at the desk.
type sessionsPage struct {
	frame   ui.FrameProps
	base    string
	name    string
	tabs    []ui.Tab
	coming  []sessionLine
	further int // more that are planned, further ahead
	past    []sessionLine
	earlier []sessionLine // folded away
	marks   []mark
	words   string
	agenda  agendaView
	form    planForm
	lengths []ui.Option
	begin   string // the id of a session that is begun without an appointment
	flaw    *web.Flaw
}

type sessionLine struct {
	href        string
	when, words string
	chip        string
	sign        string
	now         bool
	cancel      string // where it is cancelled; empty: it cannot be
}

// A planForm is what was typed, as it was typed.
type planForm struct{ id, day, clock, minutes, place string }

// How many sessions are listed in sight.
const (
	mostComing = 6
	mostPast   = 8
	mostMarks  = 60
)

func (p *Pages) sessionsForm(r *http.Request, s *seat) (sessionsPage, error) {
	lines, err := p.Hours.List(r.Context(), s.Actor, s.Record)
	if err != nil {
		return sessionsPage{}, err
	}
	sight, err := p.Hours.Open(r.Context(), s.Actor, s.Record, "")
	if err != nil {
		return sessionsPage{}, err
	}
	page := sessionsPage{frame: s.frame(r, "Sessions"), base: s.Base, name: s.Name, tabs: desk.Tabs(s.Record.Of(), "/sessions"), words: s.continuity(lines)}
	page.form = planForm{day: s.Now.AddDate(0, 0, 7).Format(time.DateOnly), clock: "10:00", minutes: "50"}
	nth := 0
	for _, l := range lines {
		m := s.markOf(l, s.Now)
		if m.kind == "held" || m.kind == "ahead" || m.kind == "now" {
			nth++
		}
		line := s.lineOf(l, m, nth)
		if m.kind == "ahead" || m.kind == "now" {
			if len(page.coming) < mostComing {
				page.coming = append(page.coming, line)
			} else {
				page.further++
			}
		} else {
			page.past = append([]sessionLine{line}, page.past...)
			page.marks = append(page.marks, mark{m.kind, desk.Short(l.Start, s.Now) + ": " + m.words})
		}
		if l.State == session.Planned { // the same rhythm again, as a beginning
			start := l.Start.In(s.Now.Location())
			page.form.clock, page.form.place = start.Format("15:04"), l.Place
			page.form.minutes = strconv.Itoa(int(l.End.Sub(l.Start).Minutes()))
			if next := start.AddDate(0, 0, 7); next.After(s.Now) {
				page.form.day = next.Format(time.DateOnly)
			}
		}
	}
	page.marks = page.marks[max(0, len(page.marks)-mostMarks):]
	if len(page.past) > mostPast {
		page.past, page.earlier = page.past[:mostPast], page.past[mostPast:]
	}
	page.lengths = lengths(page.form.minutes)
	if page.agenda, err = s.agendaOf(sight.Waiting.Items, sight.Waiting, "", "", false); err != nil {
		return page, err
	}
	if page.form.id, err = web.NewID(); err != nil {
		return page, err
	}
	page.begin, err = web.NewID()
	return page, err
}

func (s *seat) lineOf(l hour.Line, m mark, nth int) sessionLine {
	line := sessionLine{
		href: s.Base + "/sessions/" + l.ID, sign: m.kind, now: m.kind == "now",
		when: desk.Upper(day(l.Start, s.Now)) + " at " + at(l.Start, s.Now), words: desk.Upper(m.words),
	}
	switch m.kind {
	case "held":
		line.chip = "Session " + strconv.Itoa(nth)
		line.words = "" // that people met is no news in a list of when they did
	case "ahead":
		line.chip = "Session " + strconv.Itoa(nth)
		line.words = "Until " + at(l.End, s.Now)
		if l.Start.After(s.Now) {
			line.cancel = s.Base + "/times/" + l.ID + "/cancel"
		}
		if l.Place != "" {
			line.words += ", " + l.Place
		}
		if l.ClinicianID != s.Actor.ID && !s.Mine {
			line.words += ", with a colleague"
		}
	}
	if moved := s.moved(l); moved != "" {
		if line.words != "" {
			line.words += ", "
		}
		line.words += moved
	}
	line.words = desk.Upper(line.words)
	return line
}

// day is a day without its "on".
func day(t, now time.Time) string {
	words := desk.On(t, now)
	if len(words) > 3 && words[:3] == "on " {
		return words[3:]
	}
	return words
}

// lengths are what a session can last, with the one that was chosen.
func lengths(chosen string) []ui.Option {
	usual := []string{"25", "50", "60", "75", "90", "120"}
	var all []ui.Option
	found := false
	for _, m := range usual {
		found = found || m == chosen
		all = append(all, ui.Option{Value: m, Text: m + " minutes", Chosen: m == chosen})
	}
	if n, err := strconv.Atoi(chosen); !found && err == nil {
		all = append(all, ui.Option{Value: chosen, Text: strconv.Itoa(n) + " minutes", Chosen: true})
	}
	return all
}

// sessions shows all sessions of a client.
func (p *Pages) sessions(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r)
	if err != nil {
		return err
	}
	page, err := p.sessionsForm(r, s)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, sessionsView(page))
}

// plan plans a session.
func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	typed := planForm{
		id: r.PostFormValue("id"), day: r.PostFormValue("day"), clock: r.PostFormValue("clock"),
		minutes: r.PostFormValue("minutes"), place: r.PostFormValue("place"),
	}
	form, failed := typed.read(web.LocationOf(r))
	if failed == nil {
		_, failed = p.Sessions.Plan(r.Context(), s.Actor, s.Record, form)
	}
	if failed == nil {
		return web.SeeOther(w, r, s.Base+"/sessions?done=planned")
	}
	return p.listFlawed(w, r, failed, func(page *sessionsPage, flaw *web.Flaw) {
		if flaw.Field == "start" {
			flaw.Field = "clock"
		}
		page.form, page.lengths = typed, lengths(typed.minutes)
	})
}

// listFlawed shows the list with a form that could not be kept.
func (p *Pages) listFlawed(w http.ResponseWriter, r *http.Request, failed error, mend func(*sessionsPage, *web.Flaw)) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	s, err := p.seatOf(r)
	if err != nil {
		return err
	}
	page, err := p.sessionsForm(r, s)
	if err != nil {
		return err
	}
	mend(&page, flaw)
	page.flaw = flaw
	return web.Show(w, r, flaw.Status(), sessionsView(page))
}

// beginNow begins a session without an appointment.
func (p *Pages) beginNow(w http.ResponseWriter, r *http.Request) error {
	s, id := seatIn(r), r.PostFormValue("id")
	minutes, err := strconv.Atoi(r.PostFormValue("minutes"))
	if err != nil || minutes < 0 || minutes > 24*60 {
		minutes = 0 // the domain says what is wrong
	}
	if _, err := p.Hours.Begin(r.Context(), s.Actor, s.Record, id, time.Duration(minutes)*time.Minute); err != nil {
		return p.listFlawed(w, r, err, func(page *sessionsPage, flaw *web.Flaw) {
			if flaw.Field == "start" || flaw.Field == "length" {
				flaw.Text, flaw.Field = "You have another appointment now. A session beside it cannot be begun.", ""
			}
			page.begin = id
		})
	}
	return web.SeeOther(w, r, s.page(id))
}

// read makes a form of what was typed; loc is the practice's time zone.
func (f planForm) read(loc *time.Location) (session.Form, error) {
	day, err := clocks.Day(f.day, loc)
	if err != nil {
		return session.Form{}, fault.New(fault.Invalid, "day", "Choose a day, as in 2026-11-24.")
	}
	clock, err := time.Parse("15:04", f.clock)
	if err != nil {
		return session.Form{}, fault.New(fault.Invalid, "clock", "Write the time with hours and minutes, as in 14:30.")
	}
	start := time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), 0, 0, loc)
	if start.Format("15:04") != f.clock {
		return session.Form{}, fault.New(fault.Invalid, "clock", "There is no such time on that day, because the clocks change. Choose another one.")
	}
	minutes, err := strconv.Atoi(f.minutes)
	if err != nil || minutes < 0 || minutes > 24*60 {
		return session.Form{}, fault.New(fault.Invalid, "minutes", "Choose a length in minutes.")
	}
	return session.Form{ID: f.id, Start: start, Length: time.Duration(minutes) * time.Minute, Place: f.place}, nil
}
