package fhir

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/instrument"
)

// A definition is a questionnaire as it was published to us: the file itself.
type definition struct {
	head
	file map[string]json.RawMessage
}

// MarshalJSON is the file, with the id under which it stands here.
func (d *definition) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(d.file)
	if err != nil {
		return nil, fmt.Errorf("encode questionnaire: %w", err)
	}
	return text, nil
}

func questionnaires() kind {
	return kind{
		name: "Questionnaire", about: "Every questionnaire of the practice in every version, as published, with how it is scored.",
		reads: []access.Action{access.ReadDefinitions}, undated: true,
		params: []param{
			{"_id", token_, "which"},
			{"url", "uri", "its address"},
			{"version", token_, "its version"},
		},
		read: func(c *call, id string) (found, error) {
			all, err := c.definitions(query{})
			if err != nil {
				return nil, err
			}
			for _, d := range all {
				if d.ID == id {
					return d, nil
				}
			}
			return nil, fault.Absent()
		},
		search: func(c *call, q query) (answers, error) {
			if q.sort != "" && q.sort != "_id" {
				return answers{}, badParam("_sort", "may only be _id here")
			}
			all, err := c.definitions(q)
			if err != nil {
				return answers{}, err
			}
			return cut(c, q, all)
		},
	}
}

func (c *call) definitions(q query) ([]*definition, error) {
	all, err := c.api.Shelf.Definitions(c.r.Context(), c.actor)
	if err != nil {
		return nil, err
	}
	var some []*definition
	for _, in := range all {
		switch {
		case q.has("url") && q.one("url") != in.URL && q.one("url") != record.Canonical(in):
			continue
		case q.has("version") && q.one("version") != in.Version:
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

func definitionOf(in *instrument.Instrument) (*definition, error) {
	d := &definition{head: record.Of("Questionnaire", record.DefinitionID(in), "", time.Time{})}
	if err := json.Unmarshal(in.File, &d.file); err != nil {
		return nil, fmt.Errorf("read definition: %w", err)
	}
	d.file["id"], _ = json.Marshal(d.ID) // a text
	return d, nil
}
