package desk

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
)

// A Seat is who is looking, at whose record, in what both sides of the work have pages
// for: the client at "/my", and those who work with them at "/clients/<id>".
type Seat struct {
	Actor  access.Actor
	Record access.Compartment
	Mine   bool   // the client looks at their own
	Base   string // "/my" or "/clients/<id>"
	Name   string // how the client is called between people who know each other, at a desk
	Full   string // and in full
	Now    time.Time

	known map[string]string // how people are called, by id
}

// SeatOf is the seat of whoever asks, without names: enough to change something.
func SeatOf(r *http.Request) Seat {
	s := Seat{Actor: web.ActorOf(r), Now: web.NowOf(r), known: map[string]string{}}
	id := r.PathValue("client")
	if s.Mine = id == ""; s.Mine {
		s.Record, s.Base = access.ClientRecord(s.Actor.ID), "/my"
		return s
	}
	s.Record, s.Base = access.ClientRecord(id), "/clients/"+id
	return s
}

// Greet reads, at a desk, how the client is called.
func (s *Seat) Greet(ctx context.Context, people *person.People) error {
	if s.Mine {
		return nil
	}
	who, err := people.Person(ctx, s.Actor, s.Record.Of())
	if err != nil {
		return err
	}
	s.Full = NameOf(who)
	s.Name = First(s.Full)
	return nil
}

// Meet reads how the people are called whom a client's page names. At a desk colleagues
// are not named.
func (s *Seat) Meet(ctx context.Context, people *person.People, ids ...string) error {
	if !s.Mine {
		return nil
	}
	return Meet(ctx, people, s.Actor, s.known, ids...)
}

// Known is how somebody is called whom Meet has read, or nothing.
func (s *Seat) Known(id string) string { return s.known[id] }

// Who is how the person with the given id is called, to whoever is looking.
func (s *Seat) Who(id string) string {
	switch {
	case id == s.Actor.ID:
		return "you"
	case id == s.Record.Of():
		return s.Name
	case s.known[id] != "":
		return s.known[id]
	case s.Mine:
		return "somebody who works with you"
	}
	return "a colleague"
}

// Keep names what the device keeps of a form: the same whenever the form is opened
// again, and another one for every record, so that nobody's words come up in the form
// of somebody else.
func (s *Seat) Keep(form string, of ...string) string {
	side := "desk"
	if s.Mine {
		side = "my"
	}
	return strings.Join(append([]string{side, form, s.Record.Of()}, of...), "-")
}
