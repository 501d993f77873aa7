package method_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/method"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with the pages about methods: Miriam and Mallory work
// there, Max manages it, and Nora is a client.
type house struct {
	browser                    func(*testing.T, access.Actor) *webtest.Browser
	miriam, mallory, max, nora access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := webtest.New(t, w, "http://localhost", person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		h := &house{browser: s.Browser}
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
		h.max = s.Join(t, s.Operator(), "Max Roth", "max@linden.example", person.Manager)
		h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
		s.Serve(web.Options{}, (&pages.Pages{Methods: method.NewShelf(w.Door)}).Routes())
		f(t, h)
	})
}

// walking is the form of an approach of the practice's own.
func walking(form url.Values) url.Values {
	form.Set("name", "Walking sessions")
	form.Set("plain", "Talking while walking")
	form.Set("about", "Sessions <b>outside</b>, by the river.")
	form.Set("effect", "People say that they speak more freely.")
	form.Set("care", "Weather\nBeing seen together")
	form.Set("to0", "grief")
	form.Set("strength0", "own experience")
	form.Set("evidence", "About twenty clients over six years.")
	form.Set("sources", "Our own notes, 2019 to 2025")
	return form
}

func TestTheCatalogueIsBrowsedAndLookedThrough(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		webtest.Has(t, b.Open("/methods"), "By what somebody comes with", "Panic, with or without avoided places", "Cognitive behavioural therapy (CBT)", "Nothing yet.")
		webtest.Has(t, b.Open("/methods?q=insomnia"), "Found", "CBT for insomnia")
		webtest.Has(t, b.Open("/methods?q=%3Cscript%3Ezzz"), "Nothing has all of these words")
		webtest.HasNot(t, b.Open("/methods?q=%3Cscript%3Ezzz"), "<script>zzz")
		page := b.Open("/methods/depression")
		webtest.Has(t, page, "Before choosing", "Ways to work on it", "Guideline-recommended", "None for now", "not checked against the text", "Compared with its abstract.")
		if text := page.Text(); strings.LastIndex(text, "None for now") < strings.Index(text, "Practice tradition") {
			t.Error("none for now does not stand last")
		}
		webtest.Has(t, b.Open("/methods/depression?way=exploring"), "Fits")
		webtest.HasNot(t, b.Open("/methods/depression"), ">Fits")
		webtest.Has(t, b.Open("/methods/emdr"), "How it is thought to work", "Wait if", "Steps, from simple to demanding", "For what", "as a client reads it", "Many people are troubled much less by the memory.")
		webtest.Has(t, b.Open("/methods/sleep-window"), "Demanding", "Usually after", "Sleep diary")
		webtest.Has(t, b.Open("/methods/cbt?version=1"), "cbt@1")
		webtest.Has(t, b.Open("/methods/sources"), "Practice tradition", "This is among what national guidelines recommend.", "sources were compared")
		for _, nowhere := range []string{"/methods/nothing", "/methods/cbt?version=9", "/methods/cbt?version=x", "/methods/CBT", "/methods/cbt/edit"} {
			b.Want(http.StatusNotFound, b.Get(nowhere))
		}
	})
}

func TestAnOwnApproachIsLookedAtKeptRevisedAndHidden(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := walking(webtest.Carried(b.Open("/methods/new")))
		look := b.PostForm("/methods/preview", form, http.StatusOK)
		webtest.Has(t, look, "As it would stand", "not kept yet", "Being seen together", "Stated by the practice", "Own experience", "Sessions <b>outside</b>")
		webtest.HasNot(t, b.Open("/methods"), "Walking sessions")
		kept := b.PostForm("/methods/new", form, http.StatusSeeOther)
		at, _, _ := strings.Cut(kept.To, "?")
		if again := b.PostForm("/methods/new", form, http.StatusSeeOther); !strings.HasPrefix(again.To, at+"?") {
			t.Error("the same form made another")
		}
		webtest.Has(t, b.Open("/methods"), "Walking sessions", "Approach, today")
		webtest.Has(t, b.Open(at), "Your practice’s own", "by you", "Version 1", "Revise it")
		webtest.Has(t, b.Open("/methods/grief"), "Walking sessions", "About twenty clients")
		webtest.Has(t, h.browser(t, h.mallory).Open(at), "by a colleague")

		first := webtest.Carried(b.Open(at + "/edit"))
		second := walking(url.Values{"id": first["id"], "kind": first["kind"], "entry": first["entry"], "revision": first["revision"]})
		second.Set("about", "Sessions in the park.")
		b.PostForm(at+"/edit", second, http.StatusSeeOther)
		late := h.browser(t, h.mallory)
		third := walking(url.Values{"id": {webtest.NewID(t)}, "kind": first["kind"], "entry": first["entry"], "revision": first["revision"]})
		third.Set("about", "Sessions on the hill.")
		clash := late.PostForm(at+"/edit", third, http.StatusConflict)
		webtest.Has(t, clash, "What stands there now", "Sessions in the park.", "Sessions on the hill.")
		third.Set("revision", webtest.Hidden(t, clash, "revision"))
		third.Set("id", webtest.Hidden(t, clash, "id"))
		late.PostForm(at+"/edit", third, http.StatusSeeOther)
		webtest.Has(t, b.Open(at), "Sessions on the hill.", "Version 3")
		webtest.Has(t, b.Open(at+"?version=2"), "This is an older version", "Sessions in the park.")

		b.Post(at+"/hide", http.StatusSeeOther, "hidden", "yes")
		webtest.HasNot(t, b.Open("/methods/grief"), "Walking sessions")
		webtest.Has(t, b.Open(at), "left out of what can be chosen", "Let it be chosen again")
		webtest.Has(t, b.Open("/methods"), "Left out here")
		b.Post(at+"/hide", http.StatusSeeOther, "hidden", "no")
		webtest.Has(t, b.Open("/methods/grief"), "Walking sessions")
		b.Want(http.StatusNotFound, b.Submit("/methods/nothing/hide", "hidden", "yes"))
		b.Post("/methods/none/hide", http.StatusUnprocessableEntity, "hidden", "yes")
	})
}

func TestAConcernAndATechniqueOfOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := webtest.Carried(b.Open("/methods/new?kind=concern"))
		form.Set("name", "Homesickness")
		form.Set("about", "Missing a place.")
		form.Set("within", "big-change")
		form.Set("to0", "supportive")
		form.Set("strength0", "tradition")
		at := b.PostForm("/methods/new", form, http.StatusSeeOther).To
		webtest.Has(t, b.Open(at), "Homesickness", "Supportive counselling", "a change that is hard to get used to in general", "None for now")

		form = webtest.Carried(b.Open("/methods/new?kind=technique"))
		form.Set("name", "Naming the trees")
		form.Set("about", "A way of arriving.")
		form.Set("demand", "1")
		form.Set("strength", "own experience")
		webtest.Has(t, b.PostForm("/methods/new", form, http.StatusUnprocessableEntity), "Please choose at least one approach", "A way of arriving.")
		form["approaches"] = []string{"cbt", "supportive"}
		at = b.PostForm("/methods/new", form, http.StatusSeeOther).To
		webtest.Has(t, b.Open(at), "Naming the trees", "Own experience", "Supportive counselling")
		webtest.Has(t, b.Open("/methods/supportive"), "Naming the trees")
	})
}

func TestWhatIsWrongIsSaidAtItsFieldAndNothingIsLost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := walking(webtest.Carried(b.Open("/methods/new")))
		form.Set("name", "")
		for _, to := range []string{"/methods/new", "/methods/preview"} {
			webtest.Has(t, b.PostForm(to, form, http.StatusUnprocessableEntity), "Please give it a name.", "Being seen together", "About twenty clients")
		}
		form = walking(webtest.Carried(b.Open("/methods/new")))
		form.Set("to0", "")
		webtest.Has(t, b.PostForm("/methods/new", form, http.StatusUnprocessableEntity), "Please choose at least one concern")
		form.Set("to0", "nowhere")
		webtest.Has(t, b.PostForm("/methods/new", form, http.StatusUnprocessableEntity), "there is no concern called")
		form.Set("to0", "grief")
		form.Set("kind", "wish")
		webtest.Has(t, b.PostForm("/methods/new", form, http.StatusUnprocessableEntity), "Please choose what you want to add.")
	})
}

func TestAFormThatIsFullInAnyScriptIsShownAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := webtest.Brimful(b.Open("/methods/new"))
		about := form.Get("about")
		if fault.Length(about) != method.MaxText {
			t.Fatalf("the form is not full: %d bytes", len(about))
		}
		form.Set("name", "")
		webtest.Has(t, b.PostForm("/methods/new", form, http.StatusUnprocessableEntity), "Please give it a name.", about)
	})
}

func TestMethodsAreForClinicians(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, who := range []access.Actor{h.max, h.nora} {
			b := h.browser(t, who)
			for _, path := range []string{"/methods", "/methods/cbt", "/methods/sources", "/methods/new"} {
				b.Want(http.StatusNotFound, b.Get(path))
			}
			b.Want(http.StatusNotFound, b.Submit("/methods/cbt/hide", "hidden", "yes"))
		}
	})
}
