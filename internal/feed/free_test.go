package feed_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/nourish"
)

func TestTimeThatAClientKeepsFreeStandsInTheirCalendarAsBusy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		books := nourish.New(h.World.Door)
		link := h.makes(t, h.Tomas, newID())
		thing := newID()
		h.Do(t, func(ctx context.Context) error {
			_, err := books.KeepThing(ctx, h.Tomas, h.Client, nourish.ThingForm{ID: thing, Words: canary})
			return err
		})
		f := nourish.MomentForm{
			ID: newID(), Thing: thing, Day: mood.DayOf(h.Clock.Now()) + 2, State: nourish.Planned,
			Clock: nourish.Clock{From: 600, To: 690}, Line: canary,
		}
		keep := func() {
			t.Helper()
			h.Do(t, func(ctx context.Context) error {
				_, err := books.KeepMoment(ctx, h.Tomas, h.Client, f, time.UTC)
				return err
			})
		}
		says := func(want string, not ...string) {
			t.Helper()
			text, err := h.fetches(t, link)
			if err != nil || !strings.Contains(text, want) {
				t.Errorf("%v, and no %q in\n%s", err, want, text)
			}
			for _, n := range append(not, canary, f.ID, thing) {
				if strings.Contains(text, n) {
					t.Errorf("%q stands in\n%s", n, text)
				}
			}
		}
		keep()
		says("END:VCALENDAR", "BEGIN:VEVENT") // planned, and not kept free
		f.Revision, f.Kept = 1, true
		keep()
		says("DTSTART:20261121T100000Z\r\nDTEND:20261121T113000Z\r\nSUMMARY:Busy\r\nSTATUS:CONFIRMED")
		f.Revision, f.Kept, f.State = 2, false, nourish.LetGo
		keep()
		says("SUMMARY:Busy\r\nSTATUS:CANCELLED")
	})
}
