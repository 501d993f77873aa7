package main

import (
	"net/url"
	"testing"
)

// untilWhen has everybody write about the end of a record, and leaves canaries in every
// word; and tries what leads nowhere. ines treats tomas and manages the practice.
func untilWhen(t *testing.T, ines, tomas *visitor, record, client string) {
	t.Helper()
	ines.writes("/records/rule", "/rule", map[string]string{"years": "20", "until": "25", "why": canary + " and counsel agreed."})
	tomas.writes("/my/record/end", "/end", map[string]string{"words": canary + " would like it gone."})
	ines.goes("/records")
	ines.writes("/records/"+client, "/answer", map[string]string{"answer": canary + " must wait."})
	ines.writes("/records/"+client, "/hold", map[string]string{"reason": canary + " complains."})
	ines.writes(record+"/end", "/hold", map[string]string{"reason": canary + " complains again."})
	tomas.goes("/my/record/end")

	odd := url.Values{
		"id": {canary}, "revision": {canary}, "reason": {canary}, "words": {canary}, "name": {canary}, "wish": {canary}, "answer": {canary},
		"born": {canary}, "do": {"close"}, "years": {canary}, "until": {canary}, "why": {canary},
	}
	for _, at := range []string{
		"/records/rule", "/records/" + client + "/hold", "/records/" + client + "/answer", "/records/" + client + "/hold/" + canary + "/release",
		"/people/" + client + "/erase", "/records/" + canary, "/certificates/" + canary, record + "/end", record + "/end/hold", record + "/end/hold/" + canary + "/release",
	} {
		ines.sends(at, odd)
		ines.sends(at+"?q="+canary, nil)
	}
	tomas.sends("/my/record/end", odd)
	tomas.sends("/my/record/end/"+canary+"/withdraw", odd)
}
