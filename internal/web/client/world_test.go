package client_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/outward"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/client"
	"github.com/waymark-care/waymark/internal/web/record"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

const (
	crisisWords = "You can ring us on weekdays and say that it cannot wait."
	reason      = "So that we can see if the plan still helps"
)

type (
	browser = webtest.Browser
	reply   = webtest.Reply
)

var (
	newID  = webtest.NewID
	has    = webtest.Has
	hasNot = webtest.HasNot
)

// A house is one practice with its pages: Miriam treats Tomas, Mallory treats
// Lea, and Otto manages.
type house struct {
	site      *webtest.Site
	w         *waytest.World
	people    *person.People
	measures  *measure.Measures
	goals     *goal.Goals
	plans     *plan.Plans
	flags     *safety.Flags
	sessions  *session.Sessions
	alliances *alliance.Alliances
	safety    *safetyplan.Plans
	practice  string
	zone      *time.Location

	miriam, mallory, otto, tomas, lea access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	eachIn(t, "GB", f)
}

// eachIn is the same in another country.
func eachIn(t *testing.T, country string, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, build(t, w, country)) })
}

func build(t *testing.T, w *waytest.World, country string) *house {
	t.Helper()
	p := person.Practice{
		Slug: "linden-house", Name: "Linden House", Country: country, TimeZone: "Europe/Berlin",
		Crisis: crisisWords, Leave: "https://example.org/weather",
	}
	s := webtest.New(t, w, "http://localhost", p)
	h := &house{
		site: s, w: w, people: s.People, practice: s.Practice, zone: p.Location(),
		measures: measure.New(w.Door, instrument.NewShelf(w.Door)), goals: goal.New(w.Door), plans: plan.New(w.Door), flags: safety.New(w.Door), sessions: session.New(w.Door), alliances: alliance.New(w.Door), safety: safetyplan.New(w.Door),
	}
	h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
	h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
	h.otto = s.Join(t, s.Operator(), "Otto Keller", "otto@linden.example", person.Manager)
	h.tomas = s.Join(t, h.miriam, "Tomas Blau", "tomas@example.org", person.Client)
	h.lea = s.Join(t, h.mallory, "Lea Grün", "lea@example.org", person.Client)

	pages := &client.Pages{Calendars: calendar.New(w.Door, "http://localhost"), Intakes: intake.New(w.Door), Goals: h.goals, Plans: h.plans, Informants: informant.New(w.Door, instrument.NewShelf(w.Door), "http://localhost"), Reminders: reminder.New(w.Door, "http://localhost", h.measures.Waiting), Pushes: push.New(w.Door, outward.New(), "http://localhost", reminder.StillAhead), Measures: h.measures, Flags: h.flags, Sessions: h.sessions, People: h.people, Alliances: h.alliances, Logs: mood.New(w.Door), SafetyPlans: h.safety}
	theirs := &record.Pages{Launches: launch.New(w.Door, token.New(w.Door, "http://localhost"), "http://localhost/fhir/R4"), People: h.people, Outcomes: outcome.New(w.Door, h.measures)}
	s.Serve(web.Options{}, pages.Routes(), theirs.Routes())
	return h
}

// ask asks Tomas for a questionnaire.
func (h *house) ask(t *testing.T, instrument string, rhythm measure.Rhythm) measure.Ask {
	t.Helper()
	return h.askOf(t, h.miriam, h.tomas, instrument, rhythm)
}

func (h *house) askOf(t *testing.T, by, of access.Actor, instrument string, rhythm measure.Rhythm) (a measure.Ask) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		a, err = h.measures.Ask(ctx, by, access.ClientRecord(of.ID), measure.AskForm{
			ID: newID(t), Instrument: instrument, Rhythm: rhythm, Reason: reason,
		}, h.zone)
		return err
	})
	return a
}

// answers are those that Tomas gave, newest first.
func (h *house) answers(t *testing.T) (all []measure.Answer) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		all, err = h.measures.Newest(ctx, h.miriam, access.ClientRecord(h.tomas.ID), 100)
		return err
	})
	return all
}

func (h *house) nobody(t *testing.T) *browser { return h.site.Nobody(t) }

func (h *house) browser(t *testing.T, who access.Actor) *browser { return h.site.Browser(t, who) }

// script is the header by which a script of ours asks.
var script = []string{"Waymark-Form", "1", "Sec-Fetch-Mode", "cors"}

func pathOf(a measure.Ask, occasion int) string {
	return fmt.Sprintf("/my/asks/%s/%d", a.ID, occasion)
}

// fill is the form on page with the answers in order; -1 leaves one out.
func fill(page reply, values ...int) url.Values {
	form := webtest.Carried(page)
	for i, v := range values {
		if v >= 0 {
			form.Set(fmt.Sprintf("q%d", i+1), fmt.Sprint(v))
		}
	}
	return form
}

// inOrder checks that the texts stand in the page one after the other.
func inOrder(t *testing.T, body string, texts ...string) {
	t.Helper()
	at := 0
	for _, text := range texts {
		i := strings.Index(body[at:], text)
		if i < 0 {
			t.Fatalf("%q does not stand where it should, in the order %q", text, texts)
		}
		at += i
	}
}
