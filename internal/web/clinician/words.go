package clinician

import (
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/web/desk"
)

// startOf is the beginning of the day of t.
func startOf(t time.Time) time.Time {
	return clocks.DayOf(t)
}

// lastWorkingDay is the beginning of the working day before now.
func lastWorkingDay(now time.Time) time.Time {
	day := startOf(now).AddDate(0, 0, -1)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

// times is how often: "once", "twice", "thirteen times".
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return desk.Number(n) + " times"
}

// list is "A", "A and B", "A, B and C".
func list(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// until is how far off something is, in words: "in 25 minutes", "in two hours".
func until(d time.Duration) string {
	switch minutes := int(d.Round(time.Minute).Minutes()); {
	case minutes < 1:
		return "now"
	case minutes < 60:
		return "in " + desk.Count(minutes, "minute", "minutes")
	case minutes < 90:
		return "in an hour"
	default:
		return "in " + desk.Count(int(d.Round(time.Hour).Hours()), "hour", "hours")
	}
}
