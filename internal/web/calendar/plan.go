package calendar

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A planPage is the form that plans one session, or what comes round.
type planPage struct {
	frame  ui.FrameProps
	typed  typed
	who    []ui.Option
	anyway bool // a time that the clinician decided against is asked for
	flaw   *web.Flaw
}

// typed is what was typed, as it was typed.
type typed struct {
	id, day, clock, minutes, place, format, every, last string
	with                                                []string
	anyway, offer                                       bool
}

func typedOf(r *http.Request) typed {
	v := r.PostForm.Get
	return typed{
		id: v("id"), day: v("day"), clock: v("clock"), minutes: v("minutes"), place: v("place"), format: v("format"),
		every: v("every"), last: v("last"), with: r.PostForm["with"], anyway: v("anyway") == "yes", offer: v("offer") == "yes",
	}
}

// pattern is what was typed as something that comes round; what is only for once is in
// First, Minute and Length.
func (t typed) pattern() (p calendar.Pattern, err error) {
	if p.First, err = calendar.ReadDay("day", t.day); err != nil {
		return p, err
	}
	if p.Minute, err = calendar.ReadClock("clock", t.clock); err != nil {
		return p, err
	}
	minutes, err := strconv.Atoi(t.minutes)
	if err != nil || minutes < 0 || minutes > 24*60 {
		return p, fault.New(fault.Invalid, "minutes", "Choose a length in minutes.")
	}
	if t.last != "" {
		if p.Last, err = calendar.ReadDay("last", t.last); err != nil {
			return p, err
		}
	}
	p.Length, p.Place, p.Format = time.Duration(minutes)*time.Minute, t.place, session.Format(t.format)
	p.Every, err = strconv.Atoi(t.every)
	if err != nil {
		return p, fault.New(fault.Invalid, "every", "Choose how often.")
	}
	return p, nil
}

// start is when p begins on its first day.
func start(p calendar.Pattern, zone *time.Location) (time.Time, error) {
	at := p.First.At(p.Minute, zone)
	if at.IsZero() {
		return at, fault.New(fault.Invalid, "clock", "There is no such time on that day, because the clocks change. Choose another one.")
	}
	return at, nil
}

func lengthOptions(chosen string) []ui.Option {
	usual := []string{"25", "50", "60", "75", "90", "120"}
	if n, err := strconv.Atoi(chosen); err == nil && n > 0 && !slices.Contains(usual, strconv.Itoa(n)) {
		usual = append(usual, strconv.Itoa(n))
	}
	all := make([]ui.Option, len(usual))
	for i, m := range usual {
		all[i] = ui.Option{Value: m, Text: m + " minutes", Chosen: m == chosen}
	}
	return all
}

func formatOptions(chosen string) []ui.Option {
	var all []ui.Option
	for _, f := range session.Formats() {
		all = append(all, ui.Option{Value: string(f), Text: f.Words(), Chosen: string(f) == chosen || chosen == "" && f == session.Individual})
	}
	return all
}

func everyOptions(chosen string, once bool) []ui.Option {
	var all []ui.Option
	if once {
		all = append(all, ui.Option{Value: "0", Text: "Once", Chosen: chosen == "0" || chosen == ""})
	}
	for n := 1; n <= calendar.MaxEvery; n++ {
		all = append(all, ui.Option{Value: strconv.Itoa(n), Text: everyWords(n), Chosen: chosen == strconv.Itoa(n)})
	}
	return all
}

// everyWords is how often something comes round.
func everyWords(n int) string {
	switch n {
	case 1:
		return "Every week"
	case 2:
		return "Every other week"
	}
	return "Every " + desk.Number(n) + " weeks"
}

func (p *Pages) planPage(r *http.Request, t typed) (planPage, error) {
	page := planPage{frame: frame(r, "Plan a session"), typed: t}
	all, err := p.People.Clients(r.Context(), web.ActorOf(r))
	if err != nil {
		return page, err
	}
	apart := desk.Apart(all, web.NowOf(r))
	for _, c := range all {
		page.who = append(page.who, ui.Option{Value: c.ID, Text: desk.NameOf(c), Hint: apart[c.ID], Chosen: slices.Contains(t.with, c.ID)})
	}
	slices.SortStableFunc(page.who, func(a, b ui.Option) int { return strings.Compare(a.Text, b.Text) })
	return page, nil
}

func (p *Pages) askPlan(w http.ResponseWriter, r *http.Request) error {
	now := web.NowOf(r)
	day := calendar.DayOf(now, now.Location()) + 1
	if d, err := calendar.ReadDay("day", r.URL.Query().Get("day")); err == nil && d >= day {
		day = d
	}
	t := typed{day: day.String(), clock: "10:00", minutes: "50", every: "0"}
	if who := r.URL.Query().Get("client"); who != "" {
		t.with = []string{who}
	}
	var err error
	if t.id, err = web.NewID(); err != nil {
		return err
	}
	page, err := p.planPage(r, t)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, planView(page))
}

// keepPlan is under which name the device keeps what is typed of a plan.
const keepPlan = "plan-session"

func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	t := typedOf(r)
	to, err := p.planNow(r, t)
	if err == nil {
		return web.Kept(w, r, to, keepPlan)
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.planPage(r, t)
	if err != nil {
		return err
	}
	page.flaw, page.anyway = atClock(flaw), flaw.Field == "anyway" || t.anyway
	return web.Show(w, r, flaw.Status(), planView(page))
}

// atClock has what is wrong with a beginning stand beside the clock.
func atClock(flaw *web.Flaw) *web.Flaw {
	if flaw.Field == "start" {
		flaw.Field = "clock"
	}
	return flaw
}

// planNow plans what was typed, and returns where to go then.
func (p *Pages) planNow(r *http.Request, t typed) (to string, err error) {
	zone, actor := web.LocationOf(r), web.ActorOf(r)
	pattern, err := t.pattern()
	if err != nil {
		return "", err
	}
	clients := recordsOf(t.with)
	if len(clients) == 0 {
		return "", fault.New(fault.Invalid, "with", "Choose who comes.")
	}
	if pattern.Every > 0 {
		left, err := p.Calendars.Begin(r.Context(), actor, clients, t.id, pattern, zone)
		if err != nil {
			return "", err
		}
		to = toWeek + "/series/" + clients[0].Of() + "/" + t.id
		if len(left) > 0 {
			return to + "?done=some", nil
		}
		return to + "?done=series", nil
	}
	at, err := start(pattern, zone)
	if err != nil {
		return "", err
	}
	form := session.Form{ID: t.id, Start: at, Length: pattern.Length, Place: pattern.Place, Format: pattern.Format}
	if err := p.Calendars.Plan(r.Context(), actor, clients, calendar.Single{Form: form, Anyway: t.anyway}, zone); err != nil {
		return "", err
	}
	return toWeek + "?done=planned&week=" + pattern.First.Monday().String(), nil
}

// recordsOf are the clients with these ids, each once.
func recordsOf(ids []string) (all []access.Compartment) {
	for _, id := range ids {
		if c := access.ClientRecord(id); id != "" && !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}
