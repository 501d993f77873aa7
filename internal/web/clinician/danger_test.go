package clinician_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

// Tomas got worse, and left the question about danger out; in the end he answers by half.
func TestASkippedQuestionAboutDangerIsSaidBeforeTheSignalBesideIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phq, _ := instrument.Lookup("phq-9", "")
		give := func(values ...int) {
			t.Helper()
			chosen := instrument.Answers{}
			for i, v := range values {
				if v >= 0 {
					chosen[phq.Items[i].ID] = &v
				}
			}
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.measures.Give(ctx, h.tomas, access.ClientRecord(h.tomas.ID), measure.Answer{ID: newID(t), Instrument: "phq-9", Version: phq.Version, Items: chosen})
				return err
			})
		}
		check := func(what string, all ...string) {
			t.Helper()
			b := h.browser(t, h.miriam)
			for _, path := range []string{"/today", "/clients/look"} {
				page := b.Open(path)
				has(t, page, append(all, "Slower than most")...)
				if text := page.Text(); strings.Index(text, "danger was skipped") > strings.Index(text, "Slower than most") {
					t.Errorf("%s: %s says what was skipped after the signal", path, what)
				}
			}
		}
		for _, v := range []int{1, 2} {
			give(v, v, v, v, v, v, v, v, 0)
			h.w.Clock.Pass(7 * 24 * time.Hour)
		}
		give(3, 3, 2, 2, 2, 2, 2, 2, -1)
		check("the newest score", "Worth asking about", "the question about danger was skipped, so it is unknown.")
		h.w.Clock.Pass(7 * 24 * time.Hour)
		give(1, 1, -1, -1, -1, -1, 1, 1, -1)
		check("half an answer", "Worth asking about", "the question about danger was skipped, so it is unknown.")
		h.w.Clock.Pass(7 * 24 * time.Hour)
		give(1, 1, -1, -1, -1, -1, 1, 1, 0)
		check("half an answer with the hard question in it")
	})
}

// Nora fell from 18 to 7 and is at 15 again: better than at first, and she was told that the
// days have become harder. So is whoever treats her.
func TestWhatTheClientWasToldHasBecomeHarderIsSaidToTheClinicianToo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phq := h.ask(t, h.nora, "phq-9")
		h.give(t, h.nora, phq, 0, 18, false, true)
		h.w.Clock.Pass(7 * 24 * time.Hour)
		h.give(t, h.nora, phq, 1, 7, false, true)
		b := h.browser(t, h.miriam)
		hasNot(t, b.Open("/today"), "worse than last time")
		h.w.Clock.Pass(7 * 24 * time.Hour)
		a := h.give(t, h.nora, phq, 2, 15, false, true)

		b = h.browser(t, h.miriam)
		for _, path := range []string{"/today", "/clients/look"} {
			has(t, b.Open(path), "Worth asking about", "15, was 7: worse than last time by more than its wobble.")
		}
		has(t, b.Open("/clients/"+h.nora.ID+"/course?of=phq-9"), "A fall of 3 is within the test’s own wobble (6 or more counts). From the score before it, 7, a rise of 8 towards harder days is more than that.")
		b.Post("/clients/"+h.nora.ID+"/answers/"+a.ID+"/talked", http.StatusSeeOther)
		for _, path := range []string{"/today", "/clients/look"} {
			hasNot(t, b.Open(path), "worse than last time")
		}
	})
}
