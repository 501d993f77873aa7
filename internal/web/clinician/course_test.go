package clinician_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
)

const week = 7 * 24 * time.Hour

// slower gives Nora a course that asks for a look.
func (h *house) slower(t *testing.T) (phq measure.Ask) {
	t.Helper()
	phq = h.ask(t, h.nora, "phq-9")
	for nth, total := range []int{14, 12, 19, 20} {
		if nth > 0 {
			h.w.Clock.Pass(week)
		}
		h.give(t, h.nora, phq, int64(nth), total, false, nth != 3)
	}
	return phq
}

func TestTheWholeCourseStandsOnOneChart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		gad := h.ask(t, h.nora, "gad-7")
		h.plan(t, h.nora, 26*time.Hour, "Room 2")
		h.slower(t)
		h.give(t, h.nora, gad, 3, 6, false, true)
		nora := access.ClientRecord(h.nora.ID)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.plans.NoteEvent(ctx, h.nora, nora, plan.LifeEvent{ID: newID(t), Day: "2026-11-25", Words: "Her aunt moved in"}, h.zone)
			return err
		})
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.plans.OpenDetour(ctx, h.miriam, nora, plan.Detour{ID: newID(t), Name: "The flat", From: "2026-12-01", Reason: "Where to live comes first"}, h.zone)
			return err
		})
		b := h.browser(t, h.miriam)
		page := b.Open("/clients/" + h.nora.ID + "/course")
		has(t, page, "Nora is at 20 and began at 14.", "Slower than most", "Open since 3 December", "Think it through", "How sure is this?",
			"A detour is open. The flat", "Her aunt moved in", "25 November, noted by Nora", "Detour: The flat", "a session", "a life event", "8 in 10",
			"Of four results Nora has looked at three, and none was talked about.", "233,776", "week 14")
		if n := strings.Count(page.Body, "chart-box"); n != 1 {
			t.Errorf("%d charts, want one", n)
		}
		if strings.Contains(page.Body, "style=") || strings.Contains(page.Body, "onclick") {
			t.Error("the page has an inline style or script")
		}
		if strings.Contains(page.Body, "/events/") {
			t.Error("what the client noted can be taken off by somebody else")
		}
		other := b.Open("/clients/" + h.nora.ID + "/course?of=gad-7")
		has(t, other, "Nora began at 6.", "GAD-7, worry")
		hasNot(t, other, "Think it through")
		hasNot(t, b.Open("/clients/"+h.tomas.ID+"/course"), "chart")
	})
}

func TestTheClientsPageHasOneChartAndLeadsToTheOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, id := range []string{"phq-9", "gad-7"} {
			h.give(t, h.nora, h.ask(t, h.nora, id), 0, 12, false, true)
		}
		page := h.browser(t, h.miriam).Open("/clients/" + h.nora.ID)
		if n := strings.Count(page.Body, "chart-box"); n != 1 {
			t.Errorf("%d charts, want one", n)
		}
		has(t, page, "PHQ-9, low mood", "GAD-7, worry")
		for _, of := range []string{"phq-9", "gad-7"} {
			if !strings.Contains(page.Body, "/course?of="+of) {
				t.Errorf("nothing leads to the course of %s", of)
			}
		}
	})
}

func TestTheChartOfTheClientsPageHasItsReasonsBesideIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.slower(t)
		nora := access.ClientRecord(h.nora.ID)
		page := h.browser(t, h.miriam).Open("/clients/" + h.nora.ID)
		hasNot(t, page, "a life event", "detour")
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.plans.NoteEvent(ctx, h.nora, nora, plan.LifeEvent{ID: newID(t), Day: "2026-11-25", Words: "Her aunt moved in"}, h.zone)
			return err
		})
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.plans.OpenDetour(ctx, h.miriam, nora, plan.Detour{ID: newID(t), Name: "The flat", From: "2026-12-01", Reason: "Where to live comes first"}, h.zone)
			return err
		})
		has(t, h.browser(t, h.miriam).Open("/clients/"+h.nora.ID), "Her aunt moved in", "a life event", "Detour: The flat")
	})
}

func TestTheAidIsThoughtThroughAndTheSignalIsTalkedAbout(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.slower(t)
		b := h.browser(t, h.miriam)
		aid := "/clients/" + h.nora.ID + "/course/aid"
		form := b.Open(aid)
		has(t, form, "The work together", "Wanting to change", "Who stands by them", "What happens outside", "What we do", "What helps next.", "Talked about on")
		id, answer := hidden(t, form, "id"), hidden(t, form, "answer")
		bad := b.Post(aid, http.StatusUnprocessableEntity, "id", id, "of", "phq-9", "answer", answer, "day", "2031-01-01", "support", "Her <sister> could know more")
		has(t, bad, "Please choose today or a day before.")
		for _, kept := range []string{"Her &lt;sister&gt; could know more", `value="` + id + `"`, `value="2031-01-01"`} {
			if !strings.Contains(bad.Body, kept) {
				t.Errorf("the form came back without %s", kept)
			}
		}
		for range 2 { // it may come twice
			b.Post(aid, http.StatusSeeOther, "id", id, "of", "phq-9", "answer", answer, "day", "2026-12-10", "support", "Her sister could know more")
		}
		page := b.Open("/clients/" + h.nora.ID + "/course?done=signal")
		has(t, page, "Noted: you talked about it.", "Slower than most, 3 December. Talked about on 10 December, noted by you.", "Her sister could know more", "Who stands by them", "and one was talked about")
		hasNot(t, page, "Think it through")
		hasNot(t, b.Open("/today"), "Slower than most", "Look closer")
		if to := b.Send(http.MethodGet, aid, nil).To; to != "/clients/"+h.nora.ID+"/course?of=phq-9" {
			t.Errorf("the aid of a signal that is closed leads to %q", to)
		}
		late := b.Post(aid, http.StatusConflict, "id", newID(t), "of", "phq-9", "answer", answer, "day", "2026-12-10", "method", "More of the same")
		has(t, late, "not open any more", "More of the same")
		if got := h.browser(t, h.nora).Send(http.MethodGet, "/clients/"+h.nora.ID+"/course", nil); got.Status != http.StatusNotFound {
			t.Errorf("the client opened it: %d", got.Status)
		}
	})
}

func TestLifeEventsAreNotedBesideTheCourse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.slower(t)
		b := h.browser(t, h.miriam)
		base := "/clients/" + h.nora.ID
		id := newID(t)
		has(t, b.Post(base+"/events", http.StatusUnprocessableEntity, "id", id, "of", "phq-9", "day", "2026-12-01", "words", " "), "A few words, please")
		if to := b.Post(base+"/events", http.StatusSeeOther, "id", id, "of", "phq-9", "day", "2026-12-01", "words", "A new flat").To; !strings.HasPrefix(to, base+"/course?done=noted&of=phq-9&kept=") {
			t.Errorf("sent on to %q", to)
		}
		if to := b.Post(base+"/events", http.StatusSeeOther, "id", newID(t), "of", "//evil", "day", "2026-12-01", "words", "Another").To; !strings.HasPrefix(to, base+"/course?done=noted&kept=") {
			t.Errorf("sent on to %q", to)
		}
		has(t, b.Open(base+"/course"), "A new flat 1 December, noted by you")
		b.Post(base+"/events/"+id+"/drop", http.StatusSeeOther)
		hasNot(t, b.Open(base+"/course"), "A new flat")
	})
}
