package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestWhatIsNextAndWhatWasLastLeavesOutWhatWasCancelled(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ss := session.New(w.Door)
		plan := func(in time.Duration) (a session.Appointment) {
			w.Do(t, func(ctx context.Context) (err error) {
				a, err = ss.Plan(ctx, w.Clinician, w.Client, session.Form{
					ID: uuid.Must(uuid.NewV7()).String(), Start: w.Clock.Now().Add(in), Length: 50 * time.Minute, Place: "Room 2",
				})
				return err
			})
			return a
		}
		one, two, gone, four := plan(time.Hour), plan(25*time.Hour), plan(49*time.Hour), plan(73*time.Hour)
		w.Do(t, func(ctx context.Context) error {
			_, err := ss.Cancel(ctx, w.Clinician, w.Client, gone.ID, 1)
			return err
		})
		w.Clock.Pass(50 * time.Hour)
		w.Do(t, func(ctx context.Context) error {
			a, err := ss.Around(ctx, w.Clinician, w.Client)
			if a.Next != four || !a.Planned || a.Held != 2 || !a.Last.Equal(two.Start) {
				t.Errorf("around: got %+v, want the fourth next, and two held", a)
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			all, err := ss.Of(ctx, w.Tomas, w.Client)
			if len(all) != 4 || all[0].ID != one.ID || all[2].State != session.Cancelled || all[3].Place != "Room 2" {
				t.Errorf("all: got %+v, want four in order of time, the third cancelled", all)
			}
			return err
		})
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadSessions, func(ctx context.Context) error {
				_, err := ss.Around(ctx, actor, w.Client)
				return err
			})
			w.Refused(t, actor, access.ReadSessions, func(ctx context.Context) error {
				_, err := ss.Of(ctx, actor, w.Client)
				return err
			})
		}
	})
}

func TestNearIsOnesOwnLastAndNextSessionWithEachClient(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ss := session.New(w.Door)
		for _, in := range []time.Duration{time.Hour, 25 * time.Hour, 73 * time.Hour, 97 * time.Hour} {
			w.Do(t, func(ctx context.Context) error {
				_, err := ss.Plan(ctx, w.Clinician, w.Client, session.Form{ID: uuid.Must(uuid.NewV7()).String(), Start: w.Clock.Now().Add(in), Length: 50 * time.Minute})
				return err
			})
		}
		start := w.Clock.Now()
		w.Clock.Pass(50 * time.Hour)
		near := func(actor access.Actor, since time.Time) (all map[access.Compartment]session.Near) {
			w.Do(t, func(ctx context.Context) (err error) {
				all, err = ss.Near(ctx, actor, since)
				return err
			})
			return all
		}
		want := session.Near{Last: start.Add(25 * time.Hour), Next: start.Add(73 * time.Hour)}
		if got := near(w.Clinician, start); len(got) != 1 || !got[w.Client].Last.Equal(want.Last) || !got[w.Client].Next.Equal(want.Next) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if got := near(w.Clinician, w.Clock.Now())[w.Client]; !got.Last.IsZero() || !got.Next.Equal(want.Next) {
			t.Errorf("from now on: got %+v", got)
		}
		for _, a := range []access.Actor{w.Stranger, w.Manager, w.Supervisor, w.Tomas} {
			if got := near(a, start); len(got) != 0 {
				t.Errorf("%s reads %+v", a.ID, got)
			}
		}
		w.Ungrant(t, w.Clinician, w.Client)
		if got := near(w.Clinician, start); len(got) != 0 {
			t.Errorf("who treats the client no more reads %+v", got)
		}
	})
}
