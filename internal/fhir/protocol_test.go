package fhir_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

func TestWhatWasAnsweredHasAHistoryOfOneVersion(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.tomas, "patient/*.crs")
		made := p.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
		here := base + "/QuestionnaireResponse/" + made["id"].(string)
		h := p.gets(http.StatusOK, here+"/_history")
		if h["type"] != "history" || h["total"] != 1.0 || fmt.Sprint(entries(h)[0]) != fmt.Sprint(p.gets(http.StatusOK, here)) {
			t.Errorf("got %v", h)
		}
		if h := p.gets(http.StatusOK, here+"/_history?_since=2027"); h["total"] != 0.0 {
			t.Errorf("since then there is %v", h)
		}
		p.gets(http.StatusOK, here+"/_history/1")
		p.gets(http.StatusNotFound, here+"/_history/2")
		other := s.program(s.odile, "user/*.rs")
		other.gets(http.StatusNotFound, here+"/_history")
		other.gets(http.StatusNotFound, here+"/_history/1")
	})
}

func TestWhatHasNotChangedIsNotSentAgain(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.tomas, "patient/*.crs")
		made := p.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
		here := base + "/QuestionnaireResponse/" + made["id"].(string)
		for _, c := range []struct {
			name, value string
			status      int
		}{
			{"If-None-Match", `W/"1"`, 304},
			{"If-None-Match", `"0", "1"`, 304},
			{"If-None-Match", `W/"2"`, 200},
			{"If-Modified-Since", waytest.Start.Add(time.Hour).Format(http.TimeFormat), 304},
			{"If-Modified-Since", waytest.Start.Add(-time.Hour).Format(http.TimeFormat), 200},
			{"If-Match", `W/"1"`, 200},
			{"If-Match", `W/"2"`, 412},
		} {
			r, _ := p.asks("GET", here, "", c.name, c.value)
			if r.StatusCode != c.status {
				t.Errorf("%s %s: %d, want %d", c.name, c.value, r.StatusCode, c.status)
			}
		}
	})
}

func TestWhatCannotBeDoneIsSaidInWordsOfFHIR(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.tomas, "patient/*.crs")
		made := p.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
		here := base + "/QuestionnaireResponse/" + made["id"].(string)
		for _, c := range []struct {
			method, path string
			header       []string
			status       int
			allow        string
		}{
			{"PUT", here, []string{"If-Match", `W/"1"`}, 405, "GET"},
			{"PATCH", here, nil, 405, "GET"},
			{"DELETE", base + "/Patient/" + s.tomas.ID, nil, 405, "GET"},
			{"POST", base + "/Patient", nil, 405, "GET"},
			{"DELETE", base + "/", nil, 405, "POST"},
			{"GET", base + "/Medication", nil, 404, ""},
			{"POST", base + "/Medication", nil, 404, ""},
			{"GET", base + "/", nil, 405, "POST"},
			{"GET", here, []string{"Accept", "application/fhir+xml"}, 406, ""},
			{"GET", here + "?_format=xml", nil, 406, ""},
			{"GET", here, []string{"Accept", "text/html, application/*;q=0.5"}, 200, ""},
		} {
			res, got := p.asks(c.method, c.path, "", c.header...)
			if res.StatusCode != c.status || c.status != 200 && got["resourceType"] != "OperationOutcome" || res.Header.Get("Allow") != c.allow {
				t.Errorf("%s %s %v: %d %q %v, want %d %q", c.method, c.path, c.header, res.StatusCode, res.Header.Get("Allow"), got, c.status, c.allow)
			}
		}
	})
}

func TestWhatPointsSomewhereBringsItAlong(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/*.crs")
		p.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
		p.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 2, 0))
		s.Do(t, func(ctx context.Context) error {
			_, err := s.sessions.Plan(ctx, s.ines, access.ClientRecord(s.tomas.ID), session.Form{ID: webtest.NewID(t), Start: waytest.Start.Add(time.Minute), Length: 50 * time.Minute})
			return err
		})
		s.Clock.Pass(2 * time.Hour)
		p = s.program(s.ines, "user/*.crs")
		for path, want := range map[string]map[string]int{
			"Observation?_include=Observation:derived-from":                       {"Observation": 2, "QuestionnaireResponse": 2},
			"QuestionnaireResponse?_include=QuestionnaireResponse:questionnaire":  {"QuestionnaireResponse": 2, "Questionnaire": 1},
			"QuestionnaireResponse?_include=QuestionnaireResponse:subject":        {"QuestionnaireResponse": 2, "Patient": 1},
			"Encounter?_include=Encounter:appointment&_include=Encounter:patient": {"Encounter": 1, "Appointment": 1, "Patient": 1},
			"Observation?date=lt2020&_include=Observation:derived-from":           {},
			"Observation?_count=1&_include=Observation:derived-from":              {"Observation": 1, "QuestionnaireResponse": 1},
			"Observation?_summary=count&_include=Observation:patient":             {},
		} {
			b := p.gets(http.StatusOK, base+"/"+path+"&patient="+s.tomas.ID)
			if got := kindsOf(idsIn(b)); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: got %v, want %v", path, got, want)
			}
			if strings.Contains(path, "_count=1") && !strings.Contains(next(b), "_include") {
				t.Errorf("the next page brings nothing along: %s", next(b))
			}
		}
		p.gets(http.StatusBadRequest, base+"/Observation?_include=Observation:performer&patient="+s.tomas.ID)
		p.gets(http.StatusBadRequest, base+"/Observation?_revinclude=Provenance:target&patient="+s.tomas.ID)
		s.program(s.ines, "user/Observation.rs").gets(http.StatusForbidden, base+"/Observation?_include=Observation:derived-from&patient="+s.tomas.ID)
	})
}

func TestValidatingKeepsNothing(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/*.crs")
		good := phq9(s.tomas.ID, 1, 0)
		for body, want := range map[string]string{
			good: "information",
			strings.Replace(good, `"completed"`, `"finished"`, 1):       "error",
			strings.Replace(good, "LA6569-3", "LA1-1", 1):               "error",
			strings.Replace(good, `"2026-11-19"`, `"yesterday"`, 1):     "error",
			strings.Replace(good, `"status":`, `"mood":1,"status":`, 1): "error",
		} {
			res, got := p.asks("POST", base+"/QuestionnaireResponse/$validate", body)
			if res.StatusCode != http.StatusOK || got["issue"].([]any)[0].(tree)["severity"] != want {
				t.Errorf("%.80s: %d %v, want %s", body, res.StatusCode, got, want)
			}
		}
		there, _ := p.asks("POST", base+"/QuestionnaireResponse/$validate", phq9(s.priya.ID, 1, 0))
		not, _ := p.asks("POST", base+"/QuestionnaireResponse/$validate", phq9(webtest.NewID(t), 1, 0))
		if there.StatusCode != not.StatusCode {
			t.Errorf("%d for somebody who is here, %d for nobody", there.StatusCode, not.StatusCode)
		}
		s.program(s.ines, "user/*.rs").asksFor(http.StatusForbidden, "POST", base+"/QuestionnaireResponse/$validate", good)
		if n := s.Count(t, `SELECT count(*) FROM occasion`); n != 0 {
			t.Errorf("%d answers were kept", n)
		}
	})
}

// asksFor asks, and wants the status.
func (p *program) asksFor(status int, method, path, body string, header ...string) tree {
	p.s.t.Helper()
	res, got := p.asks(method, path, body, header...)
	if res.StatusCode != status {
		p.s.t.Errorf("%s %s: %d %v, want %d", method, path, res.StatusCode, got, status)
	}
	return got
}

func TestEveryKindIsFoundByIDAndByWhenItChanged(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/*.crs")
		made := p.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))["id"].(string)
		own := s.program(s.tomas, "patient/*.rs")
		nowhere := "aaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaa"
		c := own.gets(http.StatusOK, base+"/metadata")
		for _, r := range c["rest"].([]any)[0].(tree)["resource"].([]any) {
			kind := r.(tree)["type"].(string)
			if all := entries(own.gets(http.StatusOK, base+"/"+kind+"?_id="+nowhere)); len(all) != 0 {
				t.Errorf("%s finds by the id of nothing %v", kind, all)
			}
			if !strings.Contains(fmt.Sprint(r.(tree)["searchParam"]), "_lastUpdated") {
				own.gets(http.StatusBadRequest, base+"/"+kind+"?_lastUpdated=lt1990")
				continue
			}
			if all := entries(own.gets(http.StatusOK, base+"/"+kind+"?_lastUpdated=lt1990")); len(all) != 0 {
				t.Errorf("%s finds what changed before there was any: %v", kind, all)
			}
			was := len(entries(own.gets(http.StatusOK, base+"/"+kind)))
			if now := len(entries(own.gets(http.StatusOK, base+"/"+kind+"?_lastUpdated=ge1990&_count=500"))); now < was {
				t.Errorf("%s: %d of %d changed since ever", kind, now, was)
			}
		}
		for path, n := range map[string]int{
			"_id=" + made:                                            1,
			"_id=" + made + "," + nowhere:                            1,
			"_id=" + made + "&patient=" + s.tomas.ID:                 1,
			"_id=" + made + "&patient=" + s.priya.ID:                 0,
			"patient=" + s.tomas.ID + "&_lastUpdated=ge2026-11-19":   1,
			"patient=" + s.tomas.ID + "&_lastUpdated=lt2026-11-19":   0,
			"patient=" + s.tomas.ID + "&_lastUpdated=gt2026-11-19":   0,
			"subject=Patient/" + s.tomas.ID + "&authored=2026-11-19": 1,
		} {
			if all := entries(p.gets(http.StatusOK, base+"/QuestionnaireResponse?"+path)); len(all) != n {
				t.Errorf("%s finds %d, want %d", path, len(all), n)
			}
		}
		if all := entries(s.program(s.odile, "user/*.rs").gets(http.StatusOK, base+"/QuestionnaireResponse?_id="+made)); len(all) != 0 {
			t.Errorf("somebody else finds %v by its id", all)
		}
	})
}

func TestACountIsOfAllPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/*.crs")
		for n := range 3 {
			p.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, n, 0))
		}
		own := s.program(s.tomas, "patient/*.rs")
		for _, r := range own.gets(http.StatusOK, base+"/metadata")["rest"].([]any)[0].(tree)["resource"].([]any) {
			kind := r.(tree)["type"].(string)
			if kind == "AuditEvent" { // each question adds one
				own.gets(http.StatusOK, base+"/"+kind+"?_count=0")
				continue
			}
			want := len(entries(own.gets(http.StatusOK, base+"/"+kind+"?_count=500")))
			for _, only := range []string{"_summary=count", "_count=0", "_count=1&_summary=count", "_summary=count&_count=0"} {
				b := own.gets(http.StatusOK, base+"/"+kind+"?"+only)
				if b["total"] != float64(want) || len(entries(b)) != 0 || next(b) != "" {
					t.Errorf("%s?%s: %v, want a total of %d alone", kind, only, b, want)
				}
			}
		}
		for search, want := range map[string]float64{"Observation?date=2026-11-19": 3, "Observation?date=lt2020": 0, "QuestionnaireResponse?_lastUpdated=ge2026-11-19": 3, "Observation?code=daily-log": 0} {
			if b := own.gets(http.StatusOK, base+"/"+search+"&_summary=count"); b["total"] != want {
				t.Errorf("%s: %v, want %v", search, b["total"], want)
			}
		}
	})
}

func TestWhoeverHasNoRecordOfTheirOwnIsToldToSayWhose(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/*.rs")
		for _, kind := range []string{"Observation", "QuestionnaireResponse", "Goal", "Slot"} {
			said := p.gets(http.StatusBadRequest, base+"/"+kind)
			if text := fmt.Sprint(said["issue"]); !strings.Contains(text, "patient=") {
				t.Errorf("%s: %s", kind, text)
			}
			p.gets(http.StatusNotFound, base+"/"+kind+"?patient="+webtest.NewID(t))
		}
		p.gets(http.StatusOK, base+"/Patient")
	})
}
