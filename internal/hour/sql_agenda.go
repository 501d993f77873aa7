package hour

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// sealedItem is what the database holds of a thing on the agenda, beside its words.
type sealedItem struct {
	Hard     bool   `json:"hard,omitempty"`
	May      bool   `json:"may,omitempty"`
	Opened   int64  `json:"opened,omitempty"`
	OpenedBy string `json:"opened_by,omitempty"`
	From     Source `json:"from,omitzero"`
}

// place is where a revision of a row is sealed in a column of a table.
func place(column, id string, revision int64) string {
	return column + " " + id + " " + strconv.FormatInt(revision, 10)
}

func changed(done sql.Result) (bool, error) {
	n, err := done.RowsAffected()
	return n > 0, err
}

const itemColumns = `i.id, i.revision, i.side, i.by_id, i.at, i.changed_at, i.state, i.session_id, i.sealed, i.sealed_words`

// items reads rows of itemColumns, and opens the words that are open to whoever asks.
func items(ctx context.Context, tx *access.Tx, rows *access.Rows, err error) ([]Item, error) {
	if err != nil {
		return nil, fmt.Errorf("read agenda: %w", err)
	}
	defer rows.Close()

	side := SideOf(tx.Actor, tx.Compartment)
	var all []Item
	for rows.Next() {
		var i Item
		var at, changedAt int64
		var body, words []byte
		if err := rows.Scan(&i.ID, &i.Revision, &i.Side, &i.By, &at, &changedAt, &i.State, &i.SessionID, &body, &words); err != nil {
			return nil, fmt.Errorf("read agenda: %w", err)
		}
		i.At, i.ChangedAt = access.Moment(at), access.Moment(changedAt)
		var s sealedItem
		if err := tx.OpenJSON(ctx, place("agenda_item.sealed", i.ID, i.Revision), body, &s); err != nil {
			return nil, fmt.Errorf("open agenda: %w", err)
		}
		i.Hard, i.May, i.Opened, i.OpenedBy = s.Hard, s.May, access.Moment(s.Opened), s.OpenedBy
		i.Closed = i.closedTo(side)
		if i.from = s.From; !i.Closed {
			i.Source = i.from
		}
		if !i.Closed && len(words) > 0 {
			plain, err := tx.Open(ctx, place("agenda_item.sealed_words", i.ID, i.Revision), words)
			if err != nil {
				return nil, fmt.Errorf("open agenda: %w", err)
			}
			i.Text = string(plain)
		}
		all = append(all, i)
	}
	return all, rows.Err()
}

// waitingOf are the things that wait, in the order in which they were brought.
func waitingOf(ctx context.Context, tx *access.Tx) ([]Item, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+itemColumns+` FROM agenda_item i
		WHERE i.practice = $1 AND i.compartment = $2 AND i.state = 'waiting'
		ORDER BY i.at, i.id`, tx.Practice, string(tx.Compartment))
	return items(ctx, tx, rows, err)
}

// agendaOf is what stood on the agenda of a session and was not taken back.
func agendaOf(ctx context.Context, tx *access.Tx, sessionID string) ([]Item, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+itemColumns+` FROM agenda_on o
		JOIN agenda_item i ON i.practice = o.practice AND i.compartment = o.compartment AND i.id = o.item_id
		WHERE o.practice = $1 AND o.compartment = $2 AND o.session_id = $3 AND i.state <> 'dropped'
		ORDER BY i.at, i.id`, tx.Practice, string(tx.Compartment), sessionID)
	return items(ctx, tx, rows, err)
}

func itemOf(ctx context.Context, tx *access.Tx, id string) (Item, bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+itemColumns+` FROM agenda_item i
		WHERE i.practice = $1 AND i.compartment = $2 AND i.id = $3`, tx.Practice, string(tx.Compartment), id)
	all, err := items(ctx, tx, rows, err)
	if err != nil || len(all) == 0 {
		return Item{}, false, err
	}
	return all[0], true, nil
}

// keepItem writes i in place of what it was, and says whether it did: somebody may
// have been quicker. Words that are closed to whoever asks are sealed anew as they are.
func keepItem(ctx context.Context, tx *access.Tx, i Item) (bool, error) {
	i.ChangedAt = tx.Now
	body, err := tx.SealJSON(ctx, place("agenda_item.sealed", i.ID, i.Revision), sealedItem{i.Hard, i.May, access.Micros(i.Opened), i.OpenedBy, i.from})
	if err != nil {
		return false, err
	}
	text := []byte(i.Text)
	if i.Closed {
		if text, err = wordsOf(ctx, tx, i.ID); err != nil {
			return false, err
		}
	}
	words := []byte{}
	if len(text) > 0 {
		if words, err = tx.Seal(ctx, place("agenda_item.sealed_words", i.ID, i.Revision), text); err != nil {
			return false, err
		}
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO agenda_item (practice, compartment, id, revision, side, by_id, at, changed_at, state, session_id, sealed, sealed_words)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (practice, compartment, id) DO UPDATE
		SET revision = excluded.revision, changed_at = excluded.changed_at, state = excluded.state, session_id = excluded.session_id,
		    sealed = excluded.sealed, sealed_words = excluded.sealed_words
		WHERE agenda_item.revision = excluded.revision - 1`,
		tx.Practice, string(tx.Compartment), i.ID, i.Revision, string(i.Side), i.By, i.At.UnixMicro(), i.ChangedAt.UnixMicro(),
		string(i.State), i.SessionID, body, words)
	if err != nil {
		return false, fmt.Errorf("keep agenda: %w", err)
	}
	return changed(done)
}

// wordsOf are the words of a thing on the agenda, to be sealed again: nobody is
// shown them.
func wordsOf(ctx context.Context, tx *access.Tx, id string) ([]byte, error) {
	var revision int64
	var words []byte
	err := tx.QueryRow(ctx, `
		SELECT revision, sealed_words FROM agenda_item
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id).Scan(&revision, &words)
	if err != nil {
		return nil, fmt.Errorf("read agenda: %w", err)
	}
	if len(words) == 0 {
		return nil, nil
	}
	return tx.Open(ctx, place("agenda_item.sealed_words", id, revision), words)
}

// putOn puts everything that waits on the agenda of a session.
func putOn(ctx context.Context, tx *access.Tx, sessionID string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO agenda_on (practice, compartment, session_id, item_id)
		SELECT practice, compartment, $3, id FROM agenda_item
		WHERE practice = $1 AND compartment = $2 AND state = 'waiting'
		ON CONFLICT DO NOTHING`, tx.Practice, string(tx.Compartment), sessionID)
	if err != nil {
		return fmt.Errorf("put on the agenda: %w", err)
	}
	return nil
}

// putOneOn puts one thing on the agenda of a session.
func putOneOn(ctx context.Context, tx *access.Tx, sessionID, itemID string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO agenda_on (practice, compartment, session_id, item_id)
		VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, tx.Practice, string(tx.Compartment), sessionID, itemID)
	if err != nil {
		return fmt.Errorf("put on the agenda: %w", err)
	}
	return nil
}

// quietOf is which side said that there is nothing yet, and when.
func quietOf(ctx context.Context, tx *access.Tx) (map[Side]time.Time, error) {
	rows, err := tx.Query(ctx, `
		SELECT side, at FROM agenda_quiet
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read agenda: %w", err)
	}
	defer rows.Close()

	all := make(map[Side]time.Time)
	for rows.Next() {
		var side Side
		var at int64
		if err := rows.Scan(&side, &at); err != nil {
			return nil, fmt.Errorf("read agenda: %w", err)
		}
		all[side] = access.Moment(at)
	}
	return all, rows.Err()
}

func setQuiet(ctx context.Context, tx *access.Tx, side Side) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO agenda_quiet (practice, compartment, side, at)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (practice, compartment, side) DO UPDATE SET at = excluded.at`,
		tx.Practice, string(tx.Compartment), string(side), tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("keep agenda: %w", err)
	}
	return nil
}

// endQuiet forgets that the given side had nothing yet, or, where none is given, both.
func endQuiet(ctx context.Context, tx *access.Tx, side Side) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM agenda_quiet
		WHERE practice = $1 AND compartment = $2 AND ($3 = '' OR side = $3)`,
		tx.Practice, string(tx.Compartment), string(side))
	if err != nil {
		return fmt.Errorf("keep agenda: %w", err)
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
