package alliance_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/fault"
)

func TestEitherSideNoticesAndEitherSeesButWhatTheClientKeeps(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		notice := func(actor access.Actor, f alliance.MarkerForm) (m alliance.Marker, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.as.Notice(ctx, actor, w.Client, f)
		}
		see := func(actor access.Actor) (words string) {
			w.Do(t, func(ctx context.Context) error {
				all, err := w.as.Markers(ctx, actor, w.Client)
				for _, m := range all {
					words += m.Word + "/" + string(m.Side) + " "
				}
				return err
			})
			return words
		}
		mine := alliance.MarkerForm{ID: newID(), Word: "My  garden", Line: canary, Just: true}
		m, err := notice(w.Tomas, mine)
		if err != nil || !m.Just || m.Word != "My garden" {
			t.Fatalf("got %+v, %v", m, err)
		}
		if again, err := notice(w.Tomas, mine); err != nil || again.ID != m.ID {
			t.Errorf("twice: got %+v, %v", again, err)
		}
		other := mine
		other.Word = "Trust"
		if _, err := notice(w.Tomas, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same id, another word: got %v", err)
		}
		if _, err := notice(w.Clinician, alliance.MarkerForm{ID: mine.ID, Word: mine.Word, Line: mine.Line}); !fault.Is(err, fault.Conflict) {
			t.Errorf("somebody else with the same id: got %v", err)
		}
		w.Clock.Pass(time.Minute)
		theirs, err := notice(w.Clinician, alliance.MarkerForm{ID: newID(), Word: "Trust", Just: true})
		if err != nil || theirs.Just {
			t.Errorf("a clinician keeps nothing for themself here: got %+v, %v", theirs, err)
		}
		if got := see(w.Clinician); got != "Trust/clinician " {
			t.Errorf("the clinician sees %q", got)
		}
		if got := see(w.Tomas); got != "My garden/client Trust/clinician " {
			t.Errorf("the client sees %q", got)
		}
		keep := func(actor access.Actor, id string, just bool) error {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.as.Keep(ctx, actor, w.Client, id, just)
		}
		if err := keep(w.Tomas, mine.ID, false); err != nil {
			t.Fatal(err)
		}
		if got := see(w.Clinician); got != "My garden/client Trust/clinician " {
			t.Errorf("shared: the clinician sees %q", got)
		}
		// The answer to a form was lost, and before it went again somebody chose to
		// keep it: what is said to be for them alone is.
		if m, err := notice(w.Tomas, mine); err != nil || !m.Just {
			t.Errorf("sent again, for the client alone: got %+v, %v", m, err)
		}
		if got := see(w.Clinician); got != "Trust/clinician " {
			t.Errorf("sent again, for the client alone: the clinician sees %q", got)
		}
		open := mine
		open.Just = false
		if m, err := notice(w.Tomas, open); err != nil || !m.Just {
			t.Errorf("an older page shared it: got %+v, %v", m, err)
		}
		if err := keep(w.Tomas, mine.ID, false); err != nil {
			t.Fatal(err)
		}
		for actor, id := range map[access.Actor]string{w.Clinician: mine.ID, w.Tomas: theirs.ID} {
			if err := keep(actor, id, true); !fault.Is(err, fault.NotFound) {
				t.Errorf("keeping what is the other’s: got %v", err)
			}
			ctx, settle := w.Visit(t)
			if err := w.as.TakeBack(ctx, actor, w.Client, id); !fault.Is(err, fault.NotFound) {
				t.Errorf("taking back what is the other’s: got %v", err)
			}
			settle()
		}
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return w.as.TakeBack(ctx, w.Tomas, w.Client, mine.ID) })
		}
		if got := see(w.Tomas); got != "Trust/clinician " {
			t.Errorf("taken back: the client sees %q", got)
		}
		for field, f := range map[string]alliance.MarkerForm{
			"id": {Word: "Trust"}, "word": {ID: newID(), Word: " "}, "line": {ID: newID(), Word: "Trust", Line: strings.Repeat("a", alliance.MaxLine+1)},
		} {
			_, err := notice(w.Tomas, f)
			var fe *fault.Error
			if !errors.As(err, &fe) || fe.Kind != fault.Invalid || fe.Field != field {
				t.Errorf("%s: got %v", field, err)
			}
		}
		w.NotOnDisk(t, canary)
		w.NotOnDisk(t, "My garden")
	})
}

func TestAPracticeHasItsOwnWords(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		revise := func(revision int64, text string) (words alliance.Words, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.as.ReviseWords(ctx, w.Clinician, revision, text)
		}
		if got, err := revise(0, "Lightness\nBeing seen"); err != nil || got.Revision != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		if got, err := revise(0, "Lightness\n Being seen\n"); err != nil || got.Revision != 1 {
			t.Errorf("twice: got %+v, %v", got, err)
		}
		if got, err := revise(0, "Warmth"); !fault.Is(err, fault.Conflict) || len(got.Own) != 2 {
			t.Errorf("from before: got %+v, %v", got, err)
		}
		if got, err := revise(1, ""); err != nil || got.Revision != 2 {
			t.Errorf("none any more: got %+v, %v", got, err)
		}
		if _, err := revise(2, "Warmth"); err != nil {
			t.Fatal(err)
		}
		w.Do(t, func(ctx context.Context) error {
			got, err := w.as.Words(ctx, w.Tomas)
			if strings.Join(got.All(), " ") != "Safety Trust Continuity Warmth" {
				t.Errorf("for a client: got %+v", got)
			}
			return err
		})
		w.NotOnDisk(t, "Lightness")
	})
}
