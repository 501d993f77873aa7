package main

import (
	"net/url"
	"testing"
)

// atTheBeginning tells the beginning of the work from both sides, finished and
// unfinished, and writes and takes back a working agreement, with canaries in all
// of it.
func atTheBeginning(t *testing.T, ines, tomas *visitor, record string) {
	t.Helper()
	ines.writes(record+"/intake", "/intake/invite", map[string]string{"part": "brings", "note": canary + " invites."})
	tomas.writes("/beginning/1", "/beginning/1", map[string]string{"brings": canary + " brings me.", "different": canary + " would be different."})
	begins := func(v *visitor, path, end, field string) {
		f := formTo(t, v.goes(path), path)
		f.fields.Set(field, canary+" has begun.")
		if got := v.sends(path+end, f.fields); got.status >= 400 {
			t.Fatalf("%s: %d\n%s", path+end, got.status, got.body)
		}
	}
	begins(tomas, "/beginning/3", "/draft", "story")
	tomas.writes("/beginning/3", "/beginning/3", map[string]string{"hard": canary + " is hard."})
	begins(tomas, "/beginning/3", "/room", "story")
	begins(ines, record+"/intake/context", "/draft", "work")
	ines.writes(record+"/intake/health", "/intake/health", map[string]string{"medicines": canary + " milligrams.", "doctor": canary + " the doctor"})
	ines.writes(record+"/intake/summary", "/intake/summary", map[string]string{"understood": canary + " was understood."})
	ines.writes(record+"/agreement/text", "/agreement/text", map[string]string{"rhythm": canary + " each week.", "client": canary + " my part."})
	tomas.writes("/beginning/agreement", "/agreement/sign", nil)
	tomas.writes("/beginning/agreement", "/agreement/withdraw", map[string]string{"words": canary + " not for now."})
	for _, path := range []string{"/beginning", "/beginning/read", "/beginning/1"} {
		tomas.goes(path)
	}
	ines.goes(record + "/intake")
	tomas.sends("/beginning/"+canary, url.Values{"brings": {canary}})
}
