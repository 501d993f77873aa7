package clinician_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/enquiry"
)

func TestTodaySaysThatSomebodyAsked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		hasNot(t, h.browser(t, h.miriam).Open("/today"), "wait for a decision", "waits for a decision")
		asks := func(email, with string) {
			t.Helper()
			id, stamp, err := h.enquiries.Blank(h.practice, h.w.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			h.w.Clock.Pass(time.Minute)
			f := enquiry.Form{ID: id, Stamp: stamp, Agree: true}
			f.Name, f.Email, f.Reach, f.With = "Kim Canary", email, enquiry.Message, with
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.enquiries.Ask(ctx, h.practice, id, f)
				return err
			})
		}
		asks("kim@example.org", "")
		page := h.browser(t, h.miriam).Open("/today")
		has(t, page, "Enquiries Look One waits for a decision.")
		hasNot(t, page, "Kim Canary", "for you")
		asks("noor@example.org", h.miriam.ID)
		has(t, h.browser(t, h.miriam).Open("/today"), "Two wait for a decision. One is for you.")
		has(t, h.browser(t, h.sven).Open("/today"), "Two wait for a decision.")
	})
}
