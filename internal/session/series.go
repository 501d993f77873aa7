package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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

// CallOffIn cancels, in tx, the appointment that a series made at the time that b has
// and that nobody moved by hand, as the practice's, and gives its time back. It opens
// nothing: what is sealed is sealed anew as b has it. done is false if there is nothing
// to call off.
func CallOffIn(ctx context.Context, tx *access.Tx, b Booking) (done bool, err error) {
	a := Appointment{
		Client: b.Client, ClinicianID: b.ClinicianID, Place: b.Place, Format: b.Format, Series: b.Series,
		Start: b.Start.UTC(), State: Cancelled, Attendance: Early, By: ThePractice,
	}
	var ends int64
	err = tx.QueryRow(ctx, `
		SELECT a.id, a.revision, a.ends_at, a.meeting FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.series = $3 AND a.starts_at = $4 AND a.starts_at > $5
		  AND a.state = 'planned' AND a.by_side = ''
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)`,
		tx.Practice, string(b.Client), b.Series, a.Start.UnixMicro(), tx.Now.UnixMicro()).Scan(&a.ID, &a.Revision, &ends, &a.Meeting)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read appointment: %w", err)
	}
	a.Revision++
	a.Length = time.UnixMicro(ends).Sub(a.Start)
	if err := insert(ctx, tx, a); err != nil {
		return false, err
	}
	return true, letGo(ctx, tx, a)
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
