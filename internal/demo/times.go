package demo

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/session"
)

// becomings are what became of sessions that were not simply held, by the client's
// name and the week.
func becomings() map[string]map[int]session.Said {
	return map[string]map[int]session.Said{
		"Ana de Wit": {
			7:  {Attendance: session.Away},
			13: {Attendance: session.Late, By: session.TheClient},
		},
		"Sofia Lind": {8: {Attendance: session.Early, By: session.TheClinician}},
	}
}

// attends has the clinician note, after a session, what became of it.
func (s *Story) attends(clinician access.Actor, a session.Appointment, name string, week int) {
	s.then(a.End().Add(5*time.Minute), func(ctx context.Context) error {
		said, other := becomings()[name][week]
		if !other {
			said = session.Said{Attendance: session.Came}
		}
		all, err := s.Sessions.Attended(ctx, clinician, a.Client)
		if err != nil {
			return err
		}
		for _, is := range all {
			if is.ID == a.ID && is.State == session.Planned && !is.Start.After(s.At) {
				_, err := s.Sessions.Attend(ctx, clinician, a.Client, a.ID, is.Revision, said)
				return err
			}
		}
		return nil // it was moved or cancelled meanwhile
	})
}

// A rhythm is what comes round with somebody, or with several together.
type rhythm struct {
	with   []string
	day    int // from today
	slot   time.Duration
	every  int
	format session.Format
}

// comesRound has the clinician plan what comes round, protect some time and say how
// many sessions a day may have, and the practice close between the years. It begins
// after the next session of each, which was planned by itself.
func (s *Story) comesRound(manager, clinician access.Actor) {
	s.then(s.Now.Add(-3*time.Hour), func(ctx context.Context) error {
		today := calendar.DayOf(s.Now, s.Zone)
		year := s.Now.In(s.Zone).Year()
		first := calendar.DayOf(time.Date(year, 12, 24, 12, 0, 0, 0, s.Zone), s.Zone)
		if first > today {
			if err := s.Calendars.Close(ctx, manager, calendar.Holiday{ID: s.NewID(), First: first, Last: first + 8, Name: "Between the years"}, s.Zone); err != nil {
				return err
			}
		}
		_, err := s.Calendars.Protect(ctx, clinician, calendar.Protected{
			ID: s.NewID(), Weekly: true, Weekday: 2, From: 12 * 60, To: 13 * 60, First: today - 60, For: "Lunch, and a walk along the river",
		}, s.Zone)
		if err != nil {
			return err
		}
		if _, err := s.Calendars.Limit(ctx, clinician, calendar.Limits{PerDay: 7, PerWeek: 26}); err != nil {
			return err
		}
		for _, r := range []rhythm{
			{with: []string{"Tom Osei"}, slot: 9 * time.Hour, every: 1},
			{with: []string{"Sofia Lind"}, slot: 11*time.Hour + 15*time.Minute, every: 1},
			{with: []string{"Daniel Okafor"}, slot: 16 * time.Hour, every: 1},
			{with: []string{"Vera Haller"}, slot: 14 * time.Hour, every: 2},
			{with: []string{"Elias Novak", "Ana de Wit"}, day: 3, slot: 17 * time.Hour, every: 4, format: session.Couple},
		} {
			if err := s.round(ctx, clinician, r, today); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Story) round(ctx context.Context, clinician access.Actor, r rhythm, today calendar.Day) error {
	var clients []access.Compartment
	for _, name := range r.with {
		clients = append(clients, access.ClientRecord(s.IDs[name]))
	}
	_, err := s.Calendars.Begin(ctx, clinician, clients, s.NewID(), calendar.Pattern{
		First: workday(today+calendar.Day(14+r.day), r.day), Minute: int(r.slot / time.Minute), Length: 50 * time.Minute, Every: r.every,
		Place: "Linden House, room 2", Format: r.format,
	}, s.Zone)
	return err
}

// workday is the working day on which somebody comes whose sessions would be on day:
// at a weekend the Friday before for those who come today, and the Monday after it for
// those who come in the days ahead, so that the hours of the two do not meet.
func workday(day calendar.Day, ahead int) calendar.Day {
	over := calendar.Day(day.Weekday() - 4) // days after Friday
	switch {
	case over <= 0:
		return day
	case ahead == 0:
		return day - over
	}
	return day + 3 - over
}
