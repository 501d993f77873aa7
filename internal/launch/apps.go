package launch

import (
	"context"
	"fmt"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// endedApp is the kind under which it is noted beside the records that an app was withdrawn.
const endedApp = "app"

// Apps are those that the practice knows, oldest first, without those that were withdrawn.
// Whoever belongs to it may ask.
func (ls *Launches) Apps(ctx context.Context, actor access.Actor) ([]App, error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReadApps, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := apps(ctx, tx)
	return slices.DeleteFunc(all, func(a App) bool { return !a.EndedAt.IsZero() }), err
}

// KeepApp makes an app known, by somebody who manages the practice and has just said who
// they are. What it may ask for never grows: an app that should may be made known anew. The
// same form sent again is success, and with something else in it fault.Conflict.
func (ls *Launches) KeepApp(ctx context.Context, actor access.Actor, f AppForm) (App, error) {
	tx, err := ls.door.Begin(ctx, actor, access.KeepApps, access.Operations)
	if err != nil {
		return App{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	a, err := f.check()
	if err != nil {
		return a, err
	}
	all, err := apps(ctx, tx)
	if err != nil {
		return a, err
	}
	there := 0
	for _, b := range all {
		switch {
		case b.ID == a.ID && b.same(a) && b.EndedAt.IsZero():
			return b, nil
		case b.ID == a.ID:
			return b, fault.UsedTwice()
		case b.EndedAt.IsZero() && b.Name == a.Name:
			return a, fault.New(fault.Invalid, "name", "There is an app of this name already. People have to be able to tell them apart.")
		case b.EndedAt.IsZero():
			there++
		}
	}
	if there >= MaxApps {
		return a, fault.New(fault.Invalid, "", fmt.Sprintf("There are %d apps already. Withdraw one that is not used any more.", MaxApps))
	}
	if err := insertApp(ctx, tx, a); err != nil {
		return a, err
	}
	return a, tx.Commit()
}

func (a App) same(b App) bool {
	return a.Name == b.Name && a.Clients == b.Clients && a.Staff == b.Staff && slices.Equal(a.Redirects, b.Redirects) && slices.Equal(a.May, b.May)
}

// Withdraw takes an app back, by somebody who manages the practice and has just said who
// they are: nobody can let it in any more, and whoever did has it end, at once. Twice is
// success.
func (ls *Launches) Withdraw(ctx context.Context, actor access.Actor, id string) error {
	tx, err := ls.door.Begin(ctx, actor, access.KeepApps, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	ended, err := endApp(ctx, tx, id, tx.Now)
	if err != nil || !ended {
		return err
	}
	if err := endAllOf(ctx, tx, id); err != nil {
		return err
	}
	if err := access.Ended(ctx, tx, id, access.Operations, endedApp); err != nil {
		return err
	}
	return tx.Commit()
}

// endAllOf ends, in tx, what everybody let in of an app.
func endAllOf(ctx context.Context, tx *access.Tx, app string) error {
	all, err := launchesOf(ctx, tx, app)
	if err != nil {
		return err
	}
	for _, w := range all {
		if err := end(ctx, tx, w); err != nil {
			return err
		}
	}
	return nil
}

// EndAgain is for after a restore: which apps were let go of since the backup nobody knows,
// so all that people let in end; and an app that was withdrawn is so. actor is the operator.
func (ls *Launches) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := ls.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		if e.Kind != endedApp || e.Compartment != access.Operations {
			continue
		}
		if _, err := endApp(ctx, tx, e.ActorID, e.At); err != nil {
			return err
		}
	}
	if err := endEverybodys(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}
