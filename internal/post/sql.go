package post

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// selectUndelivered is read at a glance, across practices: they share the mail server.
const selectUndelivered = `
	SELECT count(*), coalesce(min(failed_at), 0), coalesce(max(tried_at), 0) FROM letter
	WHERE failed_at > 0 AND why = 'server'`

// insert keeps l, which is sealed as body, and that it was tried in vain now, for why;
// empty: it was not tried yet.
func insert(ctx context.Context, tx *access.Tx, c access.Compartment, id string, body []byte, l Letter, why string) error {
	var failed, tried int64
	if why != "" {
		failed, tried = tx.Now.UnixMicro(), tx.Now.UnixMicro()
		if !l.failed.IsZero() {
			failed = l.failed.UnixMicro()
		}
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO letter (practice, id, compartment, made_at, sent_at, sealed, failed_at, tried_at, why, kind)
		VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9)`,
		tx.Practice, id, string(c), tx.Now.UnixMicro(), body, failed, tried, why, l.Kind)
	if err != nil {
		return fmt.Errorf("keep letter: %w", err)
	}
	return nil
}

func selectLetter(ctx context.Context, tx *access.Tx, c access.Compartment, id string) (made, failed time.Time, body []byte, err error) {
	var madeAt, failedAt int64
	err = tx.QueryRow(ctx, `
		SELECT made_at, failed_at, sealed FROM letter
		WHERE practice = $1 AND id = $2 AND compartment = $3 AND sent_at = 0`,
		tx.Practice, id, string(c)).Scan(&madeAt, &failedAt, &body)
	return at(madeAt), at(failedAt), body, err
}

// alike says whether a letter of this kind, to whoever c is about, was tried in vain and waits.
func alike(ctx context.Context, tx *access.Tx, c access.Compartment, kind string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM letter
		WHERE practice = $1 AND compartment = $2 AND failed_at > 0 AND kind = $3`, tx.Practice, string(c), kind).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for such letters: %w", err)
	}
	return n > 0, nil
}

// selectFate fails with sql.ErrNoRows of a letter that went, or was dropped.
func selectFate(ctx context.Context, tx *access.Tx, id string) (failed time.Time, why string, err error) {
	var failedAt int64
	err = tx.QueryRow(ctx, `
		SELECT failed_at, why FROM letter WHERE practice = $1 AND id = $2`, tx.Practice, id).Scan(&failedAt, &why)
	return at(failedAt), why, err
}

// markFailed notes that a letter which waits was tried in vain.
func markFailed(ctx context.Context, tx *access.Tx, id, why string) error {
	_, err := tx.Exec(ctx, `
		UPDATE letter SET failed_at = CASE WHEN failed_at = 0 THEN $3 ELSE failed_at END, tried_at = $3, why = $4
		WHERE practice = $1 AND id = $2`, tx.Practice, id, tx.Now.UnixMicro(), why)
	if err != nil {
		return fmt.Errorf("note that a letter did not go: %w", err)
	}
	return nil
}

func drop(ctx context.Context, tx *access.Tx, id string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM letter WHERE practice = $1 AND id = $2`, tx.Practice, id); err != nil {
		return fmt.Errorf("drop letter: %w", err)
	}
	return nil
}

// at is a time from the database; zero if there is none.
func at(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}
