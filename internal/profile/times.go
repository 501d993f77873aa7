package profile

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// What a first consultation may be.
const (
	MinLength  = 15 * time.Minute
	MaxLength  = 3 * time.Hour
	MaxWeeks   = 8                       // how often "every week" goes on, the first counted
	Farthest   = 26 * 7 * 24 * time.Hour // from now
	MaxOffered = 60                      // that are still to come, of one clinician
)

// A Time is when a clinician offers a first consultation. It is an instant: pages
// show it in the practice's time zone.
type Time struct {
	ID          string        `json:"id"`
	ClinicianID string        `json:"clinician"`
	Start       time.Time     `json:"start"`
	Length      time.Duration `json:"length"`
	Ways        []Way         `json:"ways"`
}

// End is when it is over.
func (t Time) End() time.Time { return t.Start.Add(t.Length) }

// meets says whether t and the span from start to end have a moment in common.
func (t Time) meets(start, end time.Time) bool { return t.Start.Before(end) && start.Before(t.End()) }

// An Offer is what a clinician fills in to offer one time, or one every week.
type Offer struct {
	ID     string // UUIDv7, made with the form
	Day    string // 2026-11-24
	Clock  string // 10:00, by the practice's clocks
	Length time.Duration
	Ways   []Way
	Weeks  int // 1: once; up to MaxWeeks
}

// check returns the times that f asks for, in the practice's zone. Days on which
// the clocks leave that time out, as in spring, are not among them.
func (f Offer) check(now time.Time, zone *time.Location) ([]Time, error) {
	if err := fault.FormID(f.ID); err != nil {
		return nil, err
	}
	day, err := time.Parse(time.DateOnly, f.Day)
	if err != nil {
		return nil, fault.New(fault.Invalid, "day", "Choose the day.")
	}
	clock, err := time.Parse("15:04", f.Clock)
	if err != nil {
		return nil, fault.New(fault.Invalid, "clock", "Write the time like 10:00.")
	}
	if f.Length < MinLength || f.Length > MaxLength || f.Length%time.Minute != 0 {
		return nil, fault.New(fault.Invalid, "length", "Choose a length from 15 minutes to three hours.")
	}
	if f.Weeks < 1 || f.Weeks > MaxWeeks {
		return nil, fault.New(fault.Invalid, "weeks", "A time can be offered for up to eight weeks.")
	}
	ways, ok := known(Ways(), f.Ways)
	if !ok || len(ways) == 0 {
		return nil, fault.New(fault.Invalid, "time_ways", "Choose how you can meet then.")
	}
	var all []Time
	for n, start := range Weekly(day, clock.Hour(), clock.Minute(), f.Weeks, zone) {
		if start.IsZero() {
			continue
		}
		all = append(all, Time{ID: f.nth(n), Start: start, Length: f.Length, Ways: ways})
	}
	switch {
	case len(all) == 0:
		return nil, fault.New(fault.Invalid, "clock", "The clocks go forward that night: there is no such time on that day. Please choose another.")
	case !all[0].Start.After(now):
		return nil, fault.New(fault.Invalid, "day", "That time is over already. Please choose a later one.")
	case all[0].Start.Sub(now) > Farthest:
		return nil, fault.New(fault.Invalid, "day", "That is more than half a year ahead. Please choose an earlier day.")
	}
	return all, nil
}

// nth is the id of the nth time that the form makes: always the same, so that
// sending it twice makes each time once.
func (f Offer) nth(n int) string {
	at := uuid.MustParse(f.ID)
	id := uuid.NewSHA1(at, fmt.Appendf(nil, "first consultation %d", n))
	copy(id[:6], at[:6])
	id[6] = id[6]&0x0f | 0x70
	return id.String()
}

// Weekly returns when the clocks of zone show hour and minute on the given day,
// and on the same day of the week in the weeks after it, weeks times in all. Where
// the clocks leave that time out the instant is zero; where they show it twice, it
// is the first.
func Weekly(day time.Time, hour, minute, weeks int, zone *time.Location) []time.Time {
	all := make([]time.Time, weeks)
	for n := range all {
		all[n] = session.At(day.AddDate(0, 0, 7*n), 60*hour+minute, zone)
	}
	return all
}

func waysText(ways []Way) string {
	words := make([]string, len(ways))
	for i, w := range ways {
		words[i] = string(w)
	}
	return strings.Join(words, " ")
}

func waysIn(text string) []Way {
	var ways []Way
	for word := range strings.FieldsSeq(text) {
		ways = append(ways, Way(word))
	}
	return ways
}
