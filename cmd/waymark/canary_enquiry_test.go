package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	answerLink  = regexp.MustCompile(`/answer/[a-z]{10}\.[0-9a-f]{32}`)
	enquiryLink = regexp.MustCompile(`/enquiries/[0-9a-f-]{36}`)
)

// strangers ask for a consultation, are answered, add and take back, and one is taken
// on; they leave canaries in all of it, and in what is refused. The practice has
// published its page.
func strangers(t *testing.T, p *process, ines, bert *visitor) {
	t.Helper()
	nobody := &visitor{t: t, p: p, cookies: make(map[string]string)}
	page := beginPath(nobody.goes("/").body)
	asks := func(name string) (link string) {
		form := formTo(t, nobody.goes(page), "/begin")
		for field, value := range map[string]string{
			"name": canary + " " + name, "email": "kanari." + name + "@example.org", "reach": "message", "agree": "yes", "brings": canary + " lies awake. " + name,
			"best": canary + " in the morning", "times": canary + " on Tuesdays", "language": canary,
		} {
			form.fields.Set(field, value)
		}
		early := nobody.sends(form.action, form.fields) // asked for once more, and not kept
		if early.status != http.StatusUnprocessableEntity {
			t.Fatalf("at once: %d\n%s", early.status, early.body)
		}
		form.fields.Set("brings", canary+" wants to die. "+name)
		time.Sleep(4200 * time.Millisecond)
		if got := nobody.sends(form.action, form.fields); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Before this is sent") {
			t.Fatalf("words of danger: %d\n%s", got.status, got.body)
		}
		form.fields.Set("anyway", "yes")
		got := nobody.sends(form.action, form.fields)
		if link = answerLink.FindString(got.body); link == "" {
			t.Fatalf("there is no link: %d\n%s", got.status, got.body)
		}
		return link
	}
	kept, gone := asks("kim"), asks("lou")
	nobody.writes(kept, kept, map[string]string{"line": canary + " adds a line."})
	nobody.writes(gone, "/withdraw", nil)
	list := ines.goes("/enquiries")
	one := enquiryLink.FindString(list.body)
	if one == "" || !strings.Contains(list.body, canary+" kim") || strings.Contains(list.body, canary+" lou") {
		t.Fatalf("the inbox:\n%s", list.body)
	}
	colleague := formTo(t, ines.goes(one), one)
	ines.sends(one, url.Values{"id": {newID(t)}, "revision": {colleague.fields.Get("revision")}, "move": {"wait"}, "told": {canary + " is on the list."}, "among": {canary + " suits us."}})
	nobody.goes(kept)
	ines.goes("/callers")
	bert.writes(one+"/accept", "/accept", nil)
	nobody.goes(kept)

	nobody.sends("/p/"+canary+"/begin", url.Values{"brings": {canary}})
	nobody.sends("/answer/"+canary, url.Values{"line": {canary}, "id": {canary}})
	nobody.sends("/answer/"+canary+"/withdraw", url.Values{})
	bert.sends("/enquiries/"+canary, url.Values{"move": {canary}, "told": {canary}, "id": {canary}})
	bert.sends("/enquiries/"+noSuch, url.Values{"move": {canary}, "told": {canary}, "id": {canary}})
	bert.sends("/enquiries/junk", url.Values{"id": {canary}})
	bert.sends("/enquiries?pile="+canary+"&page="+canary, nil)
}

// beginPath is the way to the form from the page of the practice.
func beginPath(body string) string {
	return regexp.MustCompile(`/p/[a-z0-9-]+/begin`).FindString(body)
}
