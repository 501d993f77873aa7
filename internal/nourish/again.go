package nourish

import (
	"context"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

const (
	// endedSharing is the kind under which it is noted beside the records that this is
	// not shown any more.
	endedSharing = "nourish.shared"
	// endedTime begins the kind under which it is noted that a time is kept free no
	// longer: "nourish.time" and the id of the moment.
	endedTime = "nourish.time "
)

// EndAgain is for after a restore: what was not shown any more after the backup was made
// is the client's alone, and a time that was kept free no longer is so again. actor is
// the operator, who learns nothing by it. Doing it twice does no harm.
func (bs *Books) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := bs.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		if moment, ok := strings.CutPrefix(e.Kind, endedTime); ok {
			if err := offAgain(ctx, tx, e, moment); err != nil {
				return err
			}
		}
		if e.Kind == endedSharing {
			if err := hideAgain(ctx, tx, e); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}
