package nourish

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/mood"
)

// Books keeps what nourishes clients, and what wears on them.
type Books struct{ door *access.Door }

// New returns it behind door.
func New(door *access.Door) *Books { return &Books{door: door} }

// Open returns what the client keeps, with the moments of the days from one to another
// and what their log says of them: for the client only.
func (bs *Books) Open(ctx context.Context, actor access.Actor, client access.Compartment, from, to mood.Day) (Book, error) {
	tx, err := bs.door.Begin(ctx, actor, access.ReadNourish, client)
	if err != nil {
		return Book{}, err
	}
	defer tx.Rollback()

	tx.Names("from " + from.String())
	b, err := bookOf(ctx, tx, from, to)
	if err != nil {
		return Book{}, err
	}
	b.Items, b.Log, err = mood.ThereIn(ctx, tx, from, to+1)
	return b, err
}

// Shared returns, to those who treat the client, the same as far as the client shows
// it, without their log. What is not shown looks like what is not there: Sharing.Shown
// says which, and that is all it says.
func (bs *Books) Shared(ctx context.Context, actor access.Actor, client access.Compartment, from, to mood.Day) (Book, error) {
	tx, err := bs.door.Begin(ctx, actor, access.ReadNourished, client)
	if err != nil {
		return Book{}, err
	}
	defer tx.Rollback()

	return shared(ctx, tx, from, to)
}

// SharedIn is, in tx, everything that the client shows of it, for archives of those who
// treat them. The action of tx must open.
func SharedIn(ctx context.Context, tx *access.Tx) (Book, error) {
	return shared(ctx, tx, never*-1, never)
}

func shared(ctx context.Context, tx *access.Tx, from, to mood.Day) (Book, error) {
	set, err := sharingOf(ctx, tx)
	if err != nil || !set.Shown {
		return Book{}, err
	}
	tx.Names("from " + from.String())
	b, err := bookOf(ctx, tx, from, to)
	b.Sharing.Revision = 0
	for i := range b.Things {
		b.Things[i].Item = ""
	}
	return b, err
}

func bookOf(ctx context.Context, tx *access.Tx, from, to mood.Day) (b Book, err error) {
	if b.Sharing, err = sharingOf(ctx, tx); err != nil {
		return b, err
	}
	if b.Things, err = thingsOf(ctx, tx); err != nil {
		return b, err
	}
	b.Moments, err = momentsOf(ctx, tx, from, to)
	return b, err
}

// EverythingIn is, in tx, all that the client ever kept here, for their archive. The
// action of tx must open, and be one that nobody but the client may do.
func EverythingIn(ctx context.Context, tx *access.Tx) (Book, error) {
	return bookOf(ctx, tx, never*-1, never)
}

// never is later than any day.
const never mood.Day = 1 << 31

// KeepThing remembers something, or changes it; putting it away is a change too. If it
// was changed since the form began, the answer is fault.Conflict together with the
// thing as it is now. The same form twice is success. For the client only.
func (bs *Books) KeepThing(ctx context.Context, actor access.Actor, client access.Compartment, f ThingForm) (Thing, error) {
	tx, err := bs.door.Begin(ctx, actor, access.KeepNourish, client)
	if err != nil {
		return Thing{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	all, err := thingsOf(ctx, tx)
	if err != nil {
		return Thing{}, err
	}
	now, there := Book{Things: all}.Thing(f.ID)
	if !there && f.Revision != 0 {
		return Thing{}, fault.Absent()
	}
	items, _, err := mood.ThereIn(ctx, tx, 0, 0)
	if err != nil {
		return Thing{}, err
	}
	if f, err = f.check(items); err != nil {
		return Thing{}, err
	}
	switch {
	case there && now.says(f):
		return now, nil // it came twice, or nothing changed
	case there && now.Revision != f.Revision:
		return now, meanwhile()
	case !there && len(all) >= MaxThings:
		return Thing{}, fault.New(fault.Invalid, "words", "There are as many as a list can hold. Change one of them, or bring one back that was put away.")
	}
	next := Thing{
		ID: f.ID, Revision: f.Revision + 1, Words: f.Words, Kinds: f.Kinds, Drains: f.Drains, Item: f.Item, Away: f.Away, At: tx.Now,
	}
	kept, err := insertThing(ctx, tx, next)
	if err != nil {
		return Thing{}, err
	}
	if !kept {
		return now, meanwhile()
	}
	return next, tx.Commit()
}

// KeepMoment plans a day for a thing, notes that it was there, or lets it go, by the
// client's clocks in zone. A day ahead on which something is said to have been there is
// taken as today: the clock of a phone may go ahead. Conflicts and the same form twice
// are as for KeepThing. For the client only.
func (bs *Books) KeepMoment(ctx context.Context, actor access.Actor, client access.Compartment, f MomentForm, zone *time.Location) (Moment, error) {
	tx, err := bs.door.Begin(ctx, actor, access.KeepNourish, client)
	if err != nil {
		return Moment{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	now, there, err := momentOf(ctx, tx, f.ID)
	if err != nil {
		return Moment{}, err
	}
	if !there && f.Revision != 0 {
		return Moment{}, fault.Absent()
	}
	if f, err = f.check(mood.DayOf(tx.Now.In(zone))); err != nil {
		return Moment{}, err
	}
	things, err := thingsOf(ctx, tx)
	if err != nil {
		return Moment{}, err
	}
	if _, ok := (Book{Things: things}).Thing(f.Thing); !ok {
		return Moment{}, fault.Absent()
	}
	switch {
	case there && now.says(f):
		return now, nil
	case there && (now.Revision != f.Revision || now.Thing != f.Thing):
		return now, meanwhile()
	}
	if !there {
		if err := roomOn(ctx, tx, f.Day); err != nil {
			return Moment{}, err
		}
	}
	next := Moment{
		ID: f.ID, Revision: f.Revision + 1, Thing: f.Thing, Day: f.Day, State: f.State, Clock: f.Clock, Kept: f.Kept, Line: f.Line, At: tx.Now,
	}
	kept, err := insertMoment(ctx, tx, next)
	if err != nil {
		return Moment{}, err
	}
	if !kept {
		return now, meanwhile()
	}
	if next.Kept || now.Kept {
		if err := keepTime(ctx, tx, next, zone); err != nil {
			return Moment{}, err
		}
		note := access.NotEnded
		if !next.Kept {
			note = access.Ended // so that a restore does not put it back
		}
		if err := note(ctx, tx, client.Of(), client, endedTime+next.ID); err != nil {
			return Moment{}, err
		}
	}
	return next, tx.Commit()
}

// roomOn says whether one more moment fits on a day.
func roomOn(ctx context.Context, tx *access.Tx, day mood.Day) error {
	all, err := momentsOf(ctx, tx, day, day)
	if err != nil {
		return err
	}
	if len(all) >= MaxOfDay {
		return fault.New(fault.Invalid, "day", "That day is full as it is.")
	}
	return nil
}

// Show says whether those who treat the client read this, from now on and at once. To
// show it needs the revision that the client saw; to show it no longer is never refused.
func (bs *Books) Show(ctx context.Context, actor access.Actor, client access.Compartment, shown bool, revision int64) (Sharing, error) {
	tx, err := bs.door.Begin(ctx, actor, access.KeepNourish, client)
	if err != nil {
		return Sharing{}, err
	}
	defer tx.Rollback()

	tx.Names("shown " + strconv.FormatBool(shown))
	set, err := sharingOf(ctx, tx)
	if err != nil {
		return Sharing{}, err
	}
	switch {
	case set.Shown == shown:
		return set, nil
	case shown && set.Revision != revision:
		return set, meanwhile()
	}
	set.Revision, set.Shown = set.Revision+1, shown
	kept, err := insertSharing(ctx, tx, client, set)
	if err != nil {
		return Sharing{}, err
	}
	if !kept {
		return set, meanwhile()
	}
	note := access.Ended
	if shown {
		note = access.NotEnded
	}
	if err := note(ctx, tx, client.Of(), client, endedSharing); err != nil {
		return Sharing{}, err
	}
	return set, tx.Commit()
}

func meanwhile() error {
	return fault.New(fault.Conflict, "", "This was changed in another window or on another device meanwhile. Please look again, and decide then.")
}

// A Time is time that is kept free in somebody's own calendar elsewhere.
type Time struct {
	Moment    string // its id
	Revision  int64
	Start     time.Time
	End       time.Time
	Off       bool // it is kept free no longer
	ChangedAt time.Time
}

// TimesIn are, in tx, the times that client wants kept free, and those that are so no
// longer, from a moment on: from and to, and nothing else. The action of tx need not open.
func TimesIn(ctx context.Context, tx *access.Tx, client access.Compartment, since time.Time) ([]Time, error) {
	return timesOf(ctx, tx, client, since)
}

// Offers are the things that can be planned or noted: those that are not put away,
// what nourishes first.
func (b Book) Offers() (nourishes, drains []Thing) {
	for _, t := range b.Things {
		switch {
		case t.Away:
		case t.Drains:
			drains = append(drains, t)
		default:
			nourishes = append(nourishes, t)
		}
	}
	return nourishes, drains
}

// Of are the things that are not put away and of which k is the first kind, so that each
// stands once; "" are those of no kind.
func (b Book) Of(k Kind) (all []Thing) {
	nourishes, _ := b.Offers()
	for _, t := range nourishes {
		if len(t.Kinds) > 0 && t.Kinds[0] == k || k == "" && len(t.Kinds) == 0 {
			all = append(all, t)
		}
	}
	return all
}

// place is where something sealed lies: a row is named by its key, so that a backup
// finds whether it is whole.
func place(table, id string, revision int64) string {
	if id == "" {
		return fmt.Sprintf("%s.sealed %d", table, revision)
	}
	return fmt.Sprintf("%s.sealed %s %d", table, id, revision)
}
