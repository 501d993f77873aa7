package session_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

// in does something in a transaction of the clinician's that may plan.
func (w world) in(t *testing.T, do func(ctx context.Context, tx *access.Tx) error) error {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	tx, err := w.Door.Begin(ctx, w.Clinician, access.PlanSession, w.Client)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if err := do(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (w world) move(t *testing.T, id string, revision int64, to session.Move) (a session.Appointment, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.sessions.Move(ctx, w.Clinician, w.Client, id, revision, to)
}

func (w world) attend(t *testing.T, id string, revision int64, said session.Said) (session.Appointment, error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.sessions.Attend(ctx, w.Clinician, w.Client, id, revision, said)
}

func (w world) attended(t *testing.T) (all []session.Attended) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = w.sessions.Attended(ctx, w.Tomas, w.Client)
		return err
	})
	return all
}

func TestOfAHundredWhoBookOneTimeExactlyOneWins(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		const many, rounds = 100, 3
		for round := range rounds {
			var won, lost atomic.Int32
			var wg sync.WaitGroup
			gate := make(chan struct{})
			for i := range many {
				// Half of them touch the time only in part.
				f := form(t, time.Duration(round+1)*2*time.Hour+time.Duration(i%2)*20*time.Minute)
				wg.Go(func() {
					<-gate
					switch _, err := w.plan(t, w.Clinician, w.Client, f); {
					case err == nil:
						won.Add(1)
					case fault.Is(err, fault.Conflict):
						lost.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			close(gate)
			wg.Wait()
			if won.Load() != 1 || lost.Load() != many-1 {
				t.Errorf("round %d: %d won and %d lost", round, won.Load(), lost.Load())
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM appointment`); n != rounds {
			t.Errorf("appointments: got %d, want %d", n, rounds)
		}
		if n := w.Count(t, `SELECT count(*) FROM taken`); n != rounds*10 {
			t.Errorf("cells: got %d, want ten for each", n)
		}
	})
}

// What the program asks before it writes is not what keeps a time: the key is.
func TestTheDatabaseItselfGivesATimeOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		from := waytest.Start.Add(time.Hour)
		if err := w.in(t, func(ctx context.Context, tx *access.Tx) error {
			return session.TakeIn(ctx, tx, "ines", from, from.Add(50*time.Minute), "first/1")
		}); err != nil {
			t.Fatal(err)
		}
		ctx, settle := w.Visit(t)
		defer settle()
		tx, err := w.Door.Begin(ctx, w.Clinician, access.PlanSession, w.Client)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		_, err = tx.Exec(ctx, `INSERT INTO taken (practice, clinician_id, cell, owner, compartment) VALUES ($1, 'ines', $2, 'other', '')`,
			tx.Practice, from.Unix()/300+3)
		if err == nil {
			t.Error("a cell has two owners")
		}
	})
}

func TestWhatHoldsATimeKeepsItUntilItIsGivenBack(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		from := waytest.Start.Add(time.Hour)
		take := func(owner string, from time.Time, length time.Duration) error {
			return w.in(t, func(ctx context.Context, tx *access.Tx) error {
				return session.TakeIn(ctx, tx, "ines", from, from.Add(length), owner)
			})
		}
		for range 2 {
			if err := take("first/1", from, 50*time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		if err := take("first/2", from.Add(49*time.Minute), time.Hour); !fault.Is(err, fault.Conflict) {
			t.Errorf("another who meets it: %v", err)
		}
		if err := take("first/2", from.Add(50*time.Minute), time.Hour); err != nil {
			t.Errorf("another who only touches it: %v", err)
		}
		if _, err := w.plan(t, w.Clinician, w.Client, form(t, time.Hour)); !fault.Is(err, fault.Conflict) {
			t.Errorf("an appointment over it: %v", err)
		}
		f := form(t, time.Hour)
		f.Over = "first/2"
		if _, err := w.plan(t, w.Clinician, w.Client, f); !fault.Is(err, fault.Conflict) {
			t.Errorf("in place of what holds another time: %v", err)
		}
		f.Over = "first/1"
		a, err := w.plan(t, w.Clinician, w.Client, f)
		if err != nil {
			t.Fatalf("in its place: %v", err)
		}
		if err := w.in(t, func(ctx context.Context, tx *access.Tx) error {
			spans, err := session.TakenIn(ctx, tx, "ines", from.Add(-time.Hour), from.Add(5*time.Hour))
			if len(spans) != 1 || !spans[0].Start.Equal(from) || !spans[0].End.Equal(from.Add(110*time.Minute)) {
				t.Errorf("taken: got %v", spans)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.cancel(t, a.ID, 1); err != nil {
			t.Fatal(err)
		}
		if n := w.Count(t, `SELECT count(*) FROM taken WHERE owner <> 'first/2'`); n != 0 {
			t.Errorf("after cancelling %d cells are held", n)
		}
	})
}

func TestAnAppointmentIsMovedWithAllThatIsBoundToIt(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a, err := w.plan(t, w.Clinician, w.Client, form(t, time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		other, err := w.plan(t, w.Clinician, w.Client, form(t, 3*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		to := session.Move{Start: a.Start.Add(20 * time.Minute), Length: a.Length, Place: "By video"}
		var moved session.Appointment
		for range 2 { // onto a part of itself, and the same once more
			if moved, err = w.move(t, a.ID, 1, to); err != nil || moved.ID != a.ID || moved.Revision != 2 || !moved.Start.Equal(to.Start) || moved.By != session.TheClinician {
				t.Fatalf("got %+v, %v", moved, err)
			}
		}
		if _, err := w.plan(t, w.Clinician, w.Client, form(t, 20*time.Minute)); err != nil {
			t.Errorf("the time that became free: %v", err)
		}
		if _, err := w.move(t, a.ID, 1, session.Move{Start: a.Start.Add(48 * time.Hour), Length: a.Length}); !fault.Is(err, fault.Conflict) {
			t.Errorf("from a revision that is over: %v", err)
		}
		now, err := w.move(t, a.ID, 2, session.Move{Start: other.Start, Length: a.Length})
		if !fault.Is(err, fault.Conflict) || now.Revision != 2 {
			t.Errorf("onto another: %+v, %v", now, err)
		}
		if _, err := w.plan(t, w.Clinician, w.Client, form(t, 80*time.Minute)); !fault.Is(err, fault.Conflict) {
			t.Errorf("its own time is held no more after it could not be moved: %v", err)
		}
		w.Clock.Pass(26 * time.Hour)
		if _, err := w.move(t, a.ID, 2, session.Move{Start: a.Start.Add(48 * time.Hour), Length: a.Length}); !fault.Is(err, fault.Invalid) {
			t.Errorf("after it is over: %v", err)
		}
		all := w.attended(t)
		if len(all) != 3 || all[1].ID != a.ID || !all[1].MovedFrom.Equal(a.Start) || all[1].MovedBy != session.TheClinician || !all[1].Held(w.Clock.Now()) {
			t.Errorf("continuity: got %+v", all)
		}
		w.NotOnDisk(t, canary)
	})
}

func TestWhatBecameOfASessionIsSaidAndCanBeSaidOtherwise(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a, err := w.plan(t, w.Clinician, w.Client, form(t, time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		came := session.Said{Attendance: session.Came}
		if _, err := w.attend(t, a.ID, 1, came); !fault.Is(err, fault.Invalid) {
			t.Errorf("before it begins: %v", err)
		}
		w.Clock.Pass(3 * time.Hour)
		for range 2 {
			if got, err := w.attend(t, a.ID, 1, came); err != nil || got.Attendance != session.Came || got.Revision != 2 {
				t.Errorf("came: %+v, %v", got, err)
			}
		}
		if _, err := w.attend(t, a.ID, 1, session.Said{Attendance: session.Away}); !fault.Is(err, fault.Conflict) {
			t.Errorf("otherwise, on a page that is older: %v", err)
		}
		held := func() (n int) {
			w.Do(t, func(ctx context.Context) error {
				around, err := w.sessions.Around(ctx, w.Clinician, w.Client)
				n = around.Held
				return err
			})
			return n
		}
		if held() != 1 {
			t.Errorf("held: got %d, want 1", held())
		}
		got, err := w.attend(t, a.ID, 2, session.Said{Attendance: session.Away})
		if err != nil || got.State != session.Missed || held() != 0 {
			t.Errorf("was not there: %+v, %v; held %d", got, err, held())
		}
		if _, err := w.attend(t, a.ID, 3, session.Said{Attendance: session.Late}); !fault.Is(err, fault.Invalid) {
			t.Errorf("cancelled by nobody: %v", err)
		}
		if _, err := w.attend(t, a.ID, 3, session.Said{Attendance: "sick"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("something else: %v", err)
		}
		if _, err := w.attend(t, a.ID, 3, session.Said{Attendance: session.Late, By: session.TheClient}); err != nil {
			t.Fatal(err)
		}
		all := w.attended(t)
		if len(all) != 1 || all[0].State != session.Cancelled || all[0].Attendance != session.Late || all[0].By != session.TheClient || all[0].Held(w.Clock.Now()) {
			t.Errorf("continuity: got %+v", all)
		}
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.PlanSession, func(ctx context.Context) error {
				_, err := w.sessions.Attend(ctx, actor, w.Client, a.ID, 4, came)
				return err
			})
			w.Refused(t, actor, access.PlanSession, func(ctx context.Context) error {
				_, err := w.sessions.Move(ctx, actor, w.Client, a.ID, 4, session.Move{})
				return err
			})
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadSessions, func(ctx context.Context) error {
				_, err := w.sessions.Attended(ctx, actor, w.Client)
				return err
			})
		}
	})
}

func TestSeveralWhoMeetHoldOneTimeUntilTheLastGivesItBack(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		anna := access.ClientRecord("anna")
		w.Make(t, anna)
		w.Grant(t, w.Clinician, anna, access.Treats)
		meeting := uuid.Must(uuid.NewV7()).String()
		var both [2]session.Appointment
		for i, c := range []access.Compartment{w.Client, anna} {
			f := form(t, time.Hour)
			f.Meeting, f.Format = meeting, session.Couple
			var err error
			if both[i], err = w.plan(t, w.Clinician, c, f); err != nil {
				t.Fatal(err)
			}
		}
		cells := func() int { return w.Count(t, fmt.Sprintf(`SELECT count(*) FROM taken WHERE owner = '%s'`, meeting)) }
		if cells() != 10 {
			t.Errorf("cells: got %d, want ten for both", cells())
		}
		w.Do(t, func(ctx context.Context) error {
			busy, err := w.sessions.Day(ctx, w.Clinician, waytest.Start, waytest.Start.Add(24*time.Hour))
			if len(busy) != 2 || busy[0].Format != session.Couple || busy[0].Meeting != busy[1].Meeting {
				t.Errorf("day: got %+v", busy)
			}
			return err
		})
		if _, err := w.cancel(t, both[0].ID, 1); err != nil {
			t.Fatal(err)
		}
		if cells() != 10 {
			t.Errorf("one of them still comes: %d cells", cells())
		}
		ctx, settle := w.Visit(t)
		defer settle()
		if _, err := w.sessions.Cancel(ctx, w.Clinician, anna, both[1].ID, 1); err != nil {
			t.Fatal(err)
		}
		if cells() != 0 {
			t.Errorf("nobody comes: %d cells", cells())
		}
	})
}
