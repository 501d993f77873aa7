package session

import (
	"context"
	"fmt"

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

// IsIn says, in tx, whether the record has an appointment with the given id, cancelled
// or not. It opens nothing.
func IsIn(ctx context.Context, tx *access.Tx, id string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM appointment
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for an appointment: %w", err)
	}
	return n > 0, nil
}
