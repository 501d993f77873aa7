package outcome

import (
	"context"
	"fmt"

	"github.com/google/uuid"

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

// refuseAgain keeps the no that e noted, if it is not there.
func refuseAgain(ctx context.Context, tx *access.Tx, e access.Ending, about About) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO choice (practice, compartment, about, revision, id, yes, words, at)
		SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT),
		       1 + COALESCE((SELECT max(c.revision) FROM choice c WHERE c.practice = $1 AND c.compartment = $2 AND c.about = $3), 0),
		       CAST($4 AS TEXT), 0, CAST($5 AS TEXT), CAST($6 AS BIGINT)
		WHERE EXISTS (SELECT 1 FROM grants g WHERE g.practice = $1 AND g.compartment = $2)
		  AND NOT EXISTS (SELECT 1 FROM choice c WHERE c.practice = $1 AND c.compartment = $2 AND c.about = $3 AND c.at >= $6)`,
		tx.Practice, string(e.Compartment), string(about), id.String(), Explained.Version, e.At.UnixMicro())
	if err != nil {
		return fmt.Errorf("keep a no again: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return takeOut(ctx, tx, e.Compartment, about)
}
