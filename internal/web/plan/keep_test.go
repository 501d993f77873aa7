package plan_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/web/webtest"
)

var keeps = regexp.MustCompile(`data-keep="([^"]*)"`)

// kept are the names under which a device keeps what is typed on a page.
func kept(page webtest.Reply) (names []string) {
	for _, m := range keeps.FindAllStringSubmatch(page.Body, -1) {
		names = append(names, m[1])
	}
	return names
}

func TestWhatWasTypedIsFoundAgainByTheSameFormOfTheSameRecordOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		goal, detour := h.proposed(t, phone, "/my", "Sleep"), webtest.NewID(t)
		phone.Post("/my/goals/"+goal+"/milestones", http.StatusSeeOther, "id", webtest.NewID(t), "words", "A night of seven hours")
		desk.Post(h.at("/detours"), http.StatusSeeOther, "id", detour, "name", "Dad in hospital", "reason", "The hours are for Dad", "from", "2026-11-18")
		for _, path := range []string{"/goals/vision", "/goals/new", "/goals/new?replaces=" + goal, "/goals/" + goal, "/goals/" + goal + "/change", "/detours", "/review"} {
			for _, page := range []func() webtest.Reply{
				func() webtest.Reply { return phone.Open("/my" + path) },
				func() webtest.Reply { return desk.Open(h.at(path)) },
			} {
				first, again := kept(page()), kept(page())
				if len(first) == 0 || !slices.Equal(first, again) {
					t.Errorf("%s keeps what is typed as %q, and looks for it as %q", path, first, again)
				}
			}
		}
		if first, again := kept(desk.Open(h.at("/plan/revise"))), kept(desk.Open(h.at("/plan/revise"))); len(first) == 0 || !slices.Equal(first, again) {
			t.Errorf("the plan is kept as %q, and looked for as %q", first, again)
		}

		// The same pages of somebody else, at the same desk, and on the same phone.
		tom, other := "/clients/"+h.tom.ID, h.browser(t, h.tom)
		for _, path := range []string{"/goals/vision", "/goals/new", "/detours", "/review", "/plan/revise"} {
			noras := kept(desk.Open(h.at(path)))
			theirs := kept(desk.Open(tom + path))
			if !strings.HasPrefix(path, "/plan") {
				noras = append(noras, kept(phone.Open("/my"+path))...)
				theirs = append(theirs, kept(other.Open("/my"+path))...)
			}
			for _, name := range theirs {
				if slices.Contains(noras, name) {
					t.Errorf("%s: what is typed for Nora comes up as %q for Tom", path, name)
				}
			}
		}
	})
}

func TestWhatWasKeptOnTheDeviceIsForgottenOnceItWasSent(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone := h.browser(t, h.nora)
		forgets := func(page webtest.Reply, path string, fields ...string) {
			t.Helper()
			to, err := url.Parse(phone.Post(path, http.StatusSeeOther, fields...).To)
			if err != nil {
				t.Fatal(err)
			}
			if name := to.Query().Get("kept"); !slices.Contains(kept(page), name) {
				t.Errorf("%s: %q is forgotten, and kept was %q", path, name, kept(page))
			}
		}
		forgets(phone.Open("/my/goals/vision"), "/my/goals/vision", "revision", "0", "vision", "Sundays with Lea")
		goal := webtest.NewID(t)
		forgets(phone.Open("/my/goals/new"), "/my/goals", "id", goal, "words", "Sleep", "know", "Five nights of seven")
		one := "/my/goals/" + goal
		page := phone.Open(one)
		forgets(page, one+"/rate", "id", webtest.NewID(t), "value", "4", "day", "2026-11-19")
		forgets(page, one+"/milestones", "id", webtest.NewID(t), "words", "One night")
		change := phone.Open(one + "/change")
		forgets(change, one+"/change", "revision", webtest.Hidden(t, change, "revision"), "signs", webtest.Hidden(t, change, "signs"), "words", "Sleep well", "know", "Five nights of seven")
		forgets(page, one+"/retire", "id", webtest.NewID(t), "as", "let-go", "reason", "Not now")
		forgets(phone.Open(one), one+"/reopen", "id", webtest.NewID(t), "reason", "Again")
		forgets(phone.Open("/my/detours"), "/my/detours", "id", webtest.NewID(t), "name", "Dad", "reason", "Hospital", "from", "2026-11-18")
		review := phone.Open("/my/review")
		forgets(review, "/my/review/words", "nth", webtest.Hidden(t, review, "nth"), "revision", webtest.Hidden(t, review, "revision"), "helps", "Breathing")
	})
}
