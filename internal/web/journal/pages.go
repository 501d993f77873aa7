// Package journal has the pages of a client's private journal, and what they share of
// it: the journal itself, which opens in the client's browser only; its sealed entries
// and media, which pass through here and open to nobody; the copies that a client
// shares until a date; and the page on which whoever treats them reads these copies.
//
// What a browser asks for, in the words of package vault: bytes are base64 of the URL
// alphabet without padding; forms are application/x-www-form-urlencoded, sent with
// Accept: application/json; a problem is {"kind","field","text"} with its status (422
// invalid, 404 absent, 409 conflict, 413 too large, 401 sign in, 403 step up, 503 not
// saved). Ids are UUIDv7 that the browser makes, so that everything can be sent again:
// the same once more is success, something else under the same id is 409.
//
// # The vault (package web/vault, for clients)
//
//	GET  /my/vault/keys                           {"id","owner","salt","revision","ways":[{"id","wrap","credential"}],"room":true}
//	                                              id is "" without a vault; room: there is a place for entries and media
//	POST /my/vault                                id salt wrap                     → {"go"}  (fresh sign-in) makes the room, too
//	POST /my/vault/room                           nothing                          → {"room":true}  where there is a vault and no room
//	POST /my/vault/code                           vault revision wrap              → {"go"}  (fresh)
//	POST /my/vault/passkeys/{passkey}             vault revision wrap              → {"go"}  (fresh)
//	POST /my/vault/passkeys/{passkey}/remove      nothing                          → 303     (fresh)
//	GET  /my/vault/discard                        asks before
//	POST /my/vault/discard                        vault                            → 303     (fresh) with all entries and media
//
// "go" and 303 lead to /my/journal?done=made, renewed, added, removed or discarded.
//
// # Entries
//
//	GET  /my/journal/entries?after=NEXT            {"entries":[{"id","about","revision","begun","at","day","sealed"}],"next":NEXT}
//	                                              newest first, at most 40 at once; next is "" at the end and
//	                                              otherwise what to ask after;
//	                                              begun and at in words, day as 2026-11-24
//	POST /my/journal/entries                      id revision sealed               → {"at"}
//	POST /my/journal/entries/{entry}/delete       nothing                          → {}      with its media, for good
//
// owner and about are both the client's own id: entries are bound to them as in
// doc/design.md ("The vault"). sealed is as large as package vault allows (64 KiB filled).
//
// # Media
//
// A piece is sealed in the browser in chunks of at most 262,144 bytes each before
// sealing: 01 | nonce 12 | ciphertext and tag 16, so at most 262,173 bytes are sent.
// At most 256 chunks make a piece, so 64 MiB; at most 1 GiB (sealed) is kept for one
// person. Chunks come in any order, from 0, also at the same time.
//
//	GET  /my/journal/space                        {"used","most","piece","chunk"}  in bytes; piece and chunk before sealing
//	GET  /my/journal/media                        {"media":[{"id","entry","chunks","size","ended"}]}  all there is
//	GET  /my/journal/media/{media}                {"id","entry","chunks","size","ended","there":[0,1,3]}  to go on with it
//	POST /my/journal/media/{media}/{nth}          the sealed chunk, as application/octet-stream  → {"used"}
//	POST /my/journal/media/{media}/end            entry chunks size                → {}      size: sealed bytes of all chunks
//	GET  /my/journal/media/{media}/{nth}          the sealed chunk, as application/octet-stream
//	POST /my/journal/media/{media}/delete         nothing                          → {}      for good
//
// "end" says 422 with field "chunks" where one is missing: ask which are there, send
// the others, end it again. What was not ended for seven days is removed. A chunk that
// is there with other bytes is 409; after the end every new chunk is.
//
// # Shared copies
//
// A copy leaves the vault: it is sent in clear (over TLS), and sealed under the key of
// the client's record, where those who treat them read it until a date.
//
//	GET  /my/journal/shares                       {"shares":[{"id","entry","kind","made","until","day","whole","pieces":[{"id","type","size"}],
//	                                              "opened":[{"who","at"}]}],"with":["Ines Brandt"],"first":"2026-11-24","last":"2027-05-24"}
//	                                              what is shared now; made, until and at in words, day the last day as 2026-11-24;
//	                                              with: who reads it; first and last: the last days that may be chosen
//	POST /my/journal/shares                       id entry kind text until pieces  → {"whole"}
//	                                              kind: text, voice, drawing, photo or film; until: the last day, as 2026-11-24;
//	                                              text may be empty where there are pieces; pieces: JSON of at most 12
//	                                              [{"id","type","size"}], size in bytes, 64 MiB together; none: leave it empty
//	POST /my/journal/shares/{share}/media/{media}/{nth}
//	                                              a chunk, as application/octet-stream  → {}  each of 262,144 bytes but the last
//	POST /my/journal/shares/{share}/end           nothing                          → {"whole":true}  all chunks are there
//	POST /my/journal/shares/{share}/take-back     nothing                          → {"opened":[{"who","at"}]}  gone at once;
//	                                              what was read was read
//
// Nobody reads a copy before it is whole. Types are image/png, image/jpeg, image/webp,
// audio/webm, audio/ogg, audio/mp4, video/webm and video/mp4, checked by what the bytes
// are and not by what they are called: 422 with field "pieces". A picture has at most
// 8,192 pixels a side, and carries no data about how it was taken.
//
// # Clinicians
//
//	GET  /clients/{client}/shared                 what is shared now
//	GET  /clients/{client}/shared/{share}         one copy
//	GET  /clients/{client}/shared/{share}/{media} one piece of it
package journal

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of journals.
type Pages struct {
	Vaults   *vault.Vaults
	Shares   *journal.Shares
	Accounts *account.Accounts
	People   *person.People
}

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	get := func(pattern string, action access.Action, page web.Page) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Audience: web.Client, Action: action, Page: page}
	}
	post := func(pattern string, action access.Action, page web.Page, most int64) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Audience: web.Client, Action: action, Page: page, Most: most}
	}
	clinician := func(r web.Route) web.Route { r.Audience = web.Clinician; return r }
	away := func(r web.Route) web.Route { r.Away = true; return r }
	plays := func(r web.Route) web.Route { r.Plays = true; return r }
	records := func(r web.Route) web.Route { r.Records = true; return r }
	return []web.Route{
		records(away(get("/my/journal", access.ReadVault, p.journal))),
		get("/my/vault", access.ReadVault, p.ways),

		get("/my/journal/entries", access.ReadEntries, p.entries),
		post("/my/journal/entries", access.KeepEntry, p.keepEntry, mostSealed),
		post("/my/journal/entries/{entry}/delete", access.DropEntry, p.dropEntry, small),

		get("/my/journal/space", access.ReadMedia, p.space),
		get("/my/journal/media", access.ReadMedia, p.allMedia),
		get("/my/journal/media/{media}", access.ReadMedia, p.oneMedia),
		get("/my/journal/media/{media}/{nth}", access.ReadMedia, p.chunk),
		post("/my/journal/media/{media}/{nth}", access.KeepMedia, p.keepChunk, vault.MaxChunk),
		post("/my/journal/media/{media}/end", access.KeepMedia, p.endMedia, small),
		post("/my/journal/media/{media}/delete", access.DropMedia, p.dropMedia, small),

		get("/my/journal/shares", access.ReadShares, p.shares),
		post("/my/journal/shares", access.MakeShare, p.share, mostShare),
		post("/my/journal/shares/{share}/media/{media}/{nth}", access.MakeShare, p.part, journal.ChunkSize),
		post("/my/journal/shares/{share}/end", access.MakeShare, p.finish, small),
		post("/my/journal/shares/{share}/take-back", access.EndShare, p.takeBack, small),

		clinician(get("/clients/{client}/shared", access.ReadShares, p.shared)),
		plays(clinician(get("/clients/{client}/shared/{share}", access.OpenShare, p.one))),
		clinician(get("/clients/{client}/shared/{share}/{media}", access.OpenShare, p.piece)),
	}
}

const (
	small      = 8 << 10
	mostSealed = vault.MaxSealed*4/3 + 2<<10 // in base64, with its ids
	mostShare  = journal.MaxWords*3 + 8<<10  // each byte of a text may take three in a form
)

func text(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }

func notWhole(field string) error {
	return fault.New(fault.Invalid, field, "This did not arrive whole, and was not kept. Please try again; what you made is still here.")
}

// number is a number that a script sent, or that stands in the address.
func number(text, field string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != text {
		return 0, notWhole(field)
	}
	return n, nil
}

// nth is which chunk the address names.
func nth(r *http.Request) (int, error) {
	n, err := number(r.PathValue("nth"), "nth")
	if err != nil || n > 1<<20 {
		return 0, web.Absent()
	}
	return int(n), nil
}

// day is a day in words: "Tuesday 24 November".
func day(t, now time.Time) string { return ui.Date(t.In(now.Location()), now) }

// moment is a day and a time in words: "Tuesday 24 November, 15:04".
func moment(t, now time.Time) string {
	return day(t, now) + ", " + t.In(now.Location()).Format("15:04")
}
