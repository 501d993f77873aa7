package demo

import (
	"context"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/reminder"
)

// elsewhere notes what came not by a screen: a questionnaire on paper in Vera's
// pause, how it seems to Nora's sister, and a reminder to those for whom something
// waited yesterday. Tom is left alone at weekends.
func (s *Story) elsewhere(clinician access.Actor) {
	at := func(days, hour int) time.Time {
		d := s.Now.In(s.Zone).AddDate(0, 0, -days)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, 0, 0, 0, s.Zone)
	}
	s.then(at(100, 12), func(ctx context.Context) error { return s.onPaper(ctx, clinician, "Vera Haller", at(102, 12)) })
	s.then(at(60, 9), func(ctx context.Context) error {
		tom := Who(clinician.Practice, s.IDs["Tom Osei"])
		_, err := s.Reminders.Keep(ctx, tom, reminder.Wish{On: true, Quiet: reminder.Quiet{From: 20 * 60, To: 9 * 60, Days: []time.Weekday{time.Saturday, time.Sunday}}})
		if err != nil {
			return err
		}
		_, err = s.Reminders.KeepPractice(ctx, tom, reminder.Practice{How: reminder.ByMail, At: reminder.UsualTime, Days: []time.Weekday{time.Tuesday, time.Friday}}, s.Zone)
		return err
	})
	s.then(at(20, 18), func(ctx context.Context) error { return s.fromOutside(ctx, clinician.Practice, "Nora Whitfield") })
	s.then(at(1, 17), func(ctx context.Context) error {
		return s.Reminders.Round(ctx, clinician.Practice, s.Zone)
	})
}

// onPaper enters what somebody filled in by hand.
func (s *Story) onPaper(ctx context.Context, clinician access.Actor, name string, on time.Time) error {
	in, _ := instrument.Lookup("phq-9", "")
	items := make(instrument.Answers)
	for i, n := range []int{2, 1, 2, 2, 1, 1, 1, 0, 0} {
		items[in.Items[i].ID] = &n
	}
	_, err := s.Measures.Enter(ctx, clinician, access.ClientRecord(s.IDs[name]), measure.Entered{
		ID: s.NewID(), Instrument: in.ID, Version: in.Version, Mode: measure.ModePaper, On: measure.DayOf(on, s.Zone), Items: items,
		Note: "Sent by post from the coast.",
	}, s.Zone)
	return err
}

// fromOutside has somebody close say how things seem to them.
func (s *Story) fromOutside(ctx context.Context, practice, name string) error {
	client := Who(practice, s.IDs[name])
	_, link, err := s.Informants.Ask(ctx, client, access.ClientRecord(client.ID), informant.AskForm{ID: s.NewID(), Instrument: "outside-view", Who: "my sister"})
	if err != nil {
		return err
	}
	_, link, _ = strings.Cut(link, "/form/")
	keeps, err := s.Informants.Open(ctx, link)
	if err != nil {
		return err
	}
	items := make(instrument.Answers)
	for i, n := range []int{1, 1, 0, 1, 0, 0} {
		items["q"+string(rune('1'+i))] = &n
	}
	_, err = s.Informants.Give(ctx, keeps, items, "She rings again, and she laughs.")
	return err
}
