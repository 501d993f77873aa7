package main

import (
	"net/url"
	"strings"
	"testing"
	"time"
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
	let := url.Values{"id": {newOne + "4"}, "entry": {newOne + "2"}, "revision": {"1"}, "words": {canary + " is let out"}, "last": {time.Now().Format(time.DateOnly)}}
	if got := ines.sends(record+"/process/released", let); got.status >= 400 {
		t.Fatalf("released: %d\n%s", got.status, got.body)
	}
	ines.goes(record + "/process/released")
	ines.goes(record + "/archive")
	if got := ines.goes(record + "/archive/archive.zip"); got.status != 200 {
		t.Errorf("archive: %d", got.status)
	}
	odd := url.Values{
		"id": {canary}, "salt": {canary}, "wrap": {canary}, "vault": {canary}, "revision": {canary},
		"sealed": {canary + " was sent as it is"}, "first": {canary}, "text": {canary}, "entry": {canary}, "words": {canary}, "last": {canary},
	}
	for _, path := range []string{"/vault", "/vault/code", "/vault/discard", "/vault/passkeys/" + canary, record + "/process", record + "/process/released", record + "/process/released/" + canary + "/end"} {
		if got := ines.sends(path, odd); got.status < 400 {
			t.Errorf("%s takes words: %d", path, got.status)
		}
	}
	ines.sends("/vault/passkeys/"+canary+"/remove", odd)
	ines.sends("/clients/"+canary+"/process", odd)
}
