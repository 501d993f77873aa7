package fhir

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/tree"
)

func FuzzAnAnswerIsOneThatTheQuestionOffers(f *testing.F) {
	in, ok := instrument.Lookup("phq-9", "1")
	if !ok {
		f.Fatal("there is no PHQ-9")
	}
	f.Add([]byte(`{"item":[{"linkId":"/44250-9","answer":[{"valueCoding":{"system":"http://loinc.org","code":"LA6569-3"}}]}]}`))
	f.Add([]byte(`{"extension":[{"url":"urn:waymark:fhir:note","valueString":"a"}],"identifier":{"system":"a","value":"b"},"item":[{"linkId":"g","item":[{"linkId":"/44250-9","answer":[{"valueInteger":1}]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		body, err := tree.Read(data, limits)
		if err != nil || body.Kind != '{' {
			return
		}
		s := sent{in: in, items: instrument.Answers{}}
		if _, err := called(body); err != nil {
			return
		}
		if s.extensions(body) != nil || s.read(body, 0) != nil {
			return
		}
		for id, v := range s.items {
			item, ok := in.Item(id)
			if !ok || v == nil || !slices.ContainsFunc(item.Answers, func(c instrument.Choice) bool { return c.Value == *v }) {
				t.Errorf("%s: %v is no answer to %s", data, v, id)
			}
		}
	})
}

func FuzzAQuerySaysAgainWhatItWasAskedFor(f *testing.F) {
	f.Add("patient=Patient/01a2000c-7e8d-7c50-8ddd-a7544fdbfcd9&date=ge2026-01-01&date=lt2026-02&_count=7&_id=a,b")
	f.Add("_elements=status,value&_id=a")
	f.Add("_summary=data&_page=a")
	f.Add("_lastUpdated=gt2026-11-24T10:00:00Z&_summary=count&_sort=-date&code=%7C1")
	c := &call{api: &API{Origin: "https://way.example"}, kind: observations(), loc: time.UTC}
	f.Fuzz(func(t *testing.T, text string) {
		c.r = &http.Request{Method: http.MethodGet, URL: &url.URL{Path: root, RawQuery: text}, Header: http.Header{}}
		q, err := c.query()
		if err != nil {
			return
		}
		if q.count < 0 || q.count > mostCount {
			t.Fatalf("%q asks for %d", text, q.count)
		}
		again, err := url.Parse(c.where(q, q.page))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		c.r.URL = again
		b, err := c.query()
		if err != nil || b.fixed() != q.fixed() || b.updated != q.updated || b.only != q.only || !b.only && b.shape != q.shape || !b.only && b.count != q.count {
			t.Errorf("%q became %q: %+v, %+v, %v", text, again, q, b, err)
		}
	})
}

func FuzzABundleIsTakenApartAsItWasSent(f *testing.F) {
	f.Add([]byte(`{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient"}},[],1,null]}`))
	f.Add([]byte(`{"resourceType":"Bundle","type":"batch","entry":[` + strings.Repeat("[", 50) + strings.Repeat("]", 50) + `]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := unbundled(data)
		if err != nil {
			return
		}
		n := 0
		for _, e := range entries {
			n += len(e)
		}
		if len(entries) > mostInOne || n > len(data) {
			t.Errorf("%d entries of %d bytes came of %d", len(entries), n, len(data))
		}
	})
}

func FuzzAnIDLeadsWhereItSays(f *testing.F) {
	f.Add("agraadeenv7xlhdcrh6jpor6lm.agraadeexn3nfg5plaaj4qrcbm")
	f.Fuzz(func(t *testing.T, text string) {
		client, id, err := apart(text)
		if err == nil && record.Within(client, id) != text {
			t.Errorf("%q leads to %s in %s, whose id is %q", text, id, client, record.Within(client, id))
		}
	})
}

func FuzzAMomentHasALength(f *testing.F) {
	for _, s := range []string{"2026", "2026-11", "2026-11-24", "2026-11-24T10:00Z", "2026-11-24T10:00:00+01:00", "2026-11-24T10:00:00.123Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if begins, ends, ok := moment(text, time.UTC); ok && !ends.After(begins) {
			t.Errorf("%q is from %v to %v", text, begins, ends)
		}
	})
}
