package main

import (
	"github.com/waymark-care/waymark/internal/fhir"
)

// fhirCells are the routes by which other programs come in: everybody's own list of
// them, and the addresses that they ask, which no cookie opens.
func fhirCells() map[string]cell {
	all := map[string]cell{
		"GET /account/programs":                {},
		"GET /account/programs/new":            {},
		"POST /account/programs":               {form: values("id", newOne+"7", "label", "An app", "scopes", "user/Patient.rs", "days", "30")},
		"POST /account/programs/{program}/end": {owner: "program", reach: nobodys, idle: true, form: values()},
	}
	for _, r := range (&fhir.API{}).Routes() {
		c := cell{}
		if len(r.Pattern) > len("{name}") && r.Pattern[len(r.Pattern)-len("{name}"):] == "{name}" {
			c = cell{owner: "name", reach: nobodys}
		}
		all[r.Method+" "+r.Pattern] = c
	}
	return all
}
