package brief

import (
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
)

// Lately is the time in which it is looked at whose work it is.
const Lately = 6 * 7 * 24 * time.Hour

// When it is said that the clinician works harder than the client: harderLeast things
// in Lately came from those who treat the client, and harderTimes as many as from the
// client, in at least harderSessions sessions. The idea is old in the field, and there
// is no published number: these are our own choice. They are stricter than those of the
// sentence in a review (plan), because a sentence that is asked for may come early and a
// warning may not; and fewer sessions than three are a beginning, in which somebody has
// to begin.
const (
	harderLeast    = 8
	harderTimes    = 3
	harderSessions = 3
)

// What is what somebody began.
type What int

// What counts. A measure that was asked for, a note or an appointment does not: that is
// a clinician's part by nature, and the client's is no smaller for it. Decisions are
// made by both, and count for nobody.
const (
	Brought   What = iota // something for the agenda
	TookOn                // a next step that is theirs to do
	Proposed              // a goal
	Set                   // a milestone
	Suggested             // something to practise; by the client, taken up
)

// A Start is one thing that one side began or took on.
type Start struct {
	Side hour.Side // a step can be of both
	What What
	At   time.Time
}

// A Work is who began what since a time. It is for whoever works with the client, and
// no measure of anybody.
type Work struct {
	Since    time.Time
	Sessions int // that were held in it and of which something was kept
	Starts   []Start
}

// Of is how many things of one kind one side began.
func (w Work) Of(side hour.Side, what What) (n int) {
	for _, s := range w.Starts {
		if s.Side == side && s.What == what {
			n++
		}
	}
	return n
}

// By is how many things one side began.
func (w Work) By(side hour.Side) (n int) {
	for _, s := range w.Starts {
		if s.Side == side {
			n++
		}
	}
	return n
}

// Harder says whether those who treat the client clearly do more of the work than the
// client.
func (w Work) Harder() bool {
	ours, theirs := w.By(hour.ByClinician), w.By(hour.ByClient)
	return w.Sessions >= harderSessions && ours >= harderLeast && ours >= harderTimes*theirs
}

// workOf puts together who began what since then.
func workOf(since time.Time, hours []hour.Hour, brought []hour.Brought, goals []goal.Begun, practice []assignment.Begun) Work {
	w := Work{Since: since}
	for _, h := range hours {
		if h.Start.Before(since) {
			continue
		}
		w.Sessions++
		for _, s := range h.Kept.Steps {
			w.Starts = append(w.Starts, Start{s.Whose, TookOn, h.Start})
		}
	}
	for _, b := range brought {
		w.Starts = append(w.Starts, Start{b.Side, Brought, b.At})
	}
	for _, g := range goals {
		what := Proposed
		if g.Milestone {
			what = Set
		}
		w.Starts = append(w.Starts, Start{hour.Side(g.Side), what, g.At})
	}
	for _, p := range practice {
		if !p.At.Before(since) {
			w.Starts = append(w.Starts, Start{hour.Side(p.Side), Suggested, p.At})
		}
	}
	slices.SortStableFunc(w.Starts, func(a, b Start) int { return a.At.Compare(b.At) })
	return w
}
