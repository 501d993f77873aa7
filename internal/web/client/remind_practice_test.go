package client_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
)

func TestPracticeIsRemindedOfOnlyAsTheClientChooses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		page := b.Open("/my/reminders")
		has(t, page, "What you practise", "never more than one message in a day")
		if n := len(regexp.MustCompile(`value="none"[^>]*checked`).FindAllString(page.Body, -1)); n != 2 {
			t.Errorf("%d of two begin with none", n)
		}
		form := url.Values{"rev": {"0"}, "how": {"mail"}, "at": {"soon"}, "days": {"2", "5"}}
		page = b.PostForm("/my/reminders/practice", form, http.StatusUnprocessableEntity)
		has(t, page, "Please give a time of day")
		if !regexp.MustCompile(`value="soon"`).MatchString(page.Body) || !regexp.MustCompile(`value="5"[^>]*checked`).MatchString(page.Body) {
			t.Error("what was chosen is gone")
		}
		form.Set("at", "18:30")
		said := b.PostForm("/my/reminders/practice", form, http.StatusSeeOther)
		page = b.Open(said.To)
		has(t, page, "That is how you are reminded of what you practise.")
		if !regexp.MustCompile(`value="18:30"`).MatchString(page.Body) {
			t.Error("it was not kept")
		}
		form.Set("at", "19:00")
		has(t, b.PostForm("/my/reminders/practice", form, http.StatusConflict), "changed meanwhile")
		form.Set("rev", "1")
		b.PostForm("/my/reminders/practice", form, http.StatusSeeOther)
		form = url.Values{"rev": {"2"}, "how": {"none"}, "at": {"19:00"}}
		b.PostForm("/my/reminders/practice", form, http.StatusSeeOther)
	})
}
