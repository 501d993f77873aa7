package calendar

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

const (
	toAll      = "/practice/week"
	toHolidays = "/practice/holidays"
)

// An allPage is the practice's week: when everybody is busy, and never with whom.
type allPage struct {
	frame        ui.FrameProps
	title        string
	before, next string
	days         []allDay
	rows         []allRow
}

// An allDay is one column. A narrow screen shows one of them at a time, the shown one;
// href is the address that shows this one there.
type allDay struct {
	short, long, closed string
	href                string
	shown               bool
	begins, ends        time.Time
}

// class hides, on a narrow screen, what belongs to another day than the shown one.
func (d allDay) class() string {
	if d.shown {
		return "all-shown"
	}
	return "all-other"
}

// An allRow is one clinician's week.
type allRow struct {
	name  string
	load  string
	cells []allCell
}

// An allCell is one day of one clinician: how many sessions in words, and a strip from
// seven in the morning to nine in the evening.
type allCell struct {
	words string
	count string
	bars  []bar
}

// A bar is a part of a strip, in minutes from its beginning.
type bar struct{ class, x, width string }

const stripFrom, stripTo = 7 * 60, 21 * 60 // minutes of the day

func (p *Pages) everybody(w http.ResponseWriter, r *http.Request) error {
	now := web.NowOf(r)
	zone, monday := now.Location(), weekOf(r, now)
	all, closed, err := p.Calendars.Practice(r.Context(), web.ActorOf(r), monday, zone)
	if err != nil {
		return err
	}
	staff, err := p.People.Staff(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	names := make(map[string]string, len(staff))
	for _, s := range staff {
		names[s.ID] = s.Name
	}
	page := allPage{
		frame: frame(r, "The practice’s week"), title: weekWords(monday, now),
		before: toAll + "?week=" + (monday - 7).String(), next: toAll + "?week=" + (monday + 7).String(),
	}
	shown := shownOf(r, monday, now)
	for d := monday; d < monday+7; d++ {
		day := allDay{
			short: d.Date().Format("Mon 2"), long: d.Date().Format("Monday 2 January"),
			href: toAll + "?week=" + monday.String() + "&day=" + d.String(), shown: d == shown,
			begins: d.Begins(zone), ends: (d + 1).Begins(zone),
		}
		if slices.ContainsFunc(closed, func(h calendar.Holiday) bool { return d >= h.First && d <= h.Last }) {
			day.closed = "closed"
		}
		page.days = append(page.days, day)
	}
	for _, d := range all {
		row := allRow{name: names[d.ClinicianID], load: strconv.Itoa(len(d.Busy))}
		if d.Limits.PerWeek > 0 {
			row.load += " of " + strconv.Itoa(d.Limits.PerWeek)
		}
		for _, day := range page.days {
			row.cells = append(row.cells, cellOf(d, day, zone))
		}
		page.rows = append(page.rows, row)
	}
	slices.SortStableFunc(page.rows, func(a, b allRow) int { return strings.Compare(a.name, b.name) })
	return web.Show(w, r, http.StatusOK, everybodyView(page))
}

// shownOf is the day that a narrow screen shows of the week that begins on monday: the one
// that the address names, or today, or the first.
func shownOf(r *http.Request, monday calendar.Day, now time.Time) calendar.Day {
	d, err := calendar.ReadDay("day", r.URL.Query().Get("day"))
	if err != nil {
		d = calendar.DayOf(now, now.Location())
	}
	if d.Monday() != monday {
		return monday
	}
	return d
}

func cellOf(d calendar.Desk, day allDay, zone *time.Location) (c allCell) {
	begins, ends := day.begins, day.ends
	var first, last time.Time
	n := 0
	add := func(all []session.Span, class string) {
		for _, s := range all {
			if s.Start.Before(ends) && begins.Before(s.End) {
				if b, ok := barOf(s, begins, ends, zone, class); ok {
					c.bars = append(c.bars, b)
				}
			}
		}
	}
	add(d.Hours, "strip-open")
	add(d.Away, "strip-away")
	add(d.Busy, "strip-busy")
	for _, s := range d.Busy {
		if s.Start.Before(begins) || !s.Start.Before(ends) {
			continue
		}
		if n == 0 {
			first = s.Start
		}
		n, last = n+1, s.End
	}
	if n > 0 {
		c.count = strconv.Itoa(n)
		c.words = desk.Count(n, "session", "sessions") + ", " + clock(first, zone) + " to " + clockEnd(last, ends, zone)
	}
	return c
}

// barOf is where a span lies on the strip of a day, by the clocks.
func barOf(s session.Span, begins, ends time.Time, zone *time.Location, class string) (bar, bool) {
	minute := func(t time.Time) int {
		if !t.After(begins) {
			return 0
		}
		if !t.Before(ends) {
			return 24 * 60
		}
		t = t.In(zone)
		return t.Hour()*60 + t.Minute()
	}
	from, to := max(minute(s.Start), stripFrom), min(minute(s.End), stripTo)
	if from >= to {
		return bar{}, false
	}
	return bar{class, strconv.Itoa(from - stripFrom), strconv.Itoa(to - from)}, true
}

// A holidaysPage is when the practice is closed.
type holidaysPage struct {
	frame             ui.FrameProps
	all               []keptTime
	id                string
	name, first, last string
	flaw              *web.Flaw
}

func (p *Pages) holidaysPage(r *http.Request) (page holidaysPage, err error) {
	now := web.NowOf(r)
	all, err := p.Calendars.Holidays(r.Context(), web.ActorOf(r), now.Location())
	if err != nil {
		return page, err
	}
	page.frame = frame(r, "When the practice is closed")
	for _, h := range all {
		k := keptTime{when: ui.Date(h.First.Begins(now.Location()), now), note: h.Name, end: toHolidays + "/" + h.ID + "/end"}
		if h.Last != h.First {
			k.when += " to " + ui.Date(h.Last.Begins(now.Location()), now)
		}
		page.all = append(page.all, k)
	}
	page.id, err = web.NewID()
	return page, err
}

func (p *Pages) holidays(w http.ResponseWriter, r *http.Request) error {
	page, err := p.holidaysPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, holidaysView(page))
}

func (p *Pages) close(w http.ResponseWriter, r *http.Request) error {
	v := r.PostForm.Get
	h := calendar.Holiday{ID: v("id"), Name: v("name")}
	var err error
	if h.First, h.Last, err = firstAndLast(v("first"), v("last")); err == nil {
		if h.Last == 0 {
			h.Last = h.First
		}
		err = p.Calendars.Close(r.Context(), web.ActorOf(r), h, web.LocationOf(r))
	}
	if err == nil {
		return web.SeeOther(w, r, toHolidays+"?done=closed")
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.holidaysPage(r)
	if err != nil {
		return err
	}
	page.flaw, page.id, page.name, page.first, page.last = flaw, v("id"), v("name"), v("first"), v("last")
	return web.Show(w, r, flaw.Status(), holidaysView(page))
}

func (p *Pages) open(w http.ResponseWriter, r *http.Request) error {
	if err := p.Calendars.Open(r.Context(), web.ActorOf(r), r.PathValue("holiday")); err != nil {
		return err
	}
	return web.SeeOther(w, r, toHolidays+"?done=open")
}
