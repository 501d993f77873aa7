package fhir

import (
	"maps"
	"net/http"
	"slices"
)

type capability struct {
	ResourceType   string     `json:"resourceType"`
	Status         string     `json:"status"`
	Date           string     `json:"date"`
	Kind           string     `json:"kind"`
	Software       software   `json:"software"`
	Implementation endpoint   `json:"implementation"`
	FHIRVersion    string     `json:"fhirVersion"`
	Format         []string   `json:"format"`
	Rest           []capaRest `json:"rest"`
}

type software struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

type endpoint struct {
	Description string `json:"description"`
	URL         string `json:"url"`
}

type capaRest struct {
	Mode     string         `json:"mode"`
	Security capaSecurity   `json:"security"`
	Resource []capaResource `json:"resource"`

	SearchParam []capaParam `json:"searchParam"` // of every kind

	Interaction []capaInteraction `json:"interaction"`
	Operation   []capaOperation   `json:"operation,omitempty"`
}

type capaSecurity struct {
	Extension   []nested  `json:"extension"`
	CORS        bool      `json:"cors"`
	Service     []concept `json:"service"`
	Description string    `json:"description"`
}

type capaResource struct {
	Type          string            `json:"type"`
	Documentation string            `json:"documentation"`
	Interaction   []capaInteraction `json:"interaction"`
	Versioning    string            `json:"versioning"`
	ReadHistory   bool              `json:"readHistory"`
	UpdateCreate  bool              `json:"updateCreate"`
	CondCreate    bool              `json:"conditionalCreate"`
	CondRead      string            `json:"conditionalRead"`
	CondUpdate    bool              `json:"conditionalUpdate"`
	CondDelete    string            `json:"conditionalDelete"`
	SearchInclude []string          `json:"searchInclude,omitempty"`
	SearchParam   []capaParam       `json:"searchParam,omitempty"`
	Operation     []capaOperation   `json:"operation,omitempty"`
}

type capaOperation struct {
	Name       string `json:"name"`
	Definition string `json:"definition"`
}

type capaInteraction struct {
	Code string `json:"code"`
}

type capaParam struct {
	Name          string `json:"name"`
	Type          string `json:"type"`
	Documentation string `json:"documentation"`
}

// written is when what is said here last changed.
const written = "2026-11-22"

// metadata says what is there, read from the same list as the routes.
func (api *API) metadata(w http.ResponseWriter, r *http.Request) error {
	s := capability{
		ResourceType: "CapabilityStatement", Status: "active", Date: written, Kind: "instance",
		Software: software{"Waymark", api.Version}, Implementation: endpoint{"Waymark", api.Origin + root},
		FHIRVersion: "4.0.1", Format: []string{"application/fhir+json"},
	}
	rest := capaRest{Mode: "server", Security: capaSecurity{
		Extension:   api.oauthURIs(),
		Service:     []concept{{Coding: []coding{{System: "http://terminology.hl7.org/CodeSystem/restful-security-service", Code: "SMART-on-FHIR"}}}},
		Description: "A token that a person made under their account, or that an app got by SMART App Launch, sent as Authorization: Bearer. Its scopes say what it may do, and never more than that person may.",
	}}
	rest.SearchParam = []capaParam{
		{"_count", "number", "how many to a page; 0 to be told how many there are"},
		{"_summary", token_, "true, text, data, false: how much of each; count: how many there are. Of one that is read, too"},
		{"_elements", text_, "the elements that are wanted of each, with commas between. Of one that is read, too"},
	}
	for _, k := range kinds() {
		res := capaResource{Type: k.name, Documentation: k.about, Versioning: "versioned", ReadHistory: k.past, CondRead: "full-support", CondDelete: "not-supported"}
		if k.read != nil {
			res.Interaction = append(res.Interaction, capaInteraction{"read"})
		}
		if k.search != nil {
			res.Interaction = append(res.Interaction, capaInteraction{"search-type"})
		}
		if k.create != nil {
			res.Interaction = append(res.Interaction, capaInteraction{"create"})
			res.CondCreate = true
			res.Operation = append(res.Operation, capaOperation{"validate", "http://hl7.org/fhir/OperationDefinition/Resource-validate"})
		}
		if k.past {
			res.Interaction = append(res.Interaction, capaInteraction{"vread"}, capaInteraction{"history-instance"})
		}
		if k.name == "Patient" {
			res.Operation = append(res.Operation, capaOperation{"everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything"}, capaOperation{"export", "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export"})
		}
		res.SearchInclude = slices.Sorted(maps.Keys(k.includes()))
		for _, p := range k.all() {
			res.SearchParam = append(res.SearchParam, capaParam{p.name, p.kind, p.about})
		}
		rest.Resource = append(rest.Resource, res)
	}
	rest.Interaction = []capaInteraction{{"batch"}}
	rest.Operation = []capaOperation{{"export", "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export"}}
	s.Rest = []capaRest{rest}
	c := &call{api: api, w: w, r: r}
	return c.send(http.StatusOK, s)
}
