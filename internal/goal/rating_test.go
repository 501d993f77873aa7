package goal_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

func dayOf(text string) measure.Day { return measure.Day(text) }

func (w goalWorld) rate(t *testing.T, actor access.Actor, f goal.RatingForm) (goal.Rating, error) {
	t.Helper()
	return try(t, w, func(ctx context.Context) (goal.Rating, error) {
		return w.goals.Rate(ctx, actor, w.Client, f, time.UTC)
	})
}

func TestOfTheRatingsOfOneDayTheNewestCountsAndTheOthersStay(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		g := w.agreed(t, "Go out")
		f := goal.RatingForm{ID: freshID(), GoalID: g.ID, Day: "2026-11-19", Value: 3, Voice: goal.VoiceBoth}
		for range 2 {
			if r, err := w.rate(t, w.Tomas, f); err != nil || r.Voice != goal.VoiceClient {
				t.Fatalf("what a client says is their word: got %+v, %v", r, err)
			}
		}
		other := f
		other.Value = 9
		if _, err := w.rate(t, w.Tomas, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same id with another number: got %v", err)
		}
		in := goal.RatingForm{ID: freshID(), GoalID: g.ID, Day: "2026-11-19", Value: 5, Voice: goal.VoiceBoth}
		if _, err := w.rate(t, w.Clinician, in); err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(48 * time.Hour)
		if _, err := w.rate(t, w.Tomas, goal.RatingForm{ID: freshID(), GoalID: g.ID, Day: "2026-11-21", Value: 0}); err != nil {
			t.Fatal(err)
		}
		all := w.goal(t, g.ID).Ratings
		if len(all) != 2 || all[0].Value != 5 || all[0].Voice != goal.VoiceBoth || all[0].Side != goal.ByClinician || all[1].Value != 0 {
			t.Fatalf("got %+v", all)
		}
		if was := all[0].Former; len(was) != 1 || was[0].Value != 3 || was[0].By != w.Tomas.ID {
			t.Errorf("what stood there before: got %+v", was)
		}
		if again, err := w.rate(t, w.Tomas, f); err != nil || again.Value != 3 {
			t.Errorf("the first form once more: got %+v, %v", again, err)
		}
		if all := w.goal(t, g.ID).Ratings; all[0].Value != 5 {
			t.Error("a form that came twice took the place of a newer one")
		}
	})
}

func TestARatingThatCannotBeIsSaid(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		g := w.agreed(t, "Go out")
		for _, tt := range []struct {
			field string
			turn  func(*goal.RatingForm)
		}{
			{"id", func(f *goal.RatingForm) { f.ID = "1" }},
			{"value", func(f *goal.RatingForm) { f.Value = 11 }},
			{"value", func(f *goal.RatingForm) { f.Value = -1 }},
			{"voice", func(f *goal.RatingForm) { f.Voice = "" }},
			{"voice", func(f *goal.RatingForm) { f.Voice = "mine" }},
			{"day", func(f *goal.RatingForm) { f.Day = "2026-11-20" }},
			{"day", func(f *goal.RatingForm) { f.Day = "2026-11-18" }}, // before the goal was written down
			{"day", func(f *goal.RatingForm) { f.Day = "" }},
		} {
			f := goal.RatingForm{ID: freshID(), GoalID: g.ID, Day: "2026-11-19", Value: 3, Voice: goal.VoiceClient}
			tt.turn(&f)
			_, err := w.rate(t, w.Clinician, f)
			wantFault(t, tt.field, err, fault.Invalid, tt.field)
		}
		if _, err := w.rate(t, w.Tomas, goal.RatingForm{ID: freshID(), GoalID: freshID(), Day: "2026-11-19"}); !fault.Is(err, fault.NotFound) {
			t.Errorf("of a goal that is not there: got %v", err)
		}
		if _, err := w.retire(t, w.Tomas, goal.TurnForm{ID: freshID(), GoalID: g.ID, As: goal.Arrived, Reason: "There"}); err != nil {
			t.Fatal(err)
		}
		_, err := w.rate(t, w.Tomas, goal.RatingForm{ID: freshID(), GoalID: g.ID, Day: "2026-11-19", Value: 10})
		wantFault(t, "of a goal that is over", err, fault.Conflict, "")
	})
}

func TestWordsAboutRatingsJudgeNothing(t *testing.T) {
	of := func(values ...int) goal.Goal {
		var g goal.Goal
		for _, v := range values {
			g.Ratings = append(g.Ratings, goal.Rating{Value: v})
		}
		return g
	}
	for want, g := range map[string]goal.Goal{
		"No number yet.":                     of(),
		"Nora began at 3.":                   of(3),
		"Nora began at 3, and last said 2.":  of(3, 8, 2),
		"Nora began at 0, and last said 10.": of(0, 10),
	} {
		if got := g.RatingsOf("Nora"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// freshID makes an id as a form carries it.
func freshID() string { return uuid.Must(uuid.NewV7()).String() }
