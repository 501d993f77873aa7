package fhir

import (
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A line is one of a few things of a kind in a client's record: what is sent of it,
// and by what it is searched.
type line struct {
	found
	at     time.Time
	status string
}

// ofRecord is a kind of which a record has so few that they are read together: found
// by whose they are, by status and by when.
func ofRecord(name, about, when, whenAbout string, reads []access.Action, all func(c *call, client access.Compartment) ([]line, error)) kind {
	k := kind{name: name, about: about, reads: reads, params: []param{
		{"patient", reference_, "whose; a client need not say it"},
		{"status", token_, "how it stands"},
	}}
	if when != "" {
		k.params = append(k.params, param{when, date, whenAbout})
	}
	k.read = func(c *call, id string) (found, error) {
		client, err := recordOf(id)
		if err != nil {
			return nil, err
		}
		lines, err := all(c, client)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			if l.id() == id {
				return l.found, nil
			}
		}
		return nil, fault.Absent()
	}
	k.search = func(c *call, q query) (answers, error) {
		if q.sort != "" && q.sort != "_id" {
			return answers{}, badParam("_sort", "may only be _id here, which is the order of making")
		}
		client, err := c.whose(q)
		if err != nil {
			return answers{}, err
		}
		s, err := c.dates(q, when)
		if err != nil {
			return answers{}, err
		}
		lines, err := all(c, client)
		if err != nil {
			return answers{}, err
		}
		var some []found
		for _, l := range lines {
			if s.holds(l.at) && (!q.has("status") || q.one("status") == l.status) {
				some = append(some, l.found)
			}
		}
		return cut(c, q, some)
	}
	return k
}
