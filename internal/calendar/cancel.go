package calendar

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waiting"
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

	a, twice, err := formIn(ctx, tx, f.ID, f.SessionID, &f.Words, func(sent Words) bool { return sent.What == Cancelled })
	if err != nil || twice {
		return a, err
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
		if err := waiting.FreedIn(ctx, tx, a.ClinicianID, a.Start, a.End()); err != nil {
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

// formIn checks a form about a session, whose words it trims, and returns the session
// that it names. twice is that the same was sent before: same says so of what was kept
// with the form's id, as far as it is not about the session and the words.
func formIn(ctx context.Context, tx *access.Tx, id, sessionID string, words *string, same func(sent Words) bool) (a session.Appointment, twice bool, err error) {
	tx.Names(sessionID)
	if err := fault.FormID(id); err != nil {
		return a, false, err
	}
	if *words, err = fault.Text("words", *words, MaxWords); err != nil {
		return a, false, err
	}
	a, ok, err := session.OneIn(ctx, tx, sessionID)
	if err != nil {
		return a, false, err
	}
	if !ok {
		return a, false, fault.Absent()
	}
	sent, there, err := wordsOf(ctx, tx, id)
	if err == nil && there && (sent.SessionID != sessionID || sent.Text != *words || !same(sent)) {
		err = sentOtherwise()
	}
	return a, there, err
}
