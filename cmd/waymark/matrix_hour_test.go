package main

// hourCells are the routes about sessions: for the client and for those who treat
// them, and for nobody else, in an emergency neither.
func hourCells() map[string]cell {
	own := func(pairs ...string) cell { return cell{form: values(pairs...)} }
	mine := func(what string, pairs ...string) cell {
		return cell{owner: what, reach: theirs(what), form: values(pairs...)}
	}
	met := cell{owner: "session", reach: func(p *product, s *someone, id string) bool {
		return theirs("session")(p, s, id) || theirs("held")(p, s, id)
	}}
	record := func(of string, pairs ...string) cell {
		return cell{owner: "client", reach: works, of: of, form: values(pairs...)}
	}
	return map[string]cell{
		"GET /my/session":                  {},
		"GET /my/sessions":                 {},
		"GET /my/sessions/{session}":       met,
		"GET /my/sessions/{session}/now":   met,
		"POST /my/agenda":                  own("id", newOne+"a", "revision", "0", "at", "", "text", "Sleep", "how", "me"),
		"GET /my/bring":                    {}, // without a thing to bring it leads to the session
		"POST /my/bring":                   own("id", newOne+"7", "revision", "0", "kind", "log", "of", "2026-11-24", "text", "", "how", "now"),
		"POST /my/agenda/nothing":          own(),
		"POST /my/agenda/{item}/open":      mine("item", "at", ""),
		"POST /my/agenda/{item}/talked":    mine("item", "at", ""),
		"POST /my/agenda/{item}/take-back": mine("item", "at", "", "revision", "1"),

		"GET /clients/{client}/sessions":                     record(""),
		"POST /clients/{client}/sessions":                    record("", "id", newOne+"4", "day", "2028-03-04", "clock", "10:00", "minutes", "50"),
		"POST /clients/{client}/begin":                       record("", "id", newOne+"5", "minutes", "50"),
		"GET /clients/{client}/sessions/{session}":           {owner: "client", reach: works, of: "session", notes: true},
		"GET /clients/{client}/sessions/{session}/now":       record("session"),
		"POST /clients/{client}/sessions/{session}/attended": record("session", "revision", "1", "attended", "came"),
		"POST /clients/{client}/sessions/{session}/begin":    record("session"),
		"POST /clients/{client}/sessions/{session}/end":      record("session"),
		"POST /clients/{client}/sessions/{session}/kept":     record("session", "revision", "0", "decisions", "To go on"),
		"POST /clients/{client}/sessions/{session}/meant":    record("session", "revision", "0", "call", "presence"),
		"POST /clients/{client}/agenda":                      record("", "id", newOne+"6", "revision", "0", "at", "", "text", "The week"),
		"POST /clients/{client}/agenda/nothing":              record(""),
		"POST /clients/{client}/agenda/{item}/open":          record("item", "at", ""),
		"POST /clients/{client}/agenda/{item}/talked":        record("item", "at", ""),
		"POST /clients/{client}/agenda/{item}/take-back":     record("thing", "at", "", "revision", "1"),
	}
}
