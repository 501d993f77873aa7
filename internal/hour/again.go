package hour

import (
	"context"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// endedSummary begins the kind under which it is noted beside the records that the
// client does not read a summary any more: "hour.summary" and the session's id.
const endedSummary = "hour.summary "

// sharing notes, in tx, whether the client reads the summary of a session.
func sharing(ctx context.Context, tx *access.Tx, s Summary) error {
	who, kind := tx.Compartment.Of(), endedSummary+s.SessionID
	if s.Text == "" {
		return access.Ended(ctx, tx, who, tx.Compartment, kind)
	}
	return access.NotEnded(ctx, tx, who, tx.Compartment, kind)
}

// endedItem begins the kind under which it is noted that something on the agenda was
// taken back: "agenda.item" and its id.
const endedItem = "agenda.item "

// EndAgain is for after a restore: a summary that was taken back after the backup was
// made is so again, unless it was shared anew since, and so is what was taken back from
// the agenda: its words are gone. actor is the operator, who learns nothing by it. Doing
// it twice does no harm.
func (hs *Hours) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := hs.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		if itemID, ok := strings.CutPrefix(e.Kind, endedItem); ok {
			if err := dropAgain(ctx, tx, e, itemID); err != nil {
				return err
			}
		}
		sessionID, ok := strings.CutPrefix(e.Kind, endedSummary)
		if !ok {
			continue
		}
		if err := takeBackAgain(ctx, tx, e, sessionID); err != nil {
			return err
		}
	}
	return tx.Commit()
}
