package safetyplan

import (
	"context"
	"strconv"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Plans keeps safety plans.
type Plans struct{ door *access.Door }

// New returns the safety plans behind door.
func New(door *access.Door) *Plans { return &Plans{door: door} }

// Plan returns how client's safety plan stands: for the client, for those who treat
// them, and for whoever opened the record in an emergency.
func (ps *Plans) Plan(ctx context.Context, actor access.Actor, client access.Compartment) (Plan, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadSafetyPlan, client)
	if err != nil {
		return Plan{}, err
	}
	defer tx.Rollback()

	p, err := PlanIn(ctx, tx)
	tx.Names(named(p.Newest.Number))
	return p, err
}

// Versions returns every version, the newest first: for whom Plan is.
func (ps *Plans) Versions(ctx context.Context, actor access.Actor, client access.Compartment) ([]Version, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadSafetyPlan, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := VersionsIn(ctx, tx)
	tx.Names(named(int64(len(all))))
	return all, err
}

// Write makes a new version; actor is the client, or treats them. What both agreed to
// before goes on to be the plan until both agree to this one. If there is a newer
// version than the form began from, the answer is fault.Conflict together with the plan
// as it is now. The same form twice is success, and so is one in which nothing changed.
func (ps *Plans) Write(ctx context.Context, actor access.Actor, client access.Compartment, f Form) (Plan, error) {
	tx, err := ps.door.Begin(ctx, actor, access.WriteSafetyPlan, client)
	if err != nil {
		return Plan{}, err
	}
	defer tx.Rollback()

	if err := fault.FormID(f.ID); err != nil {
		return Plan{}, err
	}
	if f.Content, err = f.Content.check(); err != nil {
		return Plan{}, err
	}
	before, used, err := byForm(ctx, tx, f.ID)
	if err != nil {
		return Plan{}, err
	}
	now, err := PlanIn(ctx, tx)
	if err != nil {
		return Plan{}, err
	}
	side := SideOf(actor, client)
	switch {
	case used && (before.By != actor.ID || !before.Same(f.Content)):
		return now, fault.UsedTwice()
	case used:
		return now, nil // it came twice
	case now.Newest.Number != f.From:
		return now, fault.New(fault.Conflict, "", "The plan was changed while you were writing. Both are here, and nothing is lost.")
	}
	v := now.Newest
	if v.Number == 0 || !v.Same(f.Content) {
		v = Version{Content: f.Content, Number: now.Newest.Number + 1, ID: f.ID, At: tx.Now, By: actor.ID, Side: side}
		kept, err := insertVersion(ctx, tx, v)
		if err != nil {
			return Plan{}, err
		}
		if !kept { // somebody was quicker by a moment
			return now, fault.New(fault.Conflict, "", "The plan was changed while you were writing. Both are here, and nothing is lost.")
		}
	}
	tx.Names(named(v.Number))
	if f.Agree {
		if v, err = agree(ctx, tx, v, side); err != nil {
			return Plan{}, err
		}
	}
	return now.with(v), tx.Commit()
}

// Agree says yes to the version that the actor, the client or somebody who treats them,
// has read. If there is a newer one, nothing is agreed: the answer is fault.Conflict
// together with the plan as it is now. Twice is success.
func (ps *Plans) Agree(ctx context.Context, actor access.Actor, client access.Compartment, version int64) (Plan, error) {
	tx, err := ps.door.Begin(ctx, actor, access.AgreeSafetyPlan, client)
	if err != nil {
		return Plan{}, err
	}
	defer tx.Rollback()

	tx.Names(named(version))
	now, err := PlanIn(ctx, tx)
	if err != nil {
		return Plan{}, err
	}
	switch {
	case now.Newest.Number == 0:
		return now, fault.New(fault.Invalid, "", "There is no plan to agree to yet. Either of you can begin it.")
	case version != now.Newest.Number:
		return now, fault.New(fault.Conflict, "", "The plan was changed while you were reading it. It is here as it is now, so that you can see what you agree to.")
	}
	side := SideOf(actor, client)
	if _, said := now.Newest.Of(side); said {
		return now, nil // it came twice
	}
	v, err := agree(ctx, tx, now.Newest, side)
	if err != nil {
		return Plan{}, err
	}
	return now.with(v), tx.Commit()
}

// agree adds the yes of a side to v.
func agree(ctx context.Context, tx *access.Tx, v Version, side Side) (Version, error) {
	if _, said := v.Of(side); said {
		return v, nil
	}
	y := Yes{Side: side, By: tx.Actor.ID, At: tx.Now}
	v.Yes = append(v.Yes, y)
	return v, insertYes(ctx, tx, v.Number, y)
}

// with is p with v as its newest version.
func (p Plan) with(v Version) Plan {
	p.Newest = v
	if v.Agreed() {
		p.Agreed = v
	}
	return p
}

// named is what the audit log calls a version.
func named(version int64) string { return "v" + strconv.FormatInt(version, 10) }

// PlanIn is, in tx, how the safety plan of the record stands. The action of tx must open.
func PlanIn(ctx context.Context, tx *access.Tx) (Plan, error) {
	yes, err := yesOf(ctx, tx)
	if err != nil {
		return Plan{}, err
	}
	all, err := versionsFrom(ctx, tx, agreedOf(yes), yes)
	if err != nil || len(all) == 0 {
		return Plan{}, err
	}
	p := Plan{Newest: all[0]}
	for _, v := range all {
		if v.Agreed() {
			p.Agreed = v
			break
		}
	}
	return p, nil
}

// VersionsIn are, in tx, all versions of the record's safety plan, the newest first.
// The action of tx must open.
func VersionsIn(ctx context.Context, tx *access.Tx) ([]Version, error) {
	yes, err := yesOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	return versionsFrom(ctx, tx, 0, yes)
}

// agreedOf is the highest version that both sides agreed to; 0 if there is none.
func agreedOf(yes map[int64][]Yes) (highest int64) {
	for n, of := range yes {
		if (Version{Yes: of}).Agreed() {
			highest = max(highest, n)
		}
	}
	return highest
}
