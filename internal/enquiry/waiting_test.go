package enquiry_test

import (
	"context"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/fault"
)

func TestHowManyWaitIsWhatTheInboxShows(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		waiting := func(actor access.Actor, wantAll, wantMine int) {
			t.Helper()
			h.w.Do(t, func(ctx context.Context) error {
				all, mine, err := h.es.Waiting(ctx, actor)
				if all != wantAll || mine != wantMine {
					t.Errorf("got %d, %d of them mine; want %d and %d", all, mine, wantAll, wantMine)
				}
				return err
			})
			if l := h.list(t, h.w.Clinician, enquiry.Inbox, 0); l.Piles[enquiry.Inbox] != wantAll {
				t.Errorf("the inbox says %d, want %d", l.Piles[enquiry.Inbox], wantAll)
			}
		}
		waiting(h.w.Clinician, 0, 0)
		h.asked(t)
		h.asked(t, func(f *enquiry.Form) { f.Brings = "The same person again." })
		id, _ := h.asked(t, func(f *enquiry.Form) { f.Email, f.Brings = "noor@example.org", "" })
		h.asked(t, func(f *enquiry.Form) { f.Email, f.Brings = "robot@example.org", "https://a.example https://b.example" })
		waiting(h.w.Clinician, 2, 0)
		mallory := access.Actor{Practice: h.w.Practice, ID: newID(t), Fresh: true}
		h.w.Grant(t, mallory, access.Operations, access.Clinician)
		if _, err := h.decides(t, h.w.Clinician, id, enquiry.Decision{Revision: 1, Move: enquiry.Propose, To: mallory.ID, Told: "I asked a colleague."}); err != nil {
			t.Fatal(err)
		}
		waiting(h.w.Clinician, 2, 0)
		waiting(mallory, 2, 1)

		// Whoever leaves leaves nothing behind that nobody else sees as waiting.
		h.w.Exec(t, `DELETE FROM grants WHERE actor_id = $1`, mallory.ID)
		for _, item := range h.list(t, h.w.Clinician, enquiry.Inbox, 0).Items {
			if item.For != "" || item.State != enquiry.Asked {
				t.Errorf("after she left it is %s for %q", item.State, item.For)
			}
		}
		if q := h.one(t, id); q.State != enquiry.Asked || q.For != "" {
			t.Errorf("whole it is %s for %q", q.State, q.For)
		}
		h.w.Grant(t, mallory, access.Operations, access.Clinician)
		elsewhere := h.w.Clinician
		elsewhere.Practice = "another"
		for _, actor := range []access.Actor{elsewhere, h.w.Manager, h.w.Tomas} {
			if err := h.tries(t, func(ctx context.Context) error { _, _, err := h.es.Waiting(ctx, actor); return err }); !fault.Is(err, fault.NotFound) {
				t.Errorf("%+v is told how many wait: %v", actor, err)
			}
		}
		if _, err := h.decides(t, h.w.Clinician, id, enquiry.Decision{Revision: 2, Move: enquiry.Wait, Told: "You are on our list."}); err != nil {
			t.Fatal(err)
		}
		waiting(mallory, 1, 0)
	})
}
