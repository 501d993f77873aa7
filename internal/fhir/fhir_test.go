package fhir_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fhir"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

const (
	origin = "https://way.example"
	base   = "/fhir/R4"
)

// A site is a practice in which Ines works with Tomas, and Odile with Priya.
type site struct {
	*waytest.World
	*webtest.Site
	t                         *testing.T
	tokens                    *token.Tokens
	measures                  *measure.Measures
	flags                     *safety.Flags
	sessions                  *session.Sessions
	goals                     *goal.Goals
	api                       *fhir.API
	ines, tomas, odile, priya access.Actor
	more
}

func eachSite(t *testing.T, f func(*testing.T, *site)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		of := webtest.New(t, w, origin, person.Practice{Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		shelf := instrument.NewShelf(w.Door)
		s := &site{World: w, Site: of, t: t, tokens: token.New(w.Door, "http://localhost"), measures: measure.New(w.Door, shelf), flags: safety.New(w.Door), sessions: session.New(w.Door), goals: goal.New(w.Door)}
		s.furnish(shelf)
		s.api = &fhir.API{
			Tokens: s.tokens, People: of.People, Measures: s.measures, Shelf: shelf, Sessions: s.sessions, Goals: s.goals, Facts: of.Facts,
			Assignments: s.assignments, Calendars: s.calendars, Hours: s.hours, Informants: s.informants, Intakes: s.intakes,
			Logs: s.logs, Notes: s.notes, Outcomes: s.outcomes, Plans: s.plans, SafetyPlans: s.safetyPlans,
			Origin: origin, Version: "test", Gate: fhir.NewGate(), Pages: fhir.NewPager(w.Door),
		}
		s.Serve(web.Options{Secure: true, Source: func(r *http.Request) string { return r.RemoteAddr }}, s.api.Routes())
		s.ines = of.Join(t, of.Operator(), "Ines Moreau", "ines@example.org", person.Clinician)
		s.odile = of.Join(t, of.Operator(), "Odile Kern", "odile@example.org", person.Clinician)
		s.tomas = of.Join(t, s.ines, "Tomas Brandt", "tomas@example.org", person.Client)
		s.priya = of.Join(t, s.odile, "Priya Shah", "priya@example.org", person.Client)
		f(t, s)
	})
}

// A program is what asks, with a token of somebody's.
type program struct {
	s      *site
	secret string
	id     string
}

func (s *site) program(who access.Actor, scopes ...string) *program {
	s.t.Helper()
	p := &program{s: s, id: webtest.NewID(s.t)}
	s.Do(s.t, func(ctx context.Context) (err error) {
		who.Fresh = true
		p.secret, err = s.tokens.Make(ctx, who, token.Form{ID: p.id, Scopes: scopes})
		return err
	})
	return p
}

type tree = map[string]any

func (p *program) asks(method, path, body string, header ...string) (*http.Response, tree) {
	p.s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if p.secret != "" {
		r.Header.Set("Authorization", "Bearer "+p.secret)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/fhir+json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.s.Handler.ServeHTTP(w, r)
	res := w.Result()
	var got tree
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			p.s.t.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
		}
	}
	return res, got
}

// gets asks for path and wants the status.
func (p *program) gets(status int, path string) tree {
	p.s.t.Helper()
	res, got := p.asks("GET", path, "")
	if res.StatusCode != status {
		p.s.t.Fatalf("GET %s: %d %v, want %d", path, res.StatusCode, got, status)
	}
	return got
}

// creates posts body and wants it kept.
func (p *program) creates(path, body string) tree {
	p.s.t.Helper()
	res, got := p.asks("POST", path, body)
	if res.StatusCode != http.StatusCreated {
		p.s.t.Fatalf("POST %s: %d %v", path, res.StatusCode, got)
	}
	return got
}

func entries(b tree) (all []tree) {
	list, _ := b["entry"].([]any)
	for _, e := range list {
		all = append(all, e.(tree)["resource"].(tree))
	}
	return all
}

func next(b tree) string {
	links, _ := b["link"].([]any)
	for _, l := range links {
		if l.(tree)["relation"] == "next" {
			return strings.TrimPrefix(l.(tree)["url"].(string), origin)
		}
	}
	return ""
}

// phq9 is a whole PHQ-9 of a client, every question answered alike but the last.
func phq9(client string, all, last int) string {
	codes := []string{"LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"}
	links := []string{"/44250-9", "/44255-8", "/44259-0", "/44254-1", "/44251-7", "/44258-2", "/44252-5", "/44253-3", "/44260-8"}
	var items []string
	for i, link := range links {
		v := all
		if i == len(links)-1 {
			v = last
		}
		items = append(items, fmt.Sprintf(`{"linkId":%q,"answer":[{"valueCoding":{"system":"http://loinc.org","code":%q}}]}`, link, codes[v]))
	}
	return fmt.Sprintf(`{"resourceType":"QuestionnaireResponse","questionnaire":"urn:waymark:instrument:phq-9|1","status":"completed",
		"subject":{"reference":"Patient/%s"},"authored":"2026-11-19","item":[%s]}`, client, strings.Join(items, ","))
}

func TestAnAnswerThatIsPostedIsScoredFlaggedAndReadAgain(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		app := s.program(s.tomas, "patient/*.crs")
		res, made := app.asks("POST", base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 2))
		if res.StatusCode != http.StatusCreated || !strings.HasPrefix(res.Header.Get("Location"), origin+base+"/QuestionnaireResponse/") || res.Header.Get("ETag") != `W/"1"` {
			t.Fatalf("got %d %v %v", res.StatusCode, res.Header, made)
		}
		if !strings.Contains(fmt.Sprint(made["extension"]), "call your local emergency number now") {
			t.Error("the danger in item 9 is not said to whoever answered")
		}
		again := app.gets(http.StatusOK, base+"/QuestionnaireResponse/"+made["id"].(string))
		if again["questionnaire"] != "urn:waymark:instrument:phq-9|1" || len(again["item"].([]any)) != 9 {
			t.Errorf("got %v", again)
		}
		desk := s.program(s.ines, "user/Observation.rs")
		list := desk.gets(http.StatusOK, base+"/Observation?patient="+s.tomas.ID+"&code=http://loinc.org%7C44261-6")
		found := entries(list)
		if len(found) != 1 || found[0]["valueQuantity"].(tree)["value"] != 10.0 || !strings.Contains(fmt.Sprint(found[0]["interpretation"]), "moderate") {
			t.Fatalf("got %v", list)
		}
		s.Do(t, func(ctx context.Context) error {
			flags, err := s.flags.Of(ctx, s.ines, access.ClientRecord(s.tomas.ID))
			if len(flags) != 1 {
				t.Errorf("%d flags were raised, want 1", len(flags))
			}
			return err
		})
	})
}

func TestAClinicianEntersWhatWasAnsweredOnPaper(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		desk := s.program(s.ines, "user/QuestionnaireResponse.crs")
		made := desk.creates(base+"/QuestionnaireResponse", strings.Replace(phq9(s.tomas.ID, 0, 0), "2026-11-19", "2026-11-02", 1))
		if made["author"].(tree)["reference"] != "Practitioner/"+s.ines.ID || !strings.HasPrefix(made["authored"].(string), "2026-11-02") {
			t.Errorf("got %v", made)
		}
	})
}

// kinds are what the CapabilityStatement names.
func (s *site) kinds() (all []string) {
	c := (&program{s: s}).gets(http.StatusOK, base+"/metadata")
	for _, r := range c["rest"].([]any)[0].(tree)["resource"].([]any) {
		all = append(all, r.(tree)["type"].(string))
	}
	return all
}

func TestSessionsGoalsAndWhatIsAskedAreFoundInTheRecord(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		record := access.ClientRecord(s.tomas.ID)
		s.Do(t, func(ctx context.Context) error {
			_, err := s.sessions.Plan(ctx, s.ines, record, session.Form{ID: webtest.NewID(t), Start: waytest.Start.Add(24 * time.Hour), Length: 50 * time.Minute})
			return err
		})
		s.Do(t, func(ctx context.Context) error {
			_, err := s.measures.Ask(ctx, s.ines, record, measure.AskForm{ID: webtest.NewID(t), Instrument: "phq-9", Rhythm: measure.Weekly}, time.UTC)
			return err
		})
		id := webtest.NewID(t)
		s.Do(t, func(ctx context.Context) error {
			_, err := s.goals.Propose(ctx, s.tomas, record, goal.Form{ID: id, Worded: goal.Worded{Words: "Go to the choir again", Know: "I went twice"}})
			return err
		})
		p := s.program(s.ines, "user/*.rs")
		find := func(kind, more, key, want string) tree {
			t.Helper()
			all := entries(p.gets(http.StatusOK, base+"/"+kind+"?patient="+s.tomas.ID+more))
			if len(all) != 1 || fmt.Sprint(all[0][key]) != want {
				t.Fatalf("%s: got %v, want one that is %s", kind, all, want)
			}
			again := p.gets(http.StatusOK, base+"/"+kind+"/"+all[0]["id"].(string))
			if fmt.Sprint(again) != fmt.Sprint(all[0]) {
				t.Errorf("%s: read %v, found %v", kind, again, all[0])
			}
			return all[0]
		}
		find("Appointment", "", "status", "booked")
		find("Appointment", "&status=booked&date=2026-11-20", "start", "2026-11-20T09:30:00.000Z")
		find("Task", "", "status", "requested")
		find("Goal", "", "lifecycleStatus", "proposed")
		s.Do(t, func(ctx context.Context) error {
			_, err := s.goals.Agree(ctx, s.ines, record, id, 1)
			return err
		})
		find("Goal", "&start-date=2026-11-19", "lifecycleStatus", "active")
		for _, none := range []string{"Appointment?status=cancelled", "Appointment?date=2026-11-21", "Encounter?date=ge2026-01-01"} {
			kind, more, _ := strings.Cut(none, "?")
			if all := entries(p.gets(http.StatusOK, base+"/"+kind+"?patient="+s.tomas.ID+"&"+more)); len(all) != 0 {
				t.Errorf("%s finds %v", none, all)
			}
		}
		s.Clock.Pass(25 * time.Hour)
		p = s.program(s.ines, "user/*.rs")
		find("Encounter", "", "status", "finished")
		find("Appointment", "", "status", "fulfilled")
		own := s.program(s.tomas, "patient/AuditEvent.rs")
		opened := entries(own.gets(http.StatusOK, base+"/AuditEvent?_count=500"))
		if !slices.ContainsFunc(opened, func(e tree) bool {
			return fmt.Sprint(e["agent"]) == fmt.Sprintf("[map[requestor:true who:map[reference:Practitioner/%s]]]", s.ines.ID)
		}) {
			t.Errorf("that Ines opened the record is not among %d entries", len(opened))
		}
	})
}

func TestNobodyReachesAnothersRecordByAnyAddress(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		made := s.program(s.tomas, "patient/*.crs").creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
		id := made["id"].(string)
		nowhere := "aaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaa"
		for name, p := range map[string]*program{
			"another client":            s.program(s.priya, "patient/*.crs"),
			"another client with user/": s.program(s.priya, "user/*.crs"),
			"another clinician":         s.program(s.odile, "user/*.crs", "system/*.crs"),
		} {
			for _, kind := range s.kinds() {
				if kind == "Patient" || kind == "Practitioner" || kind == "Questionnaire" {
					continue // which are found without saying whose; people are looked at below
				}
				there := p.gets(http.StatusNotFound, base+"/"+kind+"/"+id)
				not := p.gets(http.StatusNotFound, base+"/"+kind+"/"+nowhere)
				if fmt.Sprint(there) != fmt.Sprint(not) {
					t.Errorf("%s: %v for a record, %v for none", name, there, not)
				}
				res, _ := p.asks("GET", base+"/"+kind+"?patient="+s.tomas.ID, "")
				if res.StatusCode != http.StatusNotFound {
					t.Errorf("%s searches %s: %d", name, kind, res.StatusCode)
				}
			}
			p.gets(http.StatusNotFound, base+"/Patient/"+s.tomas.ID)
			if all := entries(p.gets(http.StatusOK, base+"/Patient")); slices.ContainsFunc(all, func(r tree) bool { return r["id"] == s.tomas.ID }) {
				t.Errorf("%s finds Tomas", name)
			}
			if res, got := p.asks("POST", base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0)); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s writes for Tomas: %d %v", name, res.StatusCode, got)
			}
		}
		if found := entries(s.program(s.ines, "user/QuestionnaireResponse.rs").gets(http.StatusOK, base+"/QuestionnaireResponse?patient="+s.tomas.ID)); len(found) != 1 {
			t.Errorf("Ines finds %d answers, want 1", len(found))
		}
	})
}

func TestATokenDoesWhatItsScopesSayAndNoMore(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/Patient.r")
		p.gets(http.StatusOK, base+"/Patient/"+s.tomas.ID)
		p.gets(http.StatusForbidden, base+"/Patient")
		p.gets(http.StatusForbidden, base+"/Observation?patient="+s.tomas.ID)
		none := &program{s: s}
		none.gets(http.StatusUnauthorized, base+"/Patient")
		wrong := &program{s: s, secret: p.secret[:len(p.secret)-2] + "aa"}
		wrong.gets(http.StatusUnauthorized, base+"/Patient")
		s.Do(t, func(ctx context.Context) error { return s.tokens.End(ctx, s.ines, p.id) })
		p.gets(http.StatusUnauthorized, base+"/Patient/"+s.tomas.ID)
	})
}

func TestPagesFollowOneAnotherAndCannotBeMadeUp(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.ines, "user/*.crs")
		for i := range 5 {
			p.creates(base+"/QuestionnaireResponse", strings.Replace(phq9(s.tomas.ID, i%4, 0), "2026-11-19", fmt.Sprintf("2026-11-%02d", 10+i), 1))
		}
		var ids []string
		where := base + "/QuestionnaireResponse?patient=Patient/" + s.tomas.ID + "&_count=2"
		for range 4 {
			b := p.gets(http.StatusOK, where)
			for _, r := range entries(b) {
				ids = append(ids, r["id"].(string))
			}
			if where = next(b); where == "" {
				break
			}
		}
		if len(ids) != 5 || len(slices.Compact(slices.Sorted(slices.Values(ids)))) != 5 {
			t.Fatalf("the pages hold %v", ids)
		}
		b := p.gets(http.StatusOK, base+"/QuestionnaireResponse?patient="+s.tomas.ID+"&_count=2")
		good, err := url.Parse(next(b))
		if err != nil {
			t.Fatal(err)
		}
		mark := good.Query().Get("_page")
		p.gets(http.StatusBadRequest, base+"/QuestionnaireResponse?patient="+s.tomas.ID+"&_count=2&_page="+mark[:len(mark)-1])
		p.gets(http.StatusBadRequest, base+"/QuestionnaireResponse?patient="+s.priya.ID+"&_count=2&_page="+mark)
		s.program(s.odile, "user/*.rs").gets(http.StatusBadRequest, base+"/QuestionnaireResponse?patient="+s.tomas.ID+"&_count=2&_page="+mark)
		days := entries(p.gets(http.StatusOK, base+"/QuestionnaireResponse?patient="+s.tomas.ID+"&authored=ge2026-11-12&authored=lt2026-11-14"))
		if len(days) != 2 {
			t.Errorf("%d answers of two days, want 2", len(days))
		}
	})
}

func TestWhatIsWrongIsRefusedWithItsPlace(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.tomas, "patient/*.crs")
		good := phq9(s.tomas.ID, 1, 0)
		for name, c := range map[string]struct {
			body   string
			status int
			at     string
		}{
			"a nonsense status":         {strings.Replace(good, `"completed"`, `"finished"`, 1), 422, "QuestionnaireResponse.status"},
			"a status that is not kept": {strings.Replace(good, `"completed"`, `"in-progress"`, 1), 422, "QuestionnaireResponse.status"},
			"a field twice":             {strings.Replace(good, `"status":`, `"status":"completed","status":`, 1), 400, "status"},
			"a field nobody knows":      {strings.Replace(good, `"status":`, `"mood":"good","status":`, 1), 400, "mood"},
			"an answer nobody offers":   {strings.Replace(good, "LA6569-3", "LA1-1", 1), 422, "item[0].answer[0]"},
			"a question nobody asks":    {strings.Replace(good, "/44250-9", "/1", 1), 400, "item[0].linkId"},
			"a text for a list":         {strings.Replace(good, `"item":[`, `"note":[`, 1), 400, "note"},
			"another kind":              {strings.Replace(good, `"QuestionnaireResponse"`, `"Patient"`, 1), 400, "resourceType"},
			"deeper than anything":      {`{"resourceType":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`, 400, ""},
			"more values than anything": {`{"resourceType":[` + strings.Repeat("["+strings.Repeat("0,", 99)+"0],", 199) + `0]}`, 400, "more than"},
			"no JSON":                   {`{"resourceType"`, 400, ""},
			"a questionnaire elsewhere": {strings.Replace(good, "phq-9|1", "phq-99|1", 1), 422, "QuestionnaireResponse.questionnaire"},
		} {
			res, got := p.asks("POST", base+"/QuestionnaireResponse", c.body)
			if res.StatusCode != c.status || got["resourceType"] != "OperationOutcome" || c.at != "" && !strings.Contains(fmt.Sprint(got["issue"]), c.at) {
				t.Errorf("%s: %d %v, want %d at %s", name, res.StatusCode, got, c.status, c.at)
			}
		}
		if res, _ := p.asks("POST", base+"/QuestionnaireResponse", good, "Content-Encoding", "gzip"); res.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("a compressed body: %d", res.StatusCode)
		}
		if res, _ := p.asks("POST", base+"/QuestionnaireResponse", good, "Content-Type", "text/plain"); res.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("another type: %d", res.StatusCode)
		}
		p.gets(http.StatusBadRequest, base+"/Patient?_has:Observation:patient:code=1")
		p.gets(http.StatusBadRequest, base+"/Observation?subject.name=Tomas")
		p.gets(http.StatusBadRequest, base+"/Observation?_sort=valueQuantity")
		p.gets(http.StatusBadRequest, base+"/Patient?active=true&active=false")
		p.gets(http.StatusBadRequest, base+"/Observation?_sort=-date&_sort=date")
		p.gets(http.StatusOK, base+"/Observation?date=ge2026&date=lt2027")
		if n := s.Count(t, `SELECT count(*) FROM occasion`); n != 0 {
			t.Errorf("%d answers were kept", n)
		}
	})
}

func TestTheCapabilityStatementSaysWhatIsThere(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		nobody := &program{s: s}
		c := nobody.gets(http.StatusOK, base+"/metadata")
		routes := (&fhir.API{}).Routes()
		has := func(method, pattern string) bool {
			return slices.ContainsFunc(routes, func(r web.Route) bool { return r.Method == method && r.Pattern == pattern })
		}
		n := 8 // the statement, a batch at two addresses, and five methods that lead nowhere
		if has("GET", base+"/$export") {
			n += 4 // of a whole practice; and how it stands, to end it, and a file of it
		}
		for _, r := range c["rest"].([]any)[0].(tree)["resource"].([]any) {
			kind := r.(tree)["type"].(string)
			for _, i := range r.(tree)["interaction"].([]any) {
				ok := false
				switch i.(tree)["code"] {
				case "read":
					ok, n = has("GET", base+"/"+kind+"/{name}"), n+1
				case "search-type":
					ok, n = has("GET", base+"/"+kind) && has("POST", base+"/"+kind+"/_search"), n+2
				case "create":
					ok, n = has("POST", base+"/"+kind), n+1
				case "vread":
					ok, n = has("GET", base+"/"+kind+"/{name}/_history/{nth}"), n+1
				case "history-instance":
					ok, n = has("GET", base+"/"+kind+"/{name}/_history"), n+1
				}
				if !ok {
					t.Errorf("%s: %v is said and not there", kind, i)
				}
			}
			done, _ := r.(tree)["operation"].([]any)
			for _, o := range done {
				name := "/$" + o.(tree)["name"].(string)
				if n++; !has("POST", base+"/"+kind+name) && !has("GET", base+"/"+kind+"/{name}"+name) && !has("GET", base+"/"+kind+name) {
					t.Errorf("%s: %v is said and not there", kind, o)
				}
			}
		}
		if n != len(routes) {
			t.Errorf("%d routes are said, %d are there", n, len(routes))
		}
	})
}

func TestATokenIsTakenOnlyOverTLS(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		of := webtest.New(t, w, "http://way.example", person.Practice{Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		s := &site{World: w, Site: of, t: t, tokens: token.New(w.Door, "http://localhost")}
		s.Serve(web.Options{}, (&fhir.API{Tokens: s.tokens, Facts: of.Facts, Origin: "http://way.example", Gate: fhir.NewGate()}).Routes())
		p := &program{s: s, secret: "wm1.lindenhouse." + strings.Repeat("a", 32)}
		p.gets(http.StatusForbidden, base+"/Patient")
	})
}

func TestGuessingTokensEnds(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := &program{s: s, secret: "wm1." + s.Site.Practice + "." + strings.Repeat("a", 32)}
		var status int
		for range 40 {
			res, _ := p.asks("GET", base+"/Patient", "")
			status = res.StatusCode
		}
		if status != http.StatusTooManyRequests {
			t.Errorf("after 40 wrong tokens: %d", status)
		}
		s.program(s.ines, "user/*.rs").gets(http.StatusOK, base+"/Patient") // who shares their network goes on
	})
}
