package demo

import (
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/waiting"
)

// booking has the practice let clients book open times, one client book a time and
// cancel it late, one move a session, and one wait for an earlier one: the time that
// became free is offered to them.
func (s *Story) booking(manager, clinician access.Actor) {
	s.keeps(manager)
	ago := func(d time.Duration) time.Time { return s.Now.Add(-d).Truncate(time.Minute) }
	s.then(s.Now.AddDate(0, -2, 0), func(ctx context.Context) error {
		p := calendar.FirstPolicy()
		p.Books, p.Notice = true, 48*time.Hour
		p.Late = "We ask for half the fee, because nobody else can come so soon. Not if you are ill, and never the first time. If the money is a worry, say so: we find a way."
		_, err := s.Calendars.RevisePolicy(ctx, manager, p)
		return err
	})
	s.then(s.Now.AddDate(0, -2, 0).Add(time.Hour), func(ctx context.Context) error { return s.seesPeople(ctx, clinician) })
	s.then(ago(5*24*time.Hour), func(ctx context.Context) error {
		jonas := Who(clinician.Practice, s.IDs["Jonas Brandt"])
		return s.Lines.Await(ctx, jonas, access.ClientRecord(jonas.ID), waiting.Wish{
			ID: s.NewID(), ClinicianID: clinician.ID, Earlier: true, Days: waiting.AnyDay, Parts: waiting.AnyPart,
		})
	})
	s.then(ago(28*time.Hour), func(ctx context.Context) error {
		return s.booksAndCancels(ctx, clinician, "Ana de Wit", ago(2*time.Hour))
	})
	s.then(ago(26*time.Hour), func(ctx context.Context) error { return s.moves(ctx, clinician, "Tom Osei") })
}

// seesPeople gives the clinician hours, unless they have some: weekdays, and the two
// days to come whichever they are, so that the story has open times on any day.
func (s *Story) seesPeople(ctx context.Context, clinician access.Actor) error {
	setup, err := s.Calendars.Setup(ctx, clinician, s.Zone)
	if err != nil || len(setup.Hours) > 0 {
		return err
	}
	days := []int{0, 1, 2, 3, 4}
	today := calendar.DayOf(s.Now, s.Zone)
	for _, d := range []int{(today + 1).Weekday(), (today + 2).Weekday()} {
		if !slices.Contains(days, d) {
			days = append(days, d)
		}
	}
	for _, d := range days {
		for _, part := range [][2]int{{9 * 60, 13 * 60}, {14 * 60, 18 * 60}} {
			err := s.Calendars.AddHours(ctx, clinician, calendar.Hours{
				ID: s.NewID(), Weekday: d, From: part[0], To: part[1], First: calendar.DayOf(s.At, s.Zone), Place: "Linden House, room 2",
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// booksAndCancels has a client book the first open time and cancel it at a later moment.
func (s *Story) booksAndCancels(ctx context.Context, clinician access.Actor, name string, later time.Time) error {
	client := Who(clinician.Practice, s.IDs[name])
	record := access.ClientRecord(client.ID)
	times, err := s.Calendars.Times(ctx, client, record, s.Zone)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(times.Open, func(o calendar.Slot) bool { return o.Start.After(s.Now.Add(12 * time.Hour)) })
	if at < 0 {
		return nil
	}
	a, err := s.Calendars.Book(ctx, client, record, calendar.Choice{
		ID: s.NewID(), ClinicianID: clinician.ID, Start: times.Open[at].Start, Words: "One more time this week would help, before the visit on Sunday.",
	}, s.Zone)
	if err != nil {
		return err
	}
	s.then(later, func(ctx context.Context) error {
		_, err := s.Calendars.Cancel(ctx, client, record, calendar.Leave{ID: s.NewID(), SessionID: a.ID, Revision: a.Revision, Words: "The little one has a fever. I am sorry to say it so late."})
		return err
	})
	return nil
}

// moves has a client move the last session that is planned to the next open time.
func (s *Story) moves(ctx context.Context, clinician access.Actor, name string) error {
	client := Who(clinician.Practice, s.IDs[name])
	record := access.ClientRecord(client.ID)
	times, err := s.Calendars.Times(ctx, client, record, s.Zone)
	if err != nil || len(times.Coming) == 0 {
		return err
	}
	c := times.Coming[len(times.Coming)-1]
	at := slices.IndexFunc(times.Open, func(o calendar.Slot) bool { return o.Start.After(c.End()) })
	if at < 0 || !c.Moves {
		return nil
	}
	_, err = s.Calendars.Move(ctx, client, record, calendar.Shift{
		ID: s.NewID(), SessionID: c.ID, Revision: c.Revision, Start: times.Open[at].Start, Words: "There is an appointment at school that morning.",
	}, s.Zone)
	return err
}
