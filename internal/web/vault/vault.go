// Package vault has the pages of the personal vault: making it, the ways to open it,
// and what somebody keeps in it about a client. What is written is sealed and opened
// in the browser (assets/ts/vault.ts, vault-process.ts); these pages carry ids, days and
// sealed bytes, and say plainly what works only with script, and why. Clients have a
// vault, too, for their journal: what makes and opens it is here, its pages are in
// package web/journal.
package vault

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/release"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
)

// Pages are the pages of vaults.
type Pages struct {
	Vaults   *vault.Vaults
	Releases *release.Releases
	Accounts *account.Accounts
	People   *person.People
}

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	post := func(pattern string, action access.Action, page web.Page, most int64) web.Route {
		route := desk.Post(pattern, action, page)
		route.Most = most
		return route
	}
	client := func(r web.Route) web.Route { r.Audience = web.Client; return r }
	return []web.Route{
		desk.Get("/vault", access.ReadVault, p.own),
		desk.Get("/vault/keys", access.ReadVault, p.keys),
		desk.Get("/vault/entries", access.ReadEntries, p.all),
		post("/vault", access.MakeVault, p.make, small),
		desk.Get("/vault/discard", access.ReadVault, p.askDiscard),
		post("/vault/discard", access.DiscardVault, p.discard, small),
		post("/vault/code", access.ReviseVault, p.renew, small),
		post("/vault/passkeys/{passkey}", access.ReviseVault, p.add, small),
		post("/vault/passkeys/{passkey}/remove", access.ReviseVault, p.remove, small),

		desk.Get("/clients/{client}/process", access.ReadEntries, p.process),
		desk.Get("/clients/{client}/process/entries", access.ReadEntries, p.entries),
		post("/clients/{client}/process", access.KeepEntry, p.keep, mostSealed),
		desk.Get("/clients/{client}/process/released", access.ReadEntries, p.released),
		post("/clients/{client}/process/released", access.MakeRelease, p.let, mostWords),
		post("/clients/{client}/process/released/{release}/end", access.EndRelease, p.takeBack, small),

		client(desk.Get("/my/vault/keys", access.ReadVault, p.keys)),
		client(post("/my/vault", access.MakeVault, p.make, small)),
		client(post("/my/vault/room", access.BeginJournal, p.room, small)),
		client(desk.Get("/my/vault/discard", access.ReadVault, p.askDiscard)),
		client(post("/my/vault/discard", access.DiscardVault, p.discard, small)),
		client(post("/my/vault/code", access.ReviseVault, p.renew, small)),
		client(post("/my/vault/passkeys/{passkey}", access.ReviseVault, p.add, small)),
		client(post("/my/vault/passkeys/{passkey}/remove", access.ReviseVault, p.remove, small)),
	}
}

// ofClient says whether it is a client's vault that is asked for.
func ofClient(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/my/") }

// home is the page from which the vault is looked after.
func home(r *http.Request) string {
	if ofClient(r) {
		return "/my/journal"
	}
	return "/vault"
}

const (
	small      = 8 << 10
	mostSealed = vault.MaxSealed*4/3 + 2<<10 // in base64, with its ids
)

// told is a vault as the browser needs it to open it.
type told struct {
	ID       string    `json:"id"`
	Owner    string    `json:"owner"`
	Salt     string    `json:"salt"`
	Revision int64     `json:"revision"`
	Ways     []toldWay `json:"ways"`
	Room     bool      `json:"room,omitempty"` // there is room for a client's journal
}

type toldWay struct {
	ID         string `json:"id"`
	Wrap       string `json:"wrap"`
	Credential string `json:"credential,omitempty"`
}

// toldEntry is an entry, still sealed.
type toldEntry struct {
	ID       string `json:"id"`
	About    string `json:"about"`
	Name     string `json:"name,omitempty"` // how whoever it is about is called, where that is known
	Revision int64  `json:"revision"`
	Begun    string `json:"begun"` // in words
	At       string `json:"at"`
	Sealed   string `json:"sealed"`
}

func text(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }

// sentBytes are the bytes that a script sent in a field.
func sentBytes(r *http.Request, field string) ([]byte, error) {
	bytes, err := base64.RawURLEncoding.DecodeString(r.PostFormValue(field))
	if err != nil {
		return nil, fault.New(fault.Invalid, field, "This did not arrive whole, and was not kept. Please try again; your text is still here.")
	}
	return bytes, nil
}

func number(r *http.Request, field string) int64 {
	n, err := strconv.ParseInt(r.PostFormValue(field), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// keys tells the browser what it needs to open the visitor's vault.
func (p *Pages) keys(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Vaults.Own(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	out := told{ID: v.ID, Owner: v.Owner, Salt: text(v.Salt), Revision: v.Revision, Ways: []toldWay{}}
	for _, way := range v.Ways {
		out.Ways = append(out.Ways, toldWay{way.ID, text(way.Wrap), text(way.Credential)})
	}
	if ofClient(r) {
		if out.Room, err = p.Vaults.Room(r.Context(), web.ActorOf(r)); err != nil {
			return err
		}
	}
	return web.Tell(w, out)
}

// room makes room for the visitor's journal, where there is none yet.
func (p *Pages) room(w http.ResponseWriter, r *http.Request) error {
	if err := p.Vaults.BeginJournal(r.Context(), web.ActorOf(r)); err != nil {
		return err
	}
	return web.Tell(w, map[string]bool{"room": true})
}

// entries tells the browser what lies sealed about one client.
func (p *Pages) entries(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.reached(r); err != nil {
		return err
	}
	all, err := p.Vaults.Entries(r.Context(), web.ActorOf(r), r.PathValue("client"))
	if err != nil {
		return err
	}
	return web.Tell(w, p.toldAll(r, all, nil))
}

// all tells the browser everything that lies sealed in the visitor's vault, so that
// they can take it along.
func (p *Pages) all(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Vaults.Entries(r.Context(), web.ActorOf(r), "")
	if err != nil {
		return err
	}
	clients, err := p.People.Clients(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	names := make(map[string]string)
	for _, c := range clients {
		names[c.ID] = desk.NameOf(c)
	}
	return web.Tell(w, p.toldAll(r, all, names))
}

func (p *Pages) toldAll(r *http.Request, all []vault.Entry, names map[string]string) []toldEntry {
	now := web.NowOf(r)
	out := make([]toldEntry, len(all))
	for i, e := range all {
		out[i] = toldEntry{
			ID: e.ID, About: e.About, Name: names[e.About], Revision: e.Revision,
			Begun: dayOf(e.Begun, now), At: momentOf(e.At, now), Sealed: text(e.Sealed),
		}
	}
	return out
}

// dayOf is the day of an entry: "Friday 20 November".
func dayOf(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() == now.Year() {
		return t.Format("Monday 2 January")
	}
	return t.Format("Monday 2 January 2006")
}

func momentOf(t, now time.Time) string {
	return dayOf(t, now) + ", " + t.In(now.Location()).Format("15:04")
}

// reached says whether the visitor has entries about the client, or could begin
// some; otherwise there is nothing here.
func (p *Pages) reached(r *http.Request) (reach, error) {
	days, begun, err := p.Vaults.Days(r.Context(), web.ActorOf(r), r.PathValue("client"))
	if err == nil && !begun {
		err = p.Vaults.May(r.Context(), web.ActorOf(r), r.PathValue("client"))
	}
	return reach{days, begun}, err
}

type reach struct {
	days  []vault.Entry
	begun bool
}

// keep keeps what the browser sealed.
func (p *Pages) keep(w http.ResponseWriter, r *http.Request) error {
	actor, client := web.ActorOf(r), r.PathValue("client")
	if r.PostFormValue("first") != "" {
		if err := p.Vaults.Begin(r.Context(), actor, client); err != nil {
			return err
		}
	}
	sealed, wrong := sentBytes(r, "sealed")
	err := p.Vaults.Keep(r.Context(), actor, client, vault.EntryForm{ID: r.PostFormValue("id"), Revision: number(r, "revision"), Sealed: sealed})
	if err == nil || wrong != nil && fault.Is(err, fault.Invalid) {
		err = wrong
	}
	if err != nil {
		return err
	}
	return web.Tell(w, map[string]string{"at": momentOf(web.NowOf(r), web.NowOf(r))})
}
