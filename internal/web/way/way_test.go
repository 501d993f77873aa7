package way_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/path"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/way"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with the pages of the path: Miriam treats Nora, Mallory
// does not.
type house struct {
	w        *waytest.World
	goals    *goal.Goals
	plans    *plan.Plans
	sessions *session.Sessions
	markers  *alliance.Alliances
	browser  func(*testing.T, access.Actor) *webtest.Browser

	miriam, mallory, nora access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, build(t, w)) })
}

func build(t *testing.T, w *waytest.World) *house {
	t.Helper()
	s := webtest.New(t, w, "http://localhost", person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
	h := &house{w: w, goals: goal.New(w.Door), plans: plan.New(w.Door), sessions: session.New(w.Door), markers: alliance.New(w.Door), browser: s.Browser}
	h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
	h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
	h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
	s.Serve(web.Options{}, (&way.Pages{People: s.People, Paths: path.New(w.Door)}).Routes())
	return h
}

func (h *house) record() access.Compartment { return access.ClientRecord(h.nora.ID) }

// held holds a session now.
func (h *house) held(t *testing.T) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) error {
		_, err := h.sessions.Plan(ctx, h.miriam, h.record(), session.Form{ID: webtest.NewID(t), Start: h.w.Clock.Now().Truncate(time.Minute).Add(time.Minute), Length: 50 * time.Minute})
		return err
	})
	h.w.Clock.Pass(time.Hour)
}

func (h *house) notice(t *testing.T, by access.Actor, f alliance.MarkerForm) {
	t.Helper()
	f.ID = webtest.NewID(t)
	h.w.Do(t, func(ctx context.Context) error {
		_, err := h.markers.Notice(ctx, by, h.record(), f)
		return err
	})
}

// turned opens a detour.
func (h *house) turned(t *testing.T, name string) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) error {
		_, err := h.plans.OpenDetour(ctx, h.miriam, h.record(), plan.Detour{
			ID: webtest.NewID(t), Name: name, From: measure.DayOf(h.w.Clock.Now(), time.UTC), Reason: "It comes first.",
		}, time.UTC)
		return err
	})
}

func has(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
}

func hasNot(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if strings.Contains(page, want) {
			t.Errorf("%q is on the page", want)
		}
	}
}

func TestTheWayIsThereFromTheBeginningAndSaysWhatIsTrue(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mine := func() string { return h.browser(t, h.nora).Open("/my/way").Body }
		has(t, mine(), "The way begins with your first session.", "You are here", "open from here", "No session is planned at the moment.")
		h.held(t)
		has(t, mine(), "One session so far, on ", "You came in")
		h.w.Clock.Pass(7 * 24 * time.Hour)
		h.held(t)
		has(t, mine(), "Two sessions since ")
		hasNot(t, mine(), "came back", "detour,")
		h.turned(t, "Dad in hospital")
		has(t, mine(), "one detour. You are on a detour now, and the goals stay where they are.", "A detour: Dad in hospital", "It comes first.")
		theirs := h.browser(t, h.miriam).Open("/clients/" + h.nora.ID + "/way").Body
		has(t, theirs, "Nora is on a detour now", "Nora came in", "Nora Whitfield", "The same way, in words")
		for _, page := range []string{mine(), theirs} {
			hasNot(t, page, "style=", "deadline", " percent")
		}
	})
}

func TestWhatTheClientKeepsToThemselfIsOnTheirOwnWayAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.held(t)
		h.notice(t, h.nora, alliance.MarkerForm{Word: "My garden", Line: "Nobody knows", Just: true})
		h.notice(t, h.miriam, alliance.MarkerForm{Word: "Trust", Line: "She <b>disagreed</b>"})
		mine := h.browser(t, h.nora).Open("/my/way").Body
		has(t, mine, "My garden", "Nobody knows", "For you alone.", "Noticed by Miriam.", "She &lt;b&gt;disagreed&lt;/b&gt;")
		theirs := h.browser(t, h.miriam).Open("/clients/" + h.nora.ID + "/way").Body
		has(t, theirs, "A light: Trust")
		hasNot(t, theirs, "My garden", "Nobody knows", "something I wrote")
	})
}

func TestTheWayIsClosedToOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.held(t)
		for path, who := range map[string]access.Actor{"/clients/" + h.nora.ID + "/way": h.mallory, "/my/way/then": h.miriam, "/my/way": h.miriam} {
			b := h.browser(t, who)
			b.Want(http.StatusNotFound, b.Get(path))
		}
		b := h.browser(t, h.nora)
		b.Want(http.StatusNotFound, b.Get("/clients/"+h.nora.ID+"/way"))
	})
}

func TestWhatOneWroteComesUpOnlyAfterAMonth(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.notice(t, h.nora, alliance.MarkerForm{Word: "Trust", Line: "I said it aloud"})
		then := func() string { return h.browser(t, h.nora).Open("/my/way/then").Body }
		has(t, then(), "There is nothing from long enough ago yet.")
		hasNot(t, then(), "I said it aloud")
		h.w.Clock.Pass(32 * 24 * time.Hour)
		has(t, then(), "I said it aloud", "beside a light: Trust", "Another one", "/my/way/then?n=")
		has(t, h.browser(t, h.nora).Open("/my/way/then?n=65535").Body, "I said it aloud")
		has(t, h.browser(t, h.nora).Open("/my/way/then?n=%2e").Body, "I said it aloud")
	})
}
