package person

import (
	"context"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
)

// endedSupervision is the kind under which the end of a supervision is noted, in
// the record of whoever was supervised.
const endedSupervision = "supervision"

// An Ending is something that was ended. Those of other domains are left to them.
type Ending = access.Ending

// EndAgain is for after a restore: it ends again what had been ended after the
// backup was made, with all that followed from it, and returns how much that was.
// Which sign-ins, invitations and links had ended meanwhile nobody knows, so all
// of them end. actor is the operator. Doing it twice does no harm.
func (ps *People) EndAgain(ctx context.Context, actor access.Actor, all []Ending) (n int, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()

	// Whoever left comes first: with them everything else of theirs ends.
	slices.SortStableFunc(all, func(a, b Ending) int { return first(a) - first(b) })
	for _, e := range all {
		held, err := heldBefore(ctx, tx, e)
		if err != nil {
			return 0, err
		}
		if !held {
			continue
		}
		if err := ps.endAgain(ctx, tx, e); err != nil {
			return 0, err
		}
		n++
	}
	if err := endAllInvites(ctx, tx); err != nil {
		return 0, err
	}
	if err := ps.accounts.EndAll(ctx, tx); err != nil {
		return 0, err
	}
	return n, tx.Commit()
}

func first(e Ending) int {
	if e.Compartment == access.Operations {
		return 0
	}
	return 1
}

func (ps *People) endAgain(ctx context.Context, tx *access.Tx, e Ending) error {
	switch {
	case e.Compartment == access.Operations: // a role ends only when somebody leaves
		return ps.leave(ctx, tx, e.ActorID)
	case e.Kind == endedSupervision:
		return endSupervision(ctx, tx, e.ActorID, e.Compartment.Of())
	case e.Kind == string(access.Treats):
		return ps.endCare(ctx, tx, e.Compartment.Of(), e.ActorID)
	case e.Kind == string(access.Supervises):
		return hide(ctx, tx, e.Compartment.Of(), e.ActorID)
	}
	return access.End(ctx, tx, e.ActorID, e.Compartment, access.Grant(e.Kind))
}
