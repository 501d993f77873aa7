package reminder

import (
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// Quiet is when somebody does not want to be reminded of anything.
type Quiet struct {
	// From and To are minutes after midnight, by the practice's clocks. From may be
	// later than To: then the night lies between. The same: no hours are quiet.
	From, To int
	Days     []time.Weekday // quiet from midnight to midnight
}

// UsualQuiet is what holds until somebody says otherwise.
func UsualQuiet() Quiet { return Quiet{From: 21 * 60, To: 8 * 60} }

func (q Quiet) check() error {
	const day = 24 * 60
	switch {
	case q.From < 0 || q.From >= day:
		return fault.New(fault.Invalid, "from", "Please give a time of day, such as 21:00.")
	case q.To < 0 || q.To >= day:
		return fault.New(fault.Invalid, "to", "Please give a time of day, such as 08:00.")
	case slices.ContainsFunc(q.Days, func(d time.Weekday) bool { return d < time.Sunday || d > time.Saturday }):
		return fault.New(fault.Invalid, "days", "Please choose among the days of the week.")
	}
	return nil
}

// Holds says whether t is quiet, by the clocks of its own zone.
func (q Quiet) Holds(t time.Time) bool {
	if slices.Contains(q.Days, t.Weekday()) {
		return true
	}
	minute := t.Hour()*60 + t.Minute()
	if q.From <= q.To {
		return q.From <= minute && minute < q.To
	}
	return minute >= q.From || minute < q.To
}

// quietStep is how exactly an end of quiet is found; quietAhead how far off it is
// looked for.
const (
	quietStep  = time.Minute
	quietAhead = 8 * 24 * time.Hour
)

// Over is the first moment from t on that is not quiet, to the minute: t itself if
// it is not. ok is false if all of the week is quiet. It steps along the clock, so
// that the nights in which the clocks change need no rule of their own.
func (q Quiet) Over(t time.Time) (over time.Time, ok bool) {
	for at := t; at.Sub(t) < quietAhead; at = at.Truncate(quietStep).Add(quietStep) {
		if !q.Holds(at) {
			return at, true
		}
	}
	return t, false
}

// Until is the first moment from t on that is quiet, within ahead; otherwise the
// end of that time.
func (q Quiet) Until(t time.Time, ahead time.Duration) time.Time {
	for at := t; at.Sub(t) < ahead; at = at.Truncate(quietStep).Add(quietStep) {
		if q.Holds(at) {
			return at
		}
	}
	return t.Add(ahead)
}

func (q Quiet) same(b Quiet) bool {
	return q.From == b.From && q.To == b.To && slices.Equal(q.Days, b.Days)
}
