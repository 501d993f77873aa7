package clinician_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

func TestALogIsSeenOnlyWhileItIsShared(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		logs, record, own := mood.New(h.w.Door), access.ClientRecord(h.nora.ID), "/clients/"+h.nora.ID
		share := func(how mood.Sharing) {
			h.w.Do(t, func(ctx context.Context) error {
				l, err := logs.Open(ctx, h.nora, record, 0)
				if err != nil {
					return err
				}
				_, err = logs.Share(ctx, h.nora, record, how, l.Settings.Revision, h.zone)
				return err
			})
		}
		h.w.Do(t, func(ctx context.Context) error {
			_, err := logs.Keep(ctx, h.nora, record, mood.Form{
				ID: newID(t), Day: mood.DayOf(h.w.Clock.Now().In(h.zone)), Values: map[string]int{mood.Mood: 4}, Line: "Sang in the car.",
			}, h.zone)
			return err
		})
		b := h.site.Browser(t, h.miriam)
		page := b.Open(own)
		webtest.Has(t, page, "Daily log", "Not shared.", "Whether Nora keeps one is theirs to say.")
		closed := b.Open(own + "/log")
		webtest.Has(t, closed, "No log is shared with you.")
		webtest.HasNot(t, closed, "Sang in the car.")

		share(mood.Whole)
		webtest.Has(t, b.Open(own), "Noted on one day of the last 14, newest today.", "Look at it")
		webtest.Has(t, b.Open(own+"/log"), "Sang in the car.", "they can stop at any time", "nobody watches it", "too few to say what is usual")
		share(mood.Mine)
		if again := b.Open(own + "/log"); again.Text() != closed.Text() {
			t.Error("a log that is no longer shared looks different from one that never was")
		}
		for _, other := range []access.Actor{h.mallory, h.sven} {
			if r := h.site.Browser(t, other).Send(http.MethodGet, own+"/log", nil); r.Status != http.StatusNotFound {
				t.Errorf("%s: %d", other.ID, r.Status)
			}
		}
	})
}

func TestWhatIsBroughtFromALogIsSeenAndTalkedAbout(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		logs, record, own := mood.New(h.w.Door), access.ClientRecord(h.nora.ID), "/clients/"+h.nora.ID
		h.w.Do(t, func(ctx context.Context) error {
			_, err := logs.Watch(ctx, h.nora, record, mood.Mood, 0, h.zone)
			return err
		})
		asked := false
		for i := 0; i < 40 && !asked; i++ {
			h.w.Clock.Pass(24 * time.Hour)
			v := 6 + i%3
			if i >= 28 {
				v = 2
			}
			h.w.Do(t, func(ctx context.Context) error {
				k, err := logs.Keep(ctx, h.nora, record, mood.Form{ID: newID(t), Day: mood.DayOf(h.w.Clock.Now().In(h.zone)), Values: map[string]int{mood.Mood: v}}, h.zone)
				asked = k.Asked
				return err
			})
		}
		b := h.site.Browser(t, h.miriam)
		webtest.HasNot(t, b.Open(own), "wants to bring")
		h.w.Do(t, func(ctx context.Context) error {
			l, err := logs.Open(ctx, h.nora, record, 0)
			if err != nil {
				return err
			}
			_, err = logs.Answer(ctx, h.nora, record, l.Waiting()[0].ID, mood.AnswerForm{Revision: 1, Answer: mood.Bring, Words: "My brother called."})
			return err
		})
		webtest.Has(t, b.Open(own), "Nora wants to bring something about the last days.")
		page := b.Open(own + "/log")
		webtest.Has(t, page, "looked different from their usual.", "My brother called.", "It is a question, and no finding.", "We talked about it", "No log is shared with you.")
		webtest.HasNot(t, page, "mostly about")
		path := page.Body[strings.Index(page.Body, own+"/log/"):]
		path = path[:strings.Index(path, `"`)]
		for range 2 {
			b.Post(path, http.StatusSeeOther)
		}
		page = b.Open(own + "/log")
		webtest.Has(t, page, "Talked about, noted today")
		webtest.HasNot(t, page, "We talked about it")
	})
}

func TestScalesAreOfferedToAllClients(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.site.Browser(t, h.miriam)
		webtest.Has(t, b.Open("/log-scales"), "The practice offers none so far.")
		id := newID(t)
		wrong := b.Post("/log-scales", http.StatusUnprocessableEntity, "id", id, "name", "Worry")
		webtest.Has(t, wrong, "what this end of the scale means")
		b.Post("/log-scales", http.StatusSeeOther, "id", id, "name", "Worry", "low", "hardly any", "high", "all day", "better", "lower")
		webtest.Has(t, h.site.Browser(t, h.sven).Open("/log-scales"), "Worry", "Withdraw it")
		b.Post("/log-scales/"+id, http.StatusSeeOther, "do", "withdraw")
		webtest.Has(t, b.Open("/log-scales"), "withdrawn", "Offer it again")
		b.Post("/log-scales/"+newID(t), http.StatusNotFound, "do", "withdraw")
	})
}
