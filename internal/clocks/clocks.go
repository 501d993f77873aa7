// Package clocks says when a day begins where a practice is: by clocks that are put
// forward and back, in some places at midnight.
package clocks

import "time"

// Begins is the first instant of a day by the clocks of loc. Where they are put forward at
// midnight (Chile, Cuba, the Azores) the day begins at one o'clock, for which time.Date and
// time.ParseInLocation give eleven o'clock of the day before; where they are put back to
// midnight the first of the two is meant. A day that a place left out (Samoa, 30 December
// 2011) begins with the next.
func Begins(year int, month time.Month, day int, loc *time.Location) time.Time {
	noon := time.Date(year, month, day, 12, 0, 0, 0, time.UTC) // which is in every month as it should be
	at := time.Date(year, month, day, 0, 0, 0, 0, loc)
	if date(at) < date(noon) {
		if _, changed := at.ZoneBounds(); !changed.IsZero() {
			return changed
		}
	}
	if earlier := at.Add(-time.Hour); date(earlier) == date(noon) {
		return earlier
	}
	return at
}

// Day is the first instant of a day that is written as in 2026-11-24.
func Day(text string, loc *time.Location) (time.Time, error) {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, err
	}
	y, m, d := at.Date()
	return Begins(y, m, d, loc), nil
}

// DayOf is the first instant of the day that it is at t, by t's own clocks.
func DayOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return Begins(y, m, d, t.Location())
}

// NextDay is the first instant of the day after that, by t's own clocks.
func NextDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return Begins(y, m, d+1, t.Location())
}

// date orders days.
func date(t time.Time) int {
	y, m, d := t.Date()
	return y*10_000 + int(m)*100 + d
}
