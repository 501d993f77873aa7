package clinician

import (
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

type sessionsPage struct {
	frame   ui.FrameProps
	base    string
	name    string
	tabs    []ui.Tab
	coming  []sessionLine
	past    []string
	before  int // earlier ones, not listed
	form    planForm
	lengths []ui.Option
	flaw    *web.Flaw
}

type sessionLine struct {
	id, revision, when, chip string
}

// A planForm is what was typed, as it was typed.
type planForm struct{ id, day, clock, minutes, place string }

// mostPast is how many past sessions are listed.
const mostPast = 8

func (p *Pages) sessionsForm(r *http.Request) (sessionsPage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	hours, err := p.Sessions.Of(r.Context(), actor, record)
	if err != nil {
		return sessionsPage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return sessionsPage{}, err
	}
	page := sessionsPage{frame: desk.Frame(r, "Sessions"), base: "/clients/" + id, name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "/sessions")}
	page.frame.Kicker = desk.NameOf(who)
	page.form = planForm{day: now.AddDate(0, 0, 7).Format(time.DateOnly), clock: "10:00", minutes: "50"}
	nth := 0
	for _, a := range hours {
		if a.State == session.Planned {
			nth++
		}
		if a.State == session.Planned && a.End().After(now) {
			page.coming = append(page.coming, lineOf(a, nth, actor.ID, now))
		} else if !a.End().After(now) {
			words := desk.Upper(trimOn(desk.At(a.Start, now)))
			if a.State == session.Cancelled {
				words += ", cancelled"
			}
			page.past = append([]string{words}, page.past...)
		}
		if a.State == session.Planned { // the same rhythm again, as a beginning
			start := a.Start.In(now.Location())
			page.form.clock, page.form.place = start.Format("15:04"), a.Place
			page.form.minutes = figures(int(a.Length.Minutes()))
			if next := start.AddDate(0, 0, 7); next.After(now) {
				page.form.day = next.Format(time.DateOnly)
			}
		}
	}
	page.before = max(0, len(page.past)-mostPast)
	page.past = page.past[:len(page.past)-page.before]
	page.lengths = lengths(page.form.minutes)
	page.form.id, err = web.NewID()
	return page, err
}

func lineOf(a session.Appointment, nth int, me string, now time.Time) sessionLine {
	l := sessionLine{id: a.ID, revision: strconv.FormatInt(a.Revision, 10), chip: "Session " + figures(nth)}
	l.when = desk.Upper(trimOn(desk.At(a.Start, now))) + " to " + a.End().In(now.Location()).Format("15:04")
	if a.Place != "" {
		l.when += ", " + a.Place
	}
	if a.ClinicianID != me {
		l.when += ", with a colleague"
	}
	return l
}

// lengths are what an hour can be, with the one that was chosen.
func lengths(chosen string) []ui.Option {
	usual := []string{"25", "50", "60", "75", "90", "120"}
	var all []ui.Option
	found := false
	for _, m := range usual {
		found = found || m == chosen
		all = append(all, ui.Option{Value: m, Text: m + " minutes", Chosen: m == chosen})
	}
	if n, err := strconv.Atoi(chosen); !found && err == nil {
		all = append(all, ui.Option{Value: chosen, Text: figures(n) + " minutes", Chosen: true})
	}
	return all
}

func (p *Pages) sessions(w http.ResponseWriter, r *http.Request) error {
	page, err := p.sessionsForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, sessionsView(page))
}

func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	typed := planForm{
		id: r.PostFormValue("id"), day: r.PostFormValue("day"), clock: r.PostFormValue("clock"),
		minutes: r.PostFormValue("minutes"), place: r.PostFormValue("place"),
	}
	form, failed := typed.read(web.LocationOf(r))
	if failed == nil {
		_, failed = p.Sessions.Plan(r.Context(), web.ActorOf(r), record, form)
	}
	if failed == nil {
		return web.SeeOther(w, r, "/clients/"+id+"/sessions?done=planned")
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	if flaw.Field == "start" {
		flaw.Field = "clock"
	}
	page, err := p.sessionsForm(r)
	if err != nil {
		return err
	}
	page.flaw, page.form, page.lengths = flaw, typed, lengths(typed.minutes)
	return web.Show(w, r, flaw.Status(), sessionsView(page))
}

// read makes a form of what was typed; loc is the practice's time zone.
func (f planForm) read(loc *time.Location) (session.Form, error) {
	day, err := time.ParseInLocation(time.DateOnly, f.day, loc)
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

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // 0 is nobody's revision: a conflict
	_, err := p.Sessions.Cancel(r.Context(), web.ActorOf(r), record, r.PathValue("session"), revision)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"/sessions?done=cancelled")
}
