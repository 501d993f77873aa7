package main

// letInCells are the addresses by which somebody is let in again.
func letInCells() map[string]cell {
	others := func(p *product, s *someone, id string) bool { return id != s.ID && belongs(p, s, id) }
	return map[string]cell{
		"GET /people/{person}/let-in":    {owner: "person", reach: others},
		"POST /people/{person}/let-in":   {owner: "person", reach: others, form: values()},
		"GET /clients/{client}/let-in":   {owner: "client", reach: works},
		"POST /clients/{client}/let-in":  {owner: "client", reach: works, form: values()},
		"GET /not-me/{link}":             {owner: "link", reach: nobodys},
		"POST /not-me/{link}":            {owner: "link", reach: nobodys, form: values()},
		"POST /account/entrances/not-me": {form: values(), spared: true},
	}
}
