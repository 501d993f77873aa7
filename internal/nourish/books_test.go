package nourish_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/nourish"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "Dancing in the kitchen with Oma"

type world struct {
	*waytest.World
	bs    *nourish.Books
	logs  *mood.Logs
	today mood.Day
}

func each(t *testing.T, f func(*testing.T, world)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		f(t, world{w, nourish.New(w.Door), mood.New(w.Door), mood.DayOf(w.Clock.Now())})
	})
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (w world) thing(t *testing.T, f nourish.ThingForm) (got nourish.Thing, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.bs.KeepThing(ctx, w.Tomas, w.Client, f)
}

func (w world) remembered(t *testing.T, f nourish.ThingForm) nourish.Thing {
	t.Helper()
	if f.ID == "" {
		f.ID = newID()
	}
	got, err := w.thing(t, f)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (w world) moment(t *testing.T, f nourish.MomentForm) (got nourish.Moment, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.bs.KeepMoment(ctx, w.Tomas, w.Client, f, time.UTC)
}

func (w world) noted(t *testing.T, f nourish.MomentForm) nourish.Moment {
	t.Helper()
	if f.ID == "" {
		f.ID = newID()
	}
	got, err := w.moment(t, f)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (w world) open(t *testing.T) (b nourish.Book) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		b, err = w.bs.Open(ctx, w.Tomas, w.Client, w.today-7, w.today+7)
		return err
	})
	return b
}

func (w world) shared(t *testing.T) (b nourish.Book) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		b, err = w.bs.Shared(ctx, w.Clinician, w.Client, w.today-7, w.today+7)
		return err
	})
	return b
}

func (w world) show(t *testing.T, shown bool, revision int64) error {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	_, err := w.bs.Show(ctx, w.Tomas, w.Client, shown, revision)
	return err
}

func TestAWeekShowsWhatNourishesBesideWhatDrains(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		dance := w.remembered(t, nourish.ThingForm{Words: canary, Kinds: []nourish.Kind{nourish.Play, nourish.Joy, "speed"}})
		calls := w.remembered(t, nourish.ThingForm{Words: "Calls after nine", Drains: true, Kinds: []nourish.Kind{nourish.Joy}})
		out := w.remembered(t, nourish.ThingForm{Words: "The park", Kinds: []nourish.Kind{nourish.Places}, Item: "outside"})
		if len(dance.Kinds) != 2 || dance.Kinds[0] != nourish.Joy || len(calls.Kinds) != 0 {
			t.Errorf("kinds: %v, and of what drains: %v", dance.Kinds, calls.Kinds)
		}
		w.noted(t, nourish.MomentForm{Thing: dance.ID, Day: w.today, State: nourish.There, Line: "Until ten"})
		w.noted(t, nourish.MomentForm{Thing: dance.ID, Day: w.today, State: nourish.There}) // once on a day
		w.noted(t, nourish.MomentForm{Thing: calls.ID, Day: w.today - 1, State: nourish.There})
		planned := w.noted(t, nourish.MomentForm{Thing: out.ID, Day: w.today + 2, State: nourish.Planned, Clock: nourish.Clock{From: 600, To: 660}})
		w.Do(t, func(ctx context.Context) error {
			_, err := w.logs.Keep(ctx, w.Tomas, w.Client, mood.Form{ID: newID(), Day: w.today - 1, There: []string{"outside", "much"}}, time.UTC)
			return err
		})

		b := w.open(t)
		days := b.Days(w.today-1, w.today)
		if d := days[1]; len(d.Nourishes) != 1 || d.Nourishes[0].Thing.Words != canary || d.Nourishes[0].Line != "Until ten" || len(d.Drains) != 0 {
			t.Errorf("today: %+v", d)
		}
		if d := days[0]; len(d.Drains) != 1 || len(d.Nourishes) != 1 || d.Nourishes[0].Thing.ID != out.ID || d.Nourishes[0].Moment != "" {
			t.Errorf("yesterday, with what the log says: %+v", d)
		}
		if waits := b.Waiting(w.today); len(waits) != 1 || waits[0].ID != planned.ID || waits[0].Clock.Words() != "10:00 to 11:00" {
			t.Errorf("planned: %+v", waits)
		}
		// A day that passed is not asked about.
		if waits := b.Waiting(w.today + 3); len(waits) != 0 {
			t.Errorf("it still waits: %+v", waits)
		}
		w.noted(t, nourish.MomentForm{ID: planned.ID, Revision: 1, Thing: out.ID, Day: planned.Day, State: nourish.LetGo})
		if waits := w.open(t).Waiting(w.today); len(waits) != 0 {
			t.Errorf("let go of, and still planned: %+v", waits)
		}
		w.NotOnDisk(t, canary)
		w.AuditHolds(t)
	})
}

func TestItIsTheClientsUntilTheyShowIt(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if b := w.shared(t); b.Sharing.Shown || len(b.Things) != 0 {
			t.Errorf("before anything: %+v", b)
		}
		dance := w.remembered(t, nourish.ThingForm{Words: canary, Item: "outside"})
		w.noted(t, nourish.MomentForm{Thing: dance.ID, Day: w.today, State: nourish.There})
		if b := w.shared(t); b.Sharing.Shown || len(b.Things)+len(b.Moments) != 0 {
			t.Errorf("not shown, and read: %+v", b)
		}
		if err := w.show(t, true, 3); !fault.Is(err, fault.Conflict) {
			t.Errorf("shown from a page that was stale: %v", err)
		}
		if err := w.show(t, true, 0); err != nil {
			t.Fatal(err)
		}
		if b := w.shared(t); !b.Sharing.Shown || len(b.Things) != 1 || len(b.Moments) != 1 || b.Things[0].Item != "" || b.Log != nil {
			t.Errorf("shown: %+v", b)
		}
		if err := w.show(t, false, 0); err != nil {
			t.Errorf("to show it no longer was refused: %v", err)
		}
		if b := w.shared(t); b.Sharing.Shown || len(b.Things) != 0 {
			t.Errorf("no longer shown, and read: %+v", b)
		}
	})
}

func TestARestoreShowsNothingThatWasTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		dance := w.remembered(t, nourish.ThingForm{Words: canary})
		m := w.noted(t, nourish.MomentForm{Thing: dance.ID, Day: w.today + 1, State: nourish.Planned, Clock: nourish.Clock{From: 600, To: 660}, Kept: true})
		if err := w.show(t, true, 0); err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(time.Hour)
		ended := []access.Ending{
			{ActorID: w.Tomas.ID, Compartment: w.Client, Kind: "nourish.shared", At: w.Clock.Now()},
			{ActorID: w.Tomas.ID, Compartment: w.Client, Kind: "nourish.time " + m.ID, At: w.Clock.Now()},
		}
		w.Clock.Pass(time.Hour)
		for range 2 {
			w.Do(t, func(ctx context.Context) error {
				return w.bs.EndAgain(ctx, access.System(w.Practice, "operator"), ended)
			})
		}
		if b := w.shared(t); b.Sharing.Shown || len(b.Things) != 0 {
			t.Errorf("it is shown again: %+v", b)
		}
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, w.Tomas, access.ReadNourish, w.Client)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			all, err := nourish.TimesIn(ctx, tx, w.Client, w.Clock.Now())
			if len(all) != 1 || !all[0].Off {
				t.Errorf("the time is kept free again: %+v", all)
			}
			return err
		})
		// What was shown anew after that stays so.
		b := w.open(t)
		if err := w.show(t, true, b.Sharing.Revision); err != nil {
			t.Fatal(err)
		}
		w.Do(t, func(ctx context.Context) error {
			return w.bs.EndAgain(ctx, access.System(w.Practice, "operator"), ended)
		})
		if !w.shared(t).Sharing.Shown {
			t.Error("what was shown anew is hidden")
		}
	})
}

func TestWhatComesTwiceOrFromADeviceThatWasSlower(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := nourish.ThingForm{ID: newID(), Words: "The lake"}
		for range 2 {
			if got, err := w.thing(t, f); err != nil || got.Revision != 1 {
				t.Fatalf("%+v, %v", got, err)
			}
		}
		changed := f
		changed.Revision, changed.Words, changed.Away = 1, "The lake in winter", true
		if got, err := w.thing(t, changed); err != nil || got.Revision != 2 || !got.Away {
			t.Fatalf("%+v, %v", got, err)
		}
		if nourishes, _ := w.open(t).Offers(); len(nourishes) != 0 {
			t.Errorf("what is put away is offered: %+v", nourishes)
		}
		changed.Words = "The sea"
		if got, err := w.thing(t, changed); !fault.Is(err, fault.Conflict) || got.Words != "The lake in winter" {
			t.Errorf("%+v, %v", got, err)
		}
		m := nourish.MomentForm{ID: newID(), Thing: f.ID, Day: w.today + 3, State: nourish.There} // a phone whose clock goes ahead
		for range 2 {
			if got, err := w.moment(t, m); err != nil || got.Revision != 1 || got.Day != w.today {
				t.Fatalf("%+v, %v", got, err)
			}
		}
		m.Line = "Cold"
		if got, err := w.moment(t, m); !fault.Is(err, fault.Conflict) || got.Line != "" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestWhatCannotBeKeptHereIsSaidBesideItsField(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		lake := w.remembered(t, nourish.ThingForm{Words: "The lake"})
		for field, f := range map[string]nourish.ThingForm{
			"words": {ID: newID()}, "item": {ID: newID(), Words: "x", Item: "nothing-of-the-log"}, "id": {ID: "x", Words: "x"},
		} {
			_, err := w.thing(t, f)
			if g, _ := err.(*fault.Error); g == nil || g.Kind != fault.Invalid || g.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := w.thing(t, nourish.ThingForm{ID: newID(), Words: strings.Repeat("a", nourish.MaxWords+1)}); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
		for name, f := range map[string]nourish.MomentForm{
			"a year and a day ahead": {Thing: lake.ID, Day: w.today + nourish.Ahead + 1, State: nourish.Planned},
			"long ago":               {Thing: lake.ID, Day: w.today - nourish.Back - 1, State: nourish.There},
			"planned for yesterday":  {Thing: lake.ID, Day: w.today - 1, State: nourish.Planned},
			"kept free without time": {Thing: lake.ID, Day: w.today, State: nourish.Planned, Kept: true},
			"no state":               {Thing: lake.ID, Day: w.today},
		} {
			f.ID = newID()
			if _, err := w.moment(t, f); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.moment(t, nourish.MomentForm{ID: newID(), Thing: newID(), Day: w.today, State: nourish.There}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a day of what is not there: %v", err)
		}
		for _, hands := range [][2]string{{"10:00", ""}, {"25:00", "26:00"}, {"11:00", "10:00"}, {"<b>", "x"}} {
			if _, err := nourish.ParseClock(hands[0], hands[1]); !fault.Is(err, fault.Invalid) {
				t.Errorf("%v: %v", hands, err)
			}
		}
	})
}

func TestNobodyElseReachesWhatNourishes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		dance := w.remembered(t, nourish.ThingForm{Words: canary})
		c := w.Client
		for _, a := range []access.Actor{w.Clinician, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, a, access.ReadNourish, func(ctx context.Context) error {
				_, err := w.bs.Open(ctx, a, c, w.today, w.today)
				return err
			})
			for _, do := range []func(context.Context) error{
				func(ctx context.Context) error {
					_, err := w.bs.KeepThing(ctx, a, c, nourish.ThingForm{ID: dance.ID, Revision: 1, Words: "x"})
					return err
				},
				func(ctx context.Context) error {
					_, err := w.bs.KeepMoment(ctx, a, c, nourish.MomentForm{ID: newID(), Thing: dance.ID, Day: w.today, State: nourish.There}, time.UTC)
					return err
				},
				func(ctx context.Context) error { _, err := w.bs.Show(ctx, a, c, true, 0); return err },
			} {
				w.Refused(t, a, access.KeepNourish, do)
			}
		}
		for _, a := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, a, access.ReadNourished, func(ctx context.Context) error {
				_, err := w.bs.Shared(ctx, a, c, w.today, w.today)
				return err
			})
			w.Refused(t, a, access.EndAgain, func(ctx context.Context) error { return w.bs.EndAgain(ctx, a, nil) })
		}
	})
}
