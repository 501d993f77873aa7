package measure

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
)

// What came of an occasion, in the database.
const (
	stateDraft   = "draft"
	stateSkipped = "skipped"
	stateGiven   = "given"
)

// What the database calls an ask that gathers what nobody asked for.
const (
	stateOwn  = "own"
	ownPrefix = "own-"
)

// early is by how much, in microseconds, an occasion may be answered before it
// opens: weeks are counted in hours here, and clocks change.
const early = int64(2 * time.Hour / time.Microsecond)

// A key is where an answer is kept.
type key struct {
	ask    string
	nth    int64
	series []byte
}

// keyOf is where a belongs. What nobody asked for is ordered by the time at which
// the form was made, which its id tells; what was answered on paper, by when.
func (ms *Measures) keyOf(tx *access.Tx, a Answer) key {
	k := key{ask: a.AskID, nth: a.Occasion, series: ms.series(tx, a.Instrument)}
	if a.AskID == "" {
		k.ask = ownPrefix + hex.EncodeToString(k.series)
		id, _ := uuid.Parse(a.ID) // checked before
		// 48 bits of milliseconds, and the 12 after the version, which count within one.
		millis := binary.BigEndian.Uint64(id[:8]) >> 16
		if a.EnteredBy != "" {
			millis = uint64(a.GivenAt.UnixMilli())
		}
		k.nth = int64(millis<<12 | binary.BigEndian.Uint64(id[:8])&0xfff)
	}
	return k
}

func askIDOf(text string) string {
	if strings.HasPrefix(text, ownPrefix) {
		return ""
	}
	return text
}

// sealedAnswer is what the database holds of an answer or a draft under the
// compartment's key. Items are in the instrument's order, null for a skipped one.
// Total and rule are kept to show what was said at the time; a Result is made
// again from the items.
type sealedAnswer struct {
	Instrument string   `json:"instrument"`
	Version    string   `json:"version"`
	Language   string   `json:"language,omitempty"`
	Mode       string   `json:"mode,omitempty"`
	By         string   `json:"by,omitempty"` // who entered it, if the client did not
	EnteredAt  int64    `json:"enteredAt,omitempty"`
	Items      chosen   `json:"items"`
	Note       string   `json:"note,omitempty"`
	Sent       string   `json:"sent,omitempty"` // what a program calls it by
	Rule       string   `json:"rule,omitempty"`
	Total      *float64 `json:"total,omitempty"`
	Missing    int      `json:"missing,omitempty"`
	From       string   `json:"from,omitempty"` // where a score comes from that another product kept
}

// chosen are answers in the instrument's order, nil for a skipped one: [1,null,3].
type chosen []*int

// id is the answer's, or what draftID says.
func answerPlace(ask string, nth int64, id string) string {
	return "occasion.sealed " + ask + " " + strconv.FormatInt(nth, 10) + " " + id
}

// draftID stands for the id of an answer that is yet to be given.
func draftID(rev int64) string { return "draft " + strconv.FormatInt(rev, 10) }

func (ms *Measures) inOrder(practice, instrument, version string, items instrument.Answers) chosen {
	in, ok := ms.Library(practice).Lookup(instrument, version)
	if !ok {
		return nil
	}
	values := make(chosen, len(in.Items))
	for i, it := range in.Items {
		values[i] = items[it.ID]
	}
	return values
}

// insertAnswer keeps a and says whether it did. It does not if the occasion was
// answered before, is yet to come, or belongs to nothing that was asked.
func (ms *Measures) insertAnswer(ctx context.Context, tx *access.Tx, k key, a Answer) (bool, error) {
	return put(ctx, tx, k, stateGiven, a.ID, 0, a.GivenAt, sealedAnswer{
		Instrument: a.Instrument, Version: a.Version, Language: a.Language, Mode: a.Mode,
		By: a.EnteredBy, EnteredAt: access.Micros(a.EnteredAt),
		Items: ms.inOrder(tx.Practice, a.Instrument, a.Version, a.Items), Note: a.Note, Sent: a.Sent,
		Rule: a.Result.Rule, Total: a.Result.Total, Missing: a.Result.Missing, From: a.Source,
	})
}

// insertDraft keeps d in place of a draft with a lower Rev, and says whether it did.
func (ms *Measures) insertDraft(ctx context.Context, tx *access.Tx, d Draft) (bool, error) {
	k := key{ask: d.AskID, nth: d.Occasion, series: ms.series(tx, d.Instrument)}
	return put(ctx, tx, k, stateDraft, "", d.Rev, tx.Now, sealedAnswer{
		Instrument: d.Instrument, Version: d.Version,
		Items: ms.inOrder(tx.Practice, d.Instrument, d.Version, d.Items), Note: d.Note,
	})
}

func put(ctx context.Context, tx *access.Tx, k key, state, id string, rev int64, at time.Time, s sealedAnswer) (bool, error) {
	what := id
	if state == stateDraft {
		what = draftID(rev)
	}
	body, err := tx.SealJSON(ctx, answerPlace(k.ask, k.nth, what), s)
	if err != nil {
		return false, err
	}
	// One statement asks whether it was asked for, whether its time has come and
	// whether it was answered before, drops the draft and keeps the answer.
	done, err := tx.Exec(ctx, `
		INSERT INTO occasion (practice, compartment, ask_id, nth, id, state, at, rev, seen_at, talked_at, talked_by, sealed)
		SELECT k.practice, k.compartment, k.id, CAST($4 AS BIGINT), $5, $6, CAST($7 AS BIGINT), CAST($8 AS BIGINT), 0, 0, '', $9
		FROM ask k
		WHERE k.practice = $1 AND k.compartment = $2 AND k.id = $3 AND k.series = $10
		  AND (k.state = 'own' OR k.every > 0 OR CAST($4 AS BIGINT) = 0)
		  AND k.from_at + CAST($4 AS BIGINT) * k.every <= CAST($7 AS BIGINT) + CAST($11 AS BIGINT)
		  AND NOT EXISTS (SELECT 1 FROM occasion x
			WHERE x.practice = $1 AND x.compartment = $2 AND x.id = $5 AND x.state = 'given')
		ON CONFLICT (practice, compartment, ask_id, nth) DO UPDATE
		SET id = excluded.id, state = excluded.state, at = excluded.at, rev = excluded.rev, sealed = excluded.sealed
		WHERE occasion.state <> 'given' AND (excluded.state = 'given' OR occasion.rev < excluded.rev)`,
		tx.Practice, string(tx.Compartment), k.ask, k.nth, id, state, at.UnixMicro(), rev, body, k.series, early)
	if err != nil {
		return false, fmt.Errorf("keep answer: %w", err)
	}
	return changed(done)
}

// draft returns what is kept of an occasion, and its state; "" if nothing is.
func (ms *Measures) draft(ctx context.Context, tx *access.Tx, askID string, nth int64) (d Draft, state string, err error) {
	var at, rev int64
	var body []byte
	err = tx.QueryRow(ctx, `
		SELECT state, at, rev, sealed FROM occasion
		WHERE practice = $1 AND compartment = $2 AND ask_id = $3 AND nth = $4`,
		tx.Practice, string(tx.Compartment), askID, nth).Scan(&state, &at, &rev, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return d, "", nil
	}
	if err != nil {
		return d, "", fmt.Errorf("read draft: %w", err)
	}
	if state != stateDraft {
		return d, state, nil
	}
	plain, err := tx.Open(ctx, answerPlace(askID, nth, draftID(rev)), body)
	if err != nil {
		return d, "", fmt.Errorf("open draft: %w", err)
	}
	var s sealedAnswer
	if err := json.Unmarshal(plain, &s); err != nil {
		return d, "", fmt.Errorf("decode draft: %w", err)
	}
	_, items := ms.named(tx.Practice, s)
	return Draft{
		AskID: askID, Occasion: nth, Instrument: s.Instrument, Version: s.Version,
		Rev: rev, Items: items, Note: s.Note, KeptAt: access.Moment(at),
	}, state, nil
}

// named gives the items of s their names again. An instrument that is not here
// any more has none.
func (ms *Measures) named(practice string, s sealedAnswer) (*instrument.Instrument, instrument.Answers) {
	in, ok := ms.Library(practice).Lookup(s.Instrument, s.Version)
	if !ok {
		return nil, nil
	}
	items := make(instrument.Answers, len(s.Items))
	for i, v := range s.Items {
		if v != nil && i < len(in.Items) {
			items[in.Items[i].ID] = v
		}
	}
	return in, items
}

const answerColumns = `o.compartment, o.ask_id, o.nth, o.id, o.at, o.seen_at, o.talked_at, o.talked_by, o.sealed`

// An answerRow is an answer as the database holds it.
type answerRow struct {
	c                access.Compartment
	ask, id, by      string
	nth, at          int64
	seenAt, talkedAt int64
	body             []byte
}

func (r *answerRow) scan(from interface{ Scan(...any) error }) error {
	if err := from.Scan(&r.c, &r.ask, &r.nth, &r.id, &r.at, &r.seenAt, &r.talkedAt, &r.by, &r.body); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	return nil
}

// unseal makes the answer again from what was opened.
func (ms *Measures) unseal(practice string, r answerRow, plain []byte) (Answer, error) {
	s, err := readSealed(plain)
	if err != nil {
		return Answer{}, fmt.Errorf("decode answer %s: %w", r.id, err)
	}
	a := Answer{
		ID: r.id, AskID: askIDOf(r.ask), Occasion: r.nth, Instrument: s.Instrument, Version: s.Version,
		Note: s.Note, Sent: s.Sent, Language: s.Language, Mode: s.Mode, GivenAt: access.Moment(r.at),
		EnteredBy: s.By, EnteredAt: access.Moment(s.EnteredAt), Source: s.From,
		SeenAt: access.Moment(r.seenAt), TalkedAt: access.Moment(r.talkedAt), TalkedBy: r.by,
	}
	in, items := ms.named(practice, s)
	a.Items = items
	if in == nil { // what was said at the time is all that is known
		a.Result = instrument.Result{Instrument: s.Instrument, Version: s.Version, Language: s.Language, Rule: s.Rule, Total: s.Total, Missing: s.Missing}
		return a, nil
	}
	if s.Mode == ModeElsewhere && len(items) == 0 {
		a.Result, err = elsewhere(in, s)
	} else {
		a.Result, err = instrument.Score(in, items)
	}
	if err != nil {
		return Answer{}, fmt.Errorf("score answer %s: %w", r.id, err)
	}
	return a, nil
}

// answerAt returns the answer to one occasion, if it was given.
func (ms *Measures) answerAt(ctx context.Context, tx *access.Tx, k key) (Answer, bool, error) {
	all, err := ms.queryAnswers(ctx, tx, 1, `
		SELECT `+answerColumns+` FROM occasion o
		WHERE o.practice = $1 AND o.compartment = $2 AND o.ask_id = $3 AND o.nth = $4 AND o.state = 'given'`,
		tx.Practice, string(tx.Compartment), k.ask, k.nth)
	if err != nil || len(all) == 0 {
		return Answer{}, false, err
	}
	return all[0], true, nil
}

func (ms *Measures) answer(ctx context.Context, tx *access.Tx, id string) (Answer, error) {
	all, err := ms.queryAnswers(ctx, tx, 1, `
		SELECT `+answerColumns+` FROM occasion o
		WHERE o.practice = $1 AND o.compartment = $2 AND o.id = $3 AND o.state = 'given'
		LIMIT 1`,
		tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return Answer{}, err
	}
	if len(all) == 0 {
		return Answer{}, fault.Absent()
	}
	return all[0], nil
}

func (ms *Measures) newest(ctx context.Context, tx *access.Tx, n int) ([]Answer, error) {
	return ms.queryAnswers(ctx, tx, n, `
		SELECT `+answerColumns+` FROM occasion o
		WHERE o.practice = $1 AND o.compartment = $2 AND o.id > '' AND o.state = 'given'
		ORDER BY o.at DESC, o.id DESC LIMIT $3`,
		tx.Practice, string(tx.Compartment), n)
}

// within returns the answers of w, newest first.
func (ms *Measures) within(ctx context.Context, tx *access.Tx, w Window) ([]Answer, error) {
	args := []any{tx.Practice, string(tx.Compartment), w.From.UnixMicro(), int64(math.MaxInt64), int64(math.MaxInt64), "", w.Most}
	if w.From.IsZero() {
		args[2] = int64(math.MinInt64)
	}
	if !w.Before.IsZero() {
		args[3] = w.Before.UnixMicro()
	}
	if w.After.ID != "" {
		args[4], args[5] = w.After.At.UnixMicro(), w.After.ID
		args[3] = min(args[3].(int64), w.After.At.UnixMicro()+1) // so that it is sought, and not gone past
	}
	only := ""
	if w.Instrument != "" {
		only = ` AND EXISTS (SELECT 1 FROM ask k WHERE k.practice = $1 AND k.compartment = $2 AND k.id = o.ask_id AND k.series = $8)`
		args = append(args, ms.series(tx, w.Instrument))
	}
	return ms.queryAnswers(ctx, tx, w.Most, `
		SELECT `+answerColumns+` FROM occasion o
		WHERE o.practice = $1 AND o.compartment = $2 AND o.id > '' AND o.state = 'given' AND o.at >= $3 AND o.at < $4
		  AND (o.at < $5 OR o.at = $5 AND o.id < $6)`+only+`
		ORDER BY o.at DESC, o.id DESC LIMIT $7`, args...)
}

// answersOf returns every answer to one questionnaire, and when it was declined,
// oldest first.
func (ms *Measures) answersOf(ctx context.Context, tx *access.Tx, series []byte) (all []Answer, skipped []time.Time, err error) {
	rows, err := tx.Query(ctx, `
		SELECT `+answerColumns+` FROM ask k JOIN occasion o
		  ON o.practice = k.practice AND o.compartment = k.compartment AND o.ask_id = k.id
		WHERE k.practice = $1 AND k.compartment = $2 AND k.series = $3 AND o.state <> 'draft'
		ORDER BY o.at, o.id`,
		tx.Practice, string(tx.Compartment), series)
	if err != nil {
		return nil, nil, fmt.Errorf("read answers: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var r answerRow
		if err := r.scan(rows); err != nil {
			return nil, nil, err
		}
		if r.id == "" { // declined: there is nothing to open
			skipped = append(skipped, access.Moment(r.at))
			continue
		}
		a, err := ms.opened(ctx, tx, r)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, a)
	}
	return all, skipped, rows.Err()
}

// queryAnswers reads answers; most is how many there can be.
func (ms *Measures) queryAnswers(ctx context.Context, tx *access.Tx, most int, text string, args ...any) ([]Answer, error) {
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read answers: %w", err)
	}
	defer rows.Close()

	all := make([]Answer, 0, min(most, usualPage))
	for rows.Next() {
		var r answerRow
		if err := r.scan(rows); err != nil {
			return nil, err
		}
		a, err := ms.opened(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// usualPage is how many are read at once, and one more that says whether there are more.
const usualPage = 51

func (ms *Measures) opened(ctx context.Context, tx *access.Tx, r answerRow) (Answer, error) {
	plain, err := tx.Open(ctx, answerPlace(r.ask, r.nth, r.id), r.body)
	if err != nil {
		return Answer{}, fmt.Errorf("open answer %s: %w", r.id, err)
	}
	return ms.unseal(tx.Practice, r, plain)
}

// Statements that note of an answer that it was seen, and talked about.

func markSeen(ctx context.Context, tx *access.Tx, id string) error {
	done, err := tx.Exec(ctx, `
		UPDATE occasion SET seen_at = CASE WHEN seen_at = 0 THEN CAST($4 AS BIGINT) ELSE seen_at END
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'given'`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro())
	return marked(done, err)
}

func markTalked(ctx context.Context, tx *access.Tx, id string) error {
	done, err := tx.Exec(ctx, `
		UPDATE occasion
		SET talked_by = CASE WHEN talked_at = 0 THEN $5 ELSE talked_by END,
		    talked_at = CASE WHEN talked_at = 0 THEN CAST($4 AS BIGINT) ELSE talked_at END
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'given'`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro(), tx.Actor.ID)
	return marked(done, err)
}

func marked(done sql.Result, err error) error {
	if err != nil {
		return fmt.Errorf("mark answer: %w", err)
	}
	if there, err := changed(done); err != nil || !there {
		return errors.Join(err, fault.Absent())
	}
	return nil
}

// allAnswers returns every answer of one client, oldest first.
func (ms *Measures) allAnswers(ctx context.Context, tx *access.Tx) ([]Answer, error) {
	return ms.queryAnswers(ctx, tx, usualPage, `
		SELECT `+answerColumns+` FROM occasion o
		WHERE o.practice = $1 AND o.compartment = $2 AND o.state = 'given'
		ORDER BY o.at, o.id`,
		tx.Practice, string(tx.Compartment))
}
