package mood

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// endedSharing is the kind under which it is noted beside the records that a log
// is not shown any more, or not all of it.
const endedSharing = "log.shared"

// note notes that where a restore of an older backup finds it; from then on all
// may be shown again.
func (s Settings) note(ctx context.Context, tx *access.Tx) error {
	note := access.Ended
	if s.Sharing == Whole {
		note = access.NotEnded
	}
	return note(ctx, tx, tx.Actor.ID, tx.Compartment, endedSharing)
}

// EndAgain is for after a restore: a log that was not shown any more after the
// backup was made, or only from a later day on, is the client's alone. actor is
// the operator, who learns nothing by it: what was decided otherwise, such as the
// early warning, is off as well, because nobody opens it. Doing it twice does no harm.
func (ls *Logs) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := ls.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		if e.Kind != endedSharing {
			continue
		}
		if err := hideAgain(ctx, tx, e); err != nil {
			return err
		}
	}
	return tx.Commit()
}
