package main

import (
	"net/url"
	"testing"
)

// builds has a clinician write into the library of practice, and leaves canaries in
// every word; and tries what leads nowhere.
func builds(t *testing.T, ines *visitor) {
	t.Helper()
	written := map[string]string{
		"title": canary + " at the river", "what": canary + " goes out.", "how": canary + " walks.", "notwhen": canary + " is ill", "care": canary + " minds the flood.",
		"smallest": canary + " looks out.", "ratinglabel": canary + " is tense", "ratingmost": "10",
		"q-f1-label": canary + " sees", "q-f1-help": canary + " looks", "q-f1-kind": "choice", "q-f1-choices": canary + " one\n" + canary + " two",
	}
	ines.writes("/exercises/new", "/exercises/new", written)
	written["title"] = canary + " begins something"
	f := formTo(t, ines.goes("/exercises/new?from=grounding@1"), "/exercises/new")
	for name, value := range written {
		f.fields.Set(name, value)
	}
	if got := ines.sends("/exercises/draft", f.fields); got.status >= 400 {
		t.Fatalf("draft: %d\n%s", got.status, got.body)
	}
	ines.writes("/exercises/breathing", "/exercises/breathing/hide", nil)
	ines.goes("/exercises")

	ines.sends("/exercises?q="+canary, nil)
	ines.sends("/exercises/"+canary, nil)
	ines.sends("/exercises/new?from="+canary, nil)
	odd := url.Values{"do": {canary}, "guide": {canary}, "level": {canary}, "minutes": {canary}}
	for name := range f.fields {
		odd.Set(name, canary)
	}
	for _, to := range []string{"/exercises/preview", "/exercises/draft", "/exercises/new", "/exercises/" + canary + "/edit", "/exercises/" + canary + "/hide", "/exercises/" + canary + "/draft/drop"} {
		ines.sends(to, odd)
	}
}
