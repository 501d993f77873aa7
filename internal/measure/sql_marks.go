package measure

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Statements that note of an answer that it was seen, and talked about.

func markSeen(ctx context.Context, tx *access.Tx, id string) error {
	done, err := tx.Exec(ctx, `
		UPDATE occasion SET seen_at = CASE WHEN seen_at = 0 THEN CAST($4 AS BIGINT) ELSE seen_at END
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'given'`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro())
	return marked(done, err)
}

func markTalked(ctx context.Context, tx *access.Tx, id string) error {
	done, err := tx.Exec(ctx, `
		UPDATE occasion
		SET talked_by = CASE WHEN talked_at = 0 THEN $5 ELSE talked_by END,
		    talked_at = CASE WHEN talked_at = 0 THEN CAST($4 AS BIGINT) ELSE talked_at END
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'given'`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro(), tx.Actor.ID)
	return marked(done, err)
}

func marked(done sql.Result, err error) error {
	if err != nil {
		return fmt.Errorf("mark answer: %w", err)
	}
	if there, err := changed(done); err != nil || !there {
		return errors.Join(err, fault.Absent())
	}
	return nil
}

// allAnswers returns every answer of one client, oldest first.
func (ms *Measures) allAnswers(ctx context.Context, tx *access.Tx) ([]Answer, error) {
	return ms.queryAnswers(ctx, tx, usualPage, `
		SELECT `+answerColumns+` FROM occasion o
		WHERE o.practice = $1 AND o.compartment = $2 AND o.state = 'given'
		ORDER BY o.at, o.id`,
		tx.Practice, string(tx.Compartment))
}
