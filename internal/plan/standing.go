package plan

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
)

// A Waiting is what of the plan waits for the client. Nothing of it is a duty, and
// nothing waits while a detour is open.
type Waiting struct {
	Plan  bool // the newest revision has neither their yes nor their no
	Near  bool // a review nears
	Aside bool // a detour is open
}

// waiting reads that in tx with one statement where there is no plan.
func waiting(ctx context.Context, tx *access.Tx) (w Waiting, err error) {
	var number, said, open int64
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(max(p.revision), 0),
		       (SELECT count(*) FROM plan_say s
			WHERE s.practice = $1 AND s.compartment = $2 AND s.side = 'client'
			  AND s.revision = (SELECT max(n.revision) FROM plan n WHERE n.practice = $1 AND n.compartment = $2)),
		       (SELECT count(*) FROM detour d
			WHERE d.practice = $1 AND d.compartment = $2 AND d.state = 'open'
			  AND NOT EXISTS (SELECT 1 FROM detour later
				WHERE later.practice = d.practice AND later.compartment = d.compartment
				  AND later.id = d.id AND later.revision > d.revision))
		FROM plan p WHERE p.practice = $1 AND p.compartment = $2`,
		tx.Practice, string(tx.Compartment)).Scan(&number, &said, &open)
	if err != nil {
		return w, fmt.Errorf("look what of the plan waits: %w", err)
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
	w.Near = nears(day, measure.DayOf(tx.Now, time.UTC), nil)
	return w, err
}

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
func (ps *Plans) AtDesk(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (Goals, Standing, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadGoals, client)
	if err != nil {
		return Goals{}, Standing{}, err
	}
	defer tx.Rollback()

	gs, err := goals(ctx, tx)
	if err != nil {
		return gs, Standing{}, err
	}
	tx.Names(gs.ids())
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
	_, s.Signed = r.Signed(ByClient)
	for _, u := range r.Unfit {
		s.Unfit = s.Unfit || u.Side == ByClient
	}
	if s.Review, err = reviewDay(ctx, tx, r); err != nil {
		return gs, s, err
	}
	s.Near = nears(s.Review, measure.DayOf(tx.Now, loc), open)
	return gs, s, nil
}
