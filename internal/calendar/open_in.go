package calendar

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// OpenIn returns, in tx and in order, the times of a clinician from from to before to
// that are open: within their hours, and neither taken, protected nor busy in their own
// calendar, nor beyond their limits of a day or week. They last length and begin every
// so often. It opens nothing; whether somebody may book them is up to who asks. zone is
// the practice's.
func OpenIn(ctx context.Context, tx *access.Tx, clinicianID string, from, to time.Time, length, every time.Duration, zone *time.Location) ([]Slot, error) {
	r, err := roomIn(ctx, tx, clinicianID, from, to, zone)
	if err != nil || len(r.hours) == 0 {
		return nil, err
	}
	return r.open(from, to, length, every), nil
}

// FreeIn says whether a time of a clinician's could be given to somebody now, in their
// hours or not, but on no day on which the practice is closed.
func FreeIn(ctx context.Context, tx *access.Tx, clinicianID string, start, end time.Time, zone *time.Location) (bool, error) {
	if !start.After(tx.Now) {
		return false, nil
	}
	day := DayOf(start, zone)
	if closed, err := holidaysIn(ctx, tx, day, day); err != nil || len(closed) > 0 {
		return false, err
	}
	r, err := roomIn(ctx, tx, clinicianID, start, end, zone)
	return err == nil && r.free(start, end), err
}
