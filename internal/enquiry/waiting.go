package enquiry

import (
	"context"
	"fmt"

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

	found, err := tx.Query(ctx, `SELECT `+rowColumns+` FROM enquiry WHERE practice = $1 ORDER BY made_at, id`, tx.Practice)
	if err != nil {
		return 0, 0, fmt.Errorf("count enquiries: %w", err)
	}
	defer found.Close()

	var lie []row
	for found.Next() {
		var e row
		if err := e.scan(found.Scan); err != nil {
			return 0, 0, fmt.Errorf("count enquiry: %w", err)
		}
		lie = append(lie, e)
	}
	if err := found.Err(); err != nil {
		return 0, 0, fmt.Errorf("count enquiries: %w", err)
	}
	folded := fold(lie, Inbox)
	for _, f := range folded {
		if f[0].forID == actor.ID {
			mine++
		}
	}
	return len(folded), mine, nil
}
