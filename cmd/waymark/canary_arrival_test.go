package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// fromElsewhere brings in a client, appointments and scores with canaries in all of
// it, and invites the client at last. In between a colleague finds them in an emergency,
// by their address and their name.
func fromElsewhere(t *testing.T, ines, bert *visitor) {
	t.Helper()
	for _, part := range []struct{ kind, file string }{
		{"clients", "name;email;phone;notes\n" + canary + ";" + strings.ToLower(canary) + "@example.org;" + canary + ";" + canary + "\n"},
		{"appointments", "client;start;length;place\n" + canary + ";2020-11-24 10:00;50;" + canary + "\n"},
		{"scores", "client;instrument;date;score\n" + canary + ";PHQ-9;2020-11-24;12\n" + canary + ";" + canary + ";2020-11-24;" + canary + "\n"},
	} {
		form := url.Values{"packed": {packed(part.file)}, "kind": {part.kind}, "source": {canary}}
		look := ines.sends("/clients/import/look", form)
		if look.status != http.StatusOK {
			t.Fatalf("look at %s: %d\n%s", part.kind, look.status, look.body)
		}
		brought := ines.sends("/clients/import/bring", formTo(t, look, "/clients/import/look").fields)
		if brought.status != http.StatusOK {
			t.Fatalf("bring %s: %d\n%s", part.kind, brought.status, brought.body)
		}
	}
	address := strings.ToLower(canary) + "@example.org"
	bert.sends("/emergency", url.Values{"id": {noSuch}, "email": {address}, "name": {canary + " Nobody"}, "reason": {canary}})
	bert.writes("/emergency", "/emergency", map[string]string{"email": address, "name": canary, "reason": canary + " cannot be reached."})
	ines.sends("/clients/import/look", url.Values{"packed": {canary}, "kind": {canary}, "source": {canary}, "dates": {canary}, "minutes": {canary}})
	ines.sends("/clients/"+canary+"/invite", url.Values{"id": {canary}, "email": {canary}})
}
