package assignment

import (
	"slices"

	"github.com/waymark-care/waymark/internal/measure"
)

// A Pattern is something that may be worth asking about, and never a verdict.
type Pattern string

// The patterns.
const (
	Eases     Pattern = "eases"     // afterwards it is mostly lower than before
	Raises    Pattern = "raises"    // afterwards it is mostly higher than before
	Steady    Pattern = "steady"    // afterwards it is mostly about the same
	Otherwise Pattern = "otherwise" // what was expected mostly came otherwise
	AsTold    Pattern = "as-told"   // what was expected mostly came
	Returned  Pattern = "returned"  // they came back to it after two weeks or more
	Still     Pattern = "still"     // nothing is noted for three weeks, where days are
	NotLately Pattern = "not"       // the last three times: not this week
	Own       Pattern = "own"       // they changed it, or made it smaller, and went on
	Often     Pattern = "often"     // it was used again and again
)

// What it takes for a pattern to be named. They are our own choice: fewer than three
// times are no pattern, and a tenth of a scale is what somebody means when they say
// "about the same".
const (
	leastPairs   = 3
	mostly       = 2.0 / 3
	aboutTheSame = 0.1 // of the scale
	stillAfter   = 21  // days
	oftenFrom    = 6   // times
)

// A Tally is what became of one thing, for looking at it together.
type Tally struct {
	Times    map[How]int
	Pairs    []Pair // before and after, in order
	Mets     map[Met]int
	Patterns []Pattern
}

// A Pair is a rating before and after.
type Pair struct{ Before, After int }

// Practised is how often there was something of it.
func (t Tally) Practised() int {
	return t.Times[Did] + t.Times[Tried] + t.Times[Part] + t.Times[Changed]
}

// TallyOf looks at the logs of a, which are the newest first; most is the end of its
// exercise's rating. What is written for the client alone is not looked at.
func TallyOf(a Assignment, logs []Log, most int, today measure.Day) Tally {
	t := Tally{Times: map[How]int{}, Mets: map[Met]int{}}
	for _, l := range slices.Backward(logs) {
		t.Times[l.How]++
		if l.How == Planned || l.Hidden {
			continue
		}
		if l.Before != nil && l.After != nil {
			t.Pairs = append(t.Pairs, Pair{*l.Before, *l.After})
		}
		if l.Met != Unsaid {
			t.Mets[l.Met]++
		}
	}
	add := func(p Pattern, is bool) {
		if is {
			t.Patterns = append(t.Patterns, p)
		}
	}
	lower, higher, about := sides(t.Pairs, most)
	enough := func(n, of int) bool { return of >= leastPairs && float64(n) >= mostly*float64(of) }
	add(Eases, enough(lower, len(t.Pairs)))
	add(Raises, enough(higher, len(t.Pairs)))
	add(Steady, enough(about, len(t.Pairs)))
	said := t.Mets[AsFeared] + t.Mets[PartlyMet] + t.Mets[NotMet]
	add(Otherwise, enough(t.Mets[NotMet], said))
	add(AsTold, enough(t.Mets[AsFeared], said))
	add(Often, t.Practised() >= oftenFrom)
	add(Own, t.Practised() > 0 && slices.ContainsFunc(a.Turns, func(d Done) bool { return d.Turn == Adapt || d.Turn == Smaller }) || t.Times[Changed] > 1)
	add(Returned, returned(logs))
	add(NotLately, a.State == Agreed && notLately(logs))
	add(Still, a.State == Agreed && still(logs, today))
	return t
}

// sides is how often it was lower afterwards, higher, and about the same.
func sides(pairs []Pair, most int) (lower, higher, about int) {
	for _, p := range pairs {
		switch d := float64(p.After - p.Before); {
		case d < -aboutTheSame*float64(most)+1e-9:
			lower++
		case d > aboutTheSame*float64(most)-1e-9:
			higher++
		default:
			about++
		}
	}
	return lower, higher, about
}

// returned says whether the newest practised day lies two weeks or more after the one before it.
func returned(logs []Log) bool {
	var days []measure.Day
	for _, l := range logs {
		if l.How.Practised() && l.Day != "" {
			days = append(days, l.Day)
		}
	}
	slices.Sort(days)
	n := len(days)
	return n > 1 && days[n-1].DaysAfter(days[n-2]) >= LongGap
}

// notLately says whether the newest three logs say: not this week.
func notLately(logs []Log) bool {
	n := 0
	for _, l := range logs {
		if l.How == Planned {
			continue
		}
		if l.How != NotNow {
			return false
		}
		if n++; n == 3 {
			return true
		}
	}
	return false
}

// still says whether nothing is noted for three weeks. Where days are left out nobody knows.
func still(logs []Log, today measure.Day) bool {
	var last measure.Day
	for _, l := range logs {
		if l.Day == "" {
			return false
		}
		last = max(last, l.Day)
	}
	return last != "" && today.DaysAfter(last) >= stillAfter
}
