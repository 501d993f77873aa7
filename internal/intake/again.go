package intake

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

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

// endedSign begins the kind under which it is noted beside the records that one side
// took back that it signed: "intake.terms 1 3 client" with the course of work, the
// version and the side.
const endedSign = "intake.terms "

func signKind(course, version int64, side Side) string {
	return fmt.Sprintf("%s%d %d %s", endedSign, course, version, side)
}

// signOf is what kind is about; ok is false if it is of something else.
func signOf(kind string) (course, version int64, side Side, ok bool) {
	rest, ok := strings.CutPrefix(kind, endedSign)
	if !ok {
		return 0, 0, "", false
	}
	n, err := fmt.Sscanf(rest, "%d %d %s", &course, &version, &side)
	return course, version, side, err == nil && n == 3 && kind == signKind(course, version, side)
}

// EndAgain is for after a restore: a part that the client kept for the room after
// the backup was made is so again, and what nobody had read of it is taken away
// again; a signature that was taken back is taken back again, without the words that
// came with it. actor is the operator, who learns nothing by it. Doing it twice does
// no harm.
func (is *Intakes) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := is.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		if course, version, side, ok := signOf(e.Kind); ok {
			if err := unsignAgain(ctx, tx, e, course, version, side); err != nil {
				return err
			}
		}
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

// unsignAgain takes the signature of one side back, if it stands and is not newer.
func unsignAgain(ctx context.Context, tx *access.Tx, e access.Ending, course, version int64, side Side) error {
	t := Terms{Course: course}
	var err error
	if t.Signs, err = signsOf(ctx, tx, e.Compartment, course, false); err != nil {
		return err
	}
	last, ok := t.Of(version, side)
	if !ok || last.Withdrawn || !last.At.Before(e.At) {
		return nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	_, err = insertSign(ctx, tx, e.Compartment, course, Sign{ID: id.String(), Version: version, Withdrawn: true, By: e.ActorID, Side: side, At: tx.Now})
	return err
}
