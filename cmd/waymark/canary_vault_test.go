package main

import (
	"net/url"
	"strings"
	"testing"
)

// inTheVault makes a vault and keeps a sealed note, as a browser would, and sends words
// where only sealed bytes belong: they are refused, and leave no trace.
func inTheVault(t *testing.T, ines *visitor, record string) {
	t.Helper()
	cells := vaultCells()
	for _, path := range []string{"/vault", "/clients/{client}/process"} {
		form := cells["POST "+path].form(nil, "")
		if got := ines.sends(strings.Replace(path, "/clients/{client}", record, 1), form); got.status >= 400 {
			t.Fatalf("%s: %d\n%s", path, got.status, got.body)
		}
	}
	for _, path := range []string{"/vault", "/vault/keys", "/vault/entries", "/vault/discard", record + "/process", record + "/process/entries"} {
		ines.goes(path)
	}
	odd := url.Values{
		"id": {canary}, "salt": {canary}, "wrap": {canary}, "vault": {canary}, "revision": {canary},
		"sealed": {canary + " was sent as it is"}, "first": {canary}, "text": {canary},
	}
	for _, path := range []string{"/vault", "/vault/code", "/vault/discard", "/vault/passkeys/" + canary, record + "/process"} {
		if got := ines.sends(path, odd); got.status < 400 {
			t.Errorf("%s takes words: %d", path, got.status)
		}
	}
	ines.sends("/vault/passkeys/"+canary+"/remove", odd)
	ines.sends("/clients/"+canary+"/process", odd)
}
