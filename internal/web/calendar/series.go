package calendar

import (
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A seriesPage is what comes round with somebody: how, the days without, and changing
// or ending it from a day on.
type seriesPage struct {
	frame    ui.FrameProps
	base     string
	words    string
	place    string
	left     []string
	revision string
	own      bool // it is with whoever looks
	typed    typed
	from     string // from when it ends
	flaw     *web.Flaw
	ending   bool // the flaw is of ending it
}

// seriesOf is the series that the address names, and all who come to it.
func (p *Pages) seriesOf(r *http.Request) (s calendar.Standing, clients []access.Compartment, err error) {
	client, _ := desk.RecordOf(r)
	all, err := p.Calendars.Series(r.Context(), web.ActorOf(r), client, web.LocationOf(r))
	if err != nil {
		return s, nil, err
	}
	for _, s := range all {
		if s.ID == r.PathValue("series") {
			clients = append(clients, client)
			for _, id := range s.With {
				clients = append(clients, access.ClientRecord(id))
			}
			return s, clients, nil
		}
	}
	return s, nil, fault.Absent()
}

func (p *Pages) seriesPage(r *http.Request) (page seriesPage, err error) {
	now := web.NowOf(r)
	s, clients, err := p.seriesOf(r)
	if err != nil {
		return page, err
	}
	names, err := p.names(r)
	if err != nil {
		return page, err
	}
	page = seriesPage{
		frame: frame(r, "What comes round"), base: toWeek + "/series/" + s.Client.Of() + "/" + s.ID, words: seriesWords(s.Series, now),
		place: s.Place, revision: strconv.FormatInt(s.Revision, 10), own: s.ClinicianID == web.ActorOf(r).ID,
	}
	for _, c := range clients {
		page.frame.Kicker += sep(page.frame.Kicker, ", ") + desk.NameOf(names[c.Of()])
	}
	for _, l := range s.Left {
		page.left = append(page.left, ui.Date(l.Day.Begins(now.Location()), now)+": "+leftWords(l.Why))
	}
	next := nextDay(s.Series, calendar.DayOf(now, now.Location()))
	page.typed = typed{
		day: next.String(), clock: calendar.Clock(s.Minute), minutes: strconv.Itoa(int(s.Length.Minutes())),
		place: s.Place, every: strconv.Itoa(s.Every),
	}
	if s.Last != 0 {
		page.typed.last = s.Last.String()
	}
	page.from = (next + 1).String()
	return page, nil
}

// nextDay is when s comes round next, after today.
func nextDay(s calendar.Series, today calendar.Day) calendar.Day {
	d := s.First
	for d <= today {
		d += calendar.Day(7 * s.Every)
	}
	return d
}

// seriesWords is how s comes round: "Every other week on Tuesday, 10:00 to 10:50, since 3 March".
func seriesWords(s calendar.Series, now time.Time) string {
	first := s.First.Date()
	text := everyWords(s.Every) + " on " + first.Format("Monday") + ", " + calendar.Clock(s.Minute) + " to " + calendar.Clock((s.Minute+int(s.Length.Minutes()))%(24*60))
	from := " since "
	if s.First > calendar.DayOf(now, now.Location()) {
		from = " from "
	}
	text += "," + from + desk.Short(s.First.Begins(now.Location()), now)
	if s.Last != 0 {
		text += " to " + desk.Short(s.Last.Begins(now.Location()), now)
	}
	return text
}

func leftWords(why calendar.Why) string {
	switch why {
	case calendar.WhyHoliday:
		return "the practice is closed"
	case calendar.WhyClocks:
		return "the clocks leave that time out"
	case calendar.WhyApart:
		return "the one of that week was moved or cancelled by itself"
	case calendar.WhyKept:
		return "you protect that time"
	}
	return "you have something else then"
}

func (p *Pages) series(w http.ResponseWriter, r *http.Request) error {
	page, err := p.seriesPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, seriesView(page))
}

func revisionOf(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if err != nil {
		return -1 // nobody's
	}
	return n
}

func (p *Pages) changeSeries(w http.ResponseWriter, r *http.Request) error {
	s, clients, err := p.seriesOf(r)
	if err != nil {
		return err
	}
	t := typedOf(r)
	pattern, err := t.pattern()
	if err == nil {
		var left []calendar.Left
		left, err = p.Calendars.Change(r.Context(), web.ActorOf(r), clients, s.ID, revisionOf(r), pattern, web.LocationOf(r))
		if err == nil {
			to := toWeek + "/series/" + s.Client.Of() + "/" + s.ID
			if len(left) > 0 {
				return web.SeeOther(w, r, to+"?done=some")
			}
			return web.SeeOther(w, r, to+"?done=changed")
		}
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.seriesPage(r)
	if err != nil {
		return err
	}
	page.flaw, page.typed = atClock(flaw), t
	return web.Show(w, r, flaw.Status(), seriesView(page))
}

func (p *Pages) stopSeries(w http.ResponseWriter, r *http.Request) error {
	s, clients, err := p.seriesOf(r)
	if err != nil {
		return err
	}
	from, err := calendar.ReadDay("from", r.PostForm.Get("from"))
	if err == nil {
		err = p.Calendars.Stop(r.Context(), web.ActorOf(r), clients, s.ID, revisionOf(r), from, web.LocationOf(r))
	}
	if err == nil {
		return web.SeeOther(w, r, toWeek+"?done=stopped&week="+from.Monday().String())
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.seriesPage(r)
	if err != nil {
		return err
	}
	page.flaw, page.from, page.ending = flaw, r.PostForm.Get("from"), true
	return web.Show(w, r, flaw.Status(), seriesView(page))
}
