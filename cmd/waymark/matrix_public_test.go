package main

// publicCells are the routes of public pages, and of what a clinician or whoever
// manages the practice writes for them. A draft is written where one's own is, so
// there is no address at which that of another could stand.
func publicCells() map[string]cell {
	own := cell{}
	form := func(pairs ...string) cell { return cell{form: values(pairs...)} }
	return map[string]cell{
		"GET /p/{slug}/{name}": {owner: "slug", reach: nobodys},

		"GET /profile": own, "GET /profile/preview": own, "GET /profile/times": own,
		"POST /profile":          form("revision", "0", "name", "", "about", "A word", "room", "open"),
		"POST /profile/publish":  form("revision", "7"),
		"POST /profile/take-off": form(),
		"POST /profile/times":    form("id", newOne+"c", "day", "1999-03-04", "clock", "10:00", "length", "50", "weeks", "1", "time_ways", "person"),
		// Nobody offers a time here, so that nobody can take one back.
		"POST /profile/times/{time}/withdraw": {owner: "time", reach: nobodys, form: values()},

		"GET /practice/page": own, "GET /practice/page/preview": own,
		"POST /practice/page":          form("revision", "0", "lead", "A word", "room", "closed"),
		"POST /practice/page/publish":  form("revision", "7"),
		"POST /practice/page/take-off": form(),
		// A page that is none is off already, and that it was somebody's nobody learns.
		"POST /practice/page/{person}/take-off": {owner: "person", reach: nobodys, form: values(), idle: true},
	}
}
