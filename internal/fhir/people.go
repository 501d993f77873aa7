package fhir

import (
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/person"
)

// A somebody is a Patient or a Practitioner: they are said alike.
type somebody struct {
	head
	Active  bool           `json:"active"`
	Name    []humanName    `json:"name,omitempty"`
	Telecom []contactPoint `json:"telecom,omitempty"`
}

func somebodyOf(kind string, p person.Person) *somebody {
	s := &somebody{head: record.Of(kind, p.ID, record.Standing(p.Revision, "active"), time.Time{}), Active: p.State != person.Left}
	if !s.Active {
		s.Meta.VersionID = record.Standing(p.Revision, "left")
	}
	if p.Name != "" {
		s.Name = []humanName{{Text: p.Name}}
	}
	for _, t := range []contactPoint{{System: "email", Value: p.Email}, {System: "phone", Value: p.Phone}} {
		if t.Value != "" {
			s.Telecom = append(s.Telecom, t)
		}
	}
	return s
}

var peopleParams = []param{
	{"_id", token_, "whose"},
	{"name", text_, "how the name, or a part of it, begins; letters alike are not told apart"},
	{"active", token_, "true or false"},
}

func patients() kind {
	return kind{
		name: "Patient", about: "Whoever is a client, with name and contact as far as whoever asks may see them. A client finds themself.",
		reads: []access.Action{access.ReadPerson, access.ListClients}, params: peopleParams, undated: true,
		read: func(c *call, id string) (found, error) { return c.person("Patient", id) },
		search: func(c *call, q query) (answers, error) {
			self, err := c.api.People.Person(c.r.Context(), c.actor, c.actor.ID)
			if err != nil {
				return answers{}, err
			}
			all := []person.Person{self}
			if self.Staff {
				if all, err = c.api.People.Clients(c.r.Context(), c.actor); err != nil {
					return answers{}, err
				}
			}
			return c.people("Patient", q, all)
		},
	}
}

func practitioners() kind {
	return kind{
		name: "Practitioner", about: "Whoever works in the practice, for those who work there.",
		reads: []access.Action{access.ReadPerson, access.ListStaff}, params: peopleParams, undated: true,
		read: func(c *call, id string) (found, error) { return c.person("Practitioner", id) },
		search: func(c *call, q query) (answers, error) {
			all, err := c.api.People.Staff(c.r.Context(), c.actor)
			if err != nil {
				return answers{}, err
			}
			return c.people("Practitioner", q, all)
		},
	}
}

// person is one, if they are of that kind.
func (c *call) person(kind, id string) (found, error) {
	id, err := personID(id)
	if err != nil {
		return nil, err
	}
	p, err := c.api.People.Person(c.r.Context(), c.actor, id)
	if err == nil && p.Staff != (kind == "Practitioner") {
		err = fault.Absent()
	}
	if err != nil {
		return nil, err
	}
	if p.Staff && id != c.actor.ID {
		self, err := c.api.People.Person(c.r.Context(), c.actor, c.actor.ID)
		if err != nil {
			return nil, err
		}
		if !self.Staff { // no page tells a client by which address somebody signs in
			p.Email, p.Phone = "", ""
		}
	}
	return somebodyOf(kind, p), nil
}

// people are those among all that q asks for.
func (c *call) people(kind string, q query, all []person.Person) (answers, error) {
	if q.sort != "" && q.sort != "_id" {
		return answers{}, badParam("_sort", "may only be _id here")
	}
	if q.has("active") && q.one("active") != "true" && q.one("active") != "false" {
		return answers{}, badParam("active", "must be true or false")
	}
	var some []*somebody
	for _, p := range all {
		s := somebodyOf(kind, p)
		switch {
		case q.has("_id") && q.one("_id") != s.ID:
		case q.has("active") && (q.one("active") == "true") != s.Active:
		case q.has("name") && !beginsLike(p.Name, q.one("name")):
		default:
			some = append(some, s)
		}
	}
	return cut(c, q, some)
}

// beginsLike says whether the name, or one of its words, begins with start.
func beginsLike(name, start string) bool {
	name, start = strings.ToLower(name), strings.ToLower(start)
	for at := 0; ; {
		if strings.HasPrefix(name[at:], start) {
			return true
		}
		next := strings.IndexByte(name[at:], ' ')
		if next < 0 {
			return false
		}
		at += next + 1
	}
}
