// Package waytest makes small worlds for tests: a database, a door, and the
// people of a practice. Only tests import it.
package waytest

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
)

// A World is one practice: Ines treats Tomas, Otto manages, Sven supervises
// what Ines shows him, and Mallory is a clinician of the same practice who has
// nothing to do with Tomas. Grants are made directly; domains that give grants
// are tested through their own methods.
type World struct {
	DB    *store.DB
	Keys  *store.DB
	Log   *audit.Log
	Ring  *keys.Ring
	Root  *keys.Root
	Door  *access.Door
	Clock *Clock

	Practice   string
	Clinician  access.Actor // Ines
	Tomas      access.Actor // the client
	Stranger   access.Actor // Mallory
	Manager    access.Actor // Otto
	Supervisor access.Actor // Sven
	Client     access.Compartment

	signer *audit.Signer
	dir    string // where SQLite keeps its files, if it is SQLite
	place  place
}

// A Clock stands still until it is moved.
type Clock struct {
	mu sync.Mutex // what writes by itself looks at it too
	at time.Time
}

// Now is the time on the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Pass moves the clock on.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Start is when every world begins: a Thursday morning.
var Start = time.Date(2026, time.November, 19, 9, 30, 0, 0, time.UTC)

// EachDB runs f in a fresh world on SQLite, and, where WAYMARK_TEST_POSTGRES
// names a server, on PostgreSQL too.
func EachDB(t *testing.T, f func(*testing.T, *World)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		f(t, In(t, dir))
	})
	t.Run("postgres", func(t *testing.T) {
		records, apart := Tables(t)
		f(t, newWorld(t, place{Records: records, Keys: apart, Safe: filepath.Join(t.TempDir(), "keys"), Secret: newSecret()}))
	})
}

// In makes a world on SQLite with its files in the given folder.
func In(t *testing.T, dir string) *World {
	t.Helper()
	first := begun(t)
	p := placeIn(dir, filepath.Join(t.TempDir(), "keys"), first.secret)
	if err := errors.Join(os.CopyFS(dir, first.files), os.CopyFS(p.Safe, first.safe)); err != nil {
		t.Fatal(err)
	}
	safe, err := keys.Open(p.Safe)
	if err != nil {
		t.Fatal(err)
	}
	root, err := safe.Unlock(p.Secret)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{Root: root, Clock: &Clock{at: Start}, Practice: practice, place: p, dir: dir}
	w.stand(t, w.Clock.Now)
	return w
}

// practice is where everybody is.
const practice = "lindenhouse"

func placeIn(dir, safe string, secret []byte) place {
	return place{
		Records: "sqlite:" + filepath.Join(dir, "way.db"), Keys: "sqlite:" + filepath.Join(dir, "way.keys.db"),
		Safe: safe, Secret: secret,
	}
}

// A beginning is a world on SQLite in which nothing has happened yet, as files.
type beginning struct {
	secret      []byte
	files, safe fs.FS
}

var beginnings struct {
	sync.Mutex
	made *beginning
}

// begun returns the beginning of every world on SQLite, made by the first that is
// asked for: most of what a world costs are its tables.
func begun(t *testing.T) *beginning {
	t.Helper()
	beginnings.Lock()
	defer beginnings.Unlock()
	if beginnings.made != nil {
		return beginnings.made
	}
	dir, safe := t.TempDir(), filepath.Join(t.TempDir(), "keys")
	w := newWorld(t, placeIn(dir, safe, newSecret()))
	if err := errors.Join(w.Log.Close(), w.DB.Close(), w.Keys.Close()); err != nil {
		t.Fatal(err)
	}
	w.Root.Forget()
	beginnings.made = &beginning{secret: w.place.Secret, files: inMemory(t, dir), safe: inMemory(t, safe)}
	return beginnings.made
}

// inMemory is what is in a folder, to be there when the folder is gone.
func inMemory(t *testing.T, dir string) fs.FS {
	t.Helper()
	all := make(fstest.MapFS)
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		body, err := os.ReadFile(filepath.Join(dir, path))
		all[path] = &fstest.MapFile{Data: body, Mode: info.Mode()}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func newSecret() []byte {
	secret := make([]byte, 32)
	rand.Read(secret)
	return secret
}

func newWorld(t *testing.T, p place) *World {
	t.Helper()
	root, _, err := keys.Create(p.Safe, keys.LockMounted(p.Secret))
	if err != nil {
		t.Fatal(err)
	}
	w := &World{Root: root, Clock: &Clock{at: Start}, Practice: practice, place: p}
	w.stand(t, w.Clock.Now)
	w.people(t)
	return w
}

// stand opens everything at w's place.
func (w *World) stand(t *testing.T, now func() time.Time) {
	t.Helper()
	var err error
	w.DB = w.open(t, w.place.Records, w.Root.Derive(keys.UseRecords), schema.Records(), now)
	w.Keys = w.open(t, w.place.Keys, w.Root.Derive(keys.UseKeys), schema.Keys(), now)
	if w.Ring, err = keys.NewRing(t.Context(), w.Keys, w.Root); err != nil {
		t.Fatal(err)
	}
	if w.signer, err = audit.NewSigner(w.Root.Derive(keys.UseAuditSignature), w.Root.Derive(keys.UseAuditMAC)); err != nil {
		t.Fatal(err)
	}
	if w.Log, err = audit.Open(t.Context(), w.DB, w.signer); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Log.Close() })
	if w.Door, err = access.NewDoor(w.DB, w.Log, w.Ring, w.Root.Derive(keys.UseLookup)); err != nil {
		t.Fatal(err)
	}
	w.name()
}

func (w *World) open(t *testing.T, url string, key []byte, files fs.FS, now func() time.Time) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), url, key, files)
	if err != nil {
		t.Fatal(err)
	}
	db.Now = now
	t.Cleanup(func() { db.Close() })
	return db
}

// name says who everybody is.
func (w *World) name() {
	who := func(id string) access.Actor { return access.Actor{Practice: w.Practice, ID: id, Fresh: true} }
	w.Clinician, w.Tomas, w.Stranger, w.Manager, w.Supervisor = who("ines"), who("tomas"), who("mallory"), who("otto"), who("sven")
	w.Client = access.ClientRecord("tomas")
}

func (w *World) people(t *testing.T) {
	t.Helper()
	w.Grant(t, w.Clinician, access.Operations, access.Clinician)
	w.Grant(t, w.Clinician, w.Client, access.Treats)
	w.Grant(t, w.Clinician, access.PersonRecord("tomas"), access.Knows)
	w.Grant(t, w.Tomas, access.Operations, access.Client)
	w.Grant(t, w.Tomas, w.Client, access.Self)
	w.Grant(t, w.Stranger, access.Operations, access.Clinician)
	w.Grant(t, w.Manager, access.Operations, access.Manager)
	w.Grant(t, w.Supervisor, access.Operations, access.Clinician)
	w.Make(t, access.Operations, w.Client)
	for _, a := range []access.Actor{w.Clinician, w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
		w.Make(t, access.PersonRecord(a.ID), access.AccountRecord(a.ID))
		w.Grant(t, a, access.PersonRecord(a.ID), access.Self)
		w.Grant(t, a, access.AccountRecord(a.ID), access.Self)
	}
}

// Make makes compartments with their keys.
func (w *World) Make(t *testing.T, all ...access.Compartment) {
	t.Helper()
	if err := w.Door.Prepare(t.Context(), w.Practice, all...); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		w.Exec(t, `INSERT INTO compartment (practice, compartment, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			w.Practice, string(c), w.Clock.Now().UnixMicro())
	}
}

// Grant gives actor a grant in c, until it is ended.
func (w *World) Grant(t *testing.T, actor access.Actor, c access.Compartment, g access.Grant) {
	t.Helper()
	w.Exec(t, `INSERT INTO grants (practice, actor_id, compartment, kind, since, until) VALUES ($1, $2, $3, $4, $5, $6)`,
		actor.Practice, actor.ID, string(c), string(g), w.Clock.Now().UnixMicro(), access.Forever.UnixMicro())
}

// Ungrant ends every grant of actor in c.
func (w *World) Ungrant(t *testing.T, actor access.Actor, c access.Compartment) {
	t.Helper()
	w.Exec(t, `DELETE FROM grants WHERE practice = $1 AND actor_id = $2 AND compartment = $3`, actor.Practice, actor.ID, string(c))
}

// Visit returns the context of one visit and a function that settles it.
func (w *World) Visit(t *testing.T) (context.Context, func()) {
	t.Helper()
	ctx, v := w.Door.Visit(t.Context())
	settle := func() {
		if err := v.Settle(); err != nil {
			t.Error(err)
		}
	}
	return ctx, settle
}

// Do runs do in a visit of its own and settles it.
func (w *World) Do(t *testing.T, do func(context.Context) error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	if err := do(ctx); err != nil {
		t.Fatal(err)
	}
	settle()
}

// Refused checks that do fails as if the record were absent, and that the
// refusal is the newest entry in the audit log.
func (w *World) Refused(t *testing.T, actor access.Actor, action access.Action, do func(context.Context) error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	err := do(ctx)
	settle()
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("%s by %s: got %v, want not found", action, actor.ID, err)
	}
	w.read(t, func(tx *store.Tx) error {
		var who, what string
		var allowed bool
		err := tx.QueryRow(t.Context(), `SELECT actor_id, action, allowed FROM audit ORDER BY seq DESC LIMIT 1`).Scan(&who, &what, &allowed)
		if err == nil && (who != actor.ID || what != string(action) || allowed) {
			t.Errorf("newest audit entry: got %s %s allowed=%t, want %s %s refused", who, what, allowed, actor.ID, action)
		}
		return err
	})
}

// AuditHolds checks that the audit log is whole.
func (w *World) AuditHolds(t *testing.T) {
	t.Helper()
	if err := w.VerifyAudit(t, ""); err != nil {
		t.Error(err)
	}
}

// VerifyAudit says what is wrong with the audit log, if anything is.
func (w *World) VerifyAudit(t *testing.T, checkpoint string) (err error) {
	t.Helper()
	w.read(t, func(tx *store.Tx) error {
		var n int64
		n, err = audit.Verify(t.Context(), tx, w.signer, checkpoint)
		if err == nil && n == 0 {
			err = errors.New("the audit log is empty")
		}
		return nil
	})
	return err
}

// Reopen returns the audit log as another process would open it.
func (w *World) Reopen(t *testing.T) *audit.Log {
	t.Helper()
	log, err := audit.Open(t.Context(), w.DB, w.signer)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// Exec changes the database as no domain could.
func (w *World) Exec(t *testing.T, text string, args ...any) {
	t.Helper()
	if err := w.Log.Gather(); err != nil { // what is to be falsified is there
		t.Fatal(err)
	}
	tx, err := w.DB.Write(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// Count returns the number that a query asks for.
func (w *World) Count(t *testing.T, text string, args ...any) (n int) {
	t.Helper()
	w.read(t, func(tx *store.Tx) error { return tx.QueryRow(t.Context(), text, args...).Scan(&n) })
	return n
}

func (w *World) read(t *testing.T, f func(*store.Tx) error) {
	t.Helper()
	if err := w.Log.Gather(); err != nil {
		t.Fatal(err)
	}
	tx, err := w.DB.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		t.Fatal(err)
	}
}
