package calendar

import (
	"cmp"
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waiting"
)

// A Shift is what somebody fills in to move a session to another open time of the
// same clinician.
type Shift struct {
	ID        string // UUIDv7 of the form
	SessionID string
	Revision  int64 // of the session, as its author saw it
	Start     time.Time
	Words     string
	Offer     bool // by a clinician: offer the time that becomes free to who waits
}

// Move moves a session: the client themselves while the policy lets them, or whoever
// treats them. It keeps all that is bound to it, and leaves the series that it came
// from. If the new time is open no more the answer is fault.Conflict at "time" and the
// old one is kept; if the session was changed meanwhile it is fault.Conflict with the
// session as it is now. Sending the same form twice is success. What becomes free is
// offered to who waits if it was the client who moved, or f says so. zone is the practice's.
func (cs *Calendars) Move(ctx context.Context, actor access.Actor, client access.Compartment, f Shift, zone *time.Location) (session.Appointment, error) {
	tx, err := cs.door.Begin(ctx, actor, access.BookTime, client)
	if err != nil {
		return session.Appointment{}, err
	}
	defer tx.Rollback()

	f.Start = f.Start.UTC()
	a, twice, err := formIn(ctx, tx, f.ID, f.SessionID, &f.Words, func(sent Words) bool { return sent.What == Moved && sent.Start.Equal(f.Start) })
	if err != nil || twice {
		return a, err
	}
	r, _, err := rules(ctx, tx)
	if err != nil {
		return a, err
	}
	if err := mayMove(tx, r, a); err != nil {
		return a, err
	}
	if often, err := oftenIn(ctx, tx, r); err != nil || often {
		return a, cmp.Or(err, tooOften())
	}
	ahead, err := session.AheadIn(ctx, tx)
	if err != nil {
		return a, err
	}
	slot, err := slotAt(ctx, tx, a.ClinicianID, f.Start, r, without(ahead, a.ID), zone)
	if err != nil {
		return a, err
	}
	moved, err := cs.moveIn(ctx, tx, a, f.Revision, slot, Words{ID: f.ID, Text: f.Words, Late: !r.Early(tx.Now, a.Start)})
	if err == nil && f.Offer && !isClient(tx) {
		err = waiting.FreedIn(ctx, tx, a.ClinicianID, a.Start, a.End())
	}
	if err != nil {
		return moved, err
	}
	return moved, tx.Commit()
}

// moveIn moves a to slot in tx, keeps that and what was said with it, and has what
// became free offered.
func (cs *Calendars) moveIn(ctx context.Context, tx *access.Tx, a session.Appointment, revision int64, slot Slot, w Words) (session.Appointment, error) {
	moved, err := session.MoveIn(ctx, tx, a.ID, revision, session.Move{Start: slot.Start, Length: slot.Length, Place: cmp.Or(slot.Place, a.Place), By: side(tx), Leaves: true})
	if err != nil {
		return moved, quicker(err)
	}
	w.SessionID, w.What, w.Start, w.Was, w.ByID = a.ID, Moved, moved.Start, a.Start, tx.Actor.ID
	if err := insertWords(ctx, tx, w); err != nil {
		return moved, err
	}
	if !isClient(tx) {
		return moved, nil
	}
	if err := waiting.FreedIn(ctx, tx, a.ClinicianID, a.Start, a.End()); err != nil {
		return moved, err
	}
	return moved, cs.tell(ctx, tx, a.ClinicianID)
}

// mayMove says why a cannot be moved, if it cannot.
func mayMove(tx *access.Tx, r Rules, a session.Appointment) error {
	switch {
	case a.State != session.Planned || !a.Start.After(tx.Now):
		return fault.New(fault.Conflict, "", "This session has begun, or it was cancelled. Please look again.")
	case !isClient(tx):
		return nil
	case a.Meeting != a.ID || a.Format != session.Individual:
		return fault.New(fault.Invalid, "time", "Others come to this session too, so it is moved in a conversation. Please ask whoever works with you.")
	case !r.Moves:
		return fault.New(fault.Invalid, "time", "Sessions are not moved here at the moment. Please ask whoever works with you.")
	case !r.Early(tx.Now, a.Start):
		return fault.New(fault.Invalid, "time", "It is close to the session now, so it cannot be moved here any more. You can cancel it, or call the practice.")
	}
	return nil
}

// without are the sessions but for the one with the given id.
func without(all []session.Appointment, id string) (others []session.Appointment) {
	for _, a := range all {
		if a.ID != id {
			others = append(others, a)
		}
	}
	return others
}
