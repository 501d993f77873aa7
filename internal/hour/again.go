package hour

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// endedSummary begins the kind under which it is noted beside the records that the
// client does not read a summary any more: "hour.summary" and the session's id.
const endedSummary = "hour.summary "

// sharing notes, in tx, whether the client reads the summary of a session.
func sharing(ctx context.Context, tx *access.Tx, s Summary) error {
	who, kind := tx.Compartment.Of(), endedSummary+s.SessionID
	if s.Text == "" {
		return access.Ended(ctx, tx, who, tx.Compartment, kind)
	}
	return access.NotEnded(ctx, tx, who, tx.Compartment, kind)
}

// endedItem begins the kind under which it is noted that something on the agenda was
// taken back: "agenda.item" and its id.
const endedItem = "agenda.item "

// EndAgain is for after a restore: a summary that was taken back after the backup was
// made is so again, unless it was shared anew since, and so is what was taken back from
// the agenda: its words are gone. actor is the operator, who learns
// nothing by it. Doing it twice does no harm.
func (hs *Hours) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := hs.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		if itemID, ok := strings.CutPrefix(e.Kind, endedItem); ok {
			if err := dropAgain(ctx, tx, e, itemID); err != nil {
				return err
			}
		}
		sessionID, ok := strings.CutPrefix(e.Kind, endedSummary)
		if !ok {
			continue
		}
		if err := takeBackAgain(ctx, tx, e, sessionID); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// takeBackAgain adds to a summary that is older than its end one revision without words.
func takeBackAgain(ctx context.Context, tx *access.Tx, e access.Ending, sessionID string) error {
	var newest, at int64
	err := tx.QueryRow(ctx, `
		SELECT revision, at FROM hour_summary
		WHERE practice = $1 AND compartment = $2 AND session_id = $3
		ORDER BY revision DESC LIMIT 1`, tx.Practice, string(e.Compartment), sessionID).Scan(&newest, &at)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("read summary: %w", err)
	case at >= e.At.UnixMicro():
		return nil
	}
	body, err := tx.SealJSONIn(ctx, e.Compartment, place("hour_summary.sealed", sessionID, newest+1), sealedSummary{})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO hour_summary (practice, compartment, session_id, revision, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		tx.Practice, string(e.Compartment), sessionID, newest+1, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return fmt.Errorf("take summary back: %w", err)
	}
	return nil
}

// dropAgain takes away the words of something that was taken back.
func dropAgain(ctx context.Context, tx *access.Tx, e access.Ending, itemID string) error {
	var revision int64
	err := tx.QueryRow(ctx, `
		SELECT revision FROM agenda_item
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state <> 'dropped'`,
		tx.Practice, string(e.Compartment), itemID).Scan(&revision)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read agenda: %w", err)
	}
	body, err := tx.SealJSONIn(ctx, e.Compartment, place("agenda_item.sealed", itemID, revision+1), sealedItem{})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE agenda_item SET revision = $4, state = 'dropped', changed_at = $5, sealed = $6, sealed_words = $7
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND revision = $4 - 1`,
		tx.Practice, string(e.Compartment), itemID, revision+1, tx.Now.UnixMicro(), body, []byte{})
	if err != nil {
		return fmt.Errorf("take back from the agenda: %w", err)
	}
	return nil
}
