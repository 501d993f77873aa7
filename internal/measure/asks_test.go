package measure_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestADraftIsKeptUntilItIsGiven(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		d := measure.Draft{AskID: ask.ID, Instrument: "phq-9", Version: "1", Rev: 2, Items: items(1, 2), Note: canary}
		keep := func(d measure.Draft) (got measure.Draft, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ms.KeepDraft(ctx, w.Tomas, w.Client, d)
		}
		read := func() (got measure.Draft, ok bool) {
			w.Do(t, func(ctx context.Context) (err error) {
				got, ok, err = ms.Draft(ctx, w.Tomas, w.Client, ask.ID, 0)
				return err
			})
			return got, ok
		}
		if _, ok := read(); ok {
			t.Error("a draft is there before it was kept")
		}
		kept, err := keep(d)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := read(); !ok || !cmp.Equal(got, kept) {
			t.Errorf("draft: got %+v, %t, want %+v", got, ok, kept)
		}
		if all := due(t, w, ms); len(all) != 1 || !all[0].Begun {
			t.Errorf("due with a draft: got %+v", all)
		}
		if w.DB.IsSQLite() {
			w.NotOnDisk(t, canary)
		}
		older := d
		older.Rev, older.Items = 1, items(3)
		if was, err := keep(older); !fault.Is(err, fault.Conflict) || !cmp.Equal(was, kept) {
			t.Errorf("an older draft: got %+v, %v, want a conflict and the newer one", was, err)
		}
		if _, err := keep(d); err != nil {
			t.Errorf("the same draft twice: %v", err)
		}
		newer := d
		newer.Rev, newer.Items = 3, items(1, 2, 0)
		if _, err := keep(newer); err != nil {
			t.Error(err)
		}
		if got, _ := read(); got.Rev != 3 || len(got.Items) != 3 {
			t.Errorf("newer draft: got %+v", got)
		}
		a := own(t, fair)
		a.AskID, a.Note = ask.ID, ""
		give(t, w, ms, a)
		if _, ok := read(); ok {
			t.Error("the draft is still there after the answer was given")
		}
		if _, err := keep(newer); !fault.Is(err, fault.Conflict) {
			t.Errorf("a draft after the answer: got %v, want a conflict", err)
		}
		if n := w.Count(t, `SELECT count(*) FROM occasion WHERE state = 'draft'`); n != 0 {
			t.Errorf("drafts left: %d", n)
		}
	})
}

func TestNotThisTimeHasNoCost(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ask := weekly(t, w, ms, "phq-9")
		no := func(nth int64) error {
			ctx, settle := w.Visit(t)
			defer settle()
			return ms.Decline(ctx, w.Tomas, w.Client, ask.ID, nth)
		}
		for range 2 {
			if err := no(0); err != nil {
				t.Fatal(err)
			}
		}
		if all := due(t, w, ms); len(all) != 0 {
			t.Errorf("due after no: got %+v", all)
		}
		if err := no(1 << 60); !fault.Is(err, fault.NotFound) {
			t.Errorf("no to a week without end: got %v, want not found", err)
		}
		if err := no(1); !fault.Is(err, fault.NotFound) {
			t.Errorf("no to a week that is yet to come: got %v, want not found", err)
		}
		w.Do(t, func(ctx context.Context) error {
			c, err := ms.Course(ctx, w.Clinician, w.Client, "phq-9")
			if err == nil && (len(c.Given) != 0 || len(c.Skipped) != 1) {
				t.Errorf("course: got %+v", c)
			}
			return err
		})
		a := own(t, fair)
		a.AskID = ask.ID
		give(t, w, ms, a) // and may change their mind
		if err := no(0); !fault.Is(err, fault.Conflict) {
			t.Errorf("no after an answer: got %v, want a conflict", err)
		}
		w.Clock.Pass(8 * 24 * time.Hour)
		if all := due(t, w, ms); len(all) != 1 || all[0].Occasion != 1 || all[0].Ask.Reason != "To see how the weeks go" {
			t.Errorf("due a week later: got %+v", all)
		}
	})
}

func TestAskingIsIdempotentAndEnds(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		f := measure.AskForm{ID: newID(t), Instrument: "gad-7", Rhythm: measure.Once, Reason: canary}
		ask := func(f measure.AskForm) (measure.Ask, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ms.Ask(ctx, w.Clinician, w.Client, f, time.UTC)
		}
		first, err := ask(f)
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(30 * time.Hour)
		if again, err := ask(f); err != nil || !cmp.Equal(first, again) {
			t.Errorf("again: got %+v, %v, want %+v", again, err, first)
		}
		other := f
		other.Reason = "Another"
		if _, err := ask(other); !fault.Is(err, fault.Conflict) {
			t.Errorf("other content: got %v, want a conflict", err)
		}
		for _, tt := range []struct {
			field string
			f     measure.AskForm
		}{
			{"instrument", measure.AskForm{ID: newID(t), Instrument: "none", Rhythm: measure.Once}},
			{"rhythm", measure.AskForm{ID: newID(t), Instrument: "gad-7", Rhythm: "daily"}},
			{"from", measure.AskForm{ID: newID(t), Instrument: "gad-7", Rhythm: measure.Once, From: "2026-02-30"}},
			{"from", measure.AskForm{ID: newID(t), Instrument: "gad-7", Rhythm: measure.Once, From: "2026-11-19"}},
			{"reason", measure.AskForm{ID: newID(t), Instrument: "gad-7", Rhythm: measure.Once, Reason: strings.Repeat("a", measure.MaxReason+1)}},
		} {
			_, err := ask(tt.f)
			var fe *fault.Error
			if !errors.As(err, &fe) || fe.Kind != fault.Invalid || fe.Field != tt.field {
				t.Errorf("%s: got %v", tt.field, err)
			}
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := ms.EndAsk(ctx, w.Clinician, w.Client, f.ID)
			return err
		})
		if all := due(t, w, ms); len(all) != 0 {
			t.Errorf("due after the end: got %+v", all)
		}
		late := measure.Answer{ID: newID(t), AskID: f.ID, Instrument: "gad-7", Version: "1", Items: items(1, 1, 1, 1, 1, 1, 1)}
		give(t, w, ms, late) // it was open on the screen
		w.Do(t, func(ctx context.Context) error {
			all, err := ms.Asks(ctx, w.Tomas, w.Client)
			if err == nil && (len(all) != 1 || all[0].State != measure.AskEnded || all[0].Reason != canary) {
				t.Errorf("asks: got %+v", all)
			}
			return err
		})
		w.NotOnDisk(t, canary)
	})
}
