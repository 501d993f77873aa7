package reminder

import (
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// Practice is how somebody wants to be reminded of what they practise. Until they say
// otherwise they are not.
type Practice struct {
	How  How
	At   int            // minutes after midnight, by the practice's clocks
	Days []time.Weekday // on which; none: on each
	Rev  int64          // 0: they never said
}

// UsualTime is the time that is offered: early in the evening, when a day can still be
// given a few minutes. It is our own choice.
const UsualTime = 17 * 60

// check returns p as it is kept, or what to correct.
func (p Practice) check() (Practice, error) {
	const day = 24 * 60
	switch {
	case p.How != NotAtAll && p.How != ByMail && p.How != ByPush:
		return p, fault.New(fault.Invalid, "how", "Please choose one of these.")
	case p.At < 0 || p.At >= day:
		return p, fault.New(fault.Invalid, "at", "Please give a time of day, such as 17:00.")
	case slices.ContainsFunc(p.Days, func(d time.Weekday) bool { return d < time.Sunday || d > time.Saturday }):
		return p, fault.New(fault.Invalid, "days", "Please choose among the days of the week, or none.")
	}
	p.Days = slices.Clone(p.Days)
	slices.Sort(p.Days)
	if p.Days = slices.Compact(p.Days); len(p.Days) == 7 {
		p.Days = nil
	}
	return p, nil
}

func (p Practice) same(q Practice) bool {
	return p.How == q.How && p.At == q.At && slices.Equal(p.Days, q.Days)
}

// next is the first time after now at which p reminds, by the clocks of loc. A time that
// the clocks leave out is the hour after it.
func (p Practice) next(now time.Time, loc *time.Location) time.Time {
	y, m, d := now.In(loc).Date()
	for n := range 9 {
		at := time.Date(y, m, d+n, p.At/60, p.At%60, 0, 0, loc)
		if at.After(now) && (len(p.Days) == 0 || slices.Contains(p.Days, at.Weekday())) {
			return at
		}
	}
	return now.Add(rest)
}

// mostLate is how long after its time a reminder of practice still comes: later in the
// day it would remind of a day that is over.
const mostLate = 3 * time.Hour
