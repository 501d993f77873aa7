package measure

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// compared returns the answer called id, and the newest with a total to the same
// questionnaire that is older, in one question: a row for each ask of that
// questionnaire, with the newest answer to it that is older. No occasion is answered
// before it opens (early), so that of a rhythm those which opened later are not gone
// through, however many they are. SQLite keeps to the order of what is CROSS joined, and
// the LIMIT, which none reaches, has PostgreSQL seek the older answer by which it is,
// and not ask that of each in turn. Asks are read from an index that has all of this; by
// its id alone SQLite would rather read the row of one.
func (ms *Measures) compared(ctx context.Context, tx *access.Tx, id string) (a, last Answer, ok bool, err error) {
	rows, err := tx.Query(ctx, `
		SELECT `+answerColumns+`, o.other, coalesce(e.nth, 0), coalesce(e.id, ''), coalesce(e.at, 0), e.sealed
		FROM (
			SELECT `+answerColumns+`, k.id AS other, (SELECT x.nth FROM occasion x
				WHERE x.practice = $1 AND x.compartment = $2 AND x.ask_id = k.id AND x.state = 'given' AND x.at < o.at
				  AND x.nth <= CASE WHEN k.every > 0 THEN (o.at + $4 - k.from_at) / k.every ELSE 9223372036854775807 END
				ORDER BY x.nth DESC LIMIT 1) AS before
			FROM occasion o CROSS JOIN ask ko CROSS JOIN ask k
			WHERE o.practice = $1 AND o.compartment = $2 AND o.id = $3 AND o.state = 'given'
			  AND ko.practice = $1 AND ko.compartment = $2 AND ko.id || '' = o.ask_id
			  AND k.practice = $1 AND k.compartment = $2 AND k.series = ko.series
			LIMIT 1000000) o
		LEFT JOIN occasion e
		  ON e.practice = $1 AND e.compartment = $2 AND e.ask_id = o.other AND e.nth = o.before`,
		tx.Practice, string(tx.Compartment), id, early)
	if err != nil {
		return a, last, false, fmt.Errorf("read answers: %w", err)
	}
	defer rows.Close()

	var this, newest answerRow
	for rows.Next() {
		var e answerRow
		err := rows.Scan(&this.c, &this.ask, &this.nth, &this.id, &this.at, &this.seenAt, &this.talkedAt, &this.by, &this.body,
			&e.ask, &e.nth, &e.id, &e.at, &e.body)
		if err != nil {
			return a, last, false, fmt.Errorf("read answer: %w", err)
		}
		if e.at > newest.at {
			newest = e
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
