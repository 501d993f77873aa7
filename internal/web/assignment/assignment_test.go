package assignment_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/assignment"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with the pages of what is practised: Miriam treats Nora,
// Mallory does not.
type house struct {
	browser               func(*testing.T, access.Actor) *webtest.Browser
	miriam, mallory, nora access.Actor
	desk                  string // of Nora's pages
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		p := person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"}
		s := webtest.New(t, w, "http://localhost", p)
		h := &house{browser: s.Browser}
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
		h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
		h.desk = "/clients/" + h.nora.ID
		s.Serve(web.Options{}, (&pages.Pages{Assignments: assignment.New(w.Door), People: s.People, Plans: plan.New(w.Door)}).Routes())
		f(t, h)
	})
}

func TestOnlyAClientsPhoneKeepsWhatIsTypedUnderANameThatDoesNotSayWhichExercise(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		typed := []string{"id", webtest.NewID(t), "exercise", "one-step", "version", "1", "title", strings.Repeat("Two stops on the tram ", 100)}
		if kept := phone.Post("/my/practice", http.StatusUnprocessableEntity, typed...).Body; !regexp.MustCompile(`data-keep="my-new-` + h.nora.ID + `-[0-9a-f]{32}"`).MatchString(kept) {
			t.Error("the phone does not keep it, or says of what")
		}
		name := `data-keep="desk-new-` + h.nora.ID + `-one-step"`
		for _, got := range []webtest.Reply{desk.Open(h.desk + "/practice/new?exercise=one-step"), desk.Post(h.desk+"/practice", http.StatusUnprocessableEntity, typed...)} {
			if !strings.Contains(got.Body, name) {
				t.Errorf("a desk does not keep it as %s", name)
			}
		}
	})
}

func TestASuggestionIsTakenUpLoggedAndAnswered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		webtest.Has(t, phone.Open("/my/practice"), "Nothing is agreed for today, and that is fine.")
		id := webtest.NewID(t)
		webtest.Has(t, desk.Open(h.desk+"/practice/new?exercise=one-step"), "It may feel uneasy", "Suggest it")
		desk.Post(h.desk+"/practice", http.StatusSeeOther, "id", id, "exercise", "one-step", "version", "1", "title", "Two stops on the tram", "why", "You asked whether it is still true")
		webtest.Has(t, phone.Open("/my/practice"), "Two stops on the tram", "Miriam suggested this", "Not this one", "Later")
		at := "/my/practice/" + id
		if to := phone.Post(at, http.StatusSeeOther, "revision", "1", "turn", "agree").To; !strings.HasPrefix(to, at+"?done=agreed") {
			t.Errorf("sent on to %s", to)
		}
		phone.Post(at, http.StatusConflict, "revision", "1", "turn", "adapt", "title", "One stop")
		webtest.Has(t, phone.Post(at+"/logs", http.StatusUnprocessableEntity, "id", webtest.NewID(t), "note", "The inspector", "x-expect", "Everybody looks"),
			"How did it go?", "The inspector", "Everybody looks")
		phone.Post(at+"/logs", http.StatusUnprocessableEntity, "id", webtest.NewID(t), "when", "today", "day", "2026-01-02") // it waited on a phone
		phone.Has(`value="2026-01-02"`)
		log := webtest.NewID(t)
		for range 2 { // the answer was lost
			phone.Post(at+"/logs", http.StatusSeeOther, "id", log, "how", "tried", "day", "2099-01-01", "note", "The inspector", "x-expect", "Everybody looks")
		}
		webtest.Has(t, phone.Open(at), "Tried", "Today", "Everybody looks")
		page := desk.Open(h.desk + "/practice")
		webtest.Has(t, page, "Two stops on the tram", "Tried once.", "The inspector", "Answer with a line")
		if strings.Contains(page.Body, log) {
			t.Error("the desk's page has the id of a log, which says when its form was opened")
		}
		desk.Post(h.desk+"/practice/logs/1/line", http.StatusSeeOther, "revision", "0", "line", "You were on the tram")
		webtest.Has(t, desk.Post(h.desk+"/practice/logs/1/line", http.StatusConflict, "revision", "0", "line", "Another"), "You were on the tram")
		desk.Has(`value="Another"`)
		webtest.Has(t, phone.Open("/my/practice"), "You were on the tram")
		phone.Post(at+"/logs/"+log, http.StatusSeeOther, "revision", "1", "how", "did", "note", "The inspector", "mine", "yes", "when", "none")
		if page := desk.Open(h.desk + "/practice").Text(); strings.Contains(page, "The inspector") || !strings.Contains(page, "What was written is the client’s own.") {
			t.Errorf("the desk reads %s", page)
		}
		phone.Post(at+"/logs/"+log+"/take-back", http.StatusSeeOther, "revision", "2")
		phone.Post(at, http.StatusSeeOther, "turn", "let-go")
		webtest.Has(t, desk.Open(h.desk+"/practice"), "Let go", "Nothing is agreed at the moment, and that can be just right.")
		webtest.Has(t, desk.Open("/exercises/used"), "One step of your ladder")
	})
}

func TestAThirdIsAskedAboutWithEverythingThatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone := h.browser(t, h.nora)
		take := func(status int, title string, more ...string) webtest.Reply {
			return phone.Post("/my/practice", status, append([]string{"id", webtest.NewID(t), "title", title}, more...)...)
		}
		take(http.StatusSeeOther, "A walk")
		take(http.StatusSeeOther, "The piano")
		webtest.Has(t, take(http.StatusUnprocessableEntity, "Letters", "words", "To Aunt Ida"), assignment.TheQuestion, "To Aunt Ida")
		phone.Has(`value="Letters"`)
		take(http.StatusSeeOther, "Letters", "call", "presence")
		phone.Post("/my/practice/low", http.StatusSeeOther, "low", "yes")
		webtest.Has(t, phone.Open("/my/practice"), "Only you know that you chose this.", "Also for today")
	})
}

func TestWhoeverDoesNotTreatSomebodyFindsNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		other := h.browser(t, h.mallory)
		for _, path := range []string{"/practice", "/practice/new"} {
			other.Want(http.StatusNotFound, other.Get(h.desk+path))
		}
		other.Post(h.desk+"/practice", http.StatusNotFound, "id", webtest.NewID(t), "title", "A walk")
	})
}
