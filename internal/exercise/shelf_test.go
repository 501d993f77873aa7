package exercise_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/waytest"
)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// river is an exercise that a practice writes, with a word that no disk may hold.
func river() exercise.Form {
	return exercise.Form{
		ID: newID(), Title: "Five minutes at the river", Group: "days", What: "To get out of the house. Quokka.",
		How: "Go down to the water.\nStay for five minutes.", Minutes: "15", NotWhen: "In a flood", Smallest: "Look out of the window.", Level: "1",
		Asks: []exercise.Ask{
			{Label: "What did you see?", Kind: exercise.Line},
			{Label: "How was it?", Kind: exercise.Scale, Low: "Not good", High: "Good"},
			{Label: "People", Kind: exercise.Rows, Row: "Person"},
			{Label: "Who", Kind: exercise.Line, Within: true},
			{Label: "Spoke with them?", Kind: exercise.Choice, Choices: "Yes\nNo", Within: true},
		},
	}
}

func do(t *testing.T, w *waytest.World, act func(ctx context.Context) error) error {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return act(ctx)
}

func stock(t *testing.T, w *waytest.World, s *exercise.Shelf, who access.Actor) (st exercise.Stock) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		st, err = s.Stock(ctx, who)
		return err
	})
	return st
}

func keep(t *testing.T, w *waytest.World, s *exercise.Shelf, who access.Actor, f exercise.Form) (k exercise.Kept, err error) {
	t.Helper()
	err = do(t, w, func(ctx context.Context) (err error) {
		k, err = s.Keep(ctx, who, f)
		return err
	})
	return k, err
}

// found is what a client's page finds, whose transaction is at their own record.
func found(t *testing.T, w *waytest.World, id string, version int) (e exercise.Exercise, all *exercise.Library, err error) {
	t.Helper()
	err = do(t, w, func(ctx context.Context) error {
		tx, err := w.Door.Begin(ctx, w.Tomas, access.ReadDue, w.Client)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if all, err = exercise.AllIn(ctx, tx); err != nil {
			return err
		}
		e, err = exercise.OneIn(ctx, tx, id, version)
		return err
	})
	return e, all, err
}

func TestAnOwnExerciseIsKeptOnceAndReadAtAClientsRecord(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := exercise.NewShelf(w.Door)
		f := river()
		k, err := keep(t, w, s, w.Clinician, f)
		if err != nil {
			t.Fatal(err)
		}
		again, err := keep(t, w, s, w.Clinician, f)
		if err != nil || again.Ref() != k.Ref() || len(stock(t, w, s, w.Clinician).Own) != 1 {
			t.Errorf("the same form made %s, %v", again.Ref(), err)
		}
		f.Title = "Ten minutes at the river"
		if _, err := keep(t, w, s, w.Clinician, f); !fault.Is(err, fault.Conflict) {
			t.Errorf("another text under the same id: %v", err)
		}
		e, all, err := found(t, w, k.ID, 0)
		if err != nil || e.Title != "Five minutes at the river" || !e.Own || len(e.Fields) != 3 || len(e.Fields[2].Fields) != 2 {
			t.Errorf("found %+v, %v", e, err)
		}
		if e.Fields[1].Max != 10 || e.Fields[0].ID == e.Fields[2].ID {
			t.Errorf("fields %+v", e.Fields)
		}
		if !slices.ContainsFunc(all.Listed(), func(o exercise.Exercise) bool { return o.ID == k.ID }) || len(all.All()) != len(exercise.Shipped().All())+1 {
			t.Error("it does not stand in the library")
		}
		w.NotOnDisk(t, "Quokka")
	})
}

func TestEveryVersionStaysAndAnEditThatCameLateMeetsTheOther(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := exercise.NewShelf(w.Door)
		k, err := keep(t, w, s, w.Clinician, river())
		if err != nil {
			t.Fatal(err)
		}
		mine, theirs := k.FormOf(newID(), false), k.FormOf(newID(), false)
		mine.Smallest, theirs.Smallest = "Open the door.", "Put your shoes on."
		theirs.Asks = slices.Delete(theirs.Asks, 0, 1)
		second, err := keep(t, w, s, w.Stranger, theirs)
		if err != nil || second.Version != 2 || second.Fields[0].ID != k.Fields[1].ID {
			t.Fatalf("%+v, %v", second, err)
		}
		now, err := keep(t, w, s, w.Clinician, mine)
		if !fault.Is(err, fault.Conflict) || now.Smallest != "Put your shoes on." {
			t.Errorf("met %+v, %v", now, err)
		}
		for version, smallest := range map[int]string{0: "Put your shoes on.", 1: "Look out of the window.", 2: "Put your shoes on."} {
			if e, _, err := found(t, w, k.ID, version); err != nil || e.Smallest != smallest {
				t.Errorf("version %d: %q, %v", version, e.Smallest, err)
			}
		}
		for _, none := range []struct {
			id      string
			version int
		}{{k.ID, 3}, {"own-" + newID(), 0}, {"nothing", 0}, {"breathing", 99}} {
			if _, _, err := found(t, w, none.id, none.version); !fault.Is(err, fault.NotFound) {
				t.Errorf("%v: %v", none, err)
			}
		}
		if v := stock(t, w, s, w.Clinician).Versions(k.ID); len(v) != 2 || v[0].Version != 2 || v[0].By != w.Stranger.ID {
			t.Errorf("versions %+v", v)
		}
	})
}

func TestWhatComesWithTheProductIsAdaptedAsOnesOwn(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := exercise.NewShelf(w.Door)
		e, _ := exercise.Shipped().One("grounding", 0)
		f := e.FormOf(newID(), true)
		f.Title = "Coming back to the room"
		k, err := keep(t, w, s, w.Clinician, f)
		if err != nil || k.From != "grounding@1" || k.Version != 1 || !strings.HasPrefix(k.ID, "own-") {
			t.Fatalf("%+v, %v", k, err)
		}
		f = k.FormOf(newID(), false)
		f.From, f.Title = "breathing@1", "Coming back"
		if k, err = keep(t, w, s, w.Clinician, f); err != nil || k.From != "grounding@1" {
			t.Errorf("it says now that it comes from %s, %v", k.From, err)
		}
		f = e.FormOf(newID(), true)
		f.From = "nothing@1"
		if _, err := keep(t, w, s, w.Clinician, f); !fault.Is(err, fault.NotFound) {
			t.Errorf("adapted from nothing: %v", err)
		}
		f = e.FormOf(newID(), false) // as if it were one's own
		if _, err := keep(t, w, s, w.Clinician, f); !fault.Is(err, fault.NotFound) {
			t.Errorf("what comes with the product was changed: %v", err)
		}
	})
}

func TestWhateverShipsGoesThroughTheFormAndBack(t *testing.T) {
	for _, e := range exercise.Shipped().All() {
		got, err := e.FormOf(newID(), true).Try()
		if err != nil {
			t.Errorf("%s: %v", e.ID, err)
			continue
		}
		ignored := cmpopts.IgnoreFields(exercise.Exercise{}, "ID", "Version", "From", "Own")
		if diff := cmp.Diff(e, got, ignored, cmpopts.IgnoreFields(exercise.Field{}, "Most"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", e.ID, diff)
		}
	}
}

func TestAFormThatLacksSomethingIsToldWhere(t *testing.T) {
	for field, change := range map[string]func(*exercise.Form){
		"title":        func(f *exercise.Form) { f.Title = " " },
		"group":        func(f *exercise.Form) { f.Group = "" },
		"what":         func(f *exercise.Form) { f.What = "" },
		"how":          func(f *exercise.Form) { f.How = "\n" },
		"smallest":     func(f *exercise.Form) { f.Smallest = "" },
		"minutes":      func(f *exercise.Form) { f.Minutes = "an hour" },
		"level":        func(f *exercise.Form) { f.Level = "6" },
		"pace":         func(f *exercise.Form) { f.Guide, f.Pace = exercise.Breathing, [4]string{"0", "", "6", ""} },
		"steps":        func(f *exercise.Form) { f.Guide, f.Steps = exercise.Relaxation, "Make fists." },
		"guide":        func(f *exercise.Form) { f.Guide = exercise.Feelings },
		"ratingmost":   func(f *exercise.Form) { f.Rating = exercise.Rating{Label: "How tense?", Most: 7} },
		"q-f1-label":   func(f *exercise.Form) { f.Asks[0].Label, f.Asks[0].Help = "", "Something" },
		"q-f2-max":     func(f *exercise.Form) { f.Asks[1].Min, f.Asks[1].Max = "5", "5" },
		"q-f3-kind":    func(f *exercise.Form) { f.Asks = f.Asks[:3] },
		"q-f4-kind":    func(f *exercise.Form) { f.Asks[3].Kind = exercise.Rows },
		"q-f5-choices": func(f *exercise.Form) { f.Asks[4].Choices = "Yes" },
		"q-f1-within":  func(f *exercise.Form) { f.Asks[0].Within = true },
		"asks":         func(f *exercise.Form) { f.Asks = make([]exercise.Ask, exercise.MaxAsks+1) },
	} {
		f := river()
		change(&f)
		_, err := f.Try()
		wrong, _ := err.(*fault.Error)
		if wrong == nil || wrong.Kind != fault.Invalid || wrong.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestFieldsAreAddedMovedAndTakenOutWithWhatIsInThem(t *testing.T) {
	var f exercise.Form
	order := func() string {
		var all []string
		for _, a := range f.Asks {
			id := a.ID
			if a.Within {
				id = "(" + id + ")"
			}
			all = append(all, id)
		}
		return strings.Join(all, " ")
	}
	f.Add(false)
	f.Add(true)
	f.Add(false)
	f.AddWithin("f2")
	steps := []struct {
		act  func()
		want string
	}{
		{func() {}, "f1 f2 (f3) (f5) f4"},
		{func() { f.Move("f4", false) }, "f1 f4 f2 (f3) (f5)"},
		{func() { f.Move("f1", true) }, "f4 f1 f2 (f3) (f5)"},
		{func() { f.Move("f1", true) }, "f4 f2 (f3) (f5) f1"},
		{func() { f.Move("f5", false) }, "f4 f2 (f5) (f3) f1"},
		{func() { f.Move("f5", false) }, "f4 f2 (f5) (f3) f1"},
		{func() { f.Move("f3", true) }, "f4 f2 (f5) (f3) f1"},
		{func() { f.Move("f4", false) }, "f4 f2 (f5) (f3) f1"},
		{func() { f.Move("f1", true) }, "f4 f2 (f5) (f3) f1"},
		{func() { f.Move("f2", false) }, "f2 (f5) (f3) f4 f1"},
		{func() { f.Move("f9", true); f.Remove("f9"); f.AddWithin("f1") }, "f2 (f5) (f3) f4 f1"},
		{func() { f.Remove("f5") }, "f2 (f3) f4 f1"},
		{func() { f.Remove("f2") }, "f4 f1"},
		{func() { f.Add(false) }, "f4 f1 f2"},
	}
	for i, s := range steps {
		if s.act(); order() != s.want {
			t.Fatalf("step %d: %s, want %s", i, order(), s.want)
		}
	}
	for range exercise.MaxAsks + 3 {
		f.Add(true)
	}
	if len(f.Asks) != exercise.MaxAsks {
		t.Errorf("%d fields", len(f.Asks))
	}
}

func TestADraftIsItsWritersAloneAndGoneWhenItIsKept(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := exercise.NewShelf(w.Door)
		save := func(who access.Actor, f exercise.Form) (d exercise.Draft, err error) {
			err = do(t, w, func(ctx context.Context) (err error) {
				d, err = s.Save(ctx, who, f)
				return err
			})
			return d, err
		}
		f := river()
		f.Title = "" // a draft may lack anything
		first, err := save(w.Clinician, f)
		if err != nil || first.Revision != 1 {
			t.Fatalf("%+v, %v", first, err)
		}
		if again, err := save(w.Clinician, f); err != nil || again.Revision != 1 {
			t.Errorf("the same twice: %+v, %v", again, err)
		}
		f.Title = "By the river"
		if theirs, err := save(w.Clinician, f); !fault.Is(err, fault.Conflict) || theirs.Smallest != f.Smallest {
			t.Errorf("from an earlier revision: %+v, %v", theirs, err)
		}
		f.Draft = 1
		if d, err := save(w.Clinician, f); err != nil || d.Revision != 2 {
			t.Errorf("%+v, %v", d, err)
		}
		if st := stock(t, w, s, w.Stranger); len(st.Drafts) > 0 {
			t.Error("a colleague reads a draft")
		}
		if st := stock(t, w, s, w.Clinician); len(st.Drafts) != 1 || st.Drafts[0].Title != "By the river" || st.Drafts[0].Draft != 2 {
			t.Errorf("drafts %+v", st.Drafts)
		}
		w.NotOnDisk(t, "Quokka")
		if _, err := keep(t, w, s, w.Clinician, f); err != nil {
			t.Fatal(err)
		}
		if st := stock(t, w, s, w.Clinician); len(st.Drafts) > 0 {
			t.Error("the draft is there still")
		}
		other := river()
		if _, err := save(w.Clinician, other); err != nil {
			t.Fatal(err)
		}
		drop := func(who access.Actor) error {
			return do(t, w, func(ctx context.Context) error { return s.Drop(ctx, who, "own-"+other.ID) })
		}
		if err := drop(w.Stranger); !fault.Is(err, fault.NotFound) {
			t.Errorf("a colleague threw it away: %v", err)
		}
		if err := drop(w.Clinician); err != nil {
			t.Fatal(err)
		}
		if st := stock(t, w, s, w.Clinician); len(st.Drafts) > 0 {
			t.Error("a draft that was thrown away is there still")
		}
		other.Care = strings.Repeat("a", 3<<20)
		if _, err := save(w.Clinician, other); !fault.Is(err, fault.TooLarge) {
			t.Errorf("a draft without measure: %v", err)
		}
		other.Exercise, other.Care = "own-"+newID(), ""
		if _, err := save(w.Clinician, other); !fault.Is(err, fault.NotFound) {
			t.Errorf("a draft of nothing: %v", err)
		}
	})
}

func TestWhatIsLeftOutIsOutOfTheListsAndFoundStill(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := exercise.NewShelf(w.Door)
		hide := func(id string, hides bool) error {
			return do(t, w, func(ctx context.Context) error { return s.Hide(ctx, w.Clinician, id, hides) })
		}
		for range 2 {
			if err := hide("life-timeline", true); err != nil {
				t.Fatal(err)
			}
		}
		e, all, err := found(t, w, "life-timeline", 1)
		if err != nil || e.ID != "life-timeline" || !all.Hidden("life-timeline") || len(all.HiddenOnes()) != 1 ||
			len(all.All()) != len(exercise.Shipped().All())-1 || len(all.Search("timeline line of your life")) > 0 {
			t.Errorf("found %s, hidden %v, %v", e.ID, all.HiddenOnes(), err)
		}
		if err := hide("life-timeline", false); err != nil {
			t.Fatal(err)
		}
		if _, all, _ := found(t, w, "life-timeline", 1); len(all.HiddenOnes()) > 0 {
			t.Error("it is left out still")
		}
		if err := hide("nothing", true); !fault.Is(err, fault.NotFound) {
			t.Errorf("nothing: %v", err)
		}
	})
}

func TestClientsReadTheLibraryAndOnlyCliniciansWriteIt(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := exercise.NewShelf(w.Door)
		for _, who := range []access.Actor{w.Tomas, w.Clinician} {
			w.Do(t, func(ctx context.Context) error {
				l, err := s.Library(ctx, who)
				if err == nil && len(l.Listed()) < 25 {
					t.Errorf("%s finds %d", who.ID, len(l.Listed()))
				}
				return err
			})
		}
		nobody := access.Actor{Practice: w.Practice, ID: "nobody"}
		for _, who := range []access.Actor{w.Manager, nobody} {
			w.Refused(t, who, access.ReadExercises, func(ctx context.Context) error { _, err := s.Library(ctx, who); return err })
		}
		for _, who := range []access.Actor{w.Manager, w.Tomas, nobody} {
			w.Refused(t, who, access.WriteExercises, func(ctx context.Context) error { _, err := s.Stock(ctx, who); return err })
			for name, act := range map[string]func(context.Context) error{
				"keep": func(ctx context.Context) error { _, err := s.Keep(ctx, who, river()); return err },
				"save": func(ctx context.Context) error { _, err := s.Save(ctx, who, river()); return err },
				"drop": func(ctx context.Context) error { return s.Drop(ctx, who, "own-"+newID()) },
				"hide": func(ctx context.Context) error { return s.Hide(ctx, who, "breathing", true) },
			} {
				t.Run(name+" by "+who.ID, func(t *testing.T) { w.Refused(t, who, access.KeepExercises, act) })
			}
		}
	})
}
