package feed

import (
	"fmt"
	"strings"
	"testing"
	"time"

	_ "time/tzdata"

	"github.com/waymark-care/waymark/internal/session"
)

var (
	windowFrom = time.Date(2026, time.November, 16, 0, 0, 0, 0, time.UTC)
	windowTo   = windowFrom.Add(Ahead)
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// calendarWith puts lines into a calendar, with CR LF as RFC 5545 has it.
func calendarWith(parts ...string) []byte {
	text := "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//a//b\n" + strings.Join(parts, "\n") + "\nEND:VCALENDAR\n"
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
}

func eventWith(parts ...string) string {
	return "BEGIN:VEVENT\nUID:a\nSUMMARY:Secret Kanari\n" + strings.Join(parts, "\n") + "\nEND:VEVENT"
}

func said(spans []session.Span) string {
	var all []string
	for _, s := range spans {
		all = append(all, s.Start.Format("0102 15:04")+"-"+s.End.Format("0102 15:04"))
	}
	return strings.Join(all, ", ")
}

const oddZone = `BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE`

func TestWhenSomebodyIsBusy(t *testing.T) {
	weekly := eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4")
	for name, c := range map[string]struct {
		parts []string
		want  string
	}{
		"an instant":               {[]string{eventWith("DTSTART:20261118T090000Z", "DTEND:20261118T100000Z")}, "1118 09:00-1118 10:00"},
		"in a zone":                {[]string{eventWith("DTSTART;TZID=Europe/Berlin:20261118T090000", "DTEND;TZID=Europe/Berlin:20261118T100000")}, "1118 08:00-1118 09:00"},
		"in no zone":               {[]string{eventWith("DTSTART:20261118T090000", "DTEND:20261118T100000")}, "1118 14:00-1118 15:00"},
		"in a zone with a path":    {[]string{eventWith("DTSTART;TZID=/example.org/2026/Europe/Berlin:20261118T090000", "DURATION:PT30M")}, "1118 08:00-1118 08:30"},
		"in a zone of its own":     {[]string{oddZone, eventWith("DTSTART;TZID=W. Europe Standard Time:20270326T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4")}, "0326 08:00-0326 09:00, 0327 08:00-0327 09:00, 0328 07:00-0328 08:00, 0329 07:00-0329 08:00"},
		"a whole day":              {[]string{eventWith("DTSTART;VALUE=DATE:20261118")}, "1118 05:00-1119 05:00"},
		"two whole days":           {[]string{eventWith("DTSTART;VALUE=DATE:20261118", "DTEND;VALUE=DATE:20261120")}, "1118 05:00-1120 05:00"},
		"cancelled":                {[]string{eventWith("DTSTART:20261118T090000Z", "DTEND:20261118T100000Z", "STATUS:CANCELLED")}, ""},
		"shown as free":            {[]string{eventWith("DTSTART:20261118T090000Z", "DTEND:20261118T100000Z", "TRANSP:TRANSPARENT")}, ""},
		"a moment":                 {[]string{eventWith("DTSTART:20261118T090000Z")}, ""},
		"backwards":                {[]string{eventWith("DTSTART:20261118T090000Z", "DTEND:20261118T080000Z")}, ""},
		"over":                     {[]string{eventWith("DTSTART:20251118T090000Z", "DTEND:20251118T100000Z")}, ""},
		"too far ahead":            {[]string{eventWith("DTSTART:20281118T090000Z", "DTEND:20281118T100000Z")}, ""},
		"overlapping":              {[]string{eventWith("DTSTART:20261118T090000Z", "DTEND:20261118T100000Z"), eventWith("DTSTART:20261118T093000Z", "DTEND:20261118T110000Z"), eventWith("DTSTART:20261118T110000Z", "DTEND:20261118T113000Z")}, "1118 09:00-1118 11:30"},
		"folded":                   {[]string{"BEGIN:VEVENT\nUID:a\nDTST\n ART:2026111\n 8T090000Z\nDTEND:20261118T100000Z\nEND:VEVENT"}, "1118 09:00-1118 10:00"},
		"in lower case":            {[]string{"begin:vevent\nuid:a\ndtstart:20261118T090000Z\ndtend:20261118T100000Z\nend:vevent"}, "1118 09:00-1118 10:00"},
		"with an alarm and a task": {[]string{"BEGIN:VEVENT\nUID:a\nDTSTART:20261118T090000Z\nBEGIN:VALARM\nTRIGGER:-PT5M\nDURATION:PT9H\nEND:VALARM\nDTEND:20261118T100000Z\nEND:VEVENT\nBEGIN:VTODO\nDTSTART:nonsense\nEND:VTODO"}, "1118 09:00-1118 10:00"},
		"free and busy":            {[]string{"BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20261118T090000Z/PT1H,20261118T120000Z/20261118T130000Z\nFREEBUSY;FBTYPE=FREE:20261118T150000Z/PT1H\nEND:VFREEBUSY"}, "1118 09:00-1118 10:00, 1118 12:00-1118 13:00"},

		"every week, over the change of clocks": {[]string{eventWith("DTSTART;TZID=Europe/Berlin:20270318T090000", "DTEND;TZID=Europe/Berlin:20270318T100000", "RRULE:FREQ=WEEKLY;UNTIL=20270401T070000Z")}, "0318 08:00-0318 09:00, 0325 08:00-0325 09:00, 0401 07:00-0401 08:00"},
		"an end before the last":                {[]string{eventWith("DTSTART;TZID=Europe/Berlin:20270318T090000", "DTEND;TZID=Europe/Berlin:20270318T100000", "RRULE:FREQ=WEEKLY;UNTIL=20270401T065959Z")}, "0318 08:00-0318 09:00, 0325 08:00-0325 09:00"},
		"since long ago":                        {[]string{eventWith("DTSTART:20000103T090000Z", "DTEND:20000103T100000Z", "RRULE:FREQ=WEEKLY;INTERVAL=14")}, "0208 09:00-0208 10:00, 0517 09:00-0517 10:00"},
		"but not then":                          {[]string{eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20261119T090000Z,20261120T090000Z")}, "1118 09:00-1118 10:00, 1121 09:00-1121 10:00"},
		"and then, too":                         {[]string{eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RDATE:20261120T090000Z,20261121T090000Z/PT3H", "RRULE:FREQ=DAILY;COUNT=1")}, "1118 09:00-1118 10:00, 1120 09:00-1120 10:00, 1121 09:00-1121 12:00"},
		"once elsewhere":                        {[]string{eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"), eventWith("RECURRENCE-ID:20261119T090000Z", "DTSTART:20261119T150000Z", "DURATION:PT2H")}, "1118 09:00-1118 10:00, 1119 15:00-1119 17:00, 1120 09:00-1120 10:00"},
		"once not":                              {[]string{eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"), eventWith("RECURRENCE-ID:20261119T090000Z", "STATUS:CANCELLED", "DTSTART:20261119T090000Z", "DURATION:PT1H")}, "1118 09:00-1118 10:00, 1120 09:00-1120 10:00"},
		"otherwise from then on":                {[]string{weekly, eventWith("RECURRENCE-ID;RANGE=THISANDFUTURE:20261125T090000Z", "DTSTART:20261126T140000Z", "DURATION:PT2H")}, "1118 09:00-1118 10:00, 1126 14:00-1126 16:00, 1203 14:00-1203 16:00, 1210 14:00-1210 16:00"},
		"and once more":                         {[]string{eventWith("RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T090000Z", "DTSTART:20261202T070000Z", "DURATION:PT1H"), weekly, eventWith("RECURRENCE-ID;RANGE=THISANDFUTURE:20261125T090000Z", "DTSTART:20261125T140000Z", "DURATION:PT2H")}, "1118 09:00-1118 10:00, 1125 14:00-1125 16:00, 1202 07:00-1202 08:00, 1209 07:00-1209 08:00"},
		"but once elsewhere":                    {[]string{weekly, eventWith("RECURRENCE-ID;RANGE=THISANDFUTURE:20261125T090000Z", "DTSTART:20261125T140000Z", "DURATION:PT1H"), eventWith("RECURRENCE-ID:20261202T090000Z", "DTSTART:20261202T200000Z", "DURATION:PT1H")}, "1118 09:00-1118 10:00, 1125 14:00-1125 15:00, 1202 20:00-1202 21:00, 1209 14:00-1209 15:00"},
		"not any more from then on":             {[]string{weekly, eventWith("RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T090000Z", "STATUS:CANCELLED")}, "1118 09:00-1118 10:00, 1125 09:00-1125 10:00"},
		"free, and busy from then on":           {[]string{strings.Replace(weekly, "END:", "TRANSP:TRANSPARENT\nEND:", 1), eventWith("RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T090000Z", "DTSTART:20261202T090000Z", "DURATION:PT1H")}, "1202 09:00-1202 10:00, 1209 09:00-1209 10:00"},
		"otherwise, over the change of clocks":  {[]string{eventWith("DTSTART;TZID=Europe/Berlin:20270318T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"), eventWith("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20270325T090000", "DTSTART;TZID=Europe/Berlin:20270325T180000", "DURATION:PT1H")}, "0318 08:00-0318 09:00, 0325 17:00-0325 18:00, 0401 16:00-0401 17:00"},
		"whole days, otherwise":                 {[]string{eventWith("DTSTART;VALUE=DATE:20261118", "RRULE:FREQ=WEEKLY;COUNT=3"), eventWith("RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20261125", "DTSTART;VALUE=DATE:20261126")}, "1118 05:00-1119 05:00, 1126 05:00-1127 05:00, 1203 05:00-1204 05:00"},
		"otherwise since long ago":              {[]string{eventWith("DTSTART:20260101T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;UNTIL=20261113T000000Z"), eventWith("RECURRENCE-ID;RANGE=THISANDFUTURE:20260108T090000Z", "DTSTART:20260115T090000Z", "DURATION:PT1H")}, "1119 09:00-1119 10:00"},
		"never":                                 {[]string{eventWith("DTSTART:20260101T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")}, ""},
		"the second Tuesday of each month":      {[]string{eventWith("DTSTART:20261110T090000Z", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=3")}, "1208 09:00-1208 10:00, 0112 09:00-0112 10:00"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := busyOf(calendarWith(c.parts...), zoneOf(t, "America/New_York"), windowFrom, windowTo)
			if err != nil || said(got) != c.want {
				t.Errorf("%s\n%v, want\n%s", said(got), err, c.want)
			}
		})
	}
}

func TestWhatIsNoCalendarIsRefusedWithAReason(t *testing.T) {
	plain := eventWith("DTSTART:20261118T090000Z", "DTEND:20261118T100000Z")
	for name, c := range map[string]struct {
		body []byte
		want Trouble
	}{
		"nothing":                        {nil, troubleNone},
		"a page":                         {[]byte("<!doctype html><html>"), troubleNone},
		"an event alone":                 {[]byte(plain), troubleNone},
		"a picture":                      {[]byte("\x89PNG\r\n\x1a\n\x00\x00"), troubleNone},
		"cut off":                        {[]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261118T090000Z\n"), troubleBroken},
		"crossed":                        {[]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT\n"), troubleBroken},
		"in itself":                      {[]byte(strings.Repeat("BEGIN:VEVENT\n", 3)), troubleNone},
		"deep in itself":                 {[]byte("BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:VEVENT\n", 300_000)), troubleBroken},
		"large":                          {make([]byte, MaxBytes+1), troubleMany},
		"many lines":                     {[]byte("BEGIN:VCALENDAR\n" + strings.Repeat("A\n", maxLines+1)), troubleMany},
		"many events":                    {calendarWith(strings.Repeat(plain+"\n", maxEvents+1)), troubleMany},
		"a long line":                    {calendarWith(eventWith("DTSTART:20261118T090000Z", "EXDATE:"+strings.Repeat("20261118T090000Z,", 600))), troubleLine},
		"a long folded line":             {calendarWith(eventWith("DTSTART:2026\n " + strings.Repeat("1\n ", 9000))), troubleLine},
		"no start":                       {calendarWith(eventWith("DTEND:20261118T100000Z")), troubleBroken},
		"no date":                        {calendarWith(eventWith("DTSTART:tomorrow")), troubleBroken},
		"year 9999":                      {calendarWith(eventWith("DTSTART:99990101T000000Z", "DURATION:P1D")), troubleBroken},
		"a zone of nobody":               {calendarWith(eventWith("DTSTART;TZID=Middle Earth:20261118T090000", "DURATION:PT1H")), troubleZone},
		"a zone in a file":               {calendarWith(eventWith("DTSTART;TZID=../../etc/passwd:20261118T090000", "DURATION:PT1H")), troubleZone},
		"every second":                   {calendarWith(eventWith("DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY")), troubleRule},
		"every hour":                     {calendarWith(eventWith("DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:FREQ=HOURLY")), troubleRule},
		"no step":                        {calendarWith(eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=0")), troubleRule},
		"a step back":                    {calendarWith(eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=-1")), troubleRule},
		"Easter":                         {calendarWith(eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYEASTER=400")), troubleRule},
		"month 99":                       {calendarWith(eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY;BYMONTH=99")), troubleRule},
		"all minutes of all days":        {calendarWith(eventWith("DTSTART:20261118T090000Z", "DURATION:PT30S", "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30,32,34,36,38,40")), troubleMany},
		"two rules":                      {calendarWith(eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY")), troubleRule},
		"many rules":                     {calendarWith(strings.Repeat(eventWith("DTSTART:20280118T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY")+"\n", maxRules+1)), troubleMany},
		"a parameter without end":        {calendarWith(eventWith(`DTSTART;TZID="Europe/Berlin`)), troubleBroken},
		"a parameter that ends the line": {calendarWith(eventWith("DTSTART;TZID=")), troubleBroken},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			got, err := busyOf(c.body, time.UTC, windowFrom, windowTo)
			if err == nil || trouble(err) != c.want {
				t.Errorf("%d times, %v, want %v", len(got), err, c.want)
			}
			if took := time.Since(began); took > maxEffort+3*time.Second {
				t.Errorf("it took %s", took)
			}
			if text := trouble(err).Why(); !strings.HasSuffix(text, ".") {
				t.Errorf("nobody can say why: %q", text)
			}
		})
	}
}

// A calendar of rules that never come true costs most: each is looked at until the
// year 9999.
func TestTheWorstCalendarIsGivenUpInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	var all []string
	for i := range maxRules - 1 {
		all = append(all, eventWith(fmt.Sprintf("DTSTART:19700101T00%02d00Z", i%60), "DURATION:PT1H", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"))
	}
	began := time.Now()
	_, err := busyOf(calendarWith(all...), time.UTC, windowFrom, windowTo)
	if trouble(err) != troubleEffort {
		t.Errorf("%v", err)
	}
	if took := time.Since(began); took > 3*maxEffort {
		t.Errorf("it took %s", took)
	}
}

func TestNothingOfWhatAnEventIsAboutIsKept(t *testing.T) {
	text, err := reduce(calendarWith(eventWith("DTSTART:20261118T090000Z", "DTEND:20261118T100000Z", "LOCATION:Kanari", "X-ALT-DESC:Kanari", "DESCRIPTION:"+strings.Repeat("Kanari", 100_000))))
	if err != nil || strings.Contains(string(text), "Kanari") {
		t.Errorf("%v\n%s", err, text)
	}
}

func FuzzBusy(f *testing.F) {
	f.Add(calendarWith(oddZone, eventWith("DTSTART;TZID=W. Europe Standard Time:20270326T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4")))
	f.Add(calendarWith(eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20261119T090000Z", "RDATE:20261120T090000Z/PT1H"), eventWith("RECURRENCE-ID:20261119T090000Z", "DTSTART:20261119T150000Z", "DURATION:PT2H")))
	f.Add(calendarWith("BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20261118T090000Z/PT1H,20261118T120000Z/20261118T130000Z\nEND:VFREEBUSY"))
	f.Add(calendarWith(eventWith("DTSTART;VALUE=DATE:20261118", "RRULE:FREQ=YEARLY;BYDAY=MO,TU;BYSETPOS=1,-1;BYWEEKNO=20;WKST=SU")))
	f.Add(calendarWith(eventWith("DTSTART:20261118T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4"), eventWith("RECURRENCE-ID;RANGE=THISANDFUTURE:20261119T090000Z", "DTSTART:20261119T150000Z", "DURATION:PT2H")))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN\nEND"))
	f.Fuzz(func(t *testing.T, body []byte) {
		began := time.Now()
		spans, err := busyOf(body, time.UTC, windowFrom, windowTo)
		if took := time.Since(began); took > 2*maxEffort {
			t.Errorf("it took %s", took)
		}
		if err != nil && troubles[trouble(err)] == "" {
			t.Errorf("nobody can say why: %v", err)
		}
		for i, s := range spans {
			if !s.End.After(s.Start) || s.Start.Before(windowFrom) || s.End.After(windowTo) || i > 0 && !s.Start.After(spans[i-1].End) {
				t.Fatalf("%s", said(spans))
			}
		}
	})
}
