// Package webtest makes practices with pages for tests: a world of waytest, a
// practice in it that was set up as an operator does it, its people, and
// browsers that ask for pages through everything that stands before them. Only
// tests import it.
package webtest

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
)

// A Site is a practice and what is served for it.
type Site struct {
	World    *waytest.World
	Origin   string
	Practice string // its id
	Accounts *account.Accounts
	People   *person.People
	Facts    *web.Facts
	Handler  http.Handler // after Serve

	secure bool
}

// New sets up the practice p in w, reached at origin.
func New(t *testing.T, w *waytest.World, origin string, p person.Practice) *Site {
	t.Helper()
	accounts, err := account.New(w.Door, account.Site{Origin: origin, Name: "Waymark"})
	if err != nil {
		t.Fatal(err)
	}
	facts, err := web.ReadFacts(filepath.Join(t.TempDir(), "public.json"))
	if err != nil {
		t.Fatal(err)
	}
	facts.Now = w.Clock.Now
	s := &Site{
		World: w, Origin: origin, Practice: person.NewPracticeID(),
		Accounts: accounts, People: person.New(w.Door, accounts, origin), Facts: facts,
	}
	s.Found(t, s.Practice, p)
	return s
}

// Found sets up one more practice on the same server.
func (s *Site) Found(t *testing.T, id string, p person.Practice) {
	t.Helper()
	s.World.Do(t, func(ctx context.Context) error {
		_, err := s.People.Found(ctx, access.System(id, "operator"), p)
		return err
	})
	if err := s.Facts.Refresh(t.Context(), s.World.Door, s.People); err != nil {
		t.Fatal(err)
	}
}

// Serve begins to answer requests.
func (s *Site) Serve(o web.Options, routes ...[]web.Route) {
	s.secure = o.Secure
	s.Handler = web.NewSite(s.World.Door, s.Accounts, s.Facts, o, routes...).Handler()
}

// Operator is whoever runs the machine, in the practice.
func (s *Site) Operator() access.Actor { return access.System(s.Practice, "operator") }

// Invite has by invite somebody, and returns who it will be and the link.
func (s *Site) Invite(t *testing.T, by access.Actor, name, email string, roles ...person.Role) (id, link string) {
	t.Helper()
	s.World.Do(t, func(ctx context.Context) (err error) {
		id, link, err = s.People.Invite(ctx, by, person.InviteForm{ID: NewID(t), Name: name, Email: email, Roles: roles})
		return err
	})
	return id, link
}

// Join is Invite, and whoever was invited comes in at once, without a way to
// sign in of their own.
func (s *Site) Join(t *testing.T, by access.Actor, name, email string, roles ...person.Role) access.Actor {
	t.Helper()
	id, link := s.Invite(t, by, name, email, roles...)
	_, link, _ = strings.Cut(link, "/join/")
	s.World.Do(t, func(ctx context.Context) error {
		_, err := s.People.Accept(ctx, link, account.Hashed{}, "")
		return err
	})
	return access.Actor{Practice: by.Practice, ID: id, Fresh: true}
}

// Cookie is the name of the cookie by which somebody is signed in.
func (s *Site) Cookie() string {
	if s.secure {
		return "__Host-waymark"
	}
	return "waymark"
}

// Nobody returns a browser in which nobody is signed in.
func (s *Site) Nobody(t *testing.T) *Browser {
	t.Helper()
	return &Browser{Cookies: map[string]string{}, t: t, site: s}
}

// Browser returns a browser in which who has just signed in.
func (s *Site) Browser(t *testing.T, who access.Actor) *Browser {
	t.Helper()
	b := s.Nobody(t)
	s.World.Do(t, func(ctx context.Context) error {
		token, err := s.Accounts.Enter(ctx, access.System(who.Practice, "demo"), who.ID, "")
		b.Cookies[s.Cookie()] = token.Cookie
		return err
	})
	return b
}

// NewID makes an id as a form carries it.
func NewID(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}
