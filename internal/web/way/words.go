package way

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/path"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A teller tells a story in words, to the client or to whoever treats them.
type teller struct {
	path.Story
	mine  bool   // to the client
	name  string // of the client, at a desk
	me    string // person id, at a desk
	base  string // where the pages about goals are
	known map[string]string
}

// all are all stations, folded ones too.
func (t teller) all() []path.Station {
	var all []path.Station
	for _, c := range t.Earlier {
		all = append(all, c.Stations...)
	}
	return append(all, t.Stations...)
}

// lead is the whole way in a few sentences that are true of any way.
func (t teller) lead() string {
	n := len(t.Held)
	if n == 0 {
		return t.before()
	}
	var s string
	if n == 1 {
		s = "One session so far, on " + dated(t.Held[0], t.Now)
	} else {
		s = desk.Upper(number(n)) + " sessions since " + month(t.Held[0], t.Now)
	}
	var turns []string
	if t.Detours > 0 {
		turns = append(turns, desk.Count(t.Detours, "detour", "detours"))
	}
	if t.Rests > 0 {
		turns = append(turns, desk.Count(t.Rests, "rest", "rests"))
	}
	if len(turns) > 0 {
		s += ", " + strings.Join(turns, " and ")
	}
	return s + "." + t.standing()
}

// before is said while no session was held yet.
func (t teller) before() string {
	your := "the"
	if t.mine {
		your = "your"
	}
	if t.Next.IsZero() {
		return "The way begins with " + your + " first session."
	}
	return "The way begins with " + your + " first session, on " + ui.Date(t.Next, t.Now) + "."
}

// standing is where it stands: in a detour, in a pause, or on the way again.
func (t teller) standing() string {
	turned, resting := false, false
	for _, st := range t.Stations {
		switch st.Kind {
		case path.Turned:
			turned = turned || st.Open()
		case path.Rest:
			resting = resting || st.Open()
		}
	}
	you := "You are"
	if !t.mine {
		you = t.name + " is"
	}
	switch {
	case t.Over():
		return " The work was finished."
	case turned:
		return " " + you + " on a detour now, and the goals stay where they are."
	case resting:
		return " " + you + " in a clearing now, and that is a part of the way."
	case t.Detours+t.Rests == 0:
		return ""
	}
	you = "You"
	if !t.mine {
		you = t.name
	}
	if t.Detours+t.Rests == 1 {
		return " " + you + " came back."
	}
	return " " + you + " came back each time."
}

// picture is the story as a way.
func (t teller) picture() ui.WayProps {
	p := ui.WayProps{
		ID: "way", Title: "Your way so far, drawn as a winding path. The same story follows as a list.",
		Here: ui.Words{Text: "You are here", Date: dated(t.Now, t.Now)}, Ahead: "open from here",
	}
	if !t.mine {
		p.Title, p.Here.Text = t.name+"’s way so far, drawn as a winding path. The same story follows as a list.", "Now"
	}
	if !t.Since.IsZero() {
		p.Before = &ui.Words{Text: "Before this: what the list has", Date: "until " + month(t.Since, t.Now)}
		if t.Before > 0 {
			p.Before.Text = "Before this: " + sessions(1, t.Before)
		}
	}
	for _, st := range t.all() {
		if st.Kind == path.Agreed {
			p.Stayed = "The goals stayed here"
		}
	}
	for _, s := range t.Stretches() {
		out := ui.Stretch{Kind: ui.StretchKind(s.Kind), Steps: s.Steps, Open: s.Open}
		if s.Of != nil {
			out.Words = t.label(*s.Of)
		}
		for _, sp := range s.Also {
			spot := ui.Spot{After: sp.After, Words: t.label(sp.Station)}
			switch sp.Kind {
			case path.Agreed, path.Reopened:
				spot.Sign, spot.Count = ui.Stone, len(sp.Goals)
			case path.Ended:
				if sp.Turn.Arrived {
					spot.Sign = ui.Stone
				}
			case path.Reached:
				spot.Sign = ui.Cairn
			case path.Lit:
				spot.Sign = ui.Light
			case path.Came, path.Turned, path.Finished:
				spot.Loud = true
			}
			out.Spots = append(out.Spots, spot)
		}
		p.Stretches = append(p.Stretches, out)
	}
	return p
}

// label is a station in a few words on the picture.
func (t teller) label(st path.Station) ui.Words {
	w := ui.Words{Date: dated(st.At, t.Now)}
	switch st.Kind {
	case path.Came:
		w.Text = "The first hour"
		if t.mine {
			w.Text = "You came in"
		}
	case path.Agreed:
		w.Text = goals(len(st.Goals))
	case path.Ended:
		w.Text = "A goal let go"
		if st.Turn.Arrived {
			w.Text = "A goal reached"
		}
	case path.Reopened:
		w.Text = "A goal again"
	case path.Reached:
		w.Text = st.Milestone.Words
	case path.Turned:
		w = ui.Words{Text: "Detour: " + called(st.Detour), Date: t.brief(st)}
	case path.Back:
		w.Text = "Back on the way"
	case path.Lit:
		w.Text = lit(st.Lights)
		if l := st.Lights[0]; len(st.Lights) == 1 && l.Line != "" && utf8.RuneCountInString(l.Line) <= shortLine {
			w.Text = l.Line
		}
	case path.Rest:
		w = ui.Words{Text: "A clearing", Date: long(st.Gap) + ", " + t.middle(st)}
	case path.Finished:
		w.Text = finished[st.Finish.Ending]
	}
	return w
}

// shortLine is how long the line of a light may be to stand on the picture itself.
const shortLine = 36

var finished = map[outcome.Ending]string{
	outcome.AsPlanned: "The work was finished",
	outcome.Early:     "The work ended early",
	outcome.Elsewhere: "The work goes on elsewhere",
}

// tale is the story as a list.
func (t teller) tale() ui.TaleProps {
	p := ui.TaleProps{Label: "The way, from the beginning"}
	for _, c := range t.Earlier {
		ch := ui.Chapter{Heading: fmt.Sprint(c.Year)}
		if c.Last >= c.First {
			ch.Heading += ", " + sessions(c.First, c.Last)
		}
		for _, st := range c.Stations {
			ch.Items = append(ch.Items, t.item(st))
		}
		p.Chapters = append(p.Chapters, ch)
	}
	for _, st := range t.Stations {
		p.Items = append(p.Items, t.item(st))
	}
	return p
}

// item is a station in the list.
func (t teller) item(st path.Station) ui.TaleItem {
	it := ui.TaleItem{When: dated(st.At, t.Now), Title: t.label(st).Text}
	say := func(lines ...string) {
		for _, l := range lines {
			if l != "" {
				it.Lines = append(it.Lines, l)
			}
		}
	}
	switch st.Kind {
	case path.Came:
		it.Title = "You came in"
		if !t.mine {
			it.Title = t.name + " came in"
		}
		say("The first hour.")
	case path.Agreed:
		it.Title = goals(len(st.Goals)) + ", agreed by both"
		for _, g := range st.Goals {
			say(quoted(g.Words))
			if g.Instead != "" {
				say("In the place of "+quoted(g.Instead)+".", g.Why)
			}
		}
		it.Href = t.goalPage(st.Goals)
	case path.Ended, path.Reopened:
		if st.Turn.Kind == goal.Reopened {
			it.Title = "A goal taken up again"
		}
		say(quoted(st.Goals[0].Words), st.Turn.Reason)
		it.Href = t.goalPage(st.Goals)
	case path.Reached:
		if st.Milestone.Note != "" {
			say(quoted(st.Milestone.Note))
		}
		say("A milestone towards " + quoted(st.Milestone.Goal) + ".")
	case path.Turned:
		it.Kind, it.Title, it.When = ui.ToldTurn, "A detour: "+called(st.Detour), t.span(st)
		if st.Last >= st.First {
			it.Step = sessions(st.First, st.Last)
		}
		if st.Detour.Name != "" {
			say(st.Detour.Reason)
		}
		if st.Open() {
			say("It goes on, and the goals stay where they are.")
		} else {
			say("The goals stayed where they were.")
		}
		for _, n := range st.Detour.Notes {
			say(dated(n.At, t.Now) + ": " + quoted(n.Words))
		}
	case path.Back:
		if st.Detour.Stays != "" {
			say("What stays: " + st.Detour.Stays)
		}
		if st.Detour.Changed != "" {
			say("What is different: " + st.Detour.Changed)
		}
	case path.Lit:
		it.Kind, it.Title = ui.ToldLight, "A light: "+lit(st.Lights)
		if len(st.Lights) > 1 {
			it.Title = "Lights: " + lit(st.Lights)
		}
		for _, l := range st.Lights {
			if l.Line != "" {
				say(quoted(l.Line))
			}
			say(t.noticed(l))
		}
	case path.Rest:
		it.Kind, it.When = ui.ToldRest, t.span(st)
		if st.Open() {
			say(desk.Upper(long(st.Gap)) + " since the last session. A pause is a part of the way.")
		} else {
			say(desk.Upper(long(st.Gap)) + " between two sessions.")
		}
	case path.Here:
		it.Kind, it.Title = ui.ToldHere, "You are here"
		if !t.mine {
			it.Title = "Now"
		}
		if st.Last > 0 {
			it.Step = "after session " + fmt.Sprint(st.Last)
		}
		say(t.next())
	}
	return it
}

// next says when the next session is.
func (t teller) next() string {
	switch {
	case t.Next.IsZero():
		return "No session is planned at the moment."
	case !t.Next.After(t.Now):
		return "A session goes on now."
	case t.mine:
		return ui.Date(t.Next, t.Now) + " is your next session."
	}
	return ui.Date(t.Next, t.Now) + " is the next session."
}

// noticed says who noticed something, where that is not plain, and who sees it.
func (t teller) noticed(l path.Light) string {
	switch {
	case t.mine && l.Just:
		return "For you alone."
	case t.mine && l.Mine, !t.mine && l.By == t.me:
		return ""
	case l.Mine:
		return "Noticed by " + t.name + "."
	case t.known[l.By] != "":
		return "Noticed by " + t.known[l.By] + "."
	case t.mine:
		return "Noticed by somebody who works with you."
	}
	return "Noticed by a colleague."
}

func (t teller) goalPage(all []path.Goal) string {
	if len(all) == 1 {
		return t.base + "/goals/" + all[0].ID
	}
	return t.base + "/goals"
}

// span is from when to when something was.
func (t teller) span(st path.Station) string {
	if st.Open() {
		return "since " + dated(st.At, t.Now)
	}
	a, b := st.At, st.Until
	switch {
	case a.Year() != b.Year():
		return a.Format("2 January 2006") + " to " + b.Format("2 January 2006")
	case a.Month() != b.Month():
		return a.Format("2 January") + " to " + dated(b, t.Now)
	case a.Day() != b.Day():
		return a.Format("2") + " to " + dated(b, t.Now)
	}
	return dated(a, t.Now)
}

// brief is from when to when something was, as it stands on the picture.
func (t teller) brief(st path.Station) string {
	a, b := st.At, st.Until
	switch {
	case st.Open() || a.Year() == b.Year() && a.Month() == b.Month():
		return t.span(st)
	case b.Year() != t.Now.Year():
		return a.Format("2 Jan 2006") + " to " + b.Format("2 Jan 2006")
	}
	return a.Format("2 Jan") + " to " + b.Format("2 Jan")
}

// middle is the month in which the middle of a pause lies.
func (t teller) middle(st path.Station) string {
	end := st.Until
	if st.Open() {
		return "until now"
	}
	return month(st.At.Add(end.Sub(st.At)/2), t.Now)
}

// called is what a detour is called: its name, or else how its reason begins.
func called(d path.Detour) string {
	if d.Name != "" {
		return d.Name
	}
	first, _, _ := strings.Cut(d.Reason, ".")
	return first
}

// lit are the words of lights, each once.
func lit(all []path.Light) string {
	var words []string
	for _, l := range all {
		if !contains(words, l.Word) {
			words = append(words, l.Word)
		}
	}
	return strings.Join(words, ", ")
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

func goals(n int) string {
	if n == 1 {
		return "A goal"
	}
	return desk.Upper(number(n)) + " goals"
}

// quoted is what somebody wrote.
func quoted(words string) string { return "“" + words + "”" }

// sessions is "session 12", "sessions 12 to 15".
func sessions(from, to int) string {
	if from == to {
		return fmt.Sprint("session ", from)
	}
	return fmt.Sprintf("sessions %d to %d", from, to)
}

// month is a month with its year if that is another one.
func month(t, now time.Time) string {
	if t.Year() == now.Year() {
		return t.Format("January")
	}
	return t.Format("January 2006")
}

// long is how long a pause was: in weeks, then in months, then in years.
func long(d time.Duration) string {
	days := int(d.Hours()/24 + 0.5)
	switch weeks := (days + 3) / 7; {
	case weeks < 14:
		return desk.Count(weeks, "week", "weeks")
	case days < 700:
		return desk.Count((days*12+182)/365, "month", "months")
	}
	return desk.Count((days+182)/365, "year", "years")
}

var tens = [...]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}

// number is n in words below a hundred.
func number(n int) string {
	switch {
	case n <= 20 || n >= 100:
		return desk.Number(n)
	case n%10 == 0:
		return tens[n/10]
	}
	return tens[n/10] + "-" + desk.Number(n%10)
}
