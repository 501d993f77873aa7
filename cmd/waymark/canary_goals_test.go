package main

import (
	"net/url"
	"regexp"
	"testing"
)

var goalLink = regexp.MustCompile(`/my(/goals/[0-9a-f-]{36})`)

// towards has both write about goals, and leaves canaries in every word; and tries
// what leads nowhere.
func towards(t *testing.T, ines, tomas *visitor, record string) {
	t.Helper()
	tomas.writes("/my/goals/vision", "/goals/vision", map[string]string{"vision": canary + " at a full table"})
	tomas.writes("/my/goals/new", "/my/goals", map[string]string{"words": canary + " goes out", "know": canary + " by tram", "low": canary + " not", "high": canary + " does"})
	link := goalLink.FindStringSubmatch(tomas.goes("/my/goals").body)
	if link == nil {
		t.Fatal("there is no goal")
	}
	goal := link[1]
	ines.writes(record+"/goals", "/agree", nil)
	ines.writes(record+goal+"/change", "/change", map[string]string{"words": canary + " goes far out", "why": canary + " can do more"})
	tomas.writes("/my"+goal, "/agree", nil)
	tomas.writes("/my"+goal, "/rate", map[string]string{"value": "4"})
	tomas.writes("/my"+goal, "/milestones", map[string]string{"words": canary + " three stops"})
	milestone := regexp.MustCompile(`/milestones/[0-9a-f-]{36}`).FindString(tomas.goes("/my" + goal).body)
	ines.writes(record+goal, milestone, map[string]string{"note": canary + " came back"})
	ines.writes(record+goal, "/retire", map[string]string{"as": "arrived", "reason": canary + " is there"})
	tomas.writes("/my"+goal, "/reopen", map[string]string{"reason": canary + " is not"})
	ines.goes(record + "/course")
	tomas.goes("/my/course")

	for _, at := range []string{"/goals/" + canary, "/goals/" + canary + "/change", "/goals/new?replaces=" + canary} {
		tomas.sends("/my"+at, nil)
		ines.sends(record+at, nil)
	}
	odd := url.Values{
		"id": {canary}, "revision": {canary}, "signs": {canary}, "words": {canary}, "know": {canary}, "day": {canary}, "value": {canary}, "voice": {canary},
		"as": {canary}, "reason": {canary}, "note": {canary}, "do": {canary},
	}
	for _, end := range []string{"/agree", "/change", "/rate", "/milestones", "/milestones/" + canary, "/retire", "/reopen"} {
		tomas.sends("/my"+goal+end, odd)
		ines.sends(record+"/goals/"+canary+end, odd)
	}
}
