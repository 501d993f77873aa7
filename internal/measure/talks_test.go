package measure_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/waytest"
)

const (
	hers = "A colleague of his left, and the heron was on the roof"
	days = 24 * time.Hour
)

// score9 is an answer to the PHQ-9 with that total and nothing in the ninth question.
func score9(t *testing.T, w *waytest.World, ms *measure.Measures, total int) measure.Answer {
	t.Helper()
	values := make([]int, 9)
	for i := 0; total > 0; i++ {
		values[i] = min(3, total)
		total -= values[i]
	}
	return give(t, w, ms, own(t, items(values...)))
}

func courses(t *testing.T, w *waytest.World, ms *measure.Measures) (all []measure.Course) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = ms.Courses(ctx, w.Clinician, w.Client)
		return err
	})
	return all
}

func signalOf(t *testing.T, w *waytest.World, ms *measure.Measures) []measure.Raised {
	t.Helper()
	all := courses(t, w, ms)
	if len(all) != 1 {
		t.Fatalf("%d courses", len(all))
	}
	c := all[0]
	// Everything that speaks of signals says the same.
	w.Do(t, func(ctx context.Context) error {
		whole, err := ms.Whole(ctx, w.Clinician, w.Client)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(c.Signals, whole.Courses[0].Signals); diff != "" {
			t.Errorf("whole: %s", diff)
		}
		return nil
	})
	w.Do(t, func(ctx context.Context) error {
		all, err := ms.Overview(ctx, w.Clinician, time.Time{})
		if err == nil && len(all) != 1 {
			t.Fatalf("overview: %d", len(all))
		}
		if err == nil {
			if diff := cmp.Diff(c.Signals, all[0].Signals); diff != "" {
				t.Errorf("overview: %s", diff)
			}
		}
		return err
	})
	if _, open := c.Opened(); open != (len(c.Signals) > 0) {
		t.Errorf("open %v with the signals %v", open, c.Signals)
	}
	return c.Raised
}

func states(all []measure.Raised) string {
	var said []string
	for _, r := range all {
		said = append(said, string(r.Kind)+" "+string(r.State))
	}
	return strings.Join(said, ", ")
}

func TestASignalIsOpenUntilItWasTalkedAboutOrPassed(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		expect := func(want string) []measure.Raised {
			t.Helper()
			all := signalOf(t, w, ms)
			if got := states(all); got != want {
				t.Fatalf("signals are %q, want %q", got, want)
			}
			return all
		}
		talk := func(answer string) (measure.Talk, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ms.TalkAboutSignal(ctx, w.Clinician, w.Client, measure.Talk{
				ID: newID(t), Instrument: "phq-9", AnswerID: answer, Day: measure.DayOf(w.Clock.Now(), time.UTC),
				Aid: map[string]string{"support": hers, "method": " "},
			}, time.UTC)
		}

		first := score9(t, w, ms, 14)
		expect("")
		if _, err := talk(first.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("talking about a signal that is none: %v", err)
		}
		w.Clock.Pass(14 * days)
		score9(t, w, ms, 19)
		expect("look closer open")
		w.Clock.Pass(7 * days)
		score9(t, w, ms, 12)
		expect("look closer passed")
		w.Clock.Pass(7 * days)
		third := score9(t, w, ms, 19)
		all := expect("look closer passed, look closer open")
		if all[1].Since.AnswerID != third.ID || all[1].ClosedBy != "" || all[0].ClosedBy != "" || all[0].ClosedAt.IsZero() {
			t.Errorf("since, and by whom: %+v", all)
		}
		kept, err := talk(third.ID)
		if err != nil || kept.Kind != course.LookCloser || kept.Aid["support"] != hers || len(kept.Aid) != 1 {
			t.Fatalf("talked: %+v, %v", kept, err)
		}
		all = expect("look closer passed, look closer talked about")
		if all[1].ClosedBy != w.Clinician.ID || all[1].TalkID != kept.ID {
			t.Errorf("closed by: %+v", all[1])
		}
		if c := courses(t, w, ms)[0]; c.Given[3].TalkedAt.IsZero() {
			t.Error("the score is not talked about")
		}

		// A short while after it is quiet, unless there is a stronger one.
		w.Clock.Pass(3 * days)
		score9(t, w, ms, 12)
		w.Clock.Pass(3 * days)
		score9(t, w, ms, 19)
		expect("look closer passed, look closer talked about")
		w.Clock.Pass(3 * days)
		strong := score9(t, w, ms, 20)
		expect("look closer passed, look closer talked about, slower than most so far open")
		if _, err := talk(strong.ID); err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(27 * days)
		score9(t, w, ms, 20)
		expect("look closer passed, look closer talked about, slower than most so far talked about")
		w.Clock.Pass(2 * days)
		score9(t, w, ms, 20)
		expect("look closer passed, look closer talked about, slower than most so far talked about, slower than most so far open")

		// What is reliably worse than the score that was talked about is news at once.
		if _, err := talk(courses(t, w, ms)[0].Given[8].AnswerID); err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(1 * days)
		score9(t, w, ms, 24)
		if all := signalOf(t, w, ms); len(all) != 4 || all[3].State != measure.SignalTalked {
			t.Errorf("four points more, the day after: %+v", all)
		}
		w.Clock.Pass(1 * days)
		score9(t, w, ms, 26)
		expect("look closer passed, look closer talked about, slower than most so far talked about, slower than most so far talked about, slower than most so far open")

		// That the answers were talked about is enough as well.
		newest := courses(t, w, ms)[0].Given
		w.Do(t, func(ctx context.Context) error {
			return ms.Talked(ctx, w.Clinician, w.Client, newest[len(newest)-1].AnswerID)
		})
		if all := signalOf(t, w, ms); all[4].State != measure.SignalTalked || all[4].TalkID != "" || all[4].ClosedBy != w.Clinician.ID {
			t.Errorf("after the answers were talked about: %+v", all[4])
		}
		w.Clock.Pass(7 * days)
		score9(t, w, ms, 20)
		if all := signalOf(t, w, ms); len(all) != 5 {
			t.Errorf("a week after the answers were talked about it asks again: %+v", all)
		}
	})
}

func TestATalkAboutOneQuestionnaireHushesNoOther(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		gad := func(total int) measure.Answer {
			values := make([]int, 7)
			for i := 0; total > 0; i++ {
				values[i] = min(3, total)
				total -= values[i]
			}
			return give(t, w, ms, measure.Answer{ID: newID(t), Instrument: "gad-7", Version: "1", Items: items(values...)})
		}
		gad(9)
		score9(t, w, ms, 9)
		w.Clock.Pass(14 * days)
		worried := gad(18)
		w.Do(t, func(ctx context.Context) error { return ms.Talked(ctx, w.Clinician, w.Client, worried.ID) })
		w.Clock.Pass(7 * days)
		score9(t, w, ms, 18)
		all := courses(t, w, ms)
		if got := states(all[0].Raised) + "; " + states(all[1].Raised); got != "slower than most so far talked about; slower than most so far open" {
			t.Errorf("GAD-7; PHQ-9: %s", got)
		}
		w.Do(t, func(ctx context.Context) error {
			all, err := ms.Overview(ctx, w.Clinician, time.Time{})
			for _, s := range all {
				if (len(s.Signals) > 0) != (s.Instrument.ID == "phq-9") {
					t.Errorf("overview: %s has %v", s.Instrument.ID, s.Signals)
				}
			}
			return err
		})
	})
}

func TestATalkIsKeptOnceAndIsForThoseWhoTreat(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		score9(t, w, ms, 14)
		w.Clock.Pass(14 * days)
		a := score9(t, w, ms, 20)
		today := measure.DayOf(w.Clock.Now(), time.UTC)
		form := measure.Talk{ID: newID(t), Instrument: "phq-9", AnswerID: a.ID, Day: today, Aid: map[string]string{"events": hers}}
		send := func(actor access.Actor, f measure.Talk) error {
			ctx, settle := w.Visit(t)
			defer settle()
			_, err := ms.TalkAboutSignal(ctx, actor, w.Client, f, time.UTC)
			return err
		}
		for field, spoil := range map[string]func(*measure.Talk){
			"day":    func(f *measure.Talk) { f.Day = "2026-11-31" },
			"events": func(f *measure.Talk) { f.Aid = map[string]string{"events": strings.Repeat("x", measure.MaxAid+1)} },
			"id":     func(f *measure.Talk) { f.Aid = map[string]string{"blood": "x"} },
		} {
			f := form
			spoil(&f)
			if err := send(w.Clinician, f); !fault.Is(err, fault.Invalid) || fieldOf(err) != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		for _, day := range []measure.Day{"2026-12-04", "2026-11-01"} { // tomorrow, and before the score
			f := form
			f.Day = day
			if err := send(w.Clinician, f); !fault.Is(err, fault.Invalid) || fieldOf(err) != "day" {
				t.Errorf("on %s: %v", day, err)
			}
		}
		nowhere := form
		nowhere.AnswerID = newID(t)
		if err := send(w.Clinician, nowhere); !fault.Is(err, fault.NotFound) {
			t.Errorf("of an answer that is not there: %v", err)
		}
		for range 2 {
			if err := send(w.Clinician, form); err != nil {
				t.Fatal(err)
			}
		}
		other := form
		other.Aid = map[string]string{"events": "Something else"}
		if err := send(w.Clinician, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same form with other words: %v", err)
		}
		late := form
		late.ID = newID(t)
		if err := send(w.Clinician, late); !fault.Is(err, fault.Conflict) {
			t.Errorf("a colleague who comes second: %v", err)
		}
		if n := w.Count(t, `SELECT count(*) FROM talk`); n != 1 {
			t.Errorf("%d talks, want 1", n)
		}
		w.Do(t, func(ctx context.Context) error {
			talks, err := ms.Talks(ctx, w.Clinician, w.Client)
			if err == nil && (len(talks) != 1 || talks[0].Aid["events"] != hers || talks[0].Day != today || talks[0].By != w.Clinician.ID) {
				t.Errorf("talks: %+v", talks)
			}
			return err
		})
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadTalks, func(ctx context.Context) error {
				_, err := ms.Talks(ctx, actor, w.Client)
				return err
			})
			w.Refused(t, actor, access.TalkSignal, func(ctx context.Context) error {
				_, err := ms.TalkAboutSignal(ctx, actor, w.Client, form, time.UTC)
				return err
			})
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager} {
			w.Refused(t, actor, access.ReadCourse, func(ctx context.Context) error {
				_, err := ms.Courses(ctx, actor, w.Client)
				return err
			})
		}
		w.AuditHolds(t)
		w.NotOnDisk(t, hers)
	})
}

func fieldOf(err error) string {
	var f *fault.Error
	errors.As(err, &f)
	return f.Field
}

func TestTheAidHasFiveQuestionsEachWithWhatHelpsNext(t *testing.T) {
	var ids []string
	for _, q := range measure.Aid() {
		ids = append(ids, q.ID)
		if q.About == "" || q.Next == "" || !strings.Contains(q.Ask, "?") || strings.Contains(q.Ask+q.Next, "!") {
			t.Errorf("%+v", q)
		}
	}
	if !slices.Equal(ids, []string{"alliance", "motivation", "support", "events", "method"}) {
		t.Errorf("questions: %v", ids)
	}
}
