package main

// exerciseCells are the routes of the library of practice, where clinicians write it:
// for every one of a practice, and about nobody. An id of a person is the id of no
// exercise.
func exerciseCells() map[string]cell {
	own, one := cell{}, cell{owner: "exercise", reach: nobodys}
	sent := func(c cell, pairs ...string) cell {
		c.form = values(pairs...)
		return c
	}
	written := []string{"id", newOne + "e", "revision", "0", "draft", "0", "title", "Walking", "group", "days", "what", "Air.", "how", "Walk.", "smallest", "Open the door.", "level", "1"}
	return map[string]cell{
		"GET /exercises":                        own,
		"GET /exercises/new":                    own,
		"POST /exercises/new":                   sent(own, written...),
		"POST /exercises/preview":               sent(own, written...),
		"POST /exercises/draft":                 sent(own, written...),
		"GET /exercises/{exercise}":             one,
		"GET /exercises/{exercise}/edit":        one,
		"POST /exercises/{exercise}/edit":       sent(one, written...),
		"GET /exercises/{exercise}/draft":       one,
		"POST /exercises/{exercise}/draft/drop": sent(one),
		"POST /exercises/{exercise}/hide":       sent(one, "hidden", "yes"),
	}
}
