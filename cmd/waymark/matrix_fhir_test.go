package main

import (
	"strings"

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

		// Apps of others: what they and whoever lets them in ask for is walked in web/launch.
		"POST /account/programs/apps/{app}/end":        {owner: "app", reach: nobodys, idle: true, form: values()},
		"GET /fhir/R4/.well-known/smart-configuration": {},
		"GET /.well-known/oauth-authorization-server":  {},
		"GET /launch/authorize":                        {},
		"POST /launch/authorize":                       {form: values("answer", "yes"), spared: true},
		"POST /launch/token":                           {form: values("grant_type", "refresh_token")},
		"POST /launch/revoke":                          {form: values("token", "wr1.a.b.c")},
		"GET /practice/programs":                       {},
		"GET /practice/programs/new":                   {},
		"POST /practice/programs":                      {form: values("id", newOne+"8", "name", "An app", "redirects", "https://app.example/back", "for", "clients", "may", "Goal.rs")},
		"POST /practice/programs/{app}/withdraw":       {owner: "app", reach: nobodys, idle: true, form: values()},
	}
	for _, r := range (&fhir.API{}).Routes() {
		c := cell{}
		if strings.Contains(r.Pattern, "{name}") {
			c = cell{owner: "name", reach: nobodys}
		}
		all[r.Method+" "+r.Pattern] = c
	}
	return all
}
