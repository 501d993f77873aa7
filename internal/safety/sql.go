package safety

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// The kinds of notice in the database.
const (
	kindShown = "shown"
	kindTold  = "told"
	kindSeen  = "seen"
)

// raised and closing are what the database holds under the compartment's key.
type raised struct {
	Instrument string     `json:"instrument"`
	Version    string     `json:"version"`
	Items      []Endorsed `json:"items"`
}

type closing struct {
	Note string `json:"note"`
}

func place(id string, revision int64) string { return fmt.Sprintf("flag.sealed %s %d", id, revision) }

func insertRaised(ctx context.Context, tx *access.Tx, f Flag) error {
	return insert(ctx, tx, f, 1, raised{f.Instrument, f.Version, f.Items})
}

func insertClosing(ctx context.Context, tx *access.Tx, f Flag, c Closing) error {
	return insert(ctx, tx, f, c.Revision, closing{c.Note})
}

func insert(ctx context.Context, tx *access.Tx, f Flag, revision int64, content any) error {
	body, err := tx.SealJSONIn(ctx, f.Client, place(f.ID, revision), content)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO flag (practice, compartment, id, revision, answer_id, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.Practice, string(f.Client), f.ID, revision, f.AnswerID, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return fmt.Errorf("insert flag: %w", err)
	}
	return nil
}

// notice keeps the first time; a flag that is not there is fault.NotFound.
func notice(ctx context.Context, tx *access.Tx, flagID, kind, personID string) error {
	var there int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM flag
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND revision = 1`,
		tx.Practice, string(tx.Compartment), flagID).Scan(&there)
	if err != nil {
		return fmt.Errorf("look for flag: %w", err)
	}
	if there == 0 {
		return fault.Absent()
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO flag_notice (practice, compartment, flag_id, kind, person_id, at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), flagID, kind, personID, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("insert notice: %w", err)
	}
	return nil
}

func insertShown(ctx context.Context, tx *access.Tx, answerID string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO flag_notice (practice, compartment, flag_id, kind, person_id, at)
		SELECT practice, compartment, id, 'shown', by_id, CAST($4 AS BIGINT) FROM flag
		WHERE practice = $1 AND compartment = $2 AND answer_id = $3 AND revision = 1
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), answerID, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("insert notice: %w", err)
	}
	return nil
}

// flag returns one flag with its history, or fault.NotFound.
func flag(ctx context.Context, tx *access.Tx, id string) (Flag, error) {
	all, err := flagsIn(ctx, tx)
	if err != nil {
		return Flag{}, err
	}
	i := slices.IndexFunc(all, func(f Flag) bool { return f.ID == id })
	if i < 0 {
		return Flag{}, fault.Absent()
	}
	return all[i], nil
}

// flagsIn returns the flags of one client, newest first, each with its history.
func flagsIn(ctx context.Context, tx *access.Tx) ([]Flag, error) {
	all, err := read(ctx, tx, func(_ access.Compartment, place string, body []byte) ([]byte, error) {
		return tx.Open(ctx, place, body)
	}, `
		SELECT compartment, id, revision, answer_id, at, by_id, sealed FROM flag
		WHERE practice = $1 AND compartment = $2
		ORDER BY id, revision`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, err
	}
	err = addNotices(ctx, tx, all, `
		SELECT flag_id, kind, person_id, at FROM flag_notice
		WHERE practice = $1 AND compartment = $2
		ORDER BY at, person_id`, tx.Practice, string(tx.Compartment))
	slices.SortStableFunc(all, func(a, b Flag) int { return b.RaisedAt.Compare(a.RaisedAt) })
	return all, err
}

// openFlags returns the open flags of all clients in l, oldest first.
func openFlags(ctx context.Context, l *access.List) ([]Flag, error) {
	all, err := read(ctx, l.Tx, func(c access.Compartment, place string, body []byte) ([]byte, error) {
		return l.OpenIn(ctx, c, place, body)
	}, `
		SELECT f.compartment, f.id, f.revision, f.answer_id, f.at, f.by_id, f.sealed FROM flag f
		WHERE f.practice = $1 AND f.compartment IN AMONG($2)
		  AND NOT EXISTS (SELECT 1 FROM flag later
			WHERE later.practice = f.practice AND later.compartment = f.compartment
			  AND later.id = f.id AND later.revision > f.revision)
		  AND f.revision = 1
		ORDER BY f.id`, l.Practice, l.Among())
	if err != nil || len(all) == 0 {
		return all, err
	}
	slices.SortStableFunc(all, func(a, b Flag) int { return a.RaisedAt.Compare(b.RaisedAt) })
	err = addNotices(ctx, l.Tx, all, `
		SELECT flag_id, kind, person_id, at FROM flag_notice
		WHERE practice = $1 AND compartment IN AMONG($2)
		ORDER BY at, person_id`, l.Practice, l.Among())
	return all, err
}

// read gathers the rows of each flag, which come in order of id and revision.
func read(ctx context.Context, tx *access.Tx, open func(access.Compartment, string, []byte) ([]byte, error), text string, args ...any) ([]Flag, error) {
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read flags: %w", err)
	}
	defer rows.Close()

	var all []Flag
	for rows.Next() {
		var c access.Compartment
		var id, answer, by string
		var revision, at int64
		var body []byte
		if err := rows.Scan(&c, &id, &revision, &answer, &at, &by, &body); err != nil {
			return nil, fmt.Errorf("read flag: %w", err)
		}
		plain, err := open(c, place(id, revision), body)
		if err != nil {
			return nil, fmt.Errorf("open flag %s: %w", id, err)
		}
		when := time.UnixMicro(at).UTC()
		if revision == 1 {
			var r raised
			if err := json.Unmarshal(plain, &r); err != nil {
				return nil, fmt.Errorf("decode flag %s: %w", id, err)
			}
			all = append(all, Flag{
				ID: id, Client: c, Revision: 1, AnswerID: answer,
				Instrument: r.Instrument, Version: r.Version, Items: r.Items, RaisedAt: when,
			})
			continue
		}
		var note closing
		if err := json.Unmarshal(plain, &note); err != nil {
			return nil, fmt.Errorf("decode flag %s: %w", id, err)
		}
		f := &all[len(all)-1]
		f.Revision = revision
		f.Closed = append(f.Closed, Closing{Revision: revision, By: by, At: when, Note: note.Note})
	}
	return all, rows.Err()
}

func addNotices(ctx context.Context, tx *access.Tx, all []Flag, text string, args ...any) error {
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	defer rows.Close()

	byID := make(map[string]*Flag, len(all))
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	for rows.Next() {
		var id, kind, person string
		var at int64
		if err := rows.Scan(&id, &kind, &person, &at); err != nil {
			return fmt.Errorf("read notice: %w", err)
		}
		f := byID[id]
		if f == nil {
			continue // of a flag that is closed
		}
		n := Notice{PersonID: person, At: time.UnixMicro(at).UTC()}
		switch kind {
		case kindShown:
			f.ShownAt = n.At
		case kindTold:
			f.Told = append(f.Told, n)
		case kindSeen:
			f.Seen = append(f.Seen, n)
		}
	}
	return rows.Err()
}
