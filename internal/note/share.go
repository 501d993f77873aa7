package note

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/hour"
)

// A ShareForm is a summary of a session that the client shall read.
type ShareForm struct {
	Note     string // id of the note about the session
	Revision int64  // of the summary that the form began from; 0: there was none
	Text     string // empty: it is taken back
}

// Share lets the client read a summary of the session that a note is about, or takes
// it back: what was read by then was read, and what was shared is kept. The note
// itself is never shown to them. If the summary was changed meanwhile it is
// fault.Conflict together with the summary as it is. For whoever treats the client.
func (ns *Notes) Share(ctx context.Context, actor access.Actor, client access.Compartment, f ShareForm) (hour.Summary, error) {
	tx, err := ns.door.Begin(ctx, actor, access.ShareNote, client)
	if err != nil {
		return hour.Summary{}, err
	}
	defer tx.Rollback()

	tx.Names(f.Note)
	n, ok, err := noteOf(ctx, tx, f.Note)
	if err != nil {
		return hour.Summary{}, err
	}
	if !ok || n.Session == "" {
		return hour.Summary{}, fault.Absent()
	}
	now, err := hour.ShareIn(ctx, tx, hour.Share{SessionID: n.Session, Revision: f.Revision, Text: f.Text})
	if err != nil {
		return now, err
	}
	return now, tx.Commit()
}
