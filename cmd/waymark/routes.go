package main

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/web"
)

// routesCmd lists every address.
type routesCmd struct {
	JSON bool `help:"Print JSON."`
}

// A listed route is one line of the list.
type listed struct {
	Method   string `json:"method"`
	Pattern  string `json:"pattern"`
	Audience string `json:"audience"`
	Action   string `json:"action"`
}

// Help is what "waymark routes --help" adds.
func (routesCmd) Help() string {
	return "For each: the method, the address, for whom it is, and what it asks of the door first (nothing if it opens no record). " +
		"For whom: anyone; signed in; client, clinician or manager; token (a program with one, FHIR); app password (a calendar program)."
}

// beside are the addresses that no page answers: what the server says of itself, also
// while it is sealed, and what pages load.
var beside = []listed{
	{Method: "GET", Pattern: "/healthz", Audience: string(web.Anyone)},
	{Method: "GET", Pattern: "/readyz", Audience: string(web.Anyone)},
	{Method: "GET", Pattern: "/assets/", Audience: string(web.Anyone)},
}

// Run lists them. It opens no data.
func (r *routesCmd) Run(c *call) error {
	d, err := domains.New(nil, c.config.Origin)
	if err != nil {
		return err
	}
	all := slices.Clone(beside)
	for _, some := range routes(nil, d, new(web.Facts), c.config) {
		for _, route := range some {
			all = append(all, listed{route.Method, route.Pattern, string(route.Audience), string(route.Action)})
		}
	}
	if r.JSON {
		return json.NewEncoder(c.out).Encode(all)
	}
	for _, l := range all {
		c.say("%s", strings.TrimRight(pad(l.Method, 6)+pad(l.Pattern, 48)+pad(l.Audience, 14)+l.Action, " "))
	}
	return nil
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(1, width-len(s)))
}
