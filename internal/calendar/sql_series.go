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

// seriesBody is what is sealed of a series, under the key of the person.
type seriesBody struct {
	Place  string         `json:"place"`
	Format session.Format `json:"format"`
}

func seriesPlace(id string, revision int64) string {
	return fmt.Sprintf("series.sealed %s %d", id, revision)
}

// personOf is the record beside a client's in which their series lie.
func personOf(client access.Compartment) access.Compartment { return access.PersonRecord(client.Of()) }

const seriesColumns = `compartment, id, revision, clinician_id, first_day, last_day, minute, length, every, rolled_to, sealed`

func (s *Series) scan(from interface{ Scan(...any) error }) (body []byte, err error) {
	var c access.Compartment
	var length int64
	err = from.Scan(&c, &s.ID, &s.Revision, &s.ClinicianID, &s.First, &s.Last, &s.Minute, &length, &s.Every, &s.RolledTo, &body)
	s.Client, s.Length = access.ClientRecord(c.Of()), time.Duration(length)*time.Minute
	return body, err
}

// seriesOf are the series of a client that are not over, the newest first. Who looks at
// the record of the client finds place and format with its appointments.
func seriesOf(ctx context.Context, tx *access.Tx, client access.Compartment, today Day) ([]Series, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+seriesColumns+` FROM series
		WHERE practice = $1 AND compartment = $2 AND (last_day = 0 OR last_day >= $3)
		ORDER BY made_at DESC, id`, tx.Practice, string(personOf(client)), int64(today))
	if err != nil {
		return nil, fmt.Errorf("read series: %w", err)
	}
	defer rows.Close()

	var all []Series
	for rows.Next() {
		var s Series
		if _, err := s.scan(rows); err != nil {
			return nil, fmt.Errorf("read series: %w", err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return all, lastSeen(ctx, tx, all)
}

// lastSeen fills place and format from an appointment of each series that is kept in
// the record of tx.
func lastSeen(ctx context.Context, tx *access.Tx, all []Series) error {
	if len(all) == 0 || tx.Compartment != all[0].Client {
		return nil
	}
	for i := range all {
		a, ok, err := session.LastOfSeriesIn(ctx, tx, all[i].ID)
		if err != nil {
			return err
		}
		all[i].Format = session.Individual
		if ok {
			all[i].Place, all[i].Format = a.Place, a.Format
		}
	}
	return nil
}

// seriesOne is one of them, whole if tx is in the record of the person or the client.
func seriesOne(ctx context.Context, tx *access.Tx, client access.Compartment, id string) (s Series, there bool, err error) {
	body, err := s.scan(tx.QueryRow(ctx, `
		SELECT `+seriesColumns+` FROM series
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(personOf(client)), id))
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	if err != nil {
		return s, false, fmt.Errorf("read series: %w", err)
	}
	if tx.Compartment == personOf(client) {
		var b seriesBody
		if err := tx.OpenJSON(ctx, seriesPlace(s.ID, s.Revision), body, &b); err != nil {
			return s, false, err
		}
		s.Place, s.Format = b.Place, b.Format
		return s, true, nil
	}
	one := []Series{s}
	err = lastSeen(ctx, tx, one)
	return one[0], true, err
}

func insertSeries(ctx context.Context, tx *access.Tx, s Series) error {
	body, err := tx.SealJSONIn(ctx, personOf(s.Client), seriesPlace(s.ID, s.Revision), seriesBody{s.Place, s.Format})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO series (practice, `+seriesColumns+`, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		tx.Practice, string(personOf(s.Client)), s.ID, s.Revision, s.ClinicianID, int64(s.First), int64(s.Last), s.Minute,
		int64(s.Length/time.Minute), s.Every, int64(s.RolledTo), body, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("keep series: %w", err)
	}
	return nil
}

func updateSeries(ctx context.Context, tx *access.Tx, s Series) error {
	body, err := tx.SealJSONIn(ctx, personOf(s.Client), seriesPlace(s.ID, s.Revision), seriesBody{s.Place, s.Format})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE series SET revision = $4, first_day = $5, last_day = $6, minute = $7, length = $8, every = $9, rolled_to = $10, sealed = $11
		WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(personOf(s.Client)), s.ID, s.Revision, int64(s.First), int64(s.Last), s.Minute,
		int64(s.Length/time.Minute), s.Every, int64(s.RolledTo), body)
	if err != nil {
		return fmt.Errorf("keep series: %w", err)
	}
	return nil
}

func rolledTo(ctx context.Context, tx *access.Tx, s Series, to Day) error {
	_, err := tx.Exec(ctx, `
		UPDATE series SET rolled_to = $4
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND rolled_to < $4`,
		tx.Practice, string(personOf(s.Client)), s.ID, int64(to))
	if err != nil {
		return fmt.Errorf("roll series: %w", err)
	}
	return nil
}

func insertLeft(ctx context.Context, tx *access.Tx, s Series, l Left) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO series_left (practice, compartment, series_id, day, why) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (practice, compartment, series_id, day) DO UPDATE SET why = excluded.why`,
		tx.Practice, string(personOf(s.Client)), s.ID, int64(l.Day), string(l.Why))
	if err != nil {
		return fmt.Errorf("note a day without an appointment: %w", err)
	}
	return nil
}

func dropLeft(ctx context.Context, tx *access.Tx, s Series, from Day) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM series_left WHERE practice = $1 AND compartment = $2 AND series_id = $3 AND day >= $4`,
		tx.Practice, string(personOf(s.Client)), s.ID, int64(from))
	if err != nil {
		return fmt.Errorf("forget days without an appointment: %w", err)
	}
	return nil
}

func leftOf(ctx context.Context, tx *access.Tx, client access.Compartment, id string, from Day) (all []Left, err error) {
	rows, err := tx.Query(ctx, `
		SELECT day, why FROM series_left
		WHERE practice = $1 AND compartment = $2 AND series_id = $3 AND day >= $4
		ORDER BY day`, tx.Practice, string(personOf(client)), id, int64(from))
	return list(rows, err, "days without an appointment", func(l *Left) error { return rows.Scan(&l.Day, &l.Why) })
}

// companions are the ids of the others who share a series, with the same clinician.
func companions(ctx context.Context, tx *access.Tx, client access.Compartment, id string) (all []string, err error) {
	rows, err := tx.Query(ctx, `
		SELECT s.compartment FROM series s
		WHERE s.practice = $1 AND s.id = $2 AND s.compartment <> $3
		ORDER BY s.compartment`, tx.Practice, id, string(personOf(client)))
	err = each(rows, err, "who comes", func() error {
		var c access.Compartment
		err := rows.Scan(&c)
		all = append(all, c.Of())
		return err
	})
	return all, err
}

// treats says whether a clinician works with the client.
func treats(ctx context.Context, tx *access.Tx, client access.Compartment, clinicianID string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM grants
		WHERE practice = $1 AND actor_id = $2 AND compartment = $3 AND kind = $4 AND until > $5`,
		tx.Practice, clinicianID, string(client), string(access.Treats), tx.Now.UnixMicro()).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look who works with whom: %w", err)
	}
	return n > 0, nil
}

// dueOf are the series that are not rolled out far enough, or that a holiday may meet.
func dueOf(ctx context.Context, tx *access.Tx, today Day) (all []due, err error) {
	rows, err := tx.Query(ctx, `
		SELECT s.compartment, s.id FROM series s
		WHERE s.practice = $1 AND (s.last_day = 0 OR s.last_day >= $2)
		  AND (s.rolled_to < $3 OR EXISTS (SELECT 1 FROM holiday h
			WHERE h.practice = s.practice AND h.ended_at = 0 AND h.last_day >= $2))
		ORDER BY s.compartment, s.id`, tx.Practice, int64(today), int64(today+aheadDays))
	return list(rows, err, "which series are due", func(d *due) error { return rows.Scan(&d.person, &d.id) })
}
