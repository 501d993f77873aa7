package note_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/note"
)

func TestASummaryThatWasTakenBackIsSoAgainAfterARestore(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := free(newID(), w.meets(t), "A note")
		w.mustSign(t, f)
		share := func(revision int64, text string) {
			w.Do(t, func(ctx context.Context) error {
				_, err := w.notes.Share(ctx, w.Clinician, w.Client, note.ShareForm{Note: f.ID, Revision: revision, Text: text})
				return err
			})
			w.Clock.Pass(time.Minute)
		}
		ended := func() int {
			return w.Count(t, `SELECT count(*) FROM ended WHERE actor_id = 'tomas' AND kind LIKE 'hour.summary %'`)
		}
		share(0, "You took the lift.")
		if n := ended(); n != 0 {
			t.Errorf("%d notes of an end", n)
		}
		at := w.Clock.Now()
		share(1, "")
		if n := ended(); n != 1 {
			t.Errorf("%d notes of an end", n)
		}
		// As it was in the backup:
		w.Exec(t, `DELETE FROM hour_summary WHERE revision = 2`)
		hours, operator := hour.New(w.Door), access.System(w.Practice, "operator")
		for range 2 {
			w.Do(t, func(ctx context.Context) error {
				return hours.EndAgain(ctx, operator, []access.Ending{
					{Compartment: w.Client, ActorID: "tomas", Kind: "hour.summary " + f.Session, At: at},
					{Compartment: w.Client, ActorID: "tomas", Kind: "hour.summary " + newID(), At: at},
					{Compartment: w.Client, ActorID: "tomas", Kind: "treats", At: at},
				})
			})
		}
		if s := w.open(t, w.Clinician, f.ID).Hour.Summary; s.Text != "" || s.Revision != 2 {
			t.Errorf("after the restore: %+v", s)
		}
		share(2, "You took the lift.")
		if n := ended(); n != 0 {
			t.Errorf("shared anew, and %d notes of an end", n)
		}
		w.Do(t, func(ctx context.Context) error {
			return hours.EndAgain(ctx, operator, []access.Ending{{Compartment: w.Client, ActorID: "tomas", Kind: "hour.summary " + f.Session, At: at}})
		})
		if s := w.open(t, w.Clinician, f.ID).Hour.Summary; s.Text == "" {
			t.Error("what was shared anew is ended")
		}
		for _, actor := range []access.Actor{w.Clinician, w.Tomas, w.Manager} {
			w.Refused(t, actor, access.EndAgain, func(ctx context.Context) error { return hours.EndAgain(ctx, actor, nil) })
		}
	})
}
