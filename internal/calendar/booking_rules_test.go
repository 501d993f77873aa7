package calendar

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func span(t *testing.T, from, to string) session.Span {
	return session.Span{Start: at(t, from), End: at(t, to)}
}

func clocks(all []Slot) (texts []string) {
	for _, s := range all {
		texts = append(texts, s.Start.Format("02 15:04"))
	}
	return texts
}

func TestATimeIsOpenInTheHoursWhereNothingIs(t *testing.T) {
	r := room{
		clinicianID: "ines", zone: time.UTC,
		hours: []hours{{span(t, "2026-11-24 09:00", "2026-11-24 13:00"), "Room 2"}, {span(t, "2026-11-25 14:00", "2026-11-25 15:30"), ""}},
		busy:  []session.Span{span(t, "2026-11-24 10:50", "2026-11-24 11:40")},
	}
	from, to := at(t, "2026-11-24 00:00"), at(t, "2026-11-30 00:00")
	open := func() []string { return clocks(r.open(from, to, 50*time.Minute, time.Hour)) }
	if got, want := open(), []string{"24 09:00", "24 10:00", "24 12:00", "25 14:00"}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v: what only touches is no obstacle, what meets is", got, want)
	}
	r.busy[0] = span(t, "2026-11-24 10:50", "2026-11-24 11:00")
	if got, want := open(), []string{"24 09:00", "24 10:00", "24 11:00", "24 12:00", "25 14:00"}; !cmp.Equal(got, want) {
		t.Errorf("what lies between two: got %v, want %v", got, want)
	}
	r.perDay, r.booked = 2, []time.Time{at(t, "2026-11-24 08:00")}
	if got := open(); len(got) != 5 {
		t.Errorf("one of two: got %v", got)
	}
	r.booked = append(r.booked, at(t, "2026-11-24 17:00"))
	if got, want := open(), []string{"25 14:00"}; !cmp.Equal(got, want) {
		t.Errorf("the limit of the day: got %v, want %v", got, want)
	}
	r.perWeek = 2
	if got := open(); got != nil {
		t.Errorf("the limit of the week: got %v", got)
	}
	r.booked = r.booked[:1]
	from = at(t, "2026-11-24 11:30")
	if got, want := open(), []string{"24 12:00", "25 14:00"}; !cmp.Equal(got, want) {
		t.Errorf("from then on: got %v, want %v", got, want)
	}
	if s := r.open(from, to, 50*time.Minute, time.Hour)[0]; s.Place != "Room 2" || s.ClinicianID != "ines" {
		t.Errorf("got %+v", s)
	}
	if got := r.open(from, to, 0, 0); got != nil {
		t.Errorf("no length: %v", got)
	}
}

// The limit of a day is that of the practice's clocks: at eleven in the evening in
// New York it is the next day in London.
func TestTheLimitsAreThoseOfThePracticesDays(t *testing.T) {
	york, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	r := room{
		zone: york, perDay: 1, booked: []time.Time{at(t, "2026-11-24 14:00")},
		hours: []hours{{Span: span(t, "2026-11-25 03:00", "2026-11-25 04:00")}, {Span: span(t, "2026-11-25 06:00", "2026-11-25 07:00")}},
	}
	got := clocks(r.open(at(t, "2026-11-24 00:00"), at(t, "2026-11-27 00:00"), 50*time.Minute, time.Hour))
	if want := []string{"25 06:00"}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if weekOf(at(t, "2026-11-29 12:00"), time.UTC) != weekOf(at(t, "2026-11-23 12:00"), time.UTC) ||
		weekOf(at(t, "2026-11-30 12:00"), time.UTC) == weekOf(at(t, "2026-11-29 12:00"), time.UTC) {
		t.Error("weeks begin on Monday")
	}
}

func TestTheNearestTimesComeInOrder(t *testing.T) {
	var all []Slot
	for _, text := range []string{"2026-11-23 09:00", "2026-11-24 09:00", "2026-11-24 15:00", "2026-11-26 09:00"} {
		all = append(all, Slot{Start: at(t, text)})
	}
	if got, want := clocks(Nearest(all, at(t, "2026-11-24 10:00"), 3)), []string{"23 09:00", "24 09:00", "24 15:00"}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := Nearest(all[:1], at(t, "2026-11-24 10:00"), 3); len(got) != 1 {
		t.Errorf("fewer than asked for: %v", got)
	}
}

func TestEarlyEndsExactlyAtTheNotice(t *testing.T) {
	start := at(t, "2026-11-24 10:00")
	r := Rules{Books: true, Moves: true, Notice: 48 * time.Hour, Lead: 12 * time.Hour, Ahead: 7 * 24 * time.Hour}
	for before, want := range map[time.Duration]bool{49 * time.Hour: true, 48 * time.Hour: true, 48*time.Hour - time.Second: false, -time.Hour: false} {
		if got := r.Early(start.Add(-before), start); got != want {
			t.Errorf("early %v before: got %t", before, got)
		}
		if got := r.MayMove(start.Add(-before), start); got != want {
			t.Errorf("may move %v before: got %t", before, got)
		}
	}
	for before, want := range map[time.Duration]bool{8 * 24 * time.Hour: false, 7 * 24 * time.Hour: true, 12 * time.Hour: true, 11 * time.Hour: false, -time.Hour: false} {
		if got := r.MayBook(start.Add(-before), start); got != want {
			t.Errorf("may book %v before: got %t", before, got)
		}
	}
	if r.Moves = false; r.MayMove(start.Add(-90*time.Hour), start) {
		t.Error("moved where nobody may")
	}
	if r.Books = false; r.MayBook(start.Add(-20*time.Hour), start) {
		t.Error("booked where nobody may")
	}
	if r.Notice = 0; !r.Early(start, start) {
		t.Error("without notice everything is early")
	}
}

func TestATimeZoneIsOneThatIsKnown(t *testing.T) {
	for _, name := range []string{"Europe/Madrid", "America/Argentina/Buenos_Aires", "UTC"} {
		if _, err := Zone(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", "Local", "local", "../etc/passwd", "Mars/Olympus", "Europe\\Madrid"} {
		if loc, err := Zone(name); err == nil {
			t.Errorf("%q: %v", name, loc)
		}
	}
}

func TestAPolicyIsCheckedFieldByField(t *testing.T) {
	if p, err := FirstPolicy().check(); err != nil {
		t.Fatalf("%+v: %v", p, err)
	}
	for field, turn := range map[string]func(*Policy){
		"notice":  func(p *Policy) { p.Notice = -time.Hour },
		"lead":    func(p *Policy) { p.Lead = 15 * 24 * time.Hour },
		"ahead":   func(p *Policy) { p.Ahead = 24 * time.Hour },
		"length":  func(p *Policy) { p.Length = 52 * time.Minute },
		"every":   func(p *Policy) { p.Every = 45 * time.Minute },
		"most":    func(p *Policy) { p.Most = 0 },
		"late":    func(p *Policy) { p.Late = "a\x00b" },
		"contact": func(p *Policy) { p.Contact = string(make([]byte, 1<<20)) },
	} {
		p := FirstPolicy()
		turn(&p)
		var f *fault.Error
		if _, err := p.check(); !errors.As(err, &f) || f.Kind != fault.Invalid || f.Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

func TestASessionBeyondOnesHoursIsNamedWithThem(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	first := DayOf(at(t, "2026-01-01 00:00"), time.UTC)
	open := []Hours{
		{Weekday: 1, From: 14 * 60, To: 18 * 60, First: first},
		{Weekday: 1, From: 9 * 60, To: 13 * 60, First: first},
		{Weekday: 6, From: 0, To: 24 * 60, First: first},
		{Weekday: 2, From: 9 * 60, To: 12 * 60, First: first, Last: DayOf(at(t, "2026-11-01 00:00"), time.UTC)},
		{Weekday: 1, From: 18 * 60, To: 19 * 60, First: first},
	}
	const tuesday = "On that day you see people from 09:00 to 13:00 and from 14:00 to 18:00 and from 18:00 to 19:00."
	for name, tt := range map[string]struct {
		hours  []Hours
		day    string
		minute int
		long   time.Duration
		want   string
	}{
		"in the night":              {open, "2026-11-24", 3 * 60, time.Hour, tuesday},
		"within":                    {open, "2026-11-24", 9 * 60, 4 * time.Hour, ""},
		"into the break":            {open, "2026-11-24", 12*60 + 30, time.Hour, tuesday},
		"in the break":              {open, "2026-11-24", 13 * 60, time.Hour, tuesday},
		"across two that meet":      {open, "2026-11-24", 17*60 + 30, time.Hour, ""},
		"beyond the end":            {open, "2026-11-24", 18*60 + 30, time.Hour, tuesday},
		"on another day":            {open, "2026-11-23", 10 * 60, time.Hour, "That is a day of the week on which you see nobody."},
		"after these hours ended":   {open, "2026-11-25", 10 * 60, time.Hour, "That is a day of the week on which you see nobody."},
		"before they began":         {open, "2025-11-25", 3 * 60, time.Hour, ""},
		"nobody said when":          {nil, "2026-11-24", 3 * 60, time.Hour, ""},
		"when clocks are put back":  {open, "2026-10-25", 22 * 60, 2 * time.Hour, ""},
		"and until the day is over": {open, "2026-10-25", 23 * 60, 2 * time.Hour, "On that day you see people from 00:00 to 24:00."},
	} {
		day := DayOf(at(t, tt.day+" 00:00"), time.UTC)
		start := day.At(tt.minute, berlin)
		if got := beyond(tt.hours, start, start.Add(tt.long), berlin); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}
