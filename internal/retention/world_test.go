package retention_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/retention"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

// A practice is one founded by its own methods: Otto manages, Ines treats Tomas, Mallory
// is a colleague who has nothing to do with him.
type practice struct {
	*waytest.World
	*retention.Endings
	people   *person.People
	sessions *session.Sessions
	id       string

	otto, ines, mallory, tomas, operator access.Actor
}

var berlin = must(time.LoadLocation("Europe/Berlin"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func each(t *testing.T, f func(*testing.T, *practice)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		accounts, err := account.New(w.Door, account.Site{Origin: "https://way.example", Name: "Waymark"})
		if err != nil {
			t.Fatal(err)
		}
		people := person.New(w.Door, accounts, "https://way.example")
		p := &practice{World: w, Endings: retention.New(w.Door, people), people: people, sessions: session.New(w.Door), id: person.NewPracticeID()}
		p.operator = access.System(p.id, "operator")
		p.Do(t, func(ctx context.Context) error {
			_, err := people.Found(ctx, p.operator, person.Practice{Slug: "linden", Name: "Linden House", Country: "DE", TimeZone: "Europe/Berlin"})
			return err
		})
		p.otto = p.join(t, p.operator, "Otto", person.Manager)
		p.ines = p.join(t, p.operator, "Ines", person.Clinician)
		p.mallory = p.join(t, p.operator, "Mallory", person.Clinician)
		p.tomas = p.join(t, p.ines, "Tomas", person.Client)
		f(t, p)
	})
}

func (p *practice) join(t *testing.T, by access.Actor, name string, roles ...person.Role) access.Actor {
	t.Helper()
	var id, link string
	p.Do(t, func(ctx context.Context) (err error) {
		id, link, err = p.people.Invite(ctx, by, person.InviteForm{ID: newID(), Name: name, Email: strings.ToLower(name) + "@example.org", Roles: roles})
		return err
	})
	_, link, _ = strings.Cut(link, "/join/")
	p.Do(t, func(ctx context.Context) error {
		_, err := p.people.Accept(ctx, link, account.Hashed{}, "Firefox")
		return err
	})
	return access.Actor{Practice: p.id, ID: id, Fresh: true}
}

func (p *practice) fails(t *testing.T, want fault.Kind, field string, do func(context.Context) error) {
	t.Helper()
	ctx, settle := p.Visit(t)
	defer settle()
	err := do(ctx)
	var f *fault.Error
	if !fault.Is(err, want) {
		t.Errorf("got %v, want %s", err, want)
	} else if f = as(err); f.Field != field {
		t.Errorf("the fault is at %q, want %q", f.Field, field)
	}
}

func as(err error) *fault.Error {
	for err != nil {
		if f, ok := err.(*fault.Error); ok {
			return f
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			break
		}
		err = u.Unwrap()
	}
	return &fault.Error{}
}

func (p *practice) rule(t *testing.T, r retention.Rule) {
	t.Helper()
	law, _ := retention.LawOf("DE")
	p.Do(t, func(ctx context.Context) error {
		_, err := p.SetRule(ctx, p.otto, r, law)
		return err
	})
}

func (p *practice) standing(t *testing.T, by access.Actor) (s retention.Standing, r retention.Rule) {
	t.Helper()
	p.Do(t, func(ctx context.Context) (err error) {
		s, r, err = p.Standing(ctx, by, p.tomas.ID)
		return err
	})
	return s, r
}

func (p *practice) overview(t *testing.T) (o retention.Overview) {
	t.Helper()
	p.Do(t, func(ctx context.Context) (err error) {
		o, err = p.Overview(ctx, p.otto, berlin)
		return err
	})
	return o
}

// years moves the clock on.
func (p *practice) years(n int) {
	now := p.Clock.Now()
	p.Clock.Pass(now.AddDate(n, 0, 2).Sub(now))
}
