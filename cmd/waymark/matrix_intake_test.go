package main

// intakeCells are the routes about the beginning of the work: for the client and
// for those who treat them, and for nobody else. In an emergency the part about
// health opens, and no other.
func intakeCells() map[string]cell {
	told := []string{"course", "1", "revision", "0", "rev", "0", "brings", "Sleep"}
	terms := []string{"course", "1", "version", "0", "client", "I come, or say so"}
	sign := []string{"id", newOne + "3", "course", "1", "version", "1"}
	withdraw := []string{"id", newOne + "4", "course", "1", "version", "1"}
	own := func(pairs ...string) cell { return cell{form: values(pairs...)} }
	record := func(pairs ...string) cell { return cell{owner: "client", reach: works, form: values(pairs...)} }
	return map[string]cell{
		"GET /beginning":                     {},
		"GET /beginning/read":                {},
		"POST /beginning/later":              own(),
		"GET /beginning/{part}":              {},
		"POST /beginning/{part}":             own(told...),
		"POST /beginning/{part}/draft":       own(told...),
		"POST /beginning/{part}/room":        own("course", "1", "revision", "1"),
		"GET /beginning/agreement":           {},
		"GET /beginning/agreement/text":      {},
		"POST /beginning/agreement/text":     own(terms...),
		"POST /beginning/agreement/sign":     own(sign...),
		"POST /beginning/agreement/withdraw": own(withdraw...),

		"GET /clients/{client}/intake":                   {owner: "client", reach: works, notes: true},
		"POST /clients/{client}/intake/invite":           record("id", newOne+"5", "course", "1", "part", "life", "note", "If it suits you"),
		"POST /clients/{client}/intake/anew":             record("course", "1"),
		"GET /clients/{client}/intake/{part}":            {owner: "client", reach: works},
		"POST /clients/{client}/intake/{part}":           record(told...),
		"POST /clients/{client}/intake/{part}/draft":     record(told...),
		"POST /clients/{client}/intake/{part}/take-back": record(),
		"GET /emergency/{client}/health":                 {owner: "client", reach: glimpses},
		"GET /clients/{client}/agreement":                {owner: "client", reach: works},
		"GET /clients/{client}/agreement/text":           {owner: "client", reach: works},
		"POST /clients/{client}/agreement/text":          record(terms...),
		"POST /clients/{client}/agreement/sign":          record("id", newOne+"6", "course", "1", "version", "1"),
		"POST /clients/{client}/agreement/withdraw":      record("id", newOne+"7", "course", "1", "version", "1"),
	}
}
