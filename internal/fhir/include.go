package fhir

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
)

// With what was found comes, if it is asked for by _include, what it points to.

// includes are what can be asked for with the kind, by the name of the pointer.
func (k kind) includes() map[string]string {
	all := map[string]string{}
	for _, p := range k.params {
		if p.name == "patient" || p.name == "subject" && p.kind == reference_ {
			all[k.name+":"+p.name] = "Patient"
		}
	}
	switch k.name {
	case "Observation":
		all["Observation:derived-from"] = "QuestionnaireResponse"
	case "QuestionnaireResponse":
		all["QuestionnaireResponse:questionnaire"] = "Questionnaire"
	case "Encounter":
		all["Encounter:appointment"] = "Appointment"
	}
	return all
}

// include checks what is asked for to come along.
func (c *call) include(names []string) error {
	there := c.kind.includes()
	for _, name := range names {
		to, ok := there[name]
		if !ok {
			return badParam("_include", "names nothing that can come along; the CapabilityStatement says what can")
		}
		if !lets(c.in.Scopes, to, reading) {
			return refuse(http.StatusForbidden, "forbidden", "This token has no scope for %s.%s.", to, reading)
		}
	}
	return nil
}

// along is what comes along with a page, each once. What is not there for whoever asks
// does not.
func (c *call) along(q query, page []found) (more []found, err error) {
	there := c.kind.includes()
	for _, name := range q.include {
		if len(page) == 0 {
			continue
		}
		var some []found
		switch there[name] {
		case "Patient":
			some, err = c.subjects(page)
		case "QuestionnaireResponse":
			for _, f := range page {
				if o, ok := f.(*record.Observation); ok && o.DerivedFrom != nil {
					some = append(some, o.Answer())
				}
			}
		case "Questionnaire":
			some, err = c.asking(page)
		case "Appointment":
			some, err = c.meetings(page)
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		for _, f := range some {
			if !slices.ContainsFunc(more, func(m found) bool { return m.Named() == f.Named() && m.Ident() == f.Ident() }) {
				more = append(more, f)
			}
		}
	}
	return more, nil
}

// subjects are the people in whose records these lie.
func (c *call) subjects(page []found) (some []found, err error) {
	var seen []access.Compartment
	for _, f := range page {
		client, err := recordOf(f.Ident())
		if err != nil || slices.Contains(seen, client) {
			continue
		}
		seen = append(seen, client)
		who, err := c.person("Patient", client.Of())
		if err != nil {
			return some, err
		}
		some = append(some, who)
	}
	return some, nil
}

// asking are the questionnaires to which these are answers.
func (c *call) asking(page []found) (some []found, err error) {
	all, err := c.api.Shelf.Definitions(c.r.Context(), c.actor)
	if err != nil {
		return nil, err
	}
	for _, in := range all {
		if !slices.ContainsFunc(page, func(f found) bool { r, ok := f.(*record.Answer); return ok && r.In == in }) {
			continue
		}
		d, err := definitionOf(in)
		if err != nil {
			return nil, err
		}
		some = append(some, d)
	}
	return some, nil
}

// meetings are the appointments at which these were held.
func (c *call) meetings(page []found) ([]found, error) {
	client, err := recordOf(page[0].Ident())
	if err != nil {
		return nil, err
	}
	in := *c
	in.kind = named("Appointment")
	all, err := in.kind.search(&in, query{values: url.Values{"patient": {client.Of()}}, count: record.MostOpenings})
	return slices.DeleteFunc(all.page, func(a found) bool {
		return !slices.ContainsFunc(page, func(f found) bool { return f.Ident() == a.Ident() })
	}), err
}
