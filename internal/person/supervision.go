package person

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// A Supervision says who supervises whom, and since when.
type Supervision struct {
	SupervisorID string
	SuperviseeID string
	Since        time.Time
}

// Supervisions are who supervises whom in the practice, for those who manage it.
// They say nothing of what was shown.
func (ps *People) Supervisions(ctx context.Context, actor access.Actor) ([]Supervision, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadSupervisor, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return supervisions(ctx, tx)
}
