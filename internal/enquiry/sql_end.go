package enquiry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// insertEnd keeps what the link of an enquiry that is over says, and until when its
// keys are needed.
func insertEnd(ctx context.Context, tx *access.Tx, id string, state State, by, became string, keys time.Time) error {
	done, err := tx.Exec(ctx, `
		INSERT INTO enquiry_end (practice, id, token, state, by_id, at, until, became, keys_until, keyless)
		SELECT practice, id, token, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT), $7, CAST($8 AS BIGINT), FALSE
		FROM enquiry WHERE practice = $1 AND compartment = $2
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(access.EnquiryRecord(id)), string(state), by, tx.Now.UnixMicro(), tx.Now.Add(Keeps).UnixMicro(), became, keys.UnixMicro())
	if err != nil {
		return fmt.Errorf("end enquiry: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fault.Absent())
	}
	return nil
}

// selectWithKeys reads what withKeys reads.
const selectWithKeys = `SELECT id FROM enquiry_end WHERE practice = $1 AND NOT keyless AND keys_until <= $3 ORDER BY id LIMIT $2`

// withKeys are some that are over and whose keys are not destroyed yet.
func withKeys(rows *access.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, fmt.Errorf("read what is over: %w", err)
	}
	defer rows.Close()

	var all []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read what is over: %w", err)
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

// accepted are the clients whose enquiries still have their keys, with the enquiries
// of each.
func accepted(ctx context.Context, tx *access.Tx) (map[string][]string, error) {
	rows, err := tx.Query(ctx, `SELECT id, became FROM enquiry_end WHERE practice = $1 AND NOT keyless AND became <> '' AND keys_until > $2`,
		tx.Practice, tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read who was accepted: %w", err)
	}
	defer rows.Close()

	all := make(map[string][]string)
	for rows.Next() {
		var id, became string
		if err := rows.Scan(&id, &became); err != nil {
			return nil, fmt.Errorf("read who was accepted: %w", err)
		}
		all[became] = append(all[became], id)
	}
	return all, rows.Err()
}

// needKeysNoMore lets the keys of what is over be destroyed now.
func needKeysNoMore(ctx context.Context, tx *access.Tx, id string) error {
	if _, err := tx.Exec(ctx, `UPDATE enquiry_end SET keys_until = $3 WHERE practice = $1 AND id = $2`, tx.Practice, id, tx.Now.UnixMicro()); err != nil {
		return fmt.Errorf("let keys go: %w", err)
	}
	return nil
}

// noteKeyless notes that the keys of what is over are destroyed.
func noteKeyless(ctx context.Context, tx *access.Tx, id string) error {
	if _, err := tx.Exec(ctx, `UPDATE enquiry_end SET keyless = TRUE WHERE practice = $1 AND id = $2`, tx.Practice, id); err != nil {
		return fmt.Errorf("note that keys are gone: %w", err)
	}
	return nil
}

// dueToEnd are some whose time is over.
func dueToEnd(ctx context.Context, tx *access.Tx) ([]row, error) {
	rows, err := tx.Query(ctx, `SELECT id, state, by_id FROM enquiry WHERE practice = $1 AND forget_at > 0 AND forget_at <= $2 ORDER BY id LIMIT $3`,
		tx.Practice, tx.Now.UnixMicro(), atOnce)
	if err != nil {
		return nil, fmt.Errorf("read what is to be forgotten: %w", err)
	}
	defer rows.Close()

	var due []row
	for rows.Next() {
		var e row
		if err := rows.Scan(&e.id, &e.state, &e.byID); err != nil {
			return nil, fmt.Errorf("read what is to be forgotten: %w", err)
		}
		due = append(due, e)
	}
	return due, rows.Err()
}

// dropEnds forgets what has been over for long, link and all.
func dropEnds(ctx context.Context, tx *access.Tx) error {
	if _, err := tx.Exec(ctx, `DELETE FROM enquiry_end WHERE practice = $1 AND keyless AND until <= $2`, tx.Practice, tx.Now.UnixMicro()); err != nil {
		return fmt.Errorf("forget what is long over: %w", err)
	}
	return nil
}
