package main

// takeoutCells are the routes of archives: a client's own, for the client alone, and of
// what is theirs; and the practice's, for those who treat the client.
func takeoutCells() map[string]cell {
	return map[string]cell{
		"GET /my/archive":                        {},
		"GET /my/archive/record.html":            {},
		"GET /my/archive/record.json":            {},
		"GET /my/archive/bundle.json":            {},
		"GET /my/archive/shared.json":            {},
		"GET /my/archive/archive.zip":            {},
		"GET /my/archive/shared/{share}/{media}": {owner: "share", reach: nobodys}, // nobody in the sample shares a piece

		"GET /clients/{client}/archive":             {owner: "client", reach: works},
		"GET /clients/{client}/archive/archive.zip": {owner: "client", reach: works},
	}
}
