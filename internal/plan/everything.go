package plan

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
)

// Everything is all there ever was of one client's plan.
type Everything struct {
	Revisions []Revision // the oldest first
	Paces     []Pace     // in order of time
	Meanwhile
	Reviews []Review // in order
	Before  Word     // what whoever asks said before the next one; Revision 0: nothing
}

// EverythingIn is that, in tx, for the client's own archive. The action of tx must open.
func EverythingIn(ctx context.Context, tx *access.Tx) (e Everything, err error) {
	if e.Revisions, err = revisions(ctx, tx, 0); err != nil {
		return e, err
	}
	if e.Paces, err = paces(ctx, tx); err != nil {
		return e, err
	}
	if e.Meanwhile, err = meanwhile(ctx, tx); err != nil {
		return e, err
	}
	if e.Reviews, err = reviews(ctx, tx); err != nil {
		return e, err
	}
	said, err := saidBefore(ctx, tx, int64(len(e.Reviews))+1)
	e.Before = said[goal.SideOf(tx.Actor, tx.Compartment)]
	return e, err
}
