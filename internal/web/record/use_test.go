package record_test

import (
	"net/http"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/outcome"
)

func TestAClientSaysWhatFinishedWorkIsUsedForAndTakesItBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		has(t, b.Open("/my/record"), "What my work is used for", "Read and choose")
		page := b.Open("/my/record/use")
		has(t, page, "As it is: no. Nothing is learned from your work.", "As it is: your finished work is counted.", "no name, no answer, no word of yours", "It begins with your first session")
		form := []string{"id", newID(t), "about", "learning", "words", outcome.Explained.Version, "revision", "0", "yes", "yes"}
		for range 2 { // sent twice it is one decision
			b.Post("/my/record/use", http.StatusSeeOther, form...)
		}
		page = b.Open("/my/record/use")
		has(t, page, "As it is: yes, since Thursday 19 November.", "you said yes to learning from it (explanation of "+outcome.Explained.Version+")")
		old := b.Post("/my/record/use", http.StatusUnprocessableEntity, "id", newID(t), "about", "report", "words", "2020-01", "revision", "0", "yes", "no")
		has(t, old, "The explanation has changed since you opened this page.")
		clash := b.Post("/my/record/use", http.StatusConflict, "id", newID(t), "about", "learning", "words", outcome.Explained.Version, "revision", "0", "yes", "no")
		has(t, clash, "You decided this from another window or device meanwhile.")
		b.Post("/my/record/use", http.StatusSeeOther, "id", newID(t), "about", "report", "words", outcome.Explained.Version, "revision", "0", "yes", "no")
		has(t, b.Open("/my/record/use"), "you are not counted, since Thursday 19 November")
		for who, a := range map[string]access.Actor{"their therapist": h.miriam, "a manager": h.otto} {
			if got := h.browser(t, a).Send(http.MethodGet, "/my/record/use", nil); got.Status != http.StatusNotFound {
				t.Errorf("%s: %d", who, got.Status)
			}
		}
	})
}
