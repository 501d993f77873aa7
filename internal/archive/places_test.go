package archive

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestWhatAPracticeAddedToItsCataloguesIsFoundWhole(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		methods, instruments := method.NewShelf(w.Door), instrument.NewShelf(w.Door)
		w.Do(t, func(ctx context.Context) error {
			_, err := methods.Write(ctx, w.Clinician, method.Form{
				ID: uuid.Must(uuid.NewV7()).String(), Kind: method.KindApproach, Name: "Walking sessions", Plain: "Talking while walking",
				About: "Sessions on foot.", AboutPlain: "You walk and talk.", Effect: "People speak more freely.",
				Evidence: "Twenty clients.", Sources: "Our own notes", Way: method.Exploring,
				Links: []method.Tie{{To: "grief", Strength: method.OwnExperience}},
			})
			return err
		})
		w.Do(t, func(ctx context.Context) error { return methods.Hide(ctx, w.Clinician, "cbt", true) })
		exercises := exercise.NewShelf(w.Door)
		e, _ := exercise.Shipped().One("grounding", 0)
		for _, write := range []func(context.Context) error{
			func(ctx context.Context) error {
				_, err := exercises.Keep(ctx, w.Clinician, e.FormOf(uuid.Must(uuid.NewV7()).String(), true))
				return err
			},
			func(ctx context.Context) error {
				_, err := exercises.Save(ctx, w.Clinician, e.FormOf(uuid.Must(uuid.NewV7()).String(), true))
				return err
			},
			func(ctx context.Context) error { return exercises.Hide(ctx, w.Clinician, "grounding", true) },
		} {
			w.Do(t, write)
		}
		w.Do(t, func(ctx context.Context) error { return instruments.Switch(ctx, w.Manager, "who-5", true) })
		tx, err := w.DB.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		tables, err := tx.Tables(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var here known
		if here.keys, err = names(t.Context(), tx, `SELECT practice, compartment FROM compartment`); err != nil {
			t.Fatal(err)
		}
		var c Checked
		found := 0
		for _, table := range tables {
			switch table.Name {
			case "practice_method", "practice_method_choice", "practice_pack",
				"practice_exercise", "practice_exercise_choice", "practice_exercise_draft":
				found++
				if err := c.column(t.Context(), tx, w.Ring, here, table, "sealed", All); err != nil {
					t.Fatal(err)
				}
			}
		}
		if found != 6 || c.Opened != 6 || len(c.Wrong) > 0 {
			t.Errorf("opened %d in %d tables; wrong: %q", c.Opened, found, c.Wrong)
		}
	})
}
