package main

import (
	"encoding/base64"
	"net/url"
)

// vaultCells are the routes of the personal vault: everybody's own, and what they
// keep in it about clients whom they treat. Nobody else finds it, in an emergency
// neither.
func vaultCells() map[string]cell {
	sealed := make([]byte, 1+12+1024+16)
	sealed[0] = 1
	wrap := base64.RawURLEncoding.EncodeToString(append([]byte{1}, make([]byte, 60)...))
	salt := base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	return map[string]cell{
		"GET /vault":         {},
		"GET /vault/keys":    {},
		"GET /vault/entries": {},
		"GET /vault/discard": {},
		// Who has none has nothing to discard, and is told that there is none.
		"POST /vault/discard": {form: values("vault", noSuch)},
		"POST /vault":         {form: values("id", newOne+"1", "salt", salt, "wrap", wrap)},
		// Nobody in the sample has one before: it is made by the form above, or by none.
		"POST /vault/code":                      {form: values("vault", noSuch, "revision", "1", "wrap", wrap), spared: true},
		"POST /vault/passkeys/{passkey}":        {owner: "passkey", reach: nobodys, form: values("vault", noSuch, "revision", "1", "wrap", wrap)},
		"POST /vault/passkeys/{passkey}/remove": {owner: "passkey", reach: nobodys, form: values()},

		"GET /clients/{client}/process":         {owner: "client", reach: works},
		"GET /clients/{client}/process/entries": {owner: "client", reach: works},
		"POST /clients/{client}/process": {owner: "client", reach: works, form: func(*product, string) url.Values {
			return url.Values{"id": {newOne + "2"}, "revision": {"1"}, "first": {"yes"}, "sealed": {base64.RawURLEncoding.EncodeToString(sealed)}}
		}},
		"GET /clients/{client}/process/released": {owner: "client", reach: works},
		// What was never kept in a vault cannot leave it.
		"POST /clients/{client}/process/released":               {owner: "client", reach: nobodys, form: values("id", newOne+"3", "entry", noSuch, "revision", "1", "words", "Words", "last", "2026-11-30")},
		"POST /clients/{client}/process/released/{release}/end": {owner: "client", reach: nobodys, form: values()},
	}
}
