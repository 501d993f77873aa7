package main

import (
	"context"
	"encoding/base64"
	"net/url"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/journal"
)

// fillShares has a client share words and sound with those who treat them.
func (p *product) fillShares(t *testing.T, s *someone, self access.Actor) {
	t.Helper()
	sound := []byte("OggS\x00")
	f := journal.ShareForm{
		ID: newID(t), EntryID: newID(t), Kind: journal.Voice, Words: s.words, Last: time.Now().AddDate(0, 0, 7).Format(time.DateOnly),
		Pieces: []journal.Piece{{ID: newID(t), Type: "audio/ogg", Size: int64(len(sound))}},
	}
	p.does(t, func(ctx context.Context) error { _, err := p.Shares.Make(ctx, self, f, time.Now()); return err })
	p.does(t, func(ctx context.Context) error {
		return p.Shares.KeepPart(ctx, self, journal.PartForm{Share: f.ID, Piece: f.Pieces[0].ID, Bytes: sound})
	})
	p.does(t, func(ctx context.Context) error { return p.Shares.Finish(ctx, self, f.ID) })
	s.has["share"] = append(s.has["share"], f.ID)
}

// journalCells are the routes of a client's journal, which is their own and nobody
// else's, and of what they share of it, which those who treat them read, and nobody
// else, in an emergency neither.
func journalCells() map[string]cell {
	sealed := make([]byte, 1+12+1024+16)
	sealed[0] = 1
	wrap := base64.RawURLEncoding.EncodeToString(append([]byte{1}, make([]byte, 60)...))
	salt := base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	own := func(pairs ...string) cell { return cell{form: values(pairs...)} }
	mine := func(what string) cell { return cell{owner: what, reach: theirs(what), form: values()} }
	// What nobody has yet: an entry or a piece is made by the page's own script alone.
	none := func(what string, pairs ...string) cell {
		return cell{owner: what, reach: nobodys, form: values(pairs...)}
	}
	return map[string]cell{
		"GET /my/vault/keys":    {},
		"GET /my/vault":         {},
		"GET /my/vault/discard": {},
		"POST /my/vault":        own("id", newOne+"1", "salt", salt, "wrap", wrap),
		"POST /my/vault/room":   own(),
		// Who has none has nothing to discard, and is told that there is none.
		"POST /my/vault/discard":                   own("vault", noSuch),
		"POST /my/vault/code":                      {form: values("vault", noSuch, "revision", "1", "wrap", wrap), spared: true},
		"POST /my/vault/passkeys/{passkey}":        none("passkey", "vault", noSuch, "revision", "1", "wrap", wrap),
		"POST /my/vault/passkeys/{passkey}/remove": none("passkey"),

		"GET /my/journal":         {},
		"GET /my/journal/entries": {},
		"POST /my/journal/entries": {form: func(*product, string) url.Values {
			return url.Values{"id": {newOne + "2"}, "revision": {"1"}, "sealed": {base64.RawURLEncoding.EncodeToString(sealed)}}
		}},
		"POST /my/journal/entries/{entry}/delete": none("entry"),
		"GET /my/journal/space":                   {},
		"GET /my/journal/media":                   {},
		"GET /my/journal/media/{media}":           none("media"),
		"GET /my/journal/media/{media}/{nth}":     none("media"),
		"POST /my/journal/media/{media}/{nth}":    none("media"),
		"POST /my/journal/media/{media}/end":      none("media", "entry", newOne+"2", "chunks", "1", "size", "100"),
		"POST /my/journal/media/{media}/delete":   none("media"),

		"GET /my/journal/shares": {},
		"POST /my/journal/shares": own("id", newOne+"3", "entry", newOne+"2", "kind", "text", "text", "What I wrote", "pieces", "",
			"until", time.Now().AddDate(0, 0, 7).Format(time.DateOnly)),
		"POST /my/journal/shares/{share}/end":                 mine("share"),
		"POST /my/journal/shares/{share}/media/{media}/{nth}": none("share"),
		"POST /my/journal/shares/{share}/take-back":           mine("share"),

		"GET /clients/{client}/shared":                 {owner: "client", reach: works},
		"GET /clients/{client}/shared/{share}":         {owner: "client", reach: works, of: "share"},
		"GET /clients/{client}/shared/{share}/{media}": {owner: "client", reach: nobodys, of: "share"},
	}
}
