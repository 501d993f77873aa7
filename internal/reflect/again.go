package reflect

import (
	"context"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// endedReflection begins the kind under which it is noted beside the records that
// something was let go of for good: "reflection" and its id.
const endedReflection = "reflection "

// EndAgain is for after a restore: what was let go of after the backup was made is gone
// again. actor is the operator, who learns nothing by it. Doing it twice does no harm.
func (rs *Reflections) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := rs.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		id, ok := strings.CutPrefix(e.Kind, endedReflection)
		if !ok {
			continue
		}
		if err := removeAgain(ctx, tx, e, id); err != nil {
			return err
		}
	}
	return tx.Commit()
}
