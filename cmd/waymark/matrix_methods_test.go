package main

// methodCells are the routes about methods: for every clinician of a practice, and
// about nobody. An id of a person is the id of no method.
func methodCells() map[string]cell {
	own, one := cell{}, cell{owner: "method", reach: nobodys}
	sent := func(c cell, pairs ...string) cell {
		c.form = values(pairs...)
		return c
	}
	entry := []string{"id", newOne + "b", "kind", "approach", "revision", "0", "name", "Walking", "about", "Walking sessions.", "to0", "grief", "strength0", "own experience"}
	return map[string]cell{
		"GET /methods":                own,
		"GET /methods/sources":        own,
		"GET /methods/new":            own,
		"POST /methods/new":           sent(own, entry...),
		"POST /methods/preview":       sent(own, entry...),
		"GET /methods/{method}":       one,
		"GET /methods/{method}/edit":  one,
		"POST /methods/{method}/edit": sent(one, entry...),
		"POST /methods/{method}/hide": sent(one, "hidden", "yes"),
	}
}
