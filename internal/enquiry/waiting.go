package enquiry

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// Waiting is how many wait in the inbox of the actor's practice, doubles folded as
// List folds them, and how many of those are for the actor, a clinician. It names
// nobody and opens nothing.
func (es *Enquiries) Waiting(ctx context.Context, actor access.Actor) (all, mine int, err error) {
	tx, err := es.door.Begin(ctx, actor, access.CountCallers, access.Operations)
	if err != nil {
		return 0, 0, err
	}
	defer tx.Rollback()

	lie, err := lying(ctx, tx)
	if err != nil {
		return 0, 0, err
	}
	folded := fold(lie, Inbox)
	for _, f := range folded {
		if f[0].forID == actor.ID {
			mine++
		}
	}
	return len(folded), mine, nil
}
