package main

import (
	"net/http"
	"testing"

	"github.com/waymark-care/waymark/internal/web"
)

// Another site can have a browser send anything to any address here, with the cookie of
// whoever is signed in where that site is a neighbour.
func TestNoRouteTakesAFormFromAnotherSite(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		table, before, sent := cells(), p.kept(t), 0
		for _, r := range p.routes {
			if r.Method == http.MethodGet || r.Method == http.MethodHead {
				continue
			}
			s := p.find(map[web.Audience]string{web.Client: "Bela", web.Clinician: "Cleo", web.Manager: "Mona", web.SignedIn: "Bela", web.Anyone: "nobody", web.Token: "nobody", web.AppPassword: "nobody"}[r.Audience])
			bela := p.find("Bela")
			owner, second := bela.ID, noSuch
			cell := table[r.Method+" "+r.Pattern]
			if cell.owner == "ask" {
				owner = bela.has["ask"][0]
			}
			if ids := bela.has[cell.of]; len(ids) > 0 {
				second = ids[0]
			}
			path := fill(r.Pattern, owner, second)
			for _, from := range []map[string]string{
				{"Sec-Fetch-Site": "cross-site"},
				{"Sec-Fetch-Site": "same-site"},
				{"Origin": "https://elsewhere.example"}, // of a browser that sends no better word
			} {
				sent++
				if got := p.asks(s, sending{method: r.Method, path: path, header: from, raw: "id=" + newOne + "8&name=A&note=A&reason=A&revision=1"}); got.status != http.StatusForbidden {
					t.Errorf("%s %s took a form from %v: %d", r.Method, r.Pattern, from, got.status)
				}
			}
		}
		if sent < 300 {
			t.Errorf("only %d were sent", sent)
		}
		if wrong := changed(before, p.kept(t)); len(wrong) > 0 {
			t.Errorf("changed %v", wrong)
		}
	})
}
