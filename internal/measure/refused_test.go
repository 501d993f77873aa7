package measure_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestARefusalIsTakenBackWhileNobodyActedOnIt(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		a, b, other := weekly(t, w, ms, "phq-9"), weekly(t, w, ms, "phq-9"), weekly(t, w, ms, "gad-7")
		states := func() map[string]measure.AskState {
			all := map[string]measure.AskState{}
			w.Do(t, func(ctx context.Context) error {
				asks, err := ms.Asks(ctx, w.Clinician, w.Client)
				for _, one := range asks {
					all[one.ID] = one.State
					if one.EndedAt.IsZero() != (one.State == measure.AskOpen) {
						t.Errorf("%s is %s, and ended at %v", one.Instrument, one.State, one.EndedAt)
					}
				}
				return err
			})
			return all
		}
		refuse := func(id string) {
			w.Do(t, func(ctx context.Context) error { return ms.Refuse(ctx, w.Tomas, w.Client, id) })
		}
		again := func(id string) error {
			ctx, settle := w.Visit(t)
			defer settle()
			return ms.AskAgain(ctx, w.Tomas, w.Client, id)
		}

		refuse(other.ID)
		w.Clock.Pass(time.Minute)
		refuse(a.ID)
		w.Clock.Pass(time.Minute)
		for range 2 { // the second time it came twice
			if err := again(a.ID); err != nil {
				t.Fatal(err)
			}
			is := states()
			if is[a.ID] != measure.AskOpen || is[b.ID] != measure.AskOpen || is[other.ID] != measure.AskRefused {
				t.Fatalf("taken back: %v", is)
			}
		}
		if all := due(t, w, ms); len(all) != 1 {
			t.Errorf("due after it was taken back: %+v", all)
		}

		for _, by := range []access.Actor{w.Clinician, w.Stranger, w.Manager} {
			w.Refused(t, by, access.Refuse, func(ctx context.Context) error { return ms.AskAgain(ctx, by, w.Client, other.ID) })
		}
		if err := again(newID(t)); !fault.Is(err, fault.NotFound) {
			t.Errorf("nothing: %v", err)
		}

		// They talked about it, and Miriam asked anew: that stands, and the old one stays ended.
		refuse(a.ID)
		w.Clock.Pass(time.Minute)
		anew := weekly(t, w, ms, "phq-9")
		if err := again(a.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("asked anew meanwhile: %v", err)
		}
		if is := states(); is[a.ID] != measure.AskRefused || is[anew.ID] != measure.AskOpen {
			t.Errorf("asked anew meanwhile: %v", is)
		}

		w.Clock.Pass(24 * time.Hour)
		if err := again(other.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("after a day: %v", err)
		}

		w.Do(t, func(ctx context.Context) error {
			_, err := ms.EndAsk(ctx, w.Clinician, w.Client, anew.ID)
			return err
		})
		if err := again(anew.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("what the clinician ended: %v", err)
		}
	})
}

// The clinician's node is behind the client's, or its transaction waited for the refusal
// to end: what was asked anew says that it was asked before.
func TestARefusalIsNotTakenBackBesideWhatWasAskedAnewByAClockThatIsBehind(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		open := func() (ids []string) {
			w.Do(t, func(ctx context.Context) error {
				asks, err := ms.Asks(ctx, w.Clinician, w.Client)
				for _, one := range asks {
					if one.State == measure.AskOpen {
						ids = append(ids, one.ID)
					}
				}
				return err
			})
			return ids
		}
		refuse := func(id string) {
			w.Do(t, func(ctx context.Context) error { return ms.Refuse(ctx, w.Tomas, w.Client, id) })
		}
		again := func(id string) error {
			ctx, settle := w.Visit(t)
			defer settle()
			return ms.AskAgain(ctx, w.Tomas, w.Client, id)
		}

		// What was made by a clock that is ahead of the refusal was not asked anew.
		w.Clock.Pass(time.Second)
		a, b := weekly(t, w, ms, "phq-9"), weekly(t, w, ms, "phq-9")
		w.Clock.Pass(-time.Second)
		refuse(a.ID)
		for range 2 {
			if err := again(a.ID); err != nil || len(open()) != 2 {
				t.Fatalf("refused by a clock that is behind: %v, open are %v", err, open())
			}
		}

		w.Clock.Pass(time.Minute)
		refuse(b.ID)
		w.Clock.Pass(-time.Second)
		anew := weekly(t, w, ms, "phq-9")
		for _, id := range []string{a.ID, b.ID} {
			if err := again(id); !fault.Is(err, fault.NotFound) {
				t.Errorf("asked anew meanwhile: %v", err)
			}
		}
		if is := open(); len(is) != 1 || is[0] != anew.ID {
			t.Errorf("open are %v, want what was asked anew, %s", is, anew.ID)
		}

		// That one is refused, too: of the two refusals one at most is taken back.
		w.Clock.Pass(time.Minute)
		refuse(anew.ID)
		if err := again(anew.ID); err != nil {
			t.Error(err)
		}
		if err := again(a.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("the older refusal: %v", err)
		}
		if is := open(); len(is) != 1 || is[0] != anew.ID {
			t.Errorf("open are %v, want only %s", is, anew.ID)
		}
	})
}
