package plan

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// reviewDay is when both look again: as the last review says, if it is younger than
// the plan.
func reviewDay(ctx context.Context, tx *access.Tx, r Revision) (measure.Day, error) {
	last, ok, err := lastReview(ctx, tx)
	if err == nil && ok && last.At.After(r.At) && last.Next != "" {
		return last.Next, nil
	}
	return r.Content.Review, err
}

// A Standing is how the plan of a client stands, for those who treat them.
type Standing struct {
	Number   int64 // of the newest revision; 0: there is no plan
	Signed   bool  // by the client
	Unfit    bool  // the client said that something in it does not fit
	Review   measure.Day
	Near     bool     // the review nears
	Open     []string // detours, by name
	Proposed []string // what the client says is in the way, by name
}

// AtDesk returns what client works towards, without ratings, and how the plan
// stands: for those who treat the client, and for the client.
func (ps *Plans) AtDesk(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (goal.Set, Standing, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadGoals, client)
	if err != nil {
		return goal.Set{}, Standing{}, err
	}
	defer tx.Rollback()

	gs, err := goal.RatedIn(ctx, tx)
	if err != nil {
		return gs, Standing{}, err
	}
	tx.Names(gs.IDs())
	newest, err := revisions(ctx, tx, 1)
	if err != nil {
		return gs, Standing{}, err
	}
	var s Standing
	all, err := detours(ctx, tx, "")
	if err != nil {
		return gs, s, err
	}
	var open []Detour
	for _, d := range all {
		switch d.State {
		case DetourOpen:
			open = append(open, d)
			s.Open = append(s.Open, d.Name)
		case DetourProposed:
			s.Proposed = append(s.Proposed, d.Name)
		case DetourClosed, DetourAside:
		}
	}
	if len(newest) == 0 {
		return gs, s, nil
	}
	r := newest[0]
	s.Number = r.Number
	_, s.Signed = r.Signed(goal.ByClient)
	for _, u := range r.Unfit {
		s.Unfit = s.Unfit || u.Side == goal.ByClient
	}
	if s.Review, err = reviewDay(ctx, tx, r); err != nil {
		return gs, s, err
	}
	s.Near = nears(s.Review, measure.DayOf(tx.Now, loc), open)
	return gs, s, nil
}
