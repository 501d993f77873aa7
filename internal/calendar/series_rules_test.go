package calendar

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/session"
)

func zoneOfTest(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func dayOfTest(t *testing.T, text string) Day {
	t.Helper()
	d, err := ReadDay("day", text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The clocks of New York go forward on 14 March 2027 and back on 7 November, those of
// London on 28 March and 31 October: between them the same hour of one is another of
// the other.
func TestASeriesKeepsItsHourByThePracticesClocks(t *testing.T) {
	york, london := zoneOfTest(t, "America/New_York"), zoneOfTest(t, "Europe/London")
	for _, tt := range []struct {
		day              string
		inYork, inLondon string // an hour of 10:00, by the practice's clocks in New York: there, and as seen in London
		fromLondon       string // an hour of 10:00 by the clocks of London: as seen in New York
	}{
		{"2027-03-09", "10:00", "15:00", "05:00"},
		{"2027-03-16", "10:00", "14:00", "06:00"},
		{"2027-03-23", "10:00", "14:00", "06:00"},
		{"2027-03-30", "10:00", "15:00", "05:00"},
		{"2027-10-26", "10:00", "15:00", "05:00"},
		{"2027-11-02", "10:00", "14:00", "06:00"},
		{"2027-11-09", "10:00", "15:00", "05:00"},
	} {
		d := dayOfTest(t, tt.day)
		at := d.At(600, york)
		if got := at.In(york).Format("15:04"); got != tt.inYork {
			t.Errorf("%s in New York: got %s", tt.day, got)
		}
		if got := at.In(london).Format("15:04"); got != tt.inLondon {
			t.Errorf("%s in London: got %s, want %s", tt.day, got, tt.inLondon)
		}
		if got := d.At(600, london).In(york).Format("15:04"); got != tt.fromLondon {
			t.Errorf("%s from London in New York: got %s, want %s", tt.day, got, tt.fromLondon)
		}
	}
}

func TestAnHourThatTheClocksLeaveOutOrShowTwice(t *testing.T) {
	for _, tt := range []struct {
		zone, day string
		minute    int
		want      string // in UTC; empty: there is none
	}{
		{"America/New_York", "2027-03-14", 2*60 + 30, ""},
		{"America/New_York", "2027-03-14", 1*60 + 59, "2027-03-14 06:59"},
		{"America/New_York", "2027-03-14", 3 * 60, "2027-03-14 07:00"},
		{"America/New_York", "2027-11-07", 1*60 + 30, "2027-11-07 05:30"}, // the first of two
		{"Europe/London", "2027-03-28", 1*60 + 30, ""},
		{"Europe/London", "2027-03-28", 2 * 60, "2027-03-28 01:00"},
		{"Europe/London", "2027-10-31", 1*60 + 30, "2027-10-31 00:30"}, // the first of two
		{"Australia/Lord_Howe", "2026-10-04", 2*60 + 15, ""},           // half an hour is left out
		{"Australia/Lord_Howe", "2026-10-04", 2*60 + 30, "2026-10-03 15:30"},
		{"Africa/Cairo", "2027-04-30", 15, ""}, // midnight itself
	} {
		d, zone := dayOfTest(t, tt.day), zoneOfTest(t, tt.zone)
		got := ""
		if at := d.At(tt.minute, zone); !at.IsZero() {
			got = at.UTC().Format("2006-01-02 15:04")
		}
		if got != tt.want {
			t.Errorf("%s %s %s: got %q, want %q", tt.zone, tt.day, Clock(tt.minute), got, tt.want)
		}
		why, _ := Series{Minute: tt.minute}.startOn(d, nil, zone)
		if (why == WhyClocks) != (tt.want == "") {
			t.Errorf("%s %s: a series says %q", tt.zone, tt.day, why)
		}
	}
	// What begins or ends then has to begin or end somewhere: where the clocks jump.
	cairo := zoneOfTest(t, "Africa/Cairo")
	d := dayOfTest(t, "2027-04-30")
	if got := d.Begins(cairo).In(cairo).Format("02 15:04"); got != "30 01:00" {
		t.Errorf("the day begins at %s", got)
	}
}

func TestEveryOtherWeekGoesOnOverTheYearsEnd(t *testing.T) {
	for _, tt := range []struct {
		first string
		every int
		last  string
		after string
		to    string
		want  []string
	}{
		{"2026-12-15", 2, "", "2026-12-14", "2027-02-01", []string{"2026-12-15", "2026-12-29", "2027-01-12", "2027-01-26"}},
		{"2026-12-22", 2, "", "2026-12-22", "2027-02-01", []string{"2027-01-05", "2027-01-19"}},
		{"2020-12-22", 2, "", "2020-12-25", "2021-01-20", []string{"2021-01-05", "2021-01-19"}}, // a year of 53 weeks
		{"2028-02-22", 1, "", "2028-02-21", "2028-03-08", []string{"2028-02-22", "2028-02-29", "2028-03-07"}},
		{"2026-12-15", 4, "2027-01-12", "2026-12-14", "2027-06-01", []string{"2026-12-15", "2027-01-12"}},
		{"2026-12-15", 1, "", "2026-12-14", "2026-12-14", nil},
	} {
		s := Series{First: dayOfTest(t, tt.first), Every: tt.every}
		if tt.last != "" {
			s.Last = dayOfTest(t, tt.last)
		}
		var got []string
		for _, d := range s.days(dayOfTest(t, tt.after), dayOfTest(t, tt.to)) {
			got = append(got, d.String())
		}
		if !cmp.Equal(got, tt.want) {
			t.Errorf("%+v: got %v", tt, got)
		}
	}
}

// However the job is late or early, each day comes once.
func TestRollingInAnyPartsMakesTheSame(t *testing.T) {
	s := Series{First: 20000, Every: 2}
	whole := s.days(s.First-1, s.First+400)
	for _, step := range []Day{1, 2, 7, 13, 14, 15, 100} {
		var parts []Day
		for at := s.First - 1; at < s.First+400; at += step {
			parts = append(parts, s.days(at, min(at+step, s.First+400))...)
		}
		if !slices.Equal(parts, whole) {
			t.Errorf("in steps of %d: got %v, want %v", step, parts, whole)
		}
	}
}

func TestWhatASeriesMakesHasOneIDEach(t *testing.T) {
	s := Series{ID: uuid.Must(uuid.NewV7()).String(), Format: session.Couple}
	seen, meetings := map[string]bool{}, map[string]bool{}
	for s.Revision = range int64(3) {
		for d := range Day(50) {
			for _, s.Client = range []access.Compartment{"client/a", "client/b"} {
				b := s.booking(d, time.Time{})
				if id, err := uuid.Parse(b.Meeting); err != nil || id.Version() != 7 || seen[b.ID] || b.ID != s.booking(d, time.Time{}).ID {
					t.Fatalf("%s comes twice, or is not the same again", b.ID)
				}
				seen[b.ID], meetings[b.Meeting] = true, true
			}
		}
	}
	if len(seen) != 300 || len(meetings) != 150 {
		t.Errorf("%d sessions in %d meetings, want two in each", len(seen), len(meetings))
	}
}

func TestProtectedTimeIsOnItsDaysOnly(t *testing.T) {
	london := zoneOfTest(t, "Europe/London")
	first, last := dayOfTest(t, "2027-03-22"), dayOfTest(t, "2027-04-04")
	texts := func(p Protected) (all []string) {
		for _, s := range p.spans(first, last, london) {
			all = append(all, s.Start.UTC().Format("02 15:04")+"-"+s.End.UTC().Format("02 15:04"))
		}
		return all
	}
	weekly := Protected{Weekly: true, Weekday: 2, From: 720, To: 840, First: first - 700}
	if got, want := texts(weekly), []string{"24 12:00-24 14:00", "31 11:00-31 13:00"}; !cmp.Equal(got, want) {
		t.Errorf("weekly: got %v, want %v", got, want)
	}
	weekly.Last = dayOfTest(t, "2027-03-30")
	if got := texts(weekly); len(got) != 1 {
		t.Errorf("until Tuesday: got %v", got)
	}
	away := Protected{First: dayOfTest(t, "2027-03-26"), Last: dayOfTest(t, "2027-03-29"), From: 0, To: dayMinutes}
	if got, want := texts(away), []string{"26 00:00-29 23:00"}; !cmp.Equal(got, want) {
		t.Errorf("away: got %v, want %v", got, want)
	}
	away.First, away.Last = first-10, first-5
	if got := texts(away); got != nil {
		t.Errorf("over: got %v", got)
	}
}

func TestClocksAreWrittenAndRead(t *testing.T) {
	for minute, want := range map[int]string{0: "00:00", 9*60 + 5: "09:05", 23*60 + 59: "23:59", dayMinutes: "24:00"} {
		if got := Clock(minute); got != want {
			t.Errorf("%d: got %s", minute, got)
		}
		if got, err := ReadClock("from", want); err != nil || got != minute {
			t.Errorf("%s: got %d, %v", want, got, err)
		}
	}
	for _, text := range []string{"", "25:00", "9", "09:60", "abc"} {
		if _, err := ReadClock("from", text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
	if d := dayOfTest(t, "2026-11-23"); d.Weekday() != 0 || d.Monday() != d || (d+6).Monday() != d || (d+7).Monday() != d+7 || d.String() != "2026-11-23" {
		t.Errorf("Monday 23 November 2026 is day %d of its week", d.Weekday())
	}
}
