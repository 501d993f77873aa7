package instrument_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/waytest"
)

// ownFile is a definition that a practice brings along, with a word that no disk may hold.
func ownFile(id, version, word string) []byte {
	data := inventedJSON(3, 0, 2, num("maxMissing", 1))
	data = strings.Replace(data, `"id":"invented"`, `"id":"`+id+`"`, 1)
	data = strings.Replace(data, `"version":"1"`, `"version":"`+version+`"`, 1)
	return []byte(strings.Replace(data, `"text":"Item 1"`, `"text":"`+word+`"`, 1))
}

// found is what the shelf finds for a client who reads what is asked.
func found(t *testing.T, w *waytest.World, s *instrument.Shelf, id, version string) bool {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	tx, err := w.Door.Begin(ctx, w.Tomas, access.ReadDue, w.Client)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	_, ok, err := s.Find(ctx, tx, id, version)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func offered(t *testing.T, w *waytest.World, s *instrument.Shelf) string {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	tx, err := w.Door.Begin(ctx, w.Clinician, access.ReadMeasures, w.Client)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if err := s.Ready(ctx, tx); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, in := range s.Offered(w.Practice) {
		ids = append(ids, in.ID+"."+in.Version)
	}
	return " " + strings.Join(ids, " ") + " "
}

func do(t *testing.T, w *waytest.World, act func(ctx context.Context) error) error {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return act(ctx)
}

func TestAPracticeBringsItsOwnAndEveryNodeFindsIt(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		here, there := instrument.NewShelf(w.Door), instrument.NewShelf(w.Door)
		bring := func(version, word string) error {
			return do(t, w, func(ctx context.Context) error {
				_, err := here.Import(ctx, w.Manager, ownFile("own-diary", version, word))
				return err
			})
		}
		if found(t, w, there, "own-diary", "") {
			t.Fatal("found before it was brought")
		}
		if err := bring("1", "Quokka"); err != nil {
			t.Fatal(err)
		}
		if !found(t, w, there, "own-diary", "1") || !found(t, w, there, "own-diary", "") {
			t.Error("another node does not find it at once")
		}
		if err := bring("1", "Quokka"); err != nil {
			t.Errorf("the same again: %v", err)
		}
		if err := bring("1", "Wombat"); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same version with other content: %v", err)
		}
		if err := bring("2", "Wombat"); err != nil {
			t.Fatal(err)
		}
		if !found(t, w, there, "own-diary", "1") || !found(t, w, there, "own-diary", "2") {
			t.Error("versions do not stand side by side")
		}
		w.Clock.Pass(3 * time.Second)
		if got := offered(t, w, there); !strings.Contains(got, " own-diary.2 ") || strings.Contains(got, "own-diary.1") || strings.Contains(got, "who-5") || !strings.Contains(got, " phq-9.1 ") {
			t.Errorf("offered: %s", got)
		}
		w.NotOnDisk(t, "Quokka")
	})
}

func TestWhatIsRetiredIsReadAndNotAskedFor(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := instrument.NewShelf(w.Door)
		retire := func(version string, retired bool) error {
			return do(t, w, func(ctx context.Context) error { return s.Retire(ctx, w.Manager, "own-diary", version, retired) })
		}
		bring := func() error {
			return do(t, w, func(ctx context.Context) error {
				_, err := s.Import(ctx, w.Manager, ownFile("own-diary", "1", "Item 1"))
				return err
			})
		}
		if err := bring(); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			act     func() error
			offered bool
		}{
			{func() error { return retire("1", true) }, false},
			{func() error { return retire("1", true) }, false},
			{func() error { return retire("1", false) }, true},
			{func() error { return retire("1", true) }, false},
			{bring, true},
		} {
			if err := step.act(); err != nil {
				t.Fatal(err)
			}
			w.Clock.Pass(3 * time.Second)
			if got := strings.Contains(offered(t, w, s), "own-diary"); got != step.offered || !found(t, w, s, "own-diary", "1") {
				t.Errorf("offered %v, want %v", got, step.offered)
			}
		}
		if err := retire("9", true); !fault.Is(err, fault.NotFound) {
			t.Errorf("a version that is not there: %v", err)
		}
	})
}

func TestAPackIsOffUntilItIsSwitchedOn(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := instrument.NewShelf(w.Door)
		for _, on := range []bool{true, true, false} {
			if err := do(t, w, func(ctx context.Context) error { return s.Switch(ctx, w.Manager, "who-5", on) }); err != nil {
				t.Fatal(err)
			}
			w.Clock.Pass(3 * time.Second)
			if got := strings.Contains(offered(t, w, s), "who-5"); got != on || !found(t, w, s, "who-5", "") {
				t.Errorf("offered %v, want %v", got, on)
			}
		}
		for _, id := range []string{"phq-9", "nothing"} {
			if err := do(t, w, func(ctx context.Context) error { return s.Switch(ctx, w.Manager, id, true) }); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s is no pack: %v", id, err)
			}
		}
	})
}

func TestWhatCannotBeBroughtIsSaid(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := instrument.NewShelf(w.Door)
		for want, file := range map[string][]byte{
			"The id \"phq-9\" belongs to a questionnaire that comes with Waymark": ownFile("phq-9", "7", "Item 1"),
			"url: missing": []byte(`{"resourceType":"Questionnaire"}`),
			"not closed":   []byte(`{`),
		} {
			err := do(t, w, func(ctx context.Context) error {
				_, err := s.Import(ctx, w.Manager, file)
				return err
			})
			if !fault.Is(err, fault.Invalid) || !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	})
}

func TestOnlyThoseWhoManageBringInQuestionnaires(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := instrument.NewShelf(w.Door)
		for _, who := range []access.Actor{w.Clinician, w.Tomas, w.Stranger} {
			for name, act := range map[string]func(ctx context.Context) error{
				"import": func(ctx context.Context) error {
					_, err := s.Import(ctx, who, ownFile("own-diary", "1", "a"))
					return err
				},
				"retire": func(ctx context.Context) error { return s.Retire(ctx, who, "own-diary", "1", true) },
				"switch": func(ctx context.Context) error { return s.Switch(ctx, who, "who-5", true) },
			} {
				t.Run(name+" by "+who.ID, func(t *testing.T) { w.Refused(t, who, access.KeepInstruments, act) })
			}
		}
		w.Refused(t, w.Tomas, access.ReadInstruments, func(ctx context.Context) error { _, err := s.Stock(ctx, w.Tomas); return err })
		if err := do(t, w, func(ctx context.Context) error { _, err := s.Stock(ctx, w.Clinician); return err }); err != nil {
			t.Errorf("a clinician reads the list: %v", err)
		}
	})
}
