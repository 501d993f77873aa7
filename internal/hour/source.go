package hour

import (
	"context"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A SourceKind says what something on the agenda came from.
type SourceKind string

// What something may come from.
const (
	FromShare    SourceKind = "share"    // what the client shares of their journal: the id of the share
	FromPractice SourceKind = "practice" // what is practised between sessions: the id of what was agreed
	FromLog      SourceKind = "log"      // a day of the daily log: "2026-11-24"
	FromCheckIn  SourceKind = "check-in" // a check-in: its id
	FromAnswer   SourceKind = "answer"   // answers to a questionnaire: their id
	FromNourish  SourceKind = "nourish"  // something that nourishes, or drains: its id
	FromPlan     SourceKind = "plan"     // the safety plan: the id of a version, or "plan"
)

// FromKinds are all kinds, in no particular order.
func FromKinds() []SourceKind {
	return []SourceKind{FromShare, FromPractice, FromLog, FromCheckIn, FromAnswer, FromNourish, FromPlan}
}

// Words is what stands on the agenda if its client wrote nothing of their own.
func (k SourceKind) Words() string {
	switch k {
	case FromShare:
		return "Something I share from my journal"
	case FromPractice:
		return "Something I practised"
	case FromLog:
		return "A day of my log"
	case FromCheckIn:
		return "What I said in a check-in"
	case FromAnswer:
		return "What I answered to a questionnaire"
	case FromNourish:
		return "Something that nourishes me, or wears on me"
	case FromPlan:
		return "My safety plan"
	}
	return ""
}

// A Source is what something on the agenda came from: a pointer, and no right to read
// what it points at. Whoever may not read that elsewhere does not read it here.
type Source struct {
	Kind SourceKind `json:"kind,omitempty"`
	ID   string     `json:"id,omitempty"`
}

// None says whether it came from nowhere: it was written for the agenda.
func (s Source) None() bool { return s == Source{} }

// mostID is longer than any id that is pointed at.
const mostID = 64

func (s Source) check() error {
	if s.None() {
		return nil
	}
	if !slices.Contains(FromKinds(), s.Kind) || s.ID == "" || len(s.ID) > mostID || strings.Trim(s.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fault.New(fault.Invalid, "of", "What this is about cannot be found any more. You can still bring it in your own words.")
	}
	return nil
}

// bring puts something on the agenda in tx, or changes it, and says whether anything
// changed. If the same source waits already under another id, that one is returned,
// unchanged, with fault.Conflict if f says something else.
func bring(ctx context.Context, tx *access.Tx, f ItemForm) (now Item, changed bool, err error) {
	side := SideOf(tx.Actor, tx.Compartment)
	if f, err = f.check(side); err != nil {
		return Item{}, false, err
	}
	now, there, err := itemOf(ctx, tx, f.ID)
	if err != nil {
		return Item{}, false, err
	}
	switch {
	case there && now.Side != side, !there && f.Revision > 0:
		return Item{}, false, fault.Absent()
	case there && now.State != Dropped && now.says(f):
		return now, false, nil // it came twice, or nothing changed
	case there && (now.Revision != f.Revision || now.State != Waiting):
		return now, false, meanwhile()
	}
	if !there {
		waits, err := waitingOf(ctx, tx)
		if err != nil {
			return Item{}, false, err
		}
		if i := slices.IndexFunc(waits, func(i Item) bool { return !f.Source.None() && i.Side == side && i.Source == f.Source }); i >= 0 {
			if waits[i].says(f) {
				return waits[i], false, nil
			}
			return waits[i], false, fault.New(fault.Conflict, "text", "This waits for the session already. Its words and yours are both here.")
		}
		if err := room(waits, side); err != nil {
			return Item{}, false, err
		}
		now = Item{ID: f.ID, Side: side, By: tx.Actor.ID, At: tx.Now, State: Waiting}
		now.Source, now.from = f.Source, f.Source
	}
	if now.Text != f.Text || !now.Hard {
		now.Opened, now.OpenedBy = access.Moment(0), "" // these words nobody has opened
	}
	now.Revision, now.Text, now.Hard, now.May = now.Revision+1, f.Text, f.Hard, f.May
	if err := keepNext(ctx, tx, now); err != nil {
		return now, false, err
	}
	if err := onRunning(ctx, tx, now.ID); err != nil {
		return Item{}, false, err
	}
	return now, true, endQuiet(ctx, tx, side)
}
