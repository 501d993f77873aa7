package measure

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
)

// A door is the door, behind which the questionnaires of the practice are at
// hand. Begin and BeginList are those of access.Door: who calls them ends them.
type door struct {
	Begin     func(context.Context, access.Actor, access.Action, access.Compartment) (*access.Tx, error)
	BeginList func(context.Context, access.Actor, access.Action, string) (*access.List, error)
	door      *access.Door
	shelf     *instrument.Shelf
}

func newDoor(behind *access.Door, shelf *instrument.Shelf) door {
	return door{
		door: behind, shelf: shelf,
		Begin: func(ctx context.Context, actor access.Actor, action access.Action, c access.Compartment) (*access.Tx, error) {
			tx, err := behind.Begin(ctx, actor, action, c)
			if err != nil {
				return nil, err
			}
			if err = shelf.Ready(ctx, tx); err != nil {
				tx.Rollback()
			}
			return tx, err
		},
		BeginList: func(ctx context.Context, actor access.Actor, action access.Action, kind string) (*access.List, error) {
			l, err := behind.BeginList(ctx, actor, action, kind)
			if err != nil {
				return nil, err
			}
			if err = shelf.Ready(ctx, l.Tx); err != nil {
				l.Rollback()
			}
			return l, err
		},
	}
}

// Library is the practice's, at hand once anything of it was read in the same request.
func (ms *Measures) Library(practice string) *instrument.Library { return ms.door.shelf.In(practice) }

// Offered is what may be asked for in the practice, in order of name (see Library).
func (ms *Measures) Offered(practice string) []*instrument.Instrument {
	return ms.door.shelf.Offered(practice)
}

// Questionnaire is one that whoever may read client's measures has before them, at
// hand or not (see Library). What is not there is fault.NotFound.
func (ms *Measures) Questionnaire(ctx context.Context, actor access.Actor, client access.Compartment, id, version string) (*instrument.Instrument, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	in, ok, err := ms.door.shelf.Find(ctx, tx, id, version)
	if err == nil && !ok {
		err = fault.Absent()
	}
	return in, err
}
