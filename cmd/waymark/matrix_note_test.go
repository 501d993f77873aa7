package main

// noteCells are the routes about progress notes: for those who treat the client now,
// and for nobody else, in an emergency neither.
func noteCells() map[string]cell {
	note := []string{"id", newOne + "e", "rev", "0", "base", "0", "page", newOne + "f", "nth", "1", "shape", "free", "text", "Slowly"}
	record := func(of string, pairs ...string) cell {
		return cell{owner: "client", reach: works, of: of, form: values(pairs...)}
	}
	return map[string]cell{
		"GET /clients/{client}/notes":                   {owner: "client", reach: works},
		"POST /clients/{client}/notes":                  record("", "id", newOne+"d"),
		"POST /clients/{client}/notes/search":           record("", "words", "Slowly"),
		"GET /clients/{client}/sessions/{session}/note": {owner: "client", reach: works, of: "session"},
		"GET /clients/{client}/notes/{note}":            {owner: "client", reach: works, of: "note"},
		"GET /clients/{client}/notes/{note}/amend":      {owner: "client", reach: works, of: "note"},
		"GET /clients/{client}/notes/{note}/left":       {owner: "client", reach: nobodys, of: "note"},
		"POST /clients/{client}/notes/draft":            record("", note...),
		"POST /clients/{client}/notes/sign":             record("", note...),
		"POST /clients/{client}/notes/{note}/throw":     record("note", "rev", "1"),
		"POST /clients/{client}/notes/{note}/share":     record("note", "revision", "0", "summary", "That you went slowly"),
	}
}
