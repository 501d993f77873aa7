package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/web"
)

func TestAMethodThatARouteDoesNotHaveIsTheSameForAll(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		has := make(map[string][]string)
		for _, r := range p.routes {
			has[r.Pattern] = append(has[r.Pattern], r.Method)
		}
		before := p.kept(t)
		for pattern, methods := range has {
			path := fill(pattern, p.named("Ada").ID, noSuch)
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
				if slices.Contains(methods, method) || p.routed(method, path) {
					continue
				}
				first := p.asks(p.all[0], sending{method: method, path: path})
				if first.status != http.StatusNotFound && first.status != http.StatusMethodNotAllowed {
					t.Errorf("%s %s: status %d", method, path, first.status)
				}
				for _, s := range p.all[1:] {
					if got := p.asks(s, sending{method: method, path: path}); !same(first, got) {
						t.Errorf("%s %s: %d for %s, %d for %s", method, path, first.status, p.all[0], got.status, s)
					}
				}
			}
		}
		if wrong := changed(before, p.kept(t)); len(wrong) > 0 {
			t.Errorf("changed %v", wrong)
		}
	})
}

// routed says whether the path belongs to a route with the method, whose
// pattern is another.
func (p *product) routed(method, path string) bool {
	r := httptest.NewRequest(method, path, nil)
	return strings.HasPrefix(p.site.pattern(r), method+" ")
}

// Whoever left, was erased or lost the client is refused from the next request on.
func TestWhoeverLeavesIsRefusedAtOnceInEveryBrowser(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		carl, mona, dora := p.find("Carl"), p.find("Mona"), p.find("Dora")
		second := &someone{Player: carl.Player, cookie: p.signsIn(t, carl.Practice, carl.ID)}
		if got := p.gets(second, "/clients/"+dora.ID); got.status != http.StatusOK {
			t.Fatalf("before: %d", got.status)
		}
		// Dora ends the work herself: her record is gone for Carl, and the rest is not.
		if got := p.posts(dora, "/my/team/"+carl.ID+"/end", url.Values{}); got.status != http.StatusSeeOther {
			t.Fatalf("ending the work: %d\n%s", got.status, got.body)
		}
		for _, s := range []*someone{carl, second} {
			none := p.gets(s, "/clients/"+noSuch)
			for _, path := range []string{"", "/ask", "/team", "/sessions", "/answers/" + dora.has["answer"][0]} {
				if got := p.gets(s, "/clients/"+dora.ID+path); !same(got, none) {
					t.Errorf("after the work was ended: GET %s is %d", path, got.status)
				}
			}
			if got := p.gets(s, "/today"); got.status != http.StatusOK || strings.Contains(got.body, "Dora") {
				t.Errorf("Today after the work with Dora was ended: %d, names her %t", got.status, strings.Contains(got.body, "Dora"))
			}
		}
		if got := p.posts(mona, "/people/"+carl.ID+"/leave", url.Values{}); got.status != http.StatusSeeOther {
			t.Fatalf("leaving: %d\n%s", got.status, got.body)
		}
		left := time.Now()
		for _, r := range p.routes {
			if r.Audience == web.Anyone {
				continue
			}
			for _, s := range []*someone{carl, second} {
				got := p.sends(s, r, cells()[r.Method+" "+r.Pattern], target{path: fill(r.Pattern, dora.ID, noSuch)})
				if byProgram(r) {
					if got.status != http.StatusUnauthorized {
						t.Errorf("%s %s after leaving: %d", r.Method, r.Pattern, got.status)
					}
					continue
				}
				if r.Method == http.MethodGet && got.status != http.StatusSeeOther || r.Method == http.MethodPost && got.status != http.StatusUnauthorized {
					t.Errorf("%s %s after leaving: %d", r.Method, r.Pattern, got.status)
				}
			}
		}
		if time.Since(left) > 5*time.Second {
			t.Log("the sweep itself took longer than five seconds; every refusal came at once")
		}
	})
}
