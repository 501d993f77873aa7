package access_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/waytest"
)

// A visit that keeps what it reads by must never decide a change, or the next
// visit, by what it saw before.
func TestABriefVisitDecidesEachChangeAnew(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		look := func(ask func() error) {
			t.Helper()
			if err := ask(); err != nil {
				t.Fatal(err)
			}
		}
		ctx, v := w.Door.Brief(t.Context())
		read := func() error {
			tx, err := w.Door.Begin(ctx, w.Clinician, access.ReadMeasures, w.Client)
			if err == nil {
				tx.Rollback()
			}
			return err
		}
		look(read)
		look(read)
		w.Ungrant(t, w.Clinician, w.Client)
		if _, err := w.Door.Begin(ctx, w.Clinician, access.Ask, w.Client); !fault.Is(err, fault.NotFound) {
			t.Errorf("a change after the grant had ended: got %v, want not found", err)
		}
		if err := read(); !fault.Is(err, fault.NotFound) {
			t.Errorf("a reading after a change was tried: got %v, want not found", err)
		}
		if err := v.Settle(); err != nil {
			t.Fatal(err)
		}
		if got := w.Count(t, `SELECT count(*) FROM audit`); got != 4 {
			t.Errorf("got %d leaves, want one for each of 4 questions", got)
		}
		ctx, v = w.Door.Brief(t.Context())
		if err := read(); !fault.Is(err, fault.NotFound) {
			t.Errorf("the next visit: got %v, want not found", err)
		}
		if err := v.Settle(); err != nil {
			t.Error(err)
		}
	})
}

// There are fewer connections than visits. Whoever holds one never waits for
// another.
func TestBriefVisitsDoNotWaitForEachOther(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		const many = 40
		done := make(chan error, many)
		for range many {
			go func() {
				ctx, v := w.Door.Brief(t.Context())
				tx, err := w.Door.Begin(ctx, w.Clinician, access.ReadMeasures, w.Client)
				if err != nil {
					done <- err
					return
				}
				tx.Rollback()
				inner, within := w.Door.Visit(ctx) // as where a page has something read again for everybody
				if tx, err = w.Door.Begin(inner, w.Clinician, access.ReadMeasures, w.Client); err != nil {
					done <- err
					return
				}
				tx.Rollback()
				if err := within.Settle(); err != nil {
					done <- err
					return
				}
				if tx, err = w.Door.Begin(ctx, w.Clinician, access.Ask, w.Client); err != nil {
					done <- err
					return
				}
				tx.Rollback()
				done <- v.Settle()
			}()
		}
		for range many {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

// What a client holds, as it was when they came in, is enough to show them their own
// record, and to change it at once while nothing has ended; not afterwards, and not for
// anybody else.
func TestWhatWasNotedLetsOneReadTheirOwnRecordAndNoMore(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		const own = "client self practice client"
		does := func(ctx context.Context, who access.Actor, action access.Action, c access.Compartment) bool {
			t.Helper()
			tx, err := w.Door.Begin(ctx, who, action, c)
			if err == nil {
				tx.Rollback()
			} else if !fault.Is(err, fault.NotFound) {
				t.Fatal(err)
			}
			return err == nil
		}
		come := func() context.Context {
			ctx, _ := w.Door.Brief(t.Context())
			access.Noted(ctx, w.Tomas, own)
			return ctx
		}
		if !does(come(), w.Tomas, access.GiveAnswer, w.Client) {
			t.Error("a change was refused that was allowed a moment ago")
		}
		ctx := come()
		w.Ungrant(t, w.Tomas, w.Client)
		if !does(ctx, w.Tomas, access.ReadMeasures, w.Client) {
			t.Error("what was noted was asked again")
		}
		if does(ctx, w.Stranger, access.ReadMeasures, w.Client) || does(ctx, w.Tomas, access.ReadMeasures, access.ClientRecord("nora")) {
			t.Error("what was noted about one let another in, or into another record")
		}
		if does(ctx, w.Tomas, access.GiveAnswer, w.Client) {
			t.Error("a change was decided by what was noted before it ended")
		}
		if does(ctx, w.Tomas, access.ReadMeasures, w.Client) {
			t.Error("what comes after a change was decided by what was noted")
		}
		ctx = come()
		time.Sleep(1100 * time.Millisecond)
		if does(ctx, w.Tomas, access.GiveAnswer, w.Client) {
			t.Error("a change was decided by what was noted long before")
		}
		ctx = come()
		access.Rest(ctx)
		if does(ctx, w.Tomas, access.ReadMeasures, w.Client) {
			t.Error("after something slow it was decided by what was noted")
		}
		ctx, _ = w.Door.Visit(t.Context())
		access.Noted(ctx, w.Tomas, own)
		if does(ctx, w.Tomas, access.ReadMeasures, w.Client) {
			t.Error("in a visit that is not soon over it was decided by what was noted")
		}
	})
}
