package mood

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/bare"
	"github.com/waymark-care/waymark/internal/fault"
)

// Logs keeps the logs of clients.
type Logs struct{ door *access.Door }

// New returns the logs behind door.
func New(door *access.Door) *Logs { return &Logs{door: door} }

// Open returns the client's own log with the entries from a day on: for the client only.
func (ls *Logs) Open(ctx context.Context, actor access.Actor, client access.Compartment, from Day) (Log, error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReadLog, client)
	if err != nil {
		return Log{}, err
	}
	defer tx.Rollback()

	tx.Names("from " + from.String())
	return logOf(ctx, tx, from)
}

func logOf(ctx context.Context, tx *access.Tx, from Day) (l Log, err error) {
	if l.Items, err = itemsOf(ctx, tx); err != nil {
		return l, err
	}
	if l.Settings, err = settingsOf(ctx, tx); err != nil {
		return l, err
	}
	all, err := entriesFrom(ctx, tx, from)
	if err != nil {
		return l, err
	}
	l.Entries = slices.DeleteFunc(all, Entry.Empty)
	// An emptied entry keeps its revision, so that a form begins from it.
	if l.First, l.Last, err = span(ctx, tx); err != nil {
		return l, err
	}
	l.Questions, err = questionsOf(ctx, tx)
	return l, err
}

// A Brief is what This week says of a log.
type Brief struct {
	Noted    bool     // something is noted of today
	Last     Day      // the newest day with an entry; 0: there is none
	Question Question // the newest that waits; zero if none does
}

// Brief returns what This week says of the client's own log: for the client only.
func (ls *Logs) Brief(ctx context.Context, actor access.Actor, client access.Compartment, today Day) (b Brief, err error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReadLog, client)
	if err != nil {
		return b, err
	}
	defer tx.Rollback()

	none, err := bare.Of(ctx, tx, bare.LogEntries, bare.LogQuestions)
	if err != nil || none {
		return b, err
	}
	if _, b.Last, err = span(ctx, tx); err != nil {
		return b, err
	}
	if b.Last == today {
		all, err := entriesFrom(ctx, tx, today)
		if err != nil {
			return b, err
		}
		b.Noted = len(all) > 0 && !all[0].Empty()
	}
	questions, err := questionsOf(ctx, tx)
	if err != nil {
		return b, err
	}
	for _, q := range slices.Backward(questions) {
		if q.Open() {
			b.Question = q
			break
		}
	}
	return b, nil
}

// A Draft is the form for one day: what is noted of it so far.
type Draft struct {
	Log
	Entry Entry // Revision 0: nothing was ever noted
}

// Draft returns the log with what its form for a day begins from: for the client only.
// It holds the entries of the days that can still be filled in.
func (ls *Logs) Draft(ctx context.Context, actor access.Actor, client access.Compartment, day, today Day) (d Draft, err error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReadLog, client)
	if err != nil {
		return d, err
	}
	defer tx.Rollback()

	tx.Names(day.String())
	if d.Log, err = logOf(ctx, tx, min(day, today-Back)); err != nil {
		return d, err
	}
	d.Entry = d.On(day)
	if d.Entry.Revision == 0 { // perhaps it was emptied
		all, _, err := revisionsOf(ctx, tx, day)
		if err != nil {
			return d, err
		}
		if n := len(all); n > 0 {
			d.Entry = all[n-1]
		}
	}
	return d, nil
}

// Kept is what came of a form.
type Kept struct {
	Entry   Entry // as it is now; after a clash, as it would be
	Theirs  Entry // after a clash: what another device noted
	Clashes []string
	Asked   bool // a question is asked that was not there before
}

// Keep keeps what the client noted of a day, as a new revision. What another
// device noted meanwhile is brought together with it, field by field; where both
// noted something different in one field, it is fault.Conflict, nothing is kept,
// and both are returned. Sending the same form twice is success; the same id with
// another content is fault.Conflict. A form with nothing in it keeps nothing.
func (ls *Logs) Keep(ctx context.Context, actor access.Actor, client access.Compartment, f Form, zone *time.Location) (k Kept, err error) {
	tx, err := ls.door.Begin(ctx, actor, access.KeepLog, client)
	if err != nil {
		return k, err
	}
	defer tx.Rollback()

	tx.Names(f.Day.String())
	items, err := itemsOf(ctx, tx)
	if err != nil {
		return k, err
	}
	mine, err := f.entry(items, tx.Now.In(zone))
	if err != nil {
		return k, err
	}
	all, forms, err := revisionsOf(ctx, tx, f.Day)
	if err != nil {
		return k, err
	}
	at := func(revision int64) Entry {
		if revision < 1 {
			return Entry{Day: f.Day}
		}
		return all[revision-1]
	}
	newest := int64(len(all))
	if f.Revision > newest {
		return k, incomplete()
	}
	if n := slices.Index(forms, f.ID); n >= 0 {
		merged, clashes := merge(at(f.Revision), at(int64(n)), mine)
		if len(clashes) == 0 && same(merged, all[n]) {
			return Kept{Entry: at(newest)}, nil // it came twice
		}
		return k, fault.New(fault.Conflict, "", "This page was sent before, with something else in it. Please open the day again.")
	}
	merged, clashes := merge(at(f.Revision), at(newest), mine)
	if len(clashes) > 0 {
		merged.Revision = newest
		return Kept{Entry: merged, Theirs: at(newest), Clashes: clashes},
			fault.New(fault.Conflict, "", "Another device noted something else of this day meanwhile. Both are here: keep what is right.")
	}
	if same(merged, at(newest)) {
		return Kept{Entry: at(newest)}, nil
	}
	merged.Revision = newest + 1
	if err := insertEntry(ctx, tx, merged, f.ID); err != nil {
		return k, err
	}
	k.Entry = merged
	if k.Asked, err = watch(ctx, tx, items, zone); err != nil {
		return k, err
	}
	return k, tx.Commit()
}

// watch asks the one question, if the client wants to be asked and the newest day
// differs enough; and takes it back, unanswered, if the day was corrected.
func watch(ctx context.Context, tx *access.Tx, items []Item, zone *time.Location) (asked bool, err error) {
	set, err := settingsOf(ctx, tx)
	if err != nil || set.Watch == "" {
		return false, err
	}
	item, _ := find(items, set.Watch)
	side, ok := item.Watchable()
	if !ok {
		return false, nil
	}
	today := DayOf(tx.Now.In(zone))
	values, err := followed(ctx, tx, set, today)
	if err != nil {
		return false, err
	}
	questions, err := questionsOf(ctx, tx)
	if err != nil {
		return false, err
	}
	w := Follow(values, side, set.held(questions))
	if err := undo(ctx, tx, set, questions, w, today); err != nil || len(w.Points) == 0 {
		return false, err
	}
	p := w.Points[len(w.Points)-1]
	if !p.Alarm || p.Day < today-Back {
		return false, nil
	}
	for _, q := range questions {
		if q.Scale == set.Watch && q.Answer != Gone && Quiet(q.Day, p.Day) {
			return false, nil
		}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return false, err
	}
	return true, insertQuestion(ctx, tx, Question{
		ID: id.String(), Revision: 1, At: tx.Now, Scale: set.Watch, Day: p.Day, Z: p.Z, Mean: w.Baseline.Mean,
		Since: set.Since, Early: w.Provisional, Answer: Asked,
	})
}

// What is read again at each saving: the days of the baseline, and as many of the
// newest as the average remembers. What lies in between weighs less than
// (1-Lambda)^120, three millionths.
const (
	baselineSpan = 10 * 7 // days in which 28 with a value usually lie
	remembered   = 120
)

// followed are the values that the early warning follows, without those in the
// middle of a long log that no longer matter.
func followed(ctx context.Context, tx *access.Tx, set Settings, today Day) ([]Value, error) {
	if late := today - 2*remembered; set.Since+baselineSpan < late {
		first, err := entriesIn(ctx, tx, set.Since, set.Since+baselineSpan)
		if err != nil {
			return nil, err
		}
		newest, err := entriesFrom(ctx, tx, late)
		if err != nil {
			return nil, err
		}
		usual, values := valuesOf(first, set.Watch, set.Since), valuesOf(newest, set.Watch, late)
		if len(usual) >= FullBaseline && len(values) >= remembered {
			return append(usual[:FullBaseline], values...), nil
		}
	}
	all, err := entriesFrom(ctx, tx, set.Since)
	return valuesOf(all, set.Watch, set.Since), err
}

// held says whether a question was asked while the usual was provisional: then
// what followed is no part of the usual.
func (s Settings) held(questions []Question) bool {
	return slices.ContainsFunc(questions, func(q Question) bool {
		return q.Scale == s.Watch && q.Since == s.Since && q.Early && q.Answer != Gone
	})
}

// undo takes back questions that wait and that the days, as they are now, do not
// raise. Days that can no longer be corrected are left as they are.
func undo(ctx context.Context, tx *access.Tx, set Settings, questions []Question, w Watched, today Day) error {
	for n, q := range questions {
		if !q.Open() || q.Scale != set.Watch || q.Since != set.Since || q.Day < today-Back {
			continue
		}
		still := slices.ContainsFunc(w.Points, func(p Point) bool { return p.Day >= q.Day && p.Alarm })
		if still {
			continue
		}
		q.Revision, q.Answer = q.Revision+1, Gone
		if err := insertQuestion(ctx, tx, q); err != nil {
			return err
		}
		questions[n] = q
	}
	return nil
}
