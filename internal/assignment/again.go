package assignment

import (
	"context"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// What begins the kinds under which it is noted beside the records, where a restore
// finds it, that something was taken back: each is followed by an id.
const (
	endedLog  = "practice.log "  // the words of a log are gone
	endedMine = "practice.mine " // the words of a log are the client's alone
	endedOne  = "practice.one "  // something was declined, let go of or taken back
)

// noteEnd notes that something is over, or that it is taken up again.
func noteEnd(ctx context.Context, tx *access.Tx, a Assignment, before State) error {
	open := Assignment{State: before}.Open() || before == ""
	switch {
	case open && !a.Open():
		return access.Ended(ctx, tx, tx.Compartment.Of(), tx.Compartment, endedOne+a.ID)
	case !open && a.Open():
		return access.NotEnded(ctx, tx, tx.Compartment.Of(), tx.Compartment, endedOne+a.ID)
	}
	return nil
}

// noteMine notes that the words of a log became the client's alone, or are so no more.
func noteMine(ctx context.Context, tx *access.Tx, was, now Log) error {
	switch {
	case now.Mine && !was.Mine:
		return access.Ended(ctx, tx, tx.Compartment.Of(), tx.Compartment, endedMine+now.ID)
	case !now.Mine && was.Mine:
		return access.NotEnded(ctx, tx, tx.Compartment.Of(), tx.Compartment, endedMine+now.ID)
	}
	return nil
}

// EndAgain is for after a restore: what was declined, let go of or taken back after the
// backup was made is so again; words that became the client's alone are theirs alone. actor is the operator,
// who learns nothing by it. Doing it twice does no harm.
func (as *Assignments) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := as.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		if id, ok := strings.CutPrefix(e.Kind, endedLog); ok {
			err = dropLogAgain(ctx, tx, e.Compartment, id)
		}
		if id, ok := strings.CutPrefix(e.Kind, endedMine); ok {
			err = mineAgain(ctx, tx, e.Compartment, id)
		}
		if id, ok := strings.CutPrefix(e.Kind, endedOne); ok {
			err = endOneAgain(ctx, tx, e.Compartment, id)
		}
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}
