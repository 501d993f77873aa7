package profile

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/fault"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// TestEveryWeekKeepsTheHourOfTheClockOnTheWall looks at weeks in which clocks are
// put forward or back. The dates are those of the IANA database: in 2026 London and
// Berlin change on 29 March and 25 October, New York on 8 March and 1 November.
func TestEveryWeekKeepsTheHourOfTheClockOnTheWall(t *testing.T) {
	for name, c := range map[string]struct {
		zone         string
		day          string
		hour, minute int
		want         []string // in UTC; "" where there is no such time
	}{
		"London in March":      {"Europe/London", "2026-03-22", 10, 0, []string{"2026-03-22T10:00", "2026-03-29T09:00", "2026-04-05T09:00"}},
		"London in October":    {"Europe/London", "2026-10-18", 10, 0, []string{"2026-10-18T09:00", "2026-10-25T10:00", "2026-11-01T10:00"}},
		"Berlin in March":      {"Europe/Berlin", "2026-03-22", 17, 30, []string{"2026-03-22T16:30", "2026-03-29T15:30", "2026-04-05T15:30"}},
		"Berlin in October":    {"Europe/Berlin", "2026-10-18", 17, 30, []string{"2026-10-18T15:30", "2026-10-25T16:30", "2026-11-01T16:30"}},
		"New York in March":    {"America/New_York", "2026-03-01", 9, 0, []string{"2026-03-01T14:00", "2026-03-08T13:00", "2026-03-15T13:00"}},
		"New York in November": {"America/New_York", "2026-10-25", 9, 0, []string{"2026-10-25T13:00", "2026-11-01T14:00", "2026-11-08T14:00"}},

		"an hour that London leaves out":            {"Europe/London", "2026-03-22", 1, 30, []string{"2026-03-22T01:30", "", "2026-04-05T00:30"}},
		"an hour that Berlin leaves out":            {"Europe/Berlin", "2026-03-22", 2, 0, []string{"2026-03-22T01:00", "", "2026-04-05T00:00"}},
		"an hour that New York leaves out":          {"America/New_York", "2026-03-01", 2, 59, []string{"2026-03-01T07:59", "", "2026-03-15T06:59"}},
		"an hour that London has twice: the first":  {"Europe/London", "2026-10-18", 1, 30, []string{"2026-10-18T00:30", "2026-10-25T00:30", "2026-11-01T01:30"}},
		"an hour that Berlin has twice: the first":  {"Europe/Berlin", "2026-10-18", 2, 30, []string{"2026-10-18T00:30", "2026-10-25T00:30", "2026-11-01T01:30"}},
		"an hour that New York has twice":           {"America/New_York", "2026-10-25", 1, 15, []string{"2026-10-25T05:15", "2026-11-01T05:15", "2026-11-08T06:15"}},
		"the end of an hour that London leaves out": {"Europe/London", "2026-03-29", 2, 0, []string{"2026-03-29T01:00"}},
		"no changes":                {"UTC", "2026-12-28", 10, 0, []string{"2026-12-28T10:00", "2027-01-04T10:00"}},
		"half an hour on Lord Howe": {"Australia/Lord_Howe", "2026-10-04", 2, 15, []string{"", "2026-10-10T15:15"}},
	} {
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		got := Weekly(day, c.hour, c.minute, len(c.want), zone(t, c.zone))
		for i, want := range c.want {
			text := ""
			if !got[i].IsZero() {
				text = got[i].UTC().Format("2006-01-02T15:04")
			}
			if text != want {
				t.Errorf("%s, week %d: got %q, want %q", name, i, text, want)
			}
		}
	}
}

func offer() Offer {
	return Offer{ID: uuid.Must(uuid.NewV7()).String(), Day: "2026-11-24", Clock: "10:00", Length: 50 * time.Minute, Ways: []Way{InPerson, Video}, Weeks: 1}
}

func TestWhatIsNoTimeIsSaid(t *testing.T) {
	london := zone(t, "Europe/London")
	now := time.Date(2026, 11, 19, 9, 30, 0, 0, time.UTC)
	for field, change := range map[string]func(*Offer){
		"id":         func(o *Offer) { o.ID = "7" },
		"day":        func(o *Offer) { o.Day = "tomorrow" },
		"day ":       func(o *Offer) { o.Day = "2026-11-19"; o.Clock = "09:30" },
		"day  ":      func(o *Offer) { o.Day = "2028-01-01" },
		"clock":      func(o *Offer) { o.Clock = "25:00" },
		"clock ":     func(o *Offer) { o.Day, o.Clock = "2027-03-28", "01:30" },
		"length":     func(o *Offer) { o.Length = 10 * time.Minute },
		"length ":    func(o *Offer) { o.Length = 4 * time.Hour },
		"weeks":      func(o *Offer) { o.Weeks = 9 },
		"weeks ":     func(o *Offer) { o.Weeks = 0 },
		"time_ways":  func(o *Offer) { o.Ways = nil },
		"time_ways ": func(o *Offer) { o.Ways = []Way{"by pigeon"} },
	} {
		o := offer()
		change(&o)
		_, err := o.check(now, london)
		f, ok := err.(*fault.Error)
		if want := trimmed(field); !ok || f.Kind != fault.Invalid || f.Field != want {
			t.Errorf("%s: got %v", want, err)
		}
	}
	if _, err := offer().check(now, london); err != nil {
		t.Error(err)
	}
}

func trimmed(s string) string {
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s
}

func TestAFormMakesTheSameIdsEachTime(t *testing.T) {
	o := offer()
	o.Weeks = 8
	seen := map[string]bool{}
	for n := range o.Weeks {
		id := o.nth(n)
		if parsed, err := uuid.Parse(id); err != nil || parsed.Version() != 7 || seen[id] || id != o.nth(n) {
			t.Errorf("the id of time %d is %q", n, id)
		}
		seen[id] = true
	}
}
