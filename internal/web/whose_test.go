package web_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// On one tablet Nora has a page open, and Elias signs in in another window.
func TestWhatNoraTypedIsNotKeptWhereEliasSignedInMeanwhile(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := webtest.New(t, w, "http://localhost", person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		miriam := s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		nora := s.Join(t, miriam, "Nora Whitfield", "nora@example.org", person.Client)
		elias := s.Join(t, miriam, "Elias Brandt", "elias@example.org", person.Client)
		kept := map[string][]string{}
		s.Serve(web.Options{}, []web.Route{
			{Method: "GET", Pattern: "/my/words", Audience: web.Client, Page: func(w http.ResponseWriter, r *http.Request) error {
				return web.Show(w, r, http.StatusOK, templ.Join(ui.Frame(web.Frame(r)), templ.Raw(
					`<form method="get"><p>Search</p></form><form class="form" method="post" action="/my/words"><textarea name="note"></textarea></form>`)))
			}},
			{Method: "POST", Pattern: "/my/words", Audience: web.Client, Page: func(w http.ResponseWriter, r *http.Request) error {
				if len(r.PostForm) != 1 || len(r.Form) != 1 {
					return fmt.Errorf("a page sees whose it is: %v, %v", r.PostForm, r.Form)
				}
				kept[web.ActorOf(r).ID] = append(kept[web.ActorOf(r).ID], r.PostForm.Get("note"))
				return web.SeeOther(w, r, "/my/words")
			}},
			{Method: "POST", Pattern: "/desk/words", Audience: web.Clinician, Page: func(http.ResponseWriter, *http.Request) error { return nil }},
		})
		const words = "I have told nobody yet"
		n := s.Browser(t, nora)
		page := n.Open("/my/words")
		mark := webtest.Hidden(t, page, "whose-page")
		if got := strings.Count(page.Body, mark); got != 3 || !strings.Contains(page.Body, ` data-page="`+mark+`"`) || strings.Contains(mark, nora.ID) {
			t.Errorf("its two forms that are sent, and the page, say %d times whose it is:\n%s", got, page.Body)
		}
		form := url.Values{"note": {words}, "whose-page": {mark}}
		long := url.Values{"note": {words + strings.Repeat(" and more", 40_000)}, "whose-page": {mark}}

		e, m := s.Browser(t, elias), s.Browser(t, miriam)
		tablet := []string{"Waymark-Page", ""} // no script
		for what, got := range map[string]webtest.Reply{
			"by Elias":          e.PostForm("/my/words", form, http.StatusUnauthorized, tablet...),
			"by Elias, long":    e.PostForm("/my/words", long, http.StatusUnauthorized, tablet...),
			"by a script":       e.PostForm("/my/words", url.Values{"note": {words}}, http.StatusUnauthorized, "Waymark-Page", mark),
			"from no page":      e.PostForm("/my/words", url.Values{"note": {words}}, http.StatusUnauthorized, tablet...),
			"where nothing is":  m.PostForm("/my/words", form, http.StatusUnauthorized, tablet...),
			"to a desk":         m.PostForm("/desk/words", form, http.StatusUnauthorized, tablet...),
			"asked by a script": e.Send(http.MethodGet, "/my/words", nil, "Waymark-Page", mark, "Accept", "application/json"),
		} {
			webtest.HasNot(t, got, words, "Send it again", "Nora")
			if got.Status != http.StatusUnauthorized || !strings.Contains(got.Body, "Nothing was saved") {
				t.Errorf("%s: %d\n%s", what, got.Status, got.Text())
			}
		}

		// Her sign-in ends, and Elias signs in in the new window: what is sent again is hers.
		again := s.Nobody(t).PostForm("/my/words", form, http.StatusUnauthorized)
		webtest.Has(t, again, "Please sign in again", "Send it again", words)
		carried := webtest.Carried(again)
		webtest.HasNot(t, e.PostForm("/my/words", carried, http.StatusUnauthorized, tablet...), words)
		if len(kept) > 0 {
			t.Fatalf("kept %v", kept)
		}
		s.Browser(t, nora).PostForm("/my/words", carried, http.StatusSeeOther, tablet...)
		s.Browser(t, nora).PostForm("/my/words", long, http.StatusSeeOther, tablet...)
		if len(kept[nora.ID]) != 2 || len(kept) != 1 {
			t.Errorf("kept %v", kept)
		}
	})
}

func TestEveryScriptThatSendsSomethingSaysWhosePageItIsOn(t *testing.T) {
	sends := 0
	err := filepath.WalkDir("../../assets/ts", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".ts" {
			return err
		}
		text, err := os.ReadFile(path)
		if !strings.Contains(string(text), `method: "POST"`) {
			return err
		}
		sends++
		if !strings.Contains(string(text), "...whosePage()") && !strings.Contains(string(text), `"Waymark-Whose": `) {
			t.Errorf("%s sends what says not whose page it comes from", path)
		}
		return err
	})
	if err != nil || sends < 5 {
		t.Errorf("%d scripts send something: %v", sends, err)
	}
}
