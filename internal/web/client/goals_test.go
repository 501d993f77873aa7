package client_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

func TestThisWeekInvitesToAGoalBeforeTheThirdSessionAndNeverAfter(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		record := access.ClientRecord(h.tomas.ID)
		open := func() webtest.Reply { return h.browser(t, h.tomas).Open("/my/week") } // days pass, and sign-ins with them
		invitation := "Your third session is near."
		hour := func() {
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.sessions.Plan(ctx, h.miriam, record, session.Form{
					ID: webtest.NewID(t), Start: h.w.Clock.Now().Truncate(time.Minute).Add(time.Hour), Length: 50 * time.Minute,
				})
				return err
			})
			h.w.Clock.Pass(24 * time.Hour)
		}
		webtest.HasNot(t, open(), invitation)
		hour()
		webtest.Has(t, open(), invitation, "It can as well wait until you are together.", "What you are working towards")
		var g goal.Goal
		h.w.Do(t, func(ctx context.Context) (err error) {
			g, err = h.goals.Propose(ctx, h.miriam, record, goal.Form{ID: webtest.NewID(t), Worded: goal.Worded{Words: "Go out alone", Know: "By tram"}})
			return err
		})
		page := open()
		webtest.Has(t, page, "A goal is written down and not agreed yet.", "A goal waits for your yes, or for other words.")
		webtest.HasNot(t, page, "Go out alone", invitation)
		hour()
		hour()
		page = open()
		webtest.HasNot(t, page, "not agreed yet", invitation)
		webtest.Has(t, page, "A goal waits for your yes")
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.goals.Agree(ctx, h.tomas, record, g.ID, 1)
			return err
		})
		webtest.HasNot(t, open(), "waits for your yes")
	})
}

func TestGoalsStandBeforeQuestionnairesOnMyCourse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		record, id := access.ClientRecord(h.tomas.ID), webtest.NewID(t)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.goals.Propose(ctx, h.tomas, record, goal.Form{ID: id, Worded: goal.Worded{Words: "Sleep through most nights", Know: "Five of seven"}})
			return err
		})
		a, b := h.ask(t, "phq-9", measure.Weekly), h.browser(t, h.tomas)
		b.PostForm(pathOf(a, 0), fill(b.Open(pathOf(a, 0)), 2, 2, 2, 2, 2, 2, 1, 0, 0), http.StatusSeeOther)
		open := func() webtest.Reply { return h.browser(t, h.tomas).Open("/my/course") }
		webtest.Has(t, open(), "Sleep through most nights", "No number yet.")
		for _, value := range []int{2, 5} {
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.goals.Rate(ctx, h.tomas, record, goal.RatingForm{ID: webtest.NewID(t), GoalID: id, Day: measure.DayOf(h.w.Clock.Now(), time.UTC), Value: value}, time.UTC)
				return err
			})
			h.w.Clock.Pass(7 * 24 * time.Hour)
		}
		page := open()
		inOrder(t, page.Body, "Sleep through most nights", "You began at 2, and last said 5.", "Your numbers as a table", "Your answers as a table")
	})
}
