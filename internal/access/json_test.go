package access_test

import (
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestWhatIsSealedAsJSONOpensInItsPlaceAlone(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ctx, settle := w.Visit(t)
		defer settle()
		tx, err := w.Door.Begin(ctx, w.Clinician, access.ReviseGoals, w.Client)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()

		type content struct{ Words string }
		sealed, err := tx.SealJSON(ctx, "goal.sealed row-1 1", content{"to the tram"})
		if err != nil {
			t.Fatal(err)
		}
		var got content
		if err := tx.OpenJSON(ctx, "goal.sealed row-1 1", sealed, &got); err != nil || got.Words != "to the tram" {
			t.Errorf("opened %q: %v", got.Words, err)
		}
		got = content{}
		if err := tx.OpenJSON(ctx, "goal.sealed row-2 1", sealed, &got); err == nil || got.Words != "" {
			t.Errorf("in the place of another row it said %q", got.Words)
		}
	})
}

func TestAMomentIsTheTimeThatWasKept(t *testing.T) {
	at := time.Date(2026, 11, 24, 10, 0, 0, 123456789, time.FixedZone("", 3600))
	if got := access.Moment(access.Micros(at)); !got.Equal(at.Truncate(time.Microsecond)) || got.Location() != time.UTC {
		t.Errorf("%v came back as %v", at, got)
	}
	if !access.Moment(access.Micros(time.Time{})).IsZero() {
		t.Error("none came back as a time")
	}
}
