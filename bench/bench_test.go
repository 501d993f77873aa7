package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestTheGeneratorNeverSendsTheSameTwice(t *testing.T) {
	var mu sync.Mutex
	seen := make(map[string]int)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[r.URL.Path]++
		if r.Method != http.MethodPost || r.Header.Get("Cookie") != "waymark=crumb" || r.FormValue("q1") != "2" {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	defer s.Close()
	file := filepath.Join(t.TempDir(), "targets")
	if err := os.WriteFile(file, []byte("POST\t/a/#\tcrumb\tq1=2\nPOST\t/b/#\tcrumb\tq1=2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := generate(&out, fmt.Sprintf("%s 4 100ms %s 10", s.URL, file)); err != nil {
		t.Fatal(err)
	}
	_, line, ok := strings.Cut(out.String(), "RESULT ")
	f, err := parseResult(line)
	if !ok || err != nil {
		t.Fatalf("%q: %v", out.String(), err)
	}
	if f.failed > 0 || f.requests != int64(len(seen)) || f.requests < 4 {
		t.Errorf("%d requests, %d failed, %d paths", f.requests, f.failed, len(seen))
	}
	for path, n := range seen {
		if n != 1 {
			t.Errorf("%s was sent %d times", path, n)
		}
	}
	if seen["/a/5"] != 1 || seen["/a/4"] != 0 {
		t.Error("counting did not begin where it was to")
	}
}

func TestNumbersAreWrittenWithCommas(t *testing.T) {
	for n, want := range map[int]string{7: "7", 999: "999", 1000: "1,000", 106240: "106,240", 1234567: "1,234,567"} {
		if got := count(n); got != want {
			t.Errorf("count(%d): got %s, want %s", n, got, want)
		}
	}
}
