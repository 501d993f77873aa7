package fhir_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/person"
)

// fetches asks for path, whatever is there.
func (p *program) fetches(method, path string, header ...string) *httptest.ResponseRecorder {
	p.s.t.Helper()
	r := httptest.NewRequest(method, strings.TrimPrefix(path, origin), nil)
	r.Header.Set("Authorization", "Bearer "+p.secret)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.s.Handler.ServeHTTP(w, r)
	return w
}

// exports kicks an export off, and returns the address of its status.
func (p *program) exports(path string) string {
	p.s.t.Helper()
	w := p.fetches("GET", base+path, "Prefer", "respond-async", "Accept", "application/fhir+json")
	if w.Code != http.StatusAccepted || w.Header().Get("Content-Location") == "" {
		p.s.t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	return w.Header().Get("Content-Location")
}

// files are the addresses of the files of an export, by kind.
func (p *program) files(status string) map[string]string {
	p.s.t.Helper()
	w := p.fetches("GET", status, "Accept", "application/json")
	var m struct {
		RequiresAccessToken bool
		Output              []struct{ Type, URL string }
		Error               []any
	}
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil || w.Code != http.StatusOK || !m.RequiresAccessToken || m.Error == nil {
		p.s.t.Fatalf("status: %d %s %v", w.Code, w.Body, err)
	}
	all := make(map[string]string)
	for _, o := range m.Output {
		all[o.Type] = o.URL
	}
	return all
}

// of are the references of a file's lines to whom they are about.
func lines(t *testing.T, kind, text string) (all []tree) {
	t.Helper()
	for line := range strings.Lines(text) {
		var r tree
		if err := json.Unmarshal([]byte(line), &r); err != nil || r["resourceType"] != kind {
			t.Fatalf("a line of %s: %v %s", kind, err, line)
		}
		all = append(all, r)
	}
	return all
}

func TestAPracticeIsExportedAsWhoeverAsksSeesIt(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, who := range []struct {
			who *program
			id  string
		}{{s.program(s.tomas, "patient/*.crs"), s.tomas.ID}, {s.program(s.priya, "patient/*.crs"), s.priya.ID}} {
			for i := range 3 {
				who.who.creates(base+"/QuestionnaireResponse", phq9(who.id, i, 0))
			}
		}
		ines := s.program(s.ines, "system/*.rs")
		status := ines.exports("/$export")
		files := ines.files(status)
		for _, kind := range []string{"Patient", "Practitioner", "Questionnaire", "QuestionnaireResponse", "Observation"} {
			w := ines.fetches("GET", files[kind], "Accept", "application/fhir+ndjson")
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/fhir+ndjson" {
				t.Fatalf("%s: %d %s", kind, w.Code, w.Body)
			}
			all := lines(t, kind, w.Body.String())
			if want := map[string]int{"Patient": 1, "Practitioner": 2, "QuestionnaireResponse": 3, "Observation": 3}[kind]; want > 0 && len(all) != want || len(all) == 0 {
				t.Errorf("%d of %s: %s", len(all), kind, w.Body)
			}
			if strings.Contains(w.Body.String(), s.priya.ID) {
				t.Errorf("%s tells of somebody else's client", kind)
			}
		}
		if files := ines.files(ines.exports("/Patient/$export?_type=Patient,Goal")); len(files) != 2 {
			t.Errorf("files of two kinds: %v", files)
		}

		// Nobody else's program fetches it, nor this one once it was ended.
		other := s.program(s.ines, "system/*.rs")
		odile := s.program(s.odile, "system/*.rs")
		for _, p := range []*program{other, odile} {
			if w := p.fetches("GET", status); w.Code != http.StatusNotFound {
				t.Errorf("the status of another's export: %d", w.Code)
			}
			if w := p.fetches("GET", files["Patient"]); w.Code != http.StatusNotFound {
				t.Errorf("a file of another's export: %d", w.Code)
			}
		}
		if w := ines.fetches("GET", status[:len(status)-4]+"AAAA"); w.Code != http.StatusNotFound {
			t.Errorf("a forged export: %d", w.Code)
		}
		if w := ines.fetches("DELETE", status); w.Code != http.StatusAccepted {
			t.Errorf("ended: %d", w.Code)
		}
		otherwise := strings.Replace(status, "/$export/", "/$export/%0A", 1) // which reads as the same bytes
		for _, address := range []string{status, files["Patient"], otherwise} {
			if w := ines.fetches("GET", address); w.Code != http.StatusNotFound {
				t.Errorf("after its end, %s: %d", address, w.Code)
			}
		}
	})
}

func TestAnExportIsSealedToWhoeverIsToReadIt(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		ines := s.program(s.ines, "system/*.rs")
		files := ines.files(ines.exports("/$export?_recipient=" + id.Recipient().String()))
		w := ines.fetches("GET", files["Patient"])
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "Tomas") || !strings.HasSuffix(files["Patient"], ".ndjson.age") {
			t.Fatalf("%d %s", w.Code, files["Patient"])
		}
		plain, err := age.Decrypt(bytes.NewReader(w.Body.Bytes()), id)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(plain)
		if err != nil || len(lines(t, "Patient", string(text))) != 1 {
			t.Errorf("%s, %v", text, err)
		}
	})
}

func TestAnExportIsRefusedToWhoeverMayNotSeeAPractice(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ines := s.program(s.ines, "system/*.rs")
		for _, c := range []struct {
			who    *program
			path   string
			prefer string
			want   int
		}{
			{s.program(s.tomas, "patient/*.rs"), "/$export", "respond-async", http.StatusForbidden},
			{s.program(s.tomas, "user/*.rs"), "/$export", "respond-async", http.StatusNotFound},
			{s.program(s.ines, "system/Goal.rs"), "/$export", "respond-async", http.StatusForbidden},
			{ines, "/$export", "", http.StatusBadRequest},
			{ines, "/$export?_type=Journal", "respond-async", http.StatusBadRequest},
			{ines, "/$export?_outputFormat=text/csv", "respond-async", http.StatusBadRequest},
			{ines, "/$export?_typeFilter=Goal%3Fx", "respond-async", http.StatusBadRequest},
			{ines, "/$export?_recipient=somebody", "respond-async", http.StatusBadRequest},
			{ines, "/$export?_since=yesterday", "respond-async", http.StatusBadRequest},
		} {
			if w := c.who.fetches("GET", base+c.path, "Prefer", c.prefer); w.Code != c.want {
				t.Errorf("%s: %d, want %d: %s", c.path, w.Code, c.want, w.Body)
			}
		}
		odile := s.Join(t, s.Operator(), "Mara Lind", "mara@example.org", person.Manager)
		mara := s.program(odile, "system/*.rs")
		for kind, file := range mara.files(mara.exports("/$export")) {
			w := mara.fetches("GET", file)
			if kind != "Patient" && kind != "Practitioner" && kind != "Questionnaire" && kind != "Appointment" && w.Body.Len() > 0 {
				t.Errorf("a manager was given %s: %s", kind, w.Body)
			}
		}
	})
}

// A cutter ends something once the answer begins.
type cutter struct {
	*httptest.ResponseRecorder
	cut func()
}

func (c *cutter) WriteHeader(status int) {
	c.cut()
	c.ResponseRecorder.WriteHeader(status)
}

func TestAnExportGoesOnNoFurtherThanItsToken(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ines := s.program(s.ines, "system/*.rs")
		s.program(s.tomas, "patient/*.crs").creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
		files := ines.files(ines.exports("/$export"))
		r := httptest.NewRequest("GET", strings.TrimPrefix(files["QuestionnaireResponse"], origin), nil)
		r.Header.Set("Authorization", "Bearer "+ines.secret)
		w := &cutter{httptest.NewRecorder(), func() {
			s.Do(t, func(ctx context.Context) error { return s.tokens.End(ctx, s.ines, ines.id) })
		}}
		torn := func() (torn any) {
			defer func() { torn = recover() }()
			s.Handler.ServeHTTP(w, r)
			return nil
		}()
		if strings.Contains(w.Body.String(), "QuestionnaireResponse") || torn != http.ErrAbortHandler {
			t.Errorf("got %d %v %s", w.Code, torn, w.Body)
		}
	})
}
