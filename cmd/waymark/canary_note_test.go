package main

import (
	"regexp"
	"testing"
)

// inNotes writes notes, drafts, an amendment and a summary with canaries in all of
// them, looks for one, and throws one away.
func inNotes(t *testing.T, ines *visitor, record string) {
	t.Helper()
	meeting := regexp.MustCompile(record + `/sessions/[0-9a-f-]{36}`).FindString(ines.goes(record + "/sessions").body)
	if meeting == "" {
		t.Fatal("there is no session to write about")
	}
	draft := func(path string, fields map[string]string) pageForm {
		f := formTo(t, ines.goes(path), "/notes/sign")
		for name, value := range fields {
			f.fields.Set(name, value)
		}
		if got := ines.sends(record+"/notes/draft", f.fields); got.status >= 400 {
			t.Fatalf("a draft: %d\n%s", got.status, got.body)
		}
		return f
	}
	note := draft(meeting+"/note", map[string]string{"text": canary + " in a draft."})
	ines.writes(meeting+"/note", "/notes/sign", map[string]string{"text": canary + " is signed."})
	page := record + "/notes/" + note.fields.Get("id")
	draft(page+"/amend", map[string]string{"text": canary + " is amended.", "reason": canary + " was forgotten."})
	ines.writes(page+"/amend", "/notes/sign", map[string]string{"text": canary + " is amended.", "reason": canary + " was forgotten."})
	ines.writes(page, "/share", map[string]string{"summary": canary + " for the client."})
	ines.writes(record+"/notes", "/search", map[string]string{"words": canary})

	other := ines.writes(record+"/notes", record+"/notes", nil)
	path := regexp.MustCompile(record + `/notes/[0-9a-f-]{36}`).FindString(other.header.Get("Location"))
	draft(path, map[string]string{"text": canary + " is thrown away."})
	ines.writes(path, "/throw", nil)
	for _, path := range []string{page, record + "/notes", record + "/notes?q=" + canary} {
		ines.goes(path)
	}
}
