package public_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/public"
	"github.com/waymark-care/waymark/internal/web/self"
	"github.com/waymark-care/waymark/internal/web/webtest"
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
	*webtest.Site
	t        *testing.T
	practice string
	queue    *job.Queue
	letters  *letterbox
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
		of := webtest.New(t, w, origin, linden)
		s := &site{World: w, Site: of, t: t, practice: of.Practice, queue: job.New(w.Door), letters: &letterbox{}}
		s.queue.Handle(post.Send, post.New(w.Door, s.letters, nil).Work)
		s.queue.Handle(account.MailLink, s.Accounts.MailLink)
		s.Serve(web.Options{Secure: true, Source: func(*http.Request) string { return "203.0.113.7" }},
			(&public.Pages{Facts: s.Facts, People: s.People, Accounts: s.Accounts}).Routes(),
			(&self.Pages{People: s.People, Accounts: s.Accounts}).Routes())
		f(t, s)
	})
}

// invite returns the path of the link.
func (s *site) invite(by access.Actor, name string, role person.Role) string {
	s.t.Helper()
	_, link := s.Invite(s.t, by, name, strings.ToLower(name)+"@example.org", role)
	return strings.TrimPrefix(link, origin)
}

// tomas has joined, in a browser that is forgotten.
func (s *site) tomas() {
	s.t.Helper()
	ines := s.browser()
	ines.Submit(s.invite(s.Operator(), "Ines", person.Clinician), "password", "a lantern in the attic")
	who, err := s.Accounts.Who(s.t.Context(), ines.Cookies[s.Cookie()])
	if err != nil {
		s.t.Fatal(err)
	}
	b := s.browser()
	b.Want(http.StatusSeeOther, b.Submit(s.invite(who.Self(), "Tomas", person.Client), "password", tomasWord))
}

// A browser can sign Tomas in.
type browser struct {
	*webtest.Browser
	practice string
}

func (s *site) browser() *browser { return &browser{s.Nobody(s.t), s.practice} }

// signIn signs Tomas in and returns the answer.
func (b *browser) signIn(fields ...string) *httptest.ResponseRecorder {
	fields = append([]string{"email", tomasMail}, fields...)
	if !slices.Contains(fields, "password") {
		fields = append(fields, "password", tomasWord)
	}
	return b.Submit("/sign-in", append(fields, "practice", b.practice)...)
}
