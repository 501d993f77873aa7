package main

// bookingCells are the routes about open times: for the client and for those who treat
// them, and for nobody else, in an emergency neither. The policy is for those who
// manage the practice.
func bookingCells() map[string]cell {
	all := map[string]cell{
		"POST /my/times/zone":    {form: values("zone", "Europe/Madrid")},
		"GET /waiting":           {},
		"GET /practice/booking":  {},
		"POST /practice/booking": {form: values("revision", "0", "notice", "24", "lead", "12", "ahead", "6", "length", "50", "every", "60", "most", "2", "late", "Half the fee")},
	}
	mine, one := cell{owner: "session", reach: theirs("session")}, cell{owner: "client", reach: works, of: "session"}
	met := cell{owner: "session", reach: func(p *product, s *someone, id string) bool { // one that was held says that it was
		return theirs("session")(p, s, id) || theirs("held")(p, s, id)
	}}
	add := func(method, path string, inOwn, inRecord cell, pairs ...string) {
		if method == "POST" {
			inOwn.form, inRecord.form = values(pairs...), values(pairs...)
		}
		all[method+" /my/times"+path], all[method+" /clients/{client}/times"+path] = inOwn, inRecord
	}
	record := cell{owner: "client", reach: works}
	// Nobody waits here, and nothing is offered: that is walked elsewhere.
	none, nowhere := cell{owner: "nobody", reach: nobodys}, cell{owner: "client", reach: nobodys}

	add("GET", "", cell{}, record)
	add("POST", "", cell{}, record, "id", newOne+"1", "time", noSuch+".1893456000", "words", "By lift")
	add("GET", "/{session}/move", mine, one)
	add("POST", "/{session}/move", met, one, "id", newOne+"2", "revision", "1", "time", noSuch+".1893456000", "words", "By lift")
	add("GET", "/{session}/cancel", mine, one)
	add("POST", "/{session}/cancel", met, one, "id", newOne+"3", "revision", "1", "words", "A fever")
	add("POST", "/waiting", cell{}, record, "id", newOne+"4", "with", noSuch, "when", "any")
	add("POST", "/waiting/{wish}/leave", none, nowhere)
	add("POST", "/offers/{offer}/take", none, nowhere)
	add("POST", "/offers/{offer}/decline", none, nowhere)
	return all
}
