package main

import "time"

// goalCells are the routes about what a client works towards: for the client and
// for those who treat them, and for nobody else, in an emergency neither.
func goalCells() map[string]cell {
	all := make(map[string]cell)
	today := time.Now().Format(time.DateOnly)
	add := func(method, path string, inOwn, inRecord cell, pairs ...string) {
		if method == "POST" {
			inOwn.form, inRecord.form = values(pairs...), values(pairs...)
		}
		all[method+" /my/goals"+path], all[method+" /clients/{client}/goals"+path] = inOwn, inRecord
	}
	own, record := cell{}, cell{owner: "client", reach: works}
	mine, one := cell{owner: "goal", reach: theirs("goal")}, cell{owner: "client", reach: works, of: "goal"}
	// A milestone has another id than its goal, and the table fills both in with one.
	nowhere, none := cell{owner: "goal", reach: nobodys}, cell{owner: "client", reach: nobodys}

	add("GET", "", own, record)
	add("GET", "/vision", own, record)
	add("POST", "/vision", own, record, "revision", "0", "vision", "A kitchen full of people")
	add("GET", "/new", own, record)
	add("POST", "", own, record, "id", newOne+"f", "words", "Go out", "know", "By tram")
	add("GET", "/{goal}", mine, one)
	add("GET", "/{goal}/change", mine, one)
	add("POST", "/{goal}/change", mine, one, "revision", "1", "signs", "1", "words", "Go out alone", "know", "By tram")
	add("POST", "/{goal}/agree", mine, one, "revision", "1")
	add("POST", "/{goal}/rate", mine, one, "id", newOne+"a", "day", today, "value", "5", "voice", "both")
	add("POST", "/{goal}/milestones", mine, one, "id", newOne+"b", "words", "Three stops")
	add("POST", "/{goal}/milestones/{milestone}", nowhere, none, "id", newOne+"c", "day", today)
	add("POST", "/{goal}/retire", mine, one, "id", newOne+"d", "as", "let-go", "reason", "Another time")
	add("POST", "/{goal}/reopen", mine, one, "id", newOne+"e", "reason", "Again")
	return all
}
