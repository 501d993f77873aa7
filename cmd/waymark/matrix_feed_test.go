package main

// feedCells are the routes about calendars elsewhere: everybody's own settings, and the
// addresses that calendar programs ask, which no cookie opens.
func feedCells() map[string]cell {
	ends := func(owner string) cell {
		return cell{owner: owner, reach: nobodys, idle: true, form: values()}
	}
	all := map[string]cell{
		"GET /account/calendar":                          {},
		"POST /account/calendar/addresses":               {form: values("id", newOne+"1", "label", "My phone")},
		"POST /account/calendar/addresses/{address}/end": ends("address"),
		"GET /account/calendar/sources":                  {},
		"POST /account/calendar/sources":                 {form: values("id", newOne+"2", "address", "https://10.0.0.1/a.ics")},
		"POST /account/calendar/sources/{source}/read":   ends("source"),
		"POST /account/calendar/sources/{source}/end":    ends("source"),
		"GET /account/calendar/programs":                 {},
		"POST /account/calendar/programs":                {form: values("id", newOne+"3", "label", "Thunderbird")},
		"POST /account/calendar/programs/{program}/end":  ends("program"),

		"GET /feed/{link}":                    {owner: "link", reach: nobodys},
		"GET /.well-known/caldav":             {},
		"PROPFIND /.well-known/caldav":        {},
		"PROPPATCH /dav/me/calendars/own/{$}": {},
		"REPORT /dav/me/calendars/own/{$}":    {},
	}
	for _, where := range []string{"/dav/{$}", "/dav/me/{$}", "/dav/me/calendars/{$}", "/dav/me/calendars/own/{$}"} {
		all["OPTIONS "+where], all["PROPFIND "+where] = cell{}, cell{}
	}
	for _, method := range []string{"OPTIONS", "PROPFIND", "GET", "PUT", "DELETE"} {
		all[method+" /dav/me/calendars/own/{name}"] = cell{owner: "name", reach: nobodys}
	}
	return all
}
