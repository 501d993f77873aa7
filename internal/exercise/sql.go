package exercise

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// A Kept is one version of a practice's own exercise, with who kept it and when.
type Kept struct {
	Exercise
	By     string // person id
	MadeAt time.Time

	form string // id of the form that made it
}

// sealedOwn and sealedChoice are what the database holds under the
// practice's key.
type sealedOwn struct {
	Exercise json.RawMessage `json:"exercise"`
	Form     string          `json:"form"` // id of the form that made it
	By       string          `json:"by"`
}

type sealedChoice struct {
	Hidden []string `json:"hidden"`
	By     string   `json:"by"`
}

func ownPlace(id string, version int) string {
	return fmt.Sprintf("practice_exercise.sealed %s %d", id, version)
}

func choicePlace(changed int64) string {
	return fmt.Sprintf("practice_exercise_choice.sealed %d", changed)
}

// ownIn are the practice's own exercises in all their versions, or those of one id,
// by id and then from the oldest version to the newest.
func ownIn(ctx context.Context, tx *access.Tx, id string) ([]Kept, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, version, made_at, sealed FROM practice_exercise
		WHERE practice = $1 AND (id = $2 OR $2 = '')
		ORDER BY id, version`, tx.Practice, id)
	if err != nil {
		return nil, fmt.Errorf("read the practice's exercises: %w", err)
	}
	defer rows.Close()

	var all []Kept
	for rows.Next() {
		var of string
		var version int
		var made int64
		var body []byte
		if err := rows.Scan(&of, &version, &made, &body); err != nil {
			return nil, fmt.Errorf("read exercise: %w", err)
		}
		k, err := openOwn(ctx, tx, of, version, body)
		if err != nil {
			return nil, err
		}
		k.MadeAt = access.Moment(made)
		all = append(all, k)
	}
	return all, rows.Err()
}

func openOwn(ctx context.Context, tx *access.Tx, id string, version int, body []byte) (Kept, error) {
	plain, err := tx.OpenShared(ctx, ownPlace(id, version), body)
	if err != nil {
		return Kept{}, fmt.Errorf("open exercise: %w", err)
	}
	var s sealedOwn
	if err := json.Unmarshal(plain, &s); err != nil {
		return Kept{}, fmt.Errorf("decode exercise: %w", err)
	}
	k := Kept{By: s.By, form: s.Form}
	if err := json.Unmarshal(s.Exercise, &k.Exercise); err != nil {
		return Kept{}, fmt.Errorf("decode exercise: %w", err)
	}
	k.Own = true
	return k, nil
}

// hiddenIn are the ids of what the practice left out of the lists.
func hiddenIn(ctx context.Context, tx *access.Tx) (map[string]bool, error) {
	var at int64
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT changed_at, sealed FROM practice_exercise_choice WHERE practice = $1`, tx.Practice).Scan(&at, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what is left out: %w", err)
	}
	plain, err := tx.OpenShared(ctx, choicePlace(at), body)
	if err != nil {
		return nil, fmt.Errorf("open what is left out: %w", err)
	}
	var s sealedChoice
	if err := json.Unmarshal(plain, &s); err != nil {
		return nil, fmt.Errorf("decode what is left out: %w", err)
	}
	out := make(map[string]bool)
	for _, id := range s.Hidden {
		out[id] = true
	}
	return out, nil
}

// insertOwn says whether the exercise is new in this version.
func insertOwn(ctx context.Context, tx *access.Tx, k Kept) (bool, error) {
	said, err := json.Marshal(k.Exercise)
	if err != nil {
		return false, fmt.Errorf("encode exercise: %w", err)
	}
	body, err := tx.SealJSON(ctx, ownPlace(k.ID, k.Version), sealedOwn{Exercise: said, Form: k.form, By: k.By})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO practice_exercise (practice, id, version, made_at, sealed)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, tx.Practice, k.ID, k.Version, k.MadeAt.UnixMicro(), body)
	if err != nil {
		return false, fmt.Errorf("insert exercise: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

func putHidden(ctx context.Context, tx *access.Tx, s sealedChoice) error {
	at := tx.Now.UnixMicro()
	body, err := tx.SealJSON(ctx, choicePlace(at), s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO practice_exercise_choice (practice, changed_at, sealed) VALUES ($1, $2, $3)
		ON CONFLICT (practice) DO UPDATE SET changed_at = excluded.changed_at, sealed = excluded.sealed`,
		tx.Practice, at, body)
	if err != nil {
		return fmt.Errorf("keep what is left out: %w", err)
	}
	return nil
}
