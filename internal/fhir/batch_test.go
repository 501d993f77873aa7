package fhir_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// sends posts a bundle of that type with these entries.
func (p *program) sends(kind string, entries ...string) (int, []tree) {
	p.s.t.Helper()
	res, got := p.asks("POST", base, `{"resourceType":"Bundle","type":"`+kind+`","entry":[`+strings.Join(entries, ",")+`]}`)
	list, _ := got["entry"].([]any)
	var all []tree
	for _, e := range list {
		all = append(all, e.(tree))
	}
	return res.StatusCode, all
}

func get(url string) string { return `{"request":{"method":"GET","url":"` + url + `"}}` }

func post(url, resource string, more ...string) string {
	return `{"resource":` + resource + `,"request":{"method":"POST","url":"` + url + `"` + strings.Join(more, "") + `}}`
}

func TestEachEntryOfABatchIsAnsweredByItself(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/QuestionnaireResponse.crs", "user/Patient.r")
		status, got := p.sends("batch",
			post("QuestionnaireResponse", phq9(s.tomas.ID, 1, 0)),
			get("Patient/"+s.tomas.ID),
			get("Patient/"+s.priya.ID),
			get("Observation?patient="+s.tomas.ID),
			post("QuestionnaireResponse", strings.Replace(phq9(s.tomas.ID, 1, 0), `"completed"`, `"nonsense"`, 1)),
			`{"request":{"method":"DELETE","url":"Patient/`+s.tomas.ID+`"}}`,
			`{"request":{"method":"GET","method":"GET","url":"metadata"}}`,
			post("QuestionnaireResponse", phq9(s.priya.ID, 1, 0)),
			get("QuestionnaireResponse?patient=Patient/"+s.tomas.ID),
			get("https://elsewhere.example/Patient"),
			post("Bundle", `{"resourceType":"Bundle","type":"batch"}`),
			`[]`,
		)
		want := []string{"201", "200", "404", "403", "422", "405", "400", "404", "200", "400", "404", "400"}
		if status != http.StatusOK || len(got) != len(want) {
			t.Fatalf("got %d %v", status, got)
		}
		for i, e := range got {
			r := e["response"].(tree)
			if said := fmt.Sprint(r["status"]); !strings.HasPrefix(said, want[i]) {
				t.Errorf("entry %d: %s %v, want %s", i, said, r["outcome"], want[i])
			}
			if bad := want[i] >= "4"; bad != (r["outcome"] != nil) {
				t.Errorf("entry %d: %v", i, e)
			}
		}
		if found := entries(got[8]["resource"].(tree)); len(found) != 1 || found[0]["id"] != got[0]["resource"].(tree)["id"] {
			t.Errorf("the entry after it finds %v", found)
		}
		if n := s.Count(t, `SELECT count(*) FROM occasion`); n != 1 {
			t.Errorf("%d answers were kept", n)
		}
	})
}

func TestABatchIsBoundedAndATransactionRefused(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/*.crs")
		many := make([]string, 501)
		for i := range many {
			many[i] = get("Patient")
		}
		for name, c := range map[string]struct {
			body   string
			status int
		}{
			"a transaction":       {`{"resourceType":"Bundle","type":"transaction","entry":[` + post("QuestionnaireResponse", phq9(s.tomas.ID, 1, 0)) + `]}`, 422},
			"no type":             {`{"resourceType":"Bundle"}`, 422},
			"another resource":    {`{"resourceType":"Patient"}`, 400},
			"a member twice":      {`{"resourceType":"Bundle","type":"batch","type":"batch"}`, 400},
			"a member not known":  {`{"resourceType":"Bundle","type":"batch","signature":{}}`, 400},
			"501 entries":         {`{"resourceType":"Bundle","type":"batch","entry":[` + strings.Join(many, ",") + `]}`, 413},
			"more than 5 MiB":     {`{"resourceType":"Bundle","type":"batch","entry":["` + strings.Repeat("a", 5<<20) + `"]}`, 413},
			"very deep":           {`{"resourceType":"Bundle","type":"batch","entry":[` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `]}`, 400},
			"not whole":           {`{"resourceType":"Bundle","type":"batch","entry":[`, 400},
			"entries that are no": {`{"resourceType":"Bundle","type":"batch","entry":{}}`, 400},
		} {
			res, got := p.asks("POST", base, c.body)
			if res.StatusCode != c.status || got["resourceType"] != "OperationOutcome" {
				t.Errorf("%s: %d %v, want %d", name, res.StatusCode, got, c.status)
			}
		}
		if status, got := p.sends("batch"); status != http.StatusOK || len(got) != 0 {
			t.Errorf("an empty batch: %d %v", status, got)
		}
		if status, _ := (&program{s: s}).sends("batch", get("Patient")); status != http.StatusUnauthorized {
			t.Errorf("without a token: %d", status)
		}
		if n := s.Count(t, `SELECT count(*) FROM occasion`); n != 0 {
			t.Errorf("%d answers were kept", n)
		}
	})
}

func TestTheAnswersToABatchAreNoMoreThanTheServerCanHold(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/*.crs")
		one := p.gets(http.StatusOK, base+"/Questionnaire?_count=500")
		if len(entries(one)) == 0 {
			t.Fatal("there are no questionnaires")
		}
		many := make([]string, 500)
		for i := range many {
			many[i] = get("Questionnaire?_count=500")
		}
		many[499] = post("QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
		r := httptest.NewRequest("POST", base, strings.NewReader(`{"resourceType":"Bundle","type":"batch","entry":[`+strings.Join(many, ",")+`]}`))
		r.Header.Set("Authorization", "Bearer "+p.secret)
		r.Header.Set("Content-Type", "application/fhir+json")
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, r)
		if n := w.Body.Len(); w.Code != http.StatusOK || n > 24<<20 {
			t.Errorf("got %d with %d MiB", w.Code, n>>20)
		}
		var got struct { // all of it is read as JSON, but of its 16 MiB only this is kept: under the race detector that takes seconds
			Entry []struct{ Response tree }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		list := got.Entry
		if len(list) == 0 {
			t.Fatal("there are no answers")
		}
		first, last := list[0].Response, list[len(list)-1].Response
		if len(list) != 500 || first["status"] != "200 OK" || !strings.HasPrefix(last["status"].(string), "413") || last["outcome"] == nil {
			t.Errorf("%d answers, from %v to %v", len(list), first["status"], last)
		}
		if n := s.Count(t, `SELECT count(*) FROM occasion`); n != 0 {
			t.Errorf("what was refused was kept: %d answers", n)
		}
	})
}

// An ending is what is sent, and ends the token that it came with once it was read.
type ending struct {
	io.Reader
	end func()
}

func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	if err == io.EOF {
		e.end()
	}
	return n, err
}

func TestABatchGoesOnNoFurtherThanItsToken(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/*.crs")
		body := &ending{strings.NewReader(`{"resourceType":"Bundle","type":"batch","entry":[` + get("Patient/"+s.tomas.ID) + `,` + post("QuestionnaireResponse", phq9(s.tomas.ID, 1, 0)) + `]}`), func() {
			s.Do(t, func(ctx context.Context) error { return s.tokens.End(ctx, s.ines, p.id) })
		}}
		r := httptest.NewRequest("POST", base, body)
		r.Header.Set("Authorization", "Bearer "+p.secret)
		r.Header.Set("Content-Type", "application/fhir+json")
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, r)
		if strings.Count(w.Body.String(), `"status":"401 Unauthorized"`) != 2 || strings.Contains(w.Body.String(), "Tomas") {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
		if n := s.Count(t, `SELECT count(*) FROM occasion`); n != 0 {
			t.Errorf("%d answers were kept", n)
		}
	})
}
