package clinician_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

func TestAClientsPageNotesThatTheThirdSessionNearsWithoutAGoal(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		open := func() webtest.Reply { return h.browser(t, h.miriam).Open("/clients/" + h.nora.ID) } // days pass, and sign-ins with them
		note := "The third session nears, and no goal is agreed."
		hasNot(t, open(), note)
		h.plan(t, h.nora, time.Hour, "")
		h.w.Clock.Pass(24 * time.Hour)
		has(t, open(), note, "ask Nora what should be different")
		id := webtest.NewID(t)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.plans.Propose(ctx, h.nora, access.ClientRecord(h.nora.ID), plan.GoalForm{ID: id, Worded: plan.Worded{Words: "Go out alone", Know: "By tram"}})
			return err
		})
		has(t, open(), "Go out alone", "Waits for your word", "not agreed by both yet")
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.plans.Agree(ctx, h.miriam, access.ClientRecord(h.nora.ID), id, 1)
			return err
		})
		page := open()
		has(t, page, "Go out alone")
		hasNot(t, page, note, "Waits for", "agreed by both yet")
	})
}
