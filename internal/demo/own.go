package demo

import (
	"context"
	_ "embed" // for the definition
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

// evenings is a questionnaire that the sample practice made for itself.
//
//go:embed own.json
var evenings []byte

// A more is what a client of the sample practice is asked besides what all are.
type more struct {
	instrument string
	rhythm     measure.Rhythm
	reason     string
	line       []float64 // total at the first week, later ones, and now
}

// mores are what is asked besides, by client.
func mores() map[string]more {
	return map[string]more{
		"Tom Osei":    {"core-10", measure.Monthly, "Once a month a wider look, beside the two you know.", []float64{21, 15, 9, 6}},
		"Elias Novak": {"evenings", measure.Weekly, "You said it is the evenings. These four are ours, and only for that.", []float64{3, 5, 8}},
	}
}

// bringAlong has the manager bring in the practice's own questionnaire.
func (s *Story) bringAlong(ctx context.Context, manager access.Actor) error {
	return s.Visit(ctx, func(ctx context.Context) error {
		_, err := s.Shelf.Import(ctx, manager, evenings)
		return err
	})
}

// asksMore asks t what is asked of nobody else, and has it answered each time.
func (s *Story) asksMore(clinician, client access.Actor, t tale, slot func(int) time.Time, seed uint64) {
	m, ok := mores()[t.name]
	if !ok {
		return
	}
	record := access.ClientRecord(client.ID)
	dice := rand.New(rand.NewPCG(seed, 11))
	s.then(slot(0).Add(30*time.Minute), func(ctx context.Context) error {
		_, err := s.Measures.Ask(ctx, clinician, record, measure.AskForm{
			ID: s.NewID(), Instrument: m.instrument, Rhythm: m.rhythm, Sooner: true, Reason: m.reason,
		}, s.Zone)
		return err
	})
	for week := 1; week <= t.weeks; week++ {
		s.then(slot(week).Add(-14*time.Hour), func(ctx context.Context) error {
			due, err := s.Measures.Due(ctx, client, record, s.Zone)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(due, func(d measure.Due) bool { return d.Ask.Instrument == m.instrument })
			if i < 0 {
				return nil
			}
			in, ok := s.Measures.Library(client.Practice).Lookup(m.instrument, "")
			if !ok {
				return fmt.Errorf("there is no %s", m.instrument)
			}
			a, err := s.Measures.Give(ctx, client, record, measure.Answer{
				ID: s.NewID(), AskID: due[i].Ask.ID, Occasion: due[i].Occasion, Instrument: in.ID, Version: in.Version,
				Items: near(in, along(m.line, week, t.weeks), dice),
			})
			if err != nil {
				return err
			}
			return s.Measures.Seen(ctx, client, record, a.ID)
		})
	}
}

// near are answers to in whose sum lies near total. Nothing critical is endorsed.
func near(in *instrument.Instrument, total float64, dice *rand.Rand) instrument.Answers {
	items := make(instrument.Answers, len(in.Items))
	var free []instrument.Item
	for _, it := range in.Items {
		lo, hi := it.Range()
		v := lo
		if slices.Contains(in.Scoring.Reverse, it.ID) {
			v = hi
		}
		items[it.ID] = &v
		if !slices.ContainsFunc(in.Scoring.Critical, func(c instrument.Critical) bool { return c.Item == it.ID }) {
			free = append(free, it)
		}
	}
	for range int(total + 0.5) {
		it := free[dice.IntN(len(free))]
		lo, hi := it.Range()
		v := items[it.ID]
		switch back := slices.Contains(in.Scoring.Reverse, it.ID); {
		case back && *v > lo:
			*v--
		case !back && *v < hi:
			*v++
		}
	}
	return items
}
