package measure

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/course"
)

// sealedTalk is what the database holds of a talk under the compartment's key.
type sealedTalk struct {
	Day        Day               `json:"day,omitempty"`
	Instrument string            `json:"instrument,omitempty"`
	Answer     string            `json:"answer,omitempty"`
	Score      int64             `json:"score,omitempty"` // when it was given
	Total      *float64          `json:"total,omitempty"` // what it was
	Signal     course.Kind       `json:"signal,omitempty"`
	Aid        map[string]string `json:"aid,omitempty"`
	Plain      bool              `json:"plain,omitempty"` // without the aid
}

func talkPlace(id string) string { return "talk.sealed " + id }

// insertTalk keeps a new talk.
func insertTalk(ctx context.Context, tx *access.Tx, t Talk) error {
	body, err := tx.SealJSON(ctx, talkPlace(t.ID), sealedTalk{t.Day, t.Instrument, t.AnswerID, t.ScoreAt.UnixMicro(), t.Total, t.Kind, t.Aid, t.Plain})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO talk (practice, compartment, id, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), t.ID, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return fmt.Errorf("insert talk: %w", err)
	}
	return nil
}

// scanTalk reads one row; what is in it is opened if it is wanted, or wanted is nil.
func scanTalk(rows *access.Rows, wanted map[access.Compartment]bool, open func(c access.Compartment, place string, body []byte) ([]byte, error)) (t Talk, c access.Compartment, err error) {
	var at int64
	var body []byte
	if err := rows.Scan(&c, &t.ID, &at, &t.By, &body); err != nil {
		return t, c, fmt.Errorf("read talk: %w", err)
	}
	if wanted != nil && !wanted[c] {
		return t, c, nil
	}
	plain, err := open(c, talkPlace(t.ID), body)
	if err != nil {
		return t, c, fmt.Errorf("open talk %s: %w", t.ID, err)
	}
	var s sealedTalk
	if err := json.Unmarshal(plain, &s); err != nil {
		return t, c, fmt.Errorf("decode talk %s: %w", t.ID, err)
	}
	t.Day, t.Instrument, t.AnswerID, t.ScoreAt, t.Kind = s.Day, s.Instrument, s.Answer, access.Moment(s.Score), s.Signal
	t.At, t.Total, t.Aid, t.Plain = access.Moment(at), s.Total, s.Aid, s.Plain
	return t, c, nil
}

// talkOf is the talk with the given id.
func talkOf(ctx context.Context, tx *access.Tx, id string) (t Talk, there bool, err error) {
	all, err := queryTalks(ctx, tx, id)
	if err != nil || len(all) == 0 {
		return t, false, err
	}
	return all[0], true, nil
}

// talksIn are the talks of one client, in order of id.
func talksIn(ctx context.Context, tx *access.Tx) ([]Talk, error) { return queryTalks(ctx, tx, "") }

func queryTalks(ctx context.Context, tx *access.Tx, id string) ([]Talk, error) {
	rows, err := tx.Query(ctx, `
		SELECT compartment, id, at, by_id, sealed FROM talk
		WHERE practice = $1 AND compartment = $2 AND ($3 = '' OR id = $3)
		ORDER BY id`, tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return nil, fmt.Errorf("read talks: %w", err)
	}
	defer rows.Close()

	var talks []Talk
	for rows.Next() {
		t, _, err := scanTalk(rows, nil, func(_ access.Compartment, place string, body []byte) ([]byte, error) {
			return tx.Open(ctx, place, body)
		})
		if err != nil {
			return nil, err
		}
		talks = append(talks, t)
	}
	return talks, rows.Err()
}

// talksOf are the talks in the records of l that are wanted.
func talksOf(ctx context.Context, l *access.List, wanted map[access.Compartment]bool) (map[access.Compartment][]Talk, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	rows, err := l.Query(ctx, `
		SELECT compartment, id, at, by_id, sealed FROM talk
		WHERE practice = $1 AND compartment IN AMONG($2)`,
		l.Practice, l.Among())
	if err != nil {
		return nil, fmt.Errorf("read talks: %w", err)
	}
	defer rows.Close()

	talks := make(map[access.Compartment][]Talk)
	for rows.Next() {
		t, c, err := scanTalk(rows, wanted, func(c access.Compartment, place string, body []byte) ([]byte, error) {
			return l.OpenIn(ctx, c, place, body)
		})
		if err != nil {
			return nil, err
		}
		if wanted[c] {
			talks[c] = append(talks[c], t)
		}
	}
	return talks, rows.Err()
}
