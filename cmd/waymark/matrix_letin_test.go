package main

import "slices"

// letInCells are the addresses by which somebody is let in again.
func letInCells() map[string]cell {
	// Whoever was invited and never came in has lost nothing to be let in again with.
	came := func(p *product, id string) bool {
		return slices.ContainsFunc(p.all, func(other *someone) bool { return other.ID == id && other.in })
	}
	others := func(p *product, s *someone, id string) bool { return id != s.ID && belongs(p, s, id) && came(p, id) }
	theirs := func(p *product, s *someone, id string) bool { return works(p, s, id) && came(p, id) }
	return map[string]cell{
		"GET /people/{person}/let-in":    {owner: "person", reach: others},
		"POST /people/{person}/let-in":   {owner: "person", reach: others, form: values()},
		"GET /clients/{client}/let-in":   {owner: "client", reach: theirs},
		"POST /clients/{client}/let-in":  {owner: "client", reach: theirs, form: values()},
		"GET /not-me/{link}":             {owner: "link", reach: nobodys},
		"POST /not-me/{link}":            {owner: "link", reach: nobodys, form: values()},
		"POST /account/entrances/not-me": {form: values(), spared: true},
	}
}
