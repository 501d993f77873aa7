package profile

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// endedPage is the kind under which it is noted beside the records that a page was
// taken off.
const endedPage = "published"

// noteOff notes it where a restore of an older backup finds it; noteOn takes it back.
func noteOff(ctx context.Context, tx *access.Tx) error {
	return access.Ended(ctx, tx, personIn(tx), tx.Compartment, endedPage)
}

func noteOn(ctx context.Context, tx *access.Tx) error {
	return access.NotEnded(ctx, tx, personIn(tx), tx.Compartment, endedPage)
}

// EndAgain is for after a restore: a page that was taken off after the backup was
// made is off. actor is the operator. Doing it twice does no harm.
func (ps *Profiles) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := ps.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		if e.Kind != endedPage {
			continue
		}
		if err := takeOffAgain(ctx, tx, e); err != nil {
			return err
		}
	}
	if err := changed(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}
