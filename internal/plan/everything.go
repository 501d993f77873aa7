package plan

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// Everything is all there ever was of one client's plan.
type Everything struct {
	Revisions []Revision // the oldest first
	Paces     []Pace     // in order of time
	Meanwhile
	Reviews []Review // in order
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
	e.Reviews, err = reviews(ctx, tx)
	return e, err
}
