package main

import (
	"encoding/base64"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var (
	feedAddress = regexp.MustCompile(`/feed/[a-z]{10}\.[a-z2-7]{32}\.ics`)
	shownFields = regexp.MustCompile(`name="(user|made)"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="(user|made)"`)
)

// inCalendars connects calendars in every way there is, with canaries in the words for
// them, in what a calendar program writes, and in what leads nowhere.
func inCalendars(t *testing.T, p *process, ines, tomas *visitor) {
	t.Helper()
	for _, v := range []*visitor{ines, tomas} {
		made := v.writes("/account/calendar", "/calendar/addresses", map[string]string{"label": canary + " pocket"})
		where := feedAddress.FindString(made.body)
		if got := (&visitor{t: t, p: p}).sends(where, nil); where == "" || got.status != http.StatusOK || strings.Contains(got.body, canary) {
			t.Errorf("a feed at %q: %d\n%s", where, got.status, got.body)
		}
	}
	ines.writes("/account/calendar/sources", "/calendar/sources", map[string]string{"label": canary + " at home", "address": "https://localhost:4443/" + canary + ".ics"})
	f := formTo(t, ines.goes("/account/calendar/programs"), "/calendar/programs")
	f.fields.Set("label", canary+" program")
	key := make(map[string]string)
	for _, m := range shownFields.FindAllStringSubmatch(ines.sends(f.action, f.fields).body, -1) {
		key[m[1]+m[4]] = m[2] + m[3]
	}
	dav := func(method, path, body string) int {
		t.Helper()
		r, err := http.NewRequest(method, "http://"+p.addr+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "text/calendar")
		r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(key["user"]+":"+key["made"])))
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		io.Copy(io.Discard, res.Body)
		return res.StatusCode
	}
	const own = "/dav/me/calendars/own/"
	event := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//" + canary + "//\r\nBEGIN:VEVENT\r\nUID:" + canary + "\r\nDTSTAMP:20260101T000000Z\r\n" +
		"DTSTART:20270105T090000Z\r\nDTEND:20270105T100000Z\r\nSUMMARY:" + canary + " at the dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	if got := dav(http.MethodPut, own+canary+".ics", event); got != http.StatusCreated {
		t.Errorf("a busy block: %d", got)
	}
	dav(http.MethodPut, own+canary+"-2.ics", "no event of "+canary)
	dav(http.MethodDelete, own+canary+"-3.ics", "")
	dav(http.MethodGet, own+canary+"-4.ics", "")
	dav("REPORT", own, "<"+canary)
	ines.sends("/feed/"+canary+".ics", nil)
	ines.goes("/account/calendar")
}
