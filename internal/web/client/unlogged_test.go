package client_test

import (
	"net/http"
	"testing"

	"github.com/waymark-care/waymark/internal/measure"
)

// TestNothingIsShownThatCannotBeWrittenDown has nothing written to the audit log any more.
func TestNothingIsShownThatCannotBeWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)
		has(t, b.Open("/my/week"), reason)
		h.w.Exec(t, `ALTER TABLE audit RENAME TO audit_away`)
		if err := h.w.Log.Close(); err != nil { // nothing waits beside it either
			t.Fatal(err)
		}
		got := b.Send(http.MethodGet, "/my/week", nil)
		if got.Status != http.StatusServiceUnavailable {
			t.Errorf("got %d, want 503", got.Status)
		}
		has(t, got, "Not shown, and not saved", "People who can help today")
		hasNot(t, got, reason, "Miriam", "PHQ", "Answer")
		h.w.Exec(t, `ALTER TABLE audit_away RENAME TO audit`)
	})
}
