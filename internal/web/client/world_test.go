package client_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/client"
)

const (
	crisisWords = "You can ring us on weekdays and say that it cannot wait."
	reason      = "So that we can see if the plan still helps"
)

// A house is one practice with its pages: Miriam treats Tomas, Mallory treats
// Lea, and Otto manages.
type house struct {
	w        *waytest.World
	pages    http.Handler
	accounts *account.Accounts
	people   *person.People
	measures *measure.Measures
	flags    *safety.Flags
	sessions *session.Sessions
	practice string
	zone     *time.Location

	miriam, mallory, otto, tomas, lea access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, build(t, w)) })
}

func build(t *testing.T, w *waytest.World) *house {
	t.Helper()
	const origin = "http://localhost"
	accounts, err := account.New(w.Door, account.Site{Origin: origin, Name: "Waymark"})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{
		w: w, accounts: accounts, people: person.New(w.Door, accounts, origin),
		measures: measure.New(w.Door, instrument.Shipped()), flags: safety.New(w.Door), sessions: session.New(w.Door),
		practice: person.NewPracticeID(),
	}
	p := person.Practice{
		Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/Berlin",
		Crisis: crisisWords, Leave: "https://example.org/weather",
	}
	h.zone = p.Location()
	operator := access.System(h.practice, "operator")
	w.Do(t, func(ctx context.Context) error {
		_, err := h.people.Found(ctx, operator, p)
		return err
	})
	h.miriam = h.join(t, operator, "Miriam Adler", "miriam@linden.example", person.Clinician)
	h.mallory = h.join(t, operator, "Mallory Quick", "mallory@linden.example", person.Clinician)
	h.otto = h.join(t, operator, "Otto Keller", "otto@linden.example", person.Manager)
	h.tomas = h.join(t, h.miriam, "Tomas Blau", "tomas@example.org", person.Client)
	h.lea = h.join(t, h.mallory, "Lea Grün", "lea@example.org", person.Client)

	facts, err := web.ReadFacts("")
	if err != nil {
		t.Fatal(err)
	}
	facts.Now = w.Clock.Now
	if err := facts.Refresh(t.Context(), w.Door, h.people); err != nil {
		t.Fatal(err)
	}
	pages := &client.Pages{Measures: h.measures, Flags: h.flags, Sessions: h.sessions, People: h.people}
	h.pages = web.NewSite(w.Door, accounts, facts, web.Options{}, pages.Routes()).Handler()
	return h
}

func newID(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

func (h *house) join(t *testing.T, by access.Actor, name, email string, role person.Role) access.Actor {
	t.Helper()
	var id, link string
	h.w.Do(t, func(ctx context.Context) (err error) {
		id, link, err = h.people.Invite(ctx, by, person.InviteForm{ID: newID(t), Name: name, Email: email, Roles: []person.Role{role}})
		return err
	})
	_, link, _ = strings.Cut(link, "/join/")
	h.w.Do(t, func(ctx context.Context) error {
		_, err := h.people.Accept(ctx, link, account.Hashed{}, "")
		return err
	})
	return access.Actor{Practice: h.practice, ID: id, Fresh: true}
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

// A browser belongs to one person, or to nobody.
type browser struct {
	t      *testing.T
	h      *house
	cookie string
}

func (h *house) nobody(t *testing.T) *browser { return &browser{t: t, h: h} }

func (h *house) browser(t *testing.T, who access.Actor) *browser {
	t.Helper()
	b := h.nobody(t)
	h.w.Do(t, func(ctx context.Context) error {
		token, err := h.accounts.Enter(ctx, access.System(h.practice, "demo"), who.ID, "")
		b.cookie = token.Cookie
		return err
	})
	return b
}

// A reply is what a browser got.
type reply struct {
	status int
	body   string
	to     string // where it is sent on to
}

// text is what can be read of the page: without tags, and without double spaces.
func (r reply) text() string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(r.body, " "))), " ")
}

var tags = regexp.MustCompile(`(?s)<[^>]*>`)

func (b *browser) send(method, path string, form url.Values, header ...string) reply {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), method, "http://localhost"+path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if b.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "waymark", Value: b.cookie})
	}
	w := httptest.NewRecorder()
	b.h.pages.ServeHTTP(w, r)
	to := w.Header().Get("Location")
	if on := w.Header().Get("Waymark-Go"); on != "" {
		to = on
	}
	return reply{status: w.Code, body: w.Body.String(), to: to}
}

// open shows a page, which must be there.
func (b *browser) open(path string) reply {
	b.t.Helper()
	r := b.send(http.MethodGet, path, nil)
	if r.status != http.StatusOK {
		b.t.Fatalf("GET %s: got %d\n%s", path, r.status, r.text())
	}
	return r
}

func (b *browser) post(path string, form url.Values, want int, header ...string) reply {
	b.t.Helper()
	r := b.send(http.MethodPost, path, form, header...)
	if r.status != want {
		b.t.Fatalf("POST %s: got %d, want %d\n%s", path, r.status, want, r.text())
	}
	return r
}

// script is the header by which a script of ours asks.
var script = []string{"Waymark-Form", "1", "Sec-Fetch-Mode", "cors"}

func pathOf(a measure.Ask, occasion int) string {
	return fmt.Sprintf("/my/asks/%s/%d", a.ID, occasion)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// fill is the form on page with the answers in order; -1 leaves one out.
func fill(page reply, values ...int) url.Values {
	form := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(page.body, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	for i, v := range values {
		if v >= 0 {
			form.Set(fmt.Sprintf("q%d", i+1), fmt.Sprint(v))
		}
	}
	return form
}

func has(t *testing.T, r reply, wanted ...string) {
	t.Helper()
	text := r.text()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q:\n%s", want, text)
		}
	}
}

func hasNot(t *testing.T, r reply, unwanted ...string) {
	t.Helper()
	text := r.text()
	for _, bad := range unwanted {
		if strings.Contains(text, bad) {
			t.Errorf("the page says %q:\n%s", bad, text)
		}
	}
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
