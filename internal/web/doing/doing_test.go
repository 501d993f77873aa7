package doing_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/doing"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with the client's library: Miriam works there, Max manages
// it, and Nora and Jonas are clients.
type house struct {
	browser                  func(*testing.T, access.Actor) *webtest.Browser
	nobody                   func(*testing.T) *webtest.Browser
	miriam, max, nora, jonas access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := webtest.New(t, w, "http://localhost", person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		h := &house{browser: s.Browser, nobody: s.Nobody}
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.max = s.Join(t, s.Operator(), "Max Roth", "max@linden.example", person.Manager)
		h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
		h.jonas = s.Join(t, h.miriam, "Jonas Brandt", "jonas@example.org", person.Client)
		s.Serve(web.Options{}, (&doing.Pages{Exercises: exercise.NewShelf(w.Door)}).Routes())
		f(t, h)
	})
}

// to is where the list leads with the given title.
func to(t *testing.T, b *webtest.Browser, title string) string {
	t.Helper()
	m := regexp.MustCompile(`href="(/my/exercises/[0-9a-f]{32})">` + title).FindStringSubmatch(b.Open("/my/exercises").Body)
	if m == nil {
		t.Fatalf("nothing leads to %q", title)
	}
	return m[1]
}

func TestAClientLooksAroundAndIsLedThroughWhatHelpsJustNow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.nora)
		page := b.Open("/my/exercises")
		webtest.Has(t, page, "Just now", "Nothing has to be agreed or written down.", "Breathing slowly", "Coming back to now", "Writing a thought down")
		text := page.Text()
		if first, later := strings.Index(text, "Finding the word for it"), strings.Index(text, "With thoughts"); first < 0 || first > later || strings.Count(text, "Finding the word for it") != 1 {
			t.Error("what helps just now does not stand first, and once")
		}
		one := b.Open(to(t, b, "Breathing slowly"))
		webtest.Has(t, one, "Breathe in for 4 seconds, and out for 6.", "When it is not the right thing", "If you get dizzy", "The smallest step", "Take it up")
		if !strings.Contains(one.Body, "/assets/guide-breathing") || strings.Contains(one.Body, `action="/my`) {
			t.Error("the guide has no script, or the page asks for something")
		}
		webtest.Has(t, b.Open(to(t, b, "Coming back to now")), "Name five things that you see.", "Name one thing that you taste")
		webtest.Has(t, b.Open(to(t, b, "Finding the word for it")), "it is kept nowhere", "Ashamed", "out of my depth")
		webtest.HasNot(t, b.Open(to(t, b, "Writing a thought down")), "data-guide=", "/assets/guide-")
	})
}

func TestNobodyElseFindsThePages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		breathing := to(t, h.browser(t, h.nora), "Breathing slowly")
		if other := to(t, h.browser(t, h.jonas), "Breathing slowly"); other == breathing {
			t.Error("an exercise has the same address for two clients")
		}
		h.browser(t, h.jonas).Want(http.StatusNotFound, h.browser(t, h.jonas).Get(breathing))
		for name, b := range map[string]*webtest.Browser{"clinician": h.browser(t, h.miriam), "manager": h.browser(t, h.max)} {
			for _, path := range []string{"/my/exercises", breathing, "/my/exercises/nothing"} {
				if got := b.Get(path); got.Code != http.StatusNotFound {
					t.Errorf("%s: %s answers %d", name, path, got.Code)
				}
			}
		}
		b := h.nobody(t)
		if here, gone := b.Get(breathing), b.Get("/my/exercises/nothing"); here.Code != gone.Code || here.Code == http.StatusOK {
			t.Errorf("somebody who has not signed in learns what there is: %d, %d", here.Code, gone.Code)
		}
		b = h.browser(t, h.nora)
		for _, nowhere := range []string{"/my/exercises/nothing", "/my/exercises/breathing", strings.ToUpper(breathing), breathing + "0"} {
			b.Want(http.StatusNotFound, b.Get(nowhere))
		}
	})
}
