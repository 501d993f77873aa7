package session

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// A Run is how a session went that somebody began and ended.
type Run struct {
	Planned time.Time // when it was to begin, as it was when somebody began it
	Began   time.Time
	Ended   time.Time
}

// ran returns a as it was held: it is over when it was ended, and not when it was
// planned to be; to the minute, as far as it went on for one. One that was ended before
// it was planned to begin began when somebody began it. One that was moved meanwhile
// stays where it is, and one that went on for longer ends as it was planned.
func (a Appointment) ran(r Run) Appointment {
	if !a.Start.Equal(r.Planned) || !r.Ended.Before(a.End()) {
		return a
	}
	if r.Ended.Before(a.Start) {
		a.Start = r.Began.Truncate(time.Minute)
	}
	end := r.Ended.Truncate(time.Minute)
	if !end.After(a.Start) {
		end = r.Ended
	}
	a.Length = end.Sub(a.Start)
	return a
}

// EndIn keeps, in tx, how the session with the given id went: that they met, unless
// somebody said what became of it, and that it is over since it was ended. What is left
// of its time is given back. Everything that goes by sessions goes by that from then on.
// tx is of an action of another domain that changes and opens; there need be no such
// session.
func EndIn(ctx context.Context, tx *access.Tx, id string, r Run) error {
	was, there, err := newest(ctx, tx, id)
	if err != nil || !there || was.State != Planned {
		return err
	}
	a := was.ran(r)
	if a.Attendance == Unsaid && !a.Start.After(tx.Now) {
		a.Attendance, a.By = Came, ""
	}
	if a == was {
		return nil
	}
	a.Revision++
	if err := insert(ctx, tx, a); err != nil || a.Length == was.Length {
		return err
	}
	return letGo(ctx, tx, was)
}
