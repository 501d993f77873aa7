package fhir

import (
	"net/http"
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
}

type capaSecurity struct {
	CORS        bool      `json:"cors"`
	Service     []concept `json:"service"`
	Description string    `json:"description"`
}

type capaResource struct {
	Type          string            `json:"type"`
	Documentation string            `json:"documentation"`
	Interaction   []capaInteraction `json:"interaction"`
	Versioning    string            `json:"versioning"`
	SearchParam   []capaParam       `json:"searchParam,omitempty"`
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
const written = "2026-11-21"

// metadata says what is there, read from the same list as the routes.
func (api *API) metadata(w http.ResponseWriter, r *http.Request) error {
	s := capability{
		ResourceType: "CapabilityStatement", Status: "active", Date: written, Kind: "instance",
		Software: software{"Waymark", api.Version}, Implementation: endpoint{"Waymark", api.Origin + root},
		FHIRVersion: "4.0.1", Format: []string{"application/fhir+json"},
	}
	rest := capaRest{Mode: "server", Security: capaSecurity{
		Service:     []concept{{Coding: []coding{{System: "http://terminology.hl7.org/CodeSystem/restful-security-service", Code: "SMART-on-FHIR"}}}},
		Description: "A token that a person made under their account, sent as Authorization: Bearer. Its scopes say what it may do, and never more than that person may.",
	}}
	for _, k := range kinds() {
		res := capaResource{Type: k.name, Documentation: k.about, Versioning: "versioned"}
		if k.read != nil {
			res.Interaction = append(res.Interaction, capaInteraction{"read"})
		}
		if k.search != nil {
			res.Interaction = append(res.Interaction, capaInteraction{"search-type"})
		}
		if k.create != nil {
			res.Interaction = append(res.Interaction, capaInteraction{"create"})
		}
		for _, p := range k.all() {
			res.SearchParam = append(res.SearchParam, capaParam{p.name, p.kind, p.about})
		}
		rest.Resource = append(rest.Resource, res)
	}
	s.Rest = []capaRest{rest}
	c := &call{api: api, w: w, r: r}
	return c.send(http.StatusOK, s)
}
