package calendar

import (
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/session"
)

// A Slot is a time that can be booked. It is an instant: pages show it by the
// clocks of whoever looks.
type Slot struct {
	ClinicianID string
	Start       time.Time
	Length      time.Duration
	Place       string // in words; may be empty
}

// End is when it is over.
func (s Slot) End() time.Time { return s.Start.Add(s.Length) }

// An hours is a stretch in which a clinician sees people.
type hours struct {
	session.Span
	place string
}

// A room is all that decides which of a clinician's times are open.
type room struct {
	clinicianID     string
	hours           []hours
	busy            []session.Span // taken, or protected
	booked          []time.Time    // when the sessions begin that count towards the limits
	perDay, perWeek int            // 0: no limit
	zone            *time.Location // of the practice: whose days and weeks the limits count
}

// open returns the times of r that are free, in order: those of the given length that
// lie whole within the clinician's hours and between from and to, begin every so
// often counted from the beginning of those hours, meet nothing that is taken or
// protected, and leave the limits of their day and week as they are.
func (r room) open(from, to time.Time, length, every time.Duration) []Slot {
	if length <= 0 || every <= 0 {
		return nil
	}
	days, weeks := r.counts()
	var all []Slot
	for _, h := range r.hours {
		for start := h.Start; !start.Add(length).After(h.End); start = start.Add(every) {
			end := start.Add(length)
			switch {
			case start.Before(from) || end.After(to):
			case r.perDay > 0 && days[dayOf(start, r.zone)] >= r.perDay:
			case r.perWeek > 0 && weeks[weekOf(start, r.zone)] >= r.perWeek:
			case slices.ContainsFunc(r.busy, func(s session.Span) bool { return s.Start.Before(end) && start.Before(s.End) }):
			default:
				all = append(all, Slot{ClinicianID: r.clinicianID, Start: start, Length: length, Place: h.place})
			}
		}
	}
	slices.SortFunc(all, func(a, b Slot) int { return a.Start.Compare(b.Start) })
	return slices.CompactFunc(all, func(a, b Slot) bool { return a.Start.Equal(b.Start) })
}

// free says whether a time of r is taken by nothing and no limit is reached, within
// the clinician's hours or not: a time that a session had before is worth offering
// wherever it lay.
func (r room) free(start, end time.Time) bool {
	days, weeks := r.counts()
	return !(r.perDay > 0 && days[dayOf(start, r.zone)] >= r.perDay) &&
		!(r.perWeek > 0 && weeks[weekOf(start, r.zone)] >= r.perWeek) &&
		!slices.ContainsFunc(r.busy, func(s session.Span) bool { return s.Start.Before(end) && start.Before(s.End) })
}

// counts are how many sessions begin on each day and in each week of the practice's clocks.
func (r room) counts() (days, weeks map[int]int) {
	days, weeks = make(map[int]int), make(map[int]int)
	for _, at := range r.booked {
		days[dayOf(at, r.zone)]++
		weeks[weekOf(at, r.zone)]++
	}
	return days, weeks
}

// dayOf numbers the days of zone's clocks.
func dayOf(at time.Time, zone *time.Location) int {
	y, m, d := at.In(zone).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// weekOf numbers its weeks, which begin on Monday. Day 0 was a Thursday.
func weekOf(at time.Time, zone *time.Location) int { return (dayOf(at, zone) + 3) / 7 }

// Nearest returns the most slots that lie nearest to at, in order of time.
func Nearest(all []Slot, at time.Time, most int) []Slot {
	near := slices.Clone(all)
	slices.SortStableFunc(near, func(a, b Slot) int {
		return int(a.Start.Sub(at).Abs()/time.Second) - int(b.Start.Sub(at).Abs()/time.Second)
	})
	near = near[:min(most, len(near))]
	slices.SortFunc(near, func(a, b Slot) int { return a.Start.Compare(b.Start) })
	return near
}
