package exercise

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// ownPrefix begins the id of everything that is a practice's own.
const ownPrefix = "own-"

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
