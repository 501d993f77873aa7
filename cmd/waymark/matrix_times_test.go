package main

// timesCells are the routes about a clinician's week and hours, one session and what
// comes round, and the practice's week. That a session with a colleague is not theirs to
// move is walked elsewhere.
func timesCells() map[string]cell {
	one := func(pairs ...string) cell {
		return cell{owner: "client", reach: works, of: "session", form: values(pairs...)}
	}
	// Nothing comes round here, and nobody has hours: that is walked elsewhere.
	none, nowhere := cell{owner: "nobody", reach: nobodys}, cell{owner: "client", reach: nobodys}
	const session, series = "/calendar/sessions/{client}/{session}", "/calendar/series/{client}/{series}"
	return map[string]cell{
		"GET /calendar":               {},
		"GET /calendar/new":           {},
		"POST /calendar/new":          {form: values("id", newOne+"1", "day", "2030-01-07", "clock", "10:00", "minutes", "50", "every", "0", "place", "By lift")},
		"GET " + session:              one(),
		"POST " + session + "/move":   one("day", "2030-01-07", "clock", "10:00", "minutes", "50"),
		"POST " + session + "/cancel": one("by", "client"),
		"POST " + session + "/attend": one(),
		"GET " + series:               nowhere,
		"POST " + series + "/change":  nowhere,
		"POST " + series + "/stop":    nowhere,

		"GET /calendar/hours":                            {},
		"POST /calendar/hours":                           {form: values("id", newOne+"2", "weekday", "1", "from", "09:00", "to", "12:00", "first", "2030-01-07", "place", "By lift")},
		"POST /calendar/hours/{hours}/end":               none,
		"POST /calendar/hours/protected":                 {form: values("id", newOne+"3", "weekly", "weekly", "from", "12:00", "to", "13:00", "first", "2030-01-07", "for", "Rest")},
		"POST /calendar/hours/protected/{protected}/end": none,
		"POST /calendar/hours/limits":                    {form: values("revision", "0", "day", "6", "week", "25")},

		"GET /practice/week":                    {},
		"GET /practice/holidays":                {},
		"POST /practice/holidays":               {form: values("id", newOne+"4", "first", "2030-12-24", "last", "2030-12-26", "name", "Closed")},
		"POST /practice/holidays/{holiday}/end": none,
	}
}
