package main

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
)

// inTheRoom brings things to a session from both sides, one of them for the session
// only, holds it and keeps what comes of it, with canaries in all of it.
func inTheRoom(t *testing.T, ines, tomas *visitor, record string) {
	t.Helper()
	f := formTo(t, tomas.goes("/my/session"), "/my/agenda")
	item := f.fields.Get("id")
	f.fields.Set("text", canary+" is hard to say.")
	f.fields.Set("how", "me")
	if got := tomas.sends(f.action, f.fields); got.status >= 400 {
		t.Fatalf("%s: %d\n%s", f.action, got.status, got.body)
	}
	ines.writes(record+"/sessions", "/agenda", map[string]string{"text": canary + " is what we bring."})
	f = formTo(t, ines.goes(record+"/sessions"), "/begin")
	f.fields.Set("minutes", "25")
	begun := ines.sends(f.action, f.fields)
	at := begun.header.Get("Location")
	id := regexp.MustCompile(`[0-9a-f-]{36}$`).FindString(at)
	if begun.status != http.StatusSeeOther || id == "" {
		t.Fatalf("%s: %d %s\n%s", f.action, begun.status, at, begun.body)
	}
	if got := tomas.sends("/my/agenda/"+item+"/open", url.Values{"at": {id}}); got.status != http.StatusSeeOther {
		t.Fatalf("open: %d\n%s", got.status, got.body)
	}
	ines.writes(at, "/kept", map[string]string{
		"decisions": canary + " was decided.", "for-client": canary + " is a step.", "for-clinician": canary + " is ours.", "open": canary + " stays open.",
		"calm": canary + " is calm.",
	})
	ines.writes(at, "/meant", map[string]string{"call": "tool", "intent": canary + " is meant.", "name-1": canary + " as a tool", "use-1": "let go", "instead": canary + " happened."})
	if got := ines.sends(at+"/end", url.Values{}); got.status != http.StatusSeeOther {
		t.Fatalf("end: %d\n%s", got.status, got.body)
	}
	ines.goes(at)
	for _, path := range []string{"/my/sessions", "/my/sessions/" + id, "/my/session"} {
		tomas.goes(path)
	}
	tomas.sends("/my/agenda/"+canary+"/talked", url.Values{"at": {canary}})
	ines.sends(record+"/sessions/"+canary+"/kept", url.Values{"calm": {canary}})
}
