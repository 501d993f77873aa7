package main

import (
	"net/url"
	"regexp"
	"testing"
	"time"
)

// inCare writes a safety plan and what nourishes, brings something of it to the session,
// and shows it, with canaries in all of it.
func inCare(t *testing.T, ines, tomas *visitor, record string) {
	t.Helper()
	ines.writes(record+"/safety-plan/text", "/text", map[string]string{
		"agree": "yes", "signs": canary + " stops answering.", "alone": canary + " on the bench.", "places": canary + " pool", "surroundings": canary + " is locked away.",
		"reasons": canary + " is why.", "name-ask-0": canary + " Lea", "phone-ask-0": "0117 " + canary, "words-ask-0": canary + ", can you come.", "name-professionals-0": canary + " Cole",
	})
	tomas.writes("/my/at-hand", "/agree", nil)
	tomas.writes("/my/at-hand/text", "/text", map[string]string{"agree": "no", "signs": canary + " drives past."})
	tomas.sends("/my/at-hand/agree", url.Values{"version": {canary}})
	tomas.sends("/my/at-hand/here", url.Values{"keep": {canary}})
	tomas.writes("/my/nourish/new", "/things", map[string]string{"words": canary + " in the kitchen"})
	thing := regexp.MustCompile(`/my/nourish/things/[0-9a-f-]{36}`).FindString(tomas.goes("/my/nourish").body)
	tomas.writes(thing, "/moments", map[string]string{"line": canary + " until ten", "day": time.Now().AddDate(0, 0, 2).Format(time.DateOnly), "from": "10:00", "to": "11:00", "kept": "yes", "state": "planned"})
	tomas.writes(thing, thing, map[string]string{"words": canary + " in the hall"})
	tomas.sends("/my/nourish/moments/"+canary, url.Values{"line": {canary}, "day": {canary}})
	tomas.writes("/my/nourish", "/show", nil)
	id := regexp.MustCompile(`[0-9a-f-]{36}$`).FindString(thing)
	tomas.writes("/my/bring?kind=nourish&of="+id, "/my/bring", map[string]string{"text": canary + " nourishes.", "how": "both"})
	tomas.sends("/my/bring", url.Values{"kind": {canary}, "of": {canary}, "text": {canary}})
	for _, path := range []string{"/my/nourish?week=" + canary, "/my/at-hand/versions", "/my/bring?kind=" + canary + "&of=" + canary} {
		tomas.sends(path, nil)
	}
	for _, path := range []string{"/safety-plan", "/safety-plan/versions", "/nourish"} {
		ines.goes(record + path)
	}
}
