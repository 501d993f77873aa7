package session

import (
	"context"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

// AheadIn returns, in tx and in order of time, the planned appointments of the record
// that have not begun. The action of tx must open.
func AheadIn(ctx context.Context, tx *access.Tx) ([]Appointment, error) {
	rows, err := tx.Query(ctx, `
		SELECT a.compartment, a.id, a.revision, a.clinician_id, a.starts_at, a.ends_at, a.state, a.meeting, a.series, a.attendance, a.by_side, a.sealed FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.starts_at > $3 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at, a.id`, tx.Practice, string(tx.Compartment), tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read appointments ahead: %w", err)
	}
	defer rows.Close()

	var all []Appointment
	for rows.Next() {
		var r row
		if err := r.scan(rows); err != nil {
			return nil, fmt.Errorf("read appointment ahead: %w", err)
		}
		a, err := r.unseal(tx.Open(ctx, place(r.ID, r.Revision), r.body))
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}
