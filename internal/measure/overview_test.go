package measure_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/waytest"
)

// halfEmpty are answers to the PHQ-9 that have no total.
var halfEmpty = items(1, 1, -1, -1, -1, -1, 1, 1, 0)

func overview(t *testing.T, w *waytest.World, ms *measure.Measures) (all []measure.Standing) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = ms.Overview(ctx, w.Clinician, time.Time{})
		return err
	})
	return all
}

// sameAsCourse checks that the overview says of every questionnaire what its course
// says.
func sameAsCourse(t *testing.T, w *waytest.World, ms *measure.Measures) {
	t.Helper()
	stands := map[string]measure.Standing{}
	for _, s := range overview(t, w, ms) {
		stands[s.Instrument.ID] = s
	}
	all := courses(t, w, ms)
	if len(all) != len(stands) {
		t.Fatalf("%d courses and %d standings", len(all), len(stands))
	}
	for _, c := range all {
		s := stands[c.Instrument.ID]
		if diff := cmp.Diff(c.Signals, s.Signals); diff != "" {
			t.Errorf("%s: signals (-course +overview):\n%s", c.Instrument.ID, diff)
		}
		if diff := cmp.Diff(c.Change, s.Change); diff != "" {
			t.Errorf("%s: change (-course +overview):\n%s", c.Instrument.ID, diff)
		}
		if diff := cmp.Diff(c.Lately, s.Lately); diff != "" {
			t.Errorf("%s: since the last (-course +overview):\n%s", c.Instrument.ID, diff)
		}
		if newest := c.Given[len(c.Given)-1]; s.Newest.AnswerID != newest.AnswerID {
			t.Errorf("%s: the newest answer is %s, want %s", c.Instrument.ID, s.Newest.AnswerID, newest.AnswerID)
		}
		if n := len(c.Scores); n > 0 && (s.First.Result.Total == nil || *s.First.Result.Total != c.Scores[0].Score) {
			t.Errorf("%s: the first score is %v, want %v", c.Instrument.ID, s.First.Result.Total, c.Scores[0].Score)
		}
		if t.Failed() {
			t.Fatalf("%s: %+v", c.Instrument.ID, c.Scores)
		}
	}
}

// What was answered by half has no score, and whoever got worse did so whatever was
// left empty before, since, or in between.
func TestNoHalfEmptyAnswerHidesThatSomebodyGotWorse(t *testing.T) {
	eight, sixteen, eighteen, twenty := items(1, 1, 1, 1, 1, 1, 1, 1, 0), items(2, 2, 2, 2, 2, 2, 2, 2, 0), items(3, 3, 2, 2, 2, 2, 2, 2, 0), items(3, 3, 3, 2, 2, 2, 2, 3, 0)
	for name, given := range map[string][]instrument.Answers{
		"the first is half empty":         {halfEmpty, eight, sixteen, eighteen},
		"the first five are":              {halfEmpty, halfEmpty, halfEmpty, halfEmpty, halfEmpty, eight, sixteen, eighteen},
		"the newest is":                   {sixteen, twenty, twenty, halfEmpty},
		"the newest five are":             {sixteen, twenty, twenty, halfEmpty, halfEmpty, halfEmpty, halfEmpty, halfEmpty},
		"what lies between the newest is": {sixteen, twenty, halfEmpty, halfEmpty, halfEmpty, twenty},
	} {
		t.Run(name, func(t *testing.T) {
			waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
				ms := measure.New(w.Door, instrument.NewShelf(w.Door))
				for _, a := range given {
					give(t, w, ms, own(t, a))
					w.Clock.Pass(7 * days)
				}
				sameAsCourse(t, w, ms)
				all := overview(t, w, ms)
				if len(all) != 1 || len(all[0].Signals) == 0 || all[0].Signals[0].Kind != course.SlowerThan {
					t.Errorf("the overview says %+v", all)
				}
			})
		})
	}
}

// Two occasions of one rhythm can be answered within hours: the one late, the other as
// soon as it opens. The score of a day before is needed then to say whether two run.
func TestTwoOccasionsAnsweredOnOneDayAreOneForTheOverviewToo(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		fourteen, twenty := items(2, 2, 2, 2, 2, 2, 1, 1, 0), items(3, 3, 3, 2, 2, 2, 2, 3, 0)
		answer := func(nth int64, items instrument.Answers) {
			t.Helper()
			give(t, w, ms, measure.Answer{ID: newID(t), AskID: ask.ID, Occasion: nth, Instrument: "phq-9", Version: "1", Items: items})
			sameAsCourse(t, w, ms)
		}
		answer(0, fourteen)
		w.Clock.Pass(7 * days)
		answer(1, twenty)
		w.Clock.Pass(14*days - 2*time.Hour)
		answer(2, twenty)
		w.Clock.Pass(4 * time.Hour)
		answer(3, twenty)
		if all := overview(t, w, ms); len(all) != 1 || len(all[0].Signals) == 0 || all[0].Signals[0].Name() != "Slower than most" {
			t.Errorf("the overview says %+v", all)
		}
	})
}

// An overview reads little of each course, and yet says the same as the whole.
func TestAnOverviewSaysWhatTheCoursesSay(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		luck, monday := rand.New(rand.NewPCG(18, 47)), w.Clock.Now()
		asks := map[string]measure.Ask{"gad-7": weekly(t, w, ms, "gad-7"), "core-10": weekly(t, w, ms, "core-10")}
		for week := range int64(16) {
			for i, id := range []string{"phq-9", "gad-7", "core-10", "who-5"} {
				in, gap := shipped(t, id), 0.5
				if week < 3 && i%2 == 0 || week > 11 && i > 1 {
					gap = 0.9
				}
				chosen, empty := instrument.Answers{}, luck.Float64() < gap
				for _, it := range in.Items {
					a := it.Answers[luck.IntN(len(it.Answers))]
					if luck.IntN(2) == 0 { // so that courses go somewhere
						a = it.Answers[min(int(week)/4, len(it.Answers)-1)]
					}
					if !empty || luck.IntN(2) == 0 {
						chosen[it.ID] = &a.Value
					}
				}
				a := measure.Answer{ID: newID(t), Instrument: id, Version: in.Version, Items: chosen}
				if ask, asked := asks[id]; asked && luck.IntN(4) > 0 {
					a.AskID, a.Occasion = ask.ID, week
				}
				a = give(t, w, ms, a)
				for range luck.IntN(3) { // and again on the same day
					w.Clock.Pass(2 * time.Hour)
					give(t, w, ms, measure.Answer{ID: newID(t), Instrument: id, Version: in.Version, Items: chosen})
				}
				if luck.IntN(6) == 0 {
					w.Do(t, func(ctx context.Context) error { return ms.Talked(ctx, w.Clinician, w.Client, a.ID) })
				}
				sameAsCourse(t, w, ms)
			}
			w.Clock.Pass(monday.AddDate(0, 0, 7*int(week+1)).Sub(w.Clock.Now()))
		}
	})
}
