package vault

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A client's journal is what they write in their vault about themselves: entries as
// any others, in a compartment whose owner and subject are the same person.

// journalOf is the compartment of the actor's journal.
func journalOf(actor access.Actor) access.Compartment { return recordOf(actor, actor.ID) }

// Room says whether there is room for the actor's journal (BeginJournal).
func (vs *Vaults) Room(ctx context.Context, actor access.Actor) (bool, error) {
	l, err := vs.door.BeginList(ctx, actor, access.ReadEntries, access.KindEntries)
	if err != nil {
		return false, err
	}
	defer l.Rollback()

	return l.May(journalOf(actor)), nil
}

// BeginJournal makes room for the actor's own journal, for clients. The same again
// changes nothing.
func (vs *Vaults) BeginJournal(ctx context.Context, actor access.Actor) error {
	if err := vs.door.Prepare(ctx, actor.Practice, journalOf(actor)); err != nil {
		return err
	}
	return vs.beginJournal(ctx, actor)
}

func (vs *Vaults) beginJournal(ctx context.Context, actor access.Actor) error {
	tx, err := vs.door.Begin(ctx, actor, access.BeginJournal, access.ClientRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	c := journalOf(actor)
	if err := access.Enrol(ctx, tx, c); err != nil {
		return err
	}
	if err := access.Give(ctx, tx, actor.ID, c, access.Self, access.Forever); err != nil {
		return err
	}
	return tx.Commit()
}

// PageSize is how many entries Journal returns at most.
const PageSize = 40

// Journal is a part of the actor's journal, sealed, newest entries first: at most
// PageSize of them, beginning after the one that next named. next is empty where
// nothing follows.
func (vs *Vaults) Journal(ctx context.Context, actor access.Actor, after string) (all []Entry, next string, err error) {
	l, err := vs.door.BeginList(ctx, actor, access.ReadEntries, access.KindEntries)
	if err != nil {
		return nil, "", err
	}
	defer l.Rollback()

	c := journalOf(actor)
	if !l.May(c) {
		return nil, "", nil
	}
	from, err := readCursor(after)
	if err != nil {
		return nil, "", err
	}
	all, err = newest(ctx, l.Tx, among(c), part{after: from, most: PageSize + 1})
	if err != nil {
		return nil, "", err
	}
	if len(all) > PageSize {
		all = all[:PageSize]
		last := all[PageSize-1]
		next = cursor{last.Begun, last.ID}.String()
	}
	for i := range all {
		e := &all[i]
		if e.Sealed, err = l.OpenIn(ctx, c, e.place(), e.Sealed); err != nil {
			return nil, "", fmt.Errorf("open entry: %w", err)
		}
	}
	return all, next, nil
}

// A cursor names the last entry that was shown.
type cursor struct {
	begun time.Time
	id    string
}

func (c cursor) String() string { return strconv.FormatInt(c.begun.UnixMicro(), 36) + "." + c.id }

// readCursor reads what String made; empty text is before the first.
func readCursor(text string) (c cursor, err error) {
	if text == "" {
		return cursor{begun: time.UnixMicro(1 << 62)}, nil
	}
	at, id, _ := strings.Cut(text, ".")
	micros, err := strconv.ParseInt(at, 36, 64)
	if err != nil || micros < 0 || strconv.FormatInt(micros, 36) != at || fault.FormID(id) != nil {
		return c, fault.New(fault.Invalid, "after", "This place in your journal cannot be found any more. Open the page again.")
	}
	return cursor{time.UnixMicro(micros), id}, nil
}

// endedEntry, endedMedia and endedVault begin the kinds under which it is noted beside
// the records that somebody deleted an entry of their journal, or a piece of one, or
// discarded a vault: each and its id.
const (
	endedVault = "vault "
	endedEntry = "entry "
	endedMedia = "media "
)

// Drop deletes an entry of the actor's journal for good, in all its revisions and with
// its media. One that is gone is no error. What a device that was away sends of it
// later is refused.
func (vs *Vaults) Drop(ctx context.Context, actor access.Actor, entry string) error {
	tx, err := vs.door.Begin(ctx, actor, access.DropEntry, journalOf(actor))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	gone, err := dropEntry(ctx, tx, tx.Compartment, entry)
	if err != nil || !gone {
		return err
	}
	if err := access.Ended(ctx, tx, actor.ID, tx.Compartment, endedEntry+entry); err != nil {
		return err
	}
	tx.Names("entry " + entry)
	return tx.Commit()
}

// EndAgain is for after a restore: what was deleted or discarded after the backup was
// made is gone again. actor is the operator, who learns nothing by it. Doing it twice does no harm.
func (vs *Vaults) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := vs.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		if id, ok := strings.CutPrefix(e.Kind, endedVault); ok && e.Compartment.Kind() == access.KindVault {
			if err := discardAgain(ctx, tx, e.Compartment, id); err != nil {
				return err
			}
		}
		if e.Compartment.Kind() != access.KindEntries {
			continue
		}
		if id, ok := strings.CutPrefix(e.Kind, endedEntry); ok {
			if _, err := dropEntry(ctx, tx, e.Compartment, id); err != nil {
				return err
			}
		}
		if id, ok := strings.CutPrefix(e.Kind, endedMedia); ok {
			if _, err := dropMedia(ctx, tx, e.Compartment, id); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}

// discardAgain discards, in tx, the vault in c, if it is the one that was discarded.
func discardAgain(ctx context.Context, tx *access.Tx, c access.Compartment, vault string) error {
	id, _, err := known(ctx, tx, c)
	if fault.Is(err, fault.NotFound) || err == nil && id != vault {
		return nil
	}
	if err != nil {
		return err
	}
	return discard(ctx, tx, c)
}
