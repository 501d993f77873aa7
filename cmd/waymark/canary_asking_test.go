package main

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
)

var formLink = regexp.MustCompile(`/form/[a-z]{10}\.[0-9a-f]{32}`)

// elsewhere answers on paper and has somebody close fill in a form, and leaves
// canaries in both; and tries what leads nowhere.
func elsewhere(t *testing.T, p *process, ines, tomas *visitor, record string) {
	t.Helper()
	ines.writes(record+"/paper?instrument=gad-7", "/paper", map[string]string{"mode": "paper", "q1": "1", "q2": "2", "note": canary + " on paper"})
	ines.writes(record+"/others", "/others", map[string]string{"instrument": "outside-view", "who": canary + " his aunt", "agreed": canary + " said yes"})
	made := tomas.writes("/my/forms", "/my/forms", map[string]string{"instrument": "outside-view", "who": canary + " my aunt"})
	link := formLink.FindString(made.body)
	if link == "" {
		t.Fatalf("there is no link\n%s", made.body)
	}
	aunt := &visitor{t: t, p: p, cookies: make(map[string]string)}
	aunt.writes(link, link, nil)
	aunt.writes("/form", "/form", map[string]string{"q1": "1", "q6": "2", "note": canary + " from close by"})
	tomas.goes("/my/forms")
	ines.goes(record + "/others")
	tomas.writes("/my/reminders", "/my/reminders", map[string]string{"on": "yes", "from": "20:00"})

	for _, path := range []string{"/form/" + canary, "/no-reminders/" + canary} {
		aunt.sends(path, nil)
		aunt.sends(path, url.Values{"note": {canary}})
	}
	ines.sends(record+"/paper", url.Values{"instrument": {canary}, "note": {canary}})
	ines.sends(record+"/others/"+canary, nil)
	if got := tomas.sends("/my/forms/"+canary, nil); got.status != http.StatusNotFound {
		t.Errorf("a form that is none: %d", got.status)
	}
}
