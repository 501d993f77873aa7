package alliance

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/waymark-care/waymark/internal/access"
)

// sealedMarker is what the database holds of a marker under the compartment's key.
type sealedMarker struct {
	Word string `json:"word"`
	Line string `json:"line,omitempty"`
}

func markerPlace(id string) string { return "marker.sealed " + id }

func insertMarker(ctx context.Context, tx *access.Tx, m Marker) (bool, error) {
	body, err := tx.SealJSON(ctx, markerPlace(m.ID), sealedMarker{m.Word, m.Line})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO marker (practice, compartment, id, at, by_id, side, just, taken_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), m.ID, m.At.UnixMicro(), m.By, string(m.Side), bit(m.Just), body)
	if err != nil {
		return false, fmt.Errorf("keep marker: %w", err)
	}
	return changed(done)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// oneMarker is a marker of whoever is asking, also if they took it back.
func oneMarker(ctx context.Context, tx *access.Tx, id string) (Marker, bool, error) {
	m, err := scanMarker(ctx, tx, tx.QueryRow(ctx, `
		SELECT id, at, by_id, side, just, sealed FROM marker
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND by_id = $4`,
		tx.Practice, string(tx.Compartment), id, tx.Actor.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return Marker{}, false, nil
	}
	return m, err == nil, err
}

func markers(ctx context.Context, tx *access.Tx) ([]Marker, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, at, by_id, side, just, sealed FROM marker
		WHERE practice = $1 AND compartment = $2 AND taken_at = 0 AND (just = 0 OR by_id = $3)
		ORDER BY at, id`, tx.Practice, string(tx.Compartment), tx.Actor.ID)
	if err != nil {
		return nil, fmt.Errorf("read markers: %w", err)
	}
	defer rows.Close()

	var all []Marker
	for rows.Next() {
		m, err := scanMarker(ctx, tx, rows)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

func scanMarker(ctx context.Context, tx *access.Tx, from interface{ Scan(...any) error }) (Marker, error) {
	m := Marker{Client: tx.Compartment}
	var at, just int64
	var body []byte
	if err := from.Scan(&m.ID, &at, &m.By, &m.Side, &just, &body); err != nil {
		return m, fmt.Errorf("read marker: %w", err)
	}
	m.At, m.Just = access.Moment(at), just == 1
	plain, err := tx.Open(ctx, markerPlace(m.ID), body)
	if err != nil {
		return m, fmt.Errorf("open marker %s: %w", m.ID, err)
	}
	var s sealedMarker
	if err := json.Unmarshal(plain, &s); err != nil {
		return m, fmt.Errorf("decode marker %s: %w", m.ID, err)
	}
	m.Word, m.Line = s.Word, s.Line
	return m, nil
}

func keepMarker(ctx context.Context, tx *access.Tx, id string, just bool) (bool, error) {
	done, err := tx.Exec(ctx, `
		UPDATE marker SET just = $5
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND by_id = $4 AND side = 'client' AND taken_at = 0`,
		tx.Practice, string(tx.Compartment), id, tx.Actor.ID, bit(just))
	if err != nil {
		return false, fmt.Errorf("change marker: %w", err)
	}
	return changed(done)
}

func takeBack(ctx context.Context, tx *access.Tx, id string) (bool, error) {
	done, err := tx.Exec(ctx, `
		UPDATE marker SET taken_at = CASE WHEN taken_at = 0 THEN CAST($5 AS BIGINT) ELSE taken_at END
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND by_id = $4`,
		tx.Practice, string(tx.Compartment), id, tx.Actor.ID, tx.Now.UnixMicro())
	if err != nil {
		return false, fmt.Errorf("take marker back: %w", err)
	}
	return changed(done)
}

func wordsPlace(revision int64) string {
	return "marker_words.sealed " + strconv.FormatInt(revision, 10)
}

func newestWords(ctx context.Context, tx *access.Tx) (Words, error) {
	var w Words
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT revision, sealed FROM marker_words WHERE practice = $1 ORDER BY revision DESC LIMIT 1`,
		tx.Practice).Scan(&w.Revision, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return Words{}, nil
	}
	if err != nil {
		return Words{}, fmt.Errorf("read words: %w", err)
	}
	plain, err := tx.Open(ctx, wordsPlace(w.Revision), body)
	if err != nil {
		return Words{}, fmt.Errorf("open words: %w", err)
	}
	if err := json.Unmarshal(plain, &w.Own); err != nil {
		return Words{}, fmt.Errorf("decode words: %w", err)
	}
	return w, nil
}

func insertWords(ctx context.Context, tx *access.Tx, w Words) (bool, error) {
	body, err := tx.SealJSON(ctx, wordsPlace(w.Revision), w.Own)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO marker_words (practice, revision, made_at, made_by, sealed)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		tx.Practice, w.Revision, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("keep words: %w", err)
	}
	return changed(done)
}
