package method

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// sealedOwn and sealedChoice are what the database holds under the practice's key.
type sealedOwn struct {
	File []byte `json:"file"` // a Sheet with one entry, and the sources it brings
	By   string `json:"by"`
}

type sealedChoice struct {
	ID     string `json:"id"`
	Hidden bool   `json:"hidden"`
	By     string `json:"by"`
}

func ownPlace(mark []byte, version int) string {
	return fmt.Sprintf("practice_method.sealed %s %d", hex.EncodeToString(mark), version)
}

func choicePlace(mark []byte, changed int64) string {
	return fmt.Sprintf("practice_method_choice.sealed %s %d", hex.EncodeToString(mark), changed)
}

type ownRow struct {
	mark    []byte
	version int
	made    int64
}

func (r ownRow) key() string { return fmt.Sprintf("%s %d", hex.EncodeToString(r.mark), r.version) }

// ownRows are the entries of the practice in the order in which they were made.
func ownRows(ctx context.Context, tx *access.Tx) ([]ownRow, error) {
	rows, err := tx.Query(ctx, `
		SELECT mark, version, made_at FROM practice_method
		WHERE practice = $1 ORDER BY made_at, mark, version`, tx.Practice)
	if err != nil {
		return nil, fmt.Errorf("read the practice's methods: %w", err)
	}
	defer rows.Close()

	var all []ownRow
	for rows.Next() {
		var r ownRow
		if err := rows.Scan(&r.mark, &r.version, &r.made); err != nil {
			return nil, fmt.Errorf("read method: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

func (r ownRow) open(ctx context.Context, tx *access.Tx) (Own, error) {
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT sealed FROM practice_method
		WHERE practice = $1 AND mark = $2 AND version = $3`, tx.Practice, r.mark, r.version).Scan(&body)
	if err != nil {
		return Own{}, fmt.Errorf("read method: %w", err)
	}
	plain, err := tx.OpenShared(ctx, ownPlace(r.mark, r.version), body)
	if err != nil {
		return Own{}, fmt.Errorf("open method: %w", err)
	}
	var s sealedOwn
	if err := json.Unmarshal(plain, &s); err != nil {
		return Own{}, fmt.Errorf("decode method: %w", err)
	}
	sheet, err := Parse(s.File)
	if err != nil {
		return Own{}, fmt.Errorf("read a method again that was read once: %w", err)
	}
	return Own{sheet: sheet, File: s.File, By: s.By, MadeAt: time.UnixMicro(r.made).UTC()}, nil
}

// insertOwn says whether the entry is new in this version.
func insertOwn(ctx context.Context, tx *access.Tx, mark []byte, version int, o Own) (bool, error) {
	body, err := tx.SealJSON(ctx, ownPlace(mark, version), sealedOwn{File: o.File, By: o.By})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO practice_method (practice, mark, version, made_at, sealed)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, tx.Practice, mark, version, tx.Now.UnixMicro(), body)
	if err != nil {
		return false, fmt.Errorf("insert method: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

func putChoice(ctx context.Context, tx *access.Tx, mark []byte, s sealedChoice) error {
	at := tx.Now.UnixMicro()
	body, err := tx.SealJSON(ctx, choicePlace(mark, at), s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO practice_method_choice (practice, mark, changed_at, sealed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (practice, mark) DO UPDATE SET changed_at = excluded.changed_at, sealed = excluded.sealed`,
		tx.Practice, mark, at, body)
	if err != nil {
		return fmt.Errorf("keep choice: %w", err)
	}
	return nil
}

// hidden are the ids of what the practice left out of what can be chosen.
func hidden(ctx context.Context, tx *access.Tx) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT mark, changed_at, sealed FROM practice_method_choice WHERE practice = $1`, tx.Practice)
	if err != nil {
		return nil, fmt.Errorf("read choices: %w", err)
	}
	defer rows.Close()

	out := make(map[string]bool)
	for rows.Next() {
		var mark, body []byte
		var at int64
		if err := rows.Scan(&mark, &at, &body); err != nil {
			return nil, fmt.Errorf("read choice: %w", err)
		}
		plain, err := tx.OpenShared(ctx, choicePlace(mark, at), body)
		if err != nil {
			return nil, fmt.Errorf("open choice: %w", err)
		}
		var s sealedChoice
		if err := json.Unmarshal(plain, &s); err != nil {
			return nil, fmt.Errorf("decode choice: %w", err)
		}
		if s.Hidden {
			out[s.ID] = true
		}
	}
	return out, rows.Err()
}
