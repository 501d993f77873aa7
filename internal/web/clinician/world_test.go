package clinician_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
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

const origin = "http://localhost"

type (
	browser = webtest.Browser
)

var (
	newID  = webtest.NewID
	hidden = webtest.Hidden
	has    = webtest.Has
	hasNot = webtest.HasNot
)

// A house is one practice with a clinician's pages: Miriam treats Nora and Tomas
// and is supervised by Sven, Mallory treats Lea, Otto manages.
type house struct {
	site      *webtest.Site
	pages     *clinician.Pages
	w         *waytest.World
	people    *person.People
	measures  *measure.Measures
	goals     *goal.Goals
	plans     *plan.Plans
	flags     *safety.Flags
	sessions  *session.Sessions
	hours     *hour.Hours
	alliances *alliance.Alliances
	enquiries *enquiry.Enquiries
	practice  string
	zone      *time.Location

	miriam, mallory, sven, otto, nora, tomas, lea access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, build(t, w)) })
}

func build(t *testing.T, w *waytest.World) *house {
	t.Helper()
	p := person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"}
	s := webtest.New(t, w, origin, p)
	h := &house{
		site: s, w: w, people: s.People, practice: s.Practice, zone: p.Location(),
		measures: measure.New(w.Door, instrument.NewShelf(w.Door)), goals: goal.New(w.Door), plans: plan.New(w.Door), flags: safety.New(w.Door), sessions: session.New(w.Door), hours: hour.New(w.Door), alliances: alliance.New(w.Door),
	}
	h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
	h.sven = s.Join(t, s.Operator(), "Sven Holm", "sven@linden.example", person.Clinician)
	h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
	h.otto = s.Join(t, s.Operator(), "Otto Keller", "otto@linden.example", person.Manager)
	h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
	h.tomas = s.Join(t, h.miriam, "Tomas Blau", "tomas@example.org", person.Client)
	h.lea = s.Join(t, h.mallory, "Lea Grün", "lea@example.org", person.Client)
	w.Do(t, func(ctx context.Context) error {
		return h.people.SetSupervision(ctx, h.otto, h.sven.ID, h.miriam.ID, true)
	})

	informants := informant.New(w.Door, instrument.NewShelf(w.Door), "http://localhost")
	h.enquiries = enquiry.New(w.Door, h.people, origin, func(context.Context, *access.Tx, access.Compartment, enquiry.Said) error { return nil })
	pages := &clinician.Pages{Enquiries: h.enquiries, Intakes: intake.New(w.Door), Goals: h.goals, Plans: h.plans, Informants: informants, People: h.people, Measures: h.measures, Flags: h.flags, Sessions: h.sessions, Alliances: h.alliances, Logs: mood.New(w.Door), Outcomes: outcome.New(w.Door, h.measures)}
	asks := &asking.Pages{Informants: informants, People: h.people, Measures: h.measures}
	h.pages = pages
	s.Serve(web.Options{}, pages.Routes(), asks.Routes())
	return h
}

// ask asks one of Miriam's clients, every week.
func (h *house) ask(t *testing.T, of access.Actor, instrument string) (a measure.Ask) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		a, err = h.measures.Ask(ctx, h.miriam, access.ClientRecord(of.ID), measure.AskForm{
			ID: newID(t), Instrument: instrument, Rhythm: measure.Weekly, Sooner: true, Reason: "To see how the weeks go",
		}, h.zone)
		return err
	})
	return a
}

// give answers an occasion of a with a total near total, and, if danger, with
// the last item endorsed. The client looks at what it says if seen.
func (h *house) give(t *testing.T, who access.Actor, a measure.Ask, nth int64, total int, danger, seen bool) (given measure.Answer) {
	t.Helper()
	in, ok := instrument.Lookup(a.Instrument, "")
	if !ok {
		t.Fatalf("no %s", a.Instrument)
	}
	items := instrument.Answers{}
	for i, it := range in.Items {
		v := min(3, total-3*i)
		if i == len(in.Items)-1 && len(in.Scoring.Critical) > 0 {
			v = 0
			if danger {
				v = 1
			}
		}
		v = max(0, v)
		items[it.ID] = &v
	}
	record := access.ClientRecord(who.ID)
	h.w.Do(t, func(ctx context.Context) (err error) {
		given, err = h.measures.Give(ctx, who, record, measure.Answer{
			ID: newID(t), AskID: a.ID, Occasion: nth, Instrument: in.ID, Version: in.Version, Items: items,
			Note: "The tram was hard",
		})
		return err
	})
	if seen {
		h.w.Do(t, func(ctx context.Context) error { return h.measures.Seen(ctx, who, record, given.ID) })
	}
	return given
}

func (h *house) nobody(t *testing.T) *browser { return h.site.Nobody(t) }

func (h *house) browser(t *testing.T, who access.Actor) *browser { return h.site.Browser(t, who) }
