package person

import (
	"context"
	"fmt"
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

	rows, err := tx.Query(ctx, `
		SELECT supervisor_id, supervisee_id, since FROM supervision
		WHERE practice = $1 ORDER BY since, supervisor_id`, tx.Practice)
	if err != nil {
		return nil, fmt.Errorf("read supervision: %w", err)
	}
	defer rows.Close()

	var all []Supervision
	for rows.Next() {
		var s Supervision
		var at int64
		if err := rows.Scan(&s.SupervisorID, &s.SuperviseeID, &at); err != nil {
			return nil, fmt.Errorf("read supervision: %w", err)
		}
		s.Since = since(at)
		all = append(all, s)
	}
	return all, rows.Err()
}
