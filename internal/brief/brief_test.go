package brief_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/reflect"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

type world struct {
	*waytest.World
	bs    *brief.Briefs
	rs    *reflect.Reflections
	ss    *session.Sessions
	hs    *hour.Hours
	as    *alliance.Alliances
	goals *goal.Goals
	plans *plan.Plans
}

func of(t *testing.T, w *waytest.World) world {
	t.Helper()
	measures := measure.New(w.Door, instrument.NewShelf(w.Door))
	return world{
		w, brief.New(w.Door, measures), reflect.New(w.Door), session.New(w.Door), hour.New(w.Door), alliance.New(w.Door),
		goal.New(w.Door), plan.New(w.Door),
	}
}

func each(t *testing.T, f func(*testing.T, world)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		w.Make(t, access.ReflectionRecord(w.Clinician.ID))
		w.Grant(t, w.Clinician, access.ReflectionRecord(w.Clinician.ID), access.Self)
		f(t, of(t, w))
	})
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// held holds a session of which something is kept, and returns its id.
func (w world) held(t *testing.T, kept hour.KeptForm, tools ...hour.Tool) string {
	t.Helper()
	id := newID()
	w.Do(t, func(ctx context.Context) error {
		_, err := w.ss.Plan(ctx, w.Clinician, w.Client, session.Form{ID: id, Start: w.Clock.Now().Truncate(time.Minute).Add(time.Minute), Length: 50 * time.Minute})
		return err
	})
	w.Clock.Pass(2 * time.Minute)
	w.Do(t, func(ctx context.Context) error {
		_, err := w.hs.Begin(ctx, w.Clinician, w.Client, id, 50*time.Minute)
		return err
	})
	w.Do(t, func(ctx context.Context) error {
		_, err := w.hs.Keep(ctx, w.Clinician, w.Client, id, kept)
		return err
	})
	if len(tools) > 0 {
		w.Do(t, func(ctx context.Context) error {
			_, err := w.hs.Mean(ctx, w.Clinician, w.Client, id, hour.WorkForm{Tools: tools})
			return err
		})
	}
	w.Do(t, func(ctx context.Context) error { _, err := w.hs.End(ctx, w.Clinician, w.Client, id); return err })
	w.Clock.Pass(time.Hour)
	return id
}

func (w world) bring(t *testing.T, actor access.Actor, text string, hard bool) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error {
		_, err := w.hs.Bring(ctx, actor, w.Client, hour.ItemForm{ID: newID(), Text: text, Hard: hard})
		return err
	})
}

func (w world) of(t *testing.T) (b brief.Brief) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		b, err = w.bs.Of(ctx, w.Clinician, w.Client, time.UTC)
		return err
	})
	return b
}

func (w world) today(t *testing.T) (d brief.Day) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		d, err = w.bs.Today(ctx, w.Clinician, []access.Compartment{w.Client, access.ClientRecord("nobody")})
		return err
	})
	return d
}

func TestABriefTellsWhatIsNewAndWhatWasLeft(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if b := w.of(t); b.HasLast || len(b.Agenda.Items) != 0 || b.Held != 0 {
			t.Errorf("before anything there is %+v", b)
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := w.plans.NoteEvent(ctx, w.Tomas, w.Client, plan.LifeEvent{ID: newID(), Day: measure.DayOf(w.Clock.Now(), time.UTC), Words: "An old thing"}, time.UTC)
			return err
		})
		w.held(t, hour.KeptForm{Open: "What to tell the brother", ForClient: "Walk once", ForClinician: "Send the sheet", Calm: "The river"})
		w.Clock.Pass(48 * time.Hour)
		w.bring(t, w.Tomas, "The new job", false)
		w.bring(t, w.Tomas, "A hard thing", true)
		w.Do(t, func(ctx context.Context) error {
			_, err := w.as.Notice(ctx, w.Tomas, w.Client, alliance.MarkerForm{ID: newID(), Word: "Trust", Line: "On the stairs"})
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			_, err := w.as.Notice(ctx, w.Tomas, w.Client, alliance.MarkerForm{ID: newID(), Word: "Safety", Line: "Only mine", Just: true})
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			_, err := w.plans.NoteEvent(ctx, w.Tomas, w.Client, plan.LifeEvent{ID: newID(), Day: measure.DayOf(w.Clock.Now(), time.UTC), Words: "A letter came"}, time.UTC)
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			_, err := w.plans.OpenDetour(ctx, w.Clinician, w.Client, plan.Detour{ID: newID(), Name: "The move", From: measure.DayOf(w.Clock.Now(), time.UTC), Reason: "Boxes"}, time.UTC)
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			_, err := w.goals.Propose(ctx, w.Tomas, w.Client, goal.Form{ID: newID(), Worded: goal.Worded{Words: "Take the train", Know: "Twice a week"}})
			return err
		})

		b := w.of(t)
		if b.Held != 1 || b.Last.IsZero() || !b.HasLast || b.Before.Kept.Open[0] != "What to tell the brother" || b.Before.Kept.Calm != "The river" {
			t.Errorf("what was left: %+v", b.Before.Kept)
		}
		if len(b.Events) != 1 || b.Events[0].Words != "A letter came" {
			t.Errorf("what happened: %+v", b.Events)
		}
		if len(b.Detours) != 1 || b.Detours[0].Name != "The move" || !b.Detours[0].Open() {
			t.Errorf("detours: %+v", b.Detours)
		}
		if len(b.Noticed) != 1 || b.Noticed[0].Word != "Trust" {
			t.Errorf("what the client keeps for themself is among %+v", b.Noticed)
		}
		if len(b.Goals) != 1 || !b.Goals[0].Waits || b.Goals[0].Words != "Take the train" {
			t.Errorf("goals: %+v", b.Goals)
		}
		if n := len(b.Agenda.Items); n != 2 || b.Agenda.Items[0].Text != "The new job" || b.Agenda.Items[1].Text != "" || !b.Agenda.Items[1].Closed {
			t.Errorf("agenda: %+v", b.Agenda.Items)
		}

		d := w.today(t)
		s, ok := d.Of[w.Client]
		if !ok || len(d.Of) != 1 || len(s.Agenda) != 2 || s.Agenda[1].Text != "" || len(s.Events) != 1 || len(s.Detours) != 1 || len(s.Before.Kept.Open) != 1 || s.Harder {
			t.Errorf("the short form: %+v", s)
		}

		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadBrief, func(ctx context.Context) error { _, err := w.bs.Of(ctx, actor, w.Client, time.UTC); return err })
			w.Refused(t, actor, access.ReadBalance, func(ctx context.Context) error { _, err := w.bs.Whose(ctx, actor, w.Client); return err })
			w.Refused(t, actor, access.ReadBalance, func(ctx context.Context) error { _, err := w.bs.Harder(ctx, actor, w.Client); return err })
			w.Refused(t, actor, access.ReadBalance, func(ctx context.Context) error { _, err := w.bs.Week(ctx, actor, w.Client, ""); return err })
		}
		w.Do(t, func(ctx context.Context) error {
			theirs, err := w.bs.Today(ctx, w.Stranger, []access.Compartment{w.Client})
			if len(theirs.Of) != 0 {
				t.Errorf("a stranger is told %+v", theirs)
			}
			return err
		})
		for _, actor := range []access.Actor{w.Tomas, w.Manager} {
			ctx, settle := w.Visit(t)
			all, err := w.bs.Caseload(ctx, actor)
			settle()
			if err == nil && len(all.Of) != 0 {
				t.Errorf("%s is told %+v", actor.ID, all)
			}
		}
	})
}

func TestWhoWorksHarderIsSaidLateAndCanBePutAside(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		harder := func() (yes bool) {
			w.Do(t, func(ctx context.Context) (err error) {
				yes, err = w.bs.Harder(ctx, w.Clinician, w.Client)
				return err
			})
			return yes
		}
		for i := range 3 {
			if harder() {
				t.Fatalf("it is said after %d sessions", i)
			}
			w.held(t, hour.KeptForm{ForClinician: "Look for a group\nWrite to the doctor\nPrepare a sheet"})
			w.Clock.Pass(6 * 24 * time.Hour)
		}
		if !harder() || !w.today(t).Of[w.Client].Harder {
			t.Error("nine steps of the clinician's and none of the client's are not said")
		}
		var b brief.Whose
		w.Do(t, func(ctx context.Context) (err error) { b, err = w.bs.Whose(ctx, w.Clinician, w.Client); return err })
		if b.Work.Of(hour.ByClinician, brief.TookOn) != 9 || b.Work.By(hour.ByClient) != 0 || b.Work.Sessions != 3 {
			t.Errorf("whose work: %+v", b.Work)
		}
		w.Do(t, func(ctx context.Context) error { return w.rs.PutAside(ctx, w.Clinician, w.Client, true) })
		if harder() || w.today(t).Of[w.Client].Harder {
			t.Error("what was put aside is said")
		}
		w.Do(t, func(ctx context.Context) error { return w.rs.PutAside(ctx, w.Clinician, w.Client, false) })
		if !harder() {
			t.Error("what was taken up again is not said")
		}
		for i := range 4 {
			w.bring(t, w.Tomas, fmt.Sprintf("Something of mine, %d", i), false)
		}
		if harder() {
			t.Error("it is said although the client begins things too")
		}
		w.Clock.Pass(brief.Lately)
		if harder() {
			t.Error("what is long over is still said")
		}
	})
}

func TestBeforeAThirdToolInOneWeekThereIsAQuestion(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		week := func(but string) (n int) {
			w.Do(t, func(ctx context.Context) (err error) {
				n, err = w.bs.Week(ctx, w.Clinician, w.Client, but)
				return err
			})
			return n
		}
		w.held(t, hour.KeptForm{}, hour.Tool{Technique: "thought-record", Use: hour.Used})
		if n := week(""); n != 1 || brief.Third(n) {
			t.Errorf("after one: %d", n)
		}
		id := w.held(t, hour.KeptForm{}, hour.Tool{Name: "Letter", Use: hour.Intended}, hour.Tool{Name: "Breathing", Use: hour.LetGo})
		if n := week(""); n != 2 || !brief.Third(n) {
			t.Errorf("after two, and one let go: %d", n)
		}
		if n := week(id); n != 1 {
			t.Errorf("beside the session itself: %d", n)
		}
		var b brief.Whose
		w.Do(t, func(ctx context.Context) (err error) { b, err = w.bs.Whose(ctx, w.Clinician, w.Client); return err })
		meant, used, letGo := b.Tools.Counts()
		if meant != 3 || used != 1 || letGo != 1 || len(b.Tools.Tried) != 3 {
			t.Errorf("what became of them: %d, %d, %d: %+v", meant, used, letGo, b.Tools.Tried)
		}
		var all brief.Caseload
		w.Do(t, func(ctx context.Context) (err error) { all, err = w.bs.Caseload(ctx, w.Clinician); return err })
		if got := all.Of[w.Client].Tools; len(got.Tried) != 3 {
			t.Errorf("over the caseload: %+v", all)
		}
		w.Clock.Pass(brief.Week)
		if n := week(""); n != 0 {
			t.Errorf("a week later: %d", n)
		}
	})
}
