package plan_test

import (
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/plan"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with the pages about goals and plans: Miriam treats
// Nora and Tom, Mallory does not.
type house struct {
	w       *waytest.World
	goals   *goal.Goals
	plans   *plan.Plans
	browser func(*testing.T, access.Actor) *webtest.Browser

	miriam, mallory, nora, tom access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, build(t, w)) })
}

func build(t *testing.T, w *waytest.World) *house {
	t.Helper()
	p := person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"}
	s := webtest.New(t, w, "http://localhost", p)
	h := &house{w: w, goals: goal.New(w.Door), plans: plan.New(w.Door), browser: s.Browser}
	h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
	h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
	h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
	h.tom = s.Join(t, h.miriam, "Tom Ferris", "tom@example.org", person.Client)
	s.Serve(web.Options{}, (&pages.Pages{People: s.People, Goals: h.goals, Plans: h.plans}).Routes())
	return h
}

// at is the address in Nora's record.
func (h *house) at(path string) string { return "/clients/" + h.nora.ID + path }
