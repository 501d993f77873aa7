package main

// retentionCells are the routes by which records end.
func retentionCells() map[string]cell {
	ofClient := func(method, pattern string, pairs ...string) (string, cell) {
		return method + " " + pattern, cell{owner: "client", reach: works, form: values(pairs...)}
	}
	all := map[string]cell{
		"GET /records":                                    {},
		"GET /records/rule":                               {},
		"POST /records/rule":                              {form: values("revision", "0", "years", "0")},
		"GET /records/{person}":                           {owner: "person", reach: clientOf},
		"POST /records/{person}/hold":                     {owner: "person", reach: clientOf, form: values("id", newOne+"8", "reason", "")},
		"POST /records/{person}/hold/{hold}/release":      {owner: "person", reach: nobodys, form: values()},
		"POST /records/{person}/answer":                   {owner: "person", reach: clientOf, form: values("wish", noSuch, "answer", "")},
		"GET /people/{person}/erase":                      {owner: "person", reach: clientOf},
		"POST /people/{person}/erase":                     {owner: "person", reach: clientOf, form: values("id", newOne+"9", "name", "not the name", "reason", "other")},
		"GET /certificates":                               {},
		"GET /certificates/{certificate}":                 {owner: "certificate", reach: nobodys},
		"GET /certificates/{certificate}/certificate.txt": {owner: "certificate", reach: nobodys},
		"GET /my/record/end":                              {},
		"POST /my/record/end":                             {form: values("id", "not an id", "words", "")},
		"POST /my/record/end/{wish}/withdraw":             {owner: "wish", reach: nobodys, form: values()},
	}
	for _, add := range []struct {
		method, pattern string
		pairs           []string
	}{
		{"GET", "/clients/{client}/end", nil},
		{"POST", "/clients/{client}/end", []string{"id", "not an id", "revision", "0", "do", "close"}},
		{"POST", "/clients/{client}/end/hold", []string{"id", newOne + "8", "reason", ""}},
	} {
		key, c := ofClient(add.method, add.pattern, add.pairs...)
		all[key] = c
	}
	all["POST /clients/{client}/end/hold/{hold}/release"] = cell{owner: "client", reach: nobodys, form: values()}
	return all
}
