package main

import (
	"context"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
)

// fillPractice has a client take something up and log it.
func (p *product) fillPractice(t *testing.T, s *someone, self access.Actor) {
	t.Helper()
	record := access.ClientRecord(s.ID)
	p.does(t, func(ctx context.Context) error {
		a, err := p.Assignments.Suggest(ctx, self, record, assignment.Form{ID: newID(t), Wording: assignment.Wording{Title: s.words, Words: s.words}})
		s.has["practised"] = append(s.has["practised"], a.ID)
		return err
	})
	for _, what := range []string{"once", "taken"} {
		p.logs(t, s, self, record, what)
	}
	s.has["nth"] = []string{"1"}
}

// logs has a client log what they took up.
func (p *product) logs(t *testing.T, s *someone, self access.Actor, record access.Compartment, what string) {
	t.Helper()
	p.does(t, func(ctx context.Context) error {
		f := assignment.LogForm{ID: newID(t), Assignment: s.has["practised"][0], How: assignment.Did, Note: s.words}
		_, err := p.Assignments.Log(ctx, self, record, f, p.Zone)
		s.has[what] = append(s.has[what], f.ID)
		return err
	})
}

// assignmentCells are the routes of what is practised: for the client and for those who
// treat them, and for nobody else, in an emergency neither.
func assignmentCells() map[string]cell {
	mine := func(of string, pairs ...string) cell {
		return cell{owner: "assignment", reach: theirs("practised"), of: of, form: values(pairs...)}
	}
	record := func(of string, pairs ...string) cell {
		return cell{owner: "client", reach: works, of: of, form: values(pairs...)}
	}
	return map[string]cell{
		"GET /my/practice":                                      {},
		"POST /my/practice":                                     {form: values("id", newOne+"b", "title", "A walk", "call", "tool")},
		"POST /my/practice/low":                                 {form: values("low", "yes")},
		"GET /my/practice/new":                                  {},
		"GET /my/practice/{assignment}":                         mine(""),
		"POST /my/practice/{assignment}":                        mine("", "revision", "1", "turn", "smaller", "title", "A shorter walk"),
		"POST /my/practice/{assignment}/wish":                   mine("", "wish", "yes"),
		"POST /my/practice/{assignment}/logs":                   mine("", "id", newOne+"c", "how", "tried", "when", "none"),
		"GET /my/practice/{assignment}/logs/{log}":              mine("once"),
		"POST /my/practice/{assignment}/logs/{log}":             mine("once", "revision", "1", "how", "part", "when", "none"),
		"POST /my/practice/{assignment}/logs/{log}/take-back":   mine("taken", "revision", "1"),
		"GET /clients/{client}/practice":                        {owner: "client", reach: works, notes: true},
		"GET /clients/{client}/practice/new":                    record(""),
		"POST /clients/{client}/practice":                       record("", "id", newOne+"d", "title", "A walk", "call", "presence"),
		"POST /clients/{client}/practice/{assignment}/withdraw": {owner: "client", reach: nobodys, of: "practised", form: values()}, // it is the client's own
		"POST /clients/{client}/practice/{assignment}/wish":     record("practised", "wish", "yes"),
		"POST /clients/{client}/practice/logs/{nth}/line":       record("nth", "revision", "0", "line", "Good to know"),
		"GET /exercises/used":                                   {},
	}
}
