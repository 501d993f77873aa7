package reminder

import "time"

// Due is when to remind of what begins at start.
func Due(l Lead, start time.Time, q Quiet, loc *time.Location) (time.Time, bool) {
	return l.due(start, q, loc)
}
