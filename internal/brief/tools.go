package brief

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/plan"
)

// Added is the time in which it is looked at how much was added, and what became of it.
const Added = 12 * 7 * 24 * time.Hour

// Week is the time in which a third tool is asked about.
const Week = 7 * 24 * time.Hour

// few is how many tools there may be in a week before it is asked.
const few = 2

// TheQuestion is asked before a third exercise or tool in one week.
const TheQuestion = assignment.TheQuestion

// Third says whether one more tool would be the third in a week in which there are
// already so many. Two is our own choice, as is the week: the product shall ask once in
// a while and not each time, and most of what is agreed in twos is still remembered.
func Third(already int) bool { return already >= few }

// A Tried is one tool in the sessions of a client: how often it was brought in, and what
// became of it.
type Tried struct {
	hour.Tool           // with the newest use
	Last      time.Time // when it last came up
	Meant     int       // how often it was brought in, whatever became of it
	Used      int
	LetGo     int
}

// Unsaid is how often nothing was noted of it but that it was meant.
func (t Tried) Unsaid() int { return t.Meant - t.Used - t.LetGo }

// Tools are the tools of one client over a time, and what became of the steps of the
// plan. No row is a verdict: a tool that is let go may have been let go well.
type Tools struct {
	Tried []Tried // the newest first
	Kept  []Kept  // what was suggested or taken up between sessions, the newest first
	Steps plan.Steps
}

// Counts are how many tools were brought in, used and let go.
func (t Tools) Counts() (meant, used, letGo int) {
	for _, one := range t.Tried {
		meant, used, letGo = meant+one.Meant, used+one.Used, letGo+one.LetGo
	}
	return meant, used, letGo
}

// usesIn are the tools of hours.
func usesIn(hours []hour.Hour) (all []hour.ToolUse) {
	for _, h := range hours {
		for _, t := range h.Work.Tools {
			all = append(all, hour.ToolUse{SessionID: h.SessionID, At: h.Start, Tool: t})
		}
	}
	return all
}

// triedIn puts together what became of each tool; uses are in order of time.
func triedIn(uses []hour.ToolUse) (all []Tried) {
	for _, u := range uses {
		i := slices.IndexFunc(all, func(o Tried) bool { return o.Technique == u.Technique && o.Name == u.Name })
		if i < 0 {
			i, all = len(all), append(all, Tried{})
		}
		one := &all[i]
		one.Tool, one.Last = u.Tool, u.At
		one.Meant++
		switch u.Use {
		case hour.Used:
			one.Used++
		case hour.LetGo:
			one.LetGo++
		case hour.Intended:
		}
	}
	slices.SortStableFunc(all, func(a, b Tried) int { return cmp.Compare(b.Last.UnixMicro(), a.Last.UnixMicro()) })
	return all
}

// inWeek is how many tools were brought in and not let go since then, but for those of
// one session, and how many steps came into the plan.
func inWeek(uses []hour.ToolUse, since time.Time, but string, added int) int {
	n := added
	for _, u := range uses {
		if u.SessionID != but && !u.At.Before(since) && u.Use != hour.LetGo {
			n++
		}
	}
	return n
}

// A Kept is one thing to practise between sessions, and what became of it.
type Kept struct {
	Title string
	State assignment.State
	Side  goal.Side // who began it
	Times int       // how often it was practised, in any way
	At    time.Time // when it was suggested
}

// keptIn are those that were suggested since then in tx, whose action must open.
func keptIn(ctx context.Context, tx *access.Tx, since time.Time) (all []Kept, err error) {
	s, err := assignment.LogsIn(ctx, tx, time.Time{})
	if err != nil {
		return nil, err
	}
	for _, a := range slices.Backward(s.All) {
		if a.Turns[0].At.Before(since) || a.State == assignment.Withdrawn {
			continue
		}
		k := Kept{Title: a.Title, State: a.State, Side: a.Side(), At: a.Turns[0].At}
		for _, l := range s.Of(a.ID) {
			if l.How.Practised() {
				k.Times++
			}
		}
		all = append(all, k)
	}
	return all, nil
}

// ours is how many of these the clinicians suggested since then.
func ours(all []assignment.Begun, since time.Time) (n int) {
	for _, b := range all {
		if b.Side == goal.ByClinician && !b.At.Before(since) {
			n++
		}
	}
	return n
}
