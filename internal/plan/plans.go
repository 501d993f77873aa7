package plan

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// Plan returns client's plan as it is now, for those who treat the client, and
// for the client: nothing in it is hidden from them. Without a plan its Number is 0.
func (ps *Plans) Plan(ctx context.Context, actor access.Actor, client access.Compartment) (Plan, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadPlan, client)
	if err != nil {
		return Plan{}, err
	}
	defer tx.Rollback()

	if err := ps.ready(ctx, tx); err != nil {
		return Plan{}, err
	}
	p, err := planIn(ctx, tx)
	tx.Names(named(p.Number))
	return p, err
}

// History returns every revision of client's plan, the oldest first, with its
// reason: for those who treat the client, and for the client.
func (ps *Plans) History(ctx context.Context, actor access.Actor, client access.Compartment) ([]Revision, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadPlan, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	if err := ps.ready(ctx, tx); err != nil {
		return nil, err
	}
	all, err := revisions(ctx, tx, 0)
	tx.Names(named(int64(len(all))))
	return all, err
}

// Revise writes the plan, or revises it; actor treats the client. f.From is the
// revision that actor was looking at: if it has changed since, the answer is
// fault.Conflict together with the plan as it is now, so that a page can show
// both. From the second revision on a reason is needed. The same content twice is
// success and makes no revision.
func (ps *Plans) Revise(ctx context.Context, actor access.Actor, client access.Compartment, f Form, loc *time.Location) (Plan, error) {
	tx, err := ps.door.Begin(ctx, actor, access.RevisePlan, client)
	if err != nil {
		return Plan{}, err
	}
	defer tx.Rollback()

	if f, err = f.check(measure.DayOf(tx.Now, loc)); err != nil {
		return Plan{}, err
	}
	now, err := planIn(ctx, tx)
	if err != nil {
		return Plan{}, err
	}
	n := now.Number
	tx.Names(named(n + 1))
	if n > 0 && now.Content.same(f.Content) {
		return now, nil // it came twice, or nothing changed
	}
	if n != f.From {
		return now, planChanged()
	}
	if n > 0 && f.Why == "" {
		return Plan{}, fault.New(fault.Invalid, "why", "Please say why it is revised. Later you will both want to know.")
	}
	if err := servesIn(ctx, tx, f.Problems); err != nil {
		return Plan{}, err
	}
	if err := ps.ready(ctx, tx); err != nil {
		return Plan{}, err
	}
	if err := ps.known(tx.Practice, f.Problems); err != nil {
		return Plan{}, err
	}
	r := Revision{Content: f.Content, Number: n + 1, Why: f.Why, By: actor.ID, At: tx.Now}
	kept, err := insertPlan(ctx, tx, r)
	if err != nil {
		return Plan{}, err
	}
	if !kept { // somebody was quicker by a moment
		return now, planChanged()
	}
	now.Revision, now.Review = r, r.Content.Review
	return now, tx.Commit()
}

// servesIn says whether the goals that problems name are the client's.
func servesIn(ctx context.Context, tx *access.Tx, problems []Problem) error {
	if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Goal != "" }) {
		return nil
	}
	gs, err := goal.WordedIn(ctx, tx)
	if err != nil {
		return err
	}
	for i, p := range problems {
		if _, ok := gs.One(p.Goal); p.Goal != "" && !ok {
			return fault.New(fault.Invalid, fmt.Sprintf("goal-%d", i), "That goal is not here. Please choose once more.")
		}
	}
	return nil
}

// known says whether what problems name is in the catalogue.
func (ps *Plans) known(practice string, problems []Problem) error {
	lib := ps.Library(practice)
	for i, p := range problems {
		if _, ok := lib.Concern(p.Concern); p.Concern != "" && !ok {
			return fault.New(fault.Invalid, fmt.Sprintf("concern-%d", i), "That is not in the catalogue any more. Please choose once more.")
		}
		if _, ok := lib.Approach(p.Approach); p.Approach != "" && !ok {
			return fault.New(fault.Invalid, fmt.Sprintf("approach-%d", i), "That is not in the catalogue any more. Please choose once more.")
		}
	}
	return nil
}

// Sign says yes to one revision of the plan; actor is the client, or treats them.
// If there is a newer one, the answer is fault.Conflict together with the plan as
// it is now. Signing twice is success.
func (ps *Plans) Sign(ctx context.Context, actor access.Actor, client access.Compartment, number int64) (Plan, error) {
	tx, err := ps.door.Begin(ctx, actor, access.SignPlan, client)
	if err != nil {
		return Plan{}, err
	}
	defer tx.Rollback()

	now, err := newestIs(ctx, tx, number)
	if err != nil {
		return now, err
	}
	side := goal.SideOf(actor, client)
	if _, there := now.Signed(side); there {
		return now, nil // it came twice, or their side wrote it
	}
	if _, err := insertSay(ctx, tx, fmt.Sprintf("%d %s", number, side), number, saySigned, side, ""); err != nil {
		return now, err
	}
	if now.signs == nil {
		now.signs = map[goal.Side]goal.Sign{}
	}
	now.signs[side] = goal.Sign{By: actor.ID, At: tx.Now}
	return now, tx.Commit()
}

// SayUnfit says that something in one revision of the plan does not fit; actor is
// the client, or treats them. text may be empty: a no is enough, and costs nothing.
// id is a UUIDv7 from the form; sending it twice is success. If there is a newer
// revision the answer is fault.Conflict together with the plan as it is now.
func (ps *Plans) SayUnfit(ctx context.Context, actor access.Actor, client access.Compartment, id string, number int64, text string) (Plan, error) {
	tx, err := ps.door.Begin(ctx, actor, access.SignPlan, client)
	if err != nil {
		return Plan{}, err
	}
	defer tx.Rollback()

	if err := fault.FormID(id); err != nil {
		return Plan{}, err
	}
	if text, err = fault.Text("unfit", text, MaxUnfit); err != nil {
		return Plan{}, err
	}
	now, err := newestIs(ctx, tx, number)
	if err != nil {
		return now, err
	}
	made, err := insertSay(ctx, tx, id, number, sayUnfit, goal.SideOf(actor, client), text)
	if err != nil {
		return now, err
	}
	if !made {
		if slices.ContainsFunc(now.Unfit, func(u Unfit) bool { return u.Words == text && u.By == actor.ID }) {
			return now, nil // it came twice
		}
		return now, fault.UsedTwice()
	}
	now.Unfit = append(now.Unfit, Unfit{Words: text, By: actor.ID, Side: goal.SideOf(actor, client), At: tx.Now})
	return now, tx.Commit()
}

// newestIs is the plan as it is now, whose newest revision must be number.
func newestIs(ctx context.Context, tx *access.Tx, number int64) (Plan, error) {
	now, err := planIn(ctx, tx)
	tx.Names(named(number))
	switch {
	case err != nil:
		return Plan{}, err
	case now.Number == 0:
		return now, fault.New(fault.Conflict, "", "There is no plan yet that could be signed.")
	case now.Number != number:
		return now, planRevised()
	}
	return now, nil
}

// GoTo notes that they went on to a step of a problem, or back to an easier one;
// actor is the client or treats them. p needs ID, Problem and Step; an empty Step
// is before the first. There is no hurry in it, and no order that is enforced.
// Sending the same form twice is success.
func (ps *Plans) GoTo(ctx context.Context, actor access.Actor, client access.Compartment, p Pace) (Plan, error) {
	tx, err := ps.door.Begin(ctx, actor, access.SignPlan, client)
	if err != nil {
		return Plan{}, err
	}
	defer tx.Rollback()

	if err := fault.FormID(p.ID); err != nil {
		return Plan{}, err
	}
	if p.Words, err = fault.Text("pace", p.Words, MaxPace); err != nil {
		return Plan{}, err
	}
	now, err := planIn(ctx, tx)
	if err != nil {
		return Plan{}, err
	}
	tx.Names(p.ID)
	p.By, p.Side, p.At = actor.ID, goal.SideOf(actor, client), tx.Now
	if i := slices.IndexFunc(now.Paces, func(was Pace) bool { return was.ID == p.ID }); i >= 0 {
		if was := now.Paces[i]; was.Problem != p.Problem || was.Step != p.Step || was.Words != p.Words || was.By != p.By {
			return now, fault.UsedTwice()
		}
		return now, nil // it came twice
	}
	i := slices.IndexFunc(now.Problems, func(of Problem) bool { return of.ID == p.Problem })
	if i < 0 || p.Step != "" && !slices.Contains(now.Problems[i].Steps, p.Step) {
		return now, fault.New(fault.Conflict, "", "This step is not in the plan any more. The plan is here as it is now.")
	}
	if err := insertPace(ctx, tx, p); err != nil {
		return Plan{}, err
	}
	now.Paces = append(now.Paces, p)
	return now, tx.Commit()
}

// named is how a revision of the plan is named in the log.
func named(number int64) string { return fmt.Sprintf("plan %d", number) }
