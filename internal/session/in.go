package session

import (
	"context"

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
