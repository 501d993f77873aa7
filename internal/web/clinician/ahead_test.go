package clinician_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/session"
)

func TestTodayPutsWhatAsksForALookBeforeTheHoursAndWhatIsOverLast(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.plan(t, h.nora, 5*time.Minute, "Room 2")
		h.plan(t, h.tomas, 2*time.Hour, "")
		h.plan(t, h.nora, 4*time.Hour, "Room 3")
		h.give(t, h.nora, h.ask(t, h.nora, "phq-9"), 0, 9, true, true)
		h.w.Clock.Pass(90 * time.Minute)
		page := h.browser(t, h.miriam).Open("/today")
		has(t, page, "Nora Whitfield Safety flag PHQ-9, today at", "Over since")
		hasNot(t, page, "Question 9", "better off dead", "Room 2")
		before, text := -1, page.Text()
		for _, part := range []string{"Tomas Blau", "Needs a look", "Safety flag", "The rest of the day", "Room 3", "What arrived", "Over today", "Over since"} {
			at := strings.Index(text, part)
			if at <= before {
				t.Errorf("%q stands at %d, after %d:\n%s", part, at, before, text)
			}
			before = at
		}
	})
}

func TestTodayLeadsBackToASessionThatRunsAndOnFromOneThatIsOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pages.Briefs = brief.New(h.w.Door, h.measures)
		a, b := h.plan(t, h.nora, 5*time.Minute, ""), h.plan(t, h.tomas, 2*time.Hour, "")
		record := access.ClientRecord(h.nora.ID)
		today := func() string { return h.browser(t, h.miriam).Open("/today").Text() }
		at := "/clients/" + h.nora.ID + "/sessions/" + a.ID

		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.hours.Begin(ctx, h.miriam, record, a.ID, 0)
			return err
		})
		page := h.browser(t, h.miriam).Open("/today")
		has(t, page, "Now, until ", "Back to the session")

		// Nobody ends it: the next one still stands where the next one stands.
		h.w.Clock.Pass(time.Hour)
		page = h.browser(t, h.miriam).Open("/today")
		has(t, page, "Tomas Blau", "Nobody has ended it yet. Back to the session")
		if got := page.Text(); !strings.Contains(got, "Next, in ") {
			t.Errorf("the next session gives way to one that nobody ended:\n%s", got)
		}

		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.hours.End(ctx, h.miriam, record, a.ID)
			return err
		})
		page = h.browser(t, h.miriam).Open("/today")
		has(t, page, "Over since ", "The session Its note A minute for yourself")
		for _, href := range []string{at, at + "/note", at + "/minute"} {
			if !strings.Contains(page.Body, `href="`+href+`"`) {
				t.Errorf("nothing leads to %s", href)
			}
		}

		// One that is begun and ended before its time is no longer the next one.
		h.w.Clock.Pass(30 * time.Minute)
		other := access.ClientRecord(h.tomas.ID)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.hours.Begin(ctx, h.miriam, other, b.ID, 0)
			return err
		})
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.hours.End(ctx, h.miriam, other, b.ID)
			return err
		})
		if got := today(); !strings.Contains(got, "No session is planned") {
			t.Errorf("a session that is over is still the next one:\n%s", got)
		}
	})
}

func TestACoupleIsOneSessionOfTheDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		form := session.Form{ID: newID(t), Start: h.w.Clock.Now().Add(time.Hour).Truncate(time.Minute), Length: time.Hour, Format: session.Couple}
		form.Meeting = form.ID
		for _, who := range []access.Actor{h.nora, h.tomas} {
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.sessions.Plan(ctx, h.miriam, access.ClientRecord(who.ID), form)
				return err
			})
			form.ID = newID(t)
		}
		if got := h.browser(t, h.miriam).Open("/today").Text(); !strings.Contains(got, "One session, until 11:30.") {
			t.Errorf("the day of a couple:\n%s", got)
		}
	})
}
