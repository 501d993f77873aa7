package hour_test

import (
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/hour"
)

func TestWhatSomethingCameFromIsSaidOnlyToWhoeverMayReadItsWords(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.planned(t, 30*time.Minute)
		log := hour.Source{Kind: hour.FromLog, ID: "2026-11-24"}
		share := hour.Source{Kind: hour.FromShare, ID: newID()}
		hard := w.brought(t, w.Tomas, hour.ItemForm{Hard: true, May: true, Source: log})
		plain := w.brought(t, w.Tomas, hour.ItemForm{Text: canary, Source: share})
		if hard.Text != "A day of my log" {
			t.Errorf("without words of their own it says %q", hard.Text)
		}
		seen := func(actor access.Actor) map[string]hour.Source {
			all := map[string]hour.Source{}
			for _, i := range w.open(t, actor, "").Waiting.Items {
				all[i.ID] = i.Source
			}
			return all
		}
		if got := seen(w.Tomas); got[hard.ID] != log || got[plain.ID] != share {
			t.Errorf("its client sees %+v", got)
		}
		if got := seen(w.Clinician); !got[hard.ID].None() || got[plain.ID] != share {
			t.Errorf("the clinician sees %+v", got)
		}
		// Talking about it, which the clinician notes without reading it, keeps it.
		w.Clock.Pass(30 * time.Minute)
		if _, err := w.begin(t, id); err != nil {
			t.Fatal(err)
		}
		if i, err := w.openItem(t, w.Clinician, hard.ID, id); err != nil || i.Source != log {
			t.Errorf("once it is open: %+v, %v", i, err)
		}
		if i, err := w.bring(t, w.Tomas, hour.ItemForm{ID: plain.ID, Revision: plain.Revision, Text: "In other words"}); err != nil || i.Source != share {
			t.Errorf("changed on the agenda: %+v, %v", i, err)
		}
		w.NotOnDisk(t, canary)
		w.NotOnDisk(t, share.ID)
	})
}

func TestTheSameSourceWaitsOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		done := hour.Source{Kind: hour.FromPractice, ID: newID()}
		first := w.brought(t, w.Tomas, hour.ItemForm{Text: "The tram", Source: done})
		if again := w.brought(t, w.Tomas, hour.ItemForm{Text: "The tram", Source: done}); again.ID != first.ID {
			t.Errorf("it waits twice: %+v", again)
		}
		other, err := w.bring(t, w.Tomas, hour.ItemForm{ID: newID(), Text: "The tram, again", Source: done})
		if !fault.Is(err, fault.Conflict) || other.ID != first.ID || other.Text != "The tram" {
			t.Errorf("other words about the same: %+v, %v", other, err)
		}
		changed, err := w.bring(t, w.Tomas, hour.ItemForm{ID: first.ID, Revision: first.Revision, Text: "The tram, again", Source: done})
		if err != nil || changed.Text != "The tram, again" || changed.Source != done {
			t.Errorf("changed where it waits: %+v, %v", changed, err)
		}
		for _, s := range []hour.Source{{Kind: "vault", ID: "x"}, {Kind: hour.FromLog}, {ID: "x"}, {Kind: hour.FromLog, ID: "../../x"}} {
			if _, err := w.bring(t, w.Tomas, hour.ItemForm{ID: newID(), Text: "x", Source: s}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", s, err)
			}
		}
	})
}
