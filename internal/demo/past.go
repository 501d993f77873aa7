package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
)

// Names of those whose work is finished.
var (
	pastFirst = [...]string{"Alma", "Ben", "Carla", "Dev", "Edith", "Farid", "Greta", "Hal"}
	pastLast  = [...]string{"Abbot", "Brandt", "Costa", "Dahl", "Evans"}
)

// pastWays are how it went: totals at the start and at the end.
var pastWays = [...]struct{ phq, gad [2]int }{
	{[2]int{15, 6}, [2]int{11, 5}}, {[2]int{17, 5}, [2]int{12, 4}}, {[2]int{12, 4}, [2]int{10, 3}}, // recovered
	{[2]int{20, 12}, [2]int{13, 9}}, {[2]int{22, 13}, [2]int{15, 10}}, // better
	{[2]int{16, 15}, [2]int{12, 11}}, {[2]int{13, 14}, [2]int{9, 9}}, {[2]int{18, 17}, [2]int{14, 12}}, // as before
	{[2]int{6, 5}, [2]int{5, 4}}, {[2]int{7, 6}, [2]int{6, 6}}, {[2]int{5, 3}, [2]int{4, 3}}, // no case
}

// past notes the finished work of many, of which the practice's report is made,
// all in the last quarter that is settled. Few of them said that it may be learned
// from, so that courses stay as they are.
func (s *Story) past(clinician access.Actor) {
	dice := rand.New(rand.NewPCG(11, 7))
	over := outcome.QuarterOf(measure.DayOf(s.Now.AddDate(0, 0, -31), s.Zone)) - 1
	for i := range len(pastFirst) * len(pastLast) {
		ended := over.Begins().AddDate(0, 0, 2+dice.IntN(85)).Add(15 * time.Hour)
		began := ended.AddDate(0, 0, -7*(6+dice.IntN(14)))
		s.finished(clinician, i, began, ended, dice)
	}
}

// finished notes one of them: two measures at the start and the end, mostly.
func (s *Story) finished(clinician access.Actor, nth int, began, ended time.Time, dice *rand.Rand) {
	name := pastFirst[nth%len(pastFirst)] + " " + pastLast[nth/len(pastFirst)]
	way := pastWays[nth%len(pastWays)]
	phq, gad := way.phq, way.gad
	for i := range 2 { // a little of the usual wobble, which crosses no line
		phq[i] += dice.IntN(2)
	}
	ending := outcome.AsPlanned
	if nth%3 == 0 {
		ending = outcome.Early
	}
	s.then(began.Add(-24*time.Hour), func(ctx context.Context) error {
		id, link, err := s.inviteIn(ctx, clinician, name, fmt.Sprintf("past%d@example.org", nth))
		if err != nil {
			return err
		}
		client, record := Who(clinician.Practice, id), access.ClientRecord(id)
		s.then(began.Add(-time.Hour), func(ctx context.Context) error {
			_, err := s.People.Accept(ctx, link, account.Hashed{}, "")
			return err
		})
		s.then(began, func(ctx context.Context) error { return s.both(ctx, client, phq[0], gad[0]) })
		if nth%5 > 0 { // some stop without being asked once more
			s.then(ended.Add(-time.Hour), func(ctx context.Context) error {
				return s.both(ctx, client, phq[1], gad[1])
			})
		}
		s.then(ended, func(ctx context.Context) error {
			if nth < outcome.LeastLearned-2 {
				_, err := s.Outcomes.Choose(ctx, client, record, outcome.ChoiceForm{
					ID: s.NewID(), About: outcome.AboutLearning, Yes: true, Words: outcome.Explained.Version,
				})
				if err != nil {
					return err
				}
			}
			_, err := s.Outcomes.Finish(ctx, clinician, record, outcome.FinishForm{ID: s.NewID(), Ending: ending}, s.Zone)
			return err
		})
		return nil
	})
}

// both gives a PHQ-9 and a GAD-7 that nobody asked for, with these totals.
func (s *Story) both(ctx context.Context, client access.Actor, phq, gad int) error {
	for _, one := range []struct {
		name  string
		total int
	}{{"phq-9", phq}, {"gad-7", gad}} {
		in, ok := instrument.Shipped().Lookup(one.name, "")
		if !ok {
			return fmt.Errorf("there is no %s", one.name)
		}
		_, err := s.Measures.Give(ctx, client, access.ClientRecord(client.ID), measure.Answer{
			ID: s.NewID(), Instrument: in.ID, Version: in.Version, Items: totalling(in, one.total),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// totalling are answers that add up to total.
func totalling(in *instrument.Instrument, total int) instrument.Answers {
	items, left := make(instrument.Answers), total
	for i, item := range in.Items {
		n := min(left, 3)
		if i == 8 {
			n = 0 // the ninth is answered with care
		}
		left -= n
		items[item.ID] = &n
	}
	return items
}

// inviteIn invites a client within a visit.
func (s *Story) inviteIn(ctx context.Context, by access.Actor, name, email string) (id, link string, err error) {
	id, link, err = s.People.Invite(ctx, by, person.InviteForm{ID: s.NewID(), Name: name, Email: email, Roles: []person.Role{person.Client}})
	_, link, _ = strings.Cut(link, "/join/")
	return id, link, err
}

// night does the work of the night before.
func (s *Story) night(ctx context.Context, practice string) error {
	for _, work := range []job.Worker{s.Outcomes.Learn, s.Outcomes.Count} {
		err := s.Visit(ctx, func(ctx context.Context) error { return work(ctx, &job.Run{Practice: practice}) })
		if err != nil {
			return err
		}
	}
	return nil
}
