package calendar_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

// A rota is a world in which nobody has said yet when they see people; the practice is
// in New York, and it is Thursday 19 November 2026, half past four in the morning there.
type rota struct {
	*waytest.World
	*calendar.Calendars
	sessions *session.Sessions
	zone     *time.Location
}

func rotas(t *testing.T, f func(*testing.T, *rota)) {
	york, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		f(t, &rota{w, calendar.New(w.Door, "https://waymark.test"), session.New(w.Door), york})
	})
}

func (w *rota) day(t *testing.T, text string) calendar.Day {
	t.Helper()
	d, err := calendar.ReadDay("day", text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tuesdays is ten to ten to eleven, from 24 November on.
func (w *rota) tuesdays(t *testing.T) calendar.Pattern {
	t.Helper()
	return calendar.Pattern{First: w.day(t, "2026-11-24"), Minute: 600, Length: 50 * time.Minute, Every: 1, Place: canary}
}

func (w *rota) begin(t *testing.T, actor access.Actor, id string, p calendar.Pattern, clients ...access.Compartment) (left []calendar.Left, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.Begin(ctx, actor, clients, id, p, w.zone)
}

func (w *rota) of(t *testing.T, client access.Compartment) (all []session.Appointment) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = w.sessions.Of(ctx, w.Clinician, client)
		return err
	})
	return all
}

// clocks are when they begin, by the practice's clocks, of those that are planned.
func (w *rota) clocks(all []session.Appointment) (texts []string) {
	for _, a := range all {
		if a.State == session.Planned {
			texts = append(texts, a.Start.In(w.zone).Format("2006-01-02 15:04"))
		}
	}
	return texts
}

func (w *rota) roll(t *testing.T) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error {
		return w.Roll(ctx, &job.Run{Practice: w.World.Practice, Name: calendar.SeriesJob}, w.zone)
	})
}

func (w *rota) standing(t *testing.T, actor access.Actor, client access.Compartment) (all []calendar.Standing) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = w.Series(ctx, actor, client, w.zone)
		return err
	})
	return all
}

func (w *rota) anna(t *testing.T) access.Compartment {
	t.Helper()
	c := access.ClientRecord("anna")
	w.Make(t, c, access.PersonRecord("anna"))
	w.Grant(t, w.Clinician, c, access.Treats)
	return c
}

func TestASeriesIsMadeAheadAcrossTheChangeOfTheClocks(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		id, p := newID(t), w.tuesdays(t)
		for range 2 {
			if left, err := w.begin(t, w.Clinician, id, p, w.Client); err != nil || left != nil {
				t.Fatalf("left %v, %v", left, err)
			}
		}
		all := w.of(t, w.Client)
		if len(all) != 28 || all[0].Series != id || all[0].Place != canary {
			t.Fatalf("got %d, the first %+v", len(all), all[0])
		}
		for i, a := range all {
			if got := a.Start.In(w.zone).Format("Monday 15:04"); got != "Tuesday 10:00" {
				t.Errorf("%d: %s", i, got)
			}
			utc := "15:00"
			if a.Start.After(time.Date(2027, 3, 14, 0, 0, 0, 0, time.UTC)) {
				utc = "14:00"
			}
			if got := a.Start.Format("15:04"); got != utc {
				t.Errorf("%v is at %s in UTC, want %s", a.Start, got, utc)
			}
		}
		w.roll(t)
		if got := len(w.of(t, w.Client)); got != 28 {
			t.Errorf("rolled at once there are %d", got)
		}
		w.Clock.Pass(15 * 24 * time.Hour)
		for range 2 {
			w.roll(t)
		}
		if all = w.of(t, w.Client); len(all) != 30 || all[29].Place != canary || all[29].Start.In(w.zone).Format("2006-01-02 15:04") != "2027-06-15 10:00" {
			t.Errorf("two weeks later there are %d, the last %+v", len(all), all[len(all)-1])
		}
		w.Ungrant(t, w.Clinician, w.Client)
		w.Clock.Pass(30 * 24 * time.Hour)
		w.roll(t)
		past := 0
		for _, a := range all {
			if !a.Start.After(w.Clock.Now()) {
				past++
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM appointment WHERE revision = 1`); n != 30 {
			t.Errorf("somebody who works with them no more plans: %d", n)
		}
		if n := w.Count(t, `SELECT count(*) FROM appointment WHERE state = 'cancelled' AND by_side = 'practice'`); n != 30-past || past == 0 {
			t.Errorf("of what is ahead %d are taken out, want %d", n, 30-past)
		}
		other := p
		other.Minute = 660
		w.Grant(t, w.Clinician, w.Client, access.Treats)
		if _, err := w.begin(t, w.Clinician, id, other, w.Client); err == nil {
			t.Error("one form made two series")
		}
		w.NotOnDisk(t, canary)
	})
}

func TestWhatASeriesCannotMakeIsSaid(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		anna := w.anna(t)
		w.Do(t, func(ctx context.Context) error {
			return w.Close(ctx, w.Manager, calendar.Holiday{ID: newID(t), First: w.day(t, "2026-12-24"), Last: w.day(t, "2027-01-01"), Name: "Christmas"}, w.zone)
		})
		at := w.day(t, "2026-12-08").At(620, w.zone)
		w.Do(t, func(ctx context.Context) error {
			_, err := w.sessions.Plan(ctx, w.Clinician, anna, session.Form{ID: newID(t), Start: at, Length: 50 * time.Minute})
			return err
		})
		w.Do(t, func(ctx context.Context) error { // whole days away
			_, err := w.Protect(ctx, w.Clinician, calendar.Protected{ID: newID(t), First: w.day(t, "2026-12-14"), Last: w.day(t, "2026-12-18"), To: 24 * 60}, w.zone)
			return err
		})
		id := newID(t)
		left, err := w.begin(t, w.Clinician, id, w.tuesdays(t), w.Client)
		want := []calendar.Left{{Day: w.day(t, "2026-12-08"), Why: calendar.WhyTaken}, {Day: w.day(t, "2026-12-15"), Why: calendar.WhyKept}, {Day: w.day(t, "2026-12-29"), Why: calendar.WhyHoliday}}
		if err != nil || !cmp.Equal(left, want) {
			t.Errorf("left: got %v, %v, want %v", left, err, want)
		}
		if all := w.standing(t, w.Tomas, w.Client); len(all) != 1 || !cmp.Equal(all[0].Left, want) || all[0].Place != canary || all[0].With != nil {
			t.Errorf("as the client sees it: %+v", all)
		}
		p := w.tuesdays(t)
		p.Minute, p.Last = 610, w.day(t, "2026-12-01")
		if _, err := w.begin(t, w.Clinician, newID(t), p, anna); !fault.Is(err, fault.Conflict) {
			t.Errorf("nothing of it is free: %v", err)
		}
		p.First, p.Last, p.Minute = w.day(t, "2027-03-14"), w.day(t, "2027-03-14"), 2*60+30
		if _, err := w.begin(t, w.Clinician, newID(t), p, anna); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "clocks") {
			t.Errorf("at half past two in the night of the clocks: %v", err)
		}
		if n := w.Count(t, `SELECT count(*) FROM series`); n != 1 {
			t.Errorf("of what could not be made %d series are kept", n-1)
		}
	})
}

func TestAHolidayTakesOutWhatCameRound(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		if _, err := w.begin(t, w.Clinician, newID(t), w.tuesdays(t), w.Client); err != nil {
			t.Fatal(err)
		}
		moved := w.of(t, w.Client)[1] // 1 December, moved by hand to the day after
		w.Do(t, func(ctx context.Context) error {
			_, err := w.sessions.Move(ctx, w.Clinician, w.Client, moved.ID, 1, session.Move{Start: moved.Start.Add(24 * time.Hour), Length: moved.Length})
			return err
		})
		holiday := newID(t)
		w.Do(t, func(ctx context.Context) error {
			return w.Close(ctx, w.Manager, calendar.Holiday{ID: holiday, First: w.day(t, "2026-11-30"), Last: w.day(t, "2026-12-08")}, w.zone)
		})
		for range 2 {
			w.roll(t)
		}
		var off []session.Attended
		w.Do(t, func(ctx context.Context) error {
			all, err := w.sessions.Attended(ctx, w.Tomas, w.Client)
			for _, a := range all {
				if a.State == session.Cancelled {
					off = append(off, a)
				}
			}
			return err
		})
		if len(off) != 1 || off[0].By != session.ThePractice || off[0].Start.In(w.zone).Format("2006-01-02") != "2026-12-08" {
			t.Errorf("taken out: %+v, want 8 December and not what was moved", off)
		}
		if n := w.Count(t, `SELECT count(*) FROM taken`); n != 27*10 {
			t.Errorf("%d cells are held, want ten for each of 27", n)
		}
		if all := w.of(t, w.Client); all[2].Place != canary {
			t.Errorf("what is taken out is sealed as it was: %+v", all[2])
		}
		w.Do(t, func(ctx context.Context) error { return w.Open(ctx, w.Manager, holiday) })
		w.roll(t)
		if got := len(w.clocks(w.of(t, w.Client))); got != 27 {
			t.Errorf("it came back by itself: %d", got)
		}
	})
}

func TestEveryOtherWeekTwoShareOneHourInTurn(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		anna := w.anna(t)
		p := w.tuesdays(t)
		p.Every = 2
		if left, err := w.begin(t, w.Clinician, newID(t), p, w.Client); err != nil || left != nil {
			t.Fatal(left, err)
		}
		p.First += 7
		if left, err := w.begin(t, w.Clinician, newID(t), p, anna); err != nil || left != nil {
			t.Fatal(left, err)
		}
		mine, hers := w.clocks(w.of(t, w.Client)), w.clocks(w.of(t, anna))
		if len(mine) != 14 || len(hers) != 14 || mine[3] != "2027-01-05 10:00" || hers[3] != "2027-01-12 10:00" {
			t.Errorf("got %v and %v", mine, hers)
		}
	})
}

func TestASeriesIsChangedFromADayOnAndKeepsWhatIsBoundToIt(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		id := newID(t)
		if _, err := w.begin(t, w.Clinician, id, w.tuesdays(t), w.Client); err != nil {
			t.Fatal(err)
		}
		before := w.of(t, w.Client)
		change := func(revision int64, p calendar.Pattern) ([]calendar.Left, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.Change(ctx, w.Clinician, []access.Compartment{w.Client}, id, revision, p, w.zone)
		}
		p := w.tuesdays(t)
		p.First, p.Minute, p.Every = w.day(t, "2026-12-10"), 11*60+30, 2 // Thursdays
		for range 2 {
			if left, err := change(1, p); err != nil || left != nil {
				t.Fatal(left, err)
			}
		}
		after := w.of(t, w.Client)
		var planned []session.Appointment
		for _, a := range after {
			if a.State == session.Planned {
				planned = append(planned, a)
			}
		}
		got := w.clocks(planned)
		want := []string{"2026-11-24 10:00", "2026-12-01 10:00", "2026-12-10 11:30", "2026-12-24 11:30", "2027-01-07 11:30"}
		if !cmp.Equal(got[:5], want) || planned[2].ID != before[2].ID {
			t.Errorf("got %v (%s), want %v with the ids that they had", got, planned[2].ID, want)
		}
		if n := w.Count(t, `SELECT count(*) FROM taken`); n != len(planned)*10 {
			t.Errorf("%d cells are held for %d", n, len(planned))
		}
		w.Do(t, func(ctx context.Context) error {
			all, err := w.sessions.Attended(ctx, w.Tomas, w.Client)
			if len(all) != len(planned) {
				t.Errorf("what was taken out with its series is part of continuity: %d of %d", len(all), len(planned))
			}
			for _, a := range all {
				if !a.MovedFrom.IsZero() {
					t.Errorf("what moved with its series counts as moved: %+v", a)
				}
			}
			return err
		})
		if _, err := change(1, w.tuesdays(t)); !fault.Is(err, fault.Conflict) {
			t.Errorf("from a revision that is over: %v", err)
		}
		w.Do(t, func(ctx context.Context) error { // a holiday also takes out what was moved with its series
			return w.Close(ctx, w.Manager, calendar.Holiday{ID: newID(t), First: w.day(t, "2027-01-07"), Last: w.day(t, "2027-01-07")}, w.zone)
		})
		w.roll(t)
		if got := w.clocks(w.of(t, w.Client)); len(got) != len(planned)-1 || got[4] != "2027-01-21 11:30" {
			t.Errorf("with a holiday: %v", got)
		}
		planned = planned[1:]
		w.Clock.Pass(21 * 24 * time.Hour)
		w.roll(t)
		if all := w.clocks(w.of(t, w.Client)); len(all) != len(planned)+1 && len(all) != len(planned)+2 {
			t.Errorf("three weeks later %d, before %d", len(all), len(planned))
		}

		stop := func(revision int64, from calendar.Day) error {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.Stop(ctx, w.Clinician, []access.Compartment{w.Client}, id, revision, from, w.zone)
		}
		if err := stop(2, w.day(t, "2026-11-30")); !fault.Is(err, fault.Invalid) {
			t.Errorf("in the past: %v", err)
		}
		for range 2 {
			if err := stop(2, w.day(t, "2027-01-01")); err != nil {
				t.Fatal(err)
			}
		}
		if all := w.clocks(w.of(t, w.Client)); all[len(all)-1] != "2026-12-24 11:30" {
			t.Errorf("after it ended: %v", all)
		}
		w.Clock.Pass(60 * 24 * time.Hour)
		w.roll(t)
		if all := w.clocks(w.of(t, w.Client)); all[len(all)-1] != "2026-12-24 11:30" {
			t.Errorf("it goes on: %v", all)
		}
	})
}

func TestWhatWasDecidedOfOneStaysWhenItsSeriesIsChanged(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		id, p := newID(t), w.tuesdays(t)
		p.Every = 2
		if _, err := w.begin(t, w.Clinician, id, p, w.Client); err != nil {
			t.Fatal(err)
		}
		before := w.of(t, w.Client) // 24 November, 8 and 22 December, 5 and 19 January
		ref := func(i int) []calendar.Ref {
			return []calendar.Ref{{Client: w.Client, ID: before[i].ID, Revision: 1}}
		}
		w.Do(t, func(ctx context.Context) error {
			return w.CallOff(ctx, w.Clinician, ref(1), calendar.Off{By: session.TheClinician})
		})
		to := session.Move{Start: before[2].Start.Add(8 * 24 * time.Hour), Length: before[2].Length} // into another week
		w.Do(t, func(ctx context.Context) error {
			return w.Shift(ctx, w.Clinician, ref(2), calendar.Elsewhere{Move: to}, w.zone)
		})
		p.First, p.Minute = w.day(t, "2026-12-08"), 11*60
		var left []calendar.Left
		w.Do(t, func(ctx context.Context) (err error) {
			left, err = w.Change(ctx, w.Clinician, []access.Compartment{w.Client}, id, 1, p, w.zone)
			return err
		})
		if want := []calendar.Left{{Day: w.day(t, "2026-12-08"), Why: calendar.WhyApart}, {Day: w.day(t, "2026-12-22"), Why: calendar.WhyApart}}; !cmp.Equal(left, want) {
			t.Errorf("days without: got %v, want %v", left, want)
		}
		got := w.clocks(w.of(t, w.Client))
		if want := []string{"2026-11-24 10:00", "2026-12-30 10:00", "2027-01-05 11:00", "2027-01-19 11:00"}; !cmp.Equal(got[:4], want) {
			t.Errorf("got %v, want %v", got[:4], want)
		}
		p.Minute = 12 * 60
		for revision := range int64(2) { // and once more, also if it comes twice
			w.Do(t, func(ctx context.Context) (err error) {
				left, err = w.Change(ctx, w.Clinician, []access.Compartment{w.Client}, id, 2, p, w.zone)
				return err
			})
			if again := w.clocks(w.of(t, w.Client)); len(left) != 2 || again[1] != got[1] || again[2] != "2027-01-05 12:00" || len(again) != len(got) {
				t.Errorf("%d: left %v, %v", revision, left, again)
			}
		}
	})
}

func TestTwoWhoComeTogetherHaveOneTime(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		anna := w.anna(t)
		p := w.tuesdays(t)
		if _, err := w.begin(t, w.Clinician, newID(t), p, w.Client, anna); !fault.Is(err, fault.Invalid) {
			t.Errorf("two who come alone: %v", err)
		}
		p.Format = session.Couple
		id := newID(t)
		for range 2 {
			if left, err := w.begin(t, w.Clinician, id, p, w.Client, anna); err != nil || left != nil {
				t.Fatal(left, err)
			}
		}
		mine, hers := w.of(t, w.Client), w.of(t, anna)
		if len(mine) != 28 || len(hers) != 28 || mine[5].Meeting != hers[5].Meeting || mine[5].ID == hers[5].ID || mine[5].Format != session.Couple {
			t.Fatalf("got %d and %d, %+v and %+v", len(mine), len(hers), mine[5], hers[5])
		}
		if n := w.Count(t, `SELECT count(*) FROM taken`); n != 280 {
			t.Errorf("%d cells are held, want those of one", n)
		}
		if all := w.standing(t, w.Clinician, w.Client); len(all) != 1 || !cmp.Equal(all[0].With, []string{"anna"}) {
			t.Errorf("who comes: %+v", all)
		}
		var both []session.Appointment
		w.Do(t, func(ctx context.Context) (err error) {
			both, err = w.Meeting(ctx, w.Clinician, anna, hers[0].ID)
			return err
		})
		if len(both) != 2 {
			t.Fatalf("meeting: %+v", both)
		}
		refs := make([]calendar.Ref, 2)
		for i, a := range both {
			refs[i] = calendar.Ref{Client: a.Client, ID: a.ID, Revision: a.Revision}
		}
		to := session.Move{Start: both[0].Start.Add(15 * time.Minute), Length: both[0].Length}
		for range 2 {
			w.Do(t, func(ctx context.Context) error {
				return w.Shift(ctx, w.Clinician, refs, calendar.Elsewhere{Move: to}, w.zone)
			})
		}
		if mine, hers = w.of(t, w.Client), w.of(t, anna); !mine[0].Start.Equal(to.Start) || !hers[0].Start.Equal(to.Start) {
			t.Errorf("moved: %v and %v", mine[0].Start, hers[0].Start)
		}
		if n := w.Count(t, `SELECT count(*) FROM taken`); n != 280 {
			t.Errorf("after moving %d cells are held", n)
		}
		p.First, p.Minute, p.Format = w.day(t, "2026-12-01"), 900, session.Couple
		w.Do(t, func(ctx context.Context) error {
			left, err := w.Change(ctx, w.Clinician, []access.Compartment{w.Client, anna}, id, 1, p, w.zone)
			if left != nil {
				t.Errorf("left %v", left)
			}
			return err
		})
		w.roll(t)
		mine, hers = w.of(t, w.Client), w.of(t, anna)
		if got := mine[1].Start.In(w.zone).Format("15:04"); got != "15:00" || mine[1].Meeting != hers[1].Meeting || !hers[1].Start.Equal(mine[1].Start) {
			t.Errorf("changed: %s, %v and %v", got, mine[1].Start, hers[1].Start)
		}
		if n := w.Count(t, `SELECT count(*) FROM taken`); n != 280 {
			t.Errorf("after changing %d cells are held", n)
		}
	})
}

func TestASeriesIsClosedToOthers(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		id, p := newID(t), w.tuesdays(t)
		if _, err := w.begin(t, w.Clinician, id, p, w.Client); err != nil {
			t.Fatal(err)
		}
		clients := []access.Compartment{w.Client}
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			for name, do := range map[string]func(context.Context) error{
				"begin": func(ctx context.Context) error {
					_, err := w.Begin(ctx, actor, clients, newID(t), p, w.zone)
					return err
				},
				"change": func(ctx context.Context) error { _, err := w.Change(ctx, actor, clients, id, 1, p, w.zone); return err },
				"stop":   func(ctx context.Context) error { return w.Stop(ctx, actor, clients, id, 1, p.First+7, w.zone) },
				"plan": func(ctx context.Context) error {
					return w.Plan(ctx, actor, clients, calendar.Single{Form: session.Form{ID: newID(t)}}, w.zone)
				},
				"shift": func(ctx context.Context) error {
					return w.Shift(ctx, actor, []calendar.Ref{{Client: w.Client}}, calendar.Elsewhere{}, w.zone)
				},
				"calloff": func(ctx context.Context) error {
					return w.CallOff(ctx, actor, []calendar.Ref{{Client: w.Client}}, calendar.Off{})
				},
			} {
				t.Run(name, func(t *testing.T) { w.Refused(t, actor, access.PlanSession, do) })
			}
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadSessions, func(ctx context.Context) error {
				_, err := w.Series(ctx, actor, w.Client, w.zone)
				return err
			})
		}
		of := w.of(t, w.Client)[0].ID
		w.Do(t, func(ctx context.Context) error {
			all, err := w.Meeting(ctx, w.Stranger, w.Client, of)
			if len(all) > 0 {
				t.Errorf("a colleague reads %+v", all)
			}
			return err
		})
		// A colleague who treats the client too does not change a series of somebody else's.
		w.Grant(t, w.Stranger, w.Client, access.Treats)
		ctx, settle := w.Visit(t)
		defer settle()
		if err := w.Stop(ctx, w.Stranger, clients, id, 1, p.First+7, w.zone); !fault.Is(err, fault.NotFound) {
			t.Errorf("a colleague: %v", err)
		}
	})
}
