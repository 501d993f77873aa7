package main

import (
	"testing"
	"time"
)

// inTimes leaves canaries in all that a clinician says about their time, in what comes
// round with a client, and in what the practice calls the days on which it is closed.
func inTimes(t *testing.T, ines *visitor, client string) {
	t.Helper()
	day := func(ahead int) string { return time.Now().AddDate(0, 0, ahead).Format(time.DateOnly) }
	ines.writes("/calendar/hours", "/calendar/hours", map[string]string{"weekday": "1", "from": "09:00", "to": "12:00", "place": canary + " loft"})
	ines.writes("/calendar/hours", "/calendar/hours/protected", map[string]string{"weekly": "once", "first": day(9), "from": "20:00", "to": "21:00", "for": canary + " sings"})
	ines.writes("/calendar/hours", "/calendar/hours/limits", map[string]string{"day": "9", "week": "40"})
	ines.writes("/practice/holidays", "/practice/holidays", map[string]string{"first": day(80), "last": "", "name": canary + " is away"})
	ines.writes("/calendar/new", "/calendar/new", map[string]string{
		"with": client, "day": day(10), "clock": "20:00", "minutes": "50", "every": "2", "last": day(60), "place": canary + " attic", "anyway": "yes",
	})
	ines.writes("/calendar/new", "/calendar/new", map[string]string{
		"with": client, "day": day(11), "clock": "20:00", "minutes": "50", "every": "0", "place": canary + " cellar", "anyway": "yes", // beyond her hours
	})
	ines.goes("/calendar?week=" + day(10))
	ines.goes("/calendar?week=" + canary)
	ines.goes("/practice/week?week=" + day(10))
}
