package clinician

import (
	"fmt"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/web/ui"
)

// at is a moment as it is read at a desk: "today at 10:02", "yesterday at 21:10",
// "on Friday 20 November at 10:02". now is in the practice's zone.
func at(t, now time.Time) string {
	t = t.In(now.Location())
	return on(t, now) + " at " + t.Format("15:04")
}

// on is a day as it is read at a desk: "today", "yesterday", "on Friday 20 November".
func on(t, now time.Time) string {
	t = t.In(now.Location())
	switch daysBetween(t, now) {
	case 0:
		return "today"
	case 1:
		return "yesterday"
	case -1:
		return "tomorrow"
	}
	return "on " + ui.Date(t, now)
}

// daysBetween is how many days now is after t, by the calendar.
func daysBetween(t, now time.Time) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(now).Sub(midnight(t.In(now.Location()))).Hours() / 24)
}

// short is a day in a list: "20 November", with the year if it is another one.
func short(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() == now.Year() {
		return t.Format("2 January")
	}
	return t.Format("2 January 2006")
}

// startOf is the beginning of the day of t.
func startOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// lastWorkingDay is the beginning of the working day before now.
func lastWorkingDay(now time.Time) time.Time {
	day := startOf(now).AddDate(0, 0, -1)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

var small = [...]string{
	"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
	"eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
}

// count is n in words if it is small, with its noun: "one client", "five clients".
func count(n int, one, many string) string {
	noun := many
	if n == 1 {
		noun = one
	}
	return number(n) + " " + noun
}

func number(n int) string {
	if n < len(small) {
		return small[n]
	}
	return fmt.Sprint(n)
}

// times is how often: "once", "twice", "thirteen times".
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return number(n) + " times"
}

// upper begins a sentence.
func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
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
		return "in " + count(minutes, "minute", "minutes")
	case minutes < 90:
		return "in an hour"
	default:
		return "in " + count(int(d.Round(time.Hour).Hours()), "hour", "hours")
	}
}
