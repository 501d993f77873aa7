package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// A Held is an appointment that was not cancelled and is over, without what is
// sealed about it.
type Held struct {
	ID          string
	ClinicianID string
	Start, End  time.Time
	Next        time.Time // when the next one after it begins; zero: none is planned
}

// LastHeld is, in tx, the last appointment of the record that is over; ok is
// false if there is none. A domain calls it that asks about the session.
func LastHeld(ctx context.Context, tx *access.Tx) (h Held, ok bool, err error) {
	return heldOne(ctx, tx, `a.ends_at <= $3 ORDER BY a.ends_at DESC, a.id DESC LIMIT 1`, tx.Now.UnixMicro())
}

// HeldOf is, in tx, the appointment of the record with the given id, if it is
// over and was not cancelled.
func HeldOf(ctx context.Context, tx *access.Tx, id string) (h Held, ok bool, err error) {
	return heldOne(ctx, tx, `a.ends_at <= $3 AND a.id = $4`, tx.Now.UnixMicro(), id)
}

func heldOne(ctx context.Context, tx *access.Tx, which string, args ...any) (h Held, ok bool, err error) {
	var start, end, next int64
	err = tx.QueryRow(ctx, `
		SELECT a.id, a.clinician_id, a.starts_at, a.ends_at, COALESCE((
			SELECT min(n.starts_at) FROM appointment n
			WHERE n.practice = a.practice AND n.compartment = a.compartment AND n.starts_at > a.starts_at AND n.state = 'planned'
			  AND NOT EXISTS (SELECT 1 FROM appointment later
				WHERE later.practice = n.practice AND later.compartment = n.compartment
				  AND later.id = n.id AND later.revision > n.revision)), 0)
		FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		  AND `+which, append([]any{tx.Practice, string(tx.Compartment)}, args...)...).Scan(&h.ID, &h.ClinicianID, &start, &end, &next)
	if errors.Is(err, sql.ErrNoRows) {
		return Held{}, false, nil
	}
	if err != nil {
		return Held{}, false, fmt.Errorf("read a session that was held: %w", err)
	}
	h.Start, h.End = time.UnixMicro(start).UTC(), time.UnixMicro(end).UTC()
	if next > 0 {
		h.Next = time.UnixMicro(next).UTC()
	}
	return h, true, nil
}
