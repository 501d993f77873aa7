package main

import (
	"strings"
	"testing"
)

// reminderCells are the routes about how a client is reminded of appointments, and on
// which devices: their own alone.
func reminderCells() map[string]cell {
	form := func(pairs ...string) cell { return cell{form: values(pairs...)} }
	return map[string]cell{
		"GET /my/reminders":               {},
		"POST /my/reminders":              form("rev", "0", "on", "yes", "from", "20:00", "to", "09:00"),
		"POST /my/reminders/off":          form(),
		"POST /my/reminders/appointments": form("rev", "0", "how", "mail", "lead", "evening"),
		"POST /my/reminders/practice":     form("rev", "0", "how", "mail", "at", "17:00", "days", "1"),
		"POST /my/reminders/devices": form("endpoint", "https://push.example/wake/1", "auth", "AAAAAAAAAAAAAAAAAAAAAA",
			"p256dh", "BCV_5qABSy57hfjnEkDTXJihUdd35z5BoR4oJEf3biJCz3ADSSJ6nl_0CJkF44V1j57Vj0UZD7zHjLfUP179s4c"),
		// Nobody's device has an id that is known here, so that nobody can take one off.
		"POST /my/reminders/devices/{device}/off": {owner: "device", reach: nobodys, form: values()},
	}
}

// Whoever comes before the first round of the program can allow messages as well.
func TestADeviceCanBeAllowedAsSoonAsThePracticeIsServed(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		bela := p.named("Bela")
		page := p.gets(&someone{Player: *bela, cookie: p.signsIn(t, bela.Practice, bela.ID)}, "/my/reminders")
		if !strings.Contains(page.body, "Allow messages on this device") {
			t.Errorf("%d: no device can be allowed:\n%s", page.status, page.body)
		}
	})
}
