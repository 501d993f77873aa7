package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/web"
)

// byProgram says whether r is asked by programs, which bring what lets them in.
func byProgram(r web.Route) bool { return r.Audience == web.Token || r.Audience == web.AppPassword }

// unopened checks that a cookie opens nothing that is for programs: whoever has one is
// asked for a token or an app password like anybody, whatever is at the address.
func (p *product) unopened(t *testing.T, s *someone, r web.Route, to target, got, none answered) {
	t.Helper()
	switch {
	case !to.plain && (moved(got) || got.status == http.StatusNotFound):
		// It was spelt oddly, or is no address.
	case got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "":
		t.Errorf("%s: %s %s with a cookie: %d, want to be asked for what lets a program in", s, r.Method, to.path, got.status)
	case none.status != 0 && !same(got, none):
		t.Errorf("%s: %s %s with a cookie: not as if nothing were there", s, r.Method, to.path)
	}
}

const fhirRoot = "/fhir/R4"

// fetches sends a request with the token of s.
func (p *product) fetches(s *someone, a sending) answered {
	if a.header == nil {
		a.header = make(map[string]string)
	}
	a.near, a.header["Authorization"] = true, "Bearer "+s.Token
	return p.asks(&someone{}, a)
}

// A piece is one resource, and in whose record it lies.
type piece struct {
	id     string
	client *someone
}

// pieces are what is there of each kind in the records of all clients, as they and
// whoever treats them find it.
func (p *product) pieces(t *testing.T) map[string][]piece {
	t.Helper()
	all, seen := make(map[string][]piece), make(map[string]bool)
	add := func(kind, id string, client *someone) {
		if id != "" && !seen[kind+id] {
			seen[kind+id] = true
			all[kind] = append(all[kind], piece{id, client})
		}
	}
	for _, r := range p.routes {
		kind, ok := strings.CutPrefix(r.Pattern, fhirRoot+"/")
		if !ok || r.Method != http.MethodGet || strings.ContainsAny(kind, "/$") || r.Audience != web.Token {
			continue
		}
		for _, client := range p.all {
			if client.Role != "client" || client.Token == "" {
				continue
			}
			if kind == "Patient" {
				add(kind, client.ID, client)
				continue
			}
			for _, s := range p.all {
				if s.Token == "" || s.ID != client.ID && !works(p, s, client.ID) {
					continue
				}
				got := p.fetches(s, sending{method: http.MethodGet, path: fhirRoot + "/" + kind + "?patient=" + client.ID + "&_count=5"})
				var found struct {
					Entry []struct {
						Resource struct {
							ResourceType string `json:"resourceType"`
							ID           string `json:"id"`
						} `json:"resource"`
					} `json:"entry"`
				}
				if got.status != http.StatusOK {
					continue // it is not searched by whose it is
				}
				if err := json.Unmarshal([]byte(got.body), &found); err != nil {
					t.Fatal(err)
				}
				for _, e := range found.Entry {
					if strings.HasPrefix(e.Resource.ID, record.Short(client.ID)+".") {
						add(e.Resource.ResourceType, e.Resource.ID, client)
					}
				}
			}
		}
	}
	return all
}

// nearTo says whether something of the client's may be for s: who it is, who treats them
// or was shown their course, and those who look after the practice's people.
func (p *product) nearTo(s, client *someone) bool {
	return s.ID == client.ID || reads(p, s, client.ID) || shown(p, s, client.ID) || s.Role == "manager" && s.Practice == client.Practice
}

// answersAs is a questionnaire that a program sends for a client.
func answersAs(client string) string {
	var items []string
	for _, link := range []string{"/44250-9", "/44255-8", "/44259-0", "/44254-1", "/44251-7", "/44258-2", "/44252-5", "/44253-3", "/44260-8"} {
		items = append(items, `{"linkId":"`+link+`","answer":[{"valueCoding":{"system":"http://loinc.org","code":"LA6568-5"}}]}`)
	}
	return `{"resourceType":"QuestionnaireResponse","questionnaire":"urn:waymark:instrument:phq-9|1","status":"completed",
		"subject":{"reference":"Patient/` + client + `"},"authored":"2026-03-04","item":[` + strings.Join(items, ",") + `]}`
}

// bundled asks for something and sends something in one piece.
func bundled(path, client string) string {
	return `{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"` + path + `"}},
		{"resource":` + answersAs(client) + `,"request":{"method":"POST","url":"QuestionnaireResponse"}}]}`
}

func TestNoTokenReachesWhatIsNotItsPersons(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		all := p.pieces(t)
		for _, kind := range []string{"Appointment", "Goal", "Observation", "Patient", "QuestionnaireResponse", "Task"} {
			if len(all[kind]) < 2 {
				t.Errorf("there are only %d of %s: too few to try with", len(all[kind]), kind)
			}
		}
		before := p.kept(t)
		nobody := record.Short(noSuch)
		for _, s := range p.all {
			if s.Token == "" {
				continue
			}
			// asks sends a where something of others is, and as it is where nothing is.
			asks := func(what string, there, none sending) {
				t.Helper()
				got := p.fetches(s, there)
				if got.status != http.StatusNotFound {
					t.Errorf("%s: %s %s: %d, and it is not theirs\n%.300s", s, there.method, what, got.status, got.body)
				} else if without := p.fetches(s, none); !same(got, without) {
					t.Errorf("%s: %s %s: refused, but not as if nothing were there:\n%d %v\n%d %v\n%s\n%s", s, there.method, what, got.status, got.header, without.status, without.header, got.body, without.body)
				}
			}
			for _, r := range p.routes {
				if r.Audience != web.Token || r.Method != http.MethodGet || !strings.Contains(r.Pattern, "{name}") {
					continue
				}
				of, _, _ := strings.Cut(strings.TrimPrefix(r.Pattern, fhirRoot+"/"), "/")
				at := func(id string) sending {
					return sending{method: r.Method, path: strings.Replace(strings.Replace(r.Pattern, "{name}", id, 1), "{nth}", "1", 1)}
				}
				for kind, some := range all {
					for _, one := range some {
						if p.nearTo(s, one.client) || kind != of && one.client.Name != "Bela" {
							continue
						}
						none := nobody + "." + nobody
						if kind == "Patient" {
							none = noSuch
						} else {
							_, id, _ := strings.Cut(one.id, ".")
							asks(r.Pattern+", of nobody", at(nobody+"."+id), at(none))
						}
						asks(r.Pattern+", of "+one.client.Name, at(one.id), at(none))
					}
				}
			}
			for _, client := range p.all {
				if client.Role != "client" || p.nearTo(s, client) {
					continue
				}
				for kind := range all {
					if kind == "Patient" {
						continue
					}
					search := func(id string) sending {
						return sending{method: http.MethodGet, path: fhirRoot + "/" + kind + "?patient=" + id}
					}
					form := func(id string) sending {
						return sending{method: http.MethodPost, path: fhirRoot + "/" + kind + "/_search", form: url.Values{"patient": {id}}}
					}
					asks(kind+" of "+client.Name, search(client.ID), search(noSuch))
					asks(kind+" of "+client.Name, form(client.ID), form(noSuch))
				}
				send := func(path, body string) sending {
					return sending{method: http.MethodPost, path: fhirRoot + path, kind: "application/fhir+json", raw: body}
				}
				asks("answers of "+client.Name, send("/QuestionnaireResponse", answersAs(client.ID)), send("/QuestionnaireResponse", answersAs(noSuch)))
				for _, path := range []string{"Patient/", "Patient/%s/$everything", "Observation?patient="} {
					in := func(id string) sending {
						if strings.Contains(path, "%s") {
							return send("", bundled(fmt.Sprintf(path, id), id))
						}
						return send("", bundled(path+id, id))
					}
					if got, none := p.fetches(s, in(client.ID)), p.fetches(s, in(noSuch)); !same(got, none) {
						t.Errorf("%s: in a batch %s%s: not as if nothing were there\n%s\n%s", s, path, client.Name, got.body, none.body)
					}
				}
				p.found(t, s, client)
			}
			p.exportsOfOthers(t, s)
		}
		after := p.kept(t)
		if wrong := slices.DeleteFunc(changed(before, after), func(table string) bool { return table == "token" }); len(wrong) > 0 { // which keeps the hour of its use
			t.Errorf("what was refused changed %v", wrong)
		}
	})
}

// found checks that no list that s finds without saying whose names the client.
func (p *product) found(t *testing.T, s, client *someone) {
	t.Helper()
	for _, path := range []string{"/Patient", "/Patient?_id=" + client.ID, "/Patient?name=" + client.Name, "/Practitioner", "/Appointment", "/Slot", "/Schedule"} {
		got := p.fetches(s, sending{method: http.MethodGet, path: fhirRoot + path})
		if got.status >= 500 || strings.Contains(got.body, "/Patient/"+client.ID) || strings.Contains(got.body, record.Short(client.ID)+".") {
			t.Errorf("%s: GET %s: %d, and finds %s", s, path, got.status, client.Name)
		}
	}
}

// exportsOfOthers checks that what another program exports is not there for that of s.
func (p *product) exportsOfOthers(t *testing.T, s *someone) {
	t.Helper()
	cleo := p.find("Cleo")
	if s.ID == cleo.ID {
		return
	}
	asked := p.fetches(cleo, sending{method: http.MethodGet, path: fhirRoot + "/$export", header: map[string]string{"Prefer": "respond-async"}})
	_, mark, ok := strings.Cut(asked.header.Get("Content-Location"), "/$export/")
	if asked.status != http.StatusAccepted || !ok {
		t.Fatalf("an export of Cleo's: %d %s", asked.status, asked.body)
	}
	wrong := strings.Repeat("A", len(mark))
	for _, part := range []string{"", "/Patient-0.ndjson", "/0"} {
		got := p.fetches(s, sending{method: http.MethodGet, path: fhirRoot + "/$export/" + mark + part})
		none := p.fetches(s, sending{method: http.MethodGet, path: fhirRoot + "/$export/" + wrong + part})
		if got.status < 400 || !same(got, none) {
			t.Errorf("%s: an export of Cleo's%s: %d, want as if it were not there: %d", s, part, got.status, none.status)
		}
	}
	got := p.fetches(s, sending{method: http.MethodDelete, path: fhirRoot + "/$export/" + mark})
	none := p.fetches(s, sending{method: http.MethodDelete, path: fhirRoot + "/$export/" + wrong})
	if !same(got, none) {
		t.Errorf("%s ends an export of Cleo's: %d, want as if it were not there: %d", s, got.status, none.status)
	}
	if still := p.fetches(cleo, sending{method: http.MethodGet, path: fhirRoot + "/$export/" + mark}); still.status != http.StatusOK {
		t.Errorf("%s ended an export of Cleo's: %d", s, still.status)
	}
}

func TestNoAppPasswordReachesAnothersCalendar(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		keys := make(map[*someone]string)
		for _, s := range p.all {
			if !s.is(web.Clinician) {
				continue
			}
			p.does(t, func(ctx context.Context) error {
				key, err := p.Feeds.AllowProgram(ctx, p.actor(s.Name), feed.Form{ID: newID(t), Label: "A program"})
				keys[s] = "Basic " + base64.StdEncoding.EncodeToString([]byte(key.User+":"+key.Password))
				return err
			})
		}
		const own = "/dav/me/calendars/own/"
		asks := func(s *someone, method, path, body string) answered {
			return p.asks(&someone{}, sending{method: method, path: path, raw: body, kind: "text/calendar", near: true, header: map[string]string{"Authorization": keys[s], "Depth": "1"}})
		}
		event := func(uid string) string {
			return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a\r\nBEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20261101T000000Z\r\n" +
				"DTSTART:20270304T100000Z\r\nDTEND:20270304T110000Z\r\nSUMMARY:" + uid + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
		}
		for s := range keys {
			if got := asks(s, http.MethodPut, own+"of-"+s.Name+".ics", event("of-"+s.Name)); got.status != http.StatusCreated {
				t.Fatalf("%s keeps a time of their own: %d %s", s, got.status, got.body)
			}
		}
		for s := range keys {
			for other := range keys {
				if other == s {
					continue
				}
				theirs := own + "of-" + other.Name + ".ics"
				for _, method := range []string{http.MethodGet, http.MethodDelete, "PROPFIND", "OPTIONS"} {
					got, none := asks(s, method, theirs, ""), asks(s, method, own+"of-nobody.ics", "")
					if got.body = strings.ReplaceAll(got.body, "of-"+other.Name, "of-nobody"); got.status >= 500 || !same(got, none) {
						t.Errorf("%s: %s of what is %s's: %d, want as if it were not there: %d\n%s\n%s", s, method, other, got.status, none.status, got.body, none.body)
					}
				}
				if got := asks(s, "PROPFIND", own, ""); strings.Contains(got.body, other.Name) {
					t.Errorf("%s finds what is %s's", s, other)
				}
				if got := asks(s, http.MethodPut, theirs, event("by-"+s.Name)); got.status != http.StatusCreated {
					t.Errorf("%s keeps a time under a name that is %s's: %d, want as if it were free", s, other, got.status)
				}
				if got := asks(s, http.MethodDelete, theirs, ""); got.status >= 300 {
					t.Errorf("%s takes it back: %d", s, got.status)
				}
				if got := asks(other, http.MethodGet, theirs, ""); got.status != http.StatusOK || strings.Contains(got.body, s.Name) {
					t.Errorf("%s changed what is %s's: %d %s", s, other, got.status, got.body)
				}
			}
		}
	})
}
