package measure_test

import (
	"context"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/waytest"
)

// Two asks, one that is asked once, what nobody asked for and what was on paper: in
// each of them the newest that is older is looked for, and the newest of these counts.
func TestAnAnswerIsComparedWithTheOneBeforeItHoweverThatWasGiven(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		in := shipped(t, "phq-9")
		const day, none = 24 * time.Hour, -1
		asks := make(map[string]measure.Ask)
		ask := func(name string, rhythm measure.Rhythm) {
			w.Do(t, func(ctx context.Context) (err error) {
				asks[name], err = ms.Ask(ctx, w.Clinician, w.Client, measure.AskForm{ID: newID(t), Instrument: in.ID, Rhythm: rhythm, Sooner: true}, time.UTC)
				return err
			})
		}
		ask("weekly", measure.Weekly)
		ask("once", measure.Once)
		type step struct {
			name   string
			after  time.Duration // since the one before
			how    string        // by which ask; own or paper
			nth    int64
			total  int // none: left half empty
			before int // the total that it is compared with
			id     string
		}
		all := []step{
			{name: "the first of all", how: "weekly", total: 1, before: none},
			{name: "after another ask began, and after paper that was entered later", after: 5 * day, how: "other", total: 2, before: 9},
			{name: "asked once", after: time.Hour, how: "once", total: 3, before: 2},
			{name: "unasked", after: time.Hour, how: "own", total: 4, before: 3},
			// What opens at midnight may be answered at eleven, and counts for what comes before midnight.
			{name: "before it opens", after: 35*time.Hour + 30*time.Minute, how: "weekly", nth: 1, total: 5, before: 4},
			{name: "unasked, before what was answered opens", after: time.Minute, how: "own", total: 6, before: 5},
			{name: "half empty", after: 6 * day, how: "other", nth: 1, total: none, before: 6},
			{name: "after a half empty one, in the other ask", after: 2 * day, how: "weekly", nth: 2, total: 7, before: 6},
			{name: "with one occasion left out", after: 14 * day, how: "weekly", nth: 4, total: 8, before: 7},
		}
		for i, s := range all {
			w.Clock.Pass(s.after)
			if s.how == "other" && s.nth == 0 {
				ask("other", measure.Weekly)
			}
			a := measure.Answer{ID: idAt(t, w.Clock.Now()), AskID: asks[s.how].ID, Occasion: s.nth, Instrument: in.ID, Version: in.Version}
			if a.Items = adding(s.total); s.total == none {
				a.Items = items(1)
			}
			all[i].id = give(t, w, ms, a).ID
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := ms.Enter(ctx, w.Clinician, w.Client, measure.Entered{
				ID: newID(t), Instrument: in.ID, Version: in.Version, Mode: measure.ModePaper, On: "2026-11-21", Items: adding(9),
			}, time.UTC)
			return err
		})
		for _, s := range all {
			w.Do(t, func(ctx context.Context) error {
				a, earlier, err := ms.Compared(ctx, w.Tomas, w.Client, s.id)
				var want []float64
				if s.before != none {
					want = []float64{float64(s.before)}
				}
				if err == nil && (a.ID != s.id || !slices.Equal(earlier, want)) {
					t.Errorf("%s: %s compared with %v, want %v", s.name, a.ID, earlier, want)
				}
				return err
			})
		}
	})
}

// adding is a whole PHQ-9 that comes to total.
func adding(total int) instrument.Answers {
	values := make([]int, 9)
	for i := range values[:8] {
		values[i] = min(3, total)
		total -= values[i]
	}
	return items(values...)
}

// idAt is the id of a form that was made at that time.
func idAt(t *testing.T, at time.Time) string {
	t.Helper()
	id := uuid.MustParse(newID(t))
	var millis [8]byte
	binary.BigEndian.PutUint64(millis[:], uint64(at.UnixMilli())<<16)
	copy(id[:6], millis[:6])
	return id.String()
}
