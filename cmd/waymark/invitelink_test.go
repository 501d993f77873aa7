package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheOperatorPrintsALinkForWhoeverNoLetterReaches has the mail server away: the first
// clinician comes in all the same, and by the newest link alone.
func TestTheOperatorPrintsALinkForWhoeverNoLetterReaches(t *testing.T) {
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: map[string]string{"WAYMARK_MAIL": "smtp://127.0.0.1:1?tls=none"}}
	made := o.types(t, "", "init", "--evaluation", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
		"--name", "Ines Vogt", "--email", "ines@example.org")
	for _, wrong := range []string{"--person=ines", "--person=01a1ee94-eda0-7e39-af1f-d827e14f321e", "--email=nobody@example.org"} {
		if _, err := o.try("", "invite-link", wrong); err == nil || !strings.Contains(err.Error(), "nobody who was invited") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	p := o.serves(t)
	links := regexp.MustCompile(`/join/[a-z]+\.\w+`)
	first := links.FindString(made)
	out := o.types(t, "", "invite-link", "--email", "ines@example.org")
	second := links.FindString(out)
	if second == "" || second == first || !strings.Contains(out, "14 days") || strings.Contains(out, "Ines") {
		t.Fatalf("it printed %s", out)
	}
	if status, page := p.get(t, first); status == 200 && strings.Contains(page, `name="password"`) {
		t.Error("the link from before lets in still")
	}
	res, err := http.PostForm("http://"+p.addr+second, url.Values{"password": {"a lantern below the stairs"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if _, err := o.try("", "invite-link", "--email", "ines@example.org"); err == nil || !strings.Contains(err.Error(), "nobody who was invited") {
		t.Errorf("for whoever has come in: %v", err)
	}
	if out := o.types(t, "", "audit", "verify"); !strings.Contains(out, "whole") {
		t.Error(out)
	}
	if log, err := p.stops(t); err != nil || strings.Contains(log, second) || strings.Contains(log, "ines@") {
		t.Errorf("the log holds the link or the name: %v\n%s", err, log)
	}
}
