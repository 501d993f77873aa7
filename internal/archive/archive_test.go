package archive

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
	"github.com/waymark-care/waymark/internal/waytest"
)

const practice = "lindenhouse"

// canary is what a client wrote.
const canary = "I have told nobody but you"

// A home is a practice with its files, for tests.
type home struct {
	House
	dir string // the data folder
	kit string
}

// newHome makes a practice whose records are at records and whose keys at apart;
// empty means SQLite in the data folder.
func newHome(t *testing.T, records, apart string) *home {
	t.Helper()
	h := newGround(t, records, apart)
	h.fill(t)
	return h
}

// newGround is newHome without a practice.
func newGround(t *testing.T, records, apart string) *home {
	t.Helper()
	dir := t.TempDir()
	secret := make([]byte, 32)
	rand.Read(secret)
	root, kit, err := keys.Create(filepath.Join(dir, "keys"), keys.LockMounted(secret))
	if err != nil {
		t.Fatal(err)
	}
	h := &home{dir: dir, kit: kit.Identity()}
	h.open(t, root, records, apart)
	return h
}

func (h *home) open(t *testing.T, root *keys.Root, records, apart string) {
	t.Helper()
	if records == "" {
		records = "sqlite:" + filepath.Join(h.dir, "waymark.db")
	}
	if apart == "" {
		apart = "sqlite:" + filepath.Join(h.dir, "keys", "keys.db")
	}
	h.KeysDir, h.Root, h.Product = filepath.Join(h.dir, "keys"), root, "test"
	var err error
	if h.Safe, err = keys.Open(h.KeysDir); err != nil {
		t.Fatal(err)
	}
	h.Records, err = store.Open(t.Context(), records, root.Derive(keys.UseRecords), schema.Records())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Records.Close() })
	if h.Keys, err = store.Open(t.Context(), apart, root.Derive(keys.UseKeys), schema.Keys()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Keys.Close() })
	if h.Ring, err = keys.NewRing(t.Context(), h.Keys, root); err != nil {
		t.Fatal(err)
	}
	if h.Signer, err = audit.NewSigner(root.Derive(keys.UseAuditSignature), root.Derive(keys.UseAuditMAC)); err != nil {
		t.Fatal(err)
	}
	if h.Log, err = audit.Open(t.Context(), h.Records, h.Signer); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Log.Close() })
}

func client(i int) string { return fmt.Sprintf("client/c%d", i) }

// fill puts in three clients with letters, and more than a block of audit leaves.
func (h *home) fill(t *testing.T) {
	t.Helper()
	h.exec(t, h.Records, `INSERT INTO practice (practice, slug, made_at) VALUES ($1, 'linden', 1)`, practice)
	for i := range 3 {
		h.add(t, i)
	}
	var leaves []audit.Leaf
	for i := range 900 {
		leaves = append(leaves, audit.Leaf{At: int64(i), Practice: practice, Actor: "ines", Action: "read", Compartment: client(i % 3), Allowed: i%7 != 0})
	}
	for len(leaves) > 0 {
		if err := h.Log.Record(leaves[:100]); err != nil {
			t.Fatal(err)
		}
		leaves = leaves[100:]
	}
}

// add adds client number i, with a letter, and a flag that sorts by more columns.
func (h *home) add(t *testing.T, i int) {
	t.Helper()
	n := keys.Name{Practice: practice, Compartment: client(i)}
	if err := h.Ring.Make(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	h.exec(t, h.Records, `INSERT INTO compartment (practice, compartment, made_at) VALUES ($1, $2, $3)`, practice, client(i), int64(1)<<60+int64(i))
	id := fmt.Sprintf("letter-%d", i)
	sealed, err := h.Ring.Seal(t.Context(), n, "letter.sealed "+id, []byte(canary))
	if err != nil {
		t.Fatal(err)
	}
	h.exec(t, h.Records, `INSERT INTO letter (practice, id, compartment, made_at, sent_at, sealed) VALUES ($1, $2, $3, 1, 0, $4)`,
		practice, id, client(i), sealed)
}

func (h *home) exec(t *testing.T, db *store.DB, text string, args ...any) {
	t.Helper()
	if err := h.Log.Gather(); err != nil { // what is to be falsified is there
		t.Fatal(err)
	}
	tx, err := db.Write(t.Context())
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

// contents is every row of the records as dump writes it: the same on both databases.
func (h *home) contents(t *testing.T) string {
	t.Helper()
	if err := h.Log.Gather(); err != nil { // what waits beside the log would come into it meanwhile
		t.Fatal(err)
	}
	tx, err := h.Records.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var b bytes.Buffer
	w, err := newWriter(&b, nil)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := tx.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if _, err := dumpTable(t.Context(), w, tx, table); err != nil {
			t.Fatal(err)
		}
	}
	w.out.Flush()
	return b.String()
}

func (h *home) backup(t *testing.T, extra ...age.Recipient) (Report, string) {
	t.Helper()
	dir := t.TempDir()
	r, err := h.Backup(t.Context(), dir, extra...)
	if err != nil {
		t.Fatal(err)
	}
	return r, dir
}

// restored opens what a restore made, with the printed kit.
func restored(t *testing.T, data, kit, records, apart string) *home {
	t.Helper()
	safe, err := keys.Open(filepath.Join(data, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := safe.Recover(kit)
	if err != nil {
		t.Fatal(err)
	}
	h := &home{dir: data, kit: kit}
	h.open(t, root, records, apart)
	return h
}

func (h *home) sound(t *testing.T) Checked {
	t.Helper()
	c, err := h.Check(t.Context(), All)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Wrong) > 0 {
		t.Errorf("wrong: %v", c.Wrong)
	}
	return c
}

func TestAPracticeMovesBetweenDatabasesAndBackUnchanged(t *testing.T) {
	first := newHome(t, "", "")
	_, dir := first.backup(t)
	before := first.contents(t)

	at := first
	for i, to := range []string{"postgres", "sqlite"} {
		var records, apart string
		if to == "postgres" {
			records, apart = waytest.Schema(t), waytest.Schema(t)
		}
		data := filepath.Join(t.TempDir(), "data")
		done, err := Restore(t.Context(), Restoring{
			Archive: newestArchive(t, dir), Keys: filepath.Join(dir, KeysFile), Kits: []string{at.kit}, Data: data, Records: records, Apart: apart,
		})
		if err != nil {
			t.Fatalf("to %s: %v", to, err)
		}
		if done.Opened == 0 || done.Leaves < 300 {
			t.Errorf("to %s: checked %d values and %d leaves", to, done.Opened, done.Leaves)
		}
		at = restored(t, data, first.kit, records, apart)
		if at.Records.IsSQLite() != (to == "sqlite") {
			t.Fatalf("restored to the wrong database")
		}
		after := at.contents(t)
		if i == 0 && after != before {
			t.Errorf("what came to %s is not what was there", to)
		}
		if c := at.sound(t); c.Opened < 3 {
			t.Errorf("on %s %d sealed values open", to, c.Opened)
		}
		if i == 0 {
			_, dir = at.backup(t)
			before = at.contents(t)
		} else if after != before {
			t.Errorf("what came back to %s is not what was there", to)
		}
	}
}

func newestArchive(t *testing.T, dir string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "waymark-2*.age"))
	if err != nil || len(all) == 0 {
		t.Fatalf("archives: %v, %v", all, err)
	}
	return all[len(all)-1]
}

func TestAnArchiveOfRecordsHoldsNoKeysAndNoPlainText(t *testing.T) {
	h := newHome(t, "", "")
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	r, _ := h.backup(t, id.Recipient())
	plain := decrypt(t, r.Path, id)
	safe, err := os.ReadFile(filepath.Join(h.KeysDir, keys.SafeFile))
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"the safe": string(safe), "the table of keys": "compartment_key", "a recipient": h.Safe.Recipient(), "what a client wrote": canary,
	} {
		if strings.Contains(plain, text) {
			t.Errorf("the archive of records holds %s", what)
		}
	}
	tx, err := h.Keys.Glance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	wrapped, err := texts(t.Context(), tx, `SELECT hex(wrapped) FROM compartment_key`)
	if err != nil || len(wrapped) != 3 {
		t.Fatalf("wrapped keys: %v, %v", wrapped, err)
	}
	for _, key := range wrapped {
		raw := make([]byte, len(key)/2)
		fmt.Sscanf(key, "%x", &raw)
		if strings.Contains(plain, string(raw)) || strings.Contains(plain, base64Of(raw)) {
			t.Error("the archive of records holds a wrapped key")
		}
	}
	if !strings.Contains(decrypt(t, r.Keys, id), base64Of(hexBytes(wrapped[0]))) {
		t.Error("the archive of keys does not hold the wrapped keys, or this test looks for them wrongly")
	}
}

func TestOneErasedStaysErasedInOlderBackups(t *testing.T) {
	h := newHome(t, "", "")
	_, old := h.backup(t)
	dir := t.TempDir()
	for range 3 {
		if _, err := h.BackupKeys(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
	}
	if all, _ := filepath.Glob(filepath.Join(dir, "waymark-keys*.age")); len(all) != 3 {
		t.Errorf("kept %v, want the newest three", all)
	}
	if err := h.Ring.Destroy(t.Context(), keys.Name{Practice: practice, Compartment: client(1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.BackupKeys(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if all, _ := filepath.Glob(filepath.Join(dir, "waymark-keys*.age")); len(all) != 1 {
		t.Errorf("after an erasure %v are left, which hold the destroyed key", all)
	}
	data := filepath.Join(t.TempDir(), "data")
	done, err := Restore(t.Context(), Restoring{Archive: newestArchive(t, old), Keys: filepath.Join(dir, KeysFile), Kits: []string{h.kit}, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	if len(done.Erased) != 1 || done.Erased[0].Compartment != client(1) || done.Checked.Erased != 1 || done.Opened != 2 {
		t.Errorf("restored %+v", done)
	}
	back := restored(t, data, h.kit, "", "")
	if err := back.Ring.Make(t.Context(), keys.Name{Practice: practice, Compartment: client(1)}); err != nil {
		t.Fatal(err)
	}
	_, err = back.Ring.Seal(t.Context(), keys.Name{Practice: practice, Compartment: client(1)}, "x", nil)
	if !errors.Is(err, keys.ErrDestroyed) {
		t.Errorf("a key was made again where there is a tombstone: %v", err)
	}
}

func TestARefusedRestoreSaysWhyAndChangesNothing(t *testing.T) {
	h, other := newHome(t, "", ""), newHome(t, "", "")
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	r, dir := h.backup(t, id.Recipient())
	_, otherDir := other.backup(t)
	good, err := os.ReadFile(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	plain := decrypt(t, r.Path, id)
	altered := bytes.Clone(good)
	altered[len(altered)/3] ^= 1
	kit, err := age.ParseX25519Recipient(h.Safe.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	sealed := func(text string) []byte {
		var b bytes.Buffer
		w, err := age.Encrypt(&b, kit)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
		w.Close()
		return b.Bytes()
	}
	swapped := newerIn(t, plain, "at", `"allowed"`, `"permits"`)

	for name, c := range map[string]struct {
		archive []byte
		keys    string
		kit     string
		want    error
	}{
		"cut short":               {archive: good[:len(good)*2/3], want: ErrTorn},
		"cut before its last":     {archive: good[:len(good)-1], want: ErrTorn},
		"empty":                   {archive: nil, want: ErrForeign},
		"altered on the disk":     {archive: altered, want: ErrAltered},
		"text":                    {archive: []byte("Dear diary"), want: ErrForeign},
		"another encrypted file":  {archive: sealed("Dear diary"), want: ErrForeign},
		"torn before encryption":  {archive: sealed(plain[:len(plain)/2]), want: ErrTorn},
		"edited before encrypted": {archive: sealed(strings.Replace(plain, "lindenhouse", "oakenhouses", 1)), want: ErrAltered},
		"of another format":       {archive: sealed(strings.Replace(plain, `"format":1`, `"format":2`, 1)), want: ErrNewer},
		"of a newer schema":       {archive: sealed(newerIn(t, plain, "", `"schema":`, `"schema":9`)), want: ErrNewer},
		"with other columns":      {archive: sealed(swapped), want: ErrForeign},
		"of keys":                 {archive: read(t, r.Keys), want: ErrForeign},
		"by another practice":     {archive: forged(t, h, other), want: ErrForeign},
		"with another kit":        {archive: good, kit: other.kit, want: ErrWrongKit},
		"with another's keys":     {archive: good, keys: filepath.Join(otherDir, KeysFile), want: ErrWrongKit},
		"with records for keys":   {archive: good, keys: r.Path, want: ErrForeign},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "archive.age")
			if err := os.WriteFile(file, c.archive, 0o600); err != nil {
				t.Fatal(err)
			}
			if c.keys == "" {
				c.keys = filepath.Join(dir, KeysFile)
			}
			if c.kit == "" {
				c.kit = h.kit
			}
			data := filepath.Join(t.TempDir(), "data")
			_, err := Restore(t.Context(), Restoring{Archive: file, Keys: c.keys, Kits: []string{c.kit}, Data: data})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if _, err := os.Lstat(data); err == nil {
				t.Error("the data folder was made and left")
			}
		})
	}
}

func TestRecordsSwappedInAnArchiveAreFoundOutOfOrder(t *testing.T) {
	var b bytes.Buffer
	w, err := newWriter(&b, []byte("mac"))
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"one", "two", "six"} {
		if err := w.record(markRow, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.end(); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	one, two := text[len(magic):len(magic)+6], text[len(magic)+6:len(magic)+12]
	r, err := newReader(strings.NewReader(magic + two + one + text[len(magic)+12:]))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = r.record(); !errors.Is(err, ErrReordered) {
		t.Errorf("got %v, want reordered", err)
	}
}

func TestATamperedAuditLogIsNeitherBackedUpNorRestored(t *testing.T) {
	h := newHome(t, "", "")
	h.exec(t, h.Records, `UPDATE audit SET actor_id = 'mallory' WHERE seq = 17`)
	if _, err := h.Backup(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "audit leaf 17") {
		t.Errorf("backup: got %v, want it to name leaf 17", err)
	}
	dir := t.TempDir()
	if _, err := h.BackupKeys(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	tx, err := h.Records.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "waymark-20260101-000000.age")
	_, _, _, err = h.write(t.Context(), file, tx, KindRecords, nil, nil)
	tx.Rollback()
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	_, err = Restore(t.Context(), Restoring{Archive: file, Keys: filepath.Join(dir, KeysFile), Kits: []string{h.kit}, Data: data})
	if err == nil || !strings.Contains(err.Error(), "audit leaf 17") {
		t.Errorf("restore: got %v, want it to name leaf 17", err)
	}
	if _, err := os.Lstat(data); err == nil {
		t.Error("the data folder was made and left")
	}
}

func TestARestoreLeavesAloneWhateverIsThere(t *testing.T) {
	h := newHome(t, "", "")
	r, dir := h.backup(t)
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "thesis.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	again := Restoring{Archive: r.Path, Keys: filepath.Join(dir, KeysFile), Kits: []string{h.kit}}
	again.Data = data
	if _, err := Restore(t.Context(), again); !errors.Is(err, errNotEmpty) {
		t.Errorf("into a folder with a file: %v", err)
	}
	again.Data = h.dir
	if _, err := Restore(t.Context(), again); !errors.Is(err, errNotEmpty) {
		t.Errorf("into a practice: %v", err)
	}
	h.sound(t)
	if _, err := os.ReadFile(filepath.Join(data, "thesis.txt")); err != nil {
		t.Error(err)
	}
}

func TestARestoreIntoAFullPostgreSQLIsRefused(t *testing.T) {
	server := waytest.Schema(t)
	h := newHome(t, server, "")
	r, dir := h.backup(t)
	before := h.contents(t)
	data := filepath.Join(t.TempDir(), "data")
	_, err := Restore(t.Context(), Restoring{Archive: r.Path, Keys: filepath.Join(dir, KeysFile), Kits: []string{h.kit}, Data: data, Records: server})
	if !errors.Is(err, errNotEmpty) {
		t.Errorf("got %v, want a refusal", err)
	}
	if h.contents(t) != before {
		t.Error("the database was changed")
	}
}

func TestAnInterruptedRestoreCanBeRunAgain(t *testing.T) {
	h := newHome(t, "", "")
	r, dir := h.backup(t)
	data := filepath.Join(t.TempDir(), "data")
	again := Restoring{Archive: r.Path, Keys: filepath.Join(dir, KeysFile), Kits: []string{h.kit}, Data: data}
	// What a killed process leaves at its latest: everything but the safe in place.
	killed := again
	killed.Checked = func() error {
		from := filepath.Join(data, staging)
		if err := os.Rename(filepath.Join(from, "waymark.db"), filepath.Join(data, "waymark.db")); err != nil {
			return err
		}
		panic("killed")
	}
	func() {
		defer func() { recover() }()
		Restore(t.Context(), killed)
	}()
	os.MkdirAll(filepath.Join(data, staging), 0o700)
	if err := os.WriteFile(filepath.Join(data, "waymark.db"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	restored(t, data, h.kit, "", "").sound(t)
	if _, err := os.Lstat(filepath.Join(data, staging)); err == nil {
		t.Error("the staging folder is still there")
	}
}

func TestKeysOlderThanTheRecordsAreRefused(t *testing.T) {
	h := newHome(t, "", "")
	dir := t.TempDir()
	if _, err := h.BackupKeys(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	h.add(t, 3)
	r, _ := h.backup(t)
	data := filepath.Join(t.TempDir(), "data")
	_, err := Restore(t.Context(), Restoring{Archive: r.Path, Keys: filepath.Join(dir, KeysFile), Kits: []string{h.kit}, Data: data})
	if err == nil || !strings.Contains(err.Error(), "the keys are older than the records") {
		t.Errorf("got %v", err)
	}
}

func TestABackupIsOneStateWhileOthersWrite(t *testing.T) {
	h := newHome(t, "", "")
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() {
		for i := int64(0); ctx.Err() == nil; i++ {
			if err := h.Log.Record([]audit.Leaf{{At: i, Practice: practice, Actor: "ines", Action: "read", Allowed: true}}); err != nil {
				over <- err
				return
			}
			time.Sleep(time.Millisecond)
		}
		over <- nil
	}()
	if err := h.Log.Record([]audit.Leaf{{At: 1, Practice: practice, Actor: "ines", Action: "read", Detail: "just before", Allowed: true}}); err != nil {
		t.Fatal(err)
	}
	r, dir := h.backup(t)
	cancel()
	if err := <-over; err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	if _, err := Restore(t.Context(), Restoring{Archive: r.Path, Keys: filepath.Join(dir, KeysFile), Kits: []string{h.kit}, Data: data}); err != nil {
		t.Fatal(err)
	}
	back := restored(t, data, h.kit, "", "")
	tx, err := back.Records.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var n int
	if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM audit WHERE detail = 'just before'`).Scan(&n); err != nil || n != 1 {
		t.Errorf("what was read just before the backup is in it %d times: %v", n, err)
	}
}
