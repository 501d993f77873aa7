package operator_test

import (
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/operator"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

const origin = "http://localhost"

type (
	browser = webtest.Browser
	reply   = webtest.Reply
)

var (
	newID  = webtest.NewID
	hidden = webtest.Hidden
	has    = webtest.Has
	hasNot = webtest.HasNot
)

// A house is one practice with the pages of whoever manages it: Otto manages,
// Miriam treats Nora, Sven is a colleague. Olga manages another practice.
type house struct {
	site     *webtest.Site
	w        *waytest.World
	people   *person.People
	facts    *web.Facts
	practice string

	otto, miriam, sven, nora, olga access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, build(t, w)) })
}

func build(t *testing.T, w *waytest.World) *house {
	t.Helper()
	linden := person.Practice{Slug: "linden-house", Name: "Linden House", About: "Four people in Bristol.", Country: "GB", TimeZone: "Europe/London"}
	s := webtest.New(t, w, origin, linden)
	elsewhere, other := person.NewPracticeID(), linden
	other.Slug = "elsewhere"
	s.Found(t, elsewhere, other)
	h := &house{site: s, w: w, people: s.People, facts: s.Facts, practice: s.Practice}
	h.olga = s.Join(t, access.System(elsewhere, "operator"), "Olga Sand", "olga@elsewhere.example", person.Manager)
	h.otto = s.Join(t, s.Operator(), "Otto Keller", "otto@linden.example", person.Manager)
	h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
	h.sven = s.Join(t, s.Operator(), "Sven Holm", "sven@linden.example", person.Clinician)
	h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
	shelf := instrument.NewShelf(w.Door)
	s.Serve(web.Options{}, (&pages.Pages{People: s.People, Outcomes: outcome.New(w.Door, measure.New(w.Door, shelf)), Shelf: shelf, Facts: s.Facts, Door: w.Door}).Routes())
	return h
}

func (h *house) nobody(t *testing.T) *browser { return h.site.Nobody(t) }

func (h *house) browser(t *testing.T, who access.Actor) *browser { return h.site.Browser(t, who) }
