package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestMetricsKnowRoutesAndOutcomesAndNothingOfAnybody(t *testing.T) {
	s := new(server)
	m := newMetrics(s)
	answer := func(method, path, route string, status int) {
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			io.WriteString(w, "x")
		})
		m.counted(httptest.NewRecorder(), httptest.NewRequest(method, path, nil), route, h)
	}
	answer("GET", "/clients/01a1959c-7060", "GET /clients/{id}", 200)
	answer("GET", "/clients/nobody", "GET /clients/{id}", 404)
	answer("POST", "/answers/01a1959c-7060", "POST /answers/{id}", 303)
	answer("POST", "/answers/01a1959c-7060", "POST /answers/{id}", 422)
	answer("PURGE-01a1959c-7060", "/", "", 405)

	w := httptest.NewRecorder()
	m.handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	said := w.Body.String()
	for _, want := range []string{
		`waymark_requests_total{method="GET",route="GET /clients/{id}",status="2xx"} 1`,
		`waymark_requests_total{method="GET",route="GET /clients/{id}",status="4xx"} 1`,
		`waymark_requests_total{method="other",route="none",status="4xx"} 1`,
		"waymark_saves_total 1\n", "waymark_refused_total 1\n", "waymark_unlocked 0\n", "waymark_database_writable 0\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no %s in\n%s", want, said)
		}
	}
	if strings.Contains(said, "01a1959c") {
		t.Error("an id stands in the metrics")
	}
}
