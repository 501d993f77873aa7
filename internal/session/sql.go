package session

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// sealed is what the database holds under the compartment's key.
type sealed struct {
	Place  string `json:"place"`
	Format Format `json:"format,omitempty"` // empty: Individual
}

func place(id string, revision int64) string {
	return fmt.Sprintf("appointment.sealed %s %d", id, revision)
}

// A row is one revision as the database holds it.
type row struct {
	Appointment
	starts, ends int64
	body         []byte
}

func (r *row) scan(from interface{ Scan(...any) error }) error {
	err := from.Scan(&r.Client, &r.ID, &r.Revision, &r.ClinicianID, &r.starts, &r.ends, &r.State, &r.Meeting, &r.Series, &r.Attendance, &r.By, &r.body)
	r.Start = time.UnixMicro(r.starts).UTC()
	r.Length = time.Duration(r.ends-r.starts) * time.Microsecond
	return err
}

func (r *row) unseal(plain []byte, err error) (Appointment, error) {
	if err != nil {
		return Appointment{}, fmt.Errorf("open appointment %s: %w", r.ID, err)
	}
	var s sealed
	if err := json.Unmarshal(plain, &s); err != nil {
		return Appointment{}, fmt.Errorf("decode appointment %s: %w", r.ID, err)
	}
	r.Place, r.Format = s.Place, s.Format
	if r.Format == "" {
		r.Format = Individual
	}
	return r.Appointment, nil
}

func one(ctx context.Context, tx *access.Tx, id string, revision int64) (Appointment, bool, error) {
	return single(ctx, tx, `
		SELECT compartment, id, revision, clinician_id, starts_at, ends_at, state, meeting, series, attendance, by_side, sealed FROM appointment
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND revision = $4`,
		tx.Practice, string(tx.Compartment), id, revision)
}

func newest(ctx context.Context, tx *access.Tx, id string) (Appointment, bool, error) {
	return single(ctx, tx, `
		SELECT compartment, id, revision, clinician_id, starts_at, ends_at, state, meeting, series, attendance, by_side, sealed FROM appointment
		WHERE practice = $1 AND compartment = $2 AND id = $3
		ORDER BY revision DESC LIMIT 1`,
		tx.Practice, string(tx.Compartment), id)
}

func next(ctx context.Context, tx *access.Tx) (Appointment, bool, error) {
	return single(ctx, tx, `
		SELECT a.compartment, a.id, a.revision, a.clinician_id, a.starts_at, a.ends_at, a.state, a.meeting, a.series, a.attendance, a.by_side, a.sealed FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.ends_at > $3 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at LIMIT 1`,
		tx.Practice, string(tx.Compartment), tx.Now.UnixMicro())
}

func single(ctx context.Context, tx *access.Tx, text string, args ...any) (Appointment, bool, error) {
	var r row
	err := r.scan(tx.QueryRow(ctx, text, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return Appointment{}, false, nil
	}
	if err != nil {
		return Appointment{}, false, fmt.Errorf("read appointment: %w", err)
	}
	a, err := r.unseal(tx.Open(ctx, place(r.ID, r.Revision), r.body))
	return a, err == nil, err
}

func between(ctx context.Context, l *access.List, from, to time.Time) ([]Appointment, error) {
	rows, err := l.Query(ctx, `
		SELECT a.compartment, a.id, a.revision, a.clinician_id, a.starts_at, a.ends_at, a.state, a.meeting, a.series, a.attendance, a.by_side, a.sealed FROM appointment a
		WHERE a.practice = $1 AND a.clinician_id = $2 AND a.compartment IN AMONG($3) AND a.state = 'planned'
		  AND `+touching+`
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at, a.id`,
		append([]any{l.Practice, l.Actor.ID, l.Among()}, during(from, to)...)...)
	if err != nil {
		return nil, fmt.Errorf("read appointments: %w", err)
	}
	return openedList(ctx, l, rows)
}

// touching are appointments that touch the time of during. None is longer than MaxLength,
// so that they are sought between two times, and not among all that are yet to come.
const touching = `a.ends_at > $4 AND a.starts_at < $5 AND a.ends_at < $6`

func during(from, to time.Time) []any {
	return []any{from.UnixMicro(), to.UnixMicro(), to.Add(MaxLength).UnixMicro()}
}

// TouchingIn returns, in order of time, every appointment of the actor's own that
// touches the time from from to before to, cancelled and missed ones too, across all
// clients of the list; what was taken out with its series is none of them.
func TouchingIn(ctx context.Context, l *access.List, from, to time.Time) ([]Appointment, error) {
	return listed(ctx, l, touching, during(from, to)...)
}

// MeetingIn returns every appointment of the actor's own that belongs to a meeting,
// across all clients of the list.
func MeetingIn(ctx context.Context, l *access.List, meeting string, around time.Time) ([]Appointment, error) {
	return listed(ctx, l, `a.ends_at > $4 AND a.meeting = $5`, around.Add(-MaxLength).UnixMicro(), meeting)
}

func listed(ctx context.Context, l *access.List, which string, args ...any) ([]Appointment, error) {
	rows, err := l.Query(ctx, `
		SELECT a.compartment, a.id, a.revision, a.clinician_id, a.starts_at, a.ends_at, a.state, a.meeting, a.series, a.attendance, a.by_side, a.sealed FROM appointment a
		WHERE a.practice = $1 AND a.clinician_id = $2 AND `+which+`
		  AND a.compartment IN AMONG($3) AND NOT (a.state = 'cancelled' AND a.attendance = '')
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at, a.meeting, a.id`, append([]any{l.Practice, l.Actor.ID, l.Among()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read appointments: %w", err)
	}
	return openedList(ctx, l, rows)
}

func openedList(ctx context.Context, l *access.List, rows *access.Rows) ([]Appointment, error) {
	defer rows.Close()

	var all []Appointment
	for rows.Next() {
		var r row
		if err := r.scan(rows); err != nil {
			return nil, fmt.Errorf("read appointment: %w", err)
		}
		a, err := r.unseal(l.OpenIn(ctx, r.Client, place(r.ID, r.Revision), r.body))
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// held is how many planned appointments of one client are over, and when the last
// of them began.
func held(ctx context.Context, tx *access.Tx) (n int, last time.Time, err error) {
	var micros int64
	err = tx.QueryRow(ctx, `
		SELECT count(*), COALESCE(max(a.starts_at), 0) FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.ends_at <= $3 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)`,
		tx.Practice, string(tx.Compartment), tx.Now.UnixMicro()).Scan(&n, &micros)
	if err != nil {
		return 0, last, fmt.Errorf("count appointments: %w", err)
	}
	if n > 0 {
		last = time.UnixMicro(micros).UTC()
	}
	return n, last, nil
}

// allOf returns every appointment of one client as it is now, in order of time.
func allOf(ctx context.Context, tx *access.Tx) ([]Appointment, error) {
	rows, err := tx.Query(ctx, `
		SELECT a.compartment, a.id, a.revision, a.clinician_id, a.starts_at, a.ends_at, a.state, a.meeting, a.series, a.attendance, a.by_side, a.sealed FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at, a.id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read appointments: %w", err)
	}
	return opened(ctx, tx, rows)
}

// opened reads and opens what rows hold of the record that tx is in, and closes them.
func opened(ctx context.Context, tx *access.Tx, rows *access.Rows) ([]Appointment, error) {
	defer rows.Close()

	var all []Appointment
	for rows.Next() {
		var r row
		if err := r.scan(rows); err != nil {
			return nil, fmt.Errorf("read appointment: %w", err)
		}
		a, err := r.unseal(tx.Open(ctx, place(r.ID, r.Revision), r.body))
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// insert keeps a as it is now, in the record of its client.
func insert(ctx context.Context, tx *access.Tx, a Appointment) error {
	kept := sealed{Place: a.Place, Format: a.Format}
	if kept.Format == Individual {
		kept.Format = ""
	}
	body, err := tx.SealJSONIn(ctx, a.Client, place(a.ID, a.Revision), kept)
	if err != nil {
		return fmt.Errorf("seal appointment: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO appointment (practice, compartment, id, revision, clinician_id, starts_at, ends_at, state, made_at, by_id,
			meeting, series, attendance, by_side, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		tx.Practice, string(a.Client), a.ID, a.Revision, a.ClinicianID, a.Start.UnixMicro(), a.End().UnixMicro(),
		string(a.State), tx.Now.UnixMicro(), tx.Actor.ID, a.Meeting, a.Series, string(a.Attendance), string(a.By), body)
	if err != nil {
		return fmt.Errorf("insert appointment: %w", err)
	}
	return nil
}

// A Span is when one planned appointment begins and ends.
type Span struct{ Start, End time.Time }

// PlannedIn returns, in order of time, when the planned appointments are that touch
// the time from from to before to, of a client. It opens nothing: other domains
// ask it, in a transaction of theirs, for what goes by sessions.
func PlannedIn(ctx context.Context, tx *access.Tx, client access.Compartment, from, to time.Time) ([]Span, error) {
	rows, err := tx.Query(ctx, `
		SELECT a.starts_at, a.ends_at FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.ends_at > $3 AND a.starts_at < $4 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at, a.id`,
		tx.Practice, string(client), from.UnixMicro(), to.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read appointments: %w", err)
	}
	return spans(rows)
}

// spans reads when each of rows begins and ends, and closes them.
func spans(rows *access.Rows) ([]Span, error) {
	defer rows.Close()

	var all []Span
	for rows.Next() {
		var starts, ends int64
		if err := rows.Scan(&starts, &ends); err != nil {
			return nil, fmt.Errorf("read appointment: %w", err)
		}
		all = append(all, Span{time.UnixMicro(starts).UTC(), time.UnixMicro(ends).UTC()})
	}
	return all, rows.Err()
}
