package demo

import (
	"context"
	"errors"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
)

// ofCardIndex has the practice enter a client of the clinician's from the card index. Nobody
// has invited him: he has no account, and fills in his questionnaire on paper.
func (s *Story) ofCardIndex(manager, clinician access.Actor) {
	s.then(s.wednesday(10), func(ctx context.Context) error {
		f := arrival.File{Source: "card index", Clinician: clinician.ID, Items: []arrival.Item{{
			Where: "line 2", Kind: arrival.Clients, Key: "118",
			Client: arrival.ClientItem{Name: "Walter Finch", Email: "walter@example.org", Phone: "0117 496 0177"},
		}}}
		report, err := s.Arrivals.Bring(ctx, manager, f, s.Zone)
		if err != nil {
			return err
		}
		if report.Count(arrival.Fresh) != 1 {
			return errors.New("the client of the card index was not brought")
		}
		all, err := s.People.Clients(ctx, clinician)
		if err != nil {
			return err
		}
		for _, p := range all {
			if p.State == person.Arrived {
				s.fillsIn(clinician, access.ClientRecord(p.ID))
			}
		}
		return nil
	})
}

// wednesday is before noon on a Wednesday, so many weeks ago or a little more.
func (s *Story) wednesday(weeks int) time.Time {
	day := s.Now.In(s.Zone).AddDate(0, 0, -7*weeks)
	day = day.AddDate(0, 0, -int((day.Weekday()+4)%7))
	return time.Date(day.Year(), day.Month(), day.Day(), 11, 0, 0, 0, s.Zone)
}

// fillsIn has the clinician enter what the client wrote on paper.
func (s *Story) fillsIn(clinician access.Actor, record access.Compartment) {
	for weeks, total := range map[int]int{9: 13, 5: 11, 1: 9} {
		s.then(s.wednesday(weeks), func(ctx context.Context) error {
			in, _ := instrument.Lookup("gad-7", "")
			_, err := s.Measures.Enter(ctx, clinician, record, measure.Entered{
				ID: s.NewID(), Instrument: in.ID, Version: in.Version, Mode: measure.ModePaper,
				On: measure.DayOf(s.At, s.Zone), Items: totalling(in, total),
			}, s.Zone)
			return err
		})
	}
}
