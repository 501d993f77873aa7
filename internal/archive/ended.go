package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/waymark-care/waymark/internal/store"
)

// endedFile is what, in the archive of keys, says what has been ended. Being of
// the newest archive of keys it reaches into every older archive of records, as
// tombstones do.
const endedFile = "ended.json"

// An Ending says what somebody reaches no more, and since when.
type Ending struct {
	Practice    string `json:"practice"`
	Compartment string `json:"compartment"`
	Actor       string `json:"actor"`
	Kind        string `json:"kind"`
	At          int64  `json:"at"` // microseconds since 1970
}

// endings are what was ended in the records and not given again.
func (h House) endings(ctx context.Context) ([]Ending, error) {
	tx, err := h.Records.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	return endingsIn(ctx, tx)
}

func endingsIn(ctx context.Context, tx *store.Tx) ([]Ending, error) {
	rows, err := tx.Query(ctx, `
		SELECT practice, compartment, actor_id, kind, at FROM ended
		ORDER BY practice, compartment, actor_id, kind`)
	if err != nil {
		return nil, fmt.Errorf("read what ended: %w", err)
	}
	defer rows.Close()

	all := []Ending{}
	for rows.Next() {
		var e Ending
		if err := rows.Scan(&e.Practice, &e.Compartment, &e.Actor, &e.Kind, &e.At); err != nil {
			return nil, fmt.Errorf("read what ended: %w", err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// countEnded puts into s what tells whether the endings have changed.
func (h House) countEnded(ctx context.Context, s *KeysState) error {
	tx, err := h.Records.Glance(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.QueryRow(ctx, `SELECT count(*), coalesce(max(at), 0) FROM ended`).Scan(&s.Ended, &s.EndedAt); err != nil {
		return fmt.Errorf("count what ended: %w", err)
	}
	return nil
}

// EndedFile lies in the data folder after a restore, until what it names has been
// ended again, and with it every sign-in and open invitation: nobody knows which
// of them had ended. Whoever opens the practice first does that.
const EndedFile = "ended-since.json"

// leaveEnded writes EndedFile. An archive of keys may come from before there was
// such a file in it.
func (w *restore) leaveEnded(text []byte) (all []Ending, err error) {
	if text == nil {
		text = []byte("[]")
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("what ended: %w", err)
	}
	return all, os.WriteFile(filepath.Join(w.Data, EndedFile), text, 0o600)
}
