// Package brief is what somebody wants to know before a session, in one glance: what
// has changed since the last one, what was left open, and what both bring. It is
// derived from what other domains hold, in one opening, and stored nowhere.
//
// It also tells whose work it has been lately, and what became of tools that were
// brought in: both are derived in the same way, and both are questions to the
// clinician and never a measure of anybody.
package brief

import (
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/reflect"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
)

// Briefs tells what there is before sessions.
type Briefs struct {
	door     *access.Door
	measures *measure.Measures
}

// New returns the briefs behind door, with what measures holds.
func New(door *access.Door, measures *measure.Measures) *Briefs {
	return &Briefs{door: door, measures: measures}
}

// How far back is looked where there was no session yet, and how many days of a shared
// log are read: lately is compared with the six weeks before.
const (
	noneYet = 8 * 7 * 24 * time.Hour
	logDays = 56
)

// A Brief is what there is before a session with one client.
type Brief struct {
	Now     time.Time
	Last    time.Time // when the last session began; zero: there was none
	Since   time.Time // from when on things are new: Last, or eight weeks ago
	Held    int       // sessions that are over
	Next    session.Appointment
	Planned bool // there is a next one, or it runs

	Flags    []safety.Flag      // that are open
	Measures []measure.Standing // Arrived: since then
	CheckIn  *alliance.Step     // the newest since then; nil: none
	Log      mood.Log           // as far as it is shared
	Events   []plan.LifeEvent   // noted since then
	Detours  []plan.NewDetour   // open, or news
	Goals    []GoalNews
	Noticed  []alliance.Marker // since then, of those that both read
	Practice assignment.Set    // everything agreed or suggested, with the logs since the last session

	Agenda  hour.Agenda
	Before  hour.Hour // the last session of which something is kept
	HasLast bool      // there is one
	Tools   int       // brought in within the last week
	Work    Work
	Aside   time.Time // until when the clinician put aside whose work it is; zero: not
}

// A GoalNews is what is new of a goal.
type GoalNews struct {
	ID       string
	Words    string
	Waits    bool   // for those who treat the client to agree
	Turned   string // "" or what became of it: a goal.TurnKind
	Agreed   bool   // both agreed since then
	Reached  []string
	Rated    *goal.Rating // the newest since then; nil: none
	RatedOld *goal.Rating // the one before it
}

// Of returns what there is before a session with client: for those who treat them.
func (bs *Briefs) Of(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (Brief, error) {
	tx, err := bs.door.Begin(ctx, actor, access.ReadBrief, client)
	if err != nil {
		return Brief{}, err
	}
	defer tx.Rollback()

	b, err := bs.in(ctx, tx, loc)
	tx.Names("since " + b.Since.UTC().Format(time.DateOnly))
	return b, err
}

func (bs *Briefs) in(ctx context.Context, tx *access.Tx, loc *time.Location) (b Brief, err error) {
	l := tx.Alone()
	b.Now = tx.Now
	if b.Held, err = session.HeldIn(ctx, tx); err != nil {
		return b, err
	}
	last, err := session.LastIn(ctx, l, time.Time{})
	if err != nil {
		return b, err
	}
	b.Last = last[tx.Compartment]
	b.Since = since(b.Last, tx.Now)
	if b.Next, b.Planned, err = session.NextIn(ctx, tx); err != nil {
		return b, err
	}
	if b.Flags, err = safety.OpenIn(ctx, l); err != nil {
		return b, err
	}
	if b.Measures, err = bs.measures.StandingsIn(ctx, l, b.Since); err != nil {
		return b, err
	}
	said, err := alliance.StandingsIn(ctx, l, b.Since)
	if err != nil {
		return b, err
	}
	if len(said) > 0 {
		b.CheckIn = &said[0].Newest
	}
	if b.Noticed, err = alliance.SharedIn(ctx, tx); err != nil {
		return b, err
	}
	b.Noticed = slices.DeleteFunc(b.Noticed, func(m alliance.Marker) bool { return m.At.Before(b.Since) })
	if b.Log, err = mood.SharedIn(ctx, tx, mood.DayOf(tx.Now.In(loc))-logDays); err != nil {
		return b, err
	}
	news, err := plan.NewsIn(ctx, l, b.Since)
	if err != nil {
		return b, err
	}
	b.Events, b.Detours = news[tx.Compartment].Events, news[tx.Compartment].Detours
	if b.Practice, err = assignment.LogsIn(ctx, tx, b.Last); err != nil {
		return b, err
	}
	set, err := goal.In(ctx, tx)
	if err != nil {
		return b, err
	}
	b.Goals = goalNews(set, b.Since, measure.DayOf(b.Since, loc))
	return b, bs.inHours(ctx, tx, l, &b)
}

// inHours adds what comes from sessions themselves.
func (bs *Briefs) inHours(ctx context.Context, tx *access.Tx, l *access.List, b *Brief) (err error) {
	if b.Agenda, err = hour.AgendaIn(ctx, tx); err != nil {
		return err
	}
	lately := tx.Now.Add(-Lately)
	all, err := hour.SinceIn(ctx, l, lately)
	if err != nil {
		return err
	}
	hours := all[tx.Compartment]
	if b.Before, b.HasLast = lastOf(hours, tx.Now); !b.HasLast {
		if b.Before, b.HasLast, err = hour.LastIn(ctx, tx); err != nil {
			return err
		}
	}
	uses, err := hour.ToolsSinceIn(ctx, tx, tx.Now.Add(-Week))
	if err != nil {
		return err
	}
	week := tx.Now.Add(-Week)
	suggested, err := assignment.BegunIn(ctx, l, access.Micros(lately))
	if err != nil {
		return err
	}
	b.Tools = inWeek(uses, week, "", 0) + ours(suggested[tx.Compartment], week)
	brought, err := hour.BroughtIn(ctx, l, lately)
	if err != nil {
		return err
	}
	begun, err := goal.BegunIn(ctx, l, lately)
	if err != nil {
		return err
	}
	b.Work = workOf(lately, hours, brought[tx.Compartment], begun[tx.Compartment], suggested[tx.Compartment])
	aside, err := reflect.AsideIn(ctx, tx)
	b.Aside = aside[tx.Compartment]
	return err
}

// since is from when on something is new to whoever was there last.
func since(last, now time.Time) time.Time {
	if last.IsZero() {
		return now.Add(-noneYet)
	}
	return last
}

// lastOf is the last of hours, which are in order of time, that is over.
func lastOf(hours []hour.Hour, now time.Time) (h hour.Hour, ok bool) {
	for _, h := range slices.Backward(hours) {
		if h.Over(now) {
			return h, true
		}
	}
	return h, false
}

// goalNews is what is new of goals since then, which is on day, and which wait.
func goalNews(set goal.Set, since time.Time, day measure.Day) (all []GoalNews) {
	for _, g := range set.All {
		n := GoalNews{ID: g.ID, Words: g.Standing().Words, Waits: g.WaitsFor(goal.ByClinician)}
		at := g.AgreedSince()
		n.Agreed = g.Current() && at.After(since)
		if len(g.Turns) > 0 && g.Turns[len(g.Turns)-1].At.After(since) {
			n.Turned = string(g.Turns[len(g.Turns)-1].Kind)
		}
		for _, m := range g.Milestones {
			if m.Reached() && m.Day >= day {
				n.Reached = append(n.Reached, m.Words)
			}
		}
		if k := len(g.Ratings); k > 0 && g.Ratings[k-1].At.After(since) {
			n.Rated = &g.Ratings[k-1]
			if k > 1 {
				n.RatedOld = &g.Ratings[k-2]
			}
		}
		if n.Waits || n.Agreed || n.Turned != "" || len(n.Reached) > 0 || n.Rated != nil {
			all = append(all, n)
		}
	}
	return all
}
