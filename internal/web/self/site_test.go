package self_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/public"
	"github.com/waymark-care/waymark/internal/web/self"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

const (
	inesMail = "ines@example.org"
	inesWord = "a lantern in the attic"
)

type browser = webtest.Browser

// A site is a practice with what everybody has of their own.
type site struct {
	*waytest.World
	*webtest.Site
	t        *testing.T
	practice string
	all      *domains.All
}

func eachSite(t *testing.T, f func(*testing.T, *site)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		of := webtest.New(t, w, "https://way.example", person.Practice{Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		all, err := domains.New(w.Door, of.Origin)
		if err != nil {
			t.Fatal(err)
		}
		s := &site{World: w, Site: of, t: t, practice: of.Practice, all: all}
		clinic := []web.Route{{Method: "GET", Pattern: "/today", Audience: web.Clinician, Page: func(w http.ResponseWriter, _ *http.Request) error {
			w.WriteHeader(http.StatusOK)
			return nil
		}}}
		s.Facts.Here = &web.Machine{}
		s.Serve(web.Options{Secure: true},
			(&public.Pages{Facts: s.Facts, People: s.People, Accounts: s.Accounts}).Routes(),
			(&self.Pages{
				People: s.People, Accounts: all.Accounts, Tokens: all.Tokens, Launches: all.Launches, Feeds: all.Feeds, Devices: all.Devices, Pushes: all.Pushes, Machine: s.Facts.Here,
			}).Routes(), clinic)
		f(t, s)
	})
}

func (s *site) browser() *browser { return s.Nobody(s.t) }

// join has somebody come in by password, in a browser that is returned.
func (s *site) join(by access.Actor, name string, role person.Role, password string) *browser {
	s.t.Helper()
	_, link := s.Invite(s.t, by, name, strings.ToLower(name)+"@example.org", role)
	b := s.browser()
	b.Want(http.StatusSeeOther, b.Submit(strings.TrimPrefix(link, s.Origin), "password", password))
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
	b.Want(http.StatusOK, b.Get("/account/second-step"))
	address := b.Hidden("url")
	u, err := url.Parse(address)
	if err != nil {
		s.t.Fatal(err)
	}
	secret = u.Query().Get("secret")
	b.Want(http.StatusOK, b.Submit("/account/second-step", "url", address, "ceremony", b.Hidden("ceremony"), "code", s.code(secret)))
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
