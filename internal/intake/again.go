package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// endedRoom begins the kind under which it is noted beside the records that a part
// is told in the room only: "intake.room 1 life" with its course of work and name.
const endedRoom = "intake.room "

func roomKind(course int64, p Part) string {
	return endedRoom + strconv.FormatInt(course, 10) + " " + string(p)
}

// roomOf is what kind is about; ok is false if it is of another domain.
func roomOf(kind string) (course int64, p Part, ok bool) {
	rest, ok := strings.CutPrefix(kind, endedRoom)
	if !ok {
		return 0, "", false
	}
	number, name, _ := strings.Cut(rest, " ")
	course, err := strconv.ParseInt(number, 10, 64)
	p = Part(name)
	return course, p, err == nil && p.known()
}

// EndAgain is for after a restore: a part that the client kept for the room after
// the backup was made is so again, and what nobody had read of it is taken away
// again. actor is the operator, who learns nothing by it. Doing it twice does no harm.
func (is *Intakes) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := is.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		course, p, ok := roomOf(e.Kind)
		if !ok {
			continue
		}
		if err := roomAgain(ctx, tx, e, course, p); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// roomAgain keeps a part for the room, if nothing was decided since.
func roomAgain(ctx context.Context, tx *access.Tx, e access.Ending, course int64, p Part) error {
	var newest, at int64
	err := tx.QueryRow(ctx, `
		SELECT revision, at FROM intake_part
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND part = $4
		ORDER BY revision DESC LIMIT 1`,
		tx.Practice, string(e.Compartment), course, string(p)).Scan(&newest, &at)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("read part: %w", err)
	case err == nil && at >= e.At.UnixMicro():
		return nil
	}
	if err := dropUnread(ctx, tx, e.Compartment, course, p); err != nil {
		return err
	}
	if err := dropDraftOf(ctx, tx, e.Compartment, course, p, e.ActorID); err != nil {
		return err
	}
	_, err = insertRevision(ctx, tx, e.Compartment, Revision{
		Part: p, Course: course, Number: newest + 1, At: tx.Now, By: e.ActorID, Side: ByClient, State: Room,
	})
	return err
}
