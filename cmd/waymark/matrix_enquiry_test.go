package main

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/web"
)

// enquiryCells are the routes about asking for a consultation: by anybody, by the
// link to an answer, and by those who read and decide.
func enquiryCells() map[string]cell {
	link := cell{owner: "link", reach: nobodys, form: values("id", newOne+"1", "line", "Mornings are better")}
	one := func(pairs ...string) cell {
		return cell{owner: "enquiry", reach: nobodys, gone: true, form: values(pairs...)}
	}
	return map[string]cell{
		"GET /p/{slug}/begin":              {owner: "slug", reach: nobodys},
		"POST /p/{slug}/begin":             {owner: "slug", reach: nobodys, form: values("name", "Kim", "brings", "Sleep")},
		"GET /answer/{link}":               link,
		"POST /answer/{link}":              link,
		"GET /answer/{link}/withdraw":      link,
		"POST /answer/{link}/withdraw":     link,
		"GET /enquiries":                   {},
		"POST /enquiries/junk":             {form: values()},
		"GET /enquiries/{enquiry}":         one(),
		"POST /enquiries/{enquiry}":        one("id", newOne+"2", "revision", "1", "move", "decline", "told", "We are sorry."),
		"GET /enquiries/{enquiry}/accept":  one(),
		"POST /enquiries/{enquiry}/accept": one("id", newOne+"3", "revision", "1", "name", "Kim", "email", "kim@example.org"),
		"GET /callers":                     {},
	}
}

// TestWhoReadsAnEnquiry has somebody ask in one of two practices, and everybody look.
func TestWhoReadsAnEnquiry(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		practice := p.named("Mona").Practice
		var f enquiry.Form
		var link string
		p.does(t, func(ctx context.Context) (err error) {
			f.ID, f.Stamp, err = p.Enquiries.Blank(practice, time.Now().Add(-time.Minute))
			f.Agree, f.Name, f.Email, f.Reach, f.Brings = true, "Kimberly", "kimberly@example.net", enquiry.Message, "Wandering nights"
			if err == nil {
				link, err = p.Enquiries.Ask(ctx, practice, "203.0.113.9", f)
			}
			return err
		})
		path := "/enquiries/" + f.ID
		before := p.kept(t)
		for _, s := range p.all {
			clinician := slices.Contains([]string{"clinician", "supervisor"}, s.Role) && s.Practice == practice
			manager := s.Role == "manager" && s.Practice == practice
			for _, at := range []string{path, path + "/accept", "/enquiries", "/callers"} {
				got := p.gets(s, at)
				says, named := strings.Contains(got.body, "Wandering"), strings.Contains(got.body, "Kimberly")
				if says != (clinician && at == path) {
					t.Errorf("%s reads at %s what brings somebody: %t", s, at, says)
				}
				if may := clinician && at != "/callers" || manager && at == "/callers"; named != may {
					t.Errorf("%s reads at %s who asked: %t (%d)", s, at, named, got.status)
				}
			}
			if clinician {
				continue
			}
			for at, form := range map[string]url.Values{
				path:             {"id": {newID(t)}, "revision": {"1"}, "move": {"decline"}, "told": {"No."}},
				path + "/accept": {"id": {newID(t)}, "revision": {"1"}, "name": {"Kim"}, "email": {"kim@example.org"}},
			} {
				got := p.asks(s, sending{method: http.MethodPost, path: at, form: form})
				if got.status != http.StatusNotFound && (s.is(web.SignedIn) || got.status != http.StatusUnauthorized) {
					t.Errorf("%s: POST %s: %d", s, at, got.status)
				}
			}
		}
		if wrong := changed(before, p.kept(t)); len(wrong) > 0 {
			t.Errorf("changed %v", wrong)
		}
		_, link, _ = strings.Cut(link, enquiry.AnswerPath)
		if got := p.gets(p.find("nobody"), enquiry.AnswerPath+link); got.status != http.StatusOK || strings.Contains(got.body, "Wandering") || strings.Contains(got.body, "Kimberly") {
			t.Errorf("by the link: %d\n%s", got.status, got.body)
		}
	})
}
