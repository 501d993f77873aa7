package clinician_test

import (
	"context"
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
	"github.com/waymark-care/waymark/internal/web/clinician"
)

const origin = "http://localhost"

// A house is one practice with a clinician's pages: Miriam treats Nora and Tomas
// and is supervised by Sven, Mallory treats Lea, Otto manages.
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

	miriam, mallory, sven, otto, nora, tomas, lea access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, build(t, w)) })
}

func build(t *testing.T, w *waytest.World) *house {
	t.Helper()
	accounts, err := account.New(w.Door, account.Site{Origin: origin, Name: "Waymark"})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{
		w: w, accounts: accounts, people: person.New(w.Door, accounts, origin),
		measures: measure.New(w.Door, instrument.Shipped()), flags: safety.New(w.Door), sessions: session.New(w.Door),
		practice: person.NewPracticeID(),
	}
	p := person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"}
	h.zone = p.Location()
	operator := access.System(h.practice, "operator")
	w.Do(t, func(ctx context.Context) error {
		_, err := h.people.Found(ctx, operator, p)
		return err
	})
	h.miriam = h.join(t, operator, "Miriam Adler", "miriam@linden.example", person.Clinician)
	h.sven = h.join(t, operator, "Sven Holm", "sven@linden.example", person.Clinician)
	h.mallory = h.join(t, operator, "Mallory Quick", "mallory@linden.example", person.Clinician)
	h.otto = h.join(t, operator, "Otto Keller", "otto@linden.example", person.Manager)
	h.nora = h.join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
	h.tomas = h.join(t, h.miriam, "Tomas Blau", "tomas@example.org", person.Client)
	h.lea = h.join(t, h.mallory, "Lea Grün", "lea@example.org", person.Client)
	w.Do(t, func(ctx context.Context) error {
		return h.people.SetSupervision(ctx, h.otto, h.sven.ID, h.miriam.ID, true)
	})

	facts, err := web.ReadFacts("")
	if err != nil {
		t.Fatal(err)
	}
	facts.Now = w.Clock.Now
	if err := facts.Refresh(t.Context(), w.Door, h.people); err != nil {
		t.Fatal(err)
	}
	pages := &clinician.Pages{People: h.people, Measures: h.measures, Flags: h.flags, Sessions: h.sessions}
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

// ask asks one of Miriam's clients, every week.
func (h *house) ask(t *testing.T, of access.Actor, instrument string) (a measure.Ask) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		a, err = h.measures.Ask(ctx, h.miriam, access.ClientRecord(of.ID), measure.AskForm{
			ID: newID(t), Instrument: instrument, Rhythm: measure.Weekly, Reason: "To see how the weeks go",
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

func (b *browser) send(method, path string, form url.Values) reply {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), method, origin+path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if b.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "waymark", Value: b.cookie})
	}
	w := httptest.NewRecorder()
	b.h.pages.ServeHTTP(w, r)
	return reply{status: w.Code, body: w.Body.String(), to: w.Header().Get("Location")}
}

// open shows a page, which must be there.
func (b *browser) open(path string) reply {
	b.t.Helper()
	r := b.send(http.MethodGet, path, nil)
	if r.status != http.StatusOK {
		b.t.Fatalf("GET %s: got %d %s\n%s", path, r.status, r.to, r.text())
	}
	return r
}

func (b *browser) post(path string, want int, fields ...string) reply {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := b.send(http.MethodPost, path, form)
	if r.status != want {
		b.t.Fatalf("POST %s: got %d, want %d\n%s", path, r.status, want, r.text())
	}
	return r
}

var hiddenFields = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// hidden is a value that the page carries for its form.
func hidden(t *testing.T, r reply, name string) string {
	t.Helper()
	for _, m := range hiddenFields.FindAllStringSubmatch(r.body, -1) {
		if m[1] == name {
			return html.UnescapeString(m[2])
		}
	}
	t.Fatalf("the page has no hidden field %q", name)
	return ""
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
	for _, bad := range unwanted {
		if strings.Contains(r.body, bad) || strings.Contains(r.text(), bad) {
			t.Errorf("the page says %q:\n%s", bad, r.text())
		}
	}
}
