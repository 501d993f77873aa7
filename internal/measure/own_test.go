package measure_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/waytest"
)

// bring brings an invented questionnaire into w's practice.
func bring(t *testing.T, w *waytest.World, shelf *instrument.Shelf, version string) {
	t.Helper()
	file := strings.Replace(inventedJSON(2, 0, 3, `{"url":"maxMissing","valueInteger":0}`), `"version":"1"`, `"version":"`+version+`"`, 1)
	w.Do(t, func(ctx context.Context) error {
		_, err := shelf.Import(ctx, w.Manager, []byte(file))
		return err
	})
}

func TestAPracticesOwnQuestionnaireIsAskedAnsweredAndReadAtEveryNode(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		node := func() (*measure.Measures, *instrument.Shelf) {
			shelf := instrument.NewShelf(w.Door)
			return measure.New(w.Door, shelf), shelf
		}
		one, shelf := node()
		two, _ := node()
		if got := len(due(t, w, two)); got != 0 { // two has looked, and found nothing
			t.Fatalf("due: %d", got)
		}
		bring(t, w, shelf, "1")

		ask := weekly(t, w, one, "invented")
		d := due(t, w, two)
		if len(d) != 1 || d[0].Ask.ID != ask.ID {
			t.Fatalf("due at the other node: %+v", d)
		}
		a := measure.Answer{ID: newID(t), AskID: ask.ID, Instrument: "invented", Version: "1", Items: items(2, 3)}
		if got := give(t, w, two, a); got.Result.Total == nil || *got.Result.Total != 5 {
			t.Errorf("scored %+v", got.Result)
		}

		// A newer version does not change what an old answer says.
		w.Clock.Pass(time.Minute)
		bring(t, w, shelf, "2")
		fresh, _ := node()
		w.Do(t, func(ctx context.Context) error {
			got, err := fresh.One(ctx, w.Clinician, w.Client, a.ID)
			if err == nil && (got.Version != "1" || got.Result.Total == nil || *got.Result.Total != 5 || len(got.Items) != 2) {
				t.Errorf("read again: %+v", got)
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			whole, err := fresh.Whole(ctx, w.Clinician, w.Client)
			if err == nil && (len(whole.Courses) != 1 || whole.Courses[0].Instrument.Version != "2" || len(whole.Courses[0].Scores) != 1) {
				t.Errorf("courses: %+v", whole.Courses)
			}
			return err
		})
	})
}

func TestOnlyWhatIsOfferedIsAskedFor(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		shelf := instrument.NewShelf(w.Door)
		ms := measure.New(w.Door, shelf)
		ask := func(id string) (err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			_, err = ms.Ask(ctx, w.Clinician, w.Client, measure.AskForm{ID: newID(t), Instrument: id, Rhythm: measure.Once}, time.UTC)
			return err
		}
		for _, id := range []string{"who-5", "invented", "nothing"} {
			if err := ask(id); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: got %v", id, err)
			}
		}
		bring(t, w, shelf, "1")
		w.Do(t, func(ctx context.Context) error { return shelf.Switch(ctx, w.Manager, "who-5", true) })
		for _, id := range []string{"who-5", "invented"} {
			if err := ask(id); err != nil {
				t.Errorf("%s: got %v", id, err)
			}
		}
		w.Do(t, func(ctx context.Context) error { return shelf.Retire(ctx, w.Manager, "invented", "1", true) })
		if err := ask("invented"); !fault.Is(err, fault.Invalid) {
			t.Errorf("retired: got %v", err)
		}
	})
}

func TestAnotherPracticeDoesNotSeeIt(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		shelf := instrument.NewShelf(w.Door)
		ms := measure.New(w.Door, shelf)
		bring(t, w, shelf, "1")
		weekly(t, w, ms, "invented")
		if _, ok := ms.Library(w.Practice).Lookup("invented", ""); !ok {
			t.Error("not at hand where it was brought")
		}
		if _, ok := ms.Library("elsewhere").Lookup("invented", ""); ok {
			t.Error("at hand in another practice")
		}
	})
}

// A saved answer to what comes with the product costs no statement more.
func TestLookingAgainIsRare(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		shelf := instrument.NewShelf(w.Door)
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, w.Tomas, access.ReadDue, w.Client)
			if err != nil {
				return err
			}
			if err := shelf.Ready(ctx, tx); err != nil {
				return err
			}
			tx.Rollback()
			// What is over answers every statement with an error, so none may be run.
			if err := shelf.Ready(ctx, tx); err != nil {
				t.Errorf("looked again at once: %v", err)
			}
			if _, ok, err := shelf.Find(ctx, tx, "phq-9", "1"); err != nil || !ok {
				t.Errorf("looked for what comes with the product: %v", err)
			}
			return nil
		})
	})
}
