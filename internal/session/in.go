package session

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// NextIn is, in tx, the planned appointment of the record that is running or comes
// next; ok is false if there is none. The action of tx must open.
func NextIn(ctx context.Context, tx *access.Tx) (a Appointment, ok bool, err error) {
	return next(ctx, tx)
}

// HeldIn is, in tx, how many appointments of the record are over and were not
// cancelled. It opens nothing.
func HeldIn(ctx context.Context, tx *access.Tx) (int, error) {
	n, _, err := held(ctx, tx)
	return n, err
}

// HeldSinceIn is, in tx, how many appointments of the record ended since then, are
// over and were not cancelled. It opens nothing.
func HeldSinceIn(ctx context.Context, tx *access.Tx, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.state = 'planned' AND a.ends_at > $3 AND a.ends_at <= $4
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)`,
		tx.Practice, string(tx.Compartment), since.UnixMicro(), tx.Now.UnixMicro()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count sessions: %w", err)
	}
	return n, nil
}
