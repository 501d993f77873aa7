package plan_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/waytest"
)

// done is what something does in a visit of its own.
func done[T any](t *testing.T, w *waytest.World, do func(ctx context.Context) (T, error)) (got T) {
	t.Helper()
	w.Clock.Pass(time.Second)
	w.Do(t, func(ctx context.Context) (err error) {
		got, err = do(ctx)
		return err
	})
	return got
}

// The answer to a form is lost with the network, the page is opened anew and has
// another id, and the device still has the words: they are sent once more.
func TestTheSameWordsSentFromAPageOpenedAnewAreThereOnce(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		day := measure.DayOf(w.Clock.Now(), time.UTC)
		way := func(name string) plan.Detour {
			t.Helper()
			return done(t, w, func(ctx context.Context) (plan.Detour, error) {
				return ps.ProposeDetour(ctx, w.Tomas, w.Client, plan.Detour{ID: newID(t), Name: name, From: day, Reason: "No hours left"}, time.UTC)
			})
		}
		d := way("Dad in hospital")
		if way("Dad in hospital").ID != d.ID || way("The move").ID == d.ID {
			t.Error("the same detour is proposed twice, or another one not at all")
		}
		done(t, w, func(ctx context.Context) (plan.Detour, error) {
			return ps.OpenDetour(ctx, w.Clinician, w.Client, plan.Detour{ID: d.ID, Name: d.Name, From: d.From, Reason: d.Reason}, time.UTC)
		})
		note := func(words string) plan.DetourNote {
			t.Helper()
			return done(t, w, func(ctx context.Context) (plan.DetourNote, error) {
				return ps.FollowDetour(ctx, w.Tomas, w.Client, d.ID, plan.DetourNote{ID: newID(t), Day: day, Words: words}, time.UTC)
			})
		}
		n := note("He could speak")
		if note("He could speak").ID != n.ID || note("And eat").ID == n.ID {
			t.Error("the same note stands there twice, or another one not at all")
		}
	})
}
