package method_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/waytest"
)

func newID(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

// walk is an approach that a practice writes down, with a word that no disk may hold.
func walk(t *testing.T, word string) method.Form {
	return method.Form{
		ID: newID(t), Kind: method.KindApproach, Name: "Walking sessions", Plain: "Talking while walking",
		About: "Sessions while walking by the river. " + word, AboutPlain: "You walk and talk.",
		Mechanism: "Side by side is easier than face to face.", Effect: "People say they speak more freely.",
		Care: "Weather\nBeing seen together", Steps: "A short walk\nA whole session", Way: method.Exploring,
		Evidence: "About twenty clients over six years.", Sources: "Our own notes, 2019 to 2025",
		Links: []method.Tie{{To: "grief", Strength: method.OwnExperience}, {To: "depression", Strength: method.OwnExperience}},
	}
}

func do(t *testing.T, w *waytest.World, act func(ctx context.Context) error) error {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return act(ctx)
}

func stock(t *testing.T, w *waytest.World, s *method.Shelf) method.Stock {
	t.Helper()
	var st method.Stock
	err := do(t, w, func(ctx context.Context) (err error) {
		st, err = s.Stock(ctx, w.Clinician)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func write(t *testing.T, w *waytest.World, s *method.Shelf, f method.Form) (method.Own, error) {
	t.Helper()
	var o method.Own
	err := do(t, w, func(ctx context.Context) (err error) {
		o, err = s.Write(ctx, w.Clinician, f)
		return err
	})
	return o, err
}

// ready is what a page of a client finds, whose transaction is at their own record.
func ready(t *testing.T, w *waytest.World, s *method.Shelf) *method.Library {
	t.Helper()
	if err := do(t, w, func(ctx context.Context) error {
		tx, err := w.Door.Begin(ctx, w.Tomas, access.ReadDue, w.Client)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		return s.Ready(ctx, tx)
	}); err != nil {
		t.Fatal(err)
	}
	return s.In(w.Practice)
}

func names(c method.Choice) string {
	var out []string
	for _, o := range c.Options {
		out = append(out, o.Approach.Name)
	}
	return strings.Join(out, ", ")
}

func TestAPracticeWritesItsOwnAndEveryNodeFindsIt(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		here, there := method.NewShelf(w.Door), method.NewShelf(w.Door)
		f := walk(t, "Quokka")
		first, err := write(t, w, here, f)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := write(t, w, here, f); err != nil || again.Entry().Ref() != first.Entry().Ref() {
			t.Errorf("the same form twice: %v", err)
		}
		lib := ready(t, w, there)
		a, ok := lib.Approach(first.Entry().Ref())
		if !ok || !a.Own || a.Effect.Sources()[0].CheckedWords() != "stated by the practice" {
			t.Fatalf("another node found %v", a)
		}
		choice, _ := lib.For("grief", method.Either)
		if got := names(choice); !strings.Contains(got, "Walking sessions, None for now") {
			t.Errorf("for grief: %s", got)
		}
		if st := stock(t, w, there); len(st.Own) != 1 || st.Own[0].By != w.Clinician.ID || st.Own[0].MadeAt.IsZero() {
			t.Errorf("own: %+v", st.Own)
		}
		w.NotOnDisk(t, "Quokka")
	})
}

func TestEveryVersionStaysAndAnEditThatCameLateMeetsTheOther(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := method.NewShelf(w.Door)
		first, err := write(t, w, s, walk(t, "first"))
		if err != nil {
			t.Fatal(err)
		}
		f := first.FormOf()
		f.ID, f.About = newID(t), "Sessions outside."
		second, err := write(t, w, s, f)
		if err != nil || second.Entry().Version != 2 {
			t.Fatalf("second: %v", err)
		}
		if again, err := write(t, w, s, f); err != nil || again.Entry().Version != 2 {
			t.Errorf("the same edit twice: %v", err)
		}
		late := first.FormOf()
		late.ID, late.About = newID(t), "Sessions in the wood."
		if now, err := write(t, w, s, late); !fault.Is(err, fault.Conflict) || now.Entry().About.Clinician != "Sessions outside." {
			t.Errorf("an edit of the version before: %v", err)
		}
		lib := stock(t, w, s)
		if was, ok := lib.Approach(first.Entry().Ref()); !ok || !strings.Contains(was.About.Clinician, "first") {
			t.Error("the first version is gone")
		}
		if now, ok := lib.Approach(first.Entry().ID); !ok || now.Version != 2 {
			t.Error("the newest is not the second")
		}
		if uses := lib.Uses(first.Entry().ID); len(uses) != 2 {
			t.Errorf("linked %d times", len(uses))
		}
		f.Entry = "own-nothing"
		if _, err := write(t, w, s, f); !fault.Is(err, fault.NotFound) {
			t.Errorf("a revision of nothing: %v", err)
		}
	})
}

func TestWhatIsHiddenIsNotOfferedAndStillRead(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := method.NewShelf(w.Door)
		hide := func(id string, hides bool) error {
			return do(t, w, func(ctx context.Context) error { return s.Hide(ctx, w.Clinician, id, hides) })
		}
		for _, hides := range []bool{true, true, false} {
			if err := hide("cbt", hides); err != nil {
				t.Fatal(err)
			}
			w.Clock.Pass(3 * time.Second)
			lib := ready(t, w, s)
			choice, _ := lib.For("depression", method.Either)
			if _, found := lib.Approach("cbt@1"); strings.Contains(names(choice), "Cognitive behavioural therapy,") == hides || !found {
				t.Errorf("hidden %v: %s", hides, names(choice))
			}
		}
		if err := hide(method.None, true); !fault.Is(err, fault.Invalid) {
			t.Errorf("none: %v", err)
		}
		for _, id := range []string{"nothing", "cbt@1", ""} {
			if err := hide(id, true); !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}

func TestAFileBringsEntriesAllOrNone(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := method.NewShelf(w.Door)
		bring := func(file string) (int, error) {
			n := 0
			err := do(t, w, func(ctx context.Context) error {
				all, err := s.Import(ctx, w.Clinician, []byte(file))
				n = len(all)
				return err
			})
			return n, err
		}
		if n, err := bring(ownFile); n != 3 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
		if n, err := bring(ownFile); n != 0 || err != nil {
			t.Errorf("the same again: %d, %v", n, err)
		}
		if _, err := bring(strings.Replace(ownFile, "in the garden", "in the park", 1)); !fault.Is(err, fault.Conflict) {
			t.Errorf("other content under the same version: %v", err)
		}
		next := strings.Replace(strings.Replace(ownFile, "in the garden", "in the park", 1), `"id":"own-garden","version":1`, `"id":"own-garden","version":2`, 1)
		if n, err := bring(next); n != 1 || err != nil {
			t.Errorf("the next version: %d, %v", n, err)
		}
		if _, err := bring(strings.Replace(ownFile, "Our notes", "Other notes", 1)); !fault.Is(err, fault.Invalid) || !strings.Contains(fmt.Sprint(err), "sources[0].id") {
			t.Errorf("a source with other words: %v", err)
		}
		if _, err := bring(strings.Replace(ownFile, `"concern":"depression"`, `"concern":"nowhere"`, 1)); !fault.Is(err, fault.Invalid) || !strings.Contains(fmt.Sprint(err), `approaches[0].links[0].concern: there is no concern called "nowhere"`) {
			t.Errorf("a link to nowhere: %v", err)
		}
		w.Clock.Pass(3 * time.Second)
		lib := ready(t, w, s)
		if a, ok := lib.Approach("own-garden"); !ok || a.Version != 2 {
			t.Error("the second version is not the newest")
		}
		if got := lib.TechniquesOf("own-garden"); len(got) != 1 || !got[0].Own {
			t.Errorf("techniques: %v", got)
		}
		if choice, ok := lib.For("own-homesick", method.Either); !ok || names(choice) != "Garden therapy, None for now" {
			t.Errorf("for the practice's own concern: %s", names(choice))
		}
		for _, o := range stock(t, w, s).Own {
			if o.FitsForm(lib) {
				t.Errorf("%s came from a file and says more than a form holds", o.Entry().ID)
			}
		}
	})
}

func TestAFormHoldsWhatItMade(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := method.NewShelf(w.Door)
		a, err := write(t, w, s, walk(t, ""))
		if err != nil {
			t.Fatal(err)
		}
		c := method.Form{
			ID: newID(t), Kind: method.KindConcern, Name: "Homesickness", About: "Missing a place.", Within: "depression",
			Evidence: "Seen often.", Links: []method.Tie{{To: "cbt", Strength: method.Tradition}, {To: a.Entry().ID, Strength: method.OwnExperience}},
		}
		k := method.Form{
			ID: newID(t), Kind: method.KindTechnique, Name: "Naming the trees", About: "A way of arriving.", Demand: 1,
			Strength: method.OwnExperience, Approaches: []string{a.Entry().ID, "cbt"}, NotIf: "Storm", WaitIf: "Rain", Steps: "One tree",
		}
		for _, f := range []method.Form{c, k} {
			if _, err := write(t, w, s, f); err != nil {
				t.Fatalf("%s: %v", f.Kind, err)
			}
		}
		st := stock(t, w, s)
		if len(st.Own) != 3 {
			t.Fatalf("%d entries", len(st.Own))
		}
		for _, o := range st.Own {
			if !o.FitsForm(st.Library) {
				t.Errorf("the form of %s makes something else", o.Entry().Name)
			}
		}
	})
}

func TestWhatCannotBeKeptIsSaidAtItsField(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := method.NewShelf(w.Door)
		for field, change := range map[string]func(f *method.Form){
			"name":    func(f *method.Form) { f.Name = " " },
			"about":   func(f *method.Form) { f.About, f.AboutPlain = "", "" },
			"links":   func(f *method.Form) { f.Links = nil },
			"effect":  func(f *method.Form) { f.Effect = strings.Repeat("a", method.MaxText+1) },
			"steps":   func(f *method.Form) { f.Steps = strings.Repeat("a\n", 31) },
			"sources": func(f *method.Form) { f.Sources = "a\x00b" },
			"kind":    func(f *method.Form) { f.Kind = "wish" },
		} {
			f := walk(t, "")
			change(&f)
			_, err := write(t, w, s, f)
			if e := new(fault.Error); !fault.Is(err, fault.Invalid) || !asFault(err, &e) || e.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		odd := walk(t, "")
		odd.Links = []method.Tie{{To: "nowhere", Strength: method.OwnExperience}}
		if _, err := write(t, w, s, odd); !fault.Is(err, fault.Invalid) {
			t.Errorf("a link to nowhere: %v", err)
		}
	})
}

func TestOnlyCliniciansKeepMethods(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := method.NewShelf(w.Door)
		for _, who := range []access.Actor{w.Manager, w.Tomas} {
			for name, act := range map[string]func(ctx context.Context) error{
				"write":  func(ctx context.Context) error { _, err := s.Write(ctx, who, walk(t, "")); return err },
				"import": func(ctx context.Context) error { _, err := s.Import(ctx, who, []byte(ownFile)); return err },
				"hide":   func(ctx context.Context) error { return s.Hide(ctx, who, "cbt", true) },
			} {
				t.Run(name+" by "+who.ID, func(t *testing.T) { w.Refused(t, who, access.KeepMethods, act) })
			}
			t.Run("stock by "+who.ID, func(t *testing.T) {
				w.Refused(t, who, access.ReadMethods, func(ctx context.Context) error { _, err := s.Stock(ctx, who); return err })
			})
		}
	})
}
