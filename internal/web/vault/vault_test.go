package vault_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/release"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/vault"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A room is a practice in which Ines and Bert treat clients and Mona manages.
type room struct {
	*webtest.Site
	vaults           *vault.Vaults
	ines, bert, mona access.Actor
	tomas            string // a client of Ines
}

func newRoom(t *testing.T) *room {
	t.Helper()
	w := waytest.In(t, t.TempDir())
	s := webtest.New(t, w, "http://127.0.0.1:8420", person.Practice{Name: "Lindenhaus", Slug: "lindenhaus", Country: "GB", TimeZone: "Europe/London"})
	r := &room{Site: s, vaults: vault.New(w.Door)}
	s.Accounts.OnRemoved(vault.RemovedIn)
	r.mona = s.Join(t, s.Operator(), "Mona", "mona@example.org", person.Manager)
	r.ines = s.Join(t, r.mona, "Ines Brandt", "ines@example.org", person.Clinician)
	r.bert = s.Join(t, r.mona, "Bert", "bert@example.org", person.Clinician)
	r.tomas = s.Join(t, r.ines, "Tomas Reed", "tomas@example.org", person.Client).ID
	s.Serve(web.Options{}, (&pages.Pages{Vaults: r.vaults, Releases: release.New(w.Door), Accounts: s.Accounts, People: s.People}).Routes())
	return r
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func sealed(size int) string {
	b := bytes.Repeat([]byte{9}, 1+12+size+16)
	b[0] = vault.Version
	return b64(b)
}

var wrap = b64(append([]byte{vault.Version}, make([]byte, vault.WrapSize-1)...))

// makes gives whoever b belongs to a vault.
func (r *room) makes(t *testing.T, b *webtest.Browser) (id string) {
	t.Helper()
	id = webtest.NewID(t)
	b.Want(http.StatusOK, b.Submit("/vault", "id", id, "salt", b64(make([]byte, vault.SaltSize)), "wrap", wrap))
	return id
}

// writes has somebody keep a sealed note about Tomas.
func (r *room) writes(t *testing.T, b *webtest.Browser) (id string) {
	t.Helper()
	id = webtest.NewID(t)
	b.Want(http.StatusOK, b.Submit("/clients/"+r.tomas+"/process", "id", id, "revision", "1", "first", "yes", "sealed", sealed(1024)))
	return id
}

func TestAVaultIsMadeAndANoteIsKeptAndGivenBackSealed(t *testing.T) {
	r := newRoom(t)
	at := "/clients/" + r.tomas + "/process"
	b := r.Browser(t, r.ines)
	b.Want(http.StatusOK, b.Get("/vault"))
	b.Has("Make your vault", "If you lose all of these, what is in it is lost.")
	b.Want(http.StatusOK, b.Get(at))
	b.Has("You have no vault yet", "Tomas Reed")

	made := r.makes(t, b)
	b.Want(http.StatusOK, b.Get("/vault"))
	b.Has("What opens it")
	b.Want(http.StatusOK, b.Get("/vault/keys"))
	var told struct {
		ID, Owner, Salt string
		Ways            []struct{ ID, Wrap string }
	}
	if err := json.Unmarshal([]byte(b.Body), &told); err != nil || told.ID != made || told.Owner != r.ines.ID || len(told.Ways) != 1 || told.Ways[0].Wrap != wrap {
		t.Errorf("%v: %s", err, b.Body)
	}

	note := r.writes(t, b)
	b.Want(http.StatusOK, b.Get(at+"/entries"))
	var all []struct {
		ID, Sealed string
		Revision   int
	}
	if err := json.Unmarshal([]byte(b.Body), &all); err != nil || len(all) != 1 || all[0].ID != note || all[0].Sealed != sealed(1024) {
		t.Errorf("%v: %s", err, b.Body)
	}
	b.Want(http.StatusOK, b.Get("/vault/entries"))
	b.Has(note, "Tomas Reed")
	b.Want(http.StatusOK, b.Get(at))
	b.Has("Thursday 19 November", "That needs script")
	b.KeepsSecrets(3)
	if strings.Contains(b.Body, sealed(1024)[:40]) {
		t.Error("the page itself carries what is sealed")
	}

	b.Want(http.StatusConflict, b.Submit(at, "id", note, "revision", "1", "sealed", sealed(2048)))
	b.Want(http.StatusConflict, b.Submit(at, "id", note, "revision", "3", "sealed", sealed(1024)))
	b.Want(http.StatusUnprocessableEntity, b.Submit(at, "id", note, "revision", "2", "sealed", "She said that she was afraid."))
	b.Want(http.StatusUnprocessableEntity, b.Submit(at, "id", note, "revision", "2", "sealed", b64([]byte("She said that she was afraid."))))
	b.Want(http.StatusRequestEntityTooLarge, b.Submit(at, "id", note, "revision", "2", "sealed", strings.Repeat("A", 1<<20)))
	b.Want(http.StatusUnprocessableEntity, b.Submit("/vault", "id", webtest.NewID(t), "salt", "?", "wrap", wrap))
	b.Want(http.StatusConflict, b.Submit("/vault", "id", webtest.NewID(t), "salt", b64(make([]byte, vault.SaltSize)), "wrap", wrap))
	b.Want(http.StatusNotFound, b.Submit("/vault/passkeys/"+strings.Repeat("ab", 32), "vault", made, "revision", "1", "wrap", wrap))

	b.Want(http.StatusOK, b.Get("/vault/discard"))
	b.Has("Discard this vault, with everything in it?")
	b.Want(http.StatusConflict, b.Submit("/vault/discard", "vault", webtest.NewID(t)))
	b.WantTo("/vault?done=discarded", b.Submit("/vault/discard", "vault", made))
	made = r.makes(t, b)

	r.World.Clock.Pass(6 * time.Minute)
	if got := b.Submit("/vault/code", "vault", made, "revision", "1", "wrap", wrap); got.Code == http.StatusOK {
		t.Errorf("the code was renewed six minutes after signing in")
	}
}

func TestNobodyElseFindsNotesOfSomebody(t *testing.T) {
	r := newRoom(t)
	ines := r.Browser(t, r.ines)
	r.makes(t, ines)
	r.writes(t, ines)
	bert := r.Browser(t, r.bert)
	r.makes(t, bert)
	for _, path := range []string{"/clients/" + r.tomas + "/process", "/clients/" + r.tomas + "/process/entries"} {
		bert.Want(http.StatusNotFound, bert.Get(path))
		r.Browser(t, r.mona).Want(http.StatusNotFound, r.Browser(t, r.mona).Get(path))
	}
	bert.Want(http.StatusNotFound, bert.Submit("/clients/"+r.tomas+"/process", "id", webtest.NewID(t), "revision", "1", "first", "yes", "sealed", sealed(1024)))
	bert.Want(http.StatusOK, bert.Get("/vault/entries"))
	if bert.Body != "[]" {
		t.Errorf("of another: %s", bert.Body)
	}
	nobody := r.Nobody(t)
	nobody.WantTo("/sign-in?to=%2Fvault", nobody.Get("/vault"))
}

func TestWhatIsSealedEndsWithTheClientAndWithItsAuthor(t *testing.T) {
	r := newRoom(t)
	b := r.Browser(t, r.ines)
	r.makes(t, b)
	r.writes(t, b)
	count := func() (vaults, entries, keys int) {
		w := r.World
		return w.Count(t, `SELECT count(*) FROM vault`), w.Count(t, `SELECT count(*) FROM vault_entry`),
			w.Count(t, `SELECT count(*) FROM grants WHERE compartment LIKE 'entries/%' OR compartment LIKE 'vault/%'`)
	}
	if v, e, k := count(); v != 1 || e != 1 || k != 2 {
		t.Fatalf("before: %d %d %d", v, e, k)
	}
	r.World.Do(t, func(ctx context.Context) error { return r.People.Erase(ctx, r.mona, r.tomas) })
	if v, e, k := count(); v != 1 || e != 0 || k != 1 {
		t.Errorf("after the client was erased: %d vaults, %d entries, %d grants", v, e, k)
	}
	name := access.EntriesRecord(r.ines.ID, r.tomas)
	if _, err := r.World.Ring.Seal(t.Context(), keys.Name{Practice: r.Practice, Compartment: string(name)}, "x", []byte("y")); err == nil {
		t.Error("the key of what was kept about them is still there")
	}
	r.World.Do(t, func(ctx context.Context) error { return r.People.Leave(ctx, r.mona, r.ines.ID) })
	if v, e, k := count(); v != 0 || e != 0 || k != 0 {
		t.Errorf("after its author left: %d vaults, %d entries, %d grants", v, e, k)
	}
}

func TestANoteIsReleasedAndTakenBackAlsoWithoutScript(t *testing.T) {
	r := newRoom(t)
	at := "/clients/" + r.tomas + "/process"
	b := r.Browser(t, r.ines)
	r.makes(t, b)
	note := r.writes(t, b)
	id, last := webtest.NewID(t), r.World.Clock.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	form := []string{"id", id, "entry", note, "revision", "1", "words", "What I thought <b>then</b>", "last", last}
	for range 2 { // the answer was lost
		b.Want(http.StatusOK, b.Submit(at+"/released", form...))
	}
	var told struct {
		First, Last string
		Released    []struct{ ID, Entry, Begun, Until string }
	}
	if err := json.Unmarshal([]byte(b.Body), &told); err != nil || len(told.Released) != 1 || told.Released[0].ID != id || told.Released[0].Entry != note ||
		told.Released[0].Begun != "Thursday 19 November" || told.Released[0].Until != "Thursday 26 November" || told.First != "2026-11-19" {
		t.Errorf("%v: %s", err, b.Body)
	}
	for _, wrong := range [][]string{
		{"id", webtest.NewID(t), "entry", note, "revision", "1", "words", "", "last", last},
		{"id", webtest.NewID(t), "entry", note, "revision", "1", "words", "Words", "last", "soon"},
	} {
		b.Want(http.StatusUnprocessableEntity, b.Submit(at+"/released", wrong...))
	}
	b.Want(http.StatusConflict, b.Submit(at+"/released", "id", webtest.NewID(t), "entry", note, "revision", "2", "words", "Words", "last", last))
	b.Want(http.StatusNotFound, b.Submit(at+"/released", "id", webtest.NewID(t), "entry", webtest.NewID(t), "revision", "1", "words", "Words", "last", last))

	b.Want(http.StatusOK, b.Get(at))
	b.Has("Released", "Until Thursday 26 November", "Take it back")
	if strings.Contains(b.Body, "What I thought") {
		t.Error("the page says what is released while the vault is locked")
	}
	bert := r.Browser(t, r.bert)
	bert.Want(http.StatusNotFound, bert.Get(at+"/released"))
	bert.Want(http.StatusNotFound, bert.Submit(at+"/released", form...))
	bert.Want(http.StatusNotFound, bert.Submit(at+"/released/"+id+"/end"))

	for range 2 {
		b.WantTo(at, b.Submit(at+"/released/"+id+"/end"))
	}
	b.Want(http.StatusOK, b.Get(at+"/released"))
	if !strings.Contains(b.Body, `"released":[]`) {
		t.Errorf("after it was taken back: %s", b.Body)
	}
	b.Want(http.StatusConflict, b.Submit(at+"/released", form...))
	b.Want(http.StatusNotFound, b.Submit(at+"/released/"+webtest.NewID(t)+"/end"))
}
