package fhir_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestASlowBodyIsRefusedSoonAndKeepsNobodyWaiting(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.tomas, "patient/*.crs")
		server := httptest.NewServer(s.Handler)
		defer server.Close()
		addr := strings.TrimPrefix(server.URL, "http://")
		var slow sync.WaitGroup
		for i, where := range []string{"/QuestionnaireResponse", "/Patient/_search", "/QuestionnaireResponse/$validate", "", "/Medication"} {
			kind := "application/fhir+json"
			if strings.HasSuffix(where, "_search") {
				kind = "application/x-www-form-urlencoded"
			}
			slow.Go(func() {
				began := time.Now()
				said := drip(t, addr, fmt.Sprintf("POST %s%s HTTP/1.1\r\nHost: way.example\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: 200000\r\n\r\n", base, where, p.secret, kind), i%2 == 0)
				status := map[bool]string{true: "404", false: "408"}[where == "/Medication"]
				if took := time.Since(began); !strings.HasPrefix(said, "HTTP/1.1 "+status) || !strings.Contains(said, "OperationOutcome") || took > 5*time.Second {
					t.Errorf("%s: after %v %q", where, took, said)
				}
			})
		}
		for range 5 {
			began := time.Now()
			p.gets(http.StatusOK, base+"/Patient/"+s.tomas.ID)
			if took := time.Since(began); took > 1500*time.Millisecond {
				t.Errorf("somebody else waits for %v", took)
			}
		}
		slow.Wait()
		p.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
	})
}

// drip sends head, then one byte after the other or none, until there is an answer.
func drip(t *testing.T, addr, head string, bytes bool) string {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer conn.Close()
	done := make(chan string)
	go func() {
		said, _ := io.ReadAll(conn)
		done <- string(said)
	}()
	io.WriteString(conn, head)
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		select {
		case said := <-done:
			tick.Stop()
			return said
		case <-tick.C:
			if bytes {
				io.WriteString(conn, "{") // to one who has answered it goes nowhere
			}
		}
	}
}

func TestWhatIsTooMuchIsRefusedAtOnce(t *testing.T) {
	var bomb bytes.Buffer // packed once: under the race detector that takes four seconds
	z := gzip.NewWriter(&bomb)
	z.Write(bytes.Repeat([]byte(" "), 64<<20))
	z.Close()
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.tomas, "patient/*.crs")
		keys := url.Values{}
		for i := range 10_000 {
			keys.Set(fmt.Sprint("k", i), "1")
		}
		const form = "application/x-www-form-urlencoded"
		for name, c := range map[string]struct {
			method, path, body string
			header             []string
			status             int
		}{
			"a compressed answer":   {"POST", "/QuestionnaireResponse", bomb.String(), []string{"Content-Encoding", "gzip"}, 415},
			"a compressed batch":    {"POST", "", bomb.String(), []string{"Content-Encoding", "gzip"}, 415},
			"a compressed form":     {"POST", "/Patient/_search", bomb.String(), []string{"Content-Encoding", "gzip", "Content-Type", form}, 415},
			"compressed and silent": {"POST", "/QuestionnaireResponse", bomb.String(), nil, 400},
			"10,000 form keys":      {"POST", "/Patient/_search", keys.Encode(), []string{"Content-Type", form}, 400},
			"10,000 parameters":     {"GET", "/Patient?" + keys.Encode(), "", nil, 400},
			"a form that is JSON":   {"POST", "/Patient/_search", "{}", nil, 415},
			"a large answer":        {"POST", "/QuestionnaireResponse", `{"text":"` + strings.Repeat("a", 300<<10) + `"}`, nil, 413},
			"a long value":          {"GET", "/Patient?name=" + strings.Repeat("a", 600), "", nil, 400},
			"many ids":              {"GET", "/Patient?_id=" + strings.Repeat("a,", 200), "", nil, 400},
			"a form and an address": {"POST", "/Patient/_search?_count=1", "_count=1", []string{"Content-Type", form}, 400},
		} {
			began := time.Now()
			res, got := p.asks(c.method, base+c.path, c.body, c.header...)
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("%s: it took %v", name, took)
			}
			if res.StatusCode != c.status || got["resourceType"] != "OperationOutcome" {
				t.Errorf("%s: %d %v, want %d", name, res.StatusCode, got, c.status)
			}
		}
		res, got := p.asks("POST", base+"/Patient/_search", "_count=1", "Content-Type", form)
		if res.StatusCode != http.StatusOK || len(entries(got)) != 1 {
			t.Errorf("a form: %d %v", res.StatusCode, got)
		}
	})
}

func TestNothingIsLearntByWhatIsNotSearchedBy(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.program(s.tomas, "patient/*.crs").creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 3, 3))
		p := s.program(s.odile, "user/*.rs")
		for _, kind := range s.kinds() {
			for _, more := range []string{
				"_has:Observation:patient:code=44261-6", "_has:QuestionnaireResponse:subject:status=completed", "patient.name=Tomas", "patient:Patient.name=Tomas",
				"subject:Patient._id=" + s.tomas.ID, "_sort=valueQuantity", "_sort=patient.name", "_sort=-_lastUpdated,name", "_filter=name%20eq%20x", "_query=all", "_content=tired", "_text=tired",
				"_revinclude=Observation:patient", "_include=*", "_include:iterate=Observation:patient", "_elements=Patient.id", "_summary=most", "_contained=true", "_page=AAAA", "_page=" + strings.Repeat("A", 40),
			} {
				res, there := p.asks("GET", base+"/"+kind+"?"+more, "")
				page := strings.HasPrefix(more, "_page") && res.StatusCode == http.StatusNotFound // there is no record of one's own
				if res.StatusCode != http.StatusBadRequest && !page {
					t.Errorf("%s?%s: %d %v", kind, more, res.StatusCode, there)
				}
				if strings.Contains(fmt.Sprint(there), "Tomas") || strings.Contains(fmt.Sprint(there), s.tomas.ID) {
					t.Errorf("%s?%s: %v", kind, more, there)
				}
			}
		}
		whole := s.program(s.tomas, "patient/*.rs")
		where := base + "/Patient/" + s.tomas.ID + "/$everything?_count=2"
		onward, err := url.Parse(next(whole.gets(http.StatusOK, where)))
		if err != nil {
			t.Fatal(err)
		}
		mark := onward.Query().Get("_page")
		whole.gets(http.StatusOK, where+"&_page="+mark)
		for _, forged := range []string{where + "&_page=" + mark + "A", where + "&_page=A" + mark[1:] + "x", where + "&_type=Observation&_page=" + mark, base + "/Observation?_count=2&_page=" + mark} {
			whole.gets(http.StatusBadRequest, forged)
		}
		s.program(s.ines, "user/*.rs").gets(http.StatusBadRequest, where+"&_page="+mark)
	})
}
