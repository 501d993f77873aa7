package clinician_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
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
		h.plan(t, h.nora, time.Hour, "")
		today := func() webtest.Reply { return h.browser(t, h.miriam).Open("/today") }
		has(t, today(), "What should be different: no goal is agreed yet")
		id := webtest.NewID(t)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.goals.Propose(ctx, h.nora, access.ClientRecord(h.nora.ID), goal.Form{ID: id, Worded: goal.Worded{Words: "Go out alone", Know: "By tram"}})
			return err
		})
		has(t, open(), "Go out alone", "Waits for your word", "not agreed by both yet")
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.goals.Agree(ctx, h.miriam, access.ClientRecord(h.nora.ID), id, 1)
			return err
		})
		hasNot(t, today(), "no goal is agreed yet")
		page := open()
		has(t, page, "Go out alone")
		hasNot(t, page, note, "Waits for", "agreed by both yet")
	})
}

func TestAGoalIsShownOnTheWholeCourseInTheClientsNumbersAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		record, id := access.ClientRecord(h.nora.ID), webtest.NewID(t)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.goals.Propose(ctx, h.nora, record, goal.Form{ID: id, Worded: goal.Worded{
				Words: "Go out without planning the way back", Know: "By tram", Low: "I stay at home", High: "I just go",
			}})
			return err
		})
		rate := func(by access.Actor, value int) {
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.goals.Rate(ctx, by, record, goal.RatingForm{
					ID: webtest.NewID(t), GoalID: id, Day: measure.DayOf(h.w.Clock.Now(), time.UTC), Value: value, Voice: goal.VoiceBoth,
				}, time.UTC)
				return err
			})
		}
		open := func(of string) webtest.Reply {
			return h.browser(t, h.miriam).Open("/clients/" + h.nora.ID + "/course" + of)
		}
		overview := func() webtest.Reply { return h.browser(t, h.miriam).Open("/clients/" + h.nora.ID) }
		hasNot(t, overview(), "of 10")
		rate(h.nora, 3)
		has(t, overview(), "Go out without planning the way back 3 of 10 Waits for your word")
		// Nothing was answered yet: the goal is what there is to see.
		has(t, open(""), "Go out without planning the way back", "Nora began at 3.", "0 is “I stay at home”, 10 is “I just go”.")
		h.give(t, h.nora, h.ask(t, h.nora, "phq-9"), 0, 9, false, true)
		h.w.Clock.Pass(7 * 24 * time.Hour)
		rate(h.miriam, 6)
		has(t, open(""), "Goal: Go out without planning…", "The newest answers", "PHQ-9")
		has(t, overview(), "6 of 10, was 3")
		page := open("?of=goal-" + id)
		has(t, page, "Nora began at 3, and last said 6.", "there is no usual course, no band and no threshold", "found together in the session", "Open the goal", "PHQ-9")
		for _, no := range []string{`class="fan80"`, `class="fan50"`, `class="rel"`, "wobble", "The newest answers", "8 in 10"} {
			hasNot(t, page, no)
		}
	})
}
