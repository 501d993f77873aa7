package record

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
)

type task struct {
	Head
	Status      string     `json:"status"`
	Intent      string     `json:"intent"`
	Code        Concept    `json:"code"`
	Description string     `json:"description,omitempty"`
	Focus       *Reference `json:"focus,omitempty"`
	For         *Reference `json:"for"`
	Authored    string     `json:"authoredOn"`
	Requester   *Reference `json:"requester"`
	Owner       *Reference `json:"owner"`
}

func tasks() Kind {
	return single("Task", "What a client is asked to answer, once or again and again. A client may refuse, which is rejected here and has no cost.",
		"authored-on", "since when", []access.Action{access.ReadMeasures},
		func(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
			all, err := c.Measures.Asks(ctx, c.Actor, client)
			if err != nil {
				return nil, err
			}
			lib := c.Measures.Library(c.Actor.Practice)
			var lines []Line
			for _, a := range all {
				t := &task{
					Head: Of("Task", Within(client, a.ID), "", a.MadeAt), Status: "requested", Intent: "order",
					Code:     Concept{Coding: []Coding{{System: "http://hl7.org/fhir/CodeSystem/task-code", Code: "fulfill", Display: "Fulfill the focal request"}}, Text: "Answer a questionnaire"},
					For:      Ref("Patient", client.Of()),
					Authored: Instant(a.MadeAt), Requester: Ref("Practitioner", a.By), Owner: Ref("Patient", client.Of()),
					Description: a.Reason,
				}
				if a.EndedAt.After(a.MadeAt) {
					t.Meta.LastUpdated = Instant(a.EndedAt)
				}
				switch {
				case a.State == measure.AskRefused:
					t.Status = "rejected"
				case a.State == measure.AskEnded:
					t.Status = "cancelled"
				}
				if in, ok := lib.Lookup(a.Instrument, ""); ok {
					t.Focus = Ref("Questionnaire", DefinitionID(in))
				}
				lines = append(lines, Line{Resource: t, At: a.MadeAt, Status: t.Status})
			}
			return lines, nil
		})
}
