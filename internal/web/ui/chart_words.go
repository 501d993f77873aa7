package ui

import (
	"slices"
	"strings"
	"time"
)

// desc is what a reader is told of the picture; the table holds the rest.
func (p CourseProps) desc() string {
	if p.Desc != "" {
		return p.Desc
	}
	if len(p.Points) == 0 {
		return "No score yet."
	}
	words := make([]string, len(p.Points))
	for i, pt := range p.Points {
		words[i] = figure(pt.Value)
	}
	count := "Scores in order"
	if len(p.Points) == 1 {
		count = "One score"
	}
	return count + ": " + strings.Join(words, ", ") + ". The table below the chart holds them with their dates."
}

// own is the course as a client sees it: without fan and without the band of
// reliable change.
func (p CourseProps) own() CourseProps {
	p.Fan50, p.Fan80, p.Mid, p.Reliable, p.mine = nil, nil, nil, nil, true
	return p
}

type keyLine struct{ sign, words string }

// key explains the signs that this drawing has, and no others.
func (p CourseProps) key() []keyLine {
	var key []keyLine
	add := func(has bool, sign, words string) {
		if has {
			key = append(key, keyLine{sign, words})
		}
	}
	has := func(s State) bool {
		return slices.ContainsFunc(p.Points, func(pt Point) bool { return pt.State == s })
	}
	mixed := has(Seen) || has(NotSeen)
	add(mixed && has(Talked), Talked.class(), p.words(Talked))
	add(has(Seen), Seen.class(), p.words(Seen))
	add(has(NotSeen), NotSeen.class(), p.words(NotSeen))
	add(slices.Contains(p.dotted(), true), "gap", or(p.NoScore, "no score"))
	add(len(p.Fan80) > 1, "fan80", "where 8 in 10 are")
	add(len(p.Fan50) > 1, "fan50", "where 5 in 10 are")
	add(len(p.Mid) > 1, "mid", "the middle")
	from, to := p.span()
	drawn := func(t time.Time) bool { return !t.Before(from) && !t.After(to) }
	add(slices.ContainsFunc(p.Sessions, drawn), "step", "a session")
	add(slices.ContainsFunc(p.Events, func(e Event) bool { return drawn(e.Time) }), "event", or(p.Happens, "a life event"))
	add(slices.ContainsFunc(p.Lanes, func(l Lane) bool { return !l.Pause }), "lane", "detour")
	add(slices.ContainsFunc(p.Lanes, func(l Lane) bool { return l.Pause }), "rest", "pause")
	return key
}

func (p CourseProps) words(s State) string {
	switch s {
	case Seen:
		return or(p.Seen, "seen, not yet talked about")
	case NotSeen:
		return or(p.Unseen, "not yet seen")
	}
	return or(p.Talked, "talked about")
}

func (s State) class() string {
	return [...]string{"dot", "dot-open", "dot-new"}[s]
}

// notes are the events and lanes in words, for whoever does not see the picture
// or finds a label left out of it.
func (p CourseProps) notes() []string {
	var notes []string
	from, to := p.span()
	day := func(t time.Time) string { return dayIn(t.In(from.Location()), from, to) }
	for _, e := range p.Events {
		notes = append(notes, day(e.Time)+": "+e.Words)
	}
	for _, l := range p.Lanes {
		notes = append(notes, day(l.From)+" to "+day(l.To)+": "+l.Words)
	}
	for _, b := range []*Band{p.Reliable, p.Usual} {
		if b != nil && b.Words != "" {
			notes = append(notes, b.Words)
		}
	}
	return notes
}

// dayIn is a day in a course, with its year only if the course has several.
func dayIn(t, from, to time.Time) string {
	if from.Year() == to.Year() {
		return t.Format("2 Jan")
	}
	return t.Format("2 Jan 2006")
}

// table has the scores, the newest first.
func (p CourseProps) table() TableProps {
	from, to := p.span()
	t := TableProps{
		Caption: p.Title,
		Columns: []Column{{Name: "Date"}, {Name: or(p.Unit, "Score"), Right: true}},
	}
	noted := slices.ContainsFunc(p.Points, func(pt Point) bool { return pt.Note != "" })
	switch {
	case !p.mine:
		t.Columns = append(t.Columns, Column{Name: "State"})
	case noted:
		t.Columns = append(t.Columns, Column{Name: "Note"})
	}
	for _, pt := range slices.Backward(p.Points) {
		row := []Cell{
			{Text: dayIn(pt.Time.In(from.Location()), from, to)},
			{Text: figure(pt.Value), Href: pt.Href},
		}
		if words := p.said(pt); len(t.Columns) > len(row) {
			row = append(row, Cell{Text: upper(words)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// said is what the table says beside a score.
func (p CourseProps) said(pt Point) string {
	switch {
	case p.mine:
		return pt.Note
	case pt.Note == "":
		return p.words(pt.State)
	}
	return p.words(pt.State) + ", " + pt.Note
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (p SparkProps) x(i int) float64 {
	if len(p.Values) == 1 {
		return 60
	}
	return scale{0, float64(len(p.Values) - 1), 4, 116}.at(float64(i))
}

func (p SparkProps) y(i int) float64 { return scale{p.Lo, p.Hi, 25, 3}.held(p.Values[i]) }

func (p SparkProps) path() string {
	var b strings.Builder
	for i := range p.Values {
		b.WriteString(step(i == 0, p.x(i), p.y(i)))
	}
	return b.String()
}
