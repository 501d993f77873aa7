package main

import (
	"net/http"
	"regexp"
	"testing"
)

// afterwards has a clinician write for herself, after a session that she begins now and
// over the week, with canaries in all of it, change it, and look at what comes of it.
func afterwards(t *testing.T, ines *visitor, record string) {
	t.Helper()
	sessions := regexp.MustCompile(record+`/sessions/[0-9a-f-]{36}`).FindAllString(ines.goes(record+"/sessions").body, -1)
	minute := ""
	for _, at := range sessions {
		if got := ines.goes(at + "/minute"); got.status == http.StatusOK {
			minute = at + "/minute"
		}
	}
	if minute == "" {
		begun := ines.writes(record+"/sessions", "/begin", map[string]string{"minutes": "25"})
		minute = regexp.MustCompile(record+`/sessions/[0-9a-f-]{36}`).FindString(begun.header.Get("Location")) + "/minute"
	}
	ines.writes(minute, "/minute", map[string]string{"do": "keep", "text": canary + " sat by the door.", "leaving": "heavier"})
	ines.writes("/reflections", "/reflections", map[string]string{"text": canary + " and the silence."})
	one := regexp.MustCompile(`/reflections/[0-9a-f-]{36}`).FindString(ines.goes("/reflections").body)
	ines.writes(one, one, map[string]string{"text": canary + " and the quiet."})
	for _, path := range []string{record + "/brief", record + "/balance", "/balance", "/today"} {
		ines.goes(path)
	}
	ines.sends("/reflections/"+canary, nil)
	ines.sends(record+"/sessions/"+canary+"/minute", nil)
	ines.sends("/clients/"+canary+"/balance/aside", nil)
}
