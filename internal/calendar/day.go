package calendar

import (
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// A Day is a day of the practice's clocks, counted from 1 January 1970. It has 23,
// 24 or 25 hours.
type Day int

// DayOf is the day that the clocks of zone show at an instant.
func DayOf(at time.Time, zone *time.Location) Day { return Day(dayOf(at, zone)) }

// ReadDay reads a day as a form has it, 2026-11-24; field is where it stands there.
func ReadDay(field, text string) (Day, error) {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fault.New(fault.Invalid, field, "Choose a day, as in 2026-11-24.")
	}
	return DayOf(at, time.UTC), nil
}

// Date is the day as a date, midnight in UTC.
func (d Day) Date() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// String is the day as a form has it.
func (d Day) String() string { return d.Date().Format(time.DateOnly) }

// Weekday counts from Monday, which is 0.
func (d Day) Weekday() int { return ((int(d)+3)%7 + 7) % 7 }

// Monday is the first day of its week.
func (d Day) Monday() Day { return d - Day(d.Weekday()) }

// Begins is the first instant of the day.
func (d Day) Begins(zone *time.Location) time.Time { return d.at(0, zone) }

// At is when the clocks of zone first show minute on the day; zero if they never do.
func (d Day) At(minute int, zone *time.Location) time.Time {
	return session.At(d.Date(), minute, zone)
}

// at is At, or, where the clocks leave that time out, the moment at which they jump
// over it: for what begins or ends then, which has to begin or end somewhere.
func (d Day) at(minute int, zone *time.Location) time.Time {
	for m := minute; m < minute+3*60; m++ {
		if at := d.At(m, zone); !at.IsZero() {
			return at
		}
	}
	return d.Date().Add(time.Duration(minute) * time.Minute) // no clock is put forward by three hours
}

const dayMinutes = 24 * 60

// Clock is a minute of the day as it is written, 09:30; midnight at its end is 24:00.
func Clock(minute int) string {
	return string([]byte{byte('0' + minute/600%10), byte('0' + minute/60%10), ':', byte('0' + minute%60/10), byte('0' + minute%10)})
}

// ReadClock reads what Clock wrote; field is where it stands in a form.
func ReadClock(field, text string) (int, error) {
	if text == "24:00" {
		return dayMinutes, nil
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fault.New(fault.Invalid, field, "Write the time with hours and minutes, as in 14:30.")
	}
	return at.Hour()*60 + at.Minute(), nil
}
