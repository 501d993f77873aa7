package hour

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// An ownPage is one session as its client sees it.
type ownPage struct {
	frame   ui.FrameProps
	sight   hour.Sight
	planned bool
	state   string // before, runs, over, cancelled; empty: none is planned
	words   string
	what    string // when and with whom
	where   string
	clock   clockView
	agenda  agendaView
	writes  bool // the agenda can be written here
	last    *lastView
	told    *keptView
	summary string
	by      string // whose words the summary is
	other   string
	beside  []ui.Link // to move it, to cancel it, or to find another time
}

// next shows the session that is running or comes next, with what waits for it.
func (p *Pages) next(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r)
	if err != nil {
		return err
	}
	page, err := p.nextPage(r, s)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, ownView(page))
}

func (p *Pages) nextPage(r *http.Request, s *seat) (ownPage, error) {
	page, err := p.ownPage(r, s, "")
	page.writes = true
	if page.state == "" {
		page.frame.Heading = "For your next session"
	}
	return page, err
}

// mySession shows one session to its client.
func (p *Pages) mySession(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r)
	if err != nil {
		return err
	}
	page, err := p.ownPage(r, s, r.PathValue("session"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, ownView(page))
}

func (p *Pages) ownPage(r *http.Request, s *seat, id string) (ownPage, error) {
	sight, err := p.Hours.Open(r.Context(), s.Actor, s.Record, id)
	if err != nil {
		return ownPage{}, err
	}
	a, h := sight.Appointment, sight.Hour
	people := []string{a.ClinicianID, h.Kept.By, h.Summary.By}
	if sight.Before {
		people = append(people, sight.Last.Kept.By)
	}
	for _, i := range append(h.Agenda, sight.Waiting.Items...) {
		people = append(people, i.By)
	}
	if err := s.Meet(r.Context(), p.People, people...); err != nil {
		return ownPage{}, err
	}
	page := ownPage{frame: s.frame(r, "Your session"), sight: sight, planned: sight.Planned, last: s.lastOf(sight), other: s.other(a.ClinicianID)}
	items := sight.Waiting.Items
	if sight.Planned {
		page.state, page.words = s.stateOf(sight)
		page.what = at(a.Start, s.Now) + " to " + at(a.End(), s.Now) + " with " + page.other + s.there(a.Start)
		page.where = a.Place
		page.clock = s.clockOf(sight, page.state)
		if page.clock.href != "" {
			page.frame.Scripts = []string{"hour.js"}
		}
		page.frame.Kicker = desk.Upper(day(a.Start, s.Now))
		switch page.state {
		case "runs":
			page.frame.Heading = "Your session, now"
		case "before":
			page.frame.Heading = "Your next session"
		}
		if page.state != "before" {
			items = h.Agenda
		}
	}
	page.agenda, err = s.agendaOf(items, sight.Waiting, a.ID, a.ClinicianID, page.state == "runs")
	if err != nil {
		return page, err
	}
	switch page.state {
	case "before":
		page.beside = []ui.Link{
			{Text: "Move it", Href: "/my/times/" + a.ID + "/move"},
			{Text: "Cancel it", Href: "/my/times/" + a.ID + "/cancel"},
			{Text: "Find another time", Href: toTimes},
		}
	case "", "cancelled", "over":
		page.beside = []ui.Link{{Text: "Find another time", Href: toTimes}}
	}
	if page.state == "over" || page.state == "cancelled" {
		page.agenda.past()
	}
	if !h.Kept.Empty() {
		page.told = s.keptViewOf(h.Kept)
	}
	if h.Summary.Text != "" {
		page.summary, page.by = h.Summary.Text, desk.Upper(s.Who(h.Summary.By))+", "+desk.At(h.Summary.At, s.Now)
	}
	return page, nil
}

// A mySessionsPage is all sessions, as their client sees them.
type mySessionsPage struct {
	frame   ui.FrameProps
	clocks  string // by whose clocks, if they are not the practice’s
	coming  []sessionLine
	further int
	past    []sessionLine
	earlier []sessionLine
}

// mySessions lists all sessions to their client.
func (p *Pages) mySessions(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r)
	if err != nil {
		return err
	}
	lines, err := p.Hours.List(r.Context(), s.Actor, s.Record)
	if err != nil {
		return err
	}
	var people []string
	for _, l := range lines {
		people = append(people, l.ClinicianID)
	}
	if err := s.Meet(r.Context(), p.People, people...); err != nil {
		return err
	}
	page := mySessionsPage{frame: s.frame(r, "Your sessions"), clocks: s.clocks()}
	for _, l := range lines {
		m := s.markOf(l, s.Now)
		line := s.lineOf(l, m, 0)
		line.chip = ""
		switch {
		case l.HasWords:
			line.chip = "With a summary"
		case l.Kept:
			line.chip = "With what was decided"
		}
		switch {
		case m.kind == "ahead" || m.kind == "now":
			if len(page.coming) == 0 || line.now {
				line.href = toNext
			}
			if len(page.coming) < mostComing {
				page.coming = append(page.coming, line)
			} else {
				page.further++
			}
		default:
			page.past = append([]sessionLine{line}, page.past...)
		}
	}
	if len(page.past) > mostPast {
		page.past, page.earlier = page.past[:mostPast], page.past[mostPast:]
	}
	return web.Show(w, r, http.StatusOK, mySessionsView(page))
}
