// Package path is the journey of one client as an ordered story: sessions, goals,
// milestones, detours and the way back, quieter markers, pauses, and where they
// are now. It is derived from what other domains hold, and stored nowhere.
//
// There is no end to it, no measure of how much of it is done, and nothing that is
// still missing: what is told is what was.
package path

import (
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/session"
)

// Paths tells the paths of clients.
type Paths struct{ door *access.Door }

// New returns the paths behind door.
func New(door *access.Door) *Paths { return &Paths{door: door} }

// Of returns the path of client: for those who treat the client, and for the
// client. Markers that the client keeps for themself are in their own alone. Days
// are those of loc, the practice's time zone.
func (ps *Paths) Of(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (Story, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadPath, client)
	if err != nil {
		return Story{}, err
	}
	defer tx.Rollback()

	f, err := facts(ctx, tx, loc)
	if err != nil {
		return Story{}, err
	}
	return Tell(f), nil
}

// Then returns one of the things that client once wrote themself, from before the
// last month; which of them nth says, going round. ok is false if there is none.
// For the client alone.
func (ps *Paths) Then(ctx context.Context, actor access.Actor, client access.Compartment, nth int, loc *time.Location) (o Own, ok bool, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.OwnWords, client)
	if err != nil {
		return Own{}, false, err
	}
	defer tx.Rollback()

	goals, detours, err := plan.OnTheWay(ctx, tx)
	if err != nil {
		return Own{}, false, err
	}
	markers, err := alliance.MarkersIn(ctx, tx)
	if err != nil {
		return Own{}, false, err
	}
	all := ownWords(goals, detours, markers, client.Of(), loc)
	o, ok = pick(all, tx.Now, nth)
	return o, ok, nil
}

// facts reads what the story is made of.
func facts(ctx context.Context, tx *access.Tx, loc *time.Location) (Facts, error) {
	f := Facts{Now: tx.Now.In(loc)}
	spans, err := session.PlannedIn(ctx, tx, tx.Compartment, time.Unix(0, 0), tx.Now.Add(session.FarthestStart))
	if err != nil {
		return f, err
	}
	for _, s := range spans {
		switch {
		case !s.End.After(tx.Now):
			f.Held = append(f.Held, s.Start.In(loc))
		case f.Next.IsZero():
			f.Next = s.Start.In(loc)
		}
	}
	goals, detours, err := plan.OnTheWay(ctx, tx)
	if err != nil {
		return f, err
	}
	for _, g := range goals.All {
		one := goalOf(g, loc)
		if old, ok := goals.One(g.Replaces); ok {
			one.Instead, one.Why = old.Standing().Words, g.Wordings[0].Why
		}
		f.Goals = append(f.Goals, one)
	}
	for _, d := range detours {
		f.Detours = append(f.Detours, detourOf(d, tx.Compartment.Of(), loc))
	}
	markers, err := alliance.MarkersIn(ctx, tx)
	if err != nil {
		return f, err
	}
	for _, m := range markers {
		f.Lights = append(f.Lights, Light{m.Word, m.Line, m.At.In(loc), m.By, m.Side == alliance.ByClient, m.Just})
	}
	done, err := outcome.FinishedIn(ctx, tx)
	for _, e := range done {
		f.Finished = append(f.Finished, Finish{At: dayOf(string(e.Ended), loc), Ending: e.Ending})
	}
	return f, err
}

func goalOf(g goal.Goal, loc *time.Location) Goal {
	out := Goal{ID: g.ID, Words: g.Standing().Words}
	if at := g.AgreedSince(); !at.IsZero() {
		out.Agreed = at.In(loc)
	}
	for _, t := range g.Turns {
		out.Turns = append(out.Turns, Turn{Kind: t.Kind, Arrived: t.As == goal.Arrived, Reason: t.Reason, At: t.At.In(loc)})
	}
	for _, m := range g.Milestones {
		if m.Reached() {
			out.Milestones = append(out.Milestones, Milestone{Words: m.Words, Note: m.Note, At: dayOf(string(m.Day), loc), Goal: out.Words})
		}
	}
	return out
}

func detourOf(d plan.Detour, client string, loc *time.Location) Detour {
	out := Detour{Name: d.Name, Reason: d.Reason, Stays: d.Stays, Changed: d.Changed, From: dayOf(string(d.From), loc)}
	if d.Until != "" {
		out.Until = dayOf(string(d.Until), loc)
	}
	for _, n := range d.Notes {
		out.Notes = append(out.Notes, Note{n.Words, dayOf(string(n.Day), loc), n.By == client})
	}
	return out
}

// dayOf is the beginning of a day; zero if it is none.
func dayOf(day string, loc *time.Location) time.Time {
	t, err := clocks.Day(day, loc)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Own is something that a client once wrote.
type Own struct {
	Words string
	About string // "beside a light: Trust"
	At    time.Time
}

// ownWords are the client's own words: those beside markers that they set, the
// life that they want, goals that they worded, and notes on detours.
func ownWords(goals goal.Set, detours []plan.Detour, markers []alliance.Marker, client string, loc *time.Location) []Own {
	var all []Own
	add := func(words, about string, at time.Time) {
		if words != "" && !at.IsZero() {
			all = append(all, Own{words, about, at.In(loc)})
		}
	}
	for _, m := range markers {
		if m.By == client {
			add(m.Line, "beside a light: "+m.Word, m.At)
		}
	}
	for _, v := range goals.Visions {
		if v.By == client {
			add(v.Words, "about the life you want", v.At)
		}
	}
	for _, g := range goals.All {
		for _, w := range g.Wordings {
			if w.By == client {
				add(w.Words, "as a goal", w.At)
			}
		}
		for _, m := range g.Milestones {
			if m.ReachedBy == client {
				add(m.Note, "beside a milestone: "+m.Words, dayOf(string(m.Day), loc))
			}
		}
	}
	for _, d := range detours {
		for _, n := range d.Notes {
			if n.By == client {
				add(n.Words, "on a detour: "+d.Name, dayOf(string(n.Day), loc))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Own) int { return a.At.Compare(b.At) })
	return all
}

// restsFor is how long somebody's words lie before they come up again.
const restsFor = 31 // days

// pick is one of all that are old enough, in an order that does not go by time, so
// that asking once more leads elsewhere.
func pick(all []Own, now time.Time, nth int) (Own, bool) {
	old := slices.DeleteFunc(slices.Clone(all), func(o Own) bool { return o.At.After(now.AddDate(0, 0, -restsFor)) })
	n := len(old)
	if n == 0 {
		return Own{}, false
	}
	stride := n/2 + 1 // shares no factor with n, so that each comes up once in n
	for gcd(stride, n) != 1 {
		stride++
	}
	return old[(nth%n+n)%n*stride%n], true
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
