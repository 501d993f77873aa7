package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestTheOperatorLetsSomebodyInByTheRunningServer(t *testing.T) {
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	made := o.types(t, "", "init", "--evaluation", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
		"--name", "Ines Vogt", "--email", "ines@example.org")
	if _, err := o.try("", "let-in", "--email", "nobody@example.org"); err == nil || !strings.Contains(err.Error(), "nobody signs in") {
		t.Errorf("nobody was let in: %v", err)
	}
	if _, err := o.try("", "let-in", "--email", "nobody@example.org", "--practice", "elsewhere"); err == nil || !strings.Contains(err.Error(), "no such practice") {
		t.Errorf("in no practice: %v", err)
	}
	p := o.serves(t)
	join := regexp.MustCompile(`/join/[a-z]+\.\w+`).FindString(made)
	res, err := http.PostForm("http://"+p.addr+join, url.Values{"password": {"a lantern below the stairs"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	out := o.types(t, "", "let-in", "--email", "ines@example.org")
	link := regexp.MustCompile(`/recover/[a-z]+\.[A-Za-z0-9_-]{43}`).FindString(out)
	if link == "" || !strings.Contains(out, "60 minutes") {
		t.Fatalf("no link was printed: %s", out)
	}
	status, page := p.get(t, link)
	if status != 200 || !strings.Contains(page, `name="password"`) || strings.Contains(page, `name="code"`) {
		t.Errorf("the link: %d\n%s", status, page)
	}
	if out := o.types(t, "", "audit", "verify"); !strings.Contains(out, "whole") {
		t.Error(out)
	}
	if log, err := p.stops(t); err != nil || strings.Contains(log, link) || strings.Contains(log, "ines@") {
		t.Errorf("the log holds the link or the name: %v\n%s", err, log)
	}
}
