package profile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// offered are the times of a clinician that have not begun and were not withdrawn,
// in order, with what each was taken for.
func offered(ctx context.Context, tx *access.Tx, clinicianID string) ([]Own, error) {
	rows, err := tx.Query(ctx, `
		SELECT t.id, t.starts_at, t.ends_at, t.ways, COALESCE(k.for_id, '')
		FROM first_time t LEFT JOIN first_taken k ON k.practice = t.practice AND k.time_id = t.id
		WHERE t.practice = $1 AND t.clinician_id = $2 AND t.starts_at > $3 AND t.withdrawn_at = 0
		ORDER BY t.starts_at`, tx.Practice, clinicianID, tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read first consultations: %w", err)
	}
	defer rows.Close()

	var all []Own
	for rows.Next() {
		o := Own{Time: Time{ClinicianID: clinicianID}}
		var starts, ends int64
		var ways string
		if err := rows.Scan(&o.ID, &starts, &ends, &ways, &o.For); err != nil {
			return nil, fmt.Errorf("read first consultation: %w", err)
		}
		o.fill(starts, ends, ways)
		all = append(all, o)
	}
	return all, rows.Err()
}

func (t *Time) fill(starts, ends int64, ways string) {
	t.Start, t.Ways = access.Moment(starts), waysIn(ways)
	t.Length = time.Duration(ends-starts) * time.Microsecond
}

func timeByID(ctx context.Context, tx *access.Tx, id string) (t Time, withdrawn, ok bool, err error) {
	var starts, ends, gone int64
	var ways string
	err = tx.QueryRow(ctx, `
		SELECT id, clinician_id, starts_at, ends_at, ways, withdrawn_at FROM first_time
		WHERE practice = $1 AND id = $2`, tx.Practice, id).Scan(&t.ID, &t.ClinicianID, &starts, &ends, &ways, &gone)
	if errors.Is(err, sql.ErrNoRows) {
		return t, false, false, nil
	}
	if err != nil {
		return t, false, false, fmt.Errorf("read first consultation: %w", err)
	}
	t.fill(starts, ends, ways)
	return t, gone > 0, true, nil
}

// timesByID are those among all that are kept already, withdrawn ones too.
func timesByID(ctx context.Context, tx *access.Tx, all []Time) ([]Time, error) {
	var kept []Time
	for _, t := range all {
		was, _, ok, err := timeByID(ctx, tx, t.ID)
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, was)
		}
	}
	return kept, nil
}

func insertTime(ctx context.Context, tx *access.Tx, t Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO first_time (practice, id, clinician_id, starts_at, ends_at, ways, made_at, withdrawn_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`,
		tx.Practice, t.ID, t.ClinicianID, t.Start.UnixMicro(), t.End().UnixMicro(), waysText(t.Ways), tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("insert first consultation: %w", err)
	}
	return nil
}

func withdrawTime(ctx context.Context, tx *access.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		UPDATE first_time SET withdrawn_at = $3
		WHERE practice = $1 AND id = $2 AND withdrawn_at = 0`, tx.Practice, id, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("withdraw first consultation: %w", err)
	}
	return nil
}

// takenFor is for what a time was taken; empty if it was not.
func takenFor(ctx context.Context, tx *access.Tx, id string) (string, error) {
	var forID string
	err := tx.QueryRow(ctx, `
		SELECT for_id FROM first_taken WHERE practice = $1 AND time_id = $2`, tx.Practice, id).Scan(&forID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read for whom a time is: %w", err)
	}
	return forID, nil
}

// insertTaken says whether the time was still to be had: the key of the table decides.
func insertTaken(ctx context.Context, tx *access.Tx, id, forID string) (bool, error) {
	done, err := tx.Exec(ctx, `
		INSERT INTO first_taken (practice, time_id, for_id, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, tx.Practice, id, forID, tx.Now.UnixMicro())
	if err != nil {
		return false, fmt.Errorf("take a time: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// IsClinician says, in tx, whether somebody takes on clients in the practice.
func IsClinician(ctx context.Context, tx *access.Tx, id string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM grants
		WHERE practice = $1 AND actor_id = $2 AND compartment = 'operations' AND kind = 'clinician' AND until > $3`,
		tx.Practice, id, tx.Now.UnixMicro()).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look whether somebody works here: %w", err)
	}
	return n > 0, nil
}

// changed notes, in tx, that something public did.
func changed(ctx context.Context, tx *access.Tx) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO public_state (practice, revision) VALUES ($1, 1)
		ON CONFLICT (practice) DO UPDATE SET revision = public_state.revision + 1`, tx.Practice)
	if err != nil {
		return fmt.Errorf("note what changed in public: %w", err)
	}
	return nil
}
