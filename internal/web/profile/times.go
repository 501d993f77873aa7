package profile

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A timesPage is the first consultations that a clinician offers.
type timesPage struct {
	frame  ui.FrameProps
	all    []ownTime
	id     string // of what the form makes
	day    string
	clock  string
	length string
	ways   []string
	weeks  int
	zone   string
	flaw   *web.Flaw
}

// An ownTime is one of them in a line.
type ownTime struct {
	when, how string
	chip      *ui.ChipProps
	note      string
	withdraw  string // where; empty if it cannot be
}

func (p *Pages) times(w http.ResponseWriter, r *http.Request) error {
	id, err := web.NewID()
	if err != nil {
		return err
	}
	page := timesPage{id: id, clock: "10:00", length: "50", ways: []string{string(profile.InPerson)}, weeks: 1}
	return p.showTimes(w, r, page)
}

func (p *Pages) showTimes(w http.ResponseWriter, r *http.Request, page timesPage) error {
	own, err := p.Profiles.Times(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	now := web.NowOf(r)
	page.frame, page.zone = frame(r, "First consultations"), web.PracticeOf(r).TimeZone
	for _, o := range own {
		line := timeLineOf(o.Time, now)
		t := ownTime{when: line.When, how: line.How, withdraw: toTimes + "/" + o.ID + "/withdraw"}
		switch o.Why {
		case profile.Taken:
			t.chip, t.withdraw = &ui.ChipProps{Text: "Taken", Tone: ui.Water}, ""
		case profile.Busy:
			t.chip, t.note = &ui.ChipProps{Text: "Not shown"}, "You have an appointment then."
		}
		page.all = append(page.all, t)
	}
	return web.Show(w, r, page.flaw.Status(), timesView(page))
}

// keepTimes is under which name the device keeps what is typed of a time.
const keepTimes = "first-times"

// offer offers one time, or one every week. What was typed comes back if something
// is to be corrected.
func (p *Pages) offer(w http.ResponseWriter, r *http.Request) error {
	form := r.PostForm
	page := timesPage{
		id: form.Get("id"), day: value(form, "day"), clock: value(form, "clock"), length: value(form, "length"), ways: form["time_ways"],
	}
	page.weeks, _ = strconv.Atoi(form.Get("weeks")) // none is not between 1 and 8
	minutes, _ := strconv.Atoi(page.length)         // likewise
	minutes = min(max(minutes, 0), int((24 * time.Hour).Minutes()))
	o := profile.Offer{ID: page.id, Day: page.day, Clock: page.clock, Length: time.Duration(minutes) * time.Minute, Weeks: page.weeks}
	for _, way := range page.ways {
		o.Ways = append(o.Ways, profile.Way(way))
	}
	_, left, err := p.Profiles.Offer(r.Context(), web.ActorOf(r), o, web.LocationOf(r))
	if err == nil {
		to := toTimes + "?done=offered"
		if len(left) > 0 {
			to = toTimes + "?done=some"
		}
		return p.renewed(w, r, to+"&kept="+keepTimes)
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page.flaw = flaw
	return p.showTimes(w, r, page)
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := p.Profiles.Withdraw(r.Context(), web.ActorOf(r), r.PathValue("time")); err != nil {
		return err
	}
	return p.renewed(w, r, toTimes+"?done=withdrawn")
}

func (p timesPage) weekOptions() []ui.Option {
	all := []ui.Option{{Value: "1", Text: "Once", Chosen: p.weeks == 1}}
	for n := 2; n <= profile.MaxWeeks; n++ {
		all = append(all, ui.Option{Value: strconv.Itoa(n), Text: fmt.Sprintf("Every week, %d times", n), Chosen: p.weeks == n})
	}
	return all
}
