package calendar_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/session"
)

func (w *rota) change(t *testing.T, id string, p calendar.Pattern) error {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	_, err := w.Change(ctx, w.Clinician, []access.Compartment{w.Client}, id, 1, p, w.zone)
	return err
}

// thursdays is half past eleven, from 7 January on.
func (w *rota) thursdays(t *testing.T) calendar.Pattern {
	t.Helper()
	p := w.tuesdays(t)
	p.First, p.Minute = w.day(t, "2027-01-07"), 11*60+30
	return p
}

func TestASessionThatWasHeldDoesNotGoWithItsSeries(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		id := newID(t)
		if _, err := w.begin(t, w.Clinician, id, w.tuesdays(t), w.Client); err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(5*24*time.Hour + 12*time.Hour) // Tuesday, half past four in the afternoon
		held := w.of(t, w.Client)[0]
		w.Do(t, func(ctx context.Context) error {
			_, err := w.sessions.Attend(ctx, w.Clinician, w.Client, held.ID, 1, session.Said{Attendance: session.Came})
			return err
		})
		stop := func() error {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.Stop(ctx, w.Clinician, []access.Compartment{w.Client}, id, 1, w.day(t, "2026-11-24"), w.zone)
		}
		for range 2 { // sent twice
			if err := stop(); err != nil {
				t.Fatal(err)
			}
		}
		all := w.of(t, w.Client)
		if a := all[0]; a.ID != held.ID || a.State != session.Planned || a.Attendance != session.Came {
			t.Errorf("the session that was held is %+v", a)
		}
		for _, a := range all[1:] {
			if a.State == session.Planned {
				t.Errorf("the series goes on: %v", a.Start)
			}
		}
		if len(w.clocks(all[:1])) != 1 {
			t.Error("it is in no week")
		}
		for _, s := range w.standing(t, w.Clinician, w.Client) {
			if s.Last != w.day(t, "2026-11-24") {
				t.Errorf("the series ends on %v", s.Last)
			}
		}
	})
}

func TestASeriesIsNotChangedFromADayThatIsNotPlannedYet(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		id := newID(t)
		if _, err := w.begin(t, w.Clinician, id, w.tuesdays(t), w.Client); err != nil {
			t.Fatal(err)
		}
		before := w.clocks(w.of(t, w.Client))
		p := w.thursdays(t)
		p.First = w.day(t, "2027-09-02")
		if err := w.change(t, id, p); !fault.Is(err, fault.Invalid) {
			t.Errorf("changed from September on: %v", err)
		}
		if after := w.clocks(w.of(t, w.Client)); !slices.Equal(after, before) {
			t.Errorf("now %d sessions, were %d", len(after), len(before))
		}
		p.First = w.day(t, "2027-06-03") // the last Thursday within 28 weeks
		if err := w.change(t, id, p); err != nil {
			t.Fatal(err)
		}
		for range 60 {
			w.Clock.Pass(7 * 24 * time.Hour)
			w.roll(t)
		}
		var last time.Time
		for _, a := range w.of(t, w.Client) {
			if gap := a.Start.Sub(last); !last.IsZero() && gap > 10*24*time.Hour {
				t.Errorf("nothing from %v to %v", last, a.Start)
			}
			last = a.Start
		}
	})
}

func TestHolidaysReachWhatASeriesMadeBeforeItWasChanged(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		id := newID(t)
		if _, err := w.begin(t, w.Clinician, id, w.tuesdays(t), w.Client); err != nil {
			t.Fatal(err)
		}
		if err := w.change(t, id, w.thursdays(t)); err != nil {
			t.Fatal(err)
		}
		w.Do(t, func(ctx context.Context) error {
			return w.Close(ctx, w.Manager, calendar.Holiday{ID: newID(t), First: w.day(t, "2026-12-07"), Last: w.day(t, "2026-12-31")}, w.zone)
		})
		w.roll(t)
		from, to := w.day(t, "2026-12-07").Begins(w.zone), w.day(t, "2027-01-01").Begins(w.zone)
		for _, a := range w.of(t, w.Client) {
			if a.State == session.Planned && !a.Start.Before(from) && a.Start.Before(to) {
				t.Errorf("planned while the practice is closed: %v", a.Start.In(w.zone))
			}
		}
		left := 0
		for _, s := range w.standing(t, w.Clinician, w.Client) {
			for _, l := range s.Left {
				if l.Why == calendar.WhyHoliday {
					left++
				}
			}
		}
		if left != 4 {
			t.Errorf("%d days are left out for the holiday, want 4", left)
		}
	})
}

func TestAChangedSeriesHoldsNoTimeWhenTheWorkHasEnded(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		id := newID(t)
		if _, err := w.begin(t, w.Clinician, id, w.tuesdays(t), w.Client); err != nil {
			t.Fatal(err)
		}
		if err := w.change(t, id, w.thursdays(t)); err != nil {
			t.Fatal(err)
		}
		w.Ungrant(t, w.Clinician, w.Client)
		w.Clock.Pass(24 * time.Hour)
		w.roll(t)
		if n := w.Count(t, `SELECT count(*) FROM taken`); n != 0 {
			t.Errorf("%d cells of time are taken", n)
		}
		w.Grant(t, w.Clinician, w.Client, access.Treats)
		for _, a := range w.of(t, w.Client) {
			if a.State == session.Planned {
				t.Errorf("still planned: %v", a.Start)
			}
		}
	})
}

func TestASeriesThatCannotBeReadKeepsNoOtherFromGoingOn(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		p := w.tuesdays(t)
		if _, err := w.begin(t, w.Clinician, newID(t), p, w.Client); err != nil {
			t.Fatal(err)
		}
		p.Minute = 700
		if _, err := w.begin(t, w.Clinician, newID(t), p, w.anna(t)); err != nil {
			t.Fatal(err)
		}
		n := len(w.of(t, w.Client))
		w.Exec(t, `UPDATE series SET sealed = $1 WHERE compartment = $2`, []byte("torn"), string(access.PersonRecord("anna")))
		w.Clock.Pass(28 * 24 * time.Hour)
		ctx, settle := w.Visit(t)
		defer settle()
		if err := w.Roll(ctx, &job.Run{Practice: w.World.Practice}, w.zone); err != nil {
			t.Fatal(err)
		}
		if now := len(w.of(t, w.Client)); now != n+4 {
			t.Errorf("%d sessions after four weeks, were %d", now, n)
		}
	})
}
