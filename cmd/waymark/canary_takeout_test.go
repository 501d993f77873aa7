package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// takesAlong has a client take their record along, with canaries in all of it, and say
// when to be reminded of practice.
func takesAlong(t *testing.T, tomas *visitor) {
	t.Helper()
	tomas.goes("/my/archive")
	for _, path := range []string{"/my/archive/record.html", "/my/archive/record.json"} {
		if got := tomas.goes(path); !strings.Contains(got.body, canary) {
			t.Errorf("%s: %d, without the client's own words", path, got.status)
		}
	}
	for _, path := range []string{"/my/archive/bundle.json", "/my/archive/shared.json", "/my/archive/archive.zip"} {
		if got := tomas.goes(path); got.status != http.StatusOK {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	tomas.sends("/my/archive/record.html?of="+canary, nil)
	for _, form := range []url.Values{{"how": {"mail"}, "at": {"17:00"}, "rev": {"0"}, "days": {"1"}}, {"how": {canary}, "at": {canary}, "days": {canary}}} {
		if got := tomas.sends("/my/reminders/practice", form); got.status != http.StatusSeeOther && got.status != http.StatusUnprocessableEntity {
			t.Errorf("/my/reminders/practice: %d", got.status)
		}
	}
}
