package calendar

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// A Leave is what somebody fills in to cancel a session.
type Leave struct {
	ID        string // UUIDv7 of the form
	SessionID string
	Revision  int64 // of the session, as its author saw it
	Words     string
	Offer     bool // by a clinician: offer the time to who waits
}

// Cancel cancels a session that has not begun. It is never refused for being late:
// that it was stands with it, and the practice's words on it were shown before. What a
// client gives back is offered to who waits; what a clinician cancels only if they say
// so, because they may not be there. Otherwise as Move.
func (cs *Calendars) Cancel(ctx context.Context, actor access.Actor, client access.Compartment, f Leave) (session.Appointment, error) {
	tx, err := cs.door.Begin(ctx, actor, access.CancelTime, client)
	if err != nil {
		return session.Appointment{}, err
	}
	defer tx.Rollback()

	tx.Names(f.SessionID)
	if err := fault.FormID(f.ID); err != nil {
		return session.Appointment{}, err
	}
	if f.Words, err = fault.Text("words", f.Words, MaxWords); err != nil {
		return session.Appointment{}, err
	}
	a, ok, err := session.OneIn(ctx, tx, f.SessionID)
	if err != nil {
		return a, err
	}
	if !ok {
		return a, fault.Absent()
	}
	sent, there, err := wordsOf(ctx, tx, f.ID)
	if err != nil {
		return a, err
	}
	if there {
		if sent.SessionID != f.SessionID || sent.What != Cancelled || sent.Text != f.Words {
			return a, sentOtherwise()
		}
		return a, nil // it came twice
	}
	if a.State != session.Planned || !a.Start.After(tx.Now) {
		return a, fault.New(fault.Conflict, "", "This session has begun, or it was cancelled already. Please look again.")
	}
	r, _, err := rules(ctx, tx)
	if err != nil {
		return a, err
	}
	late := isClient(tx) && !r.Early(tx.Now, a.Start)
	gone, err := session.CancelIn(ctx, tx, a.ID, f.Revision, session.Cancel{By: side(tx), Late: late})
	if err != nil {
		return gone, err
	}
	w := Words{ID: f.ID, SessionID: a.ID, What: Cancelled, Late: late, Start: a.Start, ByID: actor.ID, Text: f.Words}
	if err := insertWords(ctx, tx, w); err != nil {
		return gone, err
	}
	if isClient(tx) || f.Offer {
		if err := FreedIn(ctx, tx, a.ClinicianID, a.Start, a.End()); err != nil {
			return gone, err
		}
	}
	if isClient(tx) {
		if err := cs.tell(ctx, tx, a.ClinicianID); err != nil {
			return gone, err
		}
	}
	return gone, tx.Commit()
}
