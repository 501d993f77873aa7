package self_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/public"
	"github.com/waymark-care/waymark/internal/web/self"
)

const (
	inesMail = "ines@example.org"
	inesWord = "a lantern in the attic"
)

// A site is a practice with what everybody has of their own.
type site struct {
	*waytest.World
	t        *testing.T
	practice string
	people   *person.People
	accounts *account.Accounts
	handler  http.Handler
}

func eachSite(t *testing.T, f func(*testing.T, *site)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := &site{World: w, t: t, practice: person.NewPracticeID()}
		var err error
		if s.accounts, err = account.New(w.Door, account.Site{Origin: "https://way.example", Name: "Waymark"}); err != nil {
			t.Fatal(err)
		}
		s.people = person.New(w.Door, s.accounts, "https://way.example")
		facts, err := web.ReadFacts(filepath.Join(t.TempDir(), "public.json"))
		if err != nil {
			t.Fatal(err)
		}
		facts.Now = w.Clock.Now
		s.Do(t, func(ctx context.Context) error {
			_, err := s.people.Found(ctx, access.System(s.practice, "operator"), person.Practice{Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
			return err
		})
		if err := facts.Refresh(t.Context(), w.Door, s.people); err != nil {
			t.Fatal(err)
		}
		clinic := []web.Route{{Method: "GET", Pattern: "/today", Audience: web.Clinician, Page: func(w http.ResponseWriter, _ *http.Request) error {
			w.WriteHeader(http.StatusOK)
			return nil
		}}}
		s.handler = web.NewSite(w.Door, s.accounts, facts, web.Options{Secure: true},
			(&public.Pages{Facts: facts, People: s.people, Accounts: s.accounts}).Routes(),
			(&self.Pages{People: s.people, Accounts: s.accounts}).Routes(), clinic).Handler()
		f(t, s)
	})
}

// A browser keeps cookies and what it was shown last.
type browser struct {
	s       *site
	cookies map[string]string
	body    string
}

func (s *site) browser() *browser { return &browser{s: s, cookies: map[string]string{}} }

// join has somebody come in by password, in a browser that is returned.
func (s *site) join(by access.Actor, name string, role person.Role, password string) *browser {
	s.t.Helper()
	var link string
	s.Do(s.t, func(ctx context.Context) (err error) {
		_, link, err = s.people.Invite(ctx, by, person.InviteForm{
			ID: uuid.Must(uuid.NewV7()).String(), Name: name, Email: strings.ToLower(name) + "@example.org", Roles: []person.Role{role},
		})
		return err
	})
	b := s.browser()
	b.want(http.StatusSeeOther, b.post(strings.TrimPrefix(link, "https://way.example"), "password", password))
	return b
}

func (s *site) ines() *browser {
	s.t.Helper()
	return s.join(access.System(s.practice, "operator"), "Ines", person.Clinician, inesWord)
}

// inesSetUp is Ines after her second step; she has the secret of it.
func (s *site) inesSetUp() (b *browser, secret string) {
	s.t.Helper()
	b = s.ines()
	b.want(http.StatusOK, b.get("/account/second-step"))
	address := b.hidden("url")
	u, err := url.Parse(address)
	if err != nil {
		s.t.Fatal(err)
	}
	secret = u.Query().Get("secret")
	b.want(http.StatusOK, b.post("/account/second-step", "url", address, "ceremony", b.hidden("ceremony"), "code", s.code(secret)))
	return b, secret
}

func (s *site) code(secret string) string {
	s.t.Helper()
	code, err := totp.GenerateCode(secret, s.Clock.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// stale lets enough time pass that what matters is asked again.
func (s *site) stale() { s.Clock.Pass(6 * time.Minute) }

func (b *browser) want(status int, got *httptest.ResponseRecorder) {
	b.s.t.Helper()
	if got.Code != status {
		b.s.t.Fatalf("got %d %s, want %d\n%s", got.Code, got.Header().Get("Location"), status, got.Body)
	}
}

// wantTo checks that the browser is sent on to path.
func (b *browser) wantTo(path string, got *httptest.ResponseRecorder) {
	b.s.t.Helper()
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != path {
		b.s.t.Fatalf("got %d %s, want to go on to %s\n%s", got.Code, got.Header().Get("Location"), path, got.Body)
	}
}

func (b *browser) has(texts ...string) {
	b.s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(b.body, text) {
			b.s.t.Errorf("the page does not have %q:\n%s", text, b.body)
		}
	}
}

// hidden is the value of a hidden field of the last page.
func (b *browser) hidden(name string) string {
	b.s.t.Helper()
	m := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)"`).FindStringSubmatch(b.body)
	if m == nil {
		b.s.t.Fatalf("no hidden field %s in\n%s", name, b.body)
	}
	return strings.ReplaceAll(m[1], "&amp;", "&")
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	return b.send(httptest.NewRequest(http.MethodGet, path, nil))
}

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
	}
	b.body = w.Body.String()
	return w
}
