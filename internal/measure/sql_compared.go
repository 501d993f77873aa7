package measure

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// compared returns the answer called id, and the newest with a total to the same
// questionnaire that is older, in one question. The asks are gone through first, a few
// seeks for each: SQLite does not move what has a LIMIT into the join, needs no table
// in between as it would for a copy, and keeps to the order of what is CROSS joined.
func (ms *Measures) compared(ctx context.Context, tx *access.Tx, id string) (a, last Answer, ok bool, err error) {
	rows, err := tx.Query(ctx, `
		WITH ends AS (
			SELECT t.ask_id AS id, t.nth AS newest FROM occasion t
			WHERE t.practice = $1 AND t.compartment = $2 AND t.id = $3 AND t.state = 'given'
			UNION ALL
			SELECT k.id, (SELECT x.nth FROM occasion x
				WHERE x.practice = $1 AND x.compartment = $2 AND x.ask_id = k.id AND x.state = 'given' AND x.at < t.at
				ORDER BY x.nth DESC LIMIT 1)
			FROM occasion t CROSS JOIN ask kt CROSS JOIN ask k
			WHERE t.practice = $1 AND t.compartment = $2 AND t.id = $3 AND t.state = 'given'
			  AND kt.practice = $1 AND kt.compartment = $2 AND kt.id = t.ask_id
			  AND k.practice = $1 AND k.compartment = $2 AND k.series = kt.series
			LIMIT 1000000)
		SELECT `+answerColumns+` FROM ends e CROSS JOIN occasion o
		WHERE o.practice = $1 AND o.compartment = $2 AND o.ask_id = e.id AND o.nth = e.newest`,
		tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return a, last, false, fmt.Errorf("read answers: %w", err)
	}
	defer rows.Close()

	var this, newest answerRow
	for rows.Next() {
		var r answerRow
		if err := r.scan(rows); err != nil {
			return a, last, false, err
		}
		if r.id == id {
			this = r
		} else if r.at > newest.at {
			newest = r
		}
	}
	if err := rows.Err(); err != nil {
		return a, last, false, fmt.Errorf("read answers: %w", err)
	}
	if this.id == "" {
		return a, last, false, fault.Absent()
	}
	if a, err = ms.opened(ctx, tx, this); err != nil || newest.id == "" {
		return a, last, false, err
	}
	if last, err = ms.opened(ctx, tx, newest); err != nil || last.Result.Total != nil {
		return a, last, err == nil, err
	}
	last, ok, err = ms.furtherBefore(ctx, tx, a) // one that was left half empty came between
	return a, last, ok, err
}

// furtherBefore returns the newest total of the same questionnaire that is older than a,
// ask by ask.
func (ms *Measures) furtherBefore(ctx context.Context, tx *access.Tx, a Answer) (last Answer, ok bool, err error) {
	asks, err := asksOf(ctx, tx, ms.series(tx, a.Instrument))
	if err != nil {
		return Answer{}, false, err
	}
	for _, ask := range asks {
		one, there, err := ms.beforeIn(ctx, tx, ask, a.GivenAt)
		if err != nil {
			return Answer{}, false, err
		}
		if there && (!ok || one.GivenAt.After(last.GivenAt)) {
			last, ok = one, true
		}
	}
	return last, ok, nil
}

// beforeIn is furtherBefore for one ask. Occasions are in order of time, and one that
// was left half empty has no total.
func (ms *Measures) beforeIn(ctx context.Context, tx *access.Tx, ask string, at time.Time) (a Answer, ok bool, err error) {
	rows, err := tx.Query(ctx, `
		SELECT `+answerColumns+` FROM occasion o
		WHERE o.practice = $1 AND o.compartment = $2 AND o.ask_id = $3 AND o.state = 'given' AND o.at < $4
		ORDER BY o.nth DESC LIMIT 5`,
		tx.Practice, string(tx.Compartment), ask, at.UnixMicro())
	if err != nil {
		return Answer{}, false, fmt.Errorf("read answers: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var r answerRow
		if err := r.scan(rows); err != nil {
			return Answer{}, false, err
		}
		a, err := ms.opened(ctx, tx, r)
		if err != nil || a.Result.Total != nil {
			return a, err == nil, err
		}
	}
	return Answer{}, false, rows.Err()
}

// asksOf returns the ids of everything by which one questionnaire was answered.
func asksOf(ctx context.Context, tx *access.Tx, series []byte) ([]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT id FROM ask
		WHERE practice = $1 AND compartment = $2 AND series = $3`, tx.Practice, string(tx.Compartment), series)
	if err != nil {
		return nil, fmt.Errorf("read asks: %w", err)
	}
	defer rows.Close()

	var all []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read ask: %w", err)
		}
		all = append(all, id)
	}
	return all, rows.Err()
}
