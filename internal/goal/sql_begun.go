package goal

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// A Begun is that one side worded a goal for the first time, or set a milestone.
type Begun struct {
	Side      Side
	At        time.Time
	Milestone bool
}

// BegunIn is, in l, who began what of goals since then, by record and in order of time:
// for those who treat the clients. It opens nothing.
func BegunIn(ctx context.Context, l *access.List, since time.Time) (map[access.Compartment][]Begun, error) {
	rows, err := l.Query(ctx, `
		SELECT compartment, side, at, 0 AS milestone FROM goal
		WHERE practice = $1 AND compartment IN AMONG($2) AND revision = 1 AND at >= $3
		UNION ALL
		SELECT compartment, side, at, 1 AS milestone FROM goal_step
		WHERE practice = $1 AND compartment IN AMONG($2) AND kind = 'milestone' AND at >= $3
		ORDER BY 1, 3`, l.Practice, l.Among(), access.Micros(since))
	if err != nil {
		return nil, fmt.Errorf("read who began goals: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment][]Begun)
	for rows.Next() {
		var c access.Compartment
		var b Begun
		var at, milestone int64
		if err := rows.Scan(&c, &b.Side, &at, &milestone); err != nil {
			return nil, fmt.Errorf("read who began a goal: %w", err)
		}
		b.At, b.Milestone = access.Moment(at), milestone == 1
		all[c] = append(all[c], b)
	}
	return all, rows.Err()
}
