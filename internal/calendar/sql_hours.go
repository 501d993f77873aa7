package calendar

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/session"
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
	var all []Hours
	err = each(rows, err, "hours", func() error {
		var h Hours
		var body []byte
		if err := rows.Scan(&h.ID, &h.Weekday, &h.From, &h.To, &h.First, &h.Last, &body); err != nil {
			return err
		}
		if tx.Opens() {
			plain, err := tx.OpenShared(ctx, hoursPlace(h.ID), body)
			if err != nil {
				return err
			}
			h.Place = string(plain)
		}
		all = append(all, h)
		return nil
	})
	return all, err
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
	return list(rows, err, "protected times", func(g *guarded) error { return g.scan(rows) })
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
	var all []Holiday
	err = each(rows, err, "holidays", func() error {
		var h Holiday
		var body []byte
		if err := rows.Scan(&h.ID, &h.First, &h.Last, &body); err != nil {
			return err
		}
		if tx.Opens() {
			plain, err := tx.OpenShared(ctx, holidayPlace(h.ID), body)
			if err != nil {
				return err
			}
			h.Name = string(plain)
		}
		all = append(all, h)
		return nil
	})
	return all, err
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

// desks are those who see clients, and where each stands in the list.
func desks(ctx context.Context, tx *access.Tx, all *[]Desk) (map[string]int, error) {
	at := make(map[string]int)
	rows, err := tx.Query(ctx, `
		SELECT actor_id FROM grants
		WHERE practice = $1 AND compartment = 'operations' AND kind = 'clinician' AND until > $2
		ORDER BY actor_id`, tx.Practice, tx.Now.UnixMicro())
	err = each(rows, err, "who sees clients", func() error {
		var d Desk
		if err := rows.Scan(&d.ClinicianID); err != nil {
			return err
		}
		at[d.ClinicianID] = len(*all)
		*all = append(*all, d)
		return nil
	})
	return at, err
}

// each reads row after row of what is named, and closes them.
func each(rows *access.Rows, err error, what string, read func() error) error {
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close()

	for rows.Next() {
		if err := read(); err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
	}
	return rows.Err()
}

// list reads every row of what is named as one of a list.
func list[T any](rows *access.Rows, err error, what string, read func(*T) error) (all []T, _ error) {
	err = each(rows, err, what, func() error {
		var one T
		err := read(&one)
		all = append(all, one)
		return err
	})
	return all, err
}

// allBusy adds to each desk when it has a session that is planned. Those who see clients
// are gone through first (CROSS JOIN), and not every session of the practice.
func allBusy(ctx context.Context, tx *access.Tx, at map[string]int, all []Desk, from, to time.Time) error {
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT a.clinician_id, a.starts_at, a.ends_at
		FROM grants g CROSS JOIN appointment a
		WHERE g.practice = $1 AND g.compartment = 'operations' AND g.kind = 'clinician' AND g.until > $4
		  AND a.practice = g.practice AND a.clinician_id = g.actor_id
		  AND a.ends_at > $2 AND a.starts_at < $3 AND a.ends_at < $5 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.clinician_id, a.starts_at, a.ends_at`,
		tx.Practice, from.UnixMicro(), to.UnixMicro(), tx.Now.UnixMicro(), to.Add(session.MaxLength).UnixMicro())
	return each(rows, err, "when everybody is busy", func() error {
		var id string
		var starts, ends int64
		err := rows.Scan(&id, &starts, &ends)
		if i, ok := at[id]; ok {
			all[i].Busy = append(all[i].Busy, session.Span{Start: access.Moment(starts), End: access.Moment(ends)})
		}
		return err
	})
}

func allHours(ctx context.Context, tx *access.Tx, at map[string]int, all []Desk, monday Day, zone *time.Location) error {
	rows, err := tx.Query(ctx, `
		SELECT clinician_id, weekday, from_minute, to_minute, first_day, last_day FROM seeing_hours
		WHERE practice = $1 AND ended_at = 0
		ORDER BY clinician_id, weekday, from_minute`, tx.Practice)
	return each(rows, err, "everybody's hours", func() error {
		var id string
		var h Hours
		err := rows.Scan(&id, &h.Weekday, &h.From, &h.To, &h.First, &h.Last)
		d := monday + Day(h.Weekday)
		if i, ok := at[id]; ok && h.on(d) {
			all[i].Hours = append(all[i].Hours, session.Span{Start: d.at(h.From, zone), End: d.at(h.To, zone)})
		}
		return err
	})
}

func allAway(ctx context.Context, tx *access.Tx, at map[string]int, all []Desk, monday Day, zone *time.Location) error {
	rows, err := tx.Query(ctx, `
		SELECT compartment, `+protectedColumns+` FROM protected_time
		WHERE practice = $1 AND ended_at = 0 AND first_day < $3 AND (last_day = 0 OR last_day >= $2)
		ORDER BY compartment, first_day, from_minute`, tx.Practice, int64(monday), int64(monday+7))
	return each(rows, err, "everybody's protected times", func() error {
		var c access.Compartment
		var g guarded
		err := rows.Scan(&c, &g.ID, &g.Weekday, &g.From, &g.To, &g.First, &g.Last, &g.body)
		g.Weekly = g.Weekday >= 0
		if i, ok := at[c.Of()]; ok {
			all[i].Away = append(all[i].Away, g.spans(monday, monday+6, zone)...)
		}
		return err
	})
}

func allLimits(ctx context.Context, tx *access.Tx, at map[string]int, all []Desk) error {
	rows, err := tx.Query(ctx, `
		SELECT l.clinician_id, l.revision, l.per_day, l.per_week FROM session_limit l
		WHERE l.practice = $1 AND NOT EXISTS (SELECT 1 FROM session_limit later
			WHERE later.practice = l.practice AND later.clinician_id = l.clinician_id AND later.revision > l.revision)`, tx.Practice)
	return each(rows, err, "everybody's limits", func() error {
		var id string
		var l Limits
		err := rows.Scan(&id, &l.Revision, &l.PerDay, &l.PerWeek)
		if i, ok := at[id]; ok {
			all[i].Limits = l
		}
		return err
	})
}
