package clinician

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// What check-ins look like in words, on Today and on a client's pages.

func worthAsking() *ui.ChipProps { return &ui.ChipProps{Text: "Worth asking about", Tone: ui.Clay} }

func saidCardOf(s alliance.Step, me string, now time.Time) saidCard {
	c := saidCard{when: desk.Upper(trimOn(desk.At(s.GivenAt, now))), lines: s.Lines()}
	if s.Empty() {
		c.lines = []alliance.Line{{Name: "Taken back", Text: "Nothing of it is left."}}
	}
	switch {
	case s.Open():
		c.chip = worthAsking()
	case s.Repaired >= 0:
		c.chip = &ui.ChipProps{Text: "Came back", Tone: ui.Water}
	case s.Unread:
		c.chip = &ui.ChipProps{Text: "New"}
	}
	if !s.ChangedAt.IsZero() {
		c.state = "Changed " + desk.At(s.ChangedAt, now) + ". "
	}
	if !s.SeenAt.IsZero() {
		by := "a colleague"
		if s.SeenBy == me {
			by = "you"
		}
		c.state += "First read by " + by + " " + desk.At(s.SeenAt, now) + "."
	}
	if !s.TalkedAt.IsZero() {
		c.state += " Talked about " + desk.On(s.TalkedAt, now) + "."
	}
	for _, f := range s.Earlier {
		c.earlier = append(c.earlier, formerCard{"As it was " + desk.At(f.At, now) + ", when it was read", f.Lines()})
	}
	return c
}

func noticedOf(m alliance.Marker, name, me string, now time.Time) noticedLine {
	n := noticedLine{id: m.ID, word: m.Word, line: m.Line, mine: m.By == me}
	switch {
	case n.mine:
		n.note = "You, "
	case m.Side == alliance.ByClient:
		n.note = name + ", "
	default:
		n.note = "A colleague, "
	}
	n.note += desk.Short(m.At, now)
	return n
}

// newsOf is a repair in words.
func newsOf(r alliance.Repair, now time.Time) string {
	return fmt.Sprintf("It dipped on %s and was back on %s. %s", desk.Short(r.Dip.GivenAt, now), desk.Short(r.Return.GivenAt, now), alliance.GoodNews)
}

// meaningOf is the sentence above the chart.
func meaningOf(c alliance.Course, now time.Time) string {
	var scored []alliance.Step
	for _, s := range c.Steps {
		if s.Scored {
			scored = append(scored, s)
		}
	}
	if len(scored) == 0 {
		return ""
	}
	last := scored[len(scored)-1]
	words := "The newest check-in is at " + tenths(last.Score) + " of 10, " + desk.On(last.GivenAt, now) + "."
	switch {
	case last.Usual.N == 0:
		words += " It is the first, so there is nothing to compare it with."
	case last.Usual.N < 3:
		words += " There are too few to say what is usual."
	case last.Signal.Dropped:
		words += " The mean of the earlier ones is " + tenths(last.Usual.Mean) + ": this one is clearly lower."
	default:
		words += " The mean of the earlier ones is " + tenths(last.Usual.Mean) + ": this one is within what is usual."
	}
	return words
}

// tenths is x with one digit, rounded half up as in the chart.
func tenths(x float64) string { return strconv.FormatFloat(math.Floor(x*10+0.5)/10, 'f', 1, 64) }

// allianceChart is the course of the check-ins, each the mean of its answers.
func allianceChart(c alliance.Course, now time.Time) ui.CourseProps {
	p := ui.CourseProps{
		ID: "alliance", Title: "Check-ins after sessions", Unit: "Mean of the answers", Lo: alliance.Lowest, Hi: alliance.Highest, Step: 2,
		Place: now.Location(), Seen: "read, not marked as talked about", Unseen: "not read before now",
		Open: "How this is reckoned, and the check-ins as a table", Source: alliance.Rule + " " + alliance.Limits,
	}
	for _, s := range c.Steps {
		if !s.Scored {
			continue
		}
		pt := ui.Point{Time: s.GivenAt, Value: s.Score, State: ui.Seen}
		switch {
		case !s.TalkedAt.IsZero():
			pt.State = ui.Talked
		case s.Unread:
			pt.State = ui.NotSeen
		}
		switch {
		case s.Repaired >= 0:
			pt.Note = "dipped, and came back"
		case s.Signal.Worth():
			pt.Note = "worth asking about"
		}
		p.Points = append(p.Points, pt)
	}
	return p
}

// A togetherBlock is what the client said last, on their page.
type togetherBlock struct {
	when  string
	chip  *ui.ChipProps
	lines []alliance.Line
	news  string
	none  bool
}

func togetherBlockOf(c alliance.Course, now time.Time) togetherBlock {
	s, ok := c.Newest()
	if !ok {
		return togetherBlock{none: true}
	}
	b := togetherBlock{when: desk.Upper(trimOn(desk.On(s.GivenAt, now))), lines: s.Lines()}
	if len(c.Open()) > 0 {
		b.chip = worthAsking()
	}
	if news, ok := c.News(); ok {
		b.news = newsOf(news, now)
	}
	return b
}

// allianceArrivals are the clients who said something since then that nobody has
// read, newest first.
func allianceArrivals(all []alliance.Standing, who map[access.Compartment]person.Person, since, now time.Time) (arrived []arrival) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b alliance.Standing) int { return b.Newest.GivenAt.Compare(a.Newest.GivenAt) })
	for _, s := range all {
		if s.Unread && !s.Newest.GivenAt.Before(since) {
			arrived = append(arrived, arrival{
				name: desk.NameOf(who[s.Client]), words: "said how the session was", note: desk.Upper(trimOn(desk.At(s.Newest.GivenAt, now))),
				href: "/clients/" + s.Client.Of() + "/together",
			})
		}
	}
	return arrived
}

// withCheckIn adds to the card of the next hour what that client said after the
// last one, and what of it is worth asking about. It returns the step that the
// card shows; ok is false if it shows none.
func (c *nextCard) withCheckIn(all []alliance.Standing, client access.Compartment, last, now time.Time) (shown alliance.Step, ok bool) {
	i := slices.IndexFunc(all, func(s alliance.Standing) bool { return s.Client == client })
	if i < 0 {
		return shown, false
	}
	for _, s := range all[i].Open {
		c.hour = append(c.hour, ui.Link{Text: "The check-in of " + desk.Short(s.GivenAt, now) + ", worth asking about", Href: c.href + "/together"})
	}
	s := all[i].Newest
	if s.GivenAt.Before(last) || s.Empty() {
		return shown, false
	}
	for _, l := range s.Lines() {
		words := l.Text
		if l.Words {
			words = "“" + words + "”"
		}
		c.lines = append(c.lines, sinceLine{name: l.Name, words: words})
	}
	return s, true
}
