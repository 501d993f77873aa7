package plan

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
)

// MaxEvent is how many characters the words of a life event may have.
const MaxEvent = 120

// How many days a life event may lie back, and ahead.
const (
	eventBack  = 120 * 366
	eventAhead = 366
)

// A LifeEvent is something that happened in a client's life, in a few words. The
// client and those who treat them note it and read it.
type LifeEvent struct {
	ID    string // UUIDv7, made by the form
	Day   measure.Day
	Words string
	By    string    // person id
	At    time.Time // when it was noted
}

// NoteEvent notes a life event; actor is the client or treats them. e needs ID,
// Day and Words. Sending the same form twice is success; the same id with other
// content is fault.Conflict.
func (ps *Plans) NoteEvent(ctx context.Context, actor access.Actor, client access.Compartment, e LifeEvent, loc *time.Location) (LifeEvent, error) {
	tx, err := ps.door.Begin(ctx, actor, access.NoteEvent, client)
	if err != nil {
		return LifeEvent{}, err
	}
	defer tx.Rollback()

	tx.Names(e.ID)
	if err := fault.FormID(e.ID); err != nil {
		return LifeEvent{}, err
	}
	if err := e.Day.Within("day", measure.DayOf(tx.Now, loc), eventBack, eventAhead); err != nil {
		return LifeEvent{}, err
	}
	if e.Words, err = fault.Words("words", e.Words, MaxEvent, "A few words, please: what it was."); err != nil {
		return LifeEvent{}, err
	}
	e.By, e.At = actor.ID, tx.Now
	made, err := insertEvent(ctx, tx, e.ID, 1, sealedEvent{Day: e.Day, Words: e.Words})
	if err != nil {
		return LifeEvent{}, err
	}
	if !made {
		was, _, err := eventOf(ctx, tx, e.ID)
		if err == nil && (was.Day != e.Day || was.Words != e.Words || was.By != e.By) {
			err = fault.UsedTwice()
		}
		return was, err
	}
	return e, tx.Commit()
}

// DropEvent takes a life event off, which stays in the record as taken off;
// actor noted it. Doing so twice is success.
func (ps *Plans) DropEvent(ctx context.Context, actor access.Actor, client access.Compartment, id string) error {
	tx, err := ps.door.Begin(ctx, actor, access.NoteEvent, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	e, off, err := eventOf(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case e.ID == "" || e.By != actor.ID:
		return fault.Absent()
	case off:
		return nil // it came twice
	}
	if _, err := insertEvent(ctx, tx, id, 2, sealedEvent{}); err != nil {
		return err
	}
	return tx.Commit()
}
