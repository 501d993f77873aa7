package care

import (
	"net/http"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/nourish"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A nourishPage is what nourishes and what wears on somebody, as either side reads it.
type nourishPage struct {
	frame   ui.FrameProps
	mine    bool
	name    string
	tabs    []ui.Tab
	shown   bool // whoever works with the client reads it
	week    string
	before  string // addresses of the weeks beside this one; empty: none
	after   string
	days    []dayView
	planned []momentView
	kinds   []kindView
	drains  []thingView
	away    []thingView
	today   string
	share   string // revision of who sees it
	flaw    *web.Flaw
}

// A dayView is one day, side by side.
type dayView struct {
	name      string
	nourishes []seenView
	drains    []seenView
}

type seenView struct {
	text string
	line string
	log  bool // it stands in the log
}

// A momentView is a day that is planned.
type momentView struct {
	id, revision, thing string
	text, line, clock   string
	day                 string // as a form has it
	from, to            string
	at                  time.Time
	kept                bool
	today               bool
}

// A kindView is what nourishes in one way.
type kindView struct {
	name   string
	things []thingView
}

type thingView struct {
	id   string
	text string
	also string // in which other ways it nourishes
	href string
	form string // id of a moment that noting it today makes
}

// weeksBack is how many weeks a client looks back here, and how far a desk does.
const weeksBack = 26

// weekOf is the Monday that the address asks for, and today. What is none is this week.
func weekOf(r *http.Request, now time.Time) (monday, today mood.Day) {
	today = mood.DayOf(now)
	monday = today.Week()
	if d, ok := mood.ParseDay(r.URL.Query().Get("week")); ok && d.Week() <= monday && d.Week() >= monday-7*weeksBack {
		monday = d.Week()
	}
	return monday, today
}

// spanOf are the days that a page of one week reads.
func spanOf(monday, today mood.Day) (from, to mood.Day) {
	if monday == today.Week() {
		return monday, today + nourish.Ahead
	}
	return monday, monday + 6
}

// fill puts what b holds into the page.
func (page *nourishPage) fill(s *seat, b nourish.Book, monday, today mood.Day) error {
	at := func(d mood.Day) time.Time { return d.In(s.Now.Location()) }
	base := s.Base + "/nourish"
	page.shown, page.share, page.today = b.Sharing.Shown, digits(b.Sharing.Revision), today.String()
	page.week = "The week from " + ui.Date(at(monday), s.Now)
	if monday == today.Week() {
		page.week = "This week"
	} else {
		page.after = base + "?week=" + (monday + 7).String()
	}
	if monday > today.Week()-7*weeksBack {
		page.before = base + "?week=" + (monday - 7).String()
	}
	for _, d := range b.Days(monday, min(monday+6, today)) {
		if len(d.Nourishes)+len(d.Drains) == 0 {
			continue
		}
		page.days = append(page.days, dayView{desk.Upper(trimOn(desk.On(at(d.Day), s.Now))), seenIn(d.Nourishes), seenIn(d.Drains)})
	}
	if page.after == "" {
		for _, m := range b.Waiting(today) {
			t, _ := b.Thing(m.Thing)
			v := momentView{
				id: m.ID, revision: digits(m.Revision), thing: m.Thing, text: t.Words, line: m.Line, clock: m.Clock.Words(),
				day: m.Day.String(), at: at(m.Day), kept: m.Kept, today: m.Day == today,
			}
			v.from, v.to = m.Clock.Hands()
			page.planned = append(page.planned, v)
		}
	}
	for _, k := range append(nourish.Kinds(), "") {
		if things := b.Of(k); len(things) > 0 {
			name := k.Words()
			if k == "" {
				name = "In its own way"
			}
			page.kinds = append(page.kinds, kindView{name, thingsIn(base, things)})
		}
	}
	_, drains := b.Offers()
	page.drains = thingsIn(base, drains)
	for _, t := range b.Things {
		if t.Away {
			page.away = append(page.away, thingsIn(base, []nourish.Thing{t})...)
		}
	}
	return page.number()
}

// number gives each thing that can be noted today the id of what that makes: one for a
// thing, wherever it stands.
func (page *nourishPage) number() error {
	ids := map[string]string{}
	give := func(all []thingView) error {
		for i := range all {
			t := &all[i]
			if ids[t.id] == "" {
				id, err := web.NewID()
				if err != nil {
					return err
				}
				ids[t.id] = id
			}
			t.form = ids[t.id]
		}
		return nil
	}
	for _, k := range page.kinds {
		if err := give(k.things); err != nil {
			return err
		}
	}
	return give(page.drains)
}

func seenIn(all []nourish.Seen) (views []seenView) {
	for _, s := range all {
		views = append(views, seenView{s.Thing.Words, s.Line, s.Moment == ""})
	}
	return views
}

func thingsIn(base string, all []nourish.Thing) (views []thingView) {
	for _, t := range all {
		views = append(views, thingView{id: t.ID, text: t.Words, also: alsoOf(t), href: base + "/things/" + t.ID})
	}
	return views
}

// nourish shows the client what nourishes them, and what wears on them.
func (p *Pages) nourish(w http.ResponseWriter, r *http.Request) error {
	return p.showNourish(w, r, nil)
}

func (p *Pages) showNourish(w http.ResponseWriter, r *http.Request, flaw *web.Flaw) error {
	s, err := p.seatOf(r, "What nourishes you", "")
	if err != nil {
		return err
	}
	monday, today := weekOf(r, s.Now)
	from, to := spanOf(monday, today)
	b, err := p.Books.Open(r.Context(), s.Actor, s.Record, from, to)
	if err != nil {
		return err
	}
	page := nourishPage{frame: s.frame, mine: true, flaw: flaw}
	if err := page.fill(s, b, monday, today); err != nil {
		return err
	}
	return web.Show(w, r, flaw.Status(), nourishView(page))
}

// nourished shows those who treat the client what the client shows of it.
func (p *Pages) nourished(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r, "What nourishes", "/nourish")
	if err != nil {
		return err
	}
	monday, today := weekOf(r, s.Now)
	from, to := spanOf(monday, today)
	b, err := p.Books.Shared(r.Context(), s.Actor, s.Record, from, to)
	if err != nil {
		return err
	}
	page := nourishPage{frame: s.frame, name: s.Name, tabs: s.tabs}
	if err := page.fill(s, b, monday, today); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, nourishView(page))
}

// show says who reads this.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	s, shown := seatIn(r), r.PostFormValue("shown") == "yes"
	_, err := p.Books.Show(r.Context(), s.Actor, s.Record, shown, number(r, "revision"))
	if flaw, ok := web.FlawIn(err); ok {
		return p.showNourish(w, r, flaw)
	}
	if err != nil {
		return err
	}
	if shown {
		return web.SeeOther(w, r, toNourish+"?done=shown")
	}
	return web.SeeOther(w, r, toNourish+"?done=hidden")
}

// A thingPage is one thing, or the form for a new one.
type thingPage struct {
	frame  ui.FrameProps
	is     bool // it is there already
	id     string
	rev    string
	action string
	words  string
	away   bool
	fields thingFields
	plan   momentFields
	keep   string
	flaw   *web.Flaw
	asItIs string // as it stands now, if another device was quicker
	brings string
}

// thingFields are how a thing is worded.
type thingFields struct {
	words ui.FieldProps
	side  ui.ChoiceProps
	kinds ui.ChoiceProps
	item  ui.FieldProps
}

// momentFields are how a day for it is planned or noted.
type momentFields struct {
	id, day, keep string
	dayField      ui.FieldProps
	from, to      ui.FieldProps
	kept          bool
	line          ui.FieldProps
	flaw          *web.Flaw
}

func (p *Pages) fieldsFor(b nourish.Book, f nourish.ThingForm, flaw *web.Flaw) thingFields {
	fields := thingFields{
		words: ui.FieldProps{Name: "words", Label: "What is it?", Hint: "A word is enough: “Singing in the car”, “The bench by the canal”.", Value: f.Words, Error: flaw.At("words"), Max: nourish.MaxWords},
		side: ui.ChoiceProps{Name: "side", Label: "What does it do with you?", Options: []ui.Option{
			{Value: "nourishes", Text: "It nourishes me", Chosen: !f.Drains}, {Value: "drains", Text: "It wears on me", Chosen: f.Drains},
		}},
		kinds: ui.ChoiceProps{Name: "kind", Label: "In which way, if you like", Several: true},
	}
	for _, k := range nourish.Kinds() {
		fields.kinds.Options = append(fields.kinds.Options, ui.Option{Value: string(k), Text: k.Words(), Chosen: slices.Contains(f.Kinds, k)})
	}
	if len(b.Items) > 0 {
		fields.item = ui.FieldProps{
			Name: "item", Label: "Also in your log", Hint: "On days on which your log says so, it stands here too, and need not be noted twice.",
			Error: flaw.At("item"), Options: []ui.Option{{Text: "Nowhere"}},
		}
		for _, i := range b.Items {
			if i.Away && i.ID != f.Item {
				continue
			}
			fields.item.Options = append(fields.item.Options, ui.Option{Value: i.ID, Text: i.Name, Chosen: i.ID == f.Item})
		}
	}
	return fields
}

// newThing shows the form for something new.
func (p *Pages) newThing(w http.ResponseWriter, r *http.Request) error {
	return p.showThing(w, r, nourish.ThingForm{Drains: r.URL.Query().Get("side") == "drains"}, nourish.Thing{}, nil)
}

// showThing shows the form of a new thing, with what was typed.
func (p *Pages) showThing(w http.ResponseWriter, r *http.Request, f nourish.ThingForm, now nourish.Thing, flaw *web.Flaw) error {
	s, err := p.seatOf(r, "Something to remember", "")
	if err != nil {
		return err
	}
	today := mood.DayOf(s.Now)
	b, err := p.Books.Open(r.Context(), s.Actor, s.Record, today, today)
	if err != nil {
		return err
	}
	if f.ID == "" || fault.FormID(f.ID) != nil {
		if f.ID, err = web.NewID(); err != nil {
			return err
		}
	}
	page := thingPage{
		frame: s.frame, id: f.ID, rev: "0", action: toNourish + "/things", fields: p.fieldsFor(b, f, flaw), keep: s.Keep("nourish-new"), flaw: flaw,
		asItIs: now.Words,
	}
	page.frame.Back = &ui.Link{Text: "Back", Href: toNourish}
	return web.Show(w, r, flaw.Status(), thingForm(page))
}

func thingIn(r *http.Request) nourish.ThingForm {
	f := nourish.ThingForm{Words: r.PostFormValue("words"), Drains: r.PostFormValue("side") == "drains", Item: r.PostFormValue("item")}
	for _, k := range r.PostForm["kind"] {
		f.Kinds = append(f.Kinds, nourish.Kind(k))
	}
	return f
}

// rememberThing keeps something new.
func (p *Pages) rememberThing(w http.ResponseWriter, r *http.Request) error {
	s, f := seatIn(r), thingIn(r)
	f.ID = r.PostFormValue("id")
	now, err := p.Books.KeepThing(r.Context(), s.Actor, s.Record, f)
	if err == nil {
		return web.Kept(w, r, toNourish+"?done=remembered", s.Keep("nourish-new"))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	if flaw.Clash() {
		f.ID = "" // sent again it is something new
	}
	return p.showThing(w, r, f, now, flaw)
}

// thing shows one thing: to plan a day for it, to note one, and to change it.
func (p *Pages) thing(w http.ResponseWriter, r *http.Request) error {
	return p.showOne(w, r, nil, nil, nil)
}

// showOne shows one thing, with the form that came back, if one did.
func (p *Pages) showOne(w http.ResponseWriter, r *http.Request, changed *nourish.ThingForm, noted *momentTyped, flaw *web.Flaw) error {
	s, err := p.seatOf(r, "", "")
	if err != nil {
		return err
	}
	today := mood.DayOf(s.Now)
	b, err := p.Books.Open(r.Context(), s.Actor, s.Record, today, today)
	if err != nil {
		return err
	}
	id := r.PathValue("nourishing")
	if noted != nil {
		id = noted.form.Thing
	}
	t, ok := b.Thing(id)
	if !ok {
		return web.Absent()
	}
	f := nourish.ThingForm{Words: t.Words, Kinds: t.Kinds, Drains: t.Drains, Item: t.Item}
	page := thingPage{
		frame: s.frame, is: true, id: t.ID, rev: digits(t.Revision), action: toNourish + "/things/" + t.ID, words: t.Words, away: t.Away,
		keep: s.Keep("nourish", t.ID), brings: "/my/bring?kind=nourish&of=" + t.ID,
	}
	var flawOfThing, flawOfMoment *web.Flaw
	switch {
	case changed != nil:
		flawOfThing, f = flaw, *changed
		if flaw.Clash() {
			page.asItIs = t.Words
		} else {
			page.rev = digits(changed.Revision)
		}
	case noted != nil:
		flawOfMoment = flaw
	}
	page.flaw = flawOfThing
	page.fields = p.fieldsFor(b, f, flawOfThing)
	page.frame.Heading, page.frame.Kicker = t.Words, "What nourishes you"
	if t.Drains {
		page.frame.Kicker = "What wears on you"
	}
	page.frame.Back = &ui.Link{Text: "Back", Href: toNourish}
	if page.plan, err = planFields(s, t.ID, today, noted, flawOfMoment); err != nil {
		return err
	}
	return web.Show(w, r, flaw.Status(), thingForm(page))
}

// changeThing changes one thing, puts it away, or brings it back.
func (p *Pages) changeThing(w http.ResponseWriter, r *http.Request) error {
	s, f := seatIn(r), thingIn(r)
	f.ID, f.Revision = r.PathValue("nourishing"), number(r, "revision")
	said := "changed"
	switch r.PostFormValue("do") {
	case "away":
		f.Away, said = true, "away"
	case "back":
		said = "back"
	default:
		f.Away = r.PostFormValue("away") == "yes"
	}
	_, err := p.Books.KeepThing(r.Context(), s.Actor, s.Record, f)
	if err == nil {
		return web.Kept(w, r, toNourish+"?done="+said, s.Keep("nourish", f.ID))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	return p.showOne(w, r, &f, nil, flaw)
}

// momentTyped is a day as it was typed.
type momentTyped struct {
	form     nourish.MomentForm
	day      string
	from, to string
}

func planFields(s *seat, thing string, today mood.Day, typed *momentTyped, flaw *web.Flaw) (momentFields, error) {
	f := momentFields{day: today.String(), keep: s.Keep("nourish-day", thing), flaw: flaw}
	if typed != nil {
		f.id, f.day, f.kept = typed.form.ID, typed.day, typed.form.Kept
	} else {
		typed = &momentTyped{}
	}
	if f.id == "" || fault.FormID(f.id) != nil || flaw.Clash() {
		id, err := web.NewID()
		if err != nil {
			return f, err
		}
		f.id = id
	}
	f.dayField = ui.FieldProps{Name: "day", Label: "On which day?", Type: "date", Value: f.day, Error: flaw.At("day")}
	f.from = ui.FieldProps{Name: "from", Label: "From", Type: "time", Value: typed.from, Error: flaw.At("from")}
	f.to = ui.FieldProps{Name: "to", Label: "To", Type: "time", Value: typed.to, Error: flaw.At("to")}
	f.line = ui.FieldProps{Name: "line", Label: "A line, if you like", Value: typed.form.Line, Error: flaw.At("line"), Rows: 2, Max: nourish.MaxLine}
	return f, nil
}

// momentIn is a day as a form says it, and why it cannot be one.
func momentIn(r *http.Request) (t momentTyped, err error) {
	t = momentTyped{day: r.PostFormValue("day"), from: r.PostFormValue("from"), to: r.PostFormValue("to")}
	t.form = nourish.MomentForm{
		Thing: r.PostFormValue("thing"), State: nourish.State(r.PostFormValue("state")), Kept: r.PostFormValue("kept") == "yes", Line: r.PostFormValue("line"),
	}
	day, ok := mood.ParseDay(t.day)
	if !ok {
		return t, fault.New(fault.Invalid, "day", "Please choose a day.")
	}
	t.form.Day = day
	t.form.Clock, err = nourish.ParseClock(t.from, t.to)
	return t, err
}

// keepMoment keeps a day, by the clocks that the client chose.
func (p *Pages) keepMoment(r *http.Request, s *seat, f nourish.MomentForm) error {
	zone := web.LocationOf(r)
	if !f.Clock.None() {
		name, err := p.Calendars.OwnZone(r.Context(), s.Actor, s.Record)
		if err != nil {
			return err
		}
		if own, err := calendar.Zone(name); err == nil {
			zone = own
		}
	}
	_, err := p.Books.KeepMoment(r.Context(), s.Actor, s.Record, f, zone)
	return err
}

// noteMoment plans a day for a thing, or notes one.
func (p *Pages) noteMoment(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	typed, err := momentIn(r)
	typed.form.ID = r.PostFormValue("id")
	if err == nil {
		err = p.keepMoment(r, s, typed.form)
	}
	if err == nil {
		said := "there"
		if typed.form.State == nourish.Planned {
			said = "planned"
		}
		return web.Kept(w, r, toNourish+"?done="+said, s.Keep("nourish-day", typed.form.Thing))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	return p.showOne(w, r, nil, &typed, flaw)
}

// changeMoment notes that something planned was there, or lets it go.
func (p *Pages) changeMoment(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	typed, err := momentIn(r)
	typed.form.ID, typed.form.Revision = r.PathValue("moment"), number(r, "revision")
	if err == nil {
		err = p.keepMoment(r, s, typed.form)
	}
	if flaw, ok := web.FlawIn(err); ok {
		return p.showNourish(w, r, flaw)
	}
	if err != nil {
		return err
	}
	said := map[nourish.State]string{nourish.There: "there", nourish.LetGo: "let-go", nourish.Planned: "planned"}[typed.form.State]
	return web.SeeOther(w, r, toNourish+"?done="+said)
}
