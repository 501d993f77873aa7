package plan_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
)

// The answer to a form is lost with the network, the page is opened anew and has
// another id, and the device still has the words: they are sent once more.
func TestTheSameWordsSentFromAPageOpenedAnewAreThereOnce(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		g := w.proposed(t, w.Tomas, "Drive again")
		if again := w.proposed(t, w.Tomas, "Drive again"); again.ID != g.ID {
			t.Error("the same goal stands there twice")
		}
		if w.proposed(t, w.Tomas, "Sleep").ID == g.ID {
			t.Error("another goal was taken for the same")
		}

		set := func(words string) plan.Goal {
			t.Helper()
			return must(t, w, func(ctx context.Context) (plan.Goal, error) {
				return w.plans.SetMilestone(ctx, w.Tomas, w.Client, plan.MilestoneForm{ID: freshID(), GoalID: g.ID, Words: words})
			})
		}
		set("To the shop and back")
		if n := len(set("To the shop and back").Milestones); n != 1 {
			t.Errorf("the same milestone sent twice: %d are set", n)
		}
		if n := len(set("Round the block").Milestones); n != 2 {
			t.Errorf("another milestone: %d are set", n)
		}

		day := measure.DayOf(w.Clock.Now(), time.UTC)
		way := func(name string) plan.Detour {
			t.Helper()
			return must(t, w, func(ctx context.Context) (plan.Detour, error) {
				return w.plans.ProposeDetour(ctx, w.Tomas, w.Client, plan.Detour{ID: freshID(), Name: name, From: day, Reason: "No hours left"}, time.UTC)
			})
		}
		d := way("Dad in hospital")
		if way("Dad in hospital").ID != d.ID || way("The move").ID == d.ID {
			t.Error("the same detour is proposed twice, or another one not at all")
		}
		must(t, w, func(ctx context.Context) (plan.Detour, error) {
			return w.plans.OpenDetour(ctx, w.Clinician, w.Client, plan.Detour{ID: d.ID, Name: d.Name, From: d.From, Reason: d.Reason}, time.UTC)
		})
		note := func(words string) plan.DetourNote {
			t.Helper()
			return must(t, w, func(ctx context.Context) (plan.DetourNote, error) {
				return w.plans.FollowDetour(ctx, w.Tomas, w.Client, d.ID, plan.DetourNote{ID: freshID(), Day: day, Words: words}, time.UTC)
			})
		}
		n := note("He could speak")
		if note("He could speak").ID != n.ID || note("And eat").ID == n.ID {
			t.Error("the same note stands there twice, or another one not at all")
		}
	})
}
