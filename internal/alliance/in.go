package alliance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// SharedIn is, in tx, which quieter markers both sides may read, in order of time:
// without those that a client keeps for themself. The action of tx must open.
func SharedIn(ctx context.Context, tx *access.Tx) ([]Marker, error) {
	all, err := markers(ctx, tx)
	return slices.DeleteFunc(all, func(m Marker) bool { return m.Just }), err
}

// GivenIn is, in tx, when the client gave check-ins since then, in order of time.
// It opens nothing.
func GivenIn(ctx context.Context, tx *access.Tx, since time.Time) ([]time.Time, error) {
	rows, err := tx.Query(ctx, `
		SELECT at FROM check_in
		WHERE practice = $1 AND compartment = $2 AND state = 'given' AND at >= $3
		ORDER BY at`, tx.Practice, string(tx.Compartment), since.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read when check-ins were given: %w", err)
	}
	defer rows.Close()

	var all []time.Time
	for rows.Next() {
		var at int64
		if err := rows.Scan(&at); err != nil {
			return nil, fmt.Errorf("read when a check-in was given: %w", err)
		}
		all = append(all, access.Moment(at))
	}
	return all, rows.Err()
}

// StandingsIn is, in l, what came since then of each client: for those who treat them.
// The action of l must open.
func StandingsIn(ctx context.Context, l *access.List, since time.Time) ([]Standing, error) {
	return standings(ctx, l, since)
}
