package access_test

import (
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestTheDoorHasItsManners(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		if _, err := w.Door.Begin(t.Context(), w.Clinician, access.ReadMeasures, w.Client); err == nil {
			t.Error("begin outside a visit was allowed: its leaf would be lost")
		}
		ctx, settle := w.Visit(t)
		tx, err := w.Door.Begin(ctx, w.Clinician, access.ReadMeasures, w.Client)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Door.Begin(ctx, w.Clinician, access.Ask, w.Client); err == nil {
			t.Error("a second transaction in the same visit was allowed: it could wait for itself")
		}
		if _, err := tx.Exec(ctx, `DELETE FROM grants`); err == nil {
			t.Error("an action that reads could change something")
		}
		if err := tx.Commit(); err == nil {
			t.Error("an action that reads could commit")
		}
		tx.Rollback()
		if _, err := tx.Query(ctx, `SELECT 1`); err == nil {
			t.Error("a transaction could be used after its end")
		}
		if got := w.Count(t, `SELECT count(*) FROM audit`); got != 0 {
			t.Errorf("before the visit settles: got %d leaves, want 0", got)
		}
		settle()
		if got := w.Count(t, `SELECT count(*) FROM audit`); got != 1 {
			t.Errorf("after the visit has settled: got %d leaves, want 1", got)
		}
	})
}
