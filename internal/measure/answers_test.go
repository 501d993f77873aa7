package measure_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/change"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "The walk was hard to start, and the herons were there"

func newID(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

// items are answers in order; -1 is skipped.
func items(values ...int) instrument.Answers {
	a := instrument.Answers{}
	for i, v := range values {
		if v >= 0 {
			a[fmt.Sprintf("q%d", i+1)] = &v
		}
	}
	return a
}

var fair = items(1, 2, 1, 0, 1, 0, 1, 0, 0)

// own is an answer that nobody asked for.
func own(t *testing.T, chosen instrument.Answers) measure.Answer {
	return measure.Answer{ID: newID(t), Instrument: "phq-9", Version: "1", Items: chosen, Note: canary}
}

func weekly(t *testing.T, w *waytest.World, ms *measure.Measures, instrument string) measure.Ask {
	t.Helper()
	var a measure.Ask
	w.Do(t, func(ctx context.Context) (err error) {
		a, err = ms.Ask(ctx, w.Clinician, w.Client, measure.AskForm{
			ID: newID(t), Instrument: instrument, Rhythm: measure.Weekly, Sooner: true, Reason: "To see how the weeks go",
		}, time.UTC)
		return err
	})
	return a
}

func give(t *testing.T, w *waytest.World, ms *measure.Measures, a measure.Answer) measure.Answer {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		a, err = ms.Give(ctx, w.Tomas, w.Client, a)
		return err
	})
	return a
}

func due(t *testing.T, w *waytest.World, ms *measure.Measures) []measure.Due {
	t.Helper()
	var all []measure.Due
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = ms.Due(ctx, w.Tomas, w.Client, time.UTC)
		return err
	})
	return all
}

func TestAnswerIsReadBackWithItsScore(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		given := give(t, w, ms, own(t, fair))
		if n, ok := given.Result.Shown(); !ok || n != 6 || given.Result.Band.Words != "mild" {
			t.Errorf("result: got %+v", given.Result)
		}
		w.Do(t, func(ctx context.Context) error {
			got, err := ms.One(ctx, w.Clinician, w.Client, given.ID)
			if diff := cmp.Diff(given, got); diff != "" {
				t.Errorf("one (-given +got):\n%s", diff)
			}
			return err
		})
		w.Clock.Pass(time.Hour)
		second := give(t, w, ms, own(t, items(0, 0, -1, 0, 0, 0, 0, 0, 0)))
		w.Do(t, func(ctx context.Context) error {
			all, err := ms.Newest(ctx, w.Tomas, w.Client, 5)
			if err == nil && (len(all) != 2 || all[0].ID != second.ID || all[1].Note != canary) {
				t.Errorf("newest: got %+v", all)
			}
			return err
		})
		w.AuditHolds(t)
		w.NotOnDisk(t, canary)
		w.NotOnDisk(t, "phq-9")
	})
}

func TestTheSameAnswerSentTwiceIsKeptOnce(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		asked := own(t, items(1, 1, 1, 1, 1, 1, 1, 1, 1))
		asked.AskID = ask.ID
		for _, a := range []measure.Answer{own(t, fair), asked} {
			first := give(t, w, ms, a)
			w.Clock.Pass(time.Minute)
			again := give(t, w, ms, a)
			if diff := cmp.Diff(first, again); diff != "" {
				t.Errorf("again (-first +again):\n%s", diff)
			}
			other := a
			other.Note = "Something else"
			ctx, settle := w.Visit(t)
			kept, err := ms.Give(ctx, w.Tomas, w.Client, other)
			settle()
			if !fault.Is(err, fault.Conflict) || kept.Note != canary {
				t.Errorf("same id, other content: got %+v, %v, want a conflict and what was kept", kept, err)
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM occasion WHERE state = 'given'`); n != 2 {
			t.Errorf("answers kept: got %d, want 2", n)
		}
		if n := w.Count(t, `SELECT count(*) FROM flag`); n != 1 {
			t.Errorf("flags raised: got %d, want 1", n)
		}
	})
}

func TestWhatNobodyAskedForIsAllKept(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		for range 50 { // many of them within one millisecond
			give(t, w, ms, own(t, fair))
		}
		w.Do(t, func(ctx context.Context) error {
			c, err := ms.Course(ctx, w.Tomas, w.Client, "phq-9")
			if err == nil && len(c.Given) != 50 {
				t.Errorf("kept: got %d, want 50", len(c.Given))
			}
			return err
		})
	})
}

func TestASecondDeviceLearnsThatItWasAnsweredAndWhen(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		phone, laptop := own(t, fair), own(t, items(3, 3, 3, 3, 3, 3, 3, 3, 3))
		phone.AskID, laptop.AskID = ask.ID, ask.ID
		first := give(t, w, ms, phone)
		w.Clock.Pass(time.Minute)
		ctx, settle := w.Visit(t)
		got, err := ms.Give(ctx, w.Tomas, w.Client, laptop)
		settle()
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("second device: got %v, want a conflict", err)
		}
		if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("what the second device is shown (-first +got):\n%s", diff)
		}
		if n := w.Count(t, `SELECT count(*) FROM flag`); n != 0 {
			t.Errorf("flags after an answer that was not kept: got %d, want 0", n)
		}
	})
}

func TestManyDevicesAtOnceKeepOneAnswer(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		var kept, refused atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			a := own(t, fair)
			a.AskID = ask.ID
			wg.Go(func() {
				ctx, v := w.Door.Visit(t.Context())
				_, err := ms.Give(ctx, w.Tomas, w.Client, a)
				switch {
				case err == nil:
					kept.Add(1)
				case fault.Is(err, fault.Conflict):
					refused.Add(1)
				default:
					t.Error(err)
				}
				if err := v.Settle(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if kept.Load() != 1 || refused.Load() != 7 {
			t.Errorf("kept %d and refused %d, want 1 and 7", kept.Load(), refused.Load())
		}
		w.AuditHolds(t)
	})
}

func TestACriticalAnswerRaisesAFlagAtOnce(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms, flags := measure.New(w.Door, instrument.NewShelf(w.Door)), safety.New(w.Door)
		give(t, w, ms, own(t, items(3, 3, 3, 3, 3, 3, 3, 3, 0)))
		given := give(t, w, ms, own(t, items(0, 0, -1, -1, -1, -1, -1, -1, 1)))
		w.Do(t, func(ctx context.Context) error {
			all, err := flags.Of(ctx, w.Clinician, w.Client)
			if err != nil {
				return err
			}
			want := []safety.Endorsed{{Item: "q9", Answer: 1}}
			if len(all) != 1 || all[0].AnswerID != given.ID || !cmp.Equal(all[0].Items, want) || !all[0].ShownAt.IsZero() {
				t.Errorf("flags: got %+v", all)
			}
			return nil
		})
		w.Clock.Pass(time.Second)
		shown := w.Clock.Now()
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return ms.Seen(ctx, w.Tomas, w.Client, given.ID) })
			w.Clock.Pass(time.Hour)
		}
		w.Do(t, func(ctx context.Context) error {
			all, err := flags.Of(ctx, w.Clinician, w.Client)
			if err == nil && !all[0].ShownAt.Equal(shown) {
				t.Errorf("shown to the client: got %v, want %v", all[0].ShownAt, shown)
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			a, err := ms.One(ctx, w.Clinician, w.Client, given.ID)
			if err == nil && !a.SeenAt.Equal(shown) {
				t.Errorf("seen by the client: got %v, want %v", a.SeenAt, shown)
			}
			return err
		})
		if n := w.Count(t, `SELECT count(*) FROM job WHERE name = 'safety.tell'`); n != 1 {
			t.Errorf("jobs that tell: got %d, want 1", n)
		}
	})
}

func TestWhatCannotBeKeptIsSaid(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		for _, tt := range []struct {
			name  string
			turn  func(*measure.Answer)
			kind  fault.Kind
			field string
		}{
			{"no id", func(a *measure.Answer) { a.ID = "" }, fault.Invalid, "id"},
			{"an id that is no UUIDv7", func(a *measure.Answer) { a.ID = uuid.NewString() }, fault.Invalid, "id"},
			{"an answer that is not offered", func(a *measure.Answer) { a.Items = items(4) }, fault.Invalid, "q1"},
			{"an item that is not there", func(a *measure.Answer) { v := 1; a.Items = instrument.Answers{"q10": &v} }, fault.Invalid, "q10"},
			{"an unknown version", func(a *measure.Answer) { a.Version = "2" }, fault.Invalid, "version"},
			{"no version", func(a *measure.Answer) { a.Version = "" }, fault.Invalid, "version"},
			{"too long a note", func(a *measure.Answer) { a.Note = strings.Repeat("a", measure.MaxNote+1) }, fault.Invalid, "note"},
			{"a control character", func(a *measure.Answer) { a.Note = "a\x00b" }, fault.Invalid, "note"},
			{"an ask that is not there", func(a *measure.Answer) { a.AskID = newID(t) }, fault.NotFound, ""},
			{"another questionnaire than was asked for", func(a *measure.Answer) {
				a.AskID, a.Instrument, a.Items = ask.ID, "gad-7", items(1, 1)
			}, fault.NotFound, ""},
			{"a week that is yet to come", func(a *measure.Answer) { a.AskID, a.Occasion = ask.ID, 1 }, fault.NotFound, ""},
			{"a week before the first", func(a *measure.Answer) { a.AskID, a.Occasion = ask.ID, -1 }, fault.NotFound, ""},
			{"a week without end", func(a *measure.Answer) { a.AskID, a.Occasion = ask.ID, 1<<60 }, fault.NotFound, ""},
		} {
			a := own(t, fair)
			tt.turn(&a)
			ctx, settle := w.Visit(t)
			_, err := ms.Give(ctx, w.Tomas, w.Client, a)
			settle()
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != tt.kind || f.Field != tt.field {
				t.Errorf("%s: got %v, want %s of %q", tt.name, err, tt.kind, tt.field)
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM occasion`); n != 0 {
			t.Errorf("kept: got %d rows, want none", n)
		}
	})
}

func TestTheCourseIsReadFromTheAnswers(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		weekly(t, w, ms, "gad-7")
		start := w.Clock.Now()
		var last measure.Answer
		for week, level := range [][]int{{2, 2, 2, 2, 2, 2, 2, 2, 0}, {2, 2, 2, 2, 2, 2, 2, 3, 0}, {-1, -1, -1, 1, 1, 1, 1, 1, 0}, {3, 3, 3, 3, 3, 3, 3, 3, 0}, {3, 3, 3, 3, 3, 3, 3, 2, 0}} {
			a := own(t, items(level...))
			a.AskID, a.Occasion = ask.ID, int64(week)
			last = give(t, w, ms, a)
			w.Clock.Pass(7 * 24 * time.Hour)
		}
		talked := w.Clock.Now()
		cara := access.Actor{Practice: w.Practice, ID: "cara"}
		w.Grant(t, cara, access.Operations, access.Clinician)
		w.Grant(t, cara, w.Client, access.Treats)
		for _, actor := range []access.Actor{w.Clinician, cara} { // the first time counts
			w.Do(t, func(ctx context.Context) error { return ms.Talked(ctx, actor, w.Client, last.ID) })
			w.Clock.Pass(time.Hour)
		}
		var c measure.Course
		w.Do(t, func(ctx context.Context) (err error) {
			c, err = ms.Course(ctx, w.Clinician, w.Client, "phq-9")
			return err
		})
		if got, want := c.Totals(), []float64{16, 17, 24, 23}; !cmp.Equal(got, want) {
			t.Fatalf("totals: got %v, want %v", got, want)
		}
		if len(c.Given) != 5 || c.Given[2].Result.Total != nil || c.Given[4].Week != 4 || !c.Given[0].At.Equal(start) {
			t.Errorf("given: got %+v", c.Given)
		}
		if c.Given[4].TalkedBy != w.Clinician.ID || !c.Given[4].TalkedAt.Equal(talked) || !c.Given[3].TalkedAt.IsZero() {
			t.Errorf("talked about: got %+v", c.Given)
		}
		if c.Change == nil || c.Change.Verdict != change.Worse || len(c.Fan) != 13 {
			t.Errorf("change %+v, fan of %d weeks", c.Change, len(c.Fan))
		}
		if n := len(c.Raised); n != 1 || c.Raised[0].State != measure.SignalTalked || len(c.Signals) != 0 {
			t.Errorf("signals after the newest was talked about: %+v, %+v", c.Raised, c.Signals)
		}
		if s := c.Sentence("Tomas"); !strings.HasPrefix(s, "Tomas is at 23 and began at 16.") {
			t.Errorf("sentence: %s", s)
		}
		w.Do(t, func(ctx context.Context) error {
			all, err := ms.Overview(ctx, w.Clinician, last.GivenAt.Add(-time.Second))
			if err != nil || len(all) != 1 {
				t.Fatalf("overview: got %+v, %v", all, err)
			}
			s := all[0]
			if s.Client != w.Client || s.First.AnswerID != c.Given[0].AnswerID || s.Newest.AnswerID != last.ID || !s.Arrived {
				t.Errorf("standing: got %+v", s)
			}
			if diff := cmp.Diff(c.Signals, s.Signals); diff != "" {
				t.Errorf("signals (-course +overview):\n%s", diff)
			}
			if diff := cmp.Diff(c.Change, s.Change); diff != "" {
				t.Errorf("change (-course +overview):\n%s", diff)
			}
			return nil
		})
		w.Do(t, func(ctx context.Context) error {
			all, err := ms.Overview(ctx, w.Clinician, last.GivenAt)
			if err == nil && all[0].Arrived {
				t.Error("nothing arrived since the last answer, and the overview says so")
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			all, err := ms.Overview(ctx, w.Stranger, time.Time{})
			if len(all) != 0 {
				t.Errorf("a stranger's overview: got %+v", all)
			}
			return err
		})
	})
}

func TestASupervisorReadsTheCourseAndNoWords(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		given := give(t, w, ms, own(t, fair))
		w.Grant(t, w.Supervisor, w.Client, access.Supervises)
		w.Do(t, func(ctx context.Context) error {
			c, err := ms.Course(ctx, w.Supervisor, w.Client, "phq-9")
			if err == nil && len(c.Given) != 1 {
				t.Errorf("course: got %+v", c)
			}
			return err
		})
		w.Refused(t, w.Supervisor, access.ReadMeasures, func(ctx context.Context) error {
			_, err := ms.One(ctx, w.Supervisor, w.Client, given.ID)
			return err
		})
	})
}

func TestAnAnswerInAnotherPlaceIsAnErrorAndNeverAnotherScore(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		first, second := give(t, w, ms, own(t, fair)), give(t, w, ms, own(t, items(3, 3, 3, 3, 3, 3, 3, 3, 3)))
		for _, turn := range []string{
			`UPDATE occasion SET sealed = (SELECT o.sealed FROM occasion o WHERE o.id = $2) WHERE id = $1`,
			`UPDATE occasion SET sealed = substr(sealed, 1, 40) WHERE id = $1 AND $2 <> ''`,
		} {
			w.Exec(t, turn, first.ID, second.ID)
			ctx, settle := w.Visit(t)
			if a, err := ms.One(ctx, w.Clinician, w.Client, first.ID); err == nil || fault.Is(err, fault.NotFound) {
				t.Errorf("%s: got %+v, %v, want a defect", turn, a, err)
			}
			if c, err := ms.Course(ctx, w.Clinician, w.Client, "phq-9"); err == nil {
				t.Errorf("%s: got the course %+v, want a defect", turn, c)
			}
			settle()
		}
	})
}

func TestTheIDOfAnAnswerBelongsToOne(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		first := own(t, fair)
		first.AskID = ask.ID
		give(t, w, ms, first)
		w.Clock.Pass(7 * 24 * time.Hour)
		week, unasked, gad := first, first, first
		week.Occasion = 1
		unasked.AskID = ""
		gad.AskID, gad.Instrument, gad.Items = "", "gad-7", items(1, 1, 1, 1, 1, 1, 1)
		for name, a := range map[string]measure.Answer{"another week": week, "unasked": unasked, "another questionnaire": gad} {
			w.Do(t, func(ctx context.Context) error {
				if _, err := ms.Give(ctx, w.Tomas, w.Client, a); !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
					t.Errorf("%s with the same id: got %v", name, err)
				}
				return nil
			})
		}
		if got := w.Count(t, `SELECT count(*) FROM occasion WHERE state = 'given'`); got != 1 {
			t.Errorf("got %d answers, want 1", got)
		}
	})
}

func TestAnAnswerIsComparedWithThoseBeforeIt(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		give(t, w, ms, own(t, items(3, 0, 0, 0, 0, 0, 0, 0, 0))) // nobody asked for it, and it counts
		var middle measure.Answer
		for i := range 4 {
			w.Clock.Pass(7 * 24 * time.Hour)
			a := own(t, items(1+i%3, 0, 0, 0, 0, 0, 0, 0, 0))
			a.AskID, a.Occasion = ask.ID, int64(i)
			if i == 1 { // too few to have a total
				a.Items = items(1, -1, -1, -1, -1, -1, -1, -1, 0)
			}
			if a = give(t, w, ms, a); i == 2 {
				middle = a
			}
		}
		w.Clock.Pass(time.Hour)
		other := own(t, items(2, 2, 2, 2, 2, 2, 2))
		other.Instrument = "gad-7"
		give(t, w, ms, other)
		w.Do(t, func(ctx context.Context) error {
			got, earlier, err := ms.Compared(ctx, w.Tomas, w.Client, middle.ID)
			if diff := cmp.Diff(middle, got); diff != "" {
				t.Errorf("compared (-given +got):\n%s", diff)
			}
			if diff := cmp.Diff([]float64{1}, earlier); diff != "" {
				t.Errorf("earlier (-want +got):\n%s", diff)
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			last, err := ms.Last(ctx, w.Clinician)
			if g := last[w.Client]; len(last) != 1 || g.Result.Instrument != "gad-7" || *g.Result.Total != 14 {
				t.Errorf("last: got %+v", last)
			}
			return err
		})
	})
}

func TestEveryMethodIsClosedToOthers(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		given := give(t, w, ms, own(t, fair))
		answer, form := own(t, fair), measure.AskForm{ID: newID(t), Instrument: "phq-9", Rhythm: measure.Once}
		draft := measure.Draft{AskID: ask.ID, Instrument: "phq-9", Version: "1", Rev: 1}
		for _, tt := range []struct {
			action access.Action
			wrong  []access.Actor
			do     func(context.Context, access.Actor) error
		}{
			{access.Ask, []access.Actor{w.Tomas, w.Stranger, w.Manager}, func(ctx context.Context, a access.Actor) error {
				_, err := ms.Ask(ctx, a, w.Client, form, time.UTC)
				return err
			}},
			{access.Ask, []access.Actor{w.Tomas, w.Stranger, w.Manager}, func(ctx context.Context, a access.Actor) error {
				_, err := ms.EndAsk(ctx, a, w.Client, ask.ID)
				return err
			}},
			{access.ReadMeasures, []access.Actor{w.Stranger, w.Manager, w.Supervisor}, func(ctx context.Context, a access.Actor) error {
				_, err := ms.Asks(ctx, a, w.Client)
				return err
			}},
			{access.ReadDue, []access.Actor{w.Clinician, w.Stranger, w.Manager}, func(ctx context.Context, a access.Actor) error {
				_, err := ms.Due(ctx, a, w.Client, time.UTC)
				return err
			}},
			{access.Decline, []access.Actor{w.Clinician, w.Stranger, w.Manager}, func(ctx context.Context, a access.Actor) error {
				return ms.Decline(ctx, a, w.Client, ask.ID, 0)
			}},
			{access.GiveAnswer, []access.Actor{w.Clinician, w.Stranger, w.Manager}, func(ctx context.Context, a access.Actor) error {
				_, err := ms.Give(ctx, a, w.Client, answer)
				return err
			}},
			{access.KeepDraft, []access.Actor{w.Clinician, w.Stranger, w.Manager}, func(ctx context.Context, a access.Actor) error {
				_, err := ms.KeepDraft(ctx, a, w.Client, draft)
				return err
			}},
			{access.ReadDue, []access.Actor{w.Clinician, w.Stranger, w.Manager}, func(ctx context.Context, a access.Actor) error {
				_, _, err := ms.Draft(ctx, a, w.Client, ask.ID, 0)
				return err
			}},
			{access.ReadMeasures, []access.Actor{w.Stranger, w.Manager, w.Supervisor}, func(ctx context.Context, a access.Actor) error {
				_, err := ms.One(ctx, a, w.Client, given.ID)
				return err
			}},
			{access.ReadMeasures, []access.Actor{w.Stranger, w.Manager, w.Supervisor}, func(ctx context.Context, a access.Actor) error {
				_, _, err := ms.Compared(ctx, a, w.Client, given.ID)
				return err
			}},
			{access.ReadMeasures, []access.Actor{w.Stranger, w.Manager, w.Supervisor}, func(ctx context.Context, a access.Actor) error {
				_, err := ms.Newest(ctx, a, w.Client, 5)
				return err
			}},
			{access.ReadCourse, []access.Actor{w.Stranger, w.Manager, w.Supervisor}, func(ctx context.Context, a access.Actor) error {
				_, err := ms.Course(ctx, a, w.Client, "phq-9")
				return err
			}},
			{access.SeeAnswer, []access.Actor{w.Clinician, w.Stranger, w.Manager}, func(ctx context.Context, a access.Actor) error {
				return ms.Seen(ctx, a, w.Client, given.ID)
			}},
			{access.TalkAbout, []access.Actor{w.Tomas, w.Stranger, w.Manager}, func(ctx context.Context, a access.Actor) error {
				return ms.Talked(ctx, a, w.Client, given.ID)
			}},
		} {
			for _, actor := range tt.wrong {
				w.Refused(t, actor, tt.action, func(ctx context.Context) error { return tt.do(ctx, actor) })
			}
		}
	})
}
