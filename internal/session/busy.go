package session

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// BusyIn returns, in order of time, when a clinician has planned appointments that
// touch the time from from to before to, with whomever; where several clients meet
// it is one. It opens nothing and does
// not say with whom: profile asks it, in a transaction of its own, for what is free.
func BusyIn(ctx context.Context, tx *access.Tx, clinicianID string, from, to time.Time) ([]Span, error) {
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT a.starts_at, a.ends_at FROM appointment a
		WHERE a.practice = $1 AND a.clinician_id = $2 AND a.ends_at > $3 AND a.starts_at < $4 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at, a.ends_at`,
		tx.Practice, clinicianID, from.UnixMicro(), to.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read when a clinician is busy: %w", err)
	}
	return spans(rows)
}
