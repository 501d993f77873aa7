package main

// takeoutCells are the routes of a client's own archive: for the client alone, and of
// what is theirs.
func takeoutCells() map[string]cell {
	return map[string]cell{
		"GET /my/archive":             {},
		"GET /my/archive/record.html": {},
		"GET /my/archive/record.json": {},
	}
}
