package fhir

import (
	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
)

type task struct {
	head
	Status      string     `json:"status"`
	Intent      string     `json:"intent"`
	Code        concept    `json:"code"`
	Description string     `json:"description,omitempty"`
	Focus       *reference `json:"focus,omitempty"`
	For         *reference `json:"for"`
	Authored    string     `json:"authoredOn"`
	Requester   *reference `json:"requester"`
	Owner       *reference `json:"owner"`
}

func tasks() kind {
	return ofRecord("Task", "What a client is asked to answer, once or again and again. A client may refuse, which is rejected here and has no cost.",
		"authored-on", "since when", []access.Action{access.ReadMeasures},
		func(c *call, client access.Compartment) ([]line, error) {
			all, err := c.api.Measures.Asks(c.r.Context(), c.actor, client)
			if err != nil {
				return nil, err
			}
			lib := c.api.Measures.Library(c.actor.Practice)
			var lines []line
			for _, a := range all {
				t := &task{
					head: of("Task", within(client, a.ID), "", a.MadeAt), Status: "requested", Intent: "order",
					Code:     concept{Coding: []coding{{System: "http://hl7.org/fhir/CodeSystem/task-code", Code: "fulfill", Display: "Fulfill the focal request"}}, Text: "Answer a questionnaire"},
					For:      ref("Patient", client.Of()),
					Authored: instant(a.MadeAt), Requester: ref("Practitioner", a.By), Owner: ref("Patient", client.Of()),
					Description: a.Reason,
				}
				if a.EndedAt.After(a.MadeAt) {
					t.Meta.LastUpdated = instant(a.EndedAt)
				}
				switch {
				case a.State == measure.AskRefused:
					t.Status = "rejected"
				case a.State == measure.AskEnded:
					t.Status = "cancelled"
				}
				if in, ok := lib.Lookup(a.Instrument, ""); ok {
					t.Focus = ref("Questionnaire", definitionID(in))
				}
				lines = append(lines, line{found: t, at: a.MadeAt, status: t.Status})
			}
			return lines, nil
		})
}
