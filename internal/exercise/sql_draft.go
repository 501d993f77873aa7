package exercise

import (
	"context"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

func draftPlace(person, id string, revision int) string {
	return fmt.Sprintf("practice_exercise_draft.sealed %s %s %d", person, id, revision)
}

// draftsIn are the drafts of the actor of tx, newest first.
func draftsIn(ctx context.Context, tx *access.Tx) ([]Draft, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, revision, changed_at, sealed FROM practice_exercise_draft
		WHERE practice = $1 AND person = $2
		ORDER BY changed_at DESC, id`, tx.Practice, tx.Actor.ID)
	if err != nil {
		return nil, fmt.Errorf("read drafts of exercises: %w", err)
	}
	defer rows.Close()

	var all []Draft
	for rows.Next() {
		var id string
		var revision int
		var changed int64
		var body []byte
		if err := rows.Scan(&id, &revision, &changed, &body); err != nil {
			return nil, fmt.Errorf("read draft: %w", err)
		}
		d := Draft{Revision: revision, ChangedAt: access.Moment(changed)}
		if err := tx.OpenJSON(ctx, draftPlace(tx.Actor.ID, id, revision), body, &d.Form); err != nil {
			return nil, fmt.Errorf("open draft: %w", err)
		}
		d.Draft = revision
		all = append(all, d)
	}
	return all, rows.Err()
}

func putDraft(ctx context.Context, tx *access.Tx, d Draft) error {
	body, err := tx.SealJSON(ctx, draftPlace(tx.Actor.ID, d.Of(), d.Revision), d.Form)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO practice_exercise_draft (practice, person, id, revision, changed_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (practice, person, id) DO UPDATE
		SET revision = excluded.revision, changed_at = excluded.changed_at, sealed = excluded.sealed`,
		tx.Practice, tx.Actor.ID, d.Of(), d.Revision, d.ChangedAt.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("keep draft: %w", err)
	}
	return nil
}

// deleteDraft says whether there was one.
func deleteDraft(ctx context.Context, tx *access.Tx, id string) (bool, error) {
	done, err := tx.Exec(ctx, `
		DELETE FROM practice_exercise_draft WHERE practice = $1 AND person = $2 AND id = $3`, tx.Practice, tx.Actor.ID, id)
	if err != nil {
		return false, fmt.Errorf("throw draft away: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}
