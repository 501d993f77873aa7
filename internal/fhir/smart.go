package fhir

// Offers are what an app of others can be let do at most, in the words of scopes without
// whose it is about: "Observation.rs", "QuestionnaireResponse.c".
func Offers() []string {
	var all []string
	for _, k := range kinds() {
		if k.read != nil || k.search != nil {
			all = append(all, k.name+".rs")
		}
		if k.create != nil {
			all = append(all, k.name+".c")
		}
	}
	return all
}

// A nested extension says where apps ask to be let in (hl7.org/fhir/smart-app-launch; newer apps
// read /.well-known/smart-configuration).
type nested struct {
	URL       string   `json:"url"`
	ValueURI  string   `json:"valueUri,omitempty"`
	Extension []nested `json:"extension,omitempty"`
}

func (api *API) oauthURIs() []nested {
	return []nested{{URL: "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris", Extension: []nested{
		{URL: "authorize", ValueURI: api.Origin + "/launch/authorize"},
		{URL: "token", ValueURI: api.Origin + "/launch/token"},
		{URL: "revoke", ValueURI: api.Origin + "/launch/revoke"},
		{URL: "manage", ValueURI: api.Origin + "/account/programs"},
	}}}
}
