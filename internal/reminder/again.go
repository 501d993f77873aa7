package reminder

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// endedReminders is the kind under which it is noted beside the records that
// somebody turned reminders off.
const endedReminders = "reminders"

// endedAhead is the same of reminders of appointments.
const endedAhead = "reminders.appointments"

// endedPractice is the same of reminders of practice.
const endedPractice = "reminders.practice"

// noteOff notes it where a restore of an older backup finds it; noteOn takes it back.
func noteOff(ctx context.Context, tx *access.Tx) error {
	return access.Ended(ctx, tx, tx.Compartment.Of(), tx.Compartment, endedReminders)
}

func noteOn(ctx context.Context, tx *access.Tx) error {
	return access.NotEnded(ctx, tx, tx.Compartment.Of(), tx.Compartment, endedReminders)
}

// EndAgain is for after a restore: whoever had turned reminders off after the
// backup was made gets none. actor is the operator. Doing it twice does no harm.
func (rs *Reminders) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := rs.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		end := map[string]func(context.Context, *access.Tx, access.Compartment) error{
			endedReminders: turnOff, endedAhead: endAhead, endedPractice: endPractice,
		}[e.Kind]
		if end == nil {
			continue
		}
		if err := end(ctx, tx, e.Compartment); err != nil {
			return err
		}
	}
	return tx.Commit()
}
