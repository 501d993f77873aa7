package client_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// held is a session of Tomas's that is just over.
func (h *house) held(t *testing.T) (a session.Appointment) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		a, err = h.sessions.Plan(ctx, h.miriam, access.ClientRecord(h.tomas.ID), session.Form{
			ID: newID(t), Start: h.w.Clock.Now().Add(time.Minute), Length: 50 * time.Minute,
		})
		return err
	})
	h.w.Clock.Pass(time.Hour)
	return a
}

// steps are Tomas's check-ins as Miriam would read them.
func (h *house) steps(t *testing.T) (c alliance.Course) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		c, err = h.alliances.Of(ctx, h.miriam, access.ClientRecord(h.tomas.ID))
		return err
	})
	return c
}

func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestASessionIsFollowedByTwoMinutesThatCanBeLeftOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		hasNot(t, h.browser(t, h.tomas).Open("/my/week"), "After your session")
		a := h.held(t)
		b := h.browser(t, h.tomas)
		has(t, b.Open("/my/week"), "How was today’s session? Two minutes, if you like.", "Say how it was", "Not this time")

		path := "/my/sessions/" + a.ID + "/check-in"
		page := b.Open(path)
		has(t, page, "How was today’s session?", "Miriam reads it before your next session", "Every line can be left out", "Did you feel heard?",
			"Leave this one out", "What landed?", "Does anything weigh?", "Send it to Miriam", "Not this time", "Nobody reads this in real time", "Help now")
		if n := strings.Count(page.Body, `type="radio"`); n != 4*12 {
			t.Errorf("%d radios, want four scales of 0 to 10 with one to leave them out", n)
		}

		// Wrong, then right: what was typed comes back, and the id stays.
		form := with(webtest.Carried(page), "heard", "8", "topics", "12", "way", "", "landed", "That we went slowly")
		wrong := b.PostForm(path, form, http.StatusUnprocessableEntity)
		has(t, wrong, "Please choose a number from 0 to 10", "That we went slowly")
		if got := webtest.Hidden(t, wrong, "id"); got != form.Get("id") {
			t.Errorf("the form came back with the id %s", got)
		}
		if !strings.Contains(wrong.Body, `name="heard" value="8" checked`) {
			t.Error("what was chosen is not chosen any more")
		}
		form = with(form, "topics", "7", "overall", "9")
		for range 2 {
			if sent := b.PostForm(path, form, http.StatusSeeOther); sent.To != "/my/week?said=checked-in&kept=check-in-"+a.ID {
				t.Errorf("sent on to %s", sent.To)
			}
		}
		week := b.Open("/my/week?said=checked-in")
		has(t, week, "Sent. It is read before your next session")
		hasNot(t, week, "After your session")
		if c := h.steps(t); len(c.Steps) != 1 || c.Steps[0].Score != 8 || c.Steps[0].SessionID != a.ID {
			t.Errorf("kept: got %+v", c.Steps)
		}
		if r := b.Send(http.MethodGet, path, nil); r.Status != http.StatusSeeOther || !strings.HasPrefix(r.To, "/my/check-ins/") {
			t.Errorf("its form again: %d %s", r.Status, r.To)
		}
	})
}

func TestNothingSaidIsNotThisTime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.held(t)
		b := h.browser(t, h.tomas)
		path := "/my/sessions/" + a.ID + "/check-in"
		sent := b.PostForm(path, with(webtest.Carried(b.Open(path)), "landed", " "), http.StatusSeeOther)
		week := b.Open(sent.To)
		has(t, week, "Not this time, then. That is all right.", "Say something after all")
		hasNot(t, week, "After your session")
		b.Post("/my/sessions/"+a.ID+"/skip", http.StatusSeeOther)
		if c := h.steps(t); len(c.Steps) != 0 {
			t.Errorf("kept: %+v", c)
		}
		has(t, b.Open(path), "How was today’s session?")
		b.Post("/my/check-in", http.StatusSeeOther, "id", newID(t))
		b.Post("/my/sessions/"+newID(t)+"/skip", http.StatusNotFound)
		b.Post("/my/sessions/nothing/check-in", http.StatusNotFound, "id", newID(t), "heard", "4")
	})
}

func TestTwoDevicesSeeBothOfWhatWasSaid(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.held(t)
		phone, desk := h.browser(t, h.tomas), h.browser(t, h.tomas)
		path := "/my/sessions/" + a.ID + "/check-in"
		one, two := phone.Open(path), desk.Open(path)
		phone.PostForm(path, with(webtest.Carried(one), "landed", "From the phone"), http.StatusSeeOther)
		clash := desk.PostForm(path, with(webtest.Carried(two), "landed", "From the desk"), http.StatusConflict)
		has(t, clash, "As it is kept", "From the phone", "From the desk", "Put this in its place")
		again := webtest.Carried(clash)
		id := h.steps(t).Steps[0].ID
		desk.PostForm("/my/check-ins/"+id, with(again, "landed", "From the desk"), http.StatusSeeOther)
		if c := h.steps(t); len(c.Steps) != 1 || c.Steps[0].Landed != "From the desk" {
			t.Errorf("kept: %+v", c.Steps)
		}
		late := phone.PostForm("/my/check-ins/"+id, with(again, "landed", "Later"), http.StatusConflict)
		has(t, late, "From the desk", "Later")
	})
}

func TestAClientChangesWhatWasReadAndBothStay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		b.PostForm("/my/check-in", with(webtest.Carried(b.Open("/my/check-in")), "worry", "I felt hurried", "heard", "6"), http.StatusSeeOther)
		step := h.steps(t).Steps[0]
		has(t, b.Open("/my/together"), "I felt hurried", "Not read yet.", "Change it")
		h.w.Do(t, func(ctx context.Context) error {
			return h.alliances.Seen(ctx, h.miriam, access.ClientRecord(h.tomas.ID), step.CheckIn)
		})
		has(t, b.Open("/my/together"), "First read by Miriam today at 10:30.")
		page := b.Open("/my/check-ins/" + step.ID)
		has(t, page, "Miriam has read it. If you change it now, what was read stays beside it.", "I felt hurried")
		b.PostForm("/my/check-ins/"+step.ID, with(webtest.Carried(page), "worry", "A little"), http.StatusSeeOther)
		if now := h.steps(t).Steps[0]; now.Worry != "A little" || len(now.Earlier) != 1 || now.Earlier[0].Worry != "I felt hurried" {
			t.Errorf("kept: %+v", now)
		}
		has(t, b.Open("/my/together"), "Changed today at 10:30, and not read since.")
		record := b.Open("/my/record")
		has(t, record, "Miriam Adler read what you said after a session")
		hasNot(t, record, "has no words for")
	})
}

func TestSomethingQuietIsNoticedInTwoTaps(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		record := access.ClientRecord(h.tomas.ID)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.alliances.ReviseWords(ctx, h.miriam, 0, "Lightness")
			return err
		})
		b := h.browser(t, h.tomas)
		has(t, b.Open("/my/week"), "Notice something quiet")
		page := b.Open("/my/markers/new")
		has(t, page, "Safety", "Trust", "Continuity", "Lightness", "Just for me", "A word of your own")
		first := strings.Index(page.Body, `type="submit"`)
		if first < 0 || !strings.Contains(page.Body[first:strings.Index(page.Body[first:], ">")+first], "disabled") {
			t.Error("the Enter key would choose a word for somebody")
		}
		form := with(webtest.Carried(page), "word", "Trust", "line", "I said it first")
		for range 2 {
			b.PostForm("/my/markers", form, http.StatusSeeOther)
		}
		b.PostForm("/my/markers", with(webtest.Carried(b.Open("/my/markers/new")), "own", "My garden", "just", "yes"), http.StatusSeeOther)
		has(t, b.Open("/my/markers/new"), "My garden")
		list := b.Open("/my/together?said=noticed")
		has(t, list, "Noticed.", "Trust", "I said it first", "My garden", "Only you")
		read := func() (words string) {
			h.w.Do(t, func(ctx context.Context) error {
				all, err := h.alliances.Markers(ctx, h.miriam, record)
				for _, m := range all {
					words += m.Word + " "
				}
				return err
			})
			return words
		}
		if got := read(); got != "Trust " {
			t.Errorf("Miriam sees %q", got)
		}
		var mine []alliance.Marker
		h.w.Do(t, func(ctx context.Context) (err error) {
			mine, err = h.alliances.Markers(ctx, h.tomas, record)
			return err
		})
		b.Post("/my/markers/"+mine[1].ID, http.StatusSeeOther, "do", "share")
		b.Post("/my/markers/"+mine[0].ID, http.StatusSeeOther, "do", "take")
		if got := read(); got != "My garden " {
			t.Errorf("Miriam sees %q", got)
		}
		b.Post("/my/markers/"+mine[1].ID, http.StatusNotFound, "do", "anything")
		back := b.Post("/my/markers", http.StatusUnprocessableEntity, "id", newID(t), "line", "what I typed")
		has(t, back, "Please choose a word")
		if !strings.Contains(back.Body, "what I typed") {
			t.Error("what was typed is gone")
		}
	})
}

func TestNobodyElseComesToTheWorkTogether(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.held(t)
		lea := h.browser(t, h.lea)
		for _, path := range []string{"/my/sessions/" + a.ID + "/check-in", "/my/check-ins/" + a.ID} {
			if r := lea.Send(http.MethodGet, path, nil); r.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, r.Status)
			}
		}
		if r := h.browser(t, h.miriam).Send(http.MethodGet, "/my/together", nil); r.Status != http.StatusNotFound {
			t.Errorf("a clinician on a client's page: %d", r.Status)
		}
	})
}
