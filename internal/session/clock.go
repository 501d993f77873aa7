package session

import "time"

// At is the first instant at which the clocks of zone show minute (of the day, from
// 0) on the given day; zero if they never do, as in the night in which they are put
// forward. Of day only the date counts.
func At(day time.Time, minute int, zone *time.Location) time.Time {
	wall := time.Date(day.Year(), day.Month(), day.Day(), 0, minute, 0, 0, time.UTC)
	var first time.Time
	// The offsets a day before and a day after are those between which clocks change.
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(near).In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		if Wall(at, zone).Equal(wall) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// Wall is what the clocks of zone show at an instant, written as if it were UTC.
func Wall(at time.Time, zone *time.Location) time.Time {
	at = at.In(zone)
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC)
}
