package exercise_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/exercise"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with the library: Miriam and Mallory work there, Max
// manages it, and Nora is a client.
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
		s.Serve(web.Options{}, (&pages.Pages{Exercises: exercise.NewShelf(w.Door)}).Routes())
		f(t, h)
	})
}

// river is what somebody writes into an empty builder.
func river(form url.Values) url.Values {
	form.Set("title", "Five minutes at the river")
	form.Set("group", "days")
	form.Set("what", "To get <b>out</b> of the house.")
	form.Set("how", "Go down to the water.\nStay for five minutes.")
	form.Set("smallest", "Look out of the window.")
	form.Set("level", "1")
	form.Set("q-f1-label", "What did you see?")
	form.Set("q-f1-kind", "line")
	return form
}

func TestTheLibraryIsBrowsedAndLookedThrough(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		webtest.Has(t, b.Open("/exercises"), "Just now", "Breathing slowly", "Trying things out", "One step of your ladder", "Nothing yet.")
		webtest.Has(t, b.Open("/exercises?q=camera+thought"), "Found", "Writing a thought down")
		webtest.HasNot(t, b.Open("/exercises?q=%3Cscript%3Ezzz"), "<script>zzz")
		webtest.Has(t, b.Open("/exercises/thought-record"), "As a client sees it", "What happened?", "When it is not the right thing", "It comes with Waymark", "Thought record", "version 1")
		webtest.Has(t, b.Open("/exercises/behavioural-experiment"), "It is meant to be uncomfortable")
		for _, nowhere := range []string{"/exercises/nothing", "/exercises/breathing?version=9", "/exercises/breathing?version=x", "/exercises/breathing/edit", "/exercises/new?from=nothing@1", "/exercises/breathing/draft"} {
			b.Want(http.StatusNotFound, b.Get(nowhere))
		}
	})
}

func TestAnOwnExerciseIsLookedAtKeptRevisedAndLeftOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := river(webtest.Carried(b.Open("/exercises/new")))
		look := b.PostForm("/exercises/preview", form, http.StatusOK)
		webtest.Has(t, look, "As a client would see it", "not kept yet", "To get <b>out</b> of the house.", "What did you see?")
		webtest.HasNot(t, b.Open("/exercises"), "Five minutes")
		kept := b.PostForm("/exercises/new", form, http.StatusSeeOther)
		at, _, _ := strings.Cut(kept.To, "?")
		if again := b.PostForm("/exercises/new", form, http.StatusSeeOther); !strings.HasPrefix(again.To, at+"?") {
			t.Error("the same form made another")
		}
		webtest.Has(t, b.Open("/exercises"), "Five minutes at the river", "Your own")
		webtest.Has(t, b.Open(at), "Your practice’s own", "by you", "Revise it")
		webtest.Has(t, h.browser(t, h.mallory).Open(at), "by a colleague")

		first := webtest.Carried(b.Open(at + "/edit"))
		second := river(url.Values{"id": first["id"], "exercise": first["exercise"], "revision": first["revision"], "ask": first["ask"]})
		second.Set("smallest", "Open the door.")
		b.PostForm(at+"/edit", second, http.StatusSeeOther)
		late := h.browser(t, h.mallory)
		third := river(url.Values{"id": {webtest.NewID(t)}, "exercise": first["exercise"], "revision": first["revision"], "ask": first["ask"]})
		third.Set("smallest", "Put your shoes on.")
		clash := late.PostForm(at+"/edit", third, http.StatusConflict)
		webtest.Has(t, clash, "What stands there now", "Open the door.", "Put your shoes on.")
		third.Set("revision", webtest.Hidden(t, clash, "revision"))
		third.Set("id", webtest.Hidden(t, clash, "id"))
		late.PostForm(at+"/edit", third, http.StatusSeeOther)
		webtest.Has(t, b.Open(at), "Put your shoes on.", "Version 3")
		webtest.Has(t, b.Open(at+"?version=2"), "This is an older version", "Open the door.")

		b.Post(at+"/hide", http.StatusSeeOther, "hidden", "yes")
		webtest.Has(t, b.Open("/exercises"), "Left out here")
		webtest.Has(t, b.Open(at), "left out of the lists", "Put it into the lists again")
		b.Post(at+"/hide", http.StatusSeeOther, "hidden", "no")
		webtest.HasNot(t, b.Open("/exercises"), "Left out here")
		b.Want(http.StatusNotFound, b.Submit("/exercises/nothing/hide", "hidden", "yes"))
		b.Want(http.StatusNotFound, b.Submit("/exercises/nothing/edit", "id", webtest.NewID(t), "title", "")) // before anything is said of its form
	})
}

func TestTheBuilderChangesItsShapeWithoutScriptAndLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := river(webtest.Carried(b.Open("/exercises/new")))
		press := func(what string) {
			form.Set("do", what)
			page := b.PostForm("/exercises/preview", form, http.StatusOK)
			webtest.Has(t, page, "To get <b>out</b> of the house.")
			if !strings.Contains(page.Body, `value="What did you see?"`) {
				t.Errorf("%s: what was typed is gone", what)
			}
			webtest.HasNot(t, page, "As a client would see it")
			form["ask"] = webtest.Carried(page)["ask"]
			for name, value := range webtest.Carried(page) {
				if strings.HasSuffix(name, "-within") {
					form[name] = value
				}
			}
			form.Del("do")
		}
		press("rows")
		press("up-f2")
		if got := strings.Join(form["ask"], " "); got != "f2 f3 f1" {
			t.Fatalf("the fields stand as %s", got)
		}
		form.Set("q-f2-label", "People")
		form.Set("q-f2-kind", "rows")
		form.Set("q-f2-row", "Person")
		form.Set("q-f3-label", "How near were they?")
		form.Set("q-f3-kind", "scale")
		page := b.PostForm("/exercises/preview", form, http.StatusOK)
		webtest.Has(t, page, "As a client would see it", "Person 1", "How near were they?", "In field 1", "The first means")
		form.Set("q-f3-max", "1000")
		page = b.PostForm("/exercises/preview", form, http.StatusUnprocessableEntity)
		webtest.Has(t, page, "Please write a whole number from 1 to 100.")
		if !strings.Contains(page.Body, `href="#f-q-f3-max"`) {
			t.Error("what is to be corrected leads nowhere")
		}
		press("off-f2")
		if got := strings.Join(form["ask"], " "); got != "f1" {
			t.Errorf("the fields stand as %s", got)
		}
		b.PostForm("/exercises/new", form, http.StatusSeeOther)
	})
}

func TestAFormThatIsFullInAnyScriptIsShownAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := webtest.Brimful(b.Open("/exercises/new"))
		what := form.Get("what")
		if fault.Length(what) != exercise.MaxSaid {
			t.Fatalf("the form is not full: %d bytes", len(what))
		}
		form.Set("title", "")
		webtest.Has(t, b.PostForm("/exercises/new", form, http.StatusUnprocessableEntity), "Please give it a name.", what)
	})
}

// Forty fields of every kind, each as full as its page lets it be of letters that take three
// bytes: all of it is kept as a draft, and comes back.
func TestAnExerciseOfFortyFieldsFullOfAnyScriptIsKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		full := func(n int) string { return strings.Repeat("森", n) }
		form := webtest.Brimful(b.Open("/exercises/new"))
		form.Del("ask")
		form.Set("title", full(exercise.MaxTitle))
		for n := range exercise.MaxAsks {
			id := "f" + strconv.Itoa(n+1)
			form.Add("ask", id)
			for what, said := range map[string]string{
				"label": full(exercise.MaxLabel), "kind": string(exercise.Choices), "help": full(exercise.MaxSaid), "when": "", "within": "",
				"min": "", "max": "", "low": full(exercise.MaxLabel), "high": full(exercise.MaxLabel), "unit": full(20), "row": full(exercise.MaxLabel), "most": "",
				"choices": strings.TrimSpace(strings.Repeat(full(exercise.MaxLabel-1)+"\n", exercise.MaxChoices)),
			} {
				form.Set(exercise.AskName(id, what), said)
			}
		}
		kept := b.PostForm("/exercises/draft", form, http.StatusSeeOther)
		again := b.Open(kept.To)
		if n, asks := strings.Count(again.Body, full(exercise.MaxSaid)), len(webtest.Carried(again)["ask"]); n < exercise.MaxAsks || asks != exercise.MaxAsks {
			t.Errorf("%d fields came back, and %d of their lines of help", asks, n)
		}
	})
}

func TestADraftIsGoneOnWithAndNobodyElseSeesIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := river(webtest.Carried(b.Open("/exercises/new?from=grounding@1")))
		form.Set("title", "")
		form.Set("how", "Only begun")
		at, _, _ := strings.Cut(b.PostForm("/exercises/draft", form, http.StatusSeeOther).To, "?")
		webtest.Has(t, b.Open("/exercises"), "Your drafts", "Without a name yet")
		webtest.Has(t, b.Open(at), "Only begun", "Adapted from", "Throw this draft away")
		b.Want(http.StatusNotFound, h.browser(t, h.mallory).Get(at))
		webtest.HasNot(t, h.browser(t, h.mallory).Open("/exercises"), "Your drafts")

		form.Set("how", "Gone on with")
		clash := b.PostForm("/exercises/draft", form, http.StatusConflict)
		webtest.Has(t, clash, "You went on with this draft elsewhere", "Gone on with")
		form.Set("draft", webtest.Hidden(t, clash, "draft"))
		b.PostForm("/exercises/draft", form, http.StatusSeeOther)
		webtest.Has(t, b.PostForm("/exercises/new", form, http.StatusUnprocessableEntity), "Please give it a name.", "Gone on with")
		form.Set("title", "Coming back to the room")
		form.Set("guide", "")
		kept := b.PostForm("/exercises/new", form, http.StatusSeeOther).To
		webtest.HasNot(t, b.Open("/exercises"), "Your drafts")
		webtest.Has(t, b.Open(kept), "Adapted from", "Coming back to now")

		form = river(webtest.Carried(b.Open("/exercises/new")))
		at, _, _ = strings.Cut(b.PostForm("/exercises/draft", form, http.StatusSeeOther).To, "?")
		b.Post(at+"/drop", http.StatusSeeOther)
		b.Want(http.StatusNotFound, b.Get(at))
	})
}

func TestTheLibraryIsWrittenByClinicians(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, who := range []access.Actor{h.max, h.nora} {
			b := h.browser(t, who)
			for _, path := range []string{"/exercises", "/exercises/breathing", "/exercises/new"} {
				b.Want(http.StatusNotFound, b.Get(path))
			}
			b.Want(http.StatusNotFound, b.Submit("/exercises/breathing/hide", "hidden", "yes"))
		}
	})
}
