package main

import "time"

// planCells are the routes about the plan, its detours and its reviews: for the
// client and for those who treat them, and for nobody else, in an emergency neither.
func planCells() map[string]cell {
	all := make(map[string]cell)
	today, later := time.Now().Format(time.DateOnly), time.Now().AddDate(0, 0, 60).Format(time.DateOnly)
	own, record := cell{}, cell{owner: "client", reach: works}
	add := func(method, path string, inOwn, inRecord cell, pairs ...string) {
		if method == "POST" {
			inOwn.form, inRecord.form = values(pairs...), values(pairs...)
		}
		all[method+" /my"+path], all[method+" /clients/{client}"+path] = inOwn, inRecord
	}
	desk := func(path string, pairs ...string) {
		all["POST /clients/{client}"+path] = cell{owner: "client", reach: works, form: values(pairs...)}
	}
	mine, one := cell{owner: "detour", reach: theirs("detour")}, cell{owner: "client", reach: works, of: "detour"}
	// A review is named by its number, and the table fills in ids.
	nowhere, none := cell{owner: "nth", reach: nobodys}, cell{owner: "client", reach: nobodys}

	add("GET", "/plan", own, record)
	add("GET", "/plan/history", own, record)
	add("POST", "/plan/sign", own, record, "number", "1")
	add("POST", "/plan/unfit", own, record, "id", newOne+"a", "number", "1", "unfit", "Too fast")
	add("POST", "/plan/steps", own, record, "id", newOne+"b", "problem", noSuch, "step", "")
	all["GET /clients/{client}/plan/revise"] = record
	desk("/plan", "do", "keep", "problems", "1", "id-0", newOne+"c", "words-0", "Going out", "own-0", "Small steps", "because-0", "A wish", "format", "individual", "where", "remote", "review", later, "why", "A move")
	add("GET", "/detours", own, record)
	add("POST", "/detours", own, record, "id", newOne+"d", "name", "A move", "from", today, "reason", "Boxes")
	add("POST", "/detours/{detour}/notes", mine, one, "id", newOne+"e", "day", today, "words", "Slowly")
	add("POST", "/detours/{detour}/aside", mine, one, "why", "No detour")
	all["POST /clients/{client}/detours/{detour}/close"] = cell{owner: "client", reach: works, of: "detour", form: values("until", today, "stays", "All of it")}
	add("GET", "/review", own, record)
	add("POST", "/review/words", own, record, "nth", "1", "revision", "0", "helps", "Going slowly")
	add("GET", "/review/{nth}", nowhere, none)
	desk("/review", "nth", "1", "outcome", "go-on", "words", "On", "day", today, "next", later)
	return all
}
