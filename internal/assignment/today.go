package assignment

import (
	"cmp"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// A Set is what one client and those who treat them agreed on, as far as whoever asks
// may know it.
type Set struct {
	All   []Assignment // in the order in which they were suggested
	Logs  []Log        // the newest first, without those that were taken back
	Goals goal.Set     // without ratings and milestones, and without the life they want
	Low   bool         // today the client wants the smallest step only: known to them alone

	library *exercise.Library
}

// Exercise is the one of a, in its version. Something of one's own has none.
func (s Set) Exercise(a Assignment) exercise.Exercise {
	if a.Exercise == "" || s.library == nil {
		return exercise.Exercise{}
	}
	e, _ := s.library.One(a.Exercise, a.Version)
	return e
}

// Library is what the practice has to choose from.
func (s Set) Library() *exercise.Library { return s.library }

// One is the one with the given id.
func (s Set) One(id string) (Assignment, bool) {
	i := slices.IndexFunc(s.All, func(a Assignment) bool { return a.ID == id })
	if i < 0 {
		return Assignment{}, false
	}
	return s.All[i], true
}

// In are those in a state.
func (s Set) In(state State) (all []Assignment) {
	for _, a := range s.All {
		if a.State == state {
			all = append(all, a)
		}
	}
	return all
}

// Waiting are those that wait for the client on a day.
func (s Set) Waiting(day measure.Day) (all []Assignment) {
	for _, a := range s.All {
		if a.Waits(day) {
			all = append(all, a)
		}
	}
	return all
}

// Open are those that are agreed, postponed, or wait for an answer.
func (s Set) Open() (all []Assignment) {
	for _, a := range s.All {
		if a.Open() {
			all = append(all, a)
		}
	}
	return all
}

// Of are the logs of a, the newest first.
func (s Set) Of(id string) (all []Log) {
	for _, l := range s.Logs {
		if l.Assignment == id {
			all = append(all, l)
		}
	}
	return all
}

// For is what a is for, in words: that of a goal, or a step of the plan; empty: nothing was said.
func (s Set) For(a Assignment) (words, step string) {
	if g, ok := s.Goals.One(a.Goal); ok {
		words = g.Standing().Words
	}
	return words, a.Step
}

// Smallest is the smallest possible step of a.
func (s Set) Smallest(a Assignment) string { return cmp.Or(a.Small, s.Exercise(a).Smallest) }

// Today are those that are there on a day, the one that suits it most first: what is
// not logged on it yet, then what has days of its own, then what asks less, then what
// was last done longest ago. weekday is that of day.
func (s Set) Today(day measure.Day, weekday time.Weekday) []Assignment {
	var all []Assignment
	for _, a := range s.All {
		if a.On(weekday) {
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b Assignment) int {
		return cmp.Or(
			order(s.On(a.ID, day), s.On(b.ID, day)),
			order(len(a.Days) == 0, len(b.Days) == 0),
			cmp.Compare(s.Exercise(a).Level, s.Exercise(b).Level),
			cmp.Compare(s.last(a.ID), s.last(b.ID)),
		)
	})
	return all
}

// order puts what is false first.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// On says whether something is logged of a day, planned or not.
func (s Set) On(id string, day measure.Day) bool {
	return slices.ContainsFunc(s.Logs, func(l Log) bool { return l.Assignment == id && l.Day == day && l.Fine == ByDay && l.How != Planned })
}

// last is the number of the newest log; 0: there is none.
func (s Set) last(id string) int64 {
	for _, l := range s.Logs {
		if l.Assignment == id {
			return l.N
		}
	}
	return 0
}

// Planned is the newest log of a that is planned and not done yet.
func (s Set) Planned(id string) (Log, bool) {
	for _, l := range s.Logs {
		if l.Assignment == id && l.How == Planned {
			return l, true
		}
	}
	return Log{}, false
}

// LongGap is after how many days somebody has come back.
const LongGap = 14

// Gap is how many days lie between day and the newest one that was logged before it
// and is known by day or week; 0: none is, or hardly any lie between. It is for saying
// welcome.
func Gap(logs []Log, day measure.Day) int {
	var last measure.Day
	for _, l := range logs {
		if l.How.Practised() && l.Day != "" && l.Day < day {
			last = max(last, l.Day)
		}
	}
	if last == "" {
		return 0
	}
	if n := day.DaysAfter(last); n >= LongGap {
		return int(n)
	}
	return 0
}

// Leaps says whether an exercise asks clearly more than anything that was practised so
// far: what is simple first is easier to keep.
func (s Set) Leaps(e exercise.Exercise) bool {
	most := exercise.Level(1)
	for _, l := range s.Logs {
		if a, ok := s.One(l.Assignment); ok && l.How.Practised() {
			most = max(most, s.Exercise(a).Level)
		}
	}
	return e.Level > most+1
}
