package clocks

import (
	"testing"
	"time"
)

func TestADayBeginsWhereTheClocksChangeAtMidnight(t *testing.T) {
	for _, c := range []struct{ zone, day, want string }{
		{"Europe/London", "2026-11-24", "2026-11-24T00:00:00Z"},
		{"America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00"}, // put forward at midnight
		{"America/Santiago", "2026-09-07", "2026-09-07T00:00:00-03:00"},
		{"America/Havana", "2027-03-14", "2027-03-14T01:00:00-04:00"},
		{"America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"}, // put back from one to midnight: the first of the two
		{"Atlantic/Azores", "2027-03-28", "2027-03-28T01:00:00Z"},
		{"Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z"},
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"}, // which was never there
		{"Pacific/Auckland", "2026-09-27", "2026-09-27T00:00:00+12:00"},
		{"Australia/Lord_Howe", "2026-10-04", "2026-10-04T00:00:00+10:30"},
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := Day(c.day, loc)
		if got := at.Format(time.RFC3339); err != nil || got != c.want {
			t.Errorf("%s in %s begins at %s (%v), want %s", c.day, c.zone, got, err, c.want)
		}
	}
	if _, err := Day("2026-02-30", time.UTC); err == nil {
		t.Error("30 February is a day")
	}
}

// Every day of some years begins a moment after the last one's end, whatever the clocks do.
func TestDaysFollowEachOther(t *testing.T) {
	for _, zone := range []string{"America/Santiago", "America/Havana", "Atlantic/Azores", "Pacific/Auckland", "Europe/Berlin", "Asia/Beirut", "Africa/Cairo"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for at := Begins(2010, time.January, 1, loc); at.Year() < 2030; {
			next := NextDay(at)
			if before := next.Add(-time.Nanosecond); DayOf(before) != at || next.Day() == at.Day() {
				t.Fatalf("%s: after %v comes %v", zone, at, next)
			}
			at = next
		}
	}
}
