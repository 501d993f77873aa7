package record_test

import (
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/record"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

var (
	newID  = webtest.NewID
	has    = webtest.Has
	hasNot = webtest.HasNot
)

// A house is one practice with these pages: Miriam treats Tomas, Mallory is a colleague
// of hers, and Otto manages.
type house struct {
	site     *webtest.Site
	w        *waytest.World
	people   *person.People
	goals    *goal.Goals
	measures *measure.Measures

	miriam, mallory, otto, tomas access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := webtest.New(t, w, "http://localhost", person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/Berlin"})
		h := &house{site: s, w: w, people: s.People, goals: goal.New(w.Door), measures: measure.New(w.Door, instrument.NewShelf(w.Door))}
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
		h.otto = s.Join(t, s.Operator(), "Otto Keller", "otto@linden.example", person.Manager)
		h.tomas = s.Join(t, h.miriam, "Tomas Blau", "tomas@example.org", person.Client)
		pages := &record.Pages{
			People: s.People, Outcomes: outcome.New(w.Door, h.measures),
			Launches: launch.New(w.Door, token.New(w.Door, "http://localhost"), "http://localhost/fhir/R4"),
		}
		s.Serve(web.Options{}, pages.Routes())
		f(t, h)
	})
}

func (h *house) browser(t *testing.T, who access.Actor) *webtest.Browser {
	return h.site.Browser(t, who)
}
