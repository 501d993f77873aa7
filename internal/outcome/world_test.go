package outcome

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/waytest"
)

type world struct {
	*waytest.World
	of *Outcomes
}

func eachDB(t *testing.T, f func(*testing.T, world)) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		f(t, world{w, New(w.Door, measure.New(w.Door, instrument.NewShelf(w.Door)))})
	})
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// another is a further client of Ines.
func (w world) another(t *testing.T, name string) (access.Actor, access.Compartment) {
	t.Helper()
	actor, record := access.Actor{Practice: w.Practice, ID: name, Fresh: true}, access.ClientRecord(name)
	w.Make(t, record)
	w.Grant(t, w.Clinician, record, access.Treats)
	w.Grant(t, actor, access.Operations, access.Client)
	w.Grant(t, actor, record, access.Self)
	return actor, record
}

// answers gives a PHQ-9 and a GAD-7 with about these totals.
func (w world) answers(t *testing.T, client access.Actor, phq, gad int) {
	t.Helper()
	for name, total := range map[string]int{"phq-9": phq, "gad-7": gad} {
		in, _ := instrument.Shipped().Lookup(name, "")
		items := make(instrument.Answers)
		left := total
		for i := range in.Items {
			n := min(left, 3)
			if i == 8 {
				n = 0 // asked with care
			}
			left -= n
			items[in.Items[i].ID] = &n
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := w.of.measures.Give(ctx, client, access.ClientRecord(client.ID), measure.Answer{
				ID: newID(), Instrument: in.ID, Version: in.Version, Items: items,
			})
			return err
		})
	}
}

// finishes ends the work of a client today.
func (w world) finishes(t *testing.T, record access.Compartment, ending Ending) Episode {
	t.Helper()
	var e Episode
	w.Do(t, func(ctx context.Context) (err error) {
		e, err = w.of.Finish(ctx, w.Clinician, record, FinishForm{ID: newID(), Ending: ending}, time.UTC)
		return err
	})
	return e
}

func (w world) says(t *testing.T, client access.Actor, about About, yes bool, revision int64) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error {
		_, err := w.of.Choose(ctx, client, access.ClientRecord(client.ID), ChoiceForm{ID: newID(), About: about, Yes: yes, Words: Explained.Version, Revision: revision})
		return err
	})
}

// many puts the finished work of n clients into their records at once, without
// going through a year of answers: what it looks like is tested above.
func (w world) many(t *testing.T, n int, learning bool) []access.Actor {
	t.Helper()
	var all []access.Actor
	for i := range n {
		client, record := w.another(t, fmt.Sprintf("c%03d-%s", i, newID()[30:]))
		all = append(all, client)
		start := float64(12 + i%9)
		e := Episode{
			ID: newID(), Revision: 1, State: Finished, Began: "2026-01-05", Ended: measure.DayOf(w.Clock.Now(), time.UTC), Ending: Endings[i%2],
			Scores: map[string][]course.Moment{
				"phq-9": {{Week: 0, Score: start}, {Week: 4, Score: start - 3}, {Week: 12, Score: start - 9}},
				"gad-7": {{Week: 0, Score: start - 4}, {Week: 12, Score: start - 9}},
			},
		}
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.of.door.Begin(ctx, w.Clinician, access.FinishEpisode, record)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := insertEpisode(ctx, tx, e); err != nil {
				return err
			}
			return tx.Commit()
		})
		if learning {
			w.says(t, client, AboutLearning, true, 0)
		}
	}
	return all
}

// night does the nightly work of the next night.
func (w world) night(t *testing.T) {
	t.Helper()
	w.Clock.Pass(24 * time.Hour)
	w.Do(t, func(ctx context.Context) error { return w.of.learn(ctx, w.learner()) })
	w.Do(t, func(ctx context.Context) error { return w.of.count(ctx, w.counter()) })
	if err := w.of.Notice(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (w world) learner() access.Actor { return access.System(w.Practice, "learn") }
func (w world) counter() access.Actor { return access.System(w.Practice, "report") }

func (w world) report(t *testing.T) (all []Table) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = w.of.Report(ctx, w.Manager)
		return err
	})
	return all
}
