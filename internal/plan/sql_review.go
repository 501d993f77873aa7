package plan

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// sealedReview is what the database holds of a review under the compartment's key.
type sealedReview struct {
	Day     measure.Day          `json:"day"`
	Outcome Outcome              `json:"outcome"`
	Words   string               `json:"words,omitempty"`
	Next    measure.Day          `json:"next,omitempty"`
	Picture Picture              `json:"picture"`
	Said    map[goal.Side]Before `json:"said,omitempty"`
}

func wordPlace(nth int64, side goal.Side, revision int64) string {
	return place("review_word", fmt.Sprintf("%d %s", nth, side), revision)
}

// insertWord says whether the revision is new.
func insertWord(ctx context.Context, tx *access.Tx, nth int64, side goal.Side, w Word) (bool, error) {
	body, err := tx.SealJSON(ctx, wordPlace(nth, side, w.Revision), w.Before)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO review_word (practice, compartment, nth, side, revision, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), nth, string(side), w.Revision, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("insert words for a review: %w", err)
	}
	return changed(done)
}

// saidBefore is what each side said to the nth review, as it stands now.
func saidBefore(ctx context.Context, tx *access.Tx, nth int64) (map[goal.Side]Word, error) {
	rows, err := tx.Query(ctx, `
		SELECT w.side, w.revision, w.at, w.by_id, w.sealed FROM review_word w
		WHERE w.practice = $1 AND w.compartment = $2 AND w.nth = $3
		  AND NOT EXISTS (SELECT 1 FROM review_word later
			WHERE later.practice = w.practice AND later.compartment = w.compartment
			  AND later.nth = w.nth AND later.side = w.side AND later.revision > w.revision)`,
		tx.Practice, string(tx.Compartment), nth)
	if err != nil {
		return nil, fmt.Errorf("read words for a review: %w", err)
	}
	defer rows.Close()

	all := map[goal.Side]Word{}
	for rows.Next() {
		var side goal.Side
		var w Word
		var at int64
		var body []byte
		if err := rows.Scan(&side, &w.Revision, &at, &w.By, &body); err != nil {
			return nil, fmt.Errorf("read words for a review: %w", err)
		}
		if err := tx.OpenJSON(ctx, wordPlace(nth, side, w.Revision), body, &w.Before); err != nil {
			return nil, err
		}
		w.At = access.Moment(at)
		all[side] = w
	}
	return all, rows.Err()
}

// insertReview says whether it is new.
func insertReview(ctx context.Context, tx *access.Tx, r Review) (bool, error) {
	body, err := tx.SealJSON(ctx, place("review", "", r.Nth), sealedReview{r.Day, r.Outcome, r.Words, r.Next, r.Picture, r.Said})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO review (practice, compartment, nth, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), r.Nth, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("insert review: %w", err)
	}
	return changed(done)
}

const reviewColumns = `SELECT nth, at, by_id, sealed FROM review WHERE practice = $1 AND compartment = $2 `

func scanReview(ctx context.Context, tx *access.Tx, from interface{ Scan(...any) error }) (r Review, err error) {
	var at int64
	var body []byte
	if err := from.Scan(&r.Nth, &at, &r.By, &body); err != nil {
		return r, err
	}
	var s sealedReview
	if err := tx.OpenJSON(ctx, place("review", "", r.Nth), body, &s); err != nil {
		return r, err
	}
	r.Day, r.Outcome, r.Words, r.Next, r.Picture, r.Said, r.At = s.Day, s.Outcome, s.Words, s.Next, s.Picture, s.Said, access.Moment(at)
	return r, nil
}

// lastReview is the newest that was held; its Nth is 0 if there is none.
func lastReview(ctx context.Context, tx *access.Tx) (Review, bool, error) {
	r, err := scanReview(ctx, tx, tx.QueryRow(ctx, reviewColumns+`ORDER BY nth DESC LIMIT 1`, tx.Practice, string(tx.Compartment)))
	if errors.Is(err, sql.ErrNoRows) {
		return Review{}, false, nil
	}
	if err != nil {
		return Review{}, false, fmt.Errorf("read the last review: %w", err)
	}
	return r, true, nil
}

// reviews are those that were held, in order.
func reviews(ctx context.Context, tx *access.Tx) ([]Review, error) {
	rows, err := tx.Query(ctx, reviewColumns+`ORDER BY nth`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read reviews: %w", err)
	}
	defer rows.Close()

	var all []Review
	for rows.Next() {
		r, err := scanReview(ctx, tx, rows)
		if err != nil {
			return nil, fmt.Errorf("read review: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
