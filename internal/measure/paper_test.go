package measure_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestWhatWasAnsweredOnPaperStandsWhereItWasAnswered(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		in := shipped(t, "phq-9")
		paper := func(on measure.Day, values ...int) measure.Entered {
			return measure.Entered{
				ID: newID(t), Instrument: in.ID, Version: in.Version, Mode: measure.ModePaper, On: on,
				Items: answers(t, in, values...), Note: canary,
			}
		}
		enter := func(by access.Actor, e measure.Entered) (a measure.Answer, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ms.Enter(ctx, by, w.Client, e, time.UTC)
		}
		ask := weekly(t, w, ms, "phq-9")
		late, early := paper("2026-11-12", 2, 2, 2, 2, 2, 2, 1, 1, 0), paper("2026-10-29", 3, 3, 2, 2, 2, 2, 2, 1, 0)
		for _, e := range []measure.Entered{late, early, late} { // and one of them twice
			if a, err := enter(w.Clinician, e); err != nil || a.EnteredBy != w.Clinician.ID || a.Mode != measure.ModePaper {
				t.Fatalf("%+v %v", a, err)
			}
		}
		other := late
		other.On = "2026-11-13"
		if _, err := enter(w.Clinician, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same form for another day: %v", err)
		}
		a := own(t, fair)
		a.AskID = ask.ID
		give(t, w, ms, a)
		w.Do(t, func(ctx context.Context) error {
			c, err := ms.Course(ctx, w.Clinician, w.Client, "phq-9")
			if err != nil {
				return err
			}
			if len(c.Given) != 3 || c.Given[0].AnswerID != early.ID || c.Given[1].AnswerID != late.ID || c.Given[0].Mode != measure.ModePaper || c.Given[2].Mode != measure.ModeSelf {
				t.Errorf("course: %+v", c.Given)
			}
			if c.Given[2].Week < 2.5 {
				t.Errorf("weeks: %+v", c.Scores)
			}
			return nil
		})
		w.Do(t, func(ctx context.Context) error {
			_, earlier, err := ms.Compared(ctx, w.Tomas, w.Client, late.ID)
			if len(earlier) != 1 || earlier[0] != 17 {
				t.Errorf("compared with %v", earlier)
			}
			return err
		})
		for field, e := range map[string]measure.Entered{
			"on":    paper("2026-11-20", 1),
			"items": paper("2026-11-01"),
		} {
			var f *fault.Error
			if _, err := enter(w.Clinician, e); !errors.As(err, &f) || f.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		for _, by := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, by, access.EnterAnswer, func(ctx context.Context) error {
				_, err := ms.Enter(ctx, by, w.Client, early, time.UTC)
				return err
			})
		}
		w.NotOnDisk(t, canary)
	})
}

func TestPaperSettlesWhatIsAskedAndRaisesTheFlag(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		in := shipped(t, "phq-9")
		w.Do(t, func(ctx context.Context) error {
			_, err := ms.Ask(ctx, w.Clinician, w.Client, measure.AskForm{ID: newID(t), Instrument: "phq-9", Rhythm: measure.Weekly}, time.UTC)
			return err
		})
		if all := due(t, w, ms); len(all) != 1 {
			t.Fatalf("due: %+v", all)
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := ms.Enter(ctx, w.Clinician, w.Client, measure.Entered{
				ID: newID(t), Instrument: in.ID, Version: in.Version, Mode: measure.ModeInterview, On: "2026-11-19",
				Items: answers(t, in, 1, 1, 1, 1, 1, 1, 1, 1, 1),
			}, time.UTC)
			return err
		})
		if all := due(t, w, ms); len(all) != 0 {
			t.Errorf("asked again after it was answered aloud: %+v", all)
		}
		w.Clock.Pass(13 * 24 * time.Hour)
		if all := due(t, w, ms); len(all) != 0 {
			t.Errorf("asked within the two weeks that it looks back on: %+v", all)
		}
		w.Clock.Pass(24 * time.Hour)
		if all := due(t, w, ms); len(all) != 1 {
			t.Errorf("asked after them: %+v", all)
		}
		w.Do(t, func(ctx context.Context) error {
			all, err := safety.New(w.Door).Of(ctx, w.Clinician, w.Client)
			if len(all) != 1 || !all[0].Open() {
				t.Errorf("flags: %+v", all)
			}
			return err
		})
	})
}

func TestEveryQuestionnaireSaysForHowLongItLooksBack(t *testing.T) {
	want := map[string]int64{
		"audit-c": 365, "core-10": 7, "gad-2": 14, "gad-7": 14, "k10-au": 28, "k10-us": 30, "k6": 30, "outside-view": 14, "pc-ptsd-5": 30,
		"pcl-5": 30, "phq-15": 28, "phq-2": 14, "phq-8": 14, "phq-9": 14, "who-5": 14,
	}
	for _, in := range instrument.Shipped().Newest() {
		days, ok := want[in.ID]
		if !ok {
			days = int64(in.IntervalDays)
		}
		if got := measure.RecallDays(in); got != days {
			t.Errorf("%s, %q: %d days, want %d", in.ID, in.Recall, got, days)
		}
	}
}

func TestHowMuchIsAskedIsSaid(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		load := func() (l measure.Load) {
			w.Do(t, func(ctx context.Context) error {
				a, err := ms.Asking(ctx, w.Clinician, w.Client)
				l = a.Load
				return err
			})
			return l
		}
		ask := func(what string, r measure.Rhythm, sooner bool) {
			w.Do(t, func(ctx context.Context) error {
				_, err := ms.Ask(ctx, w.Clinician, w.Client, measure.AskForm{ID: newID(t), Instrument: what, Rhythm: r, Sooner: sooner}, time.UTC)
				return err
			})
		}
		ask("phq-9", measure.Weekly, false)
		if q, m := load().Whole(); q != 5 || m != 2 || load().Much() {
			t.Errorf("every second week, because it looks back two: %d questions, %d minutes", q, m)
		}
		ask("phq-9", measure.EachSession, true)
		ask("gad-7", measure.Once, false)
		if q, _ := load().Whole(); q != 9 || load().Once != 7 {
			t.Errorf("%d questions, %d once", q, load().Once)
		}
		ask("pcl-5", measure.Weekly, true)
		ask("phq-15", measure.Weekly, true)
		if !load().Much() {
			t.Error("44 questions a week are not a lot")
		}
	})
}

func TestPleaseDoNotAskMeThisAgain(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		a, b, other := weekly(t, w, ms, "phq-9"), weekly(t, w, ms, "phq-9"), weekly(t, w, ms, "gad-7")
		w.Do(t, func(ctx context.Context) error { return ms.Refuse(ctx, w.Tomas, w.Client, a.ID) })
		w.Do(t, func(ctx context.Context) error { return ms.Refuse(ctx, w.Tomas, w.Client, a.ID) })
		if all := due(t, w, ms); len(all) != 1 || all[0].Ask.ID != other.ID {
			t.Errorf("due: %+v", all)
		}
		w.Do(t, func(ctx context.Context) error {
			all, err := ms.Asks(ctx, w.Clinician, w.Client)
			for _, one := range all {
				want := measure.AskOpen
				if one.ID == a.ID || one.ID == b.ID {
					want = measure.AskRefused
				}
				if one.State != want || one.State == measure.AskRefused && one.EndedAt.IsZero() {
					t.Errorf("%s: %s", one.Instrument, one.State)
				}
			}
			return err
		})
		for _, by := range []access.Actor{w.Clinician, w.Stranger, w.Manager} {
			w.Refused(t, by, access.Refuse, func(ctx context.Context) error { return ms.Refuse(ctx, by, w.Client, a.ID) })
		}
		ctx, settle := w.Visit(t)
		defer settle()
		if err := ms.Refuse(ctx, w.Tomas, w.Client, newID(t)); !fault.Is(err, fault.NotFound) {
			t.Errorf("nothing: %v", err)
		}
	})
}
