package session_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "The room with the two green chairs"

// form is an hour that begins so long after the world does.
func form(t *testing.T, after time.Duration) session.Form {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return session.Form{ID: id.String(), Start: waytest.Start.Add(after), Length: 50 * time.Minute, Place: canary}
}

type world struct {
	*waytest.World
	sessions *session.Sessions
}

func (w world) plan(t *testing.T, actor access.Actor, client access.Compartment, f session.Form) (session.Appointment, error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.sessions.Plan(ctx, actor, client, f)
}

func (w world) cancel(t *testing.T, id string, revision int64) (session.Appointment, error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.sessions.Cancel(ctx, w.Clinician, w.Client, id, revision)
}

// day is what actor's day holds, from the start of the world on.
func (w world) day(t *testing.T, actor access.Actor) (all []session.Appointment) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = w.sessions.Day(ctx, actor, waytest.Start, waytest.Start.Add(24*time.Hour))
		return err
	})
	return all
}

func each(t *testing.T, f func(*testing.T, world)) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, world{w, session.New(w.Door)}) })
}

func TestAnAppointmentIsPlannedOnceAndRead(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := form(t, time.Hour)
		first, err := w.plan(t, w.Clinician, w.Client, f)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.plan(t, w.Clinician, w.Client, f); err != nil || again != first {
			t.Errorf("again: got %+v, %v, want %+v", again, err, first)
		}
		other := f
		other.Place = "Elsewhere"
		if _, err := w.plan(t, w.Clinician, w.Client, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("same id, other place: got %v, want a conflict", err)
		}
		if got := w.day(t, w.Clinician); !cmp.Equal(got, []session.Appointment{first}) {
			t.Errorf("day: got %+v, want %+v", got, first)
		}
		for _, a := range []access.Actor{w.Tomas, w.Clinician} {
			w.Do(t, func(ctx context.Context) error {
				got, ok, err := w.sessions.Next(ctx, a, w.Client)
				if !ok || got != first {
					t.Errorf("next for %s: got %+v, %t", a.ID, got, ok)
				}
				return err
			})
		}
		w.Clock.Pass(110 * time.Minute)
		w.Do(t, func(ctx context.Context) error {
			_, ok, err := w.sessions.Next(ctx, w.Tomas, w.Client)
			if ok {
				t.Error("an appointment that is over comes next")
			}
			return err
		})
		w.NotOnDisk(t, canary)
	})
}

func TestNobodyIsBookedTwice(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		anna := access.ClientRecord("anna")
		w.Make(t, anna)
		w.Grant(t, w.Clinician, anna, access.Treats)
		first, err := w.plan(t, w.Clinician, w.Client, form(t, time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		for _, after := range []time.Duration{time.Hour, 11 * time.Minute, 109 * time.Minute} {
			if _, err := w.plan(t, w.Clinician, anna, form(t, after)); !fault.Is(err, fault.Conflict) {
				t.Errorf("another one %v after the start: got %v, want a conflict", after, err)
			}
		}
		for _, after := range []time.Duration{10 * time.Minute, 110 * time.Minute} {
			if _, err := w.plan(t, w.Clinician, anna, form(t, after)); err != nil {
				t.Errorf("one that only touches it: %v", err)
			}
		}
		if _, err := w.cancel(t, first.ID, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := w.plan(t, w.Clinician, anna, form(t, time.Hour)); err != nil {
			t.Errorf("after the other one was cancelled: %v", err)
		}
		if got := len(w.day(t, w.Clinician)); got != 3 {
			t.Errorf("appointments of the day: got %d, want 3", got)
		}
	})
}

func TestManyAtOnceBookOneHourOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		var planned, refused atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			f := form(t, time.Hour)
			wg.Go(func() {
				switch _, err := w.plan(t, w.Clinician, w.Client, f); {
				case err == nil:
					planned.Add(1)
				case fault.Is(err, fault.Conflict):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if planned.Load() != 1 || refused.Load() != 7 {
			t.Errorf("planned %d and refused %d, want 1 and 7", planned.Load(), refused.Load())
		}
	})
}

func TestACancelledAppointmentKeepsItsHistory(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := form(t, time.Hour)
		a, err := w.plan(t, w.Clinician, w.Client, f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.cancel(t, a.ID, 7); !fault.Is(err, fault.Conflict) {
			t.Errorf("from a revision that is not there: got %v, want a conflict", err)
		}
		for range 2 {
			got, err := w.cancel(t, a.ID, 1)
			if err != nil || got.State != session.Cancelled || got.Revision != 2 || got.Place != canary {
				t.Errorf("cancel: got %+v, %v", got, err)
			}
		}
		if got := w.day(t, w.Clinician); got != nil {
			t.Errorf("day: got %+v, want nothing", got)
		}
		if again, err := w.plan(t, w.Clinician, w.Client, f); err != nil || again.State != session.Cancelled {
			t.Errorf("the form sent once more: got %+v, %v, want what became of it", again, err)
		}
		if n := w.Count(t, `SELECT count(*) FROM appointment`); n != 2 {
			t.Errorf("revisions: got %d, want 2", n)
		}
		if _, err := w.cancel(t, "none", 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("one that is not there: got %v", err)
		}
	})
}

func TestWhatCannotBePlannedIsSaid(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, tt := range []struct {
			field string
			turn  func(*session.Form)
		}{
			{"id", func(f *session.Form) { f.ID = "1" }},
			{"start", func(f *session.Form) { f.Start = waytest.Start.Add(-2 * time.Hour) }},
			{"start", func(f *session.Form) { f.Start = waytest.Start.AddDate(3, 0, 0) }},
			{"start", func(f *session.Form) { f.Start = f.Start.Add(time.Second) }},
			{"start", func(f *session.Form) { f.Start = time.Time{} }},
			{"length", func(f *session.Form) { f.Length = 0 }},
			{"length", func(f *session.Form) { f.Length = -time.Hour }},
			{"length", func(f *session.Form) { f.Length = 9 * time.Hour }},
			{"place", func(f *session.Form) { f.Place = strings.Repeat("a", session.MaxPlace+1) }},
		} {
			f := form(t, time.Hour)
			tt.turn(&f)
			_, err := w.plan(t, w.Clinician, w.Client, f)
			var fe *fault.Error
			if !errors.As(err, &fe) || fe.Kind != fault.Invalid || fe.Field != tt.field {
				t.Errorf("%+v: got %v, want %s refused", f, err, tt.field)
			}
		}
	})
}

func TestAppointmentsAreClosedToOthers(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a, err := w.plan(t, w.Clinician, w.Client, form(t, time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		f := form(t, 3*time.Hour)
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.PlanSession, func(ctx context.Context) error {
				_, err := w.sessions.Plan(ctx, actor, w.Client, f)
				return err
			})
			w.Refused(t, actor, access.PlanSession, func(ctx context.Context) error {
				_, err := w.sessions.Cancel(ctx, actor, w.Client, a.ID, 1)
				return err
			})
			if got := w.day(t, actor); got != nil {
				t.Errorf("day of %s: got %+v", actor.ID, got)
			}
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadSessions, func(ctx context.Context) error {
				_, _, err := w.sessions.Next(ctx, actor, w.Client)
				return err
			})
		}
	})
}
