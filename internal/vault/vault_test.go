package vault_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/waytest"
)

// canary stands in what browsers sealed, so that it would be found if it lay as it came.
const canary = "Kanari in what was sealed"

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// wrap is a wrapped key, as far as the server can tell.
func wrap(fill string) []byte {
	return append([]byte{vault.Version}, bytes.Repeat([]byte(fill), vault.WrapSize)[:vault.WrapSize-1]...)
}

// sealed is an entry of size bytes before it was sealed, as far as the server can tell.
func sealed(size int, fill string) []byte {
	n := 12 + size + 16
	return append([]byte{vault.Version}, bytes.Repeat([]byte(fill), n)[:n]...)
}

func makeForm() vault.MakeForm {
	return vault.MakeForm{ID: newID(), Salt: bytes.Repeat([]byte{7}, vault.SaltSize), Wrap: wrap(canary)}
}

var passkey = strings.Repeat("ab", 32)

// A room is a world with vaults; Ines has made hers and begun notes about Tomas.
type room struct {
	*waytest.World
	vaults *vault.Vaults
	form   vault.MakeForm
}

func rooms(t *testing.T, f func(*testing.T, *room)) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		r := &room{World: w, vaults: vault.New(w.Door), form: makeForm()}
		r.Do(t, func(ctx context.Context) error { return r.vaults.Make(ctx, r.Clinician, r.form) })
		r.Do(t, func(ctx context.Context) error { return r.vaults.Begin(ctx, r.Clinician, "tomas") })
		f(t, r)
	})
}

func (r *room) own(t *testing.T, actor access.Actor) (v vault.Vault) {
	t.Helper()
	r.Do(t, func(ctx context.Context) (err error) { v, err = r.vaults.Own(ctx, actor); return err })
	return v
}

func (r *room) fails(t *testing.T, kind fault.Kind, do func(context.Context) error) {
	t.Helper()
	ctx, settle := r.Visit(t)
	if err := do(ctx); !fault.Is(err, kind) {
		t.Errorf("got %v, want %s", err, kind)
	}
	settle()
}

func (r *room) keeps(t *testing.T, f vault.EntryForm) {
	t.Helper()
	r.Do(t, func(ctx context.Context) error { return r.vaults.Keep(ctx, r.Clinician, "tomas", f) })
}

func TestAVaultIsMadeOnceAndOpensByItsWays(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		if v := r.own(t, r.Stranger); v.There() || v.Owner != "mallory" {
			t.Errorf("whoever has none has %+v", v)
		}
		r.Do(t, func(ctx context.Context) error { return r.vaults.Make(ctx, r.Clinician, r.form) }) // the answer was lost
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.vaults.Make(ctx, r.Clinician, makeForm()) })
		v := r.own(t, r.Clinician)
		if v.ID != r.form.ID || v.Revision != 1 || len(v.Ways) != 1 || !bytes.Equal(v.Salt, r.form.Salt) || !bytes.Equal(v.Ways[0].Wrap, r.form.Wrap) {
			t.Fatalf("got %+v", v)
		}

		add := vault.WayForm{Vault: v.ID, Revision: 1, Passkey: passkey, Credential: []byte("credential"), Wrap: wrap("passkey")}
		r.Do(t, func(ctx context.Context) error { return r.vaults.Add(ctx, r.Clinician, add) })
		r.Do(t, func(ctx context.Context) error { return r.vaults.Add(ctx, r.Clinician, add) })
		renew := vault.WayForm{Vault: v.ID, Revision: 1, Wrap: wrap("renewed")}
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.vaults.Renew(ctx, r.Clinician, renew) })
		renew.Revision = 2
		r.Do(t, func(ctx context.Context) error { return r.vaults.Renew(ctx, r.Clinician, renew) })
		other := renew
		other.Vault, other.Revision, other.Wrap = newID(), 3, wrap("another vault")
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.vaults.Renew(ctx, r.Clinician, other) })
		v = r.own(t, r.Clinician)
		way, there := v.By(passkey)
		if v.Revision != 3 || len(v.Ways) != 2 || v.Ways[0].ID != vault.CodeWay || !bytes.Equal(v.Ways[0].Wrap, renew.Wrap) || !there || string(way.Credential) != "credential" {
			t.Errorf("got %+v", v)
		}
		if r.Count(t, `SELECT count(*) FROM vault_way`) != 2 {
			t.Error("the wrap of the former code is still there")
		}

		r.fails(t, fault.NotFound, func(ctx context.Context) error { return r.vaults.Remove(ctx, r.Clinician, vault.CodeWay) })
		for range 2 {
			r.Do(t, func(ctx context.Context) error { return r.vaults.Remove(ctx, r.Clinician, passkey) })
		}
		if v = r.own(t, r.Clinician); len(v.Ways) != 1 || v.Revision != 4 {
			t.Errorf("after it was taken away: %+v", v)
		}
		r.AuditHolds(t)
	})
}

func TestAPasskeyThatIsRemovedOpensTheVaultNoMore(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		other := strings.Repeat("cd", 32)
		for i, key := range []string{passkey, other} {
			r.Do(t, func(ctx context.Context) error {
				return r.vaults.Add(ctx, r.Clinician, vault.WayForm{Vault: r.form.ID, Revision: int64(i + 1), Passkey: key, Credential: []byte{1}, Wrap: wrap(key)})
			})
		}
		removed := func(key string) {
			t.Helper()
			r.Do(t, func(ctx context.Context) error {
				tx, err := r.Door.Begin(ctx, r.Clinician, access.ReviseCredential, access.AccountRecord(r.Clinician.ID))
				if err != nil {
					return err
				}
				defer tx.Rollback()
				if err := vault.RemovedIn(ctx, tx, r.Clinician.ID, key); err != nil {
					return err
				}
				return tx.Commit()
			})
		}
		removed(passkey)
		if _, there := r.own(t, r.Clinician).By(other); !there || len(r.own(t, r.Clinician).Ways) != 2 {
			t.Error("one was removed, and not that one alone went")
		}
		removed(vault.CodeWay)
		removed("")
		if v := r.own(t, r.Clinician); len(v.Ways) != 1 || v.Ways[0].ID != vault.CodeWay {
			t.Errorf("after all were removed: %+v", v.Ways)
		}
	})
}

func TestAnEntryIsKeptOnceAndNothingIsOverwritten(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		f := vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(1024, canary)}
		r.keeps(t, f)
		r.keeps(t, f) // the answer was lost
		elsewhere := f
		elsewhere.Sealed = sealed(1024, "from another device")
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.vaults.Keep(ctx, r.Clinician, "tomas", elsewhere) })
		r.Clock.Pass(time.Hour)
		second := vault.EntryForm{ID: f.ID, Revision: 2, Sealed: sealed(2048, "second")}
		r.keeps(t, second)
		skipped := vault.EntryForm{ID: f.ID, Revision: 4, Sealed: sealed(1024, "fourth")}
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.vaults.Keep(ctx, r.Clinician, "tomas", skipped) })
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.vaults.Keep(ctx, r.Clinician, "tomas", f) })
		late := vault.EntryForm{ID: newID(), Revision: 2, Sealed: sealed(1024, "of nothing")}
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.vaults.Keep(ctx, r.Clinician, "tomas", late) })
		r.keeps(t, vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(64<<10, "the largest")})

		var all, days []vault.Entry
		r.Do(t, func(ctx context.Context) (err error) {
			all, err = r.vaults.Entries(ctx, r.Clinician, "tomas")
			return err
		})
		if len(all) != 2 || all[1].ID != f.ID || all[1].Revision != 2 || !bytes.Equal(all[1].Sealed, second.Sealed) || !all[1].Begun.Equal(waytest.Start) || !all[1].At.Equal(waytest.Start.Add(time.Hour)) {
			t.Errorf("got %+v", all)
		}
		var begun bool
		r.Do(t, func(ctx context.Context) (err error) {
			days, begun, err = r.vaults.Days(ctx, r.Clinician, "tomas")
			return err
		})
		if len(days) != 2 || !begun || days[0].Sealed != nil || days[0].About != "tomas" {
			t.Errorf("days: %+v", days)
		}
		r.Do(t, func(ctx context.Context) (err error) { all, err = r.vaults.Entries(ctx, r.Clinician, ""); return err })
		if len(all) != 2 {
			t.Errorf("everything: %d entries", len(all))
		}
		if r.Count(t, `SELECT count(*) FROM vault_entry`) != 3 {
			t.Error("a revision is gone, or one too many is there")
		}
		r.NotOnDisk(t, canary)
	})
}

func TestWhatNoPageOfOursSealsIsRefused(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		version := sealed(1024, "x")
		version[0] = 2
		for name, c := range map[string]struct {
			kind fault.Kind
			form vault.EntryForm
		}{
			"nothing":               {fault.Invalid, vault.EntryForm{ID: newID(), Revision: 1}},
			"words":                 {fault.Invalid, vault.EntryForm{ID: newID(), Revision: 1, Sealed: []byte("She said that she was afraid of him.")}},
			"a length in between":   {fault.Invalid, vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(1025, "x")}},
			"too short":             {fault.Invalid, vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(512, "x")}},
			"another version":       {fault.Invalid, vault.EntryForm{ID: newID(), Revision: 1, Sealed: version}},
			"twice the largest":     {fault.TooLarge, vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(128<<10, "x")}},
			"a megabyte":            {fault.TooLarge, vault.EntryForm{ID: newID(), Revision: 1, Sealed: make([]byte, 1<<20)}},
			"no id":                 {fault.Invalid, vault.EntryForm{ID: "note", Revision: 1, Sealed: sealed(1024, "x")}},
			"an id of another kind": {fault.Invalid, vault.EntryForm{ID: uuid.NewString(), Revision: 1, Sealed: sealed(1024, "x")}},
			"no revision":           {fault.Invalid, vault.EntryForm{ID: newID(), Sealed: sealed(1024, "x")}},
			"a thousandth":          {fault.Invalid, vault.EntryForm{ID: newID(), Revision: 1000, Sealed: sealed(1024, "x")}},
		} {
			t.Run(name, func(t *testing.T) {
				r.fails(t, c.kind, func(ctx context.Context) error { return r.vaults.Keep(ctx, r.Clinician, "tomas", c.form) })
			})
		}
		for name, change := range map[string]func(*vault.MakeForm){
			"no id":          func(f *vault.MakeForm) { f.ID = "" },
			"a short salt":   func(f *vault.MakeForm) { f.Salt = f.Salt[1:] },
			"no wrap":        func(f *vault.MakeForm) { f.Wrap = nil },
			"a long wrap":    func(f *vault.MakeForm) { f.Wrap = append(f.Wrap, 0) },
			"a wrap of text": func(f *vault.MakeForm) { f.Wrap = []byte(strings.Repeat("k", vault.WrapSize)) },
		} {
			f := makeForm()
			change(&f)
			t.Run(name, func(t *testing.T) {
				r.fails(t, fault.Invalid, func(ctx context.Context) error { return r.vaults.Make(ctx, r.Stranger, f) })
			})
		}
		for name, f := range map[string]vault.WayForm{
			"no passkey":        {Vault: r.form.ID, Revision: 1, Credential: []byte{1}, Wrap: wrap("x")},
			"the code":          {Vault: r.form.ID, Revision: 1, Passkey: vault.CodeWay, Credential: []byte{1}, Wrap: wrap("x")},
			"no credential":     {Vault: r.form.ID, Revision: 1, Passkey: passkey, Wrap: wrap("x")},
			"a long credential": {Vault: r.form.ID, Revision: 1, Passkey: passkey, Credential: make([]byte, 2000), Wrap: wrap("x")},
			"no wrap":           {Vault: r.form.ID, Revision: 1, Passkey: passkey, Credential: []byte{1}},
		} {
			t.Run(name, func(t *testing.T) {
				r.fails(t, fault.Invalid, func(ctx context.Context) error { return r.vaults.Add(ctx, r.Clinician, f) })
			})
		}
		if n := r.Count(t, `SELECT count(*) FROM vault_entry`) + r.Count(t, `SELECT count(*) FROM vault WHERE compartment <> 'vault/ines'`); n > 0 {
			t.Errorf("%d of them are kept", n)
		}
	})
}

func TestNobodyElseReachesAVault(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		r.keeps(t, vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(1024, "x")})
		// Everybody's methods name their own vault, so others find nothing of hers.
		r.Grant(t, r.Supervisor, r.Client, access.Supervises)
		r.Grant(t, r.Stranger, r.Client, access.Emergency)
		for _, who := range []access.Actor{r.Stranger, r.Supervisor} {
			if v := r.own(t, who); v.There() {
				t.Errorf("%s: %+v", who.ID, v)
			}
			r.Do(t, func(ctx context.Context) error {
				all, err := r.vaults.Entries(ctx, who, "tomas")
				if len(all) > 0 {
					t.Errorf("%s reads %d entries", who.ID, len(all))
				}
				return err
			})
		}
		way := vault.WayForm{Vault: r.form.ID, Revision: 1, Wrap: wrap("theirs"), Passkey: passkey, Credential: []byte{1}}
		entry := vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(1024, "x")}
		for _, who := range []access.Actor{r.Stranger, r.Supervisor, r.Manager, r.Tomas} {
			for action, do := range map[access.Action]func(context.Context) error{
				access.ReviseVault:  func(ctx context.Context) error { return r.vaults.Renew(ctx, who, way) },
				access.LookEntries:  func(ctx context.Context) error { return r.vaults.May(ctx, who, "tomas") },
				access.BeginEntries: func(ctx context.Context) error { return r.vaults.Begin(ctx, who, "tomas") },
				access.KeepEntry:    func(ctx context.Context) error { return r.vaults.Keep(ctx, who, "tomas", entry) },
			} {
				r.Refused(t, who, action, do)
			}
			none := keys.Name{Practice: r.Practice, Compartment: string(access.EntriesRecord(who.ID, "tomas"))}
			if _, err := r.Ring.Seal(t.Context(), none, "anywhere", []byte("x")); err == nil {
				t.Errorf("%s was refused, and a key was made for them", who.ID)
			}
			r.Refused(t, who, access.ReviseVault, func(ctx context.Context) error { return r.vaults.Add(ctx, who, way) })
			r.Refused(t, who, access.ReviseVault, func(ctx context.Context) error { return r.vaults.Remove(ctx, who, passkey) })
		}
		r.Refused(t, r.Manager, access.MakeVault, func(ctx context.Context) error { return r.vaults.Make(ctx, r.Manager, makeForm()) })
		stale := r.Clinician
		stale.Fresh = false
		r.fails(t, fault.StepUp, func(ctx context.Context) error { return r.vaults.Renew(ctx, stale, way) })
		r.fails(t, fault.StepUp, func(ctx context.Context) error { return r.vaults.Add(ctx, stale, way) })
		r.fails(t, fault.StepUp, func(ctx context.Context) error { return r.vaults.Remove(ctx, stale, passkey) })
		// To write is to be there: it needs no more than a sign-in, as every other note.
		r.Do(t, func(ctx context.Context) error { return r.vaults.Keep(ctx, stale, "tomas", entry) })
		// What is about another lies in another compartment, under another key.
		r.Refused(t, r.Clinician, access.KeepEntry, func(ctx context.Context) error { return r.vaults.Keep(ctx, r.Clinician, "somebody", entry) })
		r.AuditHolds(t)
	})
}

func TestAVaultThatNobodyCanOpenIsDiscardedWhole(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		r.keeps(t, vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(1024, "x")})
		theirs := makeForm()
		r.Do(t, func(ctx context.Context) error { return r.vaults.Make(ctx, r.Stranger, theirs) })
		r.Grant(t, r.Stranger, r.Client, access.Treats)
		r.Do(t, func(ctx context.Context) error { return r.vaults.Begin(ctx, r.Stranger, "tomas") })
		r.Do(t, func(ctx context.Context) error {
			return r.vaults.Keep(ctx, r.Stranger, "tomas", vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(1024, "y")})
		})

		r.Refused(t, r.Supervisor, access.DiscardVault, func(ctx context.Context) error { return r.vaults.Discard(ctx, r.Supervisor, r.form.ID) })
		stale := r.Clinician
		stale.Fresh = false
		r.fails(t, fault.StepUp, func(ctx context.Context) error { return r.vaults.Discard(ctx, stale, r.form.ID) })
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.vaults.Discard(ctx, r.Clinician, theirs.ID) })
		for range 2 {
			r.Do(t, func(ctx context.Context) error { return r.vaults.Discard(ctx, r.Clinician, r.form.ID) })
		}
		if r.own(t, r.Clinician).There() || r.Count(t, `SELECT count(*) FROM vault_entry`) != 1 || r.Count(t, `SELECT count(*) FROM vault_way`) != 1 {
			t.Error("something of it is left, or something of another went with it")
		}
		if !r.own(t, r.Stranger).There() {
			t.Error("another's vault went with it")
		}

		// A restore of records from before does not bring it back, and leaves every other.
		ended := []access.Ending{{Compartment: access.VaultRecord("ines"), ActorID: "ines", Kind: "vault " + r.form.ID}, {Compartment: access.VaultRecord("mallory"), ActorID: "mallory", Kind: "vault " + r.form.ID}}
		if r.Count(t, `SELECT count(*) FROM ended WHERE compartment = $1 AND kind = $2`, "vault/ines", "vault "+r.form.ID) != 1 {
			t.Error("that it was discarded is not noted for a restore")
		}
		r.Do(t, func(ctx context.Context) error { return r.vaults.Make(ctx, r.Clinician, r.form) })
		r.keeps(t, vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(1024, "as it was then")})
		for range 2 {
			r.Do(t, func(ctx context.Context) error {
				return r.vaults.EndAgain(ctx, access.System(r.Practice, "operator"), ended)
			})
		}
		if r.own(t, r.Clinician).There() || r.Count(t, `SELECT count(*) FROM vault_entry`) != 1 || !r.own(t, r.Stranger).There() {
			t.Error("what was discarded is there again, or something of another is gone")
		}
		r.Do(t, func(ctx context.Context) error { return r.vaults.Make(ctx, r.Clinician, makeForm()) })
		r.keeps(t, vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(1024, "begun anew")})
	})
}

func TestNotesStayTheirAuthorsWhenTheWorkEnds(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		f := vault.EntryForm{ID: newID(), Revision: 1, Sealed: sealed(1024, "x")}
		r.keeps(t, f)
		r.Ungrant(t, r.Clinician, r.Client)
		r.Refused(t, r.Clinician, access.BeginEntries, func(ctx context.Context) error { return r.vaults.Begin(ctx, r.Clinician, "tomas") })
		r.keeps(t, vault.EntryForm{ID: f.ID, Revision: 2, Sealed: sealed(1024, "a last thought")})
		r.Ungrant(t, r.Clinician, access.Operations) // no clinician any more
		r.Refused(t, r.Clinician, access.KeepEntry, func(ctx context.Context) error { return r.vaults.Keep(ctx, r.Clinician, "tomas", f) })
	})
}
