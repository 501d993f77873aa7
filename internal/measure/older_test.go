package measure_test

import (
	"context"
	"testing"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/waytest"
)

// Somebody who can write the database, and has no key, puts what was sealed before into
// the same row.
func TestWhatWasSealedBeforeIsAnErrorInTheSameRow(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		keep := func(d measure.Draft) {
			w.Do(t, func(ctx context.Context) error { _, err := ms.KeepDraft(ctx, w.Tomas, w.Client, d); return err })
		}
		read := func() error {
			ctx, settle := w.Visit(t)
			defer settle()
			_, _, err := ms.Draft(ctx, w.Tomas, w.Client, ask.ID, 0)
			return err
		}
		d := measure.Draft{AskID: ask.ID, Instrument: "phq-9", Version: "1", Rev: 1, Items: items(1, 2)}
		keep(d)
		w.Exec(t, `INSERT INTO spent (practice, hash, expires_at) SELECT practice, sealed, 0 FROM occasion`) // a copy
		d.Rev, d.Items = 2, items(3, 3)
		keep(d)
		w.Exec(t, `UPDATE occasion SET sealed = (SELECT hash FROM spent)`)
		if err := read(); err == nil || fault.Is(err, fault.NotFound) {
			t.Errorf("the older draft in the newer row: %v", err)
		}
		w.Exec(t, `UPDATE occasion SET rev = 1`)
		if err := read(); err != nil {
			t.Errorf("the whole of the older row is a rollback, and opens: %v", err)
		}
	})
}
