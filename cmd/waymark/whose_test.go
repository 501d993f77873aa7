package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/web"
)

func TestWhatComesFromAPageOfSomebodyElseIsKeptForNobody(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		table, other := cells(), p.find("Ada")
		const words = "Words that were typed on another page"
		for _, r := range p.routes {
			if r.Method != http.MethodPost || slices.Contains([]web.Audience{web.Anyone, web.Token, web.AppPassword}, r.Audience) {
				continue
			}
			s := p.find(map[web.Audience]string{web.Client: "Bela", web.Clinician: "Cleo", web.Manager: "Mona", web.SignedIn: "Bela"}[r.Audience])
			bela, cell := p.find("Bela"), table[r.Method+" "+r.Pattern]
			owner, second := bela.ID, noSuch
			if ids := bela.has[cell.owner]; len(ids) > 0 {
				owner = ids[0]
			}
			if ids := bela.has[cell.of]; len(ids) > 0 {
				second = ids[0]
			}
			form := url.Values{}
			if cell.form != nil {
				form = cell.form(p, bela.ID)
			}
			form.Set("note", words)
			path, before := fill(r.Pattern, owner, second), p.kept(t)
			marked := func(mark string) url.Values {
				with := url.Values{"whose-page": {mark}}
				for name, values := range form {
					with[name] = values
				}
				return with
			}
			for what, a := range map[string]sending{
				"the page of somebody else": {form: marked(p.page(other)), header: map[string]string{"Waymark-Page": ""}},
				"a script of such a page":   {form: form, header: map[string]string{"Waymark-Page": p.page(other)}},
				"a script that asks so":     {form: form, header: map[string]string{"Waymark-Page": p.page(other), "Accept": "application/json"}},
				"a page of nobody":          {form: form, header: map[string]string{"Waymark-Page": ""}},
				"pages of both":             {form: marked(p.page(other))},
			} {
				a.method, a.path = http.MethodPost, path
				got := p.asks(s, a)
				if got.status != http.StatusUnauthorized || strings.Contains(got.body, words) || strings.Contains(got.body, "Send it again") {
					t.Errorf("%s sent to %s: %d\n%s", what, r.Pattern, got.status, got.body)
				}
			}
			if wrong := changed(before, p.kept(t)); len(wrong) > 0 {
				t.Errorf("%s: changed %v", r.Pattern, wrong)
			}
		}
	})
}
