package keys_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
	"github.com/waymark-care/waymark/internal/waytest"
)

var (
	tomas = keys.Name{Practice: "lindenhouse", Compartment: "client/tomas"}
	uma   = keys.Name{Practice: "lindenhouse", Compartment: "client/uma"}
	other = keys.Name{Practice: "elsewhere", Compartment: "client/tomas"}
)

func ring(t *testing.T, w *waytest.World) *keys.Ring {
	t.Helper()
	r, err := keys.NewRing(t.Context(), w.Keys, w.Root)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Make(t.Context(), tomas, uma, other); err != nil {
		t.Fatal(err)
	}
	return r
}

func seal(t *testing.T, r *keys.Ring, n keys.Name, place, text string) []byte {
	t.Helper()
	sealed, err := r.Seal(t.Context(), n, place, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestWhatIsSealedOpensOnlyWhereItWasSealed(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		r := ring(t, w)
		sealed := seal(t, r, tomas, "answer.sealed 1", "three")
		if got, err := r.Open(t.Context(), tomas, "answer.sealed 1", sealed); err != nil || string(got) != "three" {
			t.Fatalf("%q, %v", got, err)
		}
		for name, at := range map[string]struct {
			n     keys.Name
			place string
		}{
			"another row":         {tomas, "answer.sealed 2"},
			"another column":      {tomas, "answer.note 1"},
			"another compartment": {uma, "answer.sealed 1"},
			"another practice":    {other, "answer.sealed 1"},
			"no place":            {tomas, ""},
		} {
			if got, err := r.Open(t.Context(), at.n, at.place, sealed); err == nil {
				t.Errorf("in %s it opened as %q", name, got)
			}
		}
		for i := range sealed {
			for bit := range 8 {
				forged := bytes.Clone(sealed)
				forged[i] ^= 1 << bit
				if _, err := r.Open(t.Context(), tomas, "answer.sealed 1", forged); err == nil {
					t.Fatalf("with bit %d of byte %d turned it opened", bit, i)
				}
			}
			if _, err := r.Open(t.Context(), tomas, "answer.sealed 1", sealed[:i]); err == nil {
				t.Fatalf("cut to %d bytes it opened", i)
			}
		}
		// What another place holds, put whole under this one's version and nonce.
		again := seal(t, r, uma, "answer.sealed 1", "none")
		if _, err := r.Open(t.Context(), tomas, "answer.sealed 1", append(bytes.Clone(sealed[:13]), again[13:]...)); err == nil {
			t.Error("halves of two values opened as one")
		}
		if bytes.Equal(sealed, seal(t, r, tomas, "answer.sealed 1", "three")) {
			t.Error("the same text sealed twice looks the same")
		}
		if _, err := r.Seal(t.Context(), tomas, "a\x00b", nil); err == nil {
			t.Error("a place that could be taken for another was accepted")
		}
		if err := r.Make(t.Context(), keys.Name{Practice: "a\x00b", Compartment: "c"}); err == nil {
			t.Error("a name that could be taken for another was accepted")
		}
	})
}

func TestTheLengthOfAnAnswerDoesNotShow(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		r := ring(t, w)
		want := len(seal(t, r, tomas, "x", ""))
		for n := range 600 {
			text := bytes.Repeat([]byte{0x80}, n)
			sealed := seal(t, r, tomas, "x", string(text))
			if n < 256 && len(sealed) != want {
				t.Fatalf("%d bytes are sealed in %d, none in %d", n, len(sealed), want)
			}
			if got, err := r.Open(t.Context(), tomas, "x", sealed); err != nil || !bytes.Equal(got, text) {
				t.Fatalf("%d bytes came back as %d, %v", n, len(got), err)
			}
		}
	})
}

func TestADestroyedKeyDoesNotComeBack(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		r := ring(t, w)
		elsewhere, err := keys.NewRing(t.Context(), w.Keys, w.Root)
		if err != nil {
			t.Fatal(err)
		}
		sealed, others := seal(t, r, tomas, "x", "gone"), seal(t, r, uma, "x", "stays")
		if _, err := elsewhere.Open(t.Context(), tomas, "x", sealed); err != nil { // so that it holds the key
			t.Fatal(err)
		}
		for range 2 { // twice does no harm
			if err := r.Destroy(t.Context(), tomas); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Make(t.Context(), tomas); err != nil {
			t.Error(err)
		}
		if err := elsewhere.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]*keys.Ring{"here": r, "in another process, once it has refreshed": elsewhere} {
			if _, err := r.Open(t.Context(), tomas, "x", sealed); !errors.Is(err, keys.ErrDestroyed) {
				t.Errorf("%s: open gives %v", name, err)
			}
			if _, err := r.Seal(t.Context(), tomas, "x", []byte("new")); !errors.Is(err, keys.ErrDestroyed) {
				t.Errorf("%s: seal gives %v", name, err)
			}
			if got, err := r.Open(t.Context(), uma, "x", others); err != nil || string(got) != "stays" {
				t.Errorf("%s: what was not destroyed: %q, %v", name, got, err)
			}
		}
	})
}

// TestDestroyLeavesNoByteOfTheKey looks at every page of the file, the free ones
// too, as they are once decrypted.
func TestDestroyLeavesNoByteOfTheKey(t *testing.T) {
	dir := t.TempDir()
	w := waytest.In(t, dir)
	r := ring(t, w)
	for i := range 300 { // so that there is more than a page
		if err := r.Make(t.Context(), keys.Name{Practice: "lindenhouse", Compartment: fmt.Sprint("client/", i)}); err != nil {
			t.Fatal(err)
		}
	}
	tx, err := w.Keys.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var wrapped []byte
	err = tx.QueryRow(t.Context(), `SELECT wrapped FROM compartment_key WHERE compartment = 'client/tomas' AND practice = 'lindenhouse'`).Scan(&wrapped)
	tx.Rollback()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "way.keys.db")
	if !bytes.Contains(pages(t, path, w.Root), wrapped[:16]) {
		t.Fatal("the pages do not show even a key that is there")
	}
	if err := r.Destroy(t.Context(), tomas); err != nil {
		t.Fatal(err)
	}
	held := pages(t, path, w.Root)
	for i := 0; i+8 <= len(wrapped); i++ {
		if bytes.Contains(held, wrapped[i:i+8]) {
			t.Fatalf("bytes %d to %d of the wrapped key are still there", i, i+8)
		}
	}
	if !bytes.Contains(held, []byte("client/uma")) {
		t.Error("the pages were not looked at")
	}
	if err := r.Destroy(t.Context(), uma); err != nil {
		t.Fatal(err)
	}
	if left, err := os.Stat(path + "-wal"); err == nil && left.Size() > 0 {
		t.Errorf("the write-ahead log holds %d bytes", left.Size())
	}
}

// pages returns a copy of every page of an encrypted file, in the clear.
func pages(t *testing.T, path string, root *keys.Root) []byte {
	t.Helper()
	pool, err := sql.Open("sqlite3", "file:"+path+"?vfs=adiantum&_pragma=hexkey('"+hex.EncodeToString(root.Derive(keys.UseKeys))+"')")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	copied := filepath.Join(t.TempDir(), "plain.db")
	err = conn.Raw(func(c any) error {
		return c.(interface{ Raw() *sqlite3.Conn }).Raw().Backup("main", "file:"+copied)
	})
	if err != nil {
		t.Fatal(err)
	}
	held, err := os.ReadFile(copied)
	if err != nil || !bytes.HasPrefix(held, []byte("SQLite format 3")) {
		t.Fatalf("the copy is not in the clear: %v", err)
	}
	return held
}

func TestAfterRewrappingEverythingOpensAndOnlyTheNewRootWraps(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		safe, root, secret := rotating(t)
		r, db := ringOf(t, w, root)
		stale, err := keys.NewRing(t.Context(), db, root)
		if err != nil {
			t.Fatal(err)
		}
		sealed := seal(t, r, tomas, "x", "kept")
		next, _, err := safe.BeginRotation(root, keys.LockMounted(secret))
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Rewrap(t.Context(), next); err != nil {
			t.Fatal(err)
		}
		fresh, err := keys.NewRing(t.Context(), db, next)
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]*keys.Ring{"the ring that rewrapped": r, "a ring opened after": fresh} {
			if got, err := r.Open(t.Context(), tomas, "x", sealed); err != nil || string(got) != "kept" {
				t.Errorf("%s: %q, %v", name, got, err)
			}
			if err := r.Refresh(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := keys.NewRing(t.Context(), db, root); !errors.Is(err, keys.ErrNoEpoch) {
			t.Errorf("the old root still opens the ring: %v", err)
		}
		// Another process goes on with the old root until it notices: it must not
		// make a key that nobody could ever unwrap again.
		made := keys.Name{Practice: "lindenhouse", Compartment: "client/late"}
		if err := stale.Make(t.Context(), made); err == nil {
			t.Error("a key was made under the old root")
		}
		if _, err := stale.Open(t.Context(), uma, "x", sealed); err == nil {
			t.Error("the old wrap opened a key")
		}
		if err := stale.Refresh(t.Context()); err == nil {
			t.Error("the other process did not notice")
		}
		if err := fresh.Make(t.Context(), made); err != nil {
			t.Fatal(err)
		}
		if got, err := fresh.Open(t.Context(), made, "x", seal(t, fresh, made, "x", "late")); err != nil || string(got) != "late" {
			t.Errorf("a key made afterwards: %q, %v", got, err)
		}
	})
}

func TestTenThousandKeysAreRewrappedAtOnce(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		safe, root, secret := rotating(t)
		r, _ := ringOf(t, w, root)
		var all []keys.Name
		for i := range 10000 {
			all = append(all, keys.Name{Practice: "lindenhouse", Compartment: fmt.Sprint("client/", i)})
		}
		if err := r.Make(t.Context(), all...); err != nil {
			t.Fatal(err)
		}
		sealed := seal(t, r, all[9999], "x", "the last")
		next, _, err := safe.BeginRotation(root, keys.LockMounted(secret))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := r.Rewrap(t.Context(), next); err != nil {
			t.Fatal(err)
		}
		t.Logf("10,000 keys were rewrapped in %v", time.Since(began).Round(time.Millisecond))
		if got, err := r.Open(t.Context(), all[9999], "x", sealed); err != nil || string(got) != "the last" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// rotating returns a safe with its root, and the secret for the next one.
func rotating(t *testing.T) (*keys.Safe, *keys.Root, []byte) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "safe")
	secret := func() []byte { b := make([]byte, 32); rand.Read(b); return b }
	root, _, err := keys.Create(dir, keys.LockMounted(secret()))
	if err != nil {
		t.Fatal(err)
	}
	safe, err := keys.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return safe, root, secret()
}

// ringOf returns a ring under root in a database of its own, of w's kind.
func ringOf(t *testing.T, w *waytest.World, root *keys.Root) (*keys.Ring, *store.DB) {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "keys.db")
	if !w.DB.IsSQLite() {
		url = waytest.Schema(t)
	}
	db, err := store.Open(t.Context(), url, root.Derive(keys.UseKeys), schema.Keys())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	r, err := keys.NewRing(t.Context(), db, root)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Make(t.Context(), tomas, uma, other); err != nil {
		t.Fatal(err)
	}
	return r, db
}

func FuzzOpenSealed(f *testing.F) {
	dir := f.TempDir()
	secret := make([]byte, 32)
	rand.Read(secret)
	root, _, err := keys.Create(filepath.Join(dir, "safe"), keys.LockMounted(secret))
	if err != nil {
		f.Fatal(err)
	}
	db, err := store.Open(f.Context(), "sqlite:"+filepath.Join(dir, "keys.db"), root.Derive(keys.UseKeys), schema.Keys())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	r, err := keys.NewRing(f.Context(), db, root)
	if err != nil {
		f.Fatal(err)
	}
	if err := r.Make(f.Context(), tomas); err != nil {
		f.Fatal(err)
	}
	whole, err := r.Seal(f.Context(), tomas, "x", []byte("text"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole[:len(whole)-1], "x")
	f.Add(whole, "y")
	f.Add([]byte{}, "")
	f.Add([]byte{1}, "x")
	f.Fuzz(func(t *testing.T, sealed []byte, place string) {
		got, err := r.Open(t.Context(), tomas, place, sealed)
		if err == nil && (place != "x" || !bytes.Equal(sealed, whole)) {
			t.Errorf("what was never sealed opened as %q", got)
		}
	})
}
