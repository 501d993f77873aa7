package vault

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Days are the actor's entries about somebody, newest first, without what is sealed
// in them; begun says whether there is any, or was.
func (vs *Vaults) Days(ctx context.Context, actor access.Actor, about string) (all []Entry, begun bool, err error) {
	l, err := vs.door.BeginList(ctx, actor, access.ReadEntries, access.KindEntries)
	if err != nil {
		return nil, false, err
	}
	defer l.Rollback()

	c := recordOf(actor, about)
	if !l.May(c) {
		return nil, false, nil
	}
	l.Shows(c)
	all, err = newest(ctx, l.Tx, among(c), whole())
	for i := range all {
		all[i].Sealed = nil
	}
	return all, true, err
}

// Entries are the actor's entries, sealed, newest first: about one person, or,
// where none is named, about everybody.
func (vs *Vaults) Entries(ctx context.Context, actor access.Actor, about string) ([]Entry, error) {
	l, err := vs.door.BeginList(ctx, actor, access.ReadEntries, access.KindEntries)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	which := l.Among()
	if c := recordOf(actor, about); about != "" {
		if !l.May(c) {
			return nil, nil
		}
		which = among(c)
	}
	all, err := newest(ctx, l.Tx, which, whole())
	if err != nil {
		return nil, err
	}
	for i := range all {
		e := &all[i]
		if e.Sealed, err = l.OpenIn(ctx, recordOf(actor, e.About), e.place(), e.Sealed); err != nil {
			return nil, fmt.Errorf("open entry: %w", err)
		}
	}
	return all, nil
}

// May fails like absence unless the actor could begin entries about the client.
func (vs *Vaults) May(ctx context.Context, actor access.Actor, client string) error {
	tx, err := vs.door.Begin(ctx, actor, access.LookEntries, access.ClientRecord(client))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	return nil
}

// Begin makes room for the actor's entries about a client whom they treat. From then
// on these are theirs, also when the work has ended. The same again changes nothing.
// Keys are made once it is certain that they may.
func (vs *Vaults) Begin(ctx context.Context, actor access.Actor, client string) error {
	err := vs.May(ctx, actor, client)
	if err == nil {
		err = vs.door.Prepare(ctx, actor.Practice, recordOf(actor, client))
	}
	if err != nil && !fault.Is(err, fault.NotFound) { // that is refused, and noted, below
		return err
	}
	return vs.begin(ctx, actor, client)
}

func (vs *Vaults) begin(ctx context.Context, actor access.Actor, client string) error {
	tx, err := vs.door.Begin(ctx, actor, access.BeginEntries, access.ClientRecord(client))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	c := recordOf(actor, client)
	if err := access.Enrol(ctx, tx, c); err != nil {
		return err
	}
	if err := access.Give(ctx, tx, actor.ID, c, access.Self, access.Forever); err != nil {
		return err
	}
	return tx.Commit()
}

// An EntryForm is one revision as a browser sealed it.
type EntryForm struct {
	ID       string // UUIDv7
	Revision int64  // which it makes: 1, or one more than the one it started from
	Sealed   []byte
}

func (f EntryForm) check() error {
	if err := fault.FormID(f.ID); err != nil {
		return err
	}
	if f.Revision < 1 {
		return notWhole("revision")
	}
	if f.Revision > maxRevisions {
		return fault.New(fault.Invalid, "revision", "This note was changed as often as one can be. Begin another; your text is still here.")
	}
	return checkSealed(f.Sealed)
}

// Keep keeps a revision of an entry about somebody, once Begin has made room. The
// same form again is no error. If somebody, on another device, has kept this
// revision already, it fails with fault.Conflict, and nothing is kept: the browser
// shows both.
func (vs *Vaults) Keep(ctx context.Context, actor access.Actor, about string, f EntryForm) error {
	tx, err := vs.door.Begin(ctx, actor, access.KeepEntry, recordOf(actor, about))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := f.check(); err != nil {
		return err
	}
	last, there, err := lastOf(ctx, tx, f.ID)
	if err != nil {
		return err
	}
	switch {
	case there && last.Revision == f.Revision:
		kept, err := tx.Open(ctx, last.place(), last.Sealed)
		if err == nil && !bytes.Equal(kept, f.Sealed) {
			err = changedMeanwhile()
		}
		return err
	case there && last.Revision != f.Revision-1, !there && f.Revision != 1:
		return changedMeanwhile()
	case !there:
		n, err := countIn(ctx, tx)
		if err != nil {
			return err
		}
		if n >= maxEntries {
			return fault.New(fault.Invalid, "", "There are as many notes here as there can be. Your text is still here.")
		}
		if err := dropped(ctx, tx, endedEntry+f.ID, "You deleted this meanwhile, perhaps in another window or on another device. Your text is still here: you can keep it as a new one."); err != nil {
			return err
		}
	}
	if err := insertEntry(ctx, tx, f); err != nil {
		return err
	}
	tx.Names("entry " + f.ID)
	return tx.Commit()
}

func changedMeanwhile() error {
	return fault.New(fault.Conflict, "", "This note was saved from another window or device meanwhile. Both are shown: nothing is lost, and nothing was overwritten.")
}

// WrittenIn is, in tx, when an entry of owner's about somebody was begun, and which
// revision of it is the newest; it fails with fault.NotFound. It opens nothing.
func WrittenIn(ctx context.Context, tx *access.Tx, owner, about, entry string) (begun time.Time, newest int64, err error) {
	return writtenIn(ctx, tx, access.EntriesRecord(owner, about), entry)
}
