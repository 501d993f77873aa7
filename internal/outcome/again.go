package outcome

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// ended is the kind under which a no is noted beside the records.
func (a About) ended() string { return "choice." + string(a) }

// note notes a no where a restore of an older backup finds it, and takes the note
// back with a yes.
func (c Choice) note(ctx context.Context, tx *access.Tx) error {
	note := access.Ended
	if c.Yes {
		note = access.NotEnded
	}
	return note(ctx, tx, tx.Actor.ID, tx.Compartment, c.About.ended())
}

// EndAgain is for after a restore: whoever had said no after the backup was made
// has said no. actor is the operator, who learns nothing by it. Doing it twice
// does no harm.
func (o *Outcomes) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := o.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		for _, about := range []About{AboutLearning, AboutReport} {
			if e.Kind != about.ended() {
				continue
			}
			if err := refuseAgain(ctx, tx, e, about); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}
