package operator_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

var earlier = regexp.MustCompile(`href="(/acts\?[^"]*)"[^>]*>Earlier<`)

func TestTheActsOfOnePersonFromADayBackAreFoundPageByPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.w.Clock.Now()
		for range 3 {
			h.w.Clock.Pass(24 * time.Hour)
			for range 60 {
				h.w.Do(t, func(ctx context.Context) error { _, err := h.people.Staff(ctx, h.sven); return err })
			}
			h.w.Do(t, func(ctx context.Context) error { _, err := h.people.Staff(ctx, h.otto); return err })
		}
		b := h.browser(t, h.otto)
		has(t, b.Open("/acts"), "Everybody", "Somebody not signed in", "Sven Holm Listed who works here", "Otto")
		page := b.Open("/acts?who=" + h.sven.ID)
		rows := strings.Count(page.Body, "Listed who works here")
		for n := 0; ; n++ {
			to := earlier.FindStringSubmatch(page.Body)
			if to == nil {
				break
			}
			if strings.Contains(to[1], "Sven") || n > 5 {
				t.Fatalf("further back stands at %q", to[1])
			}
			page = b.Open(strings.ReplaceAll(to[1], "&amp;", "&"))
			rows += strings.Count(page.Body, "Listed who works here")
		}
		if rows != 180 {
			t.Errorf("%d acts of Sven, want 180", rows)
		}
		hasNot(t, b.Open("/acts?who="+h.sven.ID+"&day="+first.Format(time.DateOnly)), "Listed who works here")
		has(t, b.Open("/acts?who="+h.nora.ID), "The person you came from", "A client")
		has(t, b.Open("/acts?who=nobody-here"), "Nothing stands here of that.")

		h.w.Do(t, func(ctx context.Context) error {
			tx, err := h.w.Door.Begin(ctx, access.Anyone(h.practice), access.MakeSignIn, access.AccountRecord(access.Nobody))
			if err == nil {
				tx.Rollback()
			}
			return err
		})
		found := b.Open("/acts?who=" + access.Anyone("").ID)
		has(t, found, "Somebody not signed in Tried to sign in Nobody, or unknown Did not get in")
		if strings.Contains(found.Body, "/people/nobody") {
			t.Error("nobody has a page")
		}
	})
}
