package measure

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/session"
)

// How long something waits before somebody is reminded of it. Before a session
// it is less, and never so long that the reminder comes during it.
const (
	patience        = 24 * time.Hour
	patienceSession = 4 * time.Hour
	sessionLook     = 6 * time.Hour // how often appointments are looked at again
)

// sealedPlan is what reminding needs to know of an ask, under the key of the
// person: when it is asked, and not what.
type sealedPlan struct {
	Rhythm Rhythm `json:"rhythm"`
	From   Day    `json:"from"`
	Rest   int64  `json:"rest,omitempty"` // days after an answer in which it is not asked
}

func planPlace(id string) string { return "ask.sealed_plan " + id }

// plans returns what is asked of a client, as far as reminding may know it, with
// what has come of it: pasts whose questionnaires are marks.
func plans(ctx context.Context, tx *access.Tx, client access.Compartment) ([]past, error) {
	rows, err := tx.Query(ctx, pastsText, tx.Practice, string(client))
	if err != nil {
		return nil, fmt.Errorf("read plans: %w", err)
	}
	defer rows.Close()

	var all []past
	for rows.Next() {
		p, r, err := scanPast(rows)
		if err != nil {
			return nil, err
		}
		p.ask = Ask{ID: r.id, Instrument: hex.EncodeToString(r.series), State: AskState(r.state), MadeAt: access.Moment(r.made), EndedAt: access.Moment(r.ended)}
		if !p.own {
			if len(r.plan) == 0 {
				return nil, errNoPlan
			}
			plain, err := tx.Open(ctx, planPlace(r.id), r.plan)
			if err != nil {
				return nil, fmt.Errorf("open plan %s: %w", r.id, err)
			}
			var s sealedPlan
			if err := json.Unmarshal(plain, &s); err != nil {
				return nil, fmt.Errorf("decode plan %s: %w", r.id, err)
			}
			p.ask.Rhythm, p.ask.From, p.ask.Sooner, p.rest = s.Rhythm, s.From, s.Rest == 0, s.Rest
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// Waiting says for package reminder what waits for a client. tx opens nothing of
// the client's record: it learns when something is asked, and not what.
func (ms *Measures) Waiting(ctx context.Context, tx *access.Tx, client access.Compartment, loc *time.Location) (now []reminder.Thing, next time.Time, err error) {
	all, err := plans(ctx, tx, client)
	if err != nil {
		return nil, next, err
	}
	t := times{now: tx.Now, loc: loc, recall: restOf(all)}
	if t.spans, err = session.PlannedIn(ctx, tx, client, tx.Now, tx.Now.Add(beforeSession)); err != nil {
		return nil, next, err
	}
	for _, d := range dueNow(all, t) {
		now = append(now, d.thing())
	}
	answered, done := ends(all)
	sooner := func(at time.Time) {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	for _, p := range all {
		if p.own || p.ask.State != AskOpen {
			continue
		}
		if p.ask.Rhythm == EachSession {
			sooner(t.now.Add(sessionLook))
		} else if at, ok := p.next(t, answered[p.ask.Instrument], done[p.ask.Instrument]); ok {
			sooner(at)
		}
	}
	return now, next, nil
}

func (d Due) thing() reminder.Thing {
	t := reminder.Thing{Keys: []reminder.Key{{Ask: d.Ask.ID, Nth: d.Occasion}}, Ripe: later(d.Opened, d.Ask.MadeAt).Add(patience)}
	for i, a := range d.Also {
		t.Keys = append(t.Keys, reminder.Key{Ask: a.ID, Nth: d.also[i]})
	}
	if !d.Until.IsZero() {
		t.Ripe, t.End = later(d.Opened, d.Ask.MadeAt).Add(patienceSession), d.Opened.Add(beforeSession)
	}
	return t
}

// next is when p is asked next after now, as far as is known now; ok is false if it is not.
func (p past) next(t times, answered, done time.Time) (at time.Time, ok bool) {
	least := DayOf(t.now, t.loc)
	raise := func(d Day) {
		if d.number() > least.number() {
			least = d
		}
	}
	if !answered.IsZero() && !p.ask.Sooner {
		raise(DayOf(answered, t.loc).plus(t.recall(p.ask.Instrument)))
	}
	if !done.IsZero() {
		raise(DayOf(done, t.loc).plus(p.ask.Rhythm.pause()))
	}
	day := p.ask.From
	if p.ask.Rhythm == Once {
		if p.done >= 0 {
			return at, false
		}
	} else if o, runs := p.ask.running(t.now, nil, t.loc); runs {
		day = p.ask.opensOn(o.nth + 1)
		if p.done < o.nth && least.number() < day.number() {
			day = p.ask.opensOn(o.nth) // this one is still open
		}
	}
	raise(day)
	at, err := least.Begins(t.loc)
	return at, err == nil && at.After(t.now)
}

// restOf is, for plans, what recall is for asks: their questionnaires have no
// names here but marks.
func restOf(all []past) func(string) int64 {
	rest := map[string]int64{}
	for _, p := range all {
		rest[p.ask.Instrument] = max(rest[p.ask.Instrument], p.rest)
	}
	return func(series string) int64 { return rest[series] }
}

var errNoPlan = errors.New("an ask without a plan")
