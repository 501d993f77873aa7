package assignment_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "Two stops on the number four tram"

type world struct {
	*waytest.World
	as *assignment.Assignments
}

func each(t *testing.T, f func(*testing.T, world)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, world{w, assignment.New(w.Door)}) })
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// try does something in a visit of its own.
func try[T any](t *testing.T, w world, do func(ctx context.Context) (T, error)) (T, error) {
	t.Helper()
	w.Clock.Pass(time.Second)
	ctx, settle := w.Visit(t)
	defer settle()
	return do(ctx)
}

func must[T any](t *testing.T, w world, do func(ctx context.Context) (T, error)) T {
	t.Helper()
	got, err := try(t, w, do)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (w world) suggest(t *testing.T, actor access.Actor, f assignment.Form) (assignment.Assignment, error) {
	t.Helper()
	if f.ID == "" {
		f.ID = newID()
	}
	return try(t, w, func(ctx context.Context) (assignment.Assignment, error) { return w.as.Suggest(ctx, actor, w.Client, f) })
}

func (w world) suggested(t *testing.T, actor access.Actor, title string) assignment.Assignment {
	t.Helper()
	a, err := w.suggest(t, actor, assignment.Form{Wording: assignment.Wording{Title: title}, Call: assignment.Tool})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w world) choose(t *testing.T, id string, c assignment.Choice) (assignment.Assignment, error) {
	t.Helper()
	return try(t, w, func(ctx context.Context) (assignment.Assignment, error) {
		return w.as.Choose(ctx, w.Tomas, w.Client, id, c, time.UTC)
	})
}

func (w world) log(t *testing.T, f assignment.LogForm) (assignment.Log, error) {
	t.Helper()
	if f.ID == "" {
		f.ID = newID()
	}
	return try(t, w, func(ctx context.Context) (assignment.Log, error) {
		return w.as.Log(ctx, w.Tomas, w.Client, f, time.UTC)
	})
}

func (w world) logged(t *testing.T, f assignment.LogForm) assignment.Log {
	t.Helper()
	l, err := w.log(t, f)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (w world) all(t *testing.T, actor access.Actor) assignment.Set {
	t.Helper()
	return must(t, w, func(ctx context.Context) (assignment.Set, error) { return w.as.All(ctx, actor, w.Client, time.UTC) })
}

func (w world) today() measure.Day { return measure.DayOf(w.Clock.Now(), time.UTC) }

// at is the field at which err says that something is to be corrected.
func at(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Invalid {
		return f.Field
	}
	return "none"
}

func TestEitherSideSuggestsAndOnlyTheClientAgrees(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a, err := w.suggest(t, w.Clinician, assignment.Form{Exercise: "thought-record", Wording: assignment.Wording{Why: "It came up twice"}})
		if err != nil || a.State != assignment.Suggested || a.Version == 0 || a.Title == "" || a.Side() != goal.ByClinician {
			t.Fatalf("got %+v, %v", a, err)
		}
		own := w.suggested(t, w.Tomas, canary)
		if own.State != assignment.Agreed || own.Begun().IsZero() {
			t.Errorf("what the client takes up waits for somebody: %+v", own)
		}
		a, err = w.choose(t, a.ID, assignment.Choice{Revision: 1, Turn: assignment.Smaller, Wording: assignment.Wording{Title: "One thought on paper", Often: "once"}})
		if err != nil || a.State != assignment.Agreed || a.Title != "One thought on paper" || a.Why != "It came up twice" {
			t.Fatalf("made smaller: %+v, %v", a, err)
		}
		again, err := w.choose(t, a.ID, assignment.Choice{Revision: 1, Turn: assignment.Smaller, Wording: assignment.Wording{Title: "One thought on paper", Often: "once"}})
		if err != nil || again.Revision != 2 {
			t.Errorf("the same twice: %+v, %v", again, err)
		}
		if got, err := w.choose(t, a.ID, assignment.Choice{Revision: 1, Turn: assignment.Adapt, Wording: assignment.Wording{Title: "Another"}}); !fault.Is(err, fault.Conflict) || got.Title != "One thought on paper" {
			t.Errorf("from an old page: %+v, %v", got, err)
		}
		if a, err = w.choose(t, a.ID, assignment.Choice{Revision: 1, Turn: assignment.Drop}); err != nil || a.State != assignment.LetGo {
			t.Errorf("letting go waits for a newer page: %+v, %v", a, err)
		}
		if a, err = w.choose(t, a.ID, assignment.Choice{Revision: 1, Turn: assignment.Drop}); err != nil || a.Revision != 3 {
			t.Errorf("letting go twice: %+v, %v", a, err)
		}
		if a, err = w.choose(t, a.ID, assignment.Choice{Revision: 3, Turn: assignment.Agree}); err != nil || a.State != assignment.Agreed || a.Title != "One thought on paper" {
			t.Errorf("taken up again: %+v, %v", a, err)
		}
		until := w.today()
		if a, err = w.choose(t, a.ID, assignment.Choice{Revision: 4, Turn: assignment.Postpone, Until: until}); err != nil || a.State != assignment.Postponed || !a.Waits(until) {
			t.Errorf("postponed until today: %+v, %v", a, err)
		}
		theirs := w.all(t, w.Clinician)
		if len(theirs.All) != 2 || theirs.All[1].Title != canary || len(theirs.All[0].Turns) != 5 {
			t.Errorf("the clinician sees %+v", theirs.All)
		}
		w.NotOnDisk(t, canary)

		no := w.suggested(t, w.Clinician, "A walk")
		if _, err := try(t, w, func(ctx context.Context) (assignment.Assignment, error) {
			return w.as.Withdraw(ctx, w.Clinician, w.Client, own.ID)
		}); !fault.Is(err, fault.NotFound) {
			t.Errorf("the clinician takes back what is the client's: %v", err)
		}
		if no, err = w.choose(t, no.ID, assignment.Choice{Revision: 1, Turn: assignment.Decline}); err != nil || no.State != assignment.Declined || no.Open() {
			t.Errorf("declined: %+v, %v", no, err)
		}
		if _, err := try(t, w, func(ctx context.Context) (assignment.Assignment, error) {
			return w.as.Withdraw(ctx, w.Clinician, w.Client, no.ID)
		}); !fault.Is(err, fault.Conflict) {
			t.Errorf("taken back after an answer: %v", err)
		}
	})
}

func TestAThirdAsksAndBothAnswersGoOn(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.suggested(t, w.Tomas, "One")
		third := assignment.Form{ID: newID(), Wording: assignment.Wording{Title: "Three"}}
		two := w.suggested(t, w.Clinician, "Two")
		if _, err := w.suggest(t, w.Clinician, third); at(err) != "call" {
			t.Errorf("a third is suggested without being asked: %v", err)
		}
		third.Call = assignment.Presence
		a, err := w.suggest(t, w.Clinician, third)
		if err != nil || a.Last().Call != assignment.Presence {
			t.Fatalf("presence may go on: %+v, %v", a, err)
		}
		// The client is asked beside what they agreed to, and not beside suggestions.
		if _, err := w.choose(t, two.ID, assignment.Choice{Revision: 1, Turn: assignment.Agree}); err != nil {
			t.Errorf("a second is asked about: %v", err)
		}
		if _, err := w.choose(t, a.ID, assignment.Choice{Revision: 1, Turn: assignment.Agree}); at(err) != "call" {
			t.Errorf("a third is agreed to without being asked: %v", err)
		}
		if a, err = w.choose(t, a.ID, assignment.Choice{Revision: 1, Turn: assignment.Agree, Call: assignment.Tool}); err != nil || a.State != assignment.Agreed {
			t.Errorf("a tool may go on: %+v, %v", a, err)
		}
		// What takes the place of another is no third.
		for _, title := range []string{"Four", "Five", "Six", "Seven", "Eight"} {
			w.suggested(t, w.Tomas, title)
		}
		if _, err := w.suggest(t, w.Tomas, assignment.Form{Wording: assignment.Wording{Title: "Nine"}, Call: assignment.Tool}); at(err) != "" {
			t.Errorf("a ninth: %v", err)
		}
		nine, err := w.suggest(t, w.Clinician, assignment.Form{Replaces: two.ID, Wording: assignment.Wording{Title: "Nine"}, Call: assignment.Tool})
		if err != nil {
			t.Fatalf("in the place of another: %v", err)
		}
		if two, _ := w.all(t, w.Tomas).One(two.ID); two.State != assignment.Agreed {
			t.Error("it is gone before the client agreed")
		}
		if _, err := w.choose(t, nine.ID, assignment.Choice{Revision: 1, Turn: assignment.Agree, Call: assignment.Tool}); err != nil {
			t.Error(err)
		}
		if two, _ := w.all(t, w.Tomas).One(two.ID); two.State != assignment.LetGo {
			t.Error("what was replaced is still there")
		}
	})
}

func TestWhatIsLoggedIsKeptOnceHoweverOftenAndLateItComes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.suggested(t, w.Tomas, canary)
		f := assignment.LogForm{ID: newID(), Assignment: a.ID, How: assignment.Tried, Fine: assignment.ByDay, Day: w.today(), Note: "As far as the bridge"}
		f.Day = measure.DayOf(w.Clock.Now().Add(48*time.Hour), time.UTC) // the phone's clock is wrong
		first := w.logged(t, f)
		if first.Day != w.today() || first.N != 1 || first.Revision != 1 {
			t.Fatalf("a day to come: %+v, today is %s", first, w.today())
		}
		w.Clock.Pass(24 * time.Hour)
		if l := w.logged(t, f); l.Day != first.Day || l.N != 1 || l.Revision != 1 {
			t.Errorf("the same form a day later: %+v", l)
		}
		g := f
		g.Revision, g.How, g.Note = 1, assignment.Did, "As far as the bridge, and back"
		if l := w.logged(t, g); l.Revision != 2 || l.How != assignment.Did || l.N != 1 {
			t.Errorf("changed: %+v", l)
		}
		for _, old := range []assignment.LogForm{f, g} { // an answer was lost, and both come again
			if l := w.logged(t, old); l.Revision != 2 || l.How != assignment.Did {
				t.Errorf("an old form changed it: %+v", l)
			}
		}
		h := g
		h.Note = "Something else"
		if l, err := w.log(t, h); !fault.Is(err, fault.Conflict) || l.Note != g.Note {
			t.Errorf("from an old page: %+v, %v", l, err)
		}
		other := w.suggested(t, w.Tomas, "Another")
		if _, err := try(t, w, func(ctx context.Context) (assignment.Log, error) {
			return w.as.TakeBack(ctx, w.Tomas, w.Client, other.ID, f.ID, 2)
		}); !fault.Is(err, fault.NotFound) {
			t.Errorf("taken back as if it were about something else: %v", err)
		}
		l := must(t, w, func(ctx context.Context) (assignment.Log, error) {
			return w.as.TakeBack(ctx, w.Tomas, w.Client, a.ID, f.ID, 2)
		})
		if !l.Gone || l.Note != "" {
			t.Errorf("taken back: %+v", l)
		}
		if l := w.logged(t, f); !l.Gone {
			t.Errorf("an old form brought it back: %+v", l)
		}
		if got := w.all(t, w.Tomas).Logs; len(got) != 0 {
			t.Errorf("taken back, and there: %+v", got)
		}
		if l := w.logged(t, assignment.LogForm{Assignment: a.ID, How: assignment.NotNow, Fine: assignment.AnyTime}); l.N != 2 || l.Day != "" {
			t.Errorf("not this week: %+v", l)
		}
		for field, wrong := range map[string]assignment.LogForm{
			"how":    {ID: newID(), Assignment: a.ID, How: "well"},
			"day":    {ID: newID(), Assignment: a.ID, How: assignment.Did, Day: "2001-02-31"},
			"note":   {ID: newID(), Assignment: a.ID, How: assignment.Did, Note: strings.Repeat("a", assignment.MaxNote+1)},
			"expect": {ID: newID(), Assignment: a.ID, How: assignment.Planned, Expect: "\x00"},
			"id":     {ID: "1", Assignment: a.ID, How: assignment.Did},
		} {
			if _, err := w.log(t, wrong); at(err) != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		w.NotOnDisk(t, "As far as the bridge")
	})
}

func TestTheFieldsOfAnExerciseComeWithALog(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a, err := w.suggest(t, w.Tomas, assignment.Form{Exercise: "thought-record"})
		if err != nil {
			t.Fatal(err)
		}
		set := w.all(t, w.Tomas)
		e := set.Exercise(a)
		field := e.Fields[0]
		l := w.logged(t, assignment.LogForm{Assignment: a.ID, How: assignment.Did, Fine: assignment.ByDay, Fields: url.Values{field.Name(): {"The meeting"}}})
		if said := e.Words(l.Filled); len(said) != 1 || said[0].Text != "The meeting" {
			t.Errorf("got %+v", said)
		}
		theirs := w.all(t, w.Clinician).Logs[0]
		if theirs.ID != "" || theirs.N != 1 || len(theirs.Filled) != 1 {
			t.Errorf("the clinician sees %+v", theirs)
		}
		mine := w.logged(t, assignment.LogForm{Assignment: a.ID, How: assignment.Part, Fine: assignment.ByDay, Mine: true, Note: canary, Fields: url.Values{field.Name(): {canary}}})
		if mine.Note != canary {
			t.Errorf("the client sees %+v", mine)
		}
		if l := w.all(t, w.Clinician).Logs[0]; l.Note != "" || len(l.Filled) != 0 || !l.Hidden || l.How != assignment.Part {
			t.Errorf("the clinician sees what is the client's alone: %+v", l)
		}
		if _, err := w.log(t, assignment.LogForm{Assignment: a.ID, How: assignment.Did, Fields: url.Values{field.Name(): {strings.Repeat("a", 1<<15)}}}); at(err) != field.Name() {
			t.Errorf("too long a field: %v", err)
		}
	})
}

func TestOfWhenSomethingWasDoneNoMoreIsKeptThanTheClientChose(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.suggested(t, w.Tomas, canary)
		day := w.today()
		start, err := day.Begins(time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		monday := measure.DayOf(start.AddDate(0, 0, -int((start.Weekday()+6)%7)), time.UTC)
		for fine, want := range map[assignment.Fine]measure.Day{assignment.ByDay: day, assignment.ByWeek: monday, assignment.AnyTime: ""} {
			if l := w.logged(t, assignment.LogForm{Assignment: a.ID, How: assignment.Did, Fine: fine, Day: day}); l.Day != want {
				t.Errorf("%s: %q, want %q", fine, l.Day, want)
			}
		}
		now := w.Clock.Now().UnixMicro()
		if n := w.Count(t, `SELECT count(*) FROM assignment_log WHERE since_at > $1 OR n > 10 OR revision > 10`, now-1_000_000_000_000); n != 0 {
			t.Error("a row says when it was written")
		}
	})
}

func TestSinceTheLastSessionIsWhatArrivedAfterIt(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.suggested(t, w.Tomas, canary)
		w.logged(t, assignment.LogForm{Assignment: a.ID, How: assignment.Did, Fine: assignment.AnyTime})
		ss := session.New(w.Door)
		start := w.Clock.Now().Truncate(time.Minute).Add(time.Hour)
		w.Do(t, func(ctx context.Context) error {
			_, err := ss.Plan(ctx, w.Clinician, w.Client, session.Form{ID: newID(), Start: start, Length: 50 * time.Minute})
			return err
		})
		w.Clock.Pass(3 * time.Hour)
		w.logged(t, assignment.LogForm{Assignment: a.ID, How: assignment.Part, Fine: assignment.AnyTime})
		since := func(at time.Time) (n int) {
			w.Do(t, func(ctx context.Context) error {
				tx, err := w.Door.Begin(ctx, w.Clinician, access.ReadAssignments, w.Client)
				if err != nil {
					return err
				}
				defer tx.Rollback()
				s, err := assignment.LogsIn(ctx, tx, at)
				n = len(s.Logs)
				return err
			})
			return n
		}
		if since(start) != 1 || since(time.Time{}) != 2 {
			t.Errorf("since the session %d, at all %d", since(start), since(time.Time{}))
		}
	})
}

func TestACliniciansLineStandsBesideALog(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.suggested(t, w.Tomas, canary)
		w.logged(t, assignment.LogForm{Assignment: a.ID, How: assignment.Did, Quality: 4, Amount: 2})
		answer := func(f assignment.AnswerForm) (assignment.Log, error) {
			return try(t, w, func(ctx context.Context) (assignment.Log, error) { return w.as.Answer(ctx, w.Clinician, w.Client, f) })
		}
		f := assignment.AnswerForm{N: 1, Line: "The bridge is far", Quality: 3}
		for range 2 {
			if l, err := answer(f); err != nil || l.Answer.Line != f.Line || l.Answer.Revision != 1 || l.Answer.Quality != 0 {
				t.Fatalf("got %+v, %v", l.Answer, err)
			}
		}
		if l, err := answer(assignment.AnswerForm{N: 1, Line: "Another"}); !fault.Is(err, fault.Conflict) || l.Answer.Line != f.Line {
			t.Errorf("from an old page: %+v, %v", l.Answer, err)
		}
		if _, err := answer(assignment.AnswerForm{N: 2, Line: "To nothing"}); !fault.Is(err, fault.NotFound) {
			t.Errorf("to nothing: %v", err)
		}
		for _, actor := range []access.Actor{w.Tomas, w.Clinician} {
			must(t, w, func(ctx context.Context) (assignment.Assignment, error) {
				return w.as.Wish(ctx, actor, w.Client, a.ID, true)
			})
		}
		if l, err := answer(assignment.AnswerForm{N: 1, Revision: 1, Line: f.Line, Quality: 3, Amount: 5}); err != nil || l.Answer.Quality != 3 {
			t.Errorf("both want to look at how well it was: %+v, %v", l.Answer, err)
		}
		if l := w.all(t, w.Tomas).Logs[0]; l.Answer.Line != f.Line || l.Quality != 0 {
			t.Errorf("the client sees %+v", l)
		}
		must(t, w, func(ctx context.Context) (assignment.Log, error) {
			return w.as.TakeBack(ctx, w.Tomas, w.Client, a.ID, w.all(t, w.Tomas).Logs[0].ID, 1)
		})
		if w.Count(t, `SELECT count(*) FROM assignment_answer`) != 0 {
			t.Error("the line stayed where the log was taken back")
		}
	})
}

func TestADayForTheSmallestStepIsTheClientsAlone(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.suggested(t, w.Tomas, canary)
		w.Do(t, func(ctx context.Context) error { return w.as.TakeLow(ctx, w.Tomas, w.Client, true, time.UTC) })
		if !w.all(t, w.Tomas).Low || w.all(t, w.Clinician).Low {
			t.Error("the client does not see it, or the clinician does")
		}
		w.Clock.Pass(24 * time.Hour)
		if w.all(t, w.Tomas).Low {
			t.Error("it is still there on the next day")
		}
	})
}

func TestWhatWasLetGoOrHiddenAfterABackupIsSoAfterItsRestore(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.suggested(t, w.Tomas, canary)
		hidden := w.logged(t, assignment.LogForm{Assignment: a.ID, How: assignment.Did, Note: canary})
		gone := w.logged(t, assignment.LogForm{Assignment: a.ID, How: assignment.Did, Note: canary})
		end := func() {
			var ended []access.Ending
			for _, kind := range []string{"practice.one " + a.ID, "practice.mine " + hidden.ID, "practice.log " + gone.ID} {
				ended = append(ended, access.Ending{Compartment: w.Client, ActorID: w.Tomas.ID, Kind: kind, At: w.Clock.Now()})
			}
			w.Do(t, func(ctx context.Context) error {
				return w.as.EndAgain(ctx, access.System(w.Practice, "operator"), ended)
			})
		}
		end()
		end()
		s := w.all(t, w.Clinician)
		if s.All[0].State != assignment.LetGo || s.All[0].Title != canary || len(s.All[0].Turns) != 2 {
			t.Errorf("it came back: %+v", s.All[0])
		}
		if len(s.Logs) != 1 || !s.Logs[0].Hidden || s.Logs[0].Note != "" {
			t.Errorf("words came back: %+v", s.Logs)
		}
		if mine := w.all(t, w.Tomas); len(mine.Logs) != 1 || mine.Logs[0].Note != canary {
			t.Errorf("the client lost words: %+v", mine.Logs)
		}
		noted := func() int { return w.Count(t, `SELECT count(*) FROM ended WHERE kind LIKE 'practice.%'`) }
		b := w.suggested(t, w.Tomas, "Another")
		if _, err := w.choose(t, b.ID, assignment.Choice{Turn: assignment.Drop}); err != nil || noted() != 1 {
			t.Errorf("%d noted, %v", noted(), err)
		}
		if _, err := w.choose(t, b.ID, assignment.Choice{Revision: 2, Turn: assignment.Agree}); err != nil || noted() != 0 {
			t.Errorf("taken up again: %d noted, %v", noted(), err)
		}
	})
}

func TestNobodyElseReachesWhatIsPractised(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.suggested(t, w.Clinician, canary)
		l := w.logged(t, assignment.LogForm{Assignment: a.ID, How: assignment.Did})
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadAssignments, func(ctx context.Context) error { _, err := w.as.All(ctx, actor, w.Client, time.UTC); return err })
			w.Refused(t, actor, access.ReadAssignments, func(ctx context.Context) error { _, err := w.as.One(ctx, actor, w.Client, l.ID); return err })
			w.Refused(t, actor, access.Suggest, func(ctx context.Context) error {
				_, err := w.as.Suggest(ctx, actor, w.Client, assignment.Form{})
				return err
			})
			w.Refused(t, actor, access.Suggest, func(ctx context.Context) error { _, err := w.as.Withdraw(ctx, actor, w.Client, a.ID); return err })
			w.Refused(t, actor, access.Suggest, func(ctx context.Context) error { _, err := w.as.Wish(ctx, actor, w.Client, a.ID, true); return err })
		}
		for _, actor := range []access.Actor{w.Clinician, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ChooseExercise, func(ctx context.Context) error {
				_, err := w.as.Choose(ctx, actor, w.Client, a.ID, assignment.Choice{Turn: assignment.Agree}, time.UTC)
				return err
			})
			w.Refused(t, actor, access.ChooseExercise, func(ctx context.Context) error { return w.as.TakeLow(ctx, actor, w.Client, true, time.UTC) })
			w.Refused(t, actor, access.LogExercise, func(ctx context.Context) error {
				_, err := w.as.Log(ctx, actor, w.Client, assignment.LogForm{}, time.UTC)
				return err
			})
			w.Refused(t, actor, access.LogExercise, func(ctx context.Context) error {
				_, err := w.as.TakeBack(ctx, actor, w.Client, a.ID, l.ID, 1)
				return err
			})
		}
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.AnswerLog, func(ctx context.Context) error {
				_, err := w.as.Answer(ctx, actor, w.Client, assignment.AnswerForm{N: 1})
				return err
			})
		}
		w.Refused(t, w.Tomas, access.EndAgain, func(ctx context.Context) error { return w.as.EndAgain(ctx, w.Tomas, nil) })
		if _, err := try(t, w, func(ctx context.Context) (assignment.Log, error) { return w.as.One(ctx, w.Clinician, w.Client, l.ID) }); !fault.Is(err, fault.NotFound) {
			t.Errorf("the clinician finds a log by its id: %v", err)
		}
	})
}
