package plan_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestANoteIsMadeWhenTheThirdSessionNearsWithoutAGoal(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps, goals, sessions := plan.New(w.Door), goal.New(w.Door), session.New(w.Door)
		ahead := func() plan.Ahead {
			return done(t, w, func(ctx context.Context) (plan.Ahead, error) { return ps.Ahead(ctx, w.Tomas, w.Client, time.UTC) })
		}
		held := func() {
			done(t, w, func(ctx context.Context) (session.Appointment, error) {
				return sessions.Plan(ctx, w.Clinician, w.Client, session.Form{ID: newID(t), Start: w.Clock.Now().Truncate(time.Minute).Add(time.Minute), Length: 50 * time.Minute})
			})
			if a := ahead(); !a.Planned {
				t.Error("what is planned is not next")
			}
			w.Clock.Pass(time.Hour)
		}
		if ahead().Nears {
			t.Error("before the first session")
		}
		held()
		if !ahead().Nears {
			t.Error("not after the first session")
		}
		held()
		g := done(t, w, func(ctx context.Context) (goal.Goal, error) {
			return goals.Propose(ctx, w.Clinician, w.Client, goal.Form{ID: newID(t), Worded: goal.Worded{Words: "Go out", Know: "I do it"}})
		})
		if a := ahead(); !a.Nears || a.Waits != 1 || !a.Any {
			t.Errorf("proposed only: got %+v", a)
		}
		done(t, w, func(ctx context.Context) (goal.Goal, error) { return goals.Agree(ctx, w.Tomas, w.Client, g.ID, 1) })
		if a := ahead(); a.Nears || a.Waits != 0 || !a.Any {
			t.Errorf("agreed: got %+v", a)
		}
		w.Grant(t, w.Stranger, w.Client, access.Emergency) // who broke the glass has no part in it
		for _, actor := range []access.Actor{w.Stranger, w.Manager} {
			w.Refused(t, actor, access.ReadGoals, func(ctx context.Context) error {
				_, err := ps.Ahead(ctx, actor, w.Client, time.UTC)
				return err
			})
		}
	})
}

func TestAReviewNearsByThePracticesDays(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		f := draft(t)
		f.Review = "2026-11-29" // ten days after the 19th
		if _, err := revise(t, w, ps, f); err != nil {
			t.Fatal(err)
		}
		honolulu := time.FixedZone("HST", -10*60*60) // where it is the 18th still
		for zone, want := range map[*time.Location]bool{time.UTC: true, honolulu: false} {
			a := done(t, w, func(ctx context.Context) (plan.Ahead, error) { return ps.Ahead(ctx, w.Tomas, w.Client, zone) })
			if a.Plan.Near != want {
				t.Errorf("in %s: near is %t, want %t", zone, a.Plan.Near, want)
			}
		}
	})
}
