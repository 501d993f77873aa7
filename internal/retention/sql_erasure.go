package retention

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// kept is an erasure as it lies in its row.
type kept struct {
	ID        string
	Client    string
	Reason    Reason
	At        time.Time
	By        string
	Facts     facts
	Statement string
	words     []byte
}

// facts are what is certified, in numbers and ids.
type facts struct {
	Records []factRecord `json:"records"`
	Tables  []string     `json:"tables"` // in which it was looked
}

type factRecord struct {
	Compartment access.Compartment `json:"compartment"`
	Rows        int64              `json:"rows"`
	Key         string             `json:"key"`
}

func wordsPlace(id string) string { return "erasure.sealed " + id }

func insertErasure(ctx context.Context, tx *access.Tx, k kept, words string) error {
	sealed, err := tx.SealJSONIn(ctx, access.Operations, wordsPlace(k.ID), words)
	if err != nil {
		return err
	}
	body, err := json.Marshal(k.Facts)
	if err != nil {
		return fmt.Errorf("encode erasure: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO erasure (practice, id, client_id, reason, made_at, by_id, facts, statement, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8)`,
		tx.Practice, k.ID, k.Client, string(k.Reason), tx.Now.UnixMicro(), tx.Actor.ID, string(body), sealed)
	if err != nil {
		return fmt.Errorf("keep erasure: %w", err)
	}
	return nil
}

const selectErasure = `SELECT id, client_id, reason, made_at, by_id, facts, statement, sealed FROM erasure WHERE practice = $1`

func erasures(ctx context.Context, tx *access.Tx, which string, args ...any) (all []kept, err error) {
	err = each(ctx, tx, func(rows *access.Rows) error {
		var k kept
		var at int64
		var body string
		if err := rows.Scan(&k.ID, &k.Client, &k.Reason, &at, &k.By, &body, &k.Statement, &k.words); err != nil {
			return err
		}
		k.At = access.Moment(at)
		all = append(all, k)
		return json.Unmarshal([]byte(body), &all[len(all)-1].Facts)
	}, selectErasure+which, append([]any{tx.Practice}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read erasures: %w", err)
	}
	return all, nil
}

// erasure is the one with the given id; ok is false if there is none.
func erasure(ctx context.Context, tx *access.Tx, id string) (k kept, ok bool, err error) {
	all, err := erasures(ctx, tx, ` AND id = $2`, id)
	if err != nil || len(all) == 0 {
		return k, false, err
	}
	return all[0], true, nil
}

// newestErasures are up to most of them, newest first.
func newestErasures(ctx context.Context, tx *access.Tx, most int) ([]kept, error) {
	return erasures(ctx, tx, ` ORDER BY made_at DESC, id DESC LIMIT $2`, most)
}

// uncertified are those of a client that are not certified yet.
func uncertified(ctx context.Context, tx *access.Tx, client string) ([]kept, error) {
	return erasures(ctx, tx, ` AND client_id = $2 AND statement = '' ORDER BY made_at, id`, client)
}

func setStatement(ctx context.Context, tx *access.Tx, id, statement string) error {
	_, err := tx.Exec(ctx, `UPDATE erasure SET statement = $3 WHERE practice = $1 AND id = $2 AND statement = ''`, tx.Practice, id, statement)
	if err != nil {
		return fmt.Errorf("certify erasure: %w", err)
	}
	return nil
}
