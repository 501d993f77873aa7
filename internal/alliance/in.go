package alliance

import (
	"context"
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

// StandingsIn is, in l, what came since then of each client: for those who treat them.
// The action of l must open.
func StandingsIn(ctx context.Context, l *access.List, since time.Time) ([]Standing, error) {
	return standings(ctx, l, since)
}
