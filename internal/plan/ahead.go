package plan

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/bare"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/session"
)

// Ahead is what comes next for a client: the session, and what waits about goals.
type Ahead struct {
	Next    session.Appointment // running or coming next; zero if there is none
	Planned bool                // there is a next one
	Nears   bool                // the third session is yet to be held, one or two were, and no goal was ever agreed
	Waits   int                 // goals that wait for the client's word
	Any     bool                // there is a goal at the moment, agreed or proposed
	Plan    Waiting             // what of the plan waits for the client
}

// Ahead returns what comes next, opening only the next session: for those who
// treat the client, and for the client. Days are those of loc, the practice's time zone.
func (ps *Plans) Ahead(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (Ahead, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadGoals, client)
	if err != nil {
		return Ahead{}, err
	}
	defer tx.Rollback()

	var gs goal.Set
	none, err := bare.Of(ctx, tx, bare.Goals)
	if err == nil && !none {
		gs, err = goal.OutlinedIn(ctx, tx)
	}
	if err != nil {
		return Ahead{}, err
	}
	var a Ahead
	for _, g := range gs.Current() {
		a.Any = true
		if g.WaitsFor(goal.ByClient) {
			a.Waits++
		}
	}
	if a.Next, a.Planned, err = session.NextIn(ctx, tx); err != nil {
		return a, err
	}
	if a.Planned {
		tx.Names(a.Next.ID)
	}
	if a.Plan, err = waiting(ctx, tx, loc); err != nil {
		return a, err
	}
	if !gs.AnyAgreed() && !a.Plan.Aside {
		held, err := session.HeldIn(ctx, tx)
		if err != nil {
			return a, err
		}
		a.Nears = goal.Nears(held, gs)
	}
	return a, nil
}

// A Waiting is what of the plan waits for the client. Nothing of it is a duty, and
// nothing waits while a detour is open.
type Waiting struct {
	Plan  bool // the newest revision has neither their yes nor their no
	Near  bool // a review nears
	Aside bool // a detour is open
}

// waiting reads that in tx, with one statement at most where there is no plan.
func waiting(ctx context.Context, tx *access.Tx, loc *time.Location) (w Waiting, err error) {
	if none, err := bare.Of(ctx, tx, bare.Plans, bare.Detours); err != nil || none {
		return w, err
	}
	number, said, open, err := waits(ctx, tx)
	if err != nil {
		return w, err
	}
	w.Aside = open > 0
	if number == 0 || w.Aside {
		return w, nil
	}
	w.Plan = said == 0
	newest, err := revisions(ctx, tx, 1)
	if err != nil {
		return w, err
	}
	day, err := reviewDay(ctx, tx, newest[0])
	w.Near = nears(day, measure.DayOf(tx.Now, loc), nil)
	return w, err
}
