package session

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// OneIn is, in tx, the appointment of the record with the given id as it is now; ok
// is false if there is none. The action of tx must open.
func OneIn(ctx context.Context, tx *access.Tx, id string) (a Appointment, ok bool, err error) {
	return newest(ctx, tx, id)
}

// AllIn is, in tx, every appointment of the record as it is now, cancelled ones too,
// in order of time. The action of tx must open.
func AllIn(ctx context.Context, tx *access.Tx) ([]Appointment, error) { return allOf(ctx, tx) }
