package client_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

func (h *house) logs() *mood.Logs { return mood.New(h.w.Door) }

// note keeps a mood of Tomas on so many days, each a day later, through the page.
func note(t *testing.T, h *house, values ...int) (last reply) {
	t.Helper()
	for _, v := range values {
		h.w.Clock.Pass(24 * time.Hour)
		b := h.browser(t, h.tomas) // a sign-in ends after a while
		form := webtest.Carried(b.Open("/my/log"))
		form.Set("v-mood", strconv.Itoa(v))
		last = b.PostForm("/my/log", form, http.StatusSeeOther)
	}
	return last
}

var usualDays = []int{6, 7, 5, 6, 8, 6, 7, 5, 6, 6, 7, 5, 7, 6, 6, 7, 5, 6, 8, 6, 7, 5, 6, 6, 7, 5, 7, 6}

func TestADayIsNotedInThreeTapsAndEverythingCanBeLeftOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		has(t, b.Open("/my/week"), "Whenever you like", "Note how today is", "Only you read it, until you share it.")
		page := b.Open("/my/log")
		has(t, page, "How is today?", "Thursday 19 November", "Only you read this here. Miriam cannot, until you share it.", "Mood", "Keep it", "Not today",
			"More, if you like", "no program looks for words of danger in it", "Help now")
		hasNot(t, page, "streak", "missed")
		form := webtest.Carried(page)
		form.Set("v-mood", "4")
		form.Set("v-hours", "6")
		form.Add("there", "outside")
		form.Set("line", "A <b>long</b> day")
		for range 2 { // it came twice
			if to := b.PostForm("/my/log", form, http.StatusSeeOther).To; !strings.HasPrefix(to, "/my/week?said=noted&kept=log-2026-11-19-0") {
				t.Errorf("sent on to %s", to)
			}
		}
		has(t, b.Open("/my/week?said=noted"), "Noted. You can change it for a week.", "Look at today’s note")
		page = b.Open("/my/log")
		inOrder(t, page.Body, `name="v-mood" value="4" checked`, "<details open", `name="v-hours" value="6" checked`, `value="outside" checked`, "A &lt;b&gt;long&lt;/b&gt; day")
		has(t, page, "Today 19 noted")

		empty := webtest.Carried(b.Open("/my/log?day=2026-11-18"))
		b.PostForm("/my/log", empty, http.StatusSeeOther)
		has(t, b.Open("/my/log?day=2026-11-18"), "How was that day?", "Wednesday 18 November", "Wednesday 18 November, open")
		for _, out := range []string{"2026-11-20", "2026-11-11", "yesterday"} {
			if r := b.Send(http.MethodGet, "/my/log?day="+url.QueryEscape(out), nil); r.Status != http.StatusSeeOther {
				t.Errorf("%s: %d", out, r.Status)
			}
		}
	})
}

func TestWhoComesBackToTheLogIsGreetedAndOwesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		note(t, h, 5)
		h.w.Clock.Pass(40 * 24 * time.Hour)
		has(t, h.browser(t, h.tomas).Open("/my/log"), "You are back after five weeks. There is nothing to catch up on.")
	})
}

func TestAWrongFormComesBackWithEverythingTyped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		form := webtest.Carried(b.Open("/my/log"))
		form.Set("v-mood", "11")
		form.Set("line", "still here")
		got := b.PostForm("/my/log", form, http.StatusUnprocessableEntity)
		has(t, got, "Not saved yet", "not one of the numbers", "still here")
		form.Set("v-mood", "4")
		form.Set("line", strings.Repeat("x", mood.MaxLine+1))
		got = b.PostForm("/my/log", form, http.StatusUnprocessableEntity)
		has(t, got, "longer than fits here")
		if !strings.Contains(got.Body, `name="v-mood" value="4" checked`) {
			t.Error("the mood is gone")
		}
		if again := webtest.Carried(got); again.Get("id") != form.Get("id") || again.Get("day") != form.Get("day") {
			t.Errorf("sent again as %v", again)
		}
	})
}

func TestTwoDevicesThatDisagreeSeeBoth(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, laptop := h.browser(t, h.tomas), h.browser(t, h.tomas)
		one, other := webtest.Carried(phone.Open("/my/log")), webtest.Carried(laptop.Open("/my/log"))
		one.Set("v-mood", "4")
		one.Set("line", "from the phone")
		phone.PostForm("/my/log", one, http.StatusSeeOther)
		other.Set("v-mood", "4")
		other.Set("v-energy", "6")
		other.Set("line", "from the laptop")
		got := laptop.PostForm("/my/log", other, http.StatusConflict)
		has(t, got, "Another device noted something else of this day", "from the laptop", "On the other device", "from the phone")
		again := webtest.Carried(got)
		again.Set("v-mood", "4")
		again.Set("v-energy", "6")
		again.Set("line", "from the laptop")
		laptop.PostForm("/my/log", again, http.StatusSeeOther)
		has(t, phone.Open("/my/log"), "from the laptop")
	})
}

func TestSharingActsAtOnceAndIsSaidExactly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		record := access.ClientRecord(h.tomas.ID)
		sharing := func() (how mood.Sharing) {
			h.w.Do(t, func(ctx context.Context) error {
				l, err := h.logs().Shared(ctx, h.miriam, record, 0)
				how = l.Settings.Sharing
				return err
			})
			return how
		}
		page := b.Open("/my/log/settings")
		has(t, page, "Only you read this here", "Share from today on", "Share all of it", "It is off.", "It is often wrong.", "about 14 in 100", "nobody sees this log in real time")
		hasNot(t, page, "Keep it to me")
		rev := webtest.Hidden(t, page, "revision")
		to := b.Post("/my/log/settings/sharing", http.StatusSeeOther, "revision", rev, "sharing", "whole").To
		has(t, b.Open(to), "Shared from now on.", "Miriam can read this log too", "Keep it to me")
		if sharing() != mood.Whole {
			t.Error("not shared")
		}
		b.Post("/my/log/settings/sharing", http.StatusSeeOther, "revision", "0", "sharing", "mine")
		if sharing() != mood.Mine {
			t.Error("still shared")
		}
		b.Post("/my/log/settings/sharing", http.StatusConflict, "revision", rev, "sharing", "whole")
		has(t, b.Open("/my/record"), "Miriam Adler looked at what you share of your daily log")
	})
}

func TestTheOneQuestionIsAskedAnsweredAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		b.Post("/my/log/settings/warning", http.StatusSeeOther, "revision", "0", "do", "on", "scale", "mood")
		has(t, b.Open("/my/log/settings"), "It is on for “Mood”, and gathers what is usual")
		note(t, h, usualDays...)
		has(t, h.browser(t, h.tomas).Open("/my/log/settings"), "Your usual is about 6.2, made from 28 days")
		var last reply
		for n := 0; n < 10 && !strings.HasPrefix(last.To, "/my/log?said=noted"); n++ {
			last = note(t, h, 2)
		}
		b = h.browser(t, h.tomas)
		has(t, b.Open("/my/week"), "A question waits in your log", "It can wait.")
		page := b.Open("/my/log")
		has(t, page, "The last days look different from your usual. Anything you want to bring?", "Bring it", "Nothing to bring", "My usual now", "It may pass and mean little", "If you bring it, Miriam can read")
		action := page.Body[strings.Index(page.Body, "/my/log/questions/"):]
		action = action[:strings.Index(action, `"`)]
		to := b.Post(action, http.StatusSeeOther, "revision", "1", "answer", "bring", "words", "My brother called.").To
		has(t, b.Open(to), "It waits for your next session.")
		has(t, b.Open("/my/log/settings"), "You want to bring it: “My brother called.”", "Take it back")
		b.Post(action, http.StatusSeeOther, "revision", "2", "answer", "not", "from", "settings")
		has(t, b.Open("/my/log/settings"), "Nothing to bring.")
		b.Post(action, http.StatusConflict, "revision", "1", "answer", "bring")
		b.Post("/my/log/questions/"+newID(t), http.StatusNotFound, "revision", "1", "answer", "bring")
	})
}

func TestOwnScalesStandInTheFormUntilTheyArePutAway(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.logs().Offer(ctx, h.miriam, mood.ItemForm{ID: newID(t), Kind: mood.Scale, Name: "Worry", Low: "hardly any", High: "all day", Better: mood.Lower})
			return err
		})
		b := h.browser(t, h.tomas)
		page := b.Open("/my/log/items")
		has(t, page, "Your practice offers", "Worry", "Take it into my log", "Something of your own")
		id := newID(t)
		wrong := b.Post("/my/log/items", http.StatusUnprocessableEntity, "id", id, "kind", "scale", "name", "Courage", "low", "none")
		has(t, wrong, "what this end of the scale means")
		if !strings.Contains(wrong.Body, `value="Courage"`) {
			t.Error("the name is gone")
		}
		for range 2 {
			b.Post("/my/log/items", http.StatusSeeOther, "id", id, "kind", "scale", "name", "Courage", "low", "none", "high", "plenty", "better", "higher")
		}
		offer := page.Body[strings.Index(page.Body, `name="offer" value="`)+len(`name="offer" value="`):]
		offer = offer[:36]
		b.Post("/my/log/items", http.StatusSeeOther, "id", newID(t), "offer", offer)
		b.Post("/my/log/items", http.StatusNotFound, "id", newID(t), "offer", newID(t))
		has(t, b.Open("/my/log"), "Courage", "Worry")
		hasNot(t, b.Open("/my/log/items"), "Your practice offers")
		b.Post("/my/log/items/away", http.StatusSeeOther, "item", id, "do", "away")
		hasNot(t, b.Open("/my/log"), "Courage")
		has(t, b.Open("/my/log/items"), "Courage", "put away", "Bring it back")
	})
}

func TestPatternsAreSaidInWordsFirstAndOnlyWithEnoughDays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		has(t, b.Open("/my/log/patterns"), "Nothing here yet.")
		note(t, h, 5, 6)
		page := h.browser(t, h.tomas).Open("/my/log/patterns")
		has(t, page, "2 days so far: too few to say what is usual.", "Nothing is compared yet.", "All days as a table")
		note(t, h, usualDays...)
		page = h.browser(t, h.tomas).Open("/my/log/patterns")
		has(t, page, "30 days, from", "Half of the days lie between", "The weeks as a table", "where half of the days lie")
	})
}

func TestALogIsForItsOwnClientOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, path := range []string{"/my/log", "/my/log/patterns", "/my/log/items", "/my/log/settings"} {
			if r := h.browser(t, h.miriam).Send(http.MethodGet, path, nil); r.Status != http.StatusNotFound {
				t.Errorf("a clinician at %s: %d", path, r.Status)
			}
			if r := h.nobody(t).Send(http.MethodGet, path, nil); r.Status != http.StatusSeeOther || !strings.HasPrefix(r.To, "/sign-in") {
				t.Errorf("nobody at %s: %d", path, r.Status)
			}
		}
	})
}
