package asking_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/asking"
	"github.com/waymark-care/waymark/internal/web/clinician"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with the pages about asking, and those of a client to
// which they lead: Miriam treats Nora, Mallory does not.
type house struct {
	w        *waytest.World
	measures *measure.Measures
	zone     *time.Location
	browser  func(*testing.T, access.Actor) *webtest.Browser

	miriam, mallory, nora access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, build(t, w)) })
}

func build(t *testing.T, w *waytest.World) *house {
	t.Helper()
	p := person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"}
	s := webtest.New(t, w, "http://localhost", p)
	shelf := instrument.NewShelf(w.Door)
	h := &house{w: w, measures: measure.New(w.Door, shelf), zone: p.Location(), browser: s.Browser}
	h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
	h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
	h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)

	informants := informant.New(w.Door, shelf, "http://localhost")
	pages := &asking.Pages{People: s.People, Measures: h.measures, Informants: informants}
	around := &clinician.Pages{
		Intakes: intake.New(w.Door), Goals: goal.New(w.Door), Plans: plan.New(w.Door),
		People: s.People, Measures: h.measures, Informants: informants, Flags: safety.New(w.Door), Sessions: session.New(w.Door),
		Alliances: alliance.New(w.Door), Logs: mood.New(w.Door), Outcomes: outcome.New(w.Door, h.measures),
	}
	s.Serve(web.Options{}, pages.Routes(), around.Routes())
	return h
}

// ask asks Nora, every week.
func (h *house) ask(t *testing.T, instrument string) (a measure.Ask) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		a, err = h.measures.Ask(ctx, h.miriam, access.ClientRecord(h.nora.ID), measure.AskForm{
			ID: webtest.NewID(t), Instrument: instrument, Rhythm: measure.Weekly, Sooner: true, Reason: "To see how the weeks go",
		}, h.zone)
		return err
	})
	return a
}

// give has Nora answer a for the first time, and everything with 1.
func (h *house) give(t *testing.T, a measure.Ask) {
	t.Helper()
	in, ok := instrument.Lookup(a.Instrument, "")
	if !ok {
		t.Fatalf("no %s", a.Instrument)
	}
	items := instrument.Answers{}
	for _, it := range in.Items {
		v := 1
		items[it.ID] = &v
	}
	h.w.Do(t, func(ctx context.Context) error {
		_, err := h.measures.Give(ctx, h.nora, access.ClientRecord(h.nora.ID), measure.Answer{
			ID: webtest.NewID(t), AskID: a.ID, Instrument: in.ID, Version: in.Version, Items: items,
		})
		return err
	})
}
