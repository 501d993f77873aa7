package release

import (
	"context"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/vault"
)

// endedRelease begins the kind under which it is noted beside the records that something
// was taken back: "release" and its id.
const endedRelease = "release "

// Make releases a copy of a note that the actor, who treats the client, keeps about them
// in their vault. now is by the clocks of the practice. What was released of the same note
// before is so no more. The same form again is no error; something else under its id is
// fault.Conflict, and so is what was taken back.
func (rs *Releases) Make(ctx context.Context, actor access.Actor, client string, f Form, now time.Time) error {
	tx, err := rs.door.Begin(ctx, actor, access.MakeRelease, access.ClientRecord(client))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	f, until, err := f.check(now)
	if err != nil {
		return err
	}
	was, there, err := one(ctx, tx, f.ID)
	if err != nil {
		return err
	}
	if there {
		if !was.is(f, actor.ID, until) {
			err = fault.UsedTwice()
		}
		return err
	}
	if err := takenBack(ctx, tx, f.ID); err != nil {
		return err
	}
	begun, newest, err := vault.WrittenIn(ctx, tx, actor.ID, client, f.Entry)
	if err != nil {
		return err
	}
	if newest != f.Revision {
		return fault.New(fault.Conflict, "words", "This note was changed meanwhile, perhaps in another window or on another device. Open the page anew, and look at what you release.")
	}
	former, err := ofEntry(ctx, tx, actor.ID, f.Entry)
	if err != nil {
		return err
	}
	n, err := countIn(ctx, tx)
	if err != nil {
		return err
	}
	if n-len(former) >= MaxAll {
		return fault.New(fault.Invalid, "", "As many notes are released here as can be. Take one back first.")
	}
	for _, id := range former {
		if err := end(ctx, tx, tx.Compartment, actor.ID, id); err != nil {
			return err
		}
	}
	r := Release{ID: f.ID, By: actor.ID, Entry: f.Entry, Revision: f.Revision, Begun: begun, Made: tx.Now, Until: until, Words: f.Words}
	if err := insert(ctx, tx, r); err != nil {
		return err
	}
	tx.Names(names(f.ID))
	return tx.Commit()
}

// names is how the log names a copy.
func names(id string) string { return "release " + id }

// Own are the copies of the actor's notes about a client that are released now, newest
// first, without their words. It opens nothing, and is there for an author who works with
// the client no more, too; whoever never kept notes about them has none.
func (rs *Releases) Own(ctx context.Context, actor access.Actor, client string) ([]Release, error) {
	l, err := rs.door.BeginList(ctx, actor, access.ReadEntries, access.KindEntries)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	c := access.EntriesRecord(actor.ID, client)
	if !l.May(c) {
		return nil, nil
	}
	l.Shows(c)
	return ownOf(ctx, l.Tx, actor.ID, access.ClientRecord(client))
}

// TakeBack deletes a copy that the actor released, at once and for good: what was taken
// along by then was taken along. Its author may always, also when the work has ended. The
// same again is no error; what never was there is fault.NotFound.
func (rs *Releases) TakeBack(ctx context.Context, actor access.Actor, client, id string) error {
	tx, err := rs.door.Begin(ctx, actor, access.EndRelease, access.EntriesRecord(actor.ID, client))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(names(id))
	c := access.ClientRecord(client)
	mine, err := isOwn(ctx, tx, c, actor.ID, id)
	if err != nil {
		return err
	}
	if !mine {
		gone, err := endedIn(ctx, tx, c, actor.ID, id)
		if err == nil && !gone {
			err = fault.Absent()
		}
		return err
	}
	if err := end(ctx, tx, c, actor.ID, id); err != nil {
		return err
	}
	return tx.Commit()
}

// end deletes a copy of by's in c and notes it.
func end(ctx context.Context, tx *access.Tx, c access.Compartment, by, id string) error {
	if err := drop(ctx, tx, c, id); err != nil {
		return err
	}
	return access.Ended(ctx, tx, by, c, endedRelease+id)
}

// takenBack fails with fault.Conflict if the copy was taken back already: a form that
// comes late must not release it again.
func takenBack(ctx context.Context, tx *access.Tx, id string) error {
	gone, err := endedIn(ctx, tx, tx.Compartment, tx.Actor.ID, id)
	if err == nil && gone {
		err = fault.New(fault.Conflict, "", "You took this back meanwhile. It is not released; you can release it anew.")
	}
	return err
}

// In are, in tx, the copies in the record that are released now with their words, oldest
// note first: for archives. The action of tx must open.
func In(ctx context.Context, tx *access.Tx) ([]Release, error) { return allOf(ctx, tx) }

// EndAgain is for after a restore: what was taken back after the backup was made is so
// again. actor is the operator, who learns nothing by it. Doing it twice does no harm.
func (rs *Releases) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := rs.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		id, ok := strings.CutPrefix(e.Kind, endedRelease)
		if !ok || e.Compartment.Kind() != access.KindClient {
			continue
		}
		if err := drop(ctx, tx, e.Compartment, id); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// TidyJob is the name of the recurring job whose worker is Tidy.
const (
	TidyJob   = "release.tidy"
	TidyEvery = time.Hour
)

// Tidy is the worker for TidyJob: it deletes copies whose date has passed. That nobody
// reads them from then on does not wait for it.
func (rs *Releases) Tidy(ctx context.Context, run *job.Run) error {
	return rs.tidy(ctx, access.System(run.Practice, "release"))
}

func (rs *Releases) tidy(ctx context.Context, actor access.Actor) error {
	tx, err := rs.door.Begin(ctx, actor, access.TidyReleases, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := dropOver(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}
