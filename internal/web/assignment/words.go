package assignment

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// aim is what a is for, in a sentence; empty: nothing was said.
func aim(set assignment.Set, a assignment.Assignment) string {
	words, step := set.For(a)
	switch {
	case words != "" && step != "":
		return "Towards “" + words + "”; a step of the plan: " + step + "."
	case words != "":
		return "Towards “" + words + "”."
	case step != "":
		return "A step of the plan: " + step + "."
	}
	return ""
}

// rhythm is how often and when, in a sentence; empty: nothing was said.
func rhythm(a assignment.Assignment) string {
	var parts []string
	for _, text := range []string{a.Often, a.When, dayNames(a.Days)} {
		if text != "" {
			parts = append(parts, strings.TrimSuffix(text, "."))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return desk.Upper(strings.Join(parts, ", ")) + "."
}

func dayNames(days []time.Weekday) string {
	if len(days) == 0 {
		return ""
	}
	names := make([]string, len(days))
	for i, d := range days {
		names[i] = d.String()
	}
	if n := len(names); n > 1 {
		return "on " + strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return "on " + names[0]
}

// origin is who suggested a, and when that was taken up, to the client.
func (s *seat) origin(a assignment.Assignment) string {
	if a.Side() == goal.ByClient {
		return "You took this up " + desk.On(a.Turns[0].At.In(s.zone()), s.Now) + "."
	}
	by := desk.Upper(s.Who(a.Turns[0].By)) + " suggested this"
	if begun := a.Begun(); !begun.IsZero() {
		return by + ", and you took it up " + desk.On(begun.In(s.zone()), s.Now) + "."
	}
	return by + " " + desk.On(a.Turns[0].At.In(s.zone()), s.Now) + "."
}

// dayWords is a day in words: "today", "yesterday", "on Tuesday 24 November".
func (s *seat) dayWords(day measure.Day) string {
	t, err := day.Begins(s.zone())
	switch n := s.today().DaysAfter(day); {
	case err != nil:
		return ""
	case n == 0:
		return "today"
	case n == 1:
		return "yesterday"
	}
	return "on " + ui.Date(t, s.Now)
}

// when is when something was logged for, as exactly as is kept; empty: nothing is.
func (s *seat) when(l assignment.Log) string {
	if l.Day == "" {
		return ""
	}
	if l.Fine == assignment.ByWeek {
		t, err := l.Day.Begins(s.zone())
		if err != nil {
			return ""
		}
		return "in the week of " + t.Format("2 January")
	}
	return s.dayWords(l.Day)
}

// A logView is one log, for reading.
type logView struct {
	n      int64
	how    string
	when   string
	said   []exercise.Said
	note   string
	hidden bool // what is written is the client's alone
	only   bool // the same, to the client
	answer string
	by     string
	href   string // the client changes it there
	form   *answerForm
}

// logView is a log of a, for whoever looks.
func (s *seat) logView(set assignment.Set, a assignment.Assignment, l assignment.Log) logView {
	e := set.Exercise(a)
	v := logView{n: l.N, how: l.How.Words(), when: desk.Upper(s.when(l)), note: l.Note, hidden: l.Hidden, only: l.Mine && s.Mine, answer: l.Answer.Line}
	add := func(label, text string) {
		if text != "" {
			v.said = append(v.said, exercise.Said{Label: label, Text: text})
		}
	}
	add("Expected", l.Expect)
	add("Happened", l.Happened)
	add("It came", map[assignment.Met]string{assignment.AsFeared: "as expected", assignment.PartlyMet: "partly as expected", assignment.NotMet: "otherwise than expected"}[l.Met])
	if text := rated(e, l); text != "" {
		add(strings.TrimSuffix(e.Rating.Label, "?"), text)
	}
	v.said = append(v.said, e.Words(l.Filled)...)
	whose := "By the client"
	if s.Mine {
		whose = "By you"
	}
	add(whose, marked(l.Quality, l.Amount))
	theirs := "By those who work with you"
	if !s.Mine {
		theirs = "By you or a colleague"
	}
	add(theirs, marked(l.Answer.Quality, l.Answer.Amount))
	if l.Answer.Is() {
		v.by = desk.Upper(s.Who(l.Answer.By))
	}
	if s.Mine {
		v.href = toMine + "/" + a.ID + "/logs/" + l.ID
	}
	return v
}

// rated is a rating before and after, in words.
func rated(e exercise.Exercise, l assignment.Log) string {
	of := " of " + strconv.Itoa(e.Rating.Most)
	switch {
	case !e.Rating.Is():
		return ""
	case l.Before != nil && l.After != nil:
		return strconv.Itoa(*l.Before) + " before, " + strconv.Itoa(*l.After) + " after," + of
	case l.Before != nil:
		return strconv.Itoa(*l.Before) + of + " before"
	case l.After != nil:
		return strconv.Itoa(*l.After) + of + " after"
	}
	return ""
}

func marked(quality, amount assignment.Mark) string {
	var parts []string
	for _, text := range []string{quality.Quality(), amount.Amount()} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "; ")
}

// gapWords is how long somebody was away: "two weeks".
func gapWords(days int) string {
	if days < 60 {
		return desk.Count(days/7, "week", "weeks")
	}
	return desk.Count(days/30, "month", "months")
}

// patternWords says what may be worth asking about, with care.
func patternWords(p assignment.Pattern, name string) string {
	return map[assignment.Pattern]string{
		assignment.Eases:     "Afterwards it is mostly lower than before.",
		assignment.Raises:    "Afterwards it is mostly higher than before. That can be part of it, or too much at a time.",
		assignment.Steady:    "Afterwards it is mostly about the same. Worth asking what it is good for all the same.",
		assignment.Otherwise: "What was expected mostly came otherwise. Worth looking at together.",
		assignment.AsTold:    "What was expected mostly came. Worth asking what was learnt, and whether a smaller step would suit.",
		assignment.Returned:  cmp.Or(name, "The client") + " came back to it after two weeks or more.",
		assignment.Still:     "Nothing was noted for three weeks. It may be too much, or over, or done without noting it.",
		assignment.NotLately: "The last three times: not this week. Perhaps it asks for too much at the moment.",
		assignment.Own:       cmp.Or(name, "The client") + " made it their own.",
		assignment.Often:     "Used again and again.",
	}[p]
}
