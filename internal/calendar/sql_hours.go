package calendar

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

func hoursPlace(id string) string     { return "seeing_hours.sealed " + id }
func protectedPlace(id string) string { return "protected_time.sealed " + id }
func holidayPlace(id string) string   { return "holiday.sealed " + id }

// farDay is later than any day that somebody plans for.
const farDay Day = 1 << 30

// hoursOf are the hours of a clinician that hold, by day of the week. Where tx opens
// nothing the places stay empty.
func hoursOf(ctx context.Context, tx *access.Tx, clinicianID string) ([]Hours, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, weekday, from_minute, to_minute, first_day, last_day, sealed FROM seeing_hours
		WHERE practice = $1 AND clinician_id = $2 AND ended_at = 0
		ORDER BY weekday, from_minute, id`, tx.Practice, clinicianID)
	if err != nil {
		return nil, fmt.Errorf("read hours: %w", err)
	}
	defer rows.Close()

	var all []Hours
	for rows.Next() {
		var h Hours
		var body []byte
		if err := rows.Scan(&h.ID, &h.Weekday, &h.From, &h.To, &h.First, &h.Last, &body); err != nil {
			return nil, fmt.Errorf("read hours: %w", err)
		}
		if tx.Opens() {
			plain, err := tx.OpenShared(ctx, hoursPlace(h.ID), body)
			if err != nil {
				return nil, fmt.Errorf("open hours %s: %w", h.ID, err)
			}
			h.Place = string(plain)
		}
		all = append(all, h)
	}
	return all, rows.Err()
}

func insertHours(ctx context.Context, tx *access.Tx, h Hours) (bool, error) {
	body, err := tx.SealIn(ctx, access.Operations, hoursPlace(h.ID), []byte(h.Place))
	if err != nil {
		return false, fmt.Errorf("seal hours: %w", err)
	}
	return won(tx.Exec(ctx, `
		INSERT INTO seeing_hours (practice, clinician_id, id, weekday, from_minute, to_minute, first_day, last_day, made_at, ended_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10) ON CONFLICT DO NOTHING`,
		tx.Practice, tx.Actor.ID, h.ID, h.Weekday, h.From, h.To, int64(h.First), int64(h.Last), tx.Now.UnixMicro(), body))
}

// won says whether a statement did something to a row.
func won(done sql.Result, err error) (bool, error) {
	if err != nil {
		return false, fmt.Errorf("keep calendar: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func endHours(ctx context.Context, tx *access.Tx, id string) (there bool, err error) {
	return won(tx.Exec(ctx, `
		UPDATE seeing_hours SET ended_at = CASE WHEN ended_at = 0 THEN CAST($4 AS BIGINT) ELSE ended_at END
		WHERE practice = $1 AND clinician_id = $2 AND id = $3`, tx.Practice, tx.Actor.ID, id, tx.Now.UnixMicro()))
}

// A guarded is a protected time with what is still sealed of it.
type guarded struct {
	Protected
	body []byte
}

const protectedColumns = `id, weekday, from_minute, to_minute, first_day, last_day, sealed`

func (g *guarded) scan(from interface{ Scan(...any) error }) error {
	err := from.Scan(&g.ID, &g.Weekday, &g.From, &g.To, &g.First, &g.Last, &g.body)
	g.Weekly = g.Weekday >= 0
	return err
}

// protectedOf are the protected times of a clinician that are not over on the given
// day, without what for.
func protectedOf(ctx context.Context, tx *access.Tx, clinicianID string, from Day) ([]guarded, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+protectedColumns+` FROM protected_time
		WHERE practice = $1 AND compartment = $2 AND ended_at = 0 AND (last_day = 0 OR last_day >= $3)
		ORDER BY weekday, first_day, from_minute, id`, tx.Practice, string(access.PersonRecord(clinicianID)), int64(from))
	if err != nil {
		return nil, fmt.Errorf("read protected times: %w", err)
	}
	defer rows.Close()

	var all []guarded
	for rows.Next() {
		var g guarded
		if err := g.scan(rows); err != nil {
			return nil, fmt.Errorf("read protected time: %w", err)
		}
		all = append(all, g)
	}
	return all, rows.Err()
}

// protectedOne is one of the actor's own, whole.
func protectedOne(ctx context.Context, tx *access.Tx, id string) (g guarded, there bool, err error) {
	err = g.scan(tx.QueryRow(ctx, `
		SELECT `+protectedColumns+` FROM protected_time
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id))
	if errors.Is(err, sql.ErrNoRows) {
		return g, false, nil
	}
	if err != nil {
		return g, false, fmt.Errorf("read protected time: %w", err)
	}
	return g, true, tx.OpenJSON(ctx, protectedPlace(id), g.body, &g.For)
}

func insertProtected(ctx context.Context, tx *access.Tx, p Protected) error {
	body, err := tx.SealJSON(ctx, protectedPlace(p.ID), p.For)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO protected_time (practice, compartment, id, weekday, from_minute, to_minute, first_day, last_day, made_at, ended_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)`,
		tx.Practice, string(tx.Compartment), p.ID, p.Weekday, p.From, p.To, int64(p.First), int64(p.Last), tx.Now.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("keep protected time: %w", err)
	}
	return nil
}

func endProtected(ctx context.Context, tx *access.Tx, id string) (there bool, err error) {
	return won(tx.Exec(ctx, `
		UPDATE protected_time SET ended_at = CASE WHEN ended_at = 0 THEN CAST($4 AS BIGINT) ELSE ended_at END
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro()))
}

func limitsOf(ctx context.Context, tx *access.Tx, clinicianID string) (l Limits, err error) {
	err = tx.QueryRow(ctx, `
		SELECT revision, per_day, per_week FROM session_limit
		WHERE practice = $1 AND clinician_id = $2
		ORDER BY revision DESC LIMIT 1`, tx.Practice, clinicianID).Scan(&l.Revision, &l.PerDay, &l.PerWeek)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return l, fmt.Errorf("read limits: %w", err)
	}
	return l, nil
}

func insertLimits(ctx context.Context, tx *access.Tx, l Limits) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO session_limit (practice, clinician_id, revision, per_day, per_week, made_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.Practice, tx.Actor.ID, l.Revision, l.PerDay, l.PerWeek, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("keep limits: %w", err)
	}
	return nil
}

// holidaysIn are the practice's holidays that touch the days from first to last, in
// order. Where tx opens nothing the names stay empty.
func holidaysIn(ctx context.Context, tx *access.Tx, first, last Day) ([]Holiday, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, first_day, last_day, sealed FROM holiday
		WHERE practice = $1 AND ended_at = 0 AND first_day <= $3 AND last_day >= $2
		ORDER BY first_day, id`, tx.Practice, int64(first), int64(last))
	if err != nil {
		return nil, fmt.Errorf("read holidays: %w", err)
	}
	defer rows.Close()

	var all []Holiday
	for rows.Next() {
		var h Holiday
		var body []byte
		if err := rows.Scan(&h.ID, &h.First, &h.Last, &body); err != nil {
			return nil, fmt.Errorf("read holiday: %w", err)
		}
		if tx.Opens() {
			plain, err := tx.OpenShared(ctx, holidayPlace(h.ID), body)
			if err != nil {
				return nil, fmt.Errorf("open holiday %s: %w", h.ID, err)
			}
			h.Name = string(plain)
		}
		all = append(all, h)
	}
	return all, rows.Err()
}

func insertHoliday(ctx context.Context, tx *access.Tx, h Holiday) (bool, error) {
	body, err := tx.SealIn(ctx, access.Operations, holidayPlace(h.ID), []byte(h.Name))
	if err != nil {
		return false, fmt.Errorf("seal holiday: %w", err)
	}
	return won(tx.Exec(ctx, `
		INSERT INTO holiday (practice, id, first_day, last_day, made_at, by_id, ended_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT DO NOTHING`,
		tx.Practice, h.ID, int64(h.First), int64(h.Last), tx.Now.UnixMicro(), tx.Actor.ID, body))
}

func endHoliday(ctx context.Context, tx *access.Tx, id string) (there bool, err error) {
	return won(tx.Exec(ctx, `
		UPDATE holiday SET ended_at = CASE WHEN ended_at = 0 THEN CAST($3 AS BIGINT) ELSE ended_at END
		WHERE practice = $1 AND id = $2`, tx.Practice, id, tx.Now.UnixMicro()))
}
