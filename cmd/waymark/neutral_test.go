package main

import (
	"html"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/waymark-care/waymark/internal/demo"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
)

// What the rule in doc/design.md ("Pages") lets stand: what no person opens in a
// browser, and what programs of others are asked with.
var spoken = regexp.MustCompile(`^/(fhir|dav|launch|\.well-known)(/|$)`)

// telling are words that say in an address what somebody does here: ids and names of
// everything that comes with the product for clients, parts of the beginning, and what
// such words are made of. Each is written as it would stand in an address.
var telling = sync.OnceValue(func() []string {
	all := []string{
		"safety-plan", "crisis", "emergency", "danger", "suicide", "suicidal", "therapy", "therapist", "psychotherapy", "psychology", "counselling",
		"clinic", "clinical", "clinician", "patient", "treatment", "diagnosis", "symptom", "symptoms", "mental", "health", "care", "fhir",
		"feeling", "feelings", "mood", "sad", "afraid", "questionnaire", "instrument", "intake", "disorder", "illness",
	}
	for _, in := range instrument.Shipped().All() {
		all = append(all, in.ID, in.Name, in.Title)
	}
	for _, e := range exercise.Shipped().All() {
		all = append(all, e.ID, e.Title)
	}
	methods := method.Shipped()
	for _, c := range methods.Concerns() {
		all = append(all, c.ID, c.Name)
	}
	for _, a := range methods.Approaches() {
		all = append(all, a.ID, a.Name)
	}
	for _, t := range methods.Techniques() {
		all = append(all, t.ID, t.Name)
	}
	for _, part := range append(intake.Parts(), intake.Summary) {
		all = append(all, string(part))
	}
	for i, word := range all {
		all[i] = inAddress(word)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(word string) bool {
		return word == "" || word == "none" // "none for now" is an approach, and a plain word
	})
})

// inAddress is a text as it would stand in an address: letters and digits, a dash for
// whatever is between.
func inAddress(text string) string {
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(text), "-"), "-")
}

// tells is the word by which an address of a client, or the name of a file, says what
// somebody does here; nothing if it is neutral. What leads to the files of the program
// is the same for everybody.
func tells(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || strings.HasPrefix(u.Path, "/assets/") || spoken.MatchString(u.Path) {
		return ""
	}
	plain := address
	for range 2 { // where to go afterwards is an address within an address
		if again, err := url.QueryUnescape(plain); err == nil {
			plain = again
		}
	}
	plain = "-" + inAddress(plain) + "-"
	for _, word := range telling() {
		if strings.Contains(plain, "-"+word+"-") {
			return word
		}
	}
	return ""
}

// mayBeClients says whether clients open a route in their browsers.
func mayBeClients(r web.Route) bool {
	return (r.Audience == web.Client || r.Audience == web.SignedIn || r.Audience == web.Anyone) && !spoken.MatchString(r.Pattern)
}

// variables stand in a pattern and in no address.
var variables = regexp.MustCompile(`\{[^}]*\}`)

// What leads on from a page, and what the device is told to keep by a name.
var leads = regexp.MustCompile(`(?i)\s(?:href|src|action|formaction|download|data-keep|data-kept|data-to|data-at|data-draft|data-back)="([^"]*)"`)

// Every client of the sample practice goes wherever their pages lead, and not one
// address, form or file on the way tells whoever sees the history of a phone what it is
// about. Of addresses that differ by an id or a number alone a few are opened.
func TestNoAddressThatAClientMeetsSaysWhatItIsAbout(t *testing.T) {
	c := config{Data: shortDir(t) + "/data", Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	p := newTold(t, c, "") // the sample practice
	for _, r := range p.routes {
		if word := tells(variables.ReplaceAllString(r.Pattern, "")); word != "" && mayBeClients(r) {
			t.Errorf("the route %s %s holds %q", r.Method, r.Pattern, word)
		}
	}
	alike := regexp.MustCompile(`[0-9a-f]{8,}(-[0-9a-f]{4,12}){0,4}|[0-9]+`)
	const few = 40
	said := make(map[string]bool)
	opened := 0
	for _, one := range p.Cast {
		if one.Role != "client" {
			continue
		}
		s := &someone{Player: one, cookie: p.signsIn(t, one.Practice, one.ID)}
		met, shapes := make(map[string]bool), make(map[string]int)
		queue := []string{"/my/week", "/account", "/help", "/sign-in?to=%2Fmy%2Fweek", "/p/" + demo.Slug}
		meets := func(from, address string) {
			if word := tells(address); word != "" && !said[word+alike.ReplaceAllString(address, "…")] {
				said[word+alike.ReplaceAllString(address, "…")] = true
				t.Errorf("%s: %s leads to %s, which holds %q", s.Name, from, address, word)
			}
		}
		for len(queue) > 0 {
			path, _, _ := strings.Cut(queue[0], "#")
			queue = queue[1:]
			shape := alike.ReplaceAllString(path, "…")
			if met[path] || shapes[shape] == few || strings.HasPrefix(path, "/assets/") {
				continue
			}
			met[path] = true
			shapes[shape]++
			got := p.gets(s, path)
			opened++
			if kind, with, err := mime.ParseMediaType(got.header.Get("Content-Disposition")); err == nil && kind == "attachment" {
				meets(path, with["filename"])
			}
			if to := got.header.Get("Location"); to != "" {
				meets(path, to)
				queue = append(queue, to)
			}
			if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				continue
			}
			if m := titles.FindStringSubmatch(got.body); got.header.Get("Content-Disposition") == "" && (m == nil || m[1] != "Waymark") {
				t.Errorf("%s: the title of %s is not Waymark", s.Name, path)
			}
			for _, m := range leads.FindAllStringSubmatch(got.body, -1) {
				address := html.UnescapeString(m[1])
				meets(path, address)
				if strings.HasPrefix(m[0][1:], "href") && strings.HasPrefix(address, "/") {
					queue = append(queue, address)
				}
			}
		}
	}
	if opened < 400 {
		t.Errorf("only %d addresses were opened", opened)
	}
}
