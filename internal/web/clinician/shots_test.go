package clinician_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

func (h *house) year(t *testing.T) {
	phq, gad := h.ask(t, h.nora, "phq-9"), h.ask(t, h.nora, "gad-7")
	tp := h.ask(t, h.tomas, "gad-7")
	course := []int{18, 17, 15, 16, 13, 12, 12, 16, 17, 14, 13, 11, 12, 9, 10, 11, 9, 12, 10, 9, 8, 7}
	for week := range 52 {
		if week == 20 || week == 21 || week == 22 || week == 23 || week == 24 || week == 25 || week == 26 {
			h.w.Clock.Pass(7 * 24 * time.Hour)
			continue
		}
		c := course[week*len(course)/52]
		a := h.give(t, h.nora, phq, int64(week), c, week == 51, week < 51)
		b := h.give(t, h.nora, gad, int64(week), c/2+week%3, false, true)
		if week < 48 {
			for _, x := range []measure.Answer{a, b} {
				h.w.Do(t, func(ctx context.Context) error {
					return h.measures.Talked(ctx, h.miriam, access.ClientRecord(h.nora.ID), x.ID)
				})
			}
		}
		if week > 45 {
			h.give(t, h.tomas, tp, int64(week), 8+(week-45)*2, false, true)
		}
		plan := func(who access.Actor, d time.Duration, place string) {
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.sessions.Plan(ctx, h.miriam, access.ClientRecord(who.ID), session.Form{ID: newID(t), Start: h.w.Clock.Now().Add(d).Truncate(5 * time.Minute), Length: 50 * time.Minute, Place: place})
				return err
			})
		}
		if week < 51 {
			plan(h.nora, 26*time.Hour, "Room 2")
		} else {
			plan(h.nora, 25*time.Minute, "Room 2")
			plan(h.tomas, 3*time.Hour, "Video")
		}
		if week < 51 {
			h.w.Clock.Pass(7 * 24 * time.Hour)
		}
	}
	h.w.Do(t, func(ctx context.Context) error { return h.people.Share(ctx, h.miriam, h.nora.ID, h.sven.ID, true) })
	h.join(t, h.miriam, "Ana de Wit", "ana@example.org", person.Client)
	h.w.Do(t, func(ctx context.Context) error {
		_, _, err := h.people.Invite(ctx, h.miriam, person.InviteForm{ID: newID(t), Name: "Ruth Haller", Email: "ruth@example.org", Roles: []person.Role{person.Client}})
		return err
	})
}

func TestServeForLooking(t *testing.T) {
	if os.Getenv("LOOK") == "" {
		t.Skip()
	}
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		h := build(t, w)
		h.year(t)
		f, _ := os.Create(os.Getenv("LOOK"))
		fmt.Fprintf(f, "miriam=%s\nsven=%s\nnora=%s\n", h.browser(t, h.miriam).cookie, h.browser(t, h.sven).cookie, h.nora.ID)
		f.Close()
		n := 300
		b := h.browser(t, h.miriam)
		start := time.Now()
		for range n {
			b.open("/clients/" + h.nora.ID)
		}
		fmt.Println("client page", time.Since(start)/time.Duration(n))
		start = time.Now()
		for range n {
			b.open("/today")
		}
		fmt.Println("today", time.Since(start)/time.Duration(n))
		http.ListenAndServe("127.0.0.1:18431", h.pages)
	})
}
