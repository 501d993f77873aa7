package main

// awayCells are the routes of a phone that is used without a network: a client's own
// phones, and pages that are the same for anybody.
func awayCells() map[string]cell {
	form := func(pairs ...string) cell { return cell{form: values(pairs...)} }
	secret := "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	return map[string]cell{
		"GET /my/phone":                 {},
		"POST /my/phone":                form("id", newOne+"c"),
		"GET /my/phone/{device}/secret": {owner: "device", reach: nobodys},
		"POST /my/phone/{device}/off":   {owner: "device", reach: nobodys, form: values()},
		"POST /my/phone/{device}/empty": {owner: "device", reach: nobodys, form: values("secret", secret)},
		"GET /my/away":                  {},
		"GET /my/outbox":                {},
		"GET /phone":                    {},
		"GET /phone/away":               {},
		"GET /worker.js":                {},
		"GET /manifest.webmanifest":     {},
	}
}
