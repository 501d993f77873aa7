package measure

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
)

// A door is the door, behind which the questionnaires of the practice are at
// hand: whatever is looked up in what Begin returned was looked through of late.
type door struct {
	door  *access.Door
	shelf *instrument.Shelf
}

// Begin is access.Door.Begin.
func (d door) Begin(ctx context.Context, actor access.Actor, action access.Action, c access.Compartment) (*access.Tx, error) {
	tx, err := d.door.Begin(ctx, actor, action, c)
	if err != nil {
		return nil, err
	}
	if err := d.shelf.Ready(ctx, tx); err != nil {
		tx.Rollback()
		return nil, err
	}
	return tx, nil
}

// BeginList is access.Door.BeginList.
func (d door) BeginList(ctx context.Context, actor access.Actor, action access.Action, kind string) (*access.List, error) {
	l, err := d.door.BeginList(ctx, actor, action, kind)
	if err != nil {
		return nil, err
	}
	if err := d.shelf.Ready(ctx, l.Tx); err != nil {
		l.Rollback()
		return nil, err
	}
	return l, nil
}

// lib is what the practice has: its own and what comes with the product.
func (ms *Measures) lib(practice string) *instrument.Library { return ms.door.shelf.In(practice) }

// Library is every questionnaire of the practice, as far as they are at hand: they
// are whenever anything of the measures was read in the same request.
func (ms *Measures) Library(practice string) *instrument.Library { return ms.lib(practice) }

// Offered are the newest versions of what may be asked for in the practice, in
// order of name, as far as they are at hand (see Library).
func (ms *Measures) Offered(practice string) []*instrument.Instrument {
	return ms.door.shelf.Offered(practice)
}

// Questionnaire is a questionnaire that somebody has before them who may read
// client's measures, also where it is not at hand yet (see Library); what is not
// there is fault.NotFound.
func (ms *Measures) Questionnaire(ctx context.Context, actor access.Actor, client access.Compartment, id, version string) (*instrument.Instrument, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	in, ok, err := ms.door.shelf.Find(ctx, tx, id, version)
	if err == nil && !ok {
		err = absent()
	}
	return in, err
}
