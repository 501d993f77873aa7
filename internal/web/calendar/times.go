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
	"github.com/waymark-care/waymark/internal/waiting"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

const (
	toTimes  = "/my/times"
	toLine   = "/waiting"
	toPolicy = "/practice/booking"
)

// bookingRoutes are the addresses of booking, for both sides.
func (p *Pages) bookingRoutes() []web.Route {
	mine := func(method, pattern string, action access.Action, page web.Page) web.Route {
		return web.Route{Method: method, Pattern: toTimes + pattern, Audience: web.Client, Action: action, Page: page}
	}
	theirs := "/clients/{client}/times"
	return []web.Route{
		mine("GET", "", access.ReadTimes, p.times),
		mine("POST", "", access.BookTime, p.book),
		mine("GET", "/{session}/move", access.ReadTimes, p.askMove),
		mine("POST", "/{session}/move", access.BookTime, p.move),
		mine("GET", "/{session}/cancel", access.ReadTimes, p.askCancel),
		mine("POST", "/{session}/cancel", access.CancelTime, p.cancel),
		mine("POST", "/waiting", access.AwaitTime, p.await),
		mine("POST", "/waiting/{wish}/leave", access.AwaitTime, p.leaveLine),
		mine("POST", "/offers/{offer}/take", access.BookTime, p.accept),
		mine("POST", "/offers/{offer}/decline", access.AwaitTime, p.decline),
		mine("POST", "/zone", access.KeepZone, p.keepZone),

		desk.Get(theirs, access.ReadTimes, p.times),
		desk.Post(theirs, access.BookTime, p.book),
		desk.Get(theirs+"/{session}/move", access.ReadTimes, p.askMove),
		desk.Post(theirs+"/{session}/move", access.BookTime, p.move),
		desk.Get(theirs+"/{session}/cancel", access.ReadTimes, p.askCancel),
		desk.Post(theirs+"/{session}/cancel", access.CancelTime, p.cancel),
		desk.Post(theirs+"/waiting", access.AwaitTime, p.await),
		desk.Post(theirs+"/waiting/{wish}/leave", access.AwaitTime, p.leaveLine),
		desk.Post(theirs+"/offers/{offer}/take", access.BookTime, p.accept),
		desk.Post(theirs+"/offers/{offer}/decline", access.AwaitTime, p.decline),

		desk.Get(toLine, access.ListWaiting, p.line),
		{Method: "GET", Pattern: toPolicy, Audience: web.Manager, Action: access.ReadPolicy, Page: p.policy},
		{Method: "POST", Pattern: toPolicy, Audience: web.Manager, Action: access.RevisePolicy, Page: p.keepPolicy},
	}
}

// A side is who looks, and where their pages are.
type side struct {
	actor  access.Actor
	record access.Compartment
	desk   bool // whoever treats the client; otherwise it is the client
	base   string
}

// sideOf is the side of whoever asks: the address says which.
func sideOf(r *http.Request) side {
	actor := web.ActorOf(r)
	if id := r.PathValue("client"); id != "" {
		return side{actor, access.ClientRecord(id), true, "/clients/" + id + "/times"}
	}
	return side{actor, access.ClientRecord(actor.ID), false, toTimes}
}

// bookingDone are the words after something was kept. The address names which.
var bookingDone = map[string]string{
	"booked":    "Booked. It stands among your sessions.",
	"moved":     "Moved.",
	"cancelled": "Cancelled. Another time can be found below.",
	"waiting":   "You are in the line. When a time becomes free, it is offered to you in your turn.",
	"left":      "You are not in the line any more.",
	"declined":  "Not that one, then. Your place in the line stays yours.",
	"zone":      "Kept. That is how you see times from now on.",
	"kept":      "Kept. It holds from now on.",
}

// deskDone are the same, said about somebody else.
var deskDone = map[string]string{
	"booked":    "Booked.",
	"moved":     "Moved. The client sees the new time.",
	"cancelled": "Cancelled. The client sees it.",
	"waiting":   "They are in the line from now on.",
	"left":      "They are not in the line any more.",
	"declined":  "Declined for them. Their place in the line stays.",
}

func (s side) frame(r *http.Request, heading string) ui.FrameProps {
	if s.desk {
		return web.FrameSaying(r, heading, deskDone)
	}
	return web.FrameSaying(r, heading, bookingDone)
}

// A book is what the pages of one client's times have in common.
type bookOf struct {
	side
	calendar.Times
	now    time.Time // by the clocks of whoever looks
	here   *time.Location
	name   string            // of the client, at the desk
	names  map[string]string // of clinicians, by id
	phone  string            // of the practice
	crisis string
}

// read reads the client's times, and how everybody is called.
func (p *Pages) read(r *http.Request) (b bookOf, err error) {
	b = bookOf{side: sideOf(r), here: web.LocationOf(r), names: map[string]string{}}
	practice := web.PracticeOf(r)
	b.phone, b.crisis = practice.Phone, practice.Crisis
	if b.Times, err = p.Calendars.Times(r.Context(), b.actor, b.record, b.here); err != nil {
		return b, err
	}
	b.now = web.NowOf(r)
	if loc, err := calendar.Zone(b.Zone); err == nil && !b.desk {
		b.now = b.now.In(loc)
	}
	staff, err := p.People.Staff(r.Context(), b.actor)
	if err != nil {
		return b, err
	}
	for _, one := range staff {
		b.names[one.ID] = desk.First(one.Name)
	}
	if b.desk {
		who, err := p.People.Person(r.Context(), b.actor, b.record.Of())
		if err != nil {
			return b, err
		}
		b.name = desk.NameOf(who)
	}
	return b, nil
}

// elsewhere says whether whoever looks keeps other clocks than the practice.
func (b bookOf) elsewhere() bool {
	_, theirs := b.now.Zone()
	_, ours := b.now.In(b.here).Zone()
	return theirs != ours
}

// when is a time as it is read: the day and the hour, and what the practice's clocks
// show if that is something else.
func (b bookOf) when(at time.Time) string {
	mine := at.In(b.now.Location())
	text := ui.Date(mine, b.now) + ", " + mine.Format("15:04")
	theirs := at.In(b.here)
	switch {
	case theirs.Format("02 15:04") == mine.Format("02 15:04"):
	case theirs.Day() == mine.Day():
		text += " (" + theirs.Format("15:04") + " at the practice)"
	default:
		text += " (" + theirs.Format("Monday 15:04") + " at the practice)"
	}
	return text
}

// with names a clinician: "with Ines", or nothing where there is only one.
func (b bookOf) with(id string) string {
	switch {
	case id == b.actor.ID:
		return "with you"
	case b.names[id] != "":
		return "with " + b.names[id]
	}
	return ""
}

// client is how the client is spoken of: "you", or by name.
func (b bookOf) whose() string {
	if b.desk {
		return desk.First(b.name)
	}
	return "you"
}

// timesPage is the page with everything.
type timesPage struct {
	bookOf
	frame   ui.FrameProps
	coming  []comingLine
	later   []comingLine // further ahead, folded
	offers  []offerLine
	slots   slotsPart
	id      string // of the booking that the form makes
	words   string
	flaw    *web.Flaw
	waiting waitingPart
	wish    *waiting.Wish // as it was chosen, and could not be kept
	zone    zonePart
	said    []saidLine
}

type comingLine struct {
	text, note, move, cancel string
	words                    []string
}

type saidLine struct{ text, words string }

// mostComing is how many sessions ahead are shown unfolded.
const mostComing = 4

func (p *Pages) times(w http.ResponseWriter, r *http.Request) error {
	id, err := web.NewID()
	if err != nil {
		return err
	}
	return p.showTimes(w, r, timesPage{id: id}, calendar.Choice{})
}

// showTimes shows the page; wanted is a time that could not be booked, if there is one.
func (p *Pages) showTimes(w http.ResponseWriter, r *http.Request, page timesPage, wanted calendar.Choice) error {
	var err error
	if page.bookOf, err = p.read(r); err != nil {
		return err
	}
	page.frame = page.side.frame(r, "Times")
	page.frame.Kicker = page.name
	for _, c := range page.Coming {
		line := page.comingOf(c)
		if len(page.coming) < mostComing {
			page.coming = append(page.coming, line)
		} else {
			page.later = append(page.later, line)
		}
	}
	for _, o := range page.Offers {
		page.offers = append(page.offers, page.offerOf(o))
	}
	page.slots = page.slotsOf(r, page.Open, wanted, page.flaw.Clash() && page.flaw.Field == "time")
	if page.waiting, err = page.waitingOf(); err != nil {
		return err
	}
	if w := page.wish; w != nil {
		page.waiting.earlier, page.waiting.days, page.waiting.parts = w.Earlier, w.Days, w.Parts
	}
	page.zone = page.zoneOf()
	page.frame.Scripts = []string{"zone.js"}
	if page.desk {
		page.frame.Scripts = nil
		for _, s := range page.Said {
			page.said = append(page.said, page.saidOf(s))
		}
	}
	return web.Show(w, r, page.flaw.Status(), timesView(page))
}

func (b bookOf) comingOf(c calendar.Coming) comingLine {
	line := comingLine{text: b.when(c.Start), cancel: b.base + "/" + c.ID + "/cancel"}
	parts := []string{strconv.Itoa(int(c.Length/time.Minute)) + " minutes", b.with(c.ClinicianID), c.Place}
	line.note = strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
	if c.Moves || b.desk && !c.Shared {
		line.move = b.base + "/" + c.ID + "/move"
	}
	for _, w := range c.Words {
		if w.Text != "" {
			line.words = append(line.words, w.Text)
		}
	}
	return line
}

func (b bookOf) saidOf(w calendar.Words) saidLine {
	who := b.names[w.ByID]
	switch {
	case w.ByID == b.actor.ID:
		who = "You"
	case w.ByID == b.record.Of():
		who = desk.First(b.name)
	case who == "":
		who = "Somebody"
	}
	text := who + " booked " + b.when(w.Start)
	switch {
	case w.What == calendar.Moved:
		text = who + " moved " + b.when(w.Was) + " to " + b.when(w.Start)
	case w.What == calendar.Cancelled && w.Late:
		text = who + " cancelled " + b.when(w.Start) + ", later than the policy asks for"
	case w.What == calendar.Cancelled:
		text = who + " cancelled " + b.when(w.Start)
	}
	return saidLine{text: text + ", " + trimOn(desk.On(w.At, b.now)) + ".", words: w.Text}
}

func trimOn(text string) string { return strings.TrimPrefix(text, "on ") }

// A slotsPart are open times to choose among, a week at a time.
type slotsPart struct {
	near    []ui.Option // the nearest to one that was taken meanwhile
	days    []slotDay
	where   string // where all of them are, and with whom, if that is the same for all
	week    string // which week is shown, in words
	earlier string // where the week before is; empty: there is none
	later   string
}

// any says whether there is anything to choose.
func (s slotsPart) any() bool { return len(s.near)+len(s.days) > 0 || s.earlier != "" || s.later != "" }

// A slotDay is the open times of one day.
type slotDay struct {
	name  string
	slots []openTime
}

// An openTime is one of them; its day is said to readers with it.
type openTime struct {
	value, clock, hint string
	chosen             bool
}

// slotValue is a slot as a form has it: whose, and when.
func slotValue(s calendar.Slot) string {
	return s.ClinicianID + "." + strconv.FormatInt(s.Start.Unix(), 10)
}

// readSlot reads it.
func readSlot(text string) (clinicianID string, start time.Time, err error) {
	id, at, ok := strings.Cut(text, ".")
	seconds, numberErr := strconv.ParseInt(at, 10, 64)
	if !ok || numberErr != nil {
		return "", start, fault.New(fault.Invalid, "time", "Please choose one of the times.")
	}
	return id, time.Unix(seconds, 0).UTC(), nil
}

// mostNear is how many of the nearest times are offered to whoever was not first.
const mostNear = 4

// slotsOf are the open times of one week: that which the address names, or the first
// in which there is one. wanted is what was chosen before, if anything was; if it was
// taken meanwhile the nearest to it come before them.
func (b bookOf) slotsOf(r *http.Request, open []calendar.Slot, wanted calendar.Choice, taken bool) (part slotsPart) {
	if len(open) == 0 {
		return part
	}
	loc := b.now.Location()
	week := calendar.DayOf(open[0].Start, loc).Monday()
	if day, err := calendar.ReadDay("week", r.URL.Query().Get("week")); err == nil {
		week = day.Monday()
	} else if !wanted.Start.IsZero() {
		week = calendar.DayOf(wanted.Start, loc).Monday()
	}
	hint := b.hintFor(open, &part)
	if taken {
		same := slices.DeleteFunc(slices.Clone(open), func(s calendar.Slot) bool { return s.ClinicianID != wanted.ClinicianID })
		for _, s := range calendar.Nearest(same, wanted.Start, mostNear) {
			part.near = append(part.near, ui.Option{Value: slotValue(s), Text: b.when(s.Start), Hint: hint(s)})
		}
	}
	var before, after calendar.Day
	for _, s := range open {
		switch monday := calendar.DayOf(s.Start, loc).Monday(); {
		case monday < week:
			before = max(before, monday)
		case monday > week:
			if after == 0 {
				after = monday
			}
		case !slices.ContainsFunc(part.near, func(n ui.Option) bool { return n.Value == slotValue(s) }):
			part.add(b, s, hint(s), s.ClinicianID == wanted.ClinicianID && s.Start.Equal(wanted.Start))
		}
	}
	part.week = "Week of " + ui.Date(week.Date(), b.now)
	if before != 0 {
		part.earlier = r.URL.Path + "?week=" + before.String()
	}
	if after != 0 {
		part.later = r.URL.Path + "?week=" + after.String()
	}
	return part
}

// add puts a slot, later than those before it, into its day.
func (part *slotsPart) add(b bookOf, s calendar.Slot, hint string, chosen bool) {
	at := s.Start.In(b.now.Location())
	name := ui.Date(at, b.now)
	if n := len(part.days); n == 0 || part.days[n-1].name != name {
		part.days = append(part.days, slotDay{name: name})
	}
	o := openTime{value: slotValue(s), clock: at.Format("15:04"), hint: hint, chosen: chosen}
	_, more, _ := strings.Cut(b.when(s.Start), o.clock+" (")
	if more != "" {
		o.hint = strings.TrimSuffix(strings.TrimSuffix(more, ")")+", "+hint, ", ")
	}
	day := &part.days[len(part.days)-1]
	day.slots = append(day.slots, o)
}

// hintFor is what is said with each slot: where it is and with whom, unless that is
// the same for all and said once.
func (b bookOf) hintFor(open []calendar.Slot, part *slotsPart) func(calendar.Slot) string {
	words := func(s calendar.Slot) string {
		return strings.Join(slices.DeleteFunc([]string{b.with(s.ClinicianID), s.Place}, func(h string) bool { return h == "" }), ", ")
	}
	first := words(open[0])
	if !slices.ContainsFunc(open, func(s calendar.Slot) bool { return words(s) != first }) {
		part.where = desk.Upper(first)
		return func(calendar.Slot) string { return "" }
	}
	return words
}

// book books what was chosen. If somebody was quicker the page comes back with the
// nearest times that are free, and with what was typed.
func (p *Pages) book(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	page := timesPage{id: r.PostFormValue("id"), words: r.PostFormValue("words")}
	f := calendar.Choice{ID: page.id, Words: page.words}
	var err error
	if f.ClinicianID, f.Start, err = readSlot(r.PostFormValue("time")); err == nil {
		_, err = p.Calendars.Book(r.Context(), s.actor, s.record, f, web.LocationOf(r))
	}
	if err == nil {
		return web.SeeOther(w, r, s.base+"?done=booked&kept="+s.keep(""))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page.flaw = flaw
	return p.showTimes(w, r, page, f)
}

// keep is under which name the device keeps what is typed with a booking, or, of a
// session, with moving or cancelling it: another one for every client, since a clinician
// writes to several.
func (s side) keep(sessionID string) string {
	if sessionID == "" {
		return "booking-" + s.record.Of()
	}
	return "booking-" + s.record.Of() + "-" + sessionID
}

// An offerLine is a freed time that is offered.
type offerLine struct {
	text, until, to, decline string
	give                     string // the session that could be given up for it, and its revision
	giveText                 string
}

func (b bookOf) offerOf(o waiting.Offer) offerLine {
	to := b.base + "/offers/" + o.ID
	line := offerLine{text: b.when(o.Start), to: to + "/take", decline: to + "/decline"}
	if with := b.with(o.ClinicianID); with != "" {
		line.text += ", " + with
	}
	line.until = trimOn(desk.At(o.Until, b.now))
	at := slices.IndexFunc(b.Coming, func(c calendar.Coming) bool {
		return c.ClinicianID == o.ClinicianID && c.Start.After(o.Start) && !c.Shared && c.Format == session.Individual
	})
	if at >= 0 {
		c := b.Coming[at]
		line.give, line.giveText = c.ID+"."+strconv.FormatInt(c.Revision, 10), b.when(c.Start)
	}
	return line
}
