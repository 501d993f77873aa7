package calendar

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

func wordsPlace(id string) string { return "booking.sealed " + id }

func insertWords(ctx context.Context, tx *access.Tx, w Words) error {
	body, err := tx.SealJSON(ctx, wordsPlace(w.ID), w.Text)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO booking (practice, compartment, id, session_id, what, late, starts_at, was_at, made_at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		tx.Practice, string(tx.Compartment), w.ID, w.SessionID, string(w.What), number(w.Late),
		access.Micros(w.Start), access.Micros(w.Was), tx.Now.UnixMicro(), w.ByID, body)
	if err != nil {
		return fmt.Errorf("keep what was booked: %w", err)
	}
	return nil
}

// A wordsRow is one of them as the database holds it.
type wordsRow struct {
	Words
	client              access.Compartment
	late                int64
	starts, was, madeAt int64
	body                []byte
}

func (r *wordsRow) scan(from interface{ Scan(...any) error }) error {
	err := from.Scan(&r.client, &r.ID, &r.SessionID, &r.What, &r.late, &r.starts, &r.was, &r.madeAt, &r.ByID, &r.body)
	r.Late, r.Start, r.Was, r.At = r.late == 1, access.Moment(r.starts), access.Moment(r.was), access.Moment(r.madeAt)
	return err
}

func wordsOf(ctx context.Context, tx *access.Tx, id string) (w Words, ok bool, err error) {
	var r wordsRow
	err = r.scan(tx.QueryRow(ctx, `
		SELECT compartment, id, session_id, what, late, starts_at, was_at, made_at, by_id, sealed FROM booking
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id))
	if errors.Is(err, sql.ErrNoRows) {
		return w, false, nil
	}
	if err != nil {
		return w, false, fmt.Errorf("read what was booked: %w", err)
	}
	err = tx.OpenJSON(ctx, wordsPlace(r.ID), r.body, &r.Text)
	return r.Words, err == nil, err
}

// allWords are the newest of the record, the newest first.
func allWords(ctx context.Context, tx *access.Tx) ([]Words, error) {
	rows, err := tx.Query(ctx, `
		SELECT compartment, id, session_id, what, late, starts_at, was_at, made_at, by_id, sealed FROM booking
		WHERE practice = $1 AND compartment = $2
		ORDER BY made_at DESC, id DESC LIMIT 50`, tx.Practice, string(tx.Compartment))
	var all []Words
	err = each(rows, err, "what was booked", func() error {
		var r wordsRow
		if err := r.scan(rows); err != nil {
			return err
		}
		err := tx.OpenJSON(ctx, wordsPlace(r.ID), r.body, &r.Text)
		all = append(all, r.Words)
		return err
	})
	return all, err
}

// changedOf are what clients did with sessions of the actor of l since then.
func changedOf(ctx context.Context, l *access.List, since time.Time) ([]Changed, error) {
	rows, err := l.Query(ctx, `
		SELECT b.compartment, b.id, b.session_id, b.what, b.late, b.starts_at, b.was_at, b.made_at, b.by_id, b.sealed FROM booking b
		WHERE b.practice = $1 AND b.compartment IN AMONG($2) AND b.made_at > $3 AND b.by_id <> $4
		  AND EXISTS (SELECT 1 FROM appointment a
			WHERE a.practice = b.practice AND a.compartment = b.compartment AND a.id = b.session_id AND a.revision = 1 AND a.clinician_id = $4)
		ORDER BY b.made_at DESC, b.id DESC LIMIT 50`, l.Practice, l.Among(), since.UnixMicro(), l.Actor.ID)
	var all []Changed
	err = each(rows, err, "what was changed", func() error {
		var r wordsRow
		if err := r.scan(rows); err != nil {
			return err
		}
		plain, err := l.OpenIn(ctx, r.client, wordsPlace(r.ID), r.body)
		if err == nil {
			err = json.Unmarshal(plain, &r.Text)
		}
		all = append(all, Changed{Words: r.Words, Client: r.client})
		return err
	})
	return all, err
}

// bookedBy are, in tx, the sessions of the record that a person has booked, however long
// ago. It opens nothing.
func bookedBy(ctx context.Context, tx *access.Tx, personID string) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT session_id FROM booking
		WHERE practice = $1 AND compartment = $2 AND what = 'booked' AND by_id = $3`, tx.Practice, string(tx.Compartment), personID)
	all := make(map[string]bool)
	err = each(rows, err, "what was booked", func() error {
		var id string
		err := rows.Scan(&id)
		all[id] = true
		return err
	})
	return all, err
}

// changedBy is how often, in tx, a person has booked or moved sessions of the record since
// then. It opens nothing.
func changedBy(ctx context.Context, tx *access.Tx, personID string, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM booking
		WHERE practice = $1 AND compartment = $2 AND by_id = $3 AND what IN ('booked', 'moved') AND made_at > $4`,
		tx.Practice, string(tx.Compartment), personID, since.UnixMicro()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count what was booked: %w", err)
	}
	return n, nil
}
