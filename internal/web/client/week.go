package client

import (
	"cmp"
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/bare"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	practise "github.com/waymark-care/waymark/internal/web/assignment"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// weekPage is This week.
type weekPage struct {
	Frame ui.FrameProps
	Back  string // said to somebody who comes back after a gap
	First bool   // nothing was asked or answered before: what one should know comes first
	Next  *nextSession
	Free  string         // a time that became free and is offered to them, in words
	After *after         // a session that somebody may say something about
	Goals goalsLine      // what they are working towards
	Log   logLine        // the daily log
	Today practise.Today // what is practised
	Begin []ui.LineProps // what waits at the beginning of the work
	Asks  []askLine      // the first is this week's one thing
}

type nextSession struct {
	Start time.Time
	What  string
	Where string
	Link  string // what its page is for
}

// Where the pages about sessions are (package hour).
const (
	toSession  = "/my/session"
	toSessions = "/my/sessions"
)

// toTimes is where times are booked and offered (package calendar of the pages).
const toTimes = "/my/times"

// An askLine is one questionnaire that waits, and why.
type askLine struct {
	Title    string // "Nine short questions, about three minutes"
	Why      string
	Begun    bool
	Href     string
	Decline  string
	Refuse   string // never again
	Occasion string
}

// week shows what is next and what is asked.
func (p *Pages) week(w http.ResponseWriter, r *http.Request) error {
	r = r.WithContext(bare.Watch(r.Context())) // it asks seven domains, most of which have nothing to say on most days
	actor, record := own(r)
	now := web.NowOf(r)
	due, err := p.Measures.Due(r.Context(), actor, record, now.Location())
	if err != nil {
		return err
	}
	ahead, err := p.Plans.Ahead(r.Context(), actor, record, now.Location())
	if err != nil {
		return err
	}
	page := weekPage{Frame: web.Frame(r), First: isFirst(due), Back: welcome(due, now)}
	page.Frame.Kicker, page.Frame.Heading, page.Frame.Toast = ui.Date(now, now), "This week", said(r)
	if len(due) == 0 {
		asked, err := p.Measures.Asks(r.Context(), actor, record)
		if err != nil {
			return err
		}
		page.First = len(asked) == 0
	}
	if page.After, err = p.afterSession(r); err != nil {
		return err
	}
	if page.Log, err = p.logLine(r); err != nil {
		return err
	}
	if p.Practice != nil {
		if page.Today, err = p.Practice.Today(r); err != nil {
			return err
		}
		page.Back = cmp.Or(page.Back, page.Today.Back)
	}
	known := names{}
	if page.Begin, err = p.beginnings(r, known); err != nil {
		return err
	}
	times, err := p.Calendars.Offered(r.Context(), actor, record)
	if err != nil {
		return err
	}
	clocks := now // by which sessions are shown
	if loc, err := calendar.Zone(times.Zone); err == nil {
		clocks = now.In(loc)
	}
	if len(times.Offers) > 0 {
		start := times.Offers[0].Start.In(clocks.Location())
		page.Free = ui.Date(start, clocks) + ", " + clock(start)
	}
	page.Goals = goalsLineOf(ahead)
	if ahead.Planned {
		with, err := p.nameOf(r.Context(), actor, known, ahead.Next.ClinicianID)
		if err != nil {
			return err
		}
		page.Next = sessionLine(ahead.Next, with, clocks)
		if here := clock(ahead.Next.Start.In(now.Location())); here != clock(page.Next.Start) {
			page.Next.Where = here + " at the practice, " + page.Next.Where
		}
	}
	for _, d := range due {
		by, err := p.nameOf(r.Context(), actor, known, d.Ask.By)
		if err != nil {
			return err
		}
		if line, ok := lineOf(p.Measures.Library(actor.Practice), d, first(by)); ok {
			page.Asks = append(page.Asks, line)
		}
	}
	return web.Show(w, r, http.StatusOK, weekView(page))
}

// isFirst says whether everything that waits is asked for the first time.
func isFirst(due []measure.Due) bool {
	for _, d := range due {
		if !d.Last.IsZero() || d.Begun {
			return false
		}
	}
	return len(due) > 0
}

// longGap is after how many days somebody has come back.
const longGap = 21

// welcome is for somebody who comes back after a while. It names how long it
// was, and that nothing is owed.
func welcome(due []measure.Due, now time.Time) string {
	var last time.Time
	for _, d := range due {
		if d.Last.After(last) {
			last = d.Last
		}
	}
	if last.IsZero() {
		return ""
	}
	days := daysBetween(last.In(now.Location()), now)
	if days < longGap {
		return ""
	}
	return "You are back after " + gap(days) + ". There is nothing to catch up on."
}

func sessionLine(a session.Appointment, with string, now time.Time) *nextSession {
	n := &nextSession{Start: a.Start.In(now.Location()), Where: long(a.Length)}
	n.What = clock(n.Start)
	if with != "" {
		n.What += " with " + with
	}
	n.Link = "What you would like to talk about"
	if !a.Start.After(now) {
		n.What += ", now"
		n.Link = "The page of this session"
	}
	if a.Place != "" {
		n.Where = a.Place + ", " + n.Where
	}
	return n
}

// lineOf is what is asked; ok is false if the questionnaire is not here any more.
func lineOf(lib *instrument.Library, d measure.Due, by string) (line askLine, ok bool) {
	in, ok := lib.Lookup(d.Ask.Instrument, "")
	if !ok {
		return line, false
	}
	line = askLine{
		Title: in.Title + ", about " + count(in.Minutes, "minute", "minutes"), Begun: d.Begun,
		Href: askPath(d.Ask.ID, d.Occasion), Decline: "/my/asks/" + d.Ask.ID + "/decline", Refuse: "/my/asks/" + d.Ask.ID + "/refuse", Occasion: occasionText(d.Occasion),
	}
	if by == "" {
		by = "whoever works with you"
	}
	line.Why = "So that you and " + by + " can see how it is going."
	if d.Ask.Reason != "" {
		line.Why = capital(by) + ": “" + d.Ask.Reason + "”"
	}
	return line, true
}

// mostAtOnce is how many invitations of any kind stand in sight. What is more is
// folded away, so that a full week asks for no more attention than a quiet one.
const mostAtOnce = 2

// A sight is what of all invitations stands in sight.
type sight struct {
	today bool
	asks  int // how many questionnaires, from the first
	begin int // and how much of the beginning
	nears bool
	more  int // how many are folded away
}

// inSight gives the room there is to what has its time first: a free time that
// lapses and a session that was just held always have it; then one questionnaire,
// what is practised today, the beginning, further questionnaires, and a goal, which
// can as well wait until the next session.
func (p weekPage) inSight() (s sight) {
	room := mostAtOnce
	take := func(is bool) bool {
		switch {
		case !is:
			return false
		case room == 0:
			s.more++
			return false
		}
		room--
		return true
	}
	some := func(n int) (taken int) {
		for range n {
			if take(true) {
				taken++
			}
		}
		return taken
	}
	take(p.Free != "")
	take(p.After != nil)
	s.asks = some(min(1, len(p.Asks)))
	s.today = take(p.Today.Is())
	s.begin = some(len(p.Begin))
	s.asks += some(len(p.Asks) - min(1, len(p.Asks)))
	s.nears = take(p.Goals.Nears != "")
	return s
}

// first is this week's one thing, or nothing: what is practised today comes before it.
func (p weekPage) first(s sight) []askLine {
	if s.today {
		return nil
	}
	return p.Asks[:min(1, s.asks)]
}

// moreWaits says what is folded away.
func moreWaits(n int) string {
	if n == 1 {
		return "One more, if you like"
	}
	return capital(numeral(n)) + " more, if you like"
}

func (a askLine) verb() string {
	if a.Begun {
		return "Go on"
	}
	return "Answer"
}

// nothing says that it is all right that nothing waits.
func (p weekPage) nothing() string {
	if p.First {
		return "Nothing is asked of you yet. What you are asked to answer will be here, and you can always say no."
	}
	return "Nothing is asked of you at the moment, and that is all right."
}
