package measure

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// sealedAsk is what the database holds of an ask under the compartment's key.
type sealedAsk struct {
	Instrument string `json:"instrument"`
	Rhythm     Rhythm `json:"rhythm,omitempty"`
	From       Day    `json:"from,omitempty"`
	Sooner     bool   `json:"sooner,omitempty"`
	Reason     string `json:"reason,omitempty"`
	By         string `json:"by,omitempty"`
}

func askPlace(id string) string { return "ask.sealed " + id }

// insertAsk says whether the ask is new.
func (ms *Measures) insertAsk(ctx context.Context, tx *access.Tx, a Ask, from time.Time) (bool, error) {
	p := sealedPlan{Rhythm: a.Rhythm, From: a.From}
	if !a.Sooner {
		p.Rest = ms.recall(tx.Practice)(a.Instrument)
	}
	plan, err := tx.SealJSONIn(ctx, access.PersonRecord(tx.Compartment.Of()), planPlace(a.ID), p)
	if err != nil {
		return false, err
	}
	begin, every := a.steps(from)
	return putAsk(ctx, tx, askRow{id: a.ID, state: string(AskOpen), plan: plan}, ms.series(tx, a.Instrument), every.Microseconds(), begin.UnixMicro(), sealedAsk{
		Instrument: a.Instrument, Rhythm: a.Rhythm, From: a.From, Sooner: a.Sooner, Reason: a.Reason, By: a.By,
	})
}

// insertOwn makes room for what nobody asked for.
func insertOwn(ctx context.Context, tx *access.Tx, k key, instrument string) error {
	_, err := putAsk(ctx, tx, askRow{id: k.ask, state: stateOwn, plan: []byte{}}, k.series, 0, 0, sealedAsk{Instrument: instrument})
	return err
}

func putAsk(ctx context.Context, tx *access.Tx, r askRow, series []byte, every, from int64, s sealedAsk) (bool, error) {
	body, err := tx.SealJSON(ctx, askPlace(r.id), s)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO ask (practice, compartment, id, series, state, every, from_at, made_at, ended_at, sealed, sealed_plan)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), r.id, series, r.state, every, from, tx.Now.UnixMicro(), body, r.plan)
	if err != nil {
		return false, fmt.Errorf("insert ask: %w", err)
	}
	return changed(done)
}

func endAsk(ctx context.Context, tx *access.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		UPDATE ask SET state = 'ended', ended_at = $4
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'open'`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("end ask: %w", err)
	}
	return nil
}

// refuse ends everything that asks for the same as the ask with the given id.
func refuse(ctx context.Context, tx *access.Tx, id string) error {
	done, err := tx.Exec(ctx, `
		UPDATE ask SET state = CASE WHEN state = 'open' THEN 'refused' ELSE state END,
		               ended_at = CASE WHEN state = 'open' THEN CAST($4 AS BIGINT) ELSE ended_at END
		WHERE practice = $1 AND compartment = $2 AND state <> 'own'
		  AND series = (SELECT k.series FROM ask k
			WHERE k.practice = $1 AND k.compartment = $2 AND k.id = $3 AND k.state <> 'own')`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("refuse ask: %w", err)
	}
	if there, err := changed(done); err != nil || !there {
		return errors.Join(err, fault.Absent())
	}
	return nil
}

// askAgain opens everything that was refused together with the ask with the given id:
// not if that was before since, and not once the same was asked for anew. One that is
// open stays so. A refusal leaves nothing open, so what is open was asked since, even if
// its transaction waited for that of the refusal, or a clock was behind, and it says before.
func askAgain(ctx context.Context, tx *access.Tx, id string, since time.Time) error {
	done, err := tx.Exec(ctx, `
		UPDATE ask SET state = 'open', ended_at = 0
		WHERE practice = $1 AND compartment = $2 AND (id = $3 AND state = 'open' OR state = 'refused' AND ended_at >= $4
		  AND EXISTS (SELECT 1 FROM ask k
			WHERE k.practice = $1 AND k.compartment = $2 AND k.id = $3 AND k.state = 'refused'
			  AND k.series = ask.series AND k.ended_at = ask.ended_at)
		  AND NOT EXISTS (SELECT 1 FROM ask n
			WHERE n.practice = $1 AND n.compartment = $2 AND n.state <> 'own'
			  AND n.series = ask.series AND (n.state = 'open' OR n.made_at > ask.ended_at AND n.ended_at <> ask.ended_at)))`,
		tx.Practice, string(tx.Compartment), id, since.UnixMicro())
	if err != nil {
		return fmt.Errorf("ask again: %w", err)
	}
	if there, err := changed(done); err != nil || !there {
		return errors.Join(err, fault.Absent())
	}
	return nil
}

func ask(ctx context.Context, tx *access.Tx, id string) (Ask, error) {
	all, err := queryAsks(ctx, tx, `
		SELECT id, state, made_at, ended_at, sealed FROM ask
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state <> 'own'`,
		tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return Ask{}, err
	}
	if len(all) == 0 {
		return Ask{}, fault.Absent()
	}
	return all[0], nil
}

func asks(ctx context.Context, tx *access.Tx) ([]Ask, error) {
	return queryAsks(ctx, tx, `
		SELECT id, state, made_at, ended_at, sealed FROM ask
		WHERE practice = $1 AND compartment = $2 AND state <> 'own'
		ORDER BY made_at DESC, id DESC`,
		tx.Practice, string(tx.Compartment))
}

func queryAsks(ctx context.Context, tx *access.Tx, text string, args ...any) ([]Ask, error) {
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read asks: %w", err)
	}
	defer rows.Close()

	var all []Ask
	for rows.Next() {
		var r askRow
		if err := rows.Scan(&r.id, &r.state, &r.made, &r.ended, &r.body); err != nil {
			return nil, fmt.Errorf("read ask: %w", err)
		}
		a, err := r.open(ctx, tx)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

type askRow struct {
	id, state   string
	made, ended int64
	series      []byte
	body, plan  []byte
}

func (r askRow) open(ctx context.Context, tx *access.Tx) (Ask, error) {
	plain, err := tx.Open(ctx, askPlace(r.id), r.body)
	if err != nil {
		return Ask{}, fmt.Errorf("open ask %s: %w", r.id, err)
	}
	var s sealedAsk
	if err := json.Unmarshal(plain, &s); err != nil {
		return Ask{}, fmt.Errorf("decode ask %s: %w", r.id, err)
	}
	return Ask{
		ID: r.id, Instrument: s.Instrument, Rhythm: s.Rhythm, From: s.From, Sooner: s.Sooner, Reason: s.Reason, By: s.By,
		State: AskState(r.state), MadeAt: access.Moment(r.made), EndedAt: access.Moment(r.ended),
	}, nil
}

// pastsText asks for every ask with what has come of it. Its newest occasion says all of
// that where it was answered, as nearly always; only a draft, or one that was declined,
// has those before it looked at.
const pastsText = `
		SELECT k.id, k.state, k.made_at, k.ended_at, k.series, k.sealed, k.sealed_plan,
		       coalesce(n.state, ''), coalesce(n.nth, -1), coalesce(n.at, 0), coalesce(d.nth, -1), coalesce(d.at, 0),
		       CASE WHEN n.state <> 'given' THEN coalesce((SELECT x.at FROM occasion x
			WHERE x.practice = k.practice AND x.compartment = k.compartment AND x.ask_id = k.id AND x.state = 'given'
			ORDER BY x.nth DESC LIMIT 1), 0) ELSE 0 END
		FROM ask k
		LEFT JOIN occasion n
		  ON n.practice = k.practice AND n.compartment = k.compartment AND n.ask_id = k.id AND n.nth = (
			SELECT max(x.nth) FROM occasion x WHERE x.practice = k.practice AND x.compartment = k.compartment AND x.ask_id = k.id)
		LEFT JOIN occasion d
		  ON d.practice = k.practice AND d.compartment = k.compartment AND d.ask_id = k.id AND d.nth = CASE WHEN n.state = 'draft' THEN (
			SELECT max(x.nth) FROM occasion x
			WHERE x.practice = k.practice AND x.compartment = k.compartment AND x.ask_id = k.id AND x.state <> 'draft') END
		WHERE k.practice = $1 AND k.compartment = $2`

func scanPast(rows *access.Rows) (p past, r askRow, err error) {
	var newest string
	var nth, at, doneAt, answered int64
	if err := rows.Scan(&r.id, &r.state, &r.made, &r.ended, &r.series, &r.body, &r.plan, &newest, &nth, &at, &p.done, &doneAt, &answered); err != nil {
		return p, r, fmt.Errorf("read ask: %w", err)
	}
	p.own, p.begun = r.state == stateOwn, -1
	switch newest {
	case stateDraft:
		p.begun = nth
	case stateGiven:
		p.done, doneAt, answered = nth, at, at
	default: // declined, or there is none
		p.done, doneAt = nth, at
	}
	p.doneAt, p.answeredAt = access.Moment(doneAt), access.Moment(answered)
	return p, r, nil
}

// pasts returns every ask with what has come of it.
func pasts(ctx context.Context, tx *access.Tx) ([]past, error) {
	rows, err := tx.Query(ctx, pastsText, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read asks: %w", err)
	}
	defer rows.Close()

	var all []past
	for rows.Next() {
		p, r, err := scanPast(rows)
		if err != nil {
			return nil, err
		}
		if p.ask, err = r.open(ctx, tx); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// skip notes that an occasion was declined, and says what it was before: "" if
// it was open. An occasion that does not exist is fault.NotFound.
func skip(ctx context.Context, tx *access.Tx, askID string, nth int64) (was string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT state FROM occasion
		WHERE practice = $1 AND compartment = $2 AND ask_id = $3 AND nth = $4`,
		tx.Practice, string(tx.Compartment), askID, nth).Scan(&was)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read occasion: %w", err)
	}
	if was == stateGiven || was == stateSkipped {
		return was, nil
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO occasion (practice, compartment, ask_id, nth, id, state, at, rev, seen_at, talked_at, talked_by, sealed)
		SELECT k.practice, k.compartment, k.id, CAST($4 AS BIGINT), '', 'skipped', CAST($5 AS BIGINT), 0, 0, 0, '', $7
		FROM ask k
		WHERE k.practice = $1 AND k.compartment = $2 AND k.id = $3 AND k.state = 'open'
		  AND (k.every > 0 OR CAST($4 AS BIGINT) = 0)
		  AND k.from_at + CAST($4 AS BIGINT) * k.every <= CAST($5 AS BIGINT) + CAST($6 AS BIGINT)
		ON CONFLICT (practice, compartment, ask_id, nth) DO UPDATE
		SET state = excluded.state, at = excluded.at, rev = 0, sealed = excluded.sealed`,
		tx.Practice, string(tx.Compartment), askID, nth, tx.Now.UnixMicro(), early, []byte{})
	if err != nil {
		return "", fmt.Errorf("skip occasion: %w", err)
	}
	if there, err := changed(done); err != nil || !there {
		return "", errors.Join(err, fault.Absent())
	}
	return was, nil
}
