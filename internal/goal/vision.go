package goal

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A Vision is the life that a client wants, in their words. It stands above the
// goals, and nobody has to agree to it.
type Vision struct {
	Words    string
	Revision int64 // from 1; 0: nothing was written yet
	By       string
	Side     Side
	At       time.Time
}

// WriteVision keeps the life the client wants as it is worded now; actor is the
// client or treats them. Earlier wordings stay. Empty words take it off. revision
// is the one that actor was looking at, 0 if there was none: if it has changed
// since, the answer is fault.Conflict together with the one that is kept. The same
// words twice are success.
func (gl *Goals) WriteVision(ctx context.Context, actor access.Actor, client access.Compartment, revision int64, text string) (Vision, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReviseGoals, client)
	if err != nil {
		return Vision{}, err
	}
	defer tx.Rollback()

	if text, err = fault.Text("vision", text, MaxVision); err != nil {
		return Vision{}, err
	}
	all, err := visions(ctx, tx)
	if err != nil {
		return Vision{}, err
	}
	now := Set{Visions: all}.Vision()
	switch {
	case now.Words == text:
		return now, nil // it came twice, or nothing changed
	case now.Revision != revision:
		return now, fault.New(fault.Conflict, "", "This was changed while you were writing. Both are here for you to look at, and nothing is lost.")
	}
	v := Vision{Words: text, Revision: revision + 1, By: actor.ID, Side: SideOf(actor, client), At: tx.Now}
	if err := insertVision(ctx, tx, v); err != nil {
		return Vision{}, err
	}
	return v, tx.Commit()
}
