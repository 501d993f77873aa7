package client_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
)

func TestWhatHappenedStandsBesideAClientsOwnLine(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		for n := range 2 {
			b := h.browser(t, h.tomas)
			b.PostForm(pathOf(a, n), fill(b.Open(pathOf(a, n)), 2, 2, 2, 2, 2, 2, 1, 0, 0), http.StatusSeeOther)
			h.w.Clock.Pass(7 * 24 * time.Hour)
		}
		b := h.browser(t, h.tomas)
		record := access.ClientRecord(h.tomas.ID)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.plans.OpenDetour(ctx, h.miriam, record, plan.Detour{ID: newID(t), Name: "The flat", From: "2026-11-24", Reason: "Where to live comes first"}, h.zone)
			return err
		})
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.plans.NoteEvent(ctx, h.miriam, record, plan.LifeEvent{ID: newID(t), Day: "2026-11-20", Words: "The flat was given notice"}, h.zone)
			return err
		})
		id := newID(t)
		wrong := b.Post("/my/events", http.StatusUnprocessableEntity, "id", id, "day", "2041-01-01", "words", "My aunt <moved> in")
		has(t, wrong, "That day is too far away")
		if !strings.Contains(wrong.Body, "My aunt &lt;moved&gt; in") || !strings.Contains(wrong.Body, `value="`+id+`"`) {
			t.Error("what was typed is gone")
		}
		for range 2 {
			b.Post("/my/events", http.StatusSeeOther, "id", id, "day", "2026-11-23", "words", "My aunt moved in")
		}
		page := b.Open("/my/course?said=event")
		has(t, page, "Noted. It stands beside your line.", "My aunt moved in 23 November", "The flat was given notice 20 November, noted by somebody who works with you",
			"Since 24 November: The flat. Where to live comes first", "It is part of the way.", "Nothing here compares you with anybody")
		hasNot(t, page, "8 in 10", "233,776", "Slower than most")
		if n := strings.Count(page.Body, "/my/events/"); n != 1 {
			t.Errorf("%d events can be taken off, want the own one", n)
		}
		b.Post("/my/events/"+id+"/drop", http.StatusSeeOther)
		hasNot(t, b.Open("/my/course"), "My aunt moved in")
	})
}

func TestWhatIsUsualForOthersIsShownToWhoAsks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		a := h.ask(t, "phq-9", measure.Weekly)
		b.PostForm(pathOf(a, 0), fill(b.Open(pathOf(a, 0)), 2, 2, 2, 2, 2, 2, 2, 0, 0), http.StatusSeeOther)
		others := regexp.MustCompile(`/my/course/others\?of=[0-9a-f]{32}`).FindString(b.Open("/my/course").Body)
		if others == "" {
			t.Fatal("nothing leads to what is usual for others, or its address names what was asked")
		}
		page := b.Open(others)
		has(t, page, "You asked to see this", "no forecast for you", "You began at 14.", "two weeks", "twelve weeks", "8 in 10 were between", "233,776", "is assumed")
		hasNot(t, page, "percentile", "probability")
		if strings.Contains(page.Body, "<svg class=\"chart") {
			t.Error("the page draws a curve to be measured against")
		}
		lea := h.browser(t, h.lea)
		for _, nothing := range []string{"/my/course/others?of=phq-9", "/my/course/others"} {
			if to := b.Send(http.MethodGet, nothing, nil).To; to != "/my/course" {
				t.Errorf("%s leads to %q", nothing, to)
			}
		}
		if to := lea.Send(http.MethodGet, others, nil).To; to != "/my/course" {
			t.Errorf("with what is somebody else’s, and without answers, it leads to %q", to)
		}
	})
}
