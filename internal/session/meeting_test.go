package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestOneOfACoupleWhoComesLaterKeepsTheWholeOfTheirTime(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, base *waytest.World) {
		w := world{base, session.New(base.Door)}
		anna := access.ClientRecord("anna")
		w.Make(t, anna, access.PersonRecord("anna"))
		w.Grant(t, w.Clinician, anna, access.Treats)

		first := form(t, time.Hour)
		first.Meeting, first.Format = first.ID, session.Couple
		second := form(t, time.Hour)
		second.Meeting, second.Format = first.ID, session.Couple
		for c, f := range map[access.Compartment]session.Form{w.Client: first, anna: second} {
			if _, err := w.plan(t, w.Clinician, c, f); err != nil {
				t.Fatal(err)
			}
		}
		w.Do(t, func(ctx context.Context) error { // Anna comes half an hour later
			_, err := w.sessions.Move(ctx, w.Clinician, anna, second.ID, 1, session.Move{Start: second.Start.Add(30 * time.Minute), Length: second.Length})
			return err
		})
		if _, err := w.cancel(t, first.ID, 1); err != nil { // and the other does not
			t.Fatal(err)
		}
		short := form(t, 90*time.Minute)
		short.Length = 15 * time.Minute
		if _, err := w.plan(t, w.Clinician, w.Client, short); !fault.Is(err, fault.Conflict) {
			t.Errorf("a time is given twice: %v", err)
		}
		before := form(t, time.Hour)
		before.Length = 30 * time.Minute
		if _, err := w.plan(t, w.Clinician, w.Client, before); err != nil {
			t.Errorf("what nobody needs any more: %v", err)
		}
	})
}
