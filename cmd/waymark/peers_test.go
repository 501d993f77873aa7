package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestWithAProxyInFrontNobodyElseIsAnsweredInTheClear(t *testing.T) {
	sealed := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("Linden House")) }))
	asks := func(c config, from, path string) (int, string) {
		s := &server{config: c, admits: c.admits()}
		s.sealed.Store(&sealed)
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = from
		r.Header.Set("X-Forwarded-For", "10.0.0.2")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	wide := config{Listen: "0.0.0.0:8420", TLS: "off", TrustedProxy: "10.0.0.2, fd00::/8", Origin: "https://practice.example"}
	for from, want := range map[string]int{
		"10.0.0.2:4000": 200, "[::ffff:10.0.0.2]:4000": 200, "[fd00::7]:4000": 200, "127.0.0.1:4000": 200, "[::1]:4000": 200,
		"10.0.0.3:4000": 421, "192.0.2.1:4000": 421, "[fe80::1%eth0]:4000": 421, "nonsense": 421,
	} {
		status, body := asks(wide, from, "/p/linden-house")
		if status != want || status != 200 && strings.Contains(body, "Linden") {
			t.Errorf("%s: %d %q, want %d", from, status, body, want)
		}
	}
	if status, body := asks(wide, "192.0.2.1:4000", "/healthz"); status != 200 || body != "alive\n" {
		t.Errorf("whether the server lives: %d %q", status, body)
	}
	for name, c := range map[string]config{
		"TLS of its own":         {Listen: "0.0.0.0:443", TLS: "files", TrustedProxy: "10.0.0.2"},
		"this machine only":      {Listen: "127.0.0.1:8420", TLS: "off", TrustedProxy: "10.0.0.2"},
		"nobody's word believed": {Listen: "127.0.0.1:8420", TLS: "off"},
	} {
		if status, _ := asks(c, "192.0.2.1:4000", "/"); status != 200 {
			t.Errorf("%s: %d", name, status)
		}
	}
	f := wide.lookAtTLS(time.Now())
	if f.Level != note || !strings.Contains(f.Means, "in the clear") {
		t.Errorf("doctor: %+v", f)
	}
	near := wide
	near.Listen = "127.0.0.1:8420"
	if f := near.lookAtTLS(time.Now()); f.Level != good {
		t.Errorf("doctor of a proxy on the same machine: %+v", f)
	}
}
