package desk

import (
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/waymark-care/waymark/internal/web/ui"
)

// At is a moment as it is read at a desk: "today at 10:02", "yesterday at 21:10",
// "on Friday 20 November at 10:02". now is in the practice's zone.
func At(t, now time.Time) string {
	t = t.In(now.Location())
	return On(t, now) + " at " + t.Format("15:04")
}

// On is a day as it is read at a desk: "today", "yesterday", "on Friday 20 November".
func On(t, now time.Time) string {
	t = t.In(now.Location())
	switch DaysBetween(t, now) {
	case 0:
		return "today"
	case 1:
		return "yesterday"
	case -1:
		return "tomorrow"
	}
	return "on " + ui.Date(t, now)
}

// DaysBetween is how many days now is after t, by the calendar.
func DaysBetween(t, now time.Time) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(now).Sub(midnight(t.In(now.Location()))).Hours() / 24)
}

// Short is a day in a list: "20 November", with the year if it is another one.
func Short(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() == now.Year() {
		return t.Format("2 January")
	}
	return t.Format("2 January 2006")
}

var small = [...]string{
	"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
	"eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
}

// Count is n in words if it is small, with its noun: "one client", "five clients".
func Count(n int, one, many string) string {
	noun := many
	if n == 1 {
		noun = one
	}
	return Number(n) + " " + noun
}

// Number is n in words if it is small, in figures if not.
func Number(n int) string {
	if n < len(small) {
		return small[n]
	}
	return fmt.Sprint(n)
}

// Upper begins a sentence, whatever letter it begins with.
func Upper(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}
