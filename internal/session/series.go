package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// OfSeriesIn returns, in tx and in order of time, the planned appointments of the
// record that came from a series and begin at from or later. The action must open.
func OfSeriesIn(ctx context.Context, tx *access.Tx, series string, from time.Time) ([]Appointment, error) {
	rows, err := tx.Query(ctx, `
		SELECT a.compartment, a.id, a.revision, a.clinician_id, a.starts_at, a.ends_at, a.state, a.meeting, a.series, a.attendance, a.by_side, a.sealed FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.series = $3 AND a.starts_at >= $4 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at, a.id`, tx.Practice, string(tx.Compartment), series, from.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read appointments of a series: %w", err)
	}
	return opened(ctx, tx, rows)
}

// LastOfSeriesIn is, in tx, the last appointment of the record that came from a
// series, a planned one before one that is not; ok is false if there is none. The
// action must open.
func LastOfSeriesIn(ctx context.Context, tx *access.Tx, series string) (a Appointment, ok bool, err error) {
	return single(ctx, tx, `
		SELECT a.compartment, a.id, a.revision, a.clinician_id, a.starts_at, a.ends_at, a.state, a.meeting, a.series, a.attendance, a.by_side, a.sealed FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.series = $3
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY CASE WHEN a.state = 'planned' THEN 0 ELSE 1 END, a.starts_at DESC LIMIT 1`, tx.Practice, string(tx.Compartment), series)
}

// ApartIn are, in tx, when those that a series made from from on would have been of which
// somebody decided by itself: moved or cancelled it, other than with the series or for a
// holiday. It opens nothing.
func ApartIn(ctx context.Context, tx *access.Tx, series string, from time.Time) (all []time.Time, err error) {
	rows, err := tx.Query(ctx, `
		SELECT made.starts_at FROM appointment made
		JOIN appointment a ON a.practice = made.practice AND a.compartment = made.compartment AND a.id = made.id
		WHERE made.practice = $1 AND made.compartment = $2 AND made.series = $3 AND made.by_side = '' AND made.starts_at >= $4
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = made.practice AND later.compartment = made.compartment AND later.id = made.id
			  AND later.revision > made.revision AND later.series = $3 AND later.by_side = '')
		  AND (a.series <> $3 OR a.by_side IN ('client', 'clinician'))
		  AND NOT (a.state = 'cancelled' AND a.attendance = '')
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY made.starts_at`, tx.Practice, string(tx.Compartment), series, from.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read what left a series: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var starts int64
		if err := rows.Scan(&starts); err != nil {
			return nil, fmt.Errorf("read what left a series: %w", err)
		}
		all = append(all, access.Moment(starts))
	}
	return all, rows.Err()
}

// LetGoIn gives back, in tx, the time that appointments hold, because they are about to
// be moved among each other. Where somebody else comes too it stays held.
func LetGoIn(ctx context.Context, tx *access.Tx, all []Appointment) error {
	for _, a := range all {
		if err := letGo(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}

// CallOffIn cancels, in tx, the coming appointments of the record that a series made and
// nobody moved by hand, those that begin at from or later and before a moment (zero: without
// end), as the practice's, and gives their time back. It opens nothing: what is sealed is
// sealed anew as booking has it for that time. It returns when they began, in order.
func CallOffIn(ctx context.Context, tx *access.Tx, series string, from, before time.Time, booking func(start time.Time) Booking) (off []time.Time, err error) {
	made, err := madeIn(ctx, tx, series, from, before)
	if err != nil {
		return nil, err
	}
	for _, a := range made {
		b := booking(a.Start)
		a.Client, a.ClinicianID, a.Place, a.Format, a.Series = b.Client, b.ClinicianID, b.Place, b.Format, series
		a.Revision, a.State, a.Attendance, a.By = a.Revision+1, Cancelled, Early, ThePractice
		if err := insert(ctx, tx, a); err != nil {
			return off, err
		}
		if err := letGo(ctx, tx, a); err != nil {
			return off, err
		}
		off = append(off, a.Start)
	}
	return off, nil
}

// madeIn is what CallOffIn cancels, as far as it is not sealed.
func madeIn(ctx context.Context, tx *access.Tx, series string, from, before time.Time) (all []Appointment, err error) {
	until := int64(math.MaxInt64)
	if !before.IsZero() {
		until = before.UnixMicro()
	}
	rows, err := tx.Query(ctx, `
		SELECT a.id, a.revision, a.starts_at, a.ends_at, a.meeting FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.series = $3 AND a.starts_at >= $4 AND a.starts_at < $5 AND a.starts_at > $6
		  AND a.state = 'planned' AND a.by_side = ''
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at, a.id`,
		tx.Practice, string(access.ClientRecord(tx.Compartment.Of())), series, from.UnixMicro(), until, tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read what a series made: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var a Appointment
		var starts, ends int64
		if err := rows.Scan(&a.ID, &a.Revision, &starts, &ends, &a.Meeting); err != nil {
			return nil, fmt.Errorf("read what a series made: %w", err)
		}
		a.Start = access.Moment(starts)
		a.Length = access.Moment(ends).Sub(a.Start)
		all = append(all, a)
	}
	return all, rows.Err()
}

// keptAfter is how long what was taken stays after it is over.
const keptAfter = 48 * time.Hour

// TidyIn forgets, in tx, which of a clinician's past time was taken: nothing can be
// planned there any more.
func TidyIn(ctx context.Context, tx *access.Tx, clinicianID string) error {
	first, _ := cells(tx.Now.Add(-keptAfter), tx.Now)
	_, err := tx.Exec(ctx, `
		DELETE FROM taken WHERE practice = $1 AND clinician_id = $2 AND cell < $3`, tx.Practice, clinicianID, first)
	if err != nil {
		return fmt.Errorf("forget what was taken: %w", err)
	}
	return nil
}

// WhichIn is, in tx, to which meeting an appointment of the client belongs, and when it
// begins; empty if there is no such appointment. It opens nothing.
func WhichIn(ctx context.Context, tx *access.Tx, client access.Compartment, id string) (meeting string, start time.Time, err error) {
	var starts int64
	err = tx.QueryRow(ctx, `
		SELECT meeting, starts_at FROM appointment
		WHERE practice = $1 AND compartment = $2 AND id = $3
		ORDER BY revision DESC LIMIT 1`, tx.Practice, string(client), id).Scan(&meeting, &starts)
	if errors.Is(err, sql.ErrNoRows) {
		return "", start, nil
	}
	if err != nil {
		return "", start, fmt.Errorf("read appointment: %w", err)
	}
	return meeting, time.UnixMicro(starts).UTC(), nil
}
