package calendar

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

const toWeek = "/calendar"

// timesRoutes are the addresses of whoever works there: their week, what they plan,
// their hours, and the practice's week for those who manage it.
func (p *Pages) timesRoutes() []web.Route {
	manager := func(method, pattern string, action access.Action, page web.Page) web.Route {
		return web.Route{Method: method, Pattern: pattern, Audience: web.Manager, Action: action, Page: page}
	}
	one, series := toWeek+"/sessions/{client}/{session}", toWeek+"/series/{client}/{series}"
	return []web.Route{
		desk.Get(toWeek, access.ListSessions, p.week),
		desk.Get(toWeek+"/new", access.ListSessions, p.askPlan),
		desk.Post(toWeek+"/new", access.PlanSession, p.plan),
		desk.Get(one, access.ListSessions, p.session),
		desk.Post(one+"/move", access.PlanSession, p.shift),
		desk.Post(one+"/cancel", access.PlanSession, p.callOff),
		desk.Post(one+"/attend", access.PlanSession, p.attend),
		desk.Get(series, access.ReadSessions, p.series),
		desk.Post(series+"/change", access.PlanSession, p.changeSeries),
		desk.Post(series+"/stop", access.PlanSession, p.stopSeries),

		desk.Get(toHours, access.ReadAvailability, p.hours),
		desk.Post(toHours, access.SetAvailability, p.addHours),
		desk.Post(toHours+"/{hours}/end", access.SetAvailability, p.endHours),
		desk.Post(toHours+"/protected", access.SetAvailability, p.protect),
		desk.Post(toHours+"/protected/{protected}/end", access.SetAvailability, p.unprotect),
		desk.Post(toHours+"/limits", access.SetAvailability, p.limit),

		manager("GET", toAll, access.WatchCalendar, p.everybody),
		manager("GET", toHolidays, access.ReadHolidays, p.holidays),
		manager("POST", toHolidays, access.SetHolidays, p.close),
		manager("POST", toHolidays+"/{holiday}/end", access.SetHolidays, p.open),
	}
}

// done are the words after something was kept.
var done = map[string]string{
	"planned":   "Planned.",
	"series":    "Planned, for the next half year. Further ones are added week by week.",
	"some":      "Planned, but for the days below: there it was not possible.",
	"moved":     "Moved.",
	"cancelled": "Cancelled.",
	"attended":  "Noted.",
	"changed":   "Changed, from that day on.",
	"stopped":   "It ends. What comes later was taken out.",
	"hours":     "Kept.",
	"ended":     "Taken out.",
	"protected": "Protected. Nobody can book that time.",
	"meets":     "Protected from now on. Some sessions are planned in that time: they stay until you move them.",
	"limits":    "Kept.",
	"closed":    "Kept. What comes round on those days is taken out within minutes.",
	"open":      "Taken out. What had been taken out of series does not come back by itself.",
}

func frame(r *http.Request, heading string) ui.FrameProps {
	return web.FrameSaying(r, heading, done)
}

// A weekPage is one week of whoever looks.
type weekPage struct {
	frame        ui.FrameProps
	title        string
	before, next string // addresses
	today        string
	monday       string
	load         string
	days         []weekDay
	none         bool
}

type weekDay struct {
	head, short string
	today       bool
	closed      string
	sees        string // when they see people
	load        string
	items       []weekItem
}

// A weekItem is one thing in a day.
type weekItem struct {
	clock, until string
	name, href   string // href empty: nothing can be opened
	note         string
	chip         *ui.ChipProps
	class        string
}

// weekOf is the Monday that the address names, or that of now.
func weekOf(r *http.Request, now time.Time) calendar.Day {
	if d, err := calendar.ReadDay("week", r.URL.Query().Get("week")); err == nil {
		return d.Monday()
	}
	return calendar.DayOf(now, now.Location()).Monday()
}

func (p *Pages) week(w http.ResponseWriter, r *http.Request) error {
	now := web.NowOf(r)
	monday := weekOf(r, now)
	week, err := p.Calendars.Week(r.Context(), web.ActorOf(r), monday, now.Location())
	if err != nil {
		return err
	}
	names := map[string]person.Person{}
	if len(week.Sessions) > 0 {
		if names, err = p.names(r); err != nil {
			return err
		}
	}
	page := weekPage{
		frame: frame(r, "Calendar"), title: weekWords(monday, now), monday: monday.String(),
		before: toWeek + "?week=" + (monday - 7).String(), next: toWeek + "?week=" + (monday + 7).String(), today: toWeek,
		none: len(week.Hours) == 0 && len(week.Sessions) == 0,
	}
	total := 0
	for d := monday; d < monday+7; d++ {
		day, n := dayOf(week, d, names, now)
		page.days, total = append(page.days, day), total+n
	}
	page.load = loadWords(total, week.Limits.PerWeek)
	return web.Show(w, r, http.StatusOK, weekView(page))
}

// weekWords is the week that begins on monday: "23 to 29 November".
func weekWords(monday calendar.Day, now time.Time) string {
	from, to := monday.Date(), (monday + 6).Date()
	text := to.Format("2 January")
	if from.Month() == to.Month() {
		text = from.Format("2") + " to " + text
	} else {
		text = from.Format("2 January") + " to " + text
	}
	if to.Year() != now.Year() || from.Year() != now.Year() {
		text += to.Format(" 2006")
	}
	return text
}

// loadWords is how many sessions there are of those wanted at most.
func loadWords(n, most int) string {
	if n == 0 {
		return ""
	}
	text := desk.Upper(desk.Count(n, "session", "sessions"))
	if most > 0 {
		text += ", of " + strconv.Itoa(most) + " at most"
	}
	return text
}

// names are those of the clients whom whoever looks works with.
func (p *Pages) names(r *http.Request) (map[string]person.Person, error) {
	all, err := p.People.Clients(r.Context(), web.ActorOf(r))
	if err != nil {
		return nil, err
	}
	names := make(map[string]person.Person, len(all))
	for _, c := range all {
		names[c.ID] = c
	}
	return names, nil
}

// dayOf is one day of the week, and how many sessions it has.
func dayOf(w calendar.Week, d calendar.Day, names map[string]person.Person, now time.Time) (day weekDay, sessions int) {
	zone := now.Location()
	begins, ends := d.Begins(zone), (d + 1).Begins(zone)
	on := func(s session.Span) bool { return s.Start.Before(ends) && begins.Before(s.End) }
	day = weekDay{head: d.Date().Format("Monday 2 January"), short: d.Date().Format("Mon 2"), today: d == calendar.DayOf(now, zone)}
	for _, h := range w.Closed {
		if d >= h.First && d <= h.Last {
			day.closed = "The practice is closed"
			if h.Name != "" {
				day.closed = h.Name + ": closed"
			}
		}
	}
	whole := func(s session.Span) bool { return !s.Start.After(begins) && !s.End.Before(ends) }
	away := day.closed != "" || slices.ContainsFunc(w.Protected, whole) || slices.ContainsFunc(w.Elsewhere, whole)
	for _, s := range w.Hours {
		if on(s) && !away {
			day.sees += sep(day.sees, ", ") + clock(s.Start, zone) + " to " + clockEnd(s.End, ends, zone)
		}
	}
	var all []weekItem
	met := make(map[string]int) // which item is of those of a meeting of whom the same became
	for _, a := range w.Sessions {
		if a.Start.Before(begins) || !a.Start.Before(ends) {
			continue
		}
		same := a.Meeting + string(a.State) + becameOf(a, now)
		if at, ok := met[same]; ok { // another who comes to the same
			all[at].name += ", " + desk.First(desk.NameOf(names[a.Client.Of()]))
			continue
		}
		met[same] = len(all)
		if a.State == session.Planned {
			sessions++
		}
		all = append(all, itemOf(a, names[a.Client.Of()], now))
	}
	for _, s := range w.Protected {
		if on(s) {
			all = append(all, spanItem(s, begins, ends, zone, "Protected", "week-kept"))
		}
	}
	for _, s := range w.Elsewhere {
		if on(s) {
			all = append(all, spanItem(s, begins, ends, zone, "In your own calendar", "week-kept"))
		}
	}
	slices.SortStableFunc(all, func(a, b weekItem) int { return cmp.Compare(a.clock, b.clock) })
	for i := range all {
		if all[i].clock == "00:00" && all[i].until == "24:00" {
			all[i].clock, all[i].until = "All day", ""
		}
	}
	day.items, day.load = all, loadWords(sessions, w.Limits.PerDay)
	return day, sessions
}

func itemOf(a session.Appointment, who person.Person, now time.Time) weekItem {
	zone := now.Location()
	item := weekItem{
		clock: clock(a.Start, zone), until: clock(a.End(), zone), name: desk.First(desk.NameOf(who)), note: a.Place,
		href: toWeek + "/sessions/" + a.Client.Of() + "/" + a.ID, class: "week-session",
	}
	if a.Format != session.Individual {
		item.note = a.Format.Words() + sep(item.note, ", ") + item.note
	}
	if text := becameOf(a, now); text != "" {
		item.chip = &ui.ChipProps{Text: text}
	}
	if a.State != session.Planned {
		item.class = "week-off"
	}
	return item
}

// becameOf is what became of a session, in two or three words; empty while it is planned.
func becameOf(a session.Appointment, now time.Time) string {
	switch {
	case a.State == session.Missed:
		return "Was not there"
	case a.State == session.Cancelled && a.Attendance == session.Late:
		return "Cancelled late"
	case a.State == session.Cancelled:
		return "Cancelled"
	case a.Attendance == session.Came:
		return "Met"
	case a.Start.Before(now) && a.End().After(now):
		return "Now"
	}
	return ""
}

func spanItem(s session.Span, begins, ends time.Time, zone *time.Location, name, class string) weekItem {
	item := weekItem{clock: "00:00", until: clockEnd(s.End, ends, zone), name: name, class: class}
	if s.Start.After(begins) {
		item.clock = clock(s.Start, zone)
	}
	return item
}

func clock(t time.Time, zone *time.Location) string { return t.In(zone).Format("15:04") }

// clockEnd is when something is over on a day that ends at ends.
func clockEnd(t, ends time.Time, zone *time.Location) string {
	if !t.Before(ends) {
		return "24:00"
	}
	return clock(t, zone)
}

func sep(before, between string) string {
	if before == "" {
		return ""
	}
	return between
}
