package exercise

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// ownPrefix begins the id of everything that is a practice's own.
const ownPrefix = "own-"

// MaxOwn is how many exercises one practice may have of its own, versions counted.
const MaxOwn = 500

// A Shelf is the exercises of each practice: those that come with the product, its
// own, and which of them are left out of the lists.
type Shelf struct {
	door *access.Door
}

// NewShelf returns the exercises behind door.
func NewShelf(door *access.Door) *Shelf { return &Shelf{door: door} }

// AllIn is, in tx at whatever record, the library of its practice. The action of tx
// must be one that opens. It runs two statements.
func AllIn(ctx context.Context, tx *access.Tx) (*Library, error) {
	kept, err := ownIn(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	hides, err := hiddenIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	if len(kept) == 0 && len(hides) == 0 {
		return Shipped(), nil
	}
	all := slices.Clone(Shipped().all)
	for _, k := range kept {
		all = append(all, k.Exercise)
	}
	l, err := put(all)
	if err != nil {
		return nil, fmt.Errorf("put together what a practice has: %w", err)
	}
	l.hidden = hides
	return l, nil
}

// OneIn finds, in tx at whatever record, an exercise of its practice in a version; 0
// is the newest. What is hidden is found; what is not there is fault.NotFound. The
// action of tx must be one that opens. Of what comes with the product it runs no
// statement.
func OneIn(ctx context.Context, tx *access.Tx, id string, version int) (Exercise, error) {
	if !strings.HasPrefix(id, ownPrefix) {
		if e, ok := Shipped().One(id, version); ok {
			return e, nil
		}
		return Exercise{}, fault.Absent()
	}
	kept, err := ownIn(ctx, tx, id)
	if err != nil {
		return Exercise{}, err
	}
	for _, k := range slices.Backward(kept) {
		if version == 0 || k.Version == version {
			return k.Exercise, nil
		}
	}
	return Exercise{}, fault.Absent()
}

// Library is what the actor's practice has: for its clinicians and its clients.
func (s *Shelf) Library(ctx context.Context, actor access.Actor) (*Library, error) {
	tx, err := s.door.Begin(ctx, actor, access.ReadExercises, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return AllIn(ctx, tx)
}

// A Stock is everything that one practice has, for whoever goes on writing it.
type Stock struct {
	*Library
	Own    []Kept  // every version of the practice's own, newest first
	Drafts []Draft // of whoever asks alone, newest first
}

// Latest is an own exercise in its newest version.
func (s Stock) Latest(id string) (Kept, bool) {
	var found Kept
	for _, k := range s.Own {
		if k.ID == id && k.Version > found.Version {
			found = k
		}
	}
	return found, found.Version > 0
}

// Versions are those of an own exercise, newest first.
func (s Stock) Versions(id string) []Kept {
	return slices.DeleteFunc(slices.Clone(s.Own), func(k Kept) bool { return k.ID != id })
}

// Draft is the draft of an exercise that whoever asks has, by the id that it has or
// would have.
func (s Stock) Draft(id string) (Draft, bool) {
	i := slices.IndexFunc(s.Drafts, func(d Draft) bool { return d.Of() == id })
	if i < 0 {
		return Draft{}, false
	}
	return s.Drafts[i], true
}

// Stock is everything that the actor's practice has, and the actor's own drafts: for
// its clinicians.
func (s *Shelf) Stock(ctx context.Context, actor access.Actor) (Stock, error) {
	tx, err := s.door.Begin(ctx, actor, access.WriteExercises, access.Operations)
	if err != nil {
		return Stock{}, err
	}
	defer tx.Rollback()

	return stockIn(ctx, tx)
}

func stockIn(ctx context.Context, tx *access.Tx) (Stock, error) {
	l, err := AllIn(ctx, tx)
	if err != nil {
		return Stock{}, err
	}
	own, err := ownIn(ctx, tx, "")
	if err != nil {
		return Stock{}, err
	}
	slices.SortStableFunc(own, func(a, b Kept) int {
		return cmp.Or(b.MadeAt.Compare(a.MadeAt), strings.Compare(a.ID, b.ID), cmp.Compare(b.Version, a.Version))
	})
	drafts, err := draftsIn(ctx, tx)
	return Stock{Library: l, Own: own, Drafts: drafts}, err
}

// Keep keeps an exercise of the practice's own for everybody in it: a new one, or the
// next version of one; the actor's draft of it is gone then. actor is a clinician. The
// same form twice is success and keeps one. A form that started from a version which is
// no longer the newest is fault.Conflict, and the newest is returned with it.
func (s *Shelf) Keep(ctx context.Context, actor access.Actor, f Form) (Kept, error) {
	tx, err := s.door.Begin(ctx, actor, access.KeepExercises, access.Operations)
	if err != nil {
		return Kept{}, err
	}
	defer tx.Rollback()

	st, err := stockIn(ctx, tx)
	if err != nil {
		return Kept{}, err
	}
	now, there := st.Latest(f.names())
	if _, ok := st.Ref(f.From); f.Exercise != "" && !there || f.From != "" && !ok {
		return Kept{}, fault.Absent()
	}
	e, err := f.Try()
	if err != nil {
		return Kept{}, err
	}
	if there {
		e.From = now.From // what it was adapted from is not for a form to change
	}
	kept := Kept{Exercise: e, By: actor.ID, MadeAt: tx.Now, form: f.ID}
	if now.Version != f.Version {
		for _, k := range st.Versions(e.ID) {
			if k.form == f.ID && same(k.Exercise, e) {
				return k, nil // it came twice
			}
		}
		return now, fault.New(fault.Conflict, "", "Somebody changed this while you wrote. Their version is shown beside yours, and yours is still here.")
	}
	if len(st.Own) >= MaxOwn {
		return Kept{}, fault.New(fault.TooLarge, "", fmt.Sprintf("A practice can keep at most %d exercises of its own, their versions counted.", MaxOwn))
	}
	made, err := insertOwn(ctx, tx, kept)
	if err != nil {
		return Kept{}, err
	}
	if !made {
		return now, fault.New(fault.Conflict, "", "Somebody kept a version just now. Please look at it, and send yours again if it is still what you mean.")
	}
	if _, err := deleteDraft(ctx, tx, e.ID); err != nil {
		return Kept{}, err
	}
	tx.Names(e.Ref())
	return kept, tx.Commit()
}

// Save keeps what somebody has written so far as their own draft, which nobody else
// reads: anything may be missing or wrong in it. f.Draft is the revision it started
// from; if there is another meanwhile it is fault.Conflict, and that is returned. The
// same twice is success.
func (s *Shelf) Save(ctx context.Context, actor access.Actor, f Form) (Draft, error) {
	tx, err := s.door.Begin(ctx, actor, access.KeepExercises, access.Operations)
	if err != nil {
		return Draft{}, err
	}
	defer tx.Rollback()

	if err := f.fits(); err != nil {
		return Draft{}, err
	}
	st, err := stockIn(ctx, tx)
	if err != nil {
		return Draft{}, err
	}
	if _, there := st.Latest(f.Exercise); f.Exercise != "" && !there {
		return Draft{}, fault.Absent()
	}
	was, there := st.Draft(f.names())
	switch {
	case there && was.sameAs(f):
		return was, nil // it came twice
	case there && was.Revision != f.Draft:
		return was, fault.New(fault.Conflict, "", "You went on with this draft elsewhere. What is kept is shown beside what you wrote here.")
	case !there && len(st.Drafts) >= maxDrafts:
		return Draft{}, fault.New(fault.TooLarge, "", fmt.Sprintf("You can have at most %d drafts. Please keep one of them, or throw one away.", maxDrafts))
	}
	d := Draft{Form: f, Revision: was.Revision + 1, ChangedAt: tx.Now}
	if err := putDraft(ctx, tx, d); err != nil {
		return Draft{}, err
	}
	return d, tx.Commit()
}

// Drop throws the actor's draft of an exercise away; fault.NotFound if there is none.
func (s *Shelf) Drop(ctx context.Context, actor access.Actor, id string) error {
	tx, err := s.door.Begin(ctx, actor, access.KeepExercises, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	there, err := deleteDraft(ctx, tx, id)
	if err != nil {
		return err
	}
	if !there {
		return fault.Absent()
	}
	return tx.Commit()
}

// Hide leaves an exercise out of the lists, or takes it back. What was agreed on stays
// as it is. Doing so twice is success.
func (s *Shelf) Hide(ctx context.Context, actor access.Actor, id string, hides bool) error {
	tx, err := s.door.Begin(ctx, actor, access.KeepExercises, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	l, err := AllIn(ctx, tx)
	if err != nil {
		return err
	}
	if _, ok := l.One(id, 0); !ok {
		return fault.Absent()
	}
	if l.hidden[id] == hides {
		return nil
	}
	all := maps.Clone(l.hidden)
	if all == nil {
		all = make(map[string]bool)
	}
	if all[id] = true; !hides {
		delete(all, id)
	}
	if err := putHidden(ctx, tx, sealedChoice{Hidden: slices.Sorted(maps.Keys(all)), By: actor.ID}); err != nil {
		return err
	}
	return tx.Commit()
}

// same says whether two exercises say the same.
func same(a, b Exercise) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}
