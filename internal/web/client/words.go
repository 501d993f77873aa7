package client

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// numerals are the small numbers as words.
var numerals = [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}

func numeral(n int) string {
	if n >= 0 && n < len(numerals) {
		return numerals[n]
	}
	return strconv.Itoa(n)
}

// count is "one minute", "three minutes".
func count(n int, one, many string) string {
	if n == 1 {
		return "one " + one
	}
	return numeral(n) + " " + many
}

// capital is s with a capital letter at its beginning.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// clock is a time of day.
func clock(t time.Time) string { return t.Format("15:04") }

// on is a day, and a time on it, as somebody would say it now.
func on(t, now time.Time) string {
	switch days := daysBetween(t, now); {
	case days == 0:
		return "today at " + clock(t)
	case days == 1:
		return "yesterday at " + clock(t)
	case t.Year() == now.Year():
		return "on " + t.Format("Monday 2 January") + " at " + clock(t)
	}
	return "on " + t.Format("Monday 2 January 2006") + " at " + clock(t)
}

// daysBetween counts the days from a to b, whatever the clocks did meanwhile.
// Both must be in the same zone.
func daysBetween(a, b time.Time) int {
	number := func(t time.Time) int64 {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60)
	}
	return int(number(b) - number(a))
}

// gap is a stretch of days in weeks or months.
func gap(days int) string {
	if weeks := days / 7; weeks < 9 {
		return count(weeks, "week", "weeks")
	}
	return count(days*12/365, "month", "months")
}

// long is how long an appointment takes.
func long(d time.Duration) string {
	m := int(d.Minutes())
	switch {
	case m < 120:
		return fmt.Sprintf("%d minutes", m)
	case m%60 == 0:
		return fmt.Sprintf("%d hours", m/60)
	}
	return fmt.Sprintf("%d hours %d minutes", m/60, m%60)
}

// list is "a, b and c".
func list(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}
