package feed

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/session"
)

// BusyIn returns, in order of time, when a clinician is busy with what they put
// into their own calendar, here or elsewhere, as far as it touches the time from
// from to before to. Times may overlap. It opens nothing and does not say with
// what: whoever works out what is free asks it, in a transaction of their own.
func BusyIn(ctx context.Context, tx *access.Tx, clinicianID string, from, to time.Time) ([]session.Span, error) {
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT starts_at, ends_at FROM busy_time
		WHERE practice = $1 AND compartment = $2 AND ends_at > $3 AND starts_at < $4
		ORDER BY starts_at, ends_at`,
		tx.Practice, string(access.PersonRecord(clinicianID)), from.UnixMicro(), to.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read busy times: %w", err)
	}
	defer rows.Close()

	var all []session.Span
	for rows.Next() {
		var starts, ends int64
		if err := rows.Scan(&starts, &ends); err != nil {
			return nil, fmt.Errorf("read busy time: %w", err)
		}
		all = append(all, session.Span{Start: access.Moment(starts), End: access.Moment(ends)})
	}
	return all, rows.Err()
}
