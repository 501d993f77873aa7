package reflect

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/daily"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// briefPage is what there is before a session, in one glance.
type briefPage struct {
	*seat
	frame  ui.FrameProps
	tabs   []ui.Tab
	since  string
	flags  []ui.Link
	lines  []line   // what is new, in order of weight
	quiet  []string // what was looked at and is as it was, in a sentence
	agenda []brought
	left   []string
	steps  []stepLine
	last   string // when the session was that left it
	calm   string
	what   string // what happened instead
	open   string // the session's page; empty: none is planned
	tools  bool   // one more tool would be the third in a week
	harder bool
}

// A line is one thing that is new.
type line struct {
	name  string
	chip  *ui.ChipProps
	words []string
	href  string
	quote bool // the words are somebody's own
}

type brought struct{ by, text, note string }

type stepLine struct{ whose, text string }

// brief shows what there is before a session. It opens two doors, and one more if it
// shows a check-in that nobody has read.
func (p *Pages) brief(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r)
	if err != nil {
		return err
	}
	b, err := p.Briefs.Of(r.Context(), s.actor, s.record, web.LocationOf(r))
	if err != nil {
		return err
	}
	if b.CheckIn != nil && b.CheckIn.Unread {
		if err := p.Alliances.Seen(r.Context(), s.actor, s.record, b.CheckIn.CheckIn); err != nil {
			return err
		}
	}
	return web.Show(w, r, http.StatusOK, briefView(p.briefOf(r, s, b)))
}

func (p *Pages) briefOf(r *http.Request, s *seat, b brief.Brief) briefPage {
	page := briefPage{seat: s, frame: s.frame(r, "Before the session"), tabs: desk.Tabs(s.record.Of(), "/sessions")}
	page.frame.Kicker = s.full
	if b.Planned {
		words := "Session " + strconv.Itoa(b.Held+1) + ", " + desk.At(b.Next.Start, s.now)
		if b.Next.Place != "" {
			words += ", " + b.Next.Place
		}
		page.frame.Lead = words + "."
		page.open = s.base + "/sessions/" + b.Next.ID
	}
	page.since = "In the last eight weeks"
	if !b.Last.IsZero() {
		page.since = "Since " + ui.Date(b.Last.In(s.now.Location()), s.now)
	}
	lib := p.Measures.Library(s.actor.Practice)
	for _, f := range b.Flags {
		page.flags = append(page.flags, ui.Link{Text: desk.FlagInWords(lib, f) + " " + desk.Upper(desk.At(f.RaisedAt, s.now)) + ".", Href: s.base + "/flags/" + f.ID})
	}
	page.measures(b)
	page.checkIn(b)
	page.log(b)
	page.life(b)
	page.goals(b)
	page.practice(b)
	for _, m := range b.Noticed {
		by := "You noticed"
		switch {
		case m.Side == alliance.ByClient:
			by = s.name + " noticed"
		case m.By != s.actor.ID:
			by = "A colleague noticed"
		}
		words := []string{m.Word}
		if m.Line != "" {
			words = append(words, m.Line)
		}
		page.lines = append(page.lines, line{name: by, words: words, href: s.base + "/together"})
	}
	page.hour(b)
	page.tools = brief.Third(b.Tools)
	page.harder = b.Work.Harder() && b.Aside.IsZero()
	return page
}

// measures are the answers that came, and what of them needs a look.
func (page *briefPage) measures(b brief.Brief) {
	skipped, worsened := make(map[string]bool), make(map[string]bool)
	for _, l := range brief.Looks(brief.Gather(b.Flags, b.Measures, nil), page.now) {
		switch l.Why {
		case brief.DangerSkipped:
			skipped[l.Standing.Newest.AnswerID] = true
		case brief.Worsened:
			worsened[l.Standing.Newest.AnswerID] = true
		default:
		}
	}
	for _, m := range b.Measures {
		l, skipped := line{name: m.Instrument.Name, href: page.base + "/answers/" + m.Newest.AnswerID}, skipped[m.Newest.AnswerID]
		worse := worsened[m.Newest.AnswerID]
		if !m.Arrived && !skipped && !worse && len(m.Signals) == 0 {
			page.quiet = append(page.quiet, m.Instrument.Name+": nothing new.")
			continue
		}
		if m.Arrived {
			l.words = append(l.words, desk.StandingInWords(m, page.now))
		}
		if len(m.Signals) > 0 {
			l.chip = desk.SignalChip(m.Signals[0])
			l.words = append(l.words, m.Signals[0].Words)
			l.href = page.base + "/course?of=" + m.Instrument.ID
		}
		if worse {
			l.chip = &ui.ChipProps{Text: "Worth asking about", Tone: ui.Clay}
			l.words = append(l.words, desk.WorsenedInWords(m))
			l.href = page.base + "/course?of=" + m.Instrument.ID
		}
		if skipped { // read first, whatever the total
			l.chip = &ui.ChipProps{Text: "Worth asking about", Tone: ui.Clay}
			l.words = append([]string{"The question about danger was skipped " + desk.On(m.Newest.At, page.now) + ", so it is unknown."}, l.words...)
			l.href = page.base + "/answers/" + m.Newest.AnswerID
		}
		page.lines = append(page.lines, l)
	}
}

// checkIn is what the client said after the last session.
func (page *briefPage) checkIn(b brief.Brief) {
	if b.CheckIn == nil {
		page.quiet = append(page.quiet, "Nothing was said after the last session, which is fine.")
		return
	}
	l := line{name: "After the session", href: page.base + "/together", quote: true}
	if b.CheckIn.Open() {
		l.chip = &ui.ChipProps{Text: "Worth asking about", Tone: ui.Clay}
	}
	for _, said := range b.CheckIn.Lines() {
		l.words = append(l.words, said.Name+": "+said.Text)
	}
	if len(l.words) == 0 {
		l.words = []string{"Taken back: nothing of it is left."}
	}
	page.lines = append(page.lines, l)
}

// log is what is shared of the daily log.
func (page *briefPage) log(b brief.Brief) {
	since, today := mood.DayOf(b.Since.In(page.now.Location())), mood.DayOf(page.now)
	l := line{name: "Daily log", href: page.base + "/log"}
	if b.Log.Settings.Sharing != mood.Mine {
		l.words = daily.Mood(b.Log, since, today)
	}
	for _, q := range b.Log.Questions {
		if !q.TalkedAt.IsZero() {
			continue
		}
		l.chip = &ui.ChipProps{Text: "Wants to bring it", Tone: ui.Clay}
		words := page.name + " wants to bring something about the days around " + desk.Short(q.Day.In(page.now.Location()), page.now) + "."
		if q.Words != "" {
			words += " “" + q.Words + "”"
		}
		l.words = append(l.words, words)
	}
	if len(l.words) > 0 {
		page.lines = append(page.lines, l)
	}
}

// life is what happened meanwhile.
func (page *briefPage) life(b brief.Brief) {
	zone := page.now.Location()
	for _, e := range b.Events {
		l := line{name: "Happened", words: []string{e.Words}, href: page.base + "/course"}
		if day, err := e.Day.Begins(zone); err == nil {
			l.words = append(l.words, desk.Upper(desk.On(day, page.now))+".")
		}
		page.lines = append(page.lines, l)
	}
	for _, d := range b.Detours {
		l := line{name: "Detour", chip: &ui.ChipProps{Text: d.Name, Tone: ui.Clay}, href: page.base + "/detours"}
		if words := detourWords(d, page.now); words != "" {
			l.words = []string{words}
		}
		page.lines = append(page.lines, l)
	}
}

func detourWords(d plan.NewDetour, now time.Time) string {
	switch d.State {
	case plan.DetourProposed:
		return "Said to be in the way " + desk.On(d.Since, now) + ". Whether it becomes a detour is for both of you."
	case plan.DetourOpen:
		return "Open since " + strings.TrimPrefix(desk.On(d.Since, now), "on ") + ". The goals stand still meanwhile."
	case plan.DetourClosed:
		return "Back on the way " + desk.On(d.Since, now) + "."
	case plan.DetourAside:
		return "Set aside " + desk.On(d.Since, now) + "."
	}
	return ""
}

// goals are what is new of them.
func (page *briefPage) goals(b brief.Brief) {
	for _, g := range b.Goals {
		l := line{name: "Goal", href: page.base + "/goals"}
		if g.Waits {
			l.chip = &ui.ChipProps{Text: "Waits for your yes", Tone: ui.Clay}
		}
		l.words = append(l.words, "“"+g.Words+"”")
		if g.Agreed {
			l.words = append(l.words, "Both agreed to it.")
		}
		switch goal.TurnKind(g.Turned) {
		case goal.Retired:
			l.words = append(l.words, "Retired.")
		case goal.Reopened:
			l.words = append(l.words, "Taken up again.")
		case goal.Replaced:
			l.words = append(l.words, "Another one stands in its place.")
		}
		for _, m := range g.Reached {
			l.words = append(l.words, "Reached: "+m)
		}
		if g.Rated != nil {
			words := "At " + strconv.Itoa(g.Rated.Value) + " of 10"
			if g.RatedOld != nil {
				words += ", was " + strconv.Itoa(g.RatedOld.Value)
			}
			l.words = append(l.words, words+".")
		}
		page.lines = append(page.lines, l)
	}
}

// practice is what was practised since the last session, and what was decided about it.
func (page *briefPage) practice(b brief.Brief) {
	for _, a := range b.Practice.All {
		t := assignment.TallyOf(a, b.Practice.Of(a.ID), b.Practice.Exercise(a).Rating.Most, measure.DayOf(page.now, page.now.Location()))
		words := desk.PractisedInWords(t.Times)
		if last := a.Last(); words == "" && (last.Side != goal.ByClient || last.At.Before(b.Since)) {
			continue
		}
		l := line{name: "Practice", words: []string{a.Title + ". " + words}, href: page.base + "/practice"}
		switch a.State {
		case assignment.Declined:
			l.words = append(l.words, "Not taken up.")
		case assignment.LetGo:
			l.words = append(l.words, "Let go.")
		case assignment.Postponed:
			l.words = append(l.words, "Put off.")
		case assignment.Agreed, assignment.Suggested, assignment.Withdrawn:
		}
		for _, p := range t.Pairs {
			l.words = append(l.words, strconv.Itoa(p.Before)+" before, "+strconv.Itoa(p.After)+" after.")
			break
		}
		page.lines = append(page.lines, l)
	}
}

// hour is what both bring, and what the last session left.
func (page *briefPage) hour(b brief.Brief) {
	page.agenda = broughtOf(b.Agenda.Items, page.name, page.actor.ID, page.now)
	for _, side := range []hour.Side{hour.ByClient, hour.ByClinician} {
		if _, said := b.Agenda.Nothing[side]; said && side == hour.ByClient {
			page.quiet = append(page.quiet, page.name+" has nothing yet for the agenda.")
		}
	}
	if !b.HasLast {
		return
	}
	page.last = desk.On(b.Before.Start, page.now)
	page.left, page.calm, page.what = b.Before.Kept.Open, b.Before.Kept.Calm, b.Before.Work.Instead
	for _, s := range b.Before.Kept.Steps {
		page.steps = append(page.steps, stepLine{whoseWords(s.Whose, page.name), s.Text})
	}
}

func whoseWords(side hour.Side, name string) string {
	switch side {
	case hour.ByClient:
		return "A next step of " + name + "’s"
	case hour.ByClinician:
		return "A next step of yours"
	case hour.ByBoth:
	}
	return "A next step of both"
}

// broughtOf is what waits for the next session. Of what is for the room only it says
// that there is something.
func broughtOf(items []hour.Item, name, me string, now time.Time) (all []brought) {
	for _, i := range items {
		b := brought{by: name, text: i.Text, note: desk.Short(i.At, now)}
		switch {
		case i.By == me:
			b.by = "You"
		case i.Side == hour.ByClinician:
			b.by = "A colleague"
		}
		if i.Closed {
			b.text = "Something for the session only."
		}
		all = append(all, b)
	}
	return all
}
