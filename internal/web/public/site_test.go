package public_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/public"
	"github.com/waymark-care/waymark/internal/web/self"
)

const (
	origin    = "https://way.example"
	tomasMail = "tomas@example.org"
	tomasWord = "seven grey herons"
)

var linden = person.Practice{
	Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London",
	About: "Four people in Bristol.\n\nWe work at the pace you can walk.", Address: "14 Chapel Row, Bristol",
	Phone: "0117 496 0142", Email: "hello@linden.example", Crisis: "Out of hours our doorbell is not answered.",
}

// A site is a practice with everything that is served for it.
type site struct {
	*waytest.World
	t        *testing.T
	practice string
	people   *person.People
	accounts *account.Accounts
	facts    *web.Facts
	queue    *job.Queue
	letters  *letterbox
	handler  http.Handler
}

// A letterbox keeps what was sent.
type letterbox []post.Letter

func (b *letterbox) Carry(_ context.Context, _ string, _ time.Time, l post.Letter) error {
	*b = append(*b, l)
	return nil
}

func eachSite(t *testing.T, f func(*testing.T, *site)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := &site{World: w, t: t, practice: person.NewPracticeID(), queue: job.New(w.Door), letters: &letterbox{}}
		var err error
		if s.accounts, err = account.New(w.Door, account.Site{Origin: origin, Name: "Waymark"}); err != nil {
			t.Fatal(err)
		}
		s.people = person.New(w.Door, s.accounts, origin)
		s.facts, err = web.ReadFacts(filepath.Join(t.TempDir(), "public.json"))
		if err != nil {
			t.Fatal(err)
		}
		s.facts.Now = w.Clock.Now
		s.found(s.practice, linden)
		s.queue.Handle(post.Send, post.New(w.Door, s.letters, nil).Work)
		s.queue.Handle(account.MailLink, s.accounts.MailLink)
		s.handler = web.NewSite(w.Door, s.accounts, s.facts, web.Options{Secure: true, Source: func(*http.Request) string { return "203.0.113.7" }},
			(&public.Pages{Facts: s.facts, People: s.people, Accounts: s.accounts}).Routes(),
			(&self.Pages{People: s.people, Accounts: s.accounts}).Routes(),
		).Handler()
		f(t, s)
	})
}

func (s *site) found(id string, p person.Practice) {
	s.t.Helper()
	s.Do(s.t, func(ctx context.Context) error {
		_, err := s.people.Found(ctx, access.System(id, "operator"), p)
		return err
	})
	if err := s.facts.Refresh(s.t.Context(), s.Door, s.people); err != nil {
		s.t.Fatal(err)
	}
}

// invite returns the path of the link.
func (s *site) invite(by access.Actor, name string, role person.Role) string {
	s.t.Helper()
	var link string
	s.Do(s.t, func(ctx context.Context) (err error) {
		_, link, err = s.people.Invite(ctx, by, person.InviteForm{
			ID: uuid.Must(uuid.NewV7()).String(), Name: name, Email: strings.ToLower(name) + "@example.org", Roles: []person.Role{role},
		})
		return err
	})
	return strings.TrimPrefix(link, origin)
}

func (s *site) operator() access.Actor { return access.System(s.practice, "operator") }

// tomas has joined, in a browser that is forgotten.
func (s *site) tomas() {
	s.t.Helper()
	ines := s.browser()
	ines.post(s.invite(s.operator(), "Ines", person.Clinician), "password", "a lantern in the attic")
	who, err := s.accounts.Who(s.t.Context(), ines.cookies["__Host-waymark"])
	if err != nil {
		s.t.Fatal(err)
	}
	b := s.browser()
	if got := b.post(s.invite(who.Self(), "Tomas", person.Client), "password", tomasWord); got.Code != http.StatusSeeOther {
		s.t.Fatalf("join: got %d\n%s", got.Code, got.Body)
	}
}

// A browser keeps cookies.
type browser struct {
	s       *site
	cookies map[string]string
}

func (s *site) browser() *browser { return &browser{s, map[string]string{}} }

func (b *browser) get(path string) *httptest.ResponseRecorder {
	return b.send(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form of names and values.
func (b *browser) post(path string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

func (b *browser) send(r *http.Request) *httptest.ResponseRecorder {
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	w := httptest.NewRecorder()
	b.s.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w
}

// signIn signs Tomas in and returns the answer.
func (b *browser) signIn(fields ...string) *httptest.ResponseRecorder {
	return b.post("/sign-in", append([]string{"practice", b.s.practice, "email", tomasMail, "password", tomasWord}, fields...)...)
}
