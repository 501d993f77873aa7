package clinician_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// says is Nora saying the same number four times, and words.
func (h *house) says(t *testing.T, n int, landed, missed, worry string) (in alliance.CheckIn) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		in, err = h.alliances.Give(ctx, h.nora, access.ClientRecord(h.nora.ID), alliance.Form{
			ID: newID(t), Said: alliance.Said{Answers: alliance.Answers{&n, &n, &n, &n}, Landed: landed, Missed: missed, Worry: worry},
		})
		return err
	})
	return in
}

// weeks has check-ins of one week after the other.
func (h *house) weeks(t *testing.T, numbers ...int) (last alliance.CheckIn) {
	t.Helper()
	for _, n := range numbers {
		h.w.Clock.Pass(7 * 24 * time.Hour)
		last = h.says(t, n, "", "", "")
	}
	return last
}

func TestWhatLandedIsReadBeforeTheNextHour(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		record := access.ClientRecord(h.nora.ID)
		in := h.says(t, 8, "The map of the week", "The long form", "")
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.sessions.Plan(ctx, h.miriam, record, session.Form{ID: newID(t), Start: h.w.Clock.Now().Add(time.Hour), Length: 50 * time.Minute})
			return err
		})
		b := h.site.Browser(t, h.miriam)
		today := b.Open("/today")
		has(t, today, "Landed", "“The map of the week”", "Did not land", "“The long form”", "Nora Whitfield said how the session was")
		hasNot(t, today, "Worth asking about")
		h.w.Do(t, func(ctx context.Context) error {
			one, err := h.alliances.One(ctx, h.nora, record, in.ID)
			if one.Unread || one.SeenBy != h.miriam.ID {
				t.Errorf("Today shows it, and it is not noted as read: %+v", one)
			}
			return err
		})
		hasNot(t, b.Open("/today"), "said how the session was")
		has(t, b.Open("/clients/"+h.nora.ID), "Working together", "“The map of the week”", "Felt heard 8, right topics 8")
		has(t, b.Open("/clients/"+h.nora.ID+"/together"), "8.0 of 10", "It is the first", "First read by you today")
	})
}

func TestADipIsAskedAboutAndARepairIsGoodNews(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := "/clients/" + h.nora.ID + "/together"
		h.weeks(t, 9, 9, 9, 8)
		b := h.site.Browser(t, h.miriam)
		hasNot(t, b.Open(path), "Worth asking about", "What may help")
		dip := h.weeks(t, 4)
		b = h.site.Browser(t, h.miriam)
		has(t, b.Open("/today"), "Worth asking about", "The work together, today.", "Read it")
		has(t, b.Open("/clients/look"), "Worth asking about The work together, today. Not talked about yet. Read it")
		page := b.Open(path)
		has(t, page, "Worth asking about", "clearly lower than the earlier ones", "We talked about it", "What may help", "Safran and Muran",
			"Silence proves nothing either", "that figure is an assumption of this product")
		has(t, b.Open("/clients/"+h.nora.ID), "Worth asking about")

		talked := "/clients/" + h.nora.ID + "/check-ins/" + dip.ID + "/talked"
		has(t, b.Post(talked, http.StatusUnprocessableEntity, "revision", "1", "on", "next week"), "Please choose a day")
		has(t, b.Post(talked, http.StatusUnprocessableEntity, "revision", "1", "on", "2099-01-01"), "still to come")
		b.Post(talked, http.StatusConflict, "revision", "7", "on", "")
		b.Post(talked, http.StatusSeeOther, "revision", webtest.Hidden(t, page, "revision"), "on", h.w.Clock.Now().Format(time.DateOnly))
		after := b.Open(path)
		has(t, after, "Talked about today.")
		hasNot(t, after, "Worth asking about", "We talked about it")
		hasNot(t, b.Open("/today"), "Worth asking about")
		hasNot(t, b.Open("/clients/look"), "Worth asking about")

		h.weeks(t, 7, 9)
		b = h.site.Browser(t, h.miriam)
		has(t, b.Open(path), "It dipped on", "was back on", "work that was mended together tends to hold", "Came back")
		has(t, b.Open("/clients/"+h.nora.ID), "It dipped on")
	})
}

func TestMarkersAreNoticedByBothAndTheWordsAreThePractices(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.site.Browser(t, h.miriam)
		path := "/clients/" + h.nora.ID + "/together"
		words := b.Open("/markers/words")
		has(t, words, "Safety", "Trust", "Continuity", "One to a line")
		b.Post("/markers/words", http.StatusSeeOther, "revision", webtest.Hidden(t, words, "revision"), "words", "Lightness\nBeing seen")
		clash := b.Post("/markers/words", http.StatusConflict, "revision", "0", "words", "Warmth")
		has(t, clash, "As they are kept now:", "Lightness", "Warmth")
		if got := webtest.Hidden(t, clash, "revision"); got != "1" {
			t.Errorf("what was written can be sent from revision %s", got)
		}
		b.Post("/markers/words", http.StatusUnprocessableEntity, "revision", "1", "words", strings.Repeat("a", 41))

		page := b.Open(path)
		has(t, page, "Lightness", "Being seen", "Nora sees it too.")
		for range 2 {
			b.Post("/clients/"+h.nora.ID+"/markers", http.StatusSeeOther, "id", webtest.Hidden(t, page, "id"), "word", "Trust", "line", "She laughed at the door")
		}
		has(t, b.Post("/clients/"+h.nora.ID+"/markers", http.StatusUnprocessableEntity, "id", newID(t), "line", "x"), "Please choose a word")
		var mine []alliance.Marker
		h.w.Do(t, func(ctx context.Context) (err error) {
			for _, just := range []bool{true, false} {
				word := map[bool]string{true: "Only mine", false: "My garden"}[just]
				if _, err := h.alliances.Notice(ctx, h.nora, access.ClientRecord(h.nora.ID), alliance.MarkerForm{ID: newID(t), Word: word, Just: just}); err != nil {
					return err
				}
			}
			mine, err = h.alliances.Markers(ctx, h.nora, access.ClientRecord(h.nora.ID))
			return err
		})
		if len(mine) != 3 {
			t.Fatalf("Nora sees %+v", mine)
		}
		shown := b.Open(path)
		has(t, shown, "Trust", "She laughed at the door", "My garden", "Nora, 19 November", "You, 19 November")
		hasNot(t, shown, "Only mine")
		b.Post("/clients/"+h.nora.ID+"/markers/"+mine[2].ID+"/take-back", http.StatusNotFound)
		for _, m := range mine {
			if m.Side == alliance.ByClinician {
				b.Post("/clients/"+h.nora.ID+"/markers/"+m.ID+"/take-back", http.StatusSeeOther)
			}
		}
		hasNot(t, b.Open(path), "She laughed at the door")
	})
}

func TestTheWorkTogetherIsForThoseWhoTreatTheClient(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.says(t, 3, "", "", "A worry that two people share")
		h.w.Do(t, func(ctx context.Context) error { return h.people.Share(ctx, h.miriam, h.nora.ID, h.sven.ID, true) })
		for _, who := range []access.Actor{h.mallory, h.sven, h.otto, h.nora} {
			b := h.site.Browser(t, who)
			if r := b.Send(http.MethodGet, "/clients/"+h.nora.ID+"/together", nil); r.Status != http.StatusNotFound {
				t.Errorf("%s: %d", who.ID, r.Status)
			}
			b.Post("/clients/"+h.nora.ID+"/check-ins/"+in.ID+"/talked", http.StatusNotFound, "revision", "1")
			b.Post("/clients/"+h.nora.ID+"/markers", http.StatusNotFound, "id", newID(t), "word", "Trust")
		}
		hasNot(t, h.site.Browser(t, h.mallory).Open("/today"), "Worth asking about")
		shown := h.site.Browser(t, h.sven).Open("/supervision/" + h.nora.ID)
		has(t, shown, "The work together")
		hasNot(t, shown, "A worry that two people share", "Nora")
	})
}
