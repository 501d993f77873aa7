package reflect_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/reflect"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "I was afraid of the silence in this room"

type world struct {
	*waytest.World
	rs *reflect.Reflections
	ss *session.Sessions
}

func each(t *testing.T, f func(*testing.T, world)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		for _, a := range []access.Actor{w.Clinician, w.Stranger} {
			w.Make(t, access.ReflectionRecord(a.ID))
			w.Grant(t, a, access.ReflectionRecord(a.ID), access.Self)
		}
		f(t, world{w, reflect.New(w.Door), session.New(w.Door)})
	})
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// held holds a session and returns its id.
func (w world) held(t *testing.T) string {
	t.Helper()
	id := newID()
	w.Do(t, func(ctx context.Context) error {
		_, err := w.ss.Plan(ctx, w.Clinician, w.Client, session.Form{ID: id, Start: w.Clock.Now().Truncate(time.Minute).Add(time.Minute), Length: 50 * time.Minute})
		return err
	})
	w.Clock.Pass(time.Hour)
	return id
}

func (w world) keep(t *testing.T, f reflect.Form) (reflect.Reflection, error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.rs.Keep(ctx, w.Clinician, f)
}

func (w world) all(t *testing.T) (all []reflect.Reflection) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) { all, err = w.rs.All(ctx, w.Clinician); return err })
	return all
}

func (w world) minute(session, text string) reflect.Form {
	return reflect.Form{
		ID: newID(), Kind: reflect.AfterHour, Client: w.Client, SessionID: session, Prompt: reflect.AfterSession(session, 0).ID,
		Said: reflect.Said{Text: text, Leaving: reflect.Heavier},
	}
}

func TestAMinuteIsReadByWhoeverWroteItAndByNobodyElse(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.held(t)
		f := w.minute(id, canary)
		if _, err := w.keep(t, f); err != nil {
			t.Fatal(err)
		}
		if _, err := w.keep(t, f); err != nil {
			t.Errorf("the same form again: %v", err)
		}
		anew := f
		anew.ID = newID()
		if _, err := w.keep(t, anew); err != nil {
			t.Errorf("the same words from a page opened anew: %v", err)
		}
		all := w.all(t)
		if len(all) != 1 || all[0].Text != canary || all[0].Leaving != reflect.Heavier || all[0].SessionID != id || all[0].Client != w.Client {
			t.Fatalf("it is read back as %+v", all)
		}
		other := f
		other.Text = "Something else"
		if _, err := w.keep(t, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same id with other words: %v", err)
		}
		own := access.ReflectionRecord(w.Clinician.ID)
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor, access.System(w.Practice, "operator"), access.Anyone(w.Practice)} {
			for _, action := range []access.Action{access.ReadReflections, access.Reflect} {
				w.Refused(t, actor, action, func(ctx context.Context) error {
					tx, err := w.Door.Begin(ctx, actor, action, own)
					if err == nil {
						tx.Rollback()
					}
					return err
				})
			}
		}
		// Whoever else asks for theirs gets their own, and there is nothing in it.
		w.Do(t, func(ctx context.Context) error {
			theirs, err := w.rs.All(ctx, w.Stranger)
			if len(theirs) != 0 {
				t.Errorf("somebody else has %d", len(theirs))
			}
			return err
		})
		w.NotOnDisk(t, canary)
	})
}

func TestOnlyASessionOfOnesOwnThatBeganIsAskedAbout(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.held(t)
		later := newID()
		w.Do(t, func(ctx context.Context) error {
			_, err := w.ss.Plan(ctx, w.Clinician, w.Client, session.Form{ID: later, Start: w.Clock.Now().Add(2 * time.Hour).Truncate(time.Minute), Length: 50 * time.Minute})
			return err
		})
		for name, f := range map[string]reflect.Form{"one to come": w.minute(later, "x"), "none": w.minute(newID(), "x")} {
			if _, err := w.keep(t, f); !fault.Is(err, fault.NotFound) {
				t.Errorf("after %s: %v", name, err)
			}
		}
		// One that was begun before its time may be over before it, too.
		early := newID()
		w.Do(t, func(ctx context.Context) error {
			_, err := w.ss.Plan(ctx, w.Clinician, w.Client, session.Form{ID: early, Start: w.Clock.Now().Add(59 * time.Minute).Truncate(time.Minute), Length: 50 * time.Minute})
			return err
		})
		if _, err := w.keep(t, w.minute(early, "x")); err != nil {
			t.Errorf("after one that was begun early: %v", err)
		}
		ctx, settle := w.Visit(t)
		_, err := w.rs.Keep(ctx, w.Stranger, w.minute(id, "x"))
		settle()
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("after somebody else's session: %v", err)
		}
		ctx, settle = w.Visit(t)
		_, _, err = w.rs.Asked(ctx, w.Stranger, w.Client, id)
		settle()
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("asked about somebody else's session: %v", err)
		}
		// Nothing that is not an id of somebody one treats is ever kept.
		w.Refused(t, w.Stranger, access.ReadBalance, func(ctx context.Context) error { return w.rs.PutAside(ctx, w.Stranger, w.Client, true) })
		w.Refused(t, w.Clinician, access.ReadBalance, func(ctx context.Context) error {
			return w.rs.PutAside(ctx, w.Clinician, access.ClientRecord("a canary"), true)
		})
	})
}

func TestWhatIsWrittenIsCheckedChangedAndLetGoOf(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.held(t)
		for name, change := range map[string]func(*reflect.Form){
			"nothing":           func(f *reflect.Form) { f.Text, f.Leaving = " ", "" },
			"too much":          func(f *reflect.Form) { f.Text = strings.Repeat("x", reflect.MaxText+1) },
			"a control sign":    func(f *reflect.Form) { f.Text = "a\x00b" },
			"no such leaving":   func(f *reflect.Form) { f.Leaving = "elated" },
			"no such question":  func(f *reflect.Form) { f.Prompt = "score" },
			"no such kind":      func(f *reflect.Form) { f.Kind = "verdict" },
			"a week about some": func(f *reflect.Form) { f.Kind = reflect.OverWeek },
			"no id":             func(f *reflect.Form) { f.ID = "1" },
		} {
			f := w.minute(id, "Enough")
			change(&f)
			if _, err := w.keep(t, f); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) {
				t.Errorf("%s: %v", name, err)
			}
		}
		r, err := w.keep(t, w.minute(id, "Enough"))
		if err != nil {
			t.Fatal(err)
		}
		revise := func(revision int64, text string) (reflect.Reflection, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.rs.Revise(ctx, w.Clinician, r.ID, revision, reflect.Said{Text: text})
		}
		if now, err := revise(1, "More than enough"); err != nil || now.Revision != 2 {
			t.Fatalf("changed: %+v, %v", now, err)
		}
		if _, err := revise(1, "More than enough"); err != nil {
			t.Errorf("the same change again: %v", err)
		}
		if now, err := revise(1, "From another device"); !fault.Is(err, fault.Conflict) || now.Text != "More than enough" {
			t.Errorf("a stale change: %+v, %v", now, err)
		}
		w.Do(t, func(ctx context.Context) error { return w.rs.Drop(ctx, w.Clinician, r.ID) })
		if all := w.all(t); len(all) != 0 {
			t.Errorf("%d are left", len(all))
		}
		ctx, settle := w.Visit(t)
		_, err = w.rs.One(ctx, w.Clinician, r.ID)
		settle()
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("what was let go of: %v", err)
		}
	})
}

func TestNotThisTimeIsNotAskedAgainAndCanStillBeWritten(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.held(t)
		done := func() (all map[string]bool) {
			w.Do(t, func(ctx context.Context) error {
				tx, err := w.Door.Begin(ctx, w.Clinician, access.ReadReflections, access.ReflectionRecord(w.Clinician.ID))
				if err != nil {
					return err
				}
				defer tx.Rollback()
				all, err = reflect.DoneIn(ctx, tx, w.Clock.Now().Add(-24*time.Hour))
				return err
			})
			return all
		}
		if done()[id] {
			t.Error("nothing was said, and it counts")
		}
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return w.rs.Skip(ctx, w.Clinician, w.Client, id) })
		}
		if !done()[id] || len(w.all(t)) != 0 {
			t.Error("not this time was not noted, or is read as something")
		}
		if _, err := w.keep(t, w.minute(id, "After all")); err != nil || len(w.all(t)) != 1 {
			t.Errorf("written after all: %v", err)
		}
	})
}

func TestWhoeverIsErasedTakesWhatWasWrittenAboutTheirSessionsAlong(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.held(t)
		if _, err := w.keep(t, w.minute(id, canary)); err != nil {
			t.Fatal(err)
		}
		week := reflect.Form{ID: newID(), Kind: reflect.OverWeek, Prompt: reflect.OfWeek(w.Clock.Now()).ID, Said: reflect.Said{Text: "Rest"}}
		if _, err := w.keep(t, week); err != nil {
			t.Fatal(err)
		}
		w.Do(t, func(ctx context.Context) error { return w.rs.PutAside(ctx, w.Clinician, w.Client, true) })
		// Only the keys are destroyed, as they are for older backups.
		if err := w.Door.Forget(t.Context(), w.Practice, w.Client); err != nil {
			t.Fatal(err)
		}
		ctx, settle := w.Visit(t)
		_, err := w.rs.All(ctx, w.Clinician)
		settle()
		if err == nil {
			t.Error("what was written about a session opens without the client's key")
		}
		operator := access.System(w.Practice, "operator")
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, operator, access.EraseClient, w.Client)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := access.EraseRows(ctx, tx, w.Client); err != nil {
				return err
			}
			return tx.Commit()
		})
		if all := w.all(t); len(all) != 1 || all[0].Text != "Rest" {
			t.Errorf("what is left: %+v", all)
		}
		if n := w.Count(t, `SELECT count(*) FROM reflection_aside`); n != 0 {
			t.Errorf("%d rows about somebody erased are left", n)
		}
	})
}

func TestTheQuestionOfTheWeekStaysForTheWeekAndComesRound(t *testing.T) {
	monday := time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)
	seen := make(map[string]bool)
	for week := range len(reflect.Weekly()) {
		first := reflect.OfWeek(monday.AddDate(0, 0, 7*week))
		for day := range 7 {
			if p := reflect.OfWeek(monday.AddDate(0, 0, 7*week+day).Add(23 * time.Hour)); p != first {
				t.Fatalf("week %d, day %d: %q, and on Monday %q", week, day, p.ID, first.ID)
			}
		}
		seen[first.ID] = true
	}
	if len(seen) != len(reflect.Weekly()) {
		t.Errorf("only %d of %d came round", len(seen), len(reflect.Weekly()))
	}
}

// TestPromptsAskAndNeverGrade keeps the tone: a question each, none of them a demand, and
// none a measure of how good somebody is.
func TestPromptsAskAndNeverGrade(t *testing.T) {
	ids := make(map[string]bool)
	for _, p := range append(reflect.Minute(), reflect.Weekly()...) {
		low := strings.ToLower(p.Text)
		for _, word := range []string{"should", "must", "!", "better", "failed", "mistake", "goal", "productive", "improve", "did you do enough", "score", "good session"} {
			if strings.Contains(low, word) {
				t.Errorf("%q says %q", p.Text, word)
			}
		}
		if !strings.HasSuffix(p.Text, "?") || len(p.Text) > 140 || ids[p.ID] || reflect.Words(p.ID) != p.Text {
			t.Errorf("%s: %q", p.ID, p.Text)
		}
		ids[p.ID] = true
	}
	if a, b := reflect.AfterSession("01", 0), reflect.AfterSession("01", 1); a == b || a != reflect.AfterSession("01", len(reflect.Minute())) {
		t.Error("another question is the same one")
	}
}
