package session

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Cell is the grain in which a clinician's time is held: each cell of five minutes
// has at most one owner, and the key of the table decides, so that no race can give
// one time twice. What touches a cell holds the whole of it.
const Cell = 5 * time.Minute

// cells are the first cell that touches the time from from to before to, and the
// first after it that does not.
func cells(from, to time.Time) (first, after int64) {
	const micros = int64(Cell / time.Microsecond)
	return from.UnixMicro() / micros, (to.UnixMicro() + micros - 1) / micros
}

// TakeIn holds, in tx, a clinician's time from from to before to for owner: a
// meeting, or whatever else names itself by an id after a word and a slash, as in
// first/01890a5d. If somebody else holds any of it, the answer is fault.Conflict at
// "start", and nothing is held; taking again for the same owner is success. tx is of
// an action that changes, and it is up to its domain that actor may do this.
func TakeIn(ctx context.Context, tx *access.Tx, clinicianID string, from, to time.Time, owner string) error {
	won, err := take(ctx, tx, clinicianID, from, to, owner, "")
	if err == nil && !won {
		err = NotFree()
	}
	return err
}

// NotFree is what is said when somebody else was quicker.
func NotFree() error {
	return fault.New(fault.Conflict, "start", "This time is not free any more. Please choose another.")
}

// take says whether owner holds the whole of the time now. The cells go with the
// record c when that is erased; empty: they do not.
func take(ctx context.Context, tx *access.Tx, clinicianID string, from, to time.Time, owner string, c access.Compartment) (bool, error) {
	first, after := cells(from, to)
	done, err := tx.Exec(ctx, `
		INSERT INTO taken (practice, clinician_id, cell, owner, compartment)
		WITH RECURSIVE wanted(cell) AS (
			SELECT CAST($3 AS BIGINT) UNION ALL SELECT cell + 1 FROM wanted WHERE cell + 1 < CAST($4 AS BIGINT))
		SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), cell, CAST($5 AS TEXT), CAST($6 AS TEXT) FROM wanted
		WHERE NOT EXISTS (SELECT 1 FROM taken t
			WHERE t.practice = $1 AND t.clinician_id = $2 AND t.cell >= $3 AND t.cell < $4 AND t.owner <> $5)
		ON CONFLICT DO NOTHING`,
		tx.Practice, clinicianID, first, after, owner, string(c))
	if err != nil {
		return false, fmt.Errorf("take a time: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == after-first {
		return err == nil, err
	}
	var own int64
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM taken
		WHERE practice = $1 AND clinician_id = $2 AND cell >= $3 AND cell < $4 AND owner = $5`,
		tx.Practice, clinicianID, first, after, owner).Scan(&own)
	if err != nil {
		return false, fmt.Errorf("look who has a time: %w", err)
	}
	return own == after-first, nil
}

// ReleaseIn gives back, in tx, what owner holds of a clinician's time from from to
// before to. If it holds nothing, nothing happens.
func ReleaseIn(ctx context.Context, tx *access.Tx, clinicianID string, from, to time.Time, owner string) error {
	first, after := cells(from, to)
	_, err := tx.Exec(ctx, `
		DELETE FROM taken
		WHERE practice = $1 AND clinician_id = $2 AND cell >= $3 AND cell < $4 AND owner = $5`,
		tx.Practice, clinicianID, first, after, owner)
	if err != nil {
		return fmt.Errorf("give a time back: %w", err)
	}
	return nil
}

// TakenIn returns, in tx and in order, when a clinician's time from from to before
// to is held, by whatever; cells that follow each other are one span. It opens
// nothing and does not say by whom.
func TakenIn(ctx context.Context, tx *access.Tx, clinicianID string, from, to time.Time) ([]Span, error) {
	first, after := cells(from, to)
	rows, err := tx.Query(ctx, `
		SELECT cell FROM taken
		WHERE practice = $1 AND clinician_id = $2 AND cell >= $3 AND cell < $4
		ORDER BY cell`, tx.Practice, clinicianID, first, after)
	if err != nil {
		return nil, fmt.Errorf("read what is taken: %w", err)
	}
	defer rows.Close()

	var all []Span
	for rows.Next() {
		var cell int64
		if err := rows.Scan(&cell); err != nil {
			return nil, fmt.Errorf("read what is taken: %w", err)
		}
		start := time.UnixMicro(cell * int64(Cell/time.Microsecond)).UTC()
		if n := len(all); n > 0 && all[n-1].End.Equal(start) {
			all[n-1].End = start.Add(Cell)
			continue
		}
		all = append(all, Span{start, start.Add(Cell)})
	}
	return all, rows.Err()
}
