package client_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestAppointmentsAreRemindedOfOnlyAsTheClientChooses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		page := b.Open("/my/reminders")
		has(t, page, "Your appointments", "The evening before", "No device is here")
		if !regexp.MustCompile(`value="none"[^>]*checked`).MatchString(page.Body) {
			t.Error("it does not begin with none")
		}
		if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "trusted-types waymark-worker") {
			t.Errorf("the worker cannot be registered: %s", policy)
		}
		if policy := b.Open("/my/week").Header.Get("Content-Security-Policy"); !strings.Contains(policy, "trusted-types 'none'") {
			t.Errorf("another page: %s", policy)
		}
		form := url.Values{"rev": {"0"}, "how": {"mail"}, "lead": {"soon"}}
		page = b.PostForm("/my/reminders/appointments", form, http.StatusUnprocessableEntity)
		has(t, page, "Please choose how long before")
		if !regexp.MustCompile(`value="mail"[^>]*checked`).MatchString(page.Body) {
			t.Error("what was chosen is gone")
		}
		form.Set("lead", "two-hours")
		said := b.PostForm("/my/reminders/appointments", form, http.StatusSeeOther)
		page = b.Open(said.To)
		has(t, page, "That is how you are reminded of appointments.")
		if !regexp.MustCompile(`value="two-hours"[^>]*checked`).MatchString(page.Body) {
			t.Error("it was not kept")
		}
		form.Set("how", "push")
		has(t, b.PostForm("/my/reminders/appointments", form, http.StatusConflict), "changed meanwhile")
		form.Set("rev", "1")
		b.PostForm("/my/reminders/appointments", form, http.StatusSeeOther)
		has(t, b.Open("/my/reminders"), "nothing can come")
	})
}

func TestADeviceIsAllowedByItsOwnerAndTakenOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		form := url.Values{
			"endpoint": {"https://push.example/wake/1"}, "auth": {strings.Repeat("A", 22)},
			"p256dh": {"BDU370dLKHCAiq5O74g9no3McFd7SaJ95hGnfU5IU5dkrK8acvJwUJkCJdngtLQOkuJivmuOstu9Hg4WlBlcOQM"},
		}
		bad := url.Values{"endpoint": {"https://10.0.0.1/"}, "auth": form["auth"], "p256dh": form["p256dh"]}
		has(t, b.PostForm("/my/reminders/devices", bad, http.StatusUnprocessableEntity), "choose e-mail")
		said := b.PostForm("/my/reminders/devices", form, http.StatusSeeOther)
		page := b.Open(said.To)
		has(t, page, "Messages can come on this device.", "Take it off")
		off := regexp.MustCompile(`/my/reminders/devices/[0-9a-f-]{36}/off`).FindString(page.Body)
		if off == "" {
			t.Fatal("it cannot be taken off")
		}
		said = b.PostForm(off, url.Values{}, http.StatusSeeOther)
		hasNot(t, b.Open(said.To), "Take it off")
	})
}
