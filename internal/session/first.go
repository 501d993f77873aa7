package session

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// FirstFrom is, in tx, when the first appointment of the record began that began
// at from or later, has begun and was not cancelled; ok is false if there is none.
func FirstFrom(ctx context.Context, tx *access.Tx, from time.Time) (first time.Time, ok bool, err error) {
	least := int64(0)
	if !from.IsZero() {
		least = from.UnixMicro()
	}
	var micros int64
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(min(a.starts_at), 0) FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.starts_at >= $3 AND a.starts_at <= $4 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)`,
		tx.Practice, string(tx.Compartment), least, tx.Now.UnixMicro()).Scan(&micros)
	if err != nil {
		return first, false, fmt.Errorf("read the first session: %w", err)
	}
	if micros == 0 {
		return first, false, nil
	}
	return time.UnixMicro(micros).UTC(), true, nil
}
