package main

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
)

// practises has a clinician suggest something and answer how it went, and the client
// take it up, change it and log it, with canaries in all words.
func practises(t *testing.T, ines, tomas *visitor, record string) {
	t.Helper()
	ines.writes(record+"/practice/new", record+"/practice", map[string]string{
		"title": canary + " on the tram", "words": canary + " goes two stops.", "often": canary + " often", "when": canary + " in the morning",
		"small": canary + " looks at it.", "why": canary + " said so.",
	})
	at := regexp.MustCompile(`/my/practice/[0-9a-f-]{36}`).FindString(tomas.goes("/my/practice").body)
	send := func(to string, form url.Values) {
		t.Helper()
		if got := tomas.sends(to, form); got.status != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", to, got.status, got.body)
		}
	}
	send(at, url.Values{"revision": {"1"}, "turn": {"smaller"}, "title": {canary + " on the bus"}, "words": {canary + " goes one stop."}, "small": {canary + " waits."}})
	tomas.writes(at, at+"/logs", map[string]string{"how": "tried", "note": canary + " got off early."})
	log := regexp.MustCompile(at + `/logs/[0-9a-f-]{36}`).FindString(tomas.goes(at).body)
	tomas.goes(log)
	send(log, url.Values{"revision": {"1"}, "how": {"did"}, "note": {canary + " stayed."}, "mine": {"yes"}, "when": {"week"}})
	thought := regexp.MustCompile(`/my/exercises/([0-9a-f]{32})">Writing a thought down`).FindStringSubmatch(tomas.goes("/my/exercises").body)[1]
	tomas.writes("/my/practice/new?exercise="+thought, "/my/practice", map[string]string{"title": canary + " thinks"})
	ines.writes(record+"/practice", record+"/practice/logs/1/line", map[string]string{"line": canary + " is glad."})
	for _, path := range []string{"/my/practice", "/my/week", at} {
		tomas.goes(path)
	}
	ines.goes("/exercises/used")

	tomas.sends("/my/practice/"+canary, url.Values{"turn": {canary}, "revision": {canary}})
	tomas.sends(at+"/logs", url.Values{"id": {canary}, "how": {canary}, "when": {canary}, "other": {canary}})
	tomas.sends(at+"/logs/"+canary, url.Values{"how": {canary}})
	tomas.sends("/my/practice/new?exercise="+canary, nil)
	ines.sends(record+"/practice/"+canary+"/withdraw", nil)
	ines.sends(record+"/practice/logs/"+canary+"/line", url.Values{"line": {canary}})
}
