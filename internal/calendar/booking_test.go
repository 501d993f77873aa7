package calendar_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waiting"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "the lift with the brass door"

// A diary is a world in which Ines sees people on weekdays from nine to one, and
// clients book themselves.
type diary struct {
	*waytest.World
	*calendar.Calendars
	*waiting.Lines
	sessions *session.Sessions
	queue    *job.Queue
}

func newID(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

func booking(t *testing.T, f func(*testing.T, *diary)) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		d := &diary{World: w, Calendars: calendar.New(w.Door, "https://waymark.test"), Lines: waiting.New(w.Door, "https://waymark.test", calendar.FreeIn), sessions: session.New(w.Door), queue: job.New(w.Door)}
		d.queue.Handle(waiting.OfferJob, func(ctx context.Context, run *job.Run) error { return d.Offer(ctx, run, time.UTC) })
		d.queue.Handle(post.Send, func(context.Context, *job.Run) error { return nil }) // letters are counted, and stay here
		for weekday := range 5 {
			h := calendar.Hours{ID: newID(t), Weekday: weekday, From: 9 * 60, To: 13 * 60, First: calendar.DayOf(w.Clock.Now(), time.UTC), Place: "Room 2"}
			d.Do(t, func(ctx context.Context) error { return d.AddHours(ctx, d.Clinician, h) })
		}
		p := calendar.FirstPolicy()
		p.Books, p.Late = true, "We ask for half the fee then, unless you are ill."
		d.Do(t, func(ctx context.Context) error { _, err := d.RevisePolicy(ctx, d.Manager, p); return err })
		f(t, d)
	})
}

// more is another client of Ines's.
func (d *diary) more(t *testing.T, id string) (access.Actor, access.Compartment) {
	t.Helper()
	who, c := access.Actor{Practice: d.World.Practice, ID: id, Fresh: true}, access.ClientRecord(id)
	d.Make(t, c, access.PersonRecord(id))
	d.Grant(t, who, access.Operations, access.Client)
	d.Grant(t, who, c, access.Self)
	d.Grant(t, d.Clinician, c, access.Treats)
	return who, c
}

func (d *diary) times(t *testing.T, actor access.Actor, c access.Compartment) (all calendar.Times) {
	t.Helper()
	d.Do(t, func(ctx context.Context) (err error) { all, err = d.Times(ctx, actor, c, time.UTC); return err })
	return all
}

func (d *diary) book(t *testing.T, actor access.Actor, c access.Compartment, start time.Time) (session.Appointment, error) {
	t.Helper()
	return d.send(t, actor, c, calendar.Choice{ID: newID(t), ClinicianID: "ines", Start: start})
}

func (d *diary) send(t *testing.T, actor access.Actor, c access.Compartment, f calendar.Choice) (session.Appointment, error) {
	t.Helper()
	ctx, settle := d.Visit(t)
	defer settle()
	return d.Book(ctx, actor, c, f, time.UTC)
}

func (d *diary) run(t *testing.T) {
	t.Helper()
	if _, err := d.queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := d.queue.Failed(); n > 0 {
		t.Fatalf("%d jobs failed", n)
	}
}

func faultAt(err error) (kind fault.Kind, field string) {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Kind, f.Field
	}
	return "", ""
}

// at is a time on one of the days after the world begins, a Thursday.
func on(days int, clock time.Duration) time.Time {
	return waytest.Start.Truncate(24*time.Hour).AddDate(0, 0, days).Add(clock)
}

func TestAClientBooksAnOpenTimeOnce(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		all := d.times(t, d.Tomas, d.Client)
		if len(all.Open) == 0 || all.Open[0].Start != on(1, 9*time.Hour) || all.Open[0].Place != "Room 2" || all.With[0] != "ines" {
			t.Fatalf("got %+v", all)
		}
		f := calendar.Choice{ID: newID(t), ClinicianID: "ines", Start: on(1, 10*time.Hour), Words: "I come by " + canary}
		a, err := d.send(t, d.Tomas, d.Client, f)
		if err != nil || a.Place != "Room 2" || a.Length != 50*time.Minute {
			t.Fatalf("got %+v, %v", a, err)
		}
		if again, err := d.send(t, d.Tomas, d.Client, f); err != nil || again.ID != a.ID {
			t.Errorf("again: %+v, %v", again, err)
		}
		other := f
		other.Words = "Other words"
		if _, err := d.send(t, d.Tomas, d.Client, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same id with other words: %v", err)
		}
		for who, actor := range map[string]access.Actor{"client": d.Tomas, "clinician": d.Clinician} {
			got := d.times(t, actor, d.Client)
			if len(got.Coming) != 1 || len(got.Coming[0].Words) != 1 || got.Coming[0].Words[0].Text != f.Words || got.Policy.Late == "" {
				t.Errorf("%s: %+v", who, got.Coming)
			}
			for _, s := range got.Open {
				if s.Start.Equal(a.Start) {
					t.Errorf("%s: %v is still open", who, s.Start)
				}
			}
		}
		d.NotOnDisk(t, canary)
		d.NotOnDisk(t, "half the fee")
	})
}

func TestWhatCannotBeBookedIsSaid(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		anna, hers := d.more(t, "anna")
		if _, err := d.book(t, anna, hers, on(1, 10*time.Hour)); err != nil {
			t.Fatal(err)
		}
		for name, start := range map[string]time.Time{
			"taken": on(1, 10*time.Hour), "off the grid": on(1, 9*time.Hour+30*time.Minute), "out of hours": on(1, 15*time.Hour),
			"a Saturday": on(2, 10*time.Hour), "too soon": on(0, 12*time.Hour), "too far": on(70, 10*time.Hour), "over": on(-1, 10*time.Hour),
		} {
			_, err := d.book(t, d.Tomas, d.Client, start)
			if kind, field := faultAt(err); kind != fault.Conflict || field != "time" {
				t.Errorf("%s: %v", name, err)
			}
		}
		for range 2 {
			open := d.times(t, d.Tomas, d.Client).Open
			if _, err := d.book(t, d.Tomas, d.Client, open[0].Start); err != nil {
				t.Fatal(err)
			}
		}
		if !d.times(t, d.Tomas, d.Client).Full {
			t.Error("two are as many as the policy lets a client book")
		}
		if _, err := d.book(t, d.Tomas, d.Client, on(5, 9*time.Hour)); !fault.Is(err, fault.Invalid) {
			t.Errorf("a third one: %v", err)
		}
		if _, err := d.book(t, d.Clinician, d.Client, on(5, 9*time.Hour)); err != nil {
			t.Errorf("the clinician's limit is another: %v", err)
		}
		long := calendar.Choice{ID: newID(t), ClinicianID: "ines", Start: on(6, 9*time.Hour), Words: strings.Repeat("a", 1<<20)}
		if _, err := d.send(t, d.Clinician, d.Client, long); !fault.Is(err, fault.Invalid) {
			t.Errorf("a megabyte: %v", err)
		}
		if _, err := d.send(t, d.Tomas, d.Client, calendar.Choice{ID: newID(t), ClinicianID: "mallory", Start: on(6, 9*time.Hour)}); !fault.Is(err, fault.Conflict) {
			t.Errorf("somebody who does not work with them: %v", err)
		}
		p := calendar.FirstPolicy()
		p.Revision = 1
		d.Do(t, func(ctx context.Context) error { _, err := d.RevisePolicy(ctx, d.Manager, p); return err })
		if _, err := d.book(t, anna, hers, on(6, 9*time.Hour)); !fault.Is(err, fault.Invalid) {
			t.Errorf("where clients do not book: %v", err)
		}
		if got := d.times(t, anna, hers); got.Open != nil {
			t.Errorf("where clients do not book: %v", got.Open)
		}
	})
}

// TestOneOfAHundredWins has a hundred clients book one time at once.
func TestOneOfAHundredWins(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		const many, rounds = 100, 3
		type one struct {
			who access.Actor
			c   access.Compartment
		}
		all := make([]one, many)
		for i := range all {
			all[i].who, all[i].c = d.more(t, fmt.Sprintf("c%03d", i))
		}
		for round := range rounds {
			start := d.times(t, all[0].who, all[0].c).Open[0].Start
			var won, lost atomic.Int32
			var wg sync.WaitGroup
			for _, o := range all {
				f := calendar.Choice{ID: newID(t), ClinicianID: "ines", Start: start}
				wg.Go(func() {
					_, err := d.send(t, o.who, o.c, f)
					switch kind, field := faultAt(err); {
					case err == nil:
						won.Add(1)
					case kind == fault.Conflict && field == "time":
						lost.Add(1)
					case kind == fault.Invalid: // has two already
						lost.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if won.Load() != 1 || lost.Load() != many-1 {
				t.Errorf("round %d: %d won and %d lost", round, won.Load(), lost.Load())
			}
			if n := d.Count(t, `SELECT count(*) FROM appointment WHERE starts_at = $1`, start.UnixMicro()); n != 1 {
				t.Errorf("round %d: %d appointments", round, n)
			}
		}
	})
}

func TestASessionIsMovedWhileItIsEarly(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		a, err := d.book(t, d.Tomas, d.Client, on(4, 10*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		move := func(actor access.Actor, f calendar.Shift) (b session.Appointment, err error) {
			ctx, settle := d.Visit(t)
			defer settle()
			return d.Move(ctx, actor, d.Client, f, time.UTC)
		}
		f := calendar.Shift{ID: newID(t), SessionID: a.ID, Revision: 1, Start: on(5, 11*time.Hour), Words: canary}
		d.Exec(t, `UPDATE appointment SET series = $1`, newID(t)) // as if it came round
		b, err := move(d.Tomas, f)
		if b.Series != "" {
			t.Errorf("it is of the series %s still", b.Series)
		}
		if err != nil || b.ID != a.ID || !b.Start.Equal(f.Start) || b.By != session.TheClient {
			t.Fatalf("got %+v, %v", b, err)
		}
		if again, err := move(d.Tomas, f); err != nil || again != b {
			t.Errorf("again: %+v, %v", again, err)
		}
		late := calendar.Shift{ID: newID(t), SessionID: a.ID, Revision: 1, Start: on(6, 11*time.Hour)}
		if _, err := move(d.Tomas, late); !fault.Is(err, fault.Conflict) {
			t.Errorf("from an old revision: %v", err)
		}
		anna, hers := d.more(t, "anna")
		if _, err := d.book(t, anna, hers, a.Start); err != nil {
			t.Errorf("the time that became free: %v", err)
		}
		if _, err := move(d.Tomas, calendar.Shift{ID: newID(t), SessionID: a.ID, Revision: 2, Start: a.Start}); !fault.Is(err, fault.Conflict) {
			t.Errorf("to a time that is taken: %v", err)
		}
		d.Clock.Pass(b.Start.Sub(d.Clock.Now()) - 23*time.Hour)
		if _, err := move(d.Tomas, calendar.Shift{ID: newID(t), SessionID: a.ID, Revision: 2, Start: on(7, 9*time.Hour)}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a day before: %v", err)
		}
		if got := d.times(t, d.Tomas, d.Client).Coming[0]; got.Moves || got.Early {
			t.Errorf("got %+v", got)
		}
		if _, err := move(d.Clinician, calendar.Shift{ID: newID(t), SessionID: a.ID, Revision: 2, Start: on(7, 9*time.Hour)}); err != nil {
			t.Errorf("the clinician, a day before: %v", err)
		}
		d.NotOnDisk(t, canary)
	})
}

func TestCancellingIsNeverRefusedForBeingLate(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		cancel := func(actor access.Actor, f calendar.Leave) (session.Appointment, error) {
			ctx, settle := d.Visit(t)
			defer settle()
			return d.Cancel(ctx, actor, d.Client, f)
		}
		early, err := d.book(t, d.Tomas, d.Client, on(1, 10*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		late, err := d.book(t, d.Tomas, d.Client, on(4, 10*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		f := calendar.Leave{ID: newID(t), SessionID: early.ID, Revision: 1, Words: canary}
		for range 2 {
			a, err := cancel(d.Tomas, f)
			if err != nil || a.State != session.Cancelled || a.Attendance != session.Early || a.By != session.TheClient {
				t.Fatalf("got %+v, %v", a, err)
			}
		}
		d.Clock.Pass(late.Start.Sub(d.Clock.Now()) - time.Minute)
		a, err := cancel(d.Tomas, calendar.Leave{ID: newID(t), SessionID: late.ID, Revision: 1})
		if err != nil || a.Attendance != session.Late {
			t.Fatalf("got %+v, %v", a, err)
		}
		if _, err := cancel(d.Tomas, calendar.Leave{ID: newID(t), SessionID: late.ID, Revision: 2}); !fault.Is(err, fault.Conflict) {
			t.Errorf("what is cancelled already: %v", err)
		}
		said := d.times(t, d.Clinician, d.Client).Said
		if len(said) != 4 || !said[0].Late || said[1].Late || said[1].Text != canary {
			t.Errorf("got %+v", said)
		}
		d.Do(t, func(ctx context.Context) error {
			_, changed, err := d.Line(ctx, d.Clinician, waytest.Start.Add(-time.Hour))
			if len(changed) != 4 || changed[1].Text != canary || changed[0].Client != d.Client {
				t.Errorf("got %+v", changed)
			}
			return err
		})
		d.NotOnDisk(t, canary)
	})
}

// How many sessions a client has booked is not forgotten by booking and cancelling.
func TestHowManyAClientMayBookIsNotWornDown(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		if _, err := d.book(t, d.Tomas, d.Client, on(5, 9*time.Hour)); err != nil {
			t.Fatal(err)
		}
		for range 26 {
			a, err := d.book(t, d.Clinician, d.Client, on(5, 10*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			d.Do(t, func(ctx context.Context) error {
				_, err := d.Cancel(ctx, d.Clinician, d.Client, calendar.Leave{ID: newID(t), SessionID: a.ID, Revision: a.Revision})
				return err
			})
		}
		if _, err := d.book(t, d.Tomas, d.Client, on(5, 11*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.book(t, d.Tomas, d.Client, on(5, 12*time.Hour)); !fault.Is(err, fault.Invalid) || !d.times(t, d.Tomas, d.Client).Full {
			t.Errorf("a third one: %v", err)
		}
	})
}

func TestWhoeverBooksAndMovesWithoutEndIsAskedToCallAndMayCancel(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		cancel := func(a session.Appointment) {
			t.Helper()
			d.Do(t, func(ctx context.Context) error {
				_, err := d.Cancel(ctx, d.Tomas, d.Client, calendar.Leave{ID: newID(t), SessionID: a.ID, Revision: a.Revision})
				return err
			})
		}
		move := func(a session.Appointment, to time.Time) (moved session.Appointment, err error) {
			ctx, settle := d.Visit(t)
			defer settle()
			return d.Move(ctx, d.Tomas, d.Client, calendar.Shift{ID: newID(t), SessionID: a.ID, Revision: a.Revision, Start: to}, time.UTC)
		}
		kept, err := d.book(t, d.Tomas, d.Client, on(12, 9*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		for n := range 3 { // seven in all
			a, err := d.book(t, d.Tomas, d.Client, on(12, 10*time.Hour))
			if err != nil {
				t.Fatalf("the one after %d: %v", n, err)
			}
			if kept, err = move(kept, on(12, time.Duration(11+n%2)*time.Hour)); err != nil {
				t.Fatal(err)
			}
			cancel(a)
		}
		if d.times(t, d.Tomas, d.Client).Often {
			t.Error("one more is refused before it is asked")
		}
		first, err := d.book(t, d.Tomas, d.Client, on(12, 10*time.Hour)) // the eighth: two may be ahead, and six more in a week
		if err != nil {
			t.Fatal(err)
		}
		cancel(first)
		refused := func(err error) {
			t.Helper()
			if kind, field := faultAt(err); kind != fault.Invalid || field != "time" || !strings.Contains(err.Error(), "call the practice") {
				t.Errorf("got %v", err)
			}
		}
		_, err = d.book(t, d.Tomas, d.Client, on(12, 10*time.Hour))
		refused(err)
		_, err = move(kept, on(12, 9*time.Hour))
		refused(err)
		if got := d.times(t, d.Tomas, d.Client); !got.Often || got.Coming[0].Moves {
			t.Errorf("the page says nothing of it: %+v", got)
		}
		if got := d.times(t, d.Clinician, d.Client); got.Often {
			t.Error("whoever treats them is counted with")
		}
		if _, err := d.book(t, d.Clinician, d.Client, on(12, 10*time.Hour)); err != nil {
			t.Errorf("whoever treats them books for them: %v", err)
		}
		cancel(kept) // which is never refused

		d.Clock.Pass(7*24*time.Hour + time.Minute)
		if _, err := d.book(t, d.Tomas, d.Client, on(12, 9*time.Hour)); err != nil {
			t.Errorf("a week later: %v", err)
		}
	})
}
