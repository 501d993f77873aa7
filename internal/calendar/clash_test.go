package calendar_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// with has a colleague treat Tomas too.
func (d *diary) with(t *testing.T) access.Actor {
	t.Helper()
	d.Grant(t, d.Stranger, d.Client, access.Treats)
	return d.Stranger
}

func (d *diary) plan(t *testing.T, actor access.Actor, f calendar.Single, of ...access.Compartment) error {
	t.Helper()
	ctx, settle := d.Visit(t)
	defer settle()
	return d.Plan(ctx, actor, of, f, time.UTC)
}

func (d *diary) accept(t *testing.T, id, giveUp string, revision int64) (session.Appointment, error) {
	t.Helper()
	ctx, settle := d.Visit(t)
	defer settle()
	return d.Accept(ctx, d.Tomas, d.Client, id, giveUp, revision, time.UTC)
}

func TestAnOfferedTimeAtWhichTheClientHasASessionByNowIsNotTaken(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		mallory := d.with(t)
		d.await(t, d.Tomas, d.Client, false)
		d.free(t, on(5, 10*time.Hour))
		o := d.offered(t, d.Tomas, d.Client)[0]
		id := newID(t)
		if err := d.plan(t, mallory, calendar.Single{Form: session.Form{ID: id, Start: on(5, 10*time.Hour+30*time.Minute), Length: time.Hour}}, d.Client); err != nil {
			t.Fatal(err)
		}
		if _, err := d.accept(t, o.ID, "", 0); !fault.Is(err, fault.Conflict) {
			t.Errorf("two sessions at one time: %v", err)
		}
		d.Do(t, func(ctx context.Context) error {
			return d.CallOff(ctx, mallory, []calendar.Ref{{Client: d.Client, ID: id, Revision: 1}}, calendar.Off{By: session.TheClinician})
		})
		if _, err := d.accept(t, o.ID, "", 0); err != nil {
			t.Errorf("once there is none: %v", err)
		}
	})
}

func TestALaterSessionIsGivenUpForOneThatReachesIntoIt(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		d.await(t, d.Tomas, d.Client, true)
		id := newID(t)
		if err := d.plan(t, d.Clinician, calendar.Single{Form: session.Form{ID: id, Start: on(5, 11*time.Hour), Length: 50 * time.Minute}}, d.Client); err != nil {
			t.Fatal(err)
		}
		d.free(t, on(5, 10*time.Hour))
		o := d.offered(t, d.Tomas, d.Client)[0]
		if a, err := d.accept(t, o.ID, id, 1); err != nil || a.ID != id || !a.Start.Equal(on(5, 10*time.Hour)) {
			t.Errorf("got %+v, %v", a, err)
		}
	})
}

func TestNoTimeIsOfferedOnADayOnWhichThePracticeIsClosed(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		d.await(t, d.Tomas, d.Client, false)
		zoe, hers := d.more(t, "zoe")
		a, err := d.book(t, zoe, hers, on(5, 10*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		day := calendar.DayOf(on(5, 0), time.UTC)
		d.Do(t, func(ctx context.Context) error {
			return d.Close(ctx, d.Manager, calendar.Holiday{ID: newID(t), First: day, Last: day, Name: "The day after"}, time.UTC)
		})
		d.Do(t, func(ctx context.Context) error {
			_, err := d.Cancel(ctx, zoe, hers, calendar.Leave{ID: newID(t), SessionID: a.ID, Revision: 1})
			return err
		})
		d.queue.Drain(t.Context())
		if got := d.offered(t, d.Tomas, d.Client); len(got) != 0 {
			t.Errorf("offered: %+v", got)
		}
	})
}

func TestAClinicianIsAskedBeforeTheirClientHasTwoSessionsAtOneTime(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		mallory := d.with(t)
		at := session.Form{ID: newID(t), Start: on(5, 10*time.Hour), Length: 50 * time.Minute}
		if err := d.plan(t, d.Clinician, calendar.Single{Form: at}, d.Client); err != nil {
			t.Fatal(err)
		}
		other := at
		other.ID, other.Start = newID(t), on(5, 10*time.Hour+45*time.Minute)
		if _, field := faultAt(d.plan(t, mallory, calendar.Single{Form: other}, d.Client)); field != "anyway" {
			t.Errorf("not asked: %q", field)
		}
		if err := d.plan(t, mallory, calendar.Single{Form: other, Anyway: true}, d.Client); err != nil {
			t.Errorf("wanted anyway: %v", err)
		}
		third := other
		third.ID, third.Start = newID(t), on(5, 12*time.Hour)
		if err := d.plan(t, mallory, calendar.Single{Form: third}, d.Client); err != nil {
			t.Fatal(err)
		}
		shift := func(to time.Time) error {
			ctx, settle := d.Visit(t)
			defer settle()
			return d.Shift(ctx, mallory, []calendar.Ref{{Client: d.Client, ID: third.ID, Revision: 1}}, calendar.Elsewhere{Move: session.Move{Start: to, Length: third.Length}}, time.UTC)
		}
		if _, field := faultAt(shift(on(5, 9*time.Hour+30*time.Minute))); field != "anyway" {
			t.Errorf("not asked when it is moved: %q", field)
		}
		if err := shift(on(5, 12*time.Hour+10*time.Minute)); err != nil {
			t.Errorf("into what it leaves: %v", err)
		}
	})
}
