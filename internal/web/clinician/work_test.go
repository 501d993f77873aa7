package clinician_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestAPieceOfWorkIsFinishedAndGoesOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		work := "/clients/" + h.nora.ID + "/work"
		has(t, b.Open(work), "Nothing at the moment. Work begins by itself")
		h.give(t, h.nora, h.ask(t, h.nora, "phq-9"), 0, 14, false, true)
		form := b.Open(work)
		has(t, form, "It began on 19 November.", "Nora can still sign in")
		id := hidden(t, form, "id")
		bad := b.Post(work, http.StatusUnprocessableEntity, "id", id, "revision", "0", "ended", "2026-11-19")
		has(t, bad, "Please choose how the work ended.")
		if hidden(t, bad, "id") != id {
			t.Error("the form came back with another id")
		}
		late := b.Post(work, http.StatusUnprocessableEntity, "id", id, "revision", "0", "ending", "planned", "ended", "2027-01-01")
		has(t, late, "That day is yet to come.")
		if !strings.Contains(late.Body, `value="2027-01-01"`) {
			t.Error("the day that was typed is lost")
		}
		b.Post(work, http.StatusSeeOther, "id", id, "revision", "0", "ending", "planned", "ended", "2026-11-19")
		done := b.Open(work)
		has(t, done, "19 November to 19 November", "As planned. Noted today.", "It goes on")
		clash := b.Post(work+"/"+id+"/reopen", http.StatusConflict, "revision", "7")
		has(t, clash, "Somebody changed this while you were looking at it.")
		b.Post(work+"/"+id+"/reopen", http.StatusSeeOther, "revision", "1")
		has(t, b.Open(work), "was finished in between, and goes on since 19 November")
		if got := h.browser(t, h.mallory).Send(http.MethodGet, work, nil); got.Status != http.StatusNotFound {
			t.Errorf("a colleague: %d", got.Status)
		}
	})
}

func TestWhoNeedsALookIsSaidInWordsAndInTheOrderOfTheNextSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		has(t, b.Open("/clients/look"), "Nothing asks for a look at the moment.")

		h.plan(t, h.nora, 50*time.Hour, "")
		h.plan(t, h.tomas, 26*time.Hour, "")
		h.give(t, h.nora, h.ask(t, h.nora, "phq-9"), 0, 21, true, true) // a flag, and words
		h.give(t, h.tomas, h.ask(t, h.tomas, "gad-7"), 0, 3, false, true)
		page := b.Open("/clients/look")
		has(t, page, "Nora Whitfield", "Safety flag", "Open since today at 09:30.", "Wrote something with the GAD-7 today, since the last session.", "Nobody is ranked.")
		text := page.Text()
		if strings.Index(text, "Tomas Blau") > strings.Index(text, "Nora Whitfield") {
			t.Error("Nora, with a flag, stands before Tomas, whose session is first")
		}
		hasNot(t, page, "Lea Grün", "of 27", "points")

		// Long after, nothing was heard of either, and nothing is planned.
		h.w.Clock.Pass(40 * 24 * time.Hour)
		b = h.browser(t, h.miriam)
		quiet := b.Open("/clients/look")
		has(t, quiet, "No session and no answer since 20 November, and none is planned.", "Finish the work")
		work := "/clients/" + h.tomas.ID + "/work"
		b.Post(work, http.StatusSeeOther, "id", newID(t), "revision", "0", "ending", "early", "ended", "2026-11-25")
		hasNot(t, b.Open("/clients/look"), "No session and no answer since 20 November")
		if got := h.browser(t, h.otto).Send(http.MethodGet, "/clients/look", nil); got.Status != http.StatusNotFound {
			t.Errorf("a manager: %d", got.Status)
		}
	})
}
