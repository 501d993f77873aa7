package feed

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"
)

// worked is how long processors have worked for this process: a clock on the wall counts
// what others do on the same machine, too.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano())
}

// TestNoEventTakesLongerThanACalendarMay has what costs most by what it is read with.
func TestNoEventTakesLongerThanACalendarMay(t *testing.T) {
	list := func(value string, n int) string { return strings.TrimSuffix(strings.Repeat(value+",", n), ",") }
	never := "BYMONTH=2;BYMONTHDAY=30"
	for name, lines := range map[string]string{
		"positions":            "RRULE:FREQ=DAILY;BYSETPOS=" + list("366", 240),
		"five positions":       "RRULE:FREQ=DAILY;BYSETPOS=" + list("366", 5),
		"days":                 "RRULE:FREQ=DAILY;BYDAY=" + list("MO", 62) + ";BYYEARDAY=" + list("366", 62) + ";" + never,
		"a day that never is":  "RRULE:FREQ=DAILY;" + never,
		"exceptions in a zone": "RRULE:FREQ=WEEKLY\n" + strings.TrimSuffix(strings.Repeat("EXDATE;TZID=Europe/Berlin:"+list("20261201T100000", 480)+"\n", 600), "\n"),
		"exceptions nowhere":   "RRULE:FREQ=WEEKLY\nEXDATE;TZID=Nowhere/At/All:20261201T100000",
	} {
		began := worked(t)
		spans, err := busyOf(calendarWith(eventWith("DTSTART:20261118T100000Z", "DTEND:20261118T110000Z", lines)), time.UTC, windowFrom, windowTo)
		if took := worked(t) - began; took > maxEffort+6*time.Second {
			t.Errorf("%s took %s: %d, %v", name, took, len(spans), err)
		}
	}
}

func TestAListInARuleIsAsLongAsCalendarsHaveThem(t *testing.T) {
	for rule, want := range map[string]Trouble{
		"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1":           "",
		"FREQ=MONTHLY;BYDAY=1MO,-1FR":                             "",
		"FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO": "",
		"FREQ=DAILY;BYSETPOS=1,2,3,4,5,6":                         troubleRule,
		"FREQ=DAILY;BYDAY=" + strings.Repeat("MO,", 62) + "MO":    troubleRule,
	} {
		_, err := busyOf(calendarWith(eventWith("DTSTART:20261118T100000Z", "DTEND:20261118T110000Z", "RRULE:"+rule)), time.UTC, windowFrom, windowTo)
		if err == nil && want != "" || err != nil && trouble(err) != want {
			t.Errorf("%s: %v, want %q", rule, err, want)
		}
	}
}

func TestAZoneWhoseClocksAreAlwaysSetIsNotRead(t *testing.T) {
	zone := "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:19000101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=DAILY\nEND:STANDARD\nEND:VTIMEZONE"
	_, err := busyOf(calendarWith(zone, eventWith("DTSTART;TZID=Odd:20261118T100000", "DURATION:PT1H")), time.UTC, windowFrom, windowTo)
	if trouble(err) != troubleMany {
		t.Errorf("%v", err)
	}
}

// Of many events that are asked one after the other, all together take no longer.
func TestWhatIsAskedOfManyTakesAsLongAsOfOne(t *testing.T) {
	o := Object{Text: calendarWith(eventWith("DTSTART:19000118T100000Z", "DTEND:19000118T110000Z", "RRULE:FREQ=DAILY;COUNT=3"))}
	if o.Touches(windowFrom, windowTo, time.UTC, time.Now()) {
		t.Error("it is over")
	}
	if !o.Touches(windowFrom, windowTo, time.UTC, time.Now().Add(-2*maxEffort)) {
		t.Error("it was worked out although the time for that is over")
	}
}

func TestOneCalendarThatFailsEndsTheWorkOnlyWhenTheServerEnds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	torn := errors.New("it cannot be opened")
	if err := oneOfMany(ctx, torn); err != nil {
		t.Errorf("the others wait: %v", err)
	}
	stop()
	if err := oneOfMany(ctx, torn); !errors.Is(err, torn) {
		t.Errorf("it goes on though the server ends: %v", err)
	}
	if err := oneOfMany(ctx, nil); err != nil {
		t.Error(err)
	}
}
