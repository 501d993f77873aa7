// Package archive takes a practice out of its database and puts it back: as a
// backup, and to move between SQLite and PostgreSQL. It is the one package
// beside the door that reads everything, still sealed; house says why it may.
//
// There are two archives, and they are never in one file:
//
//	waymark-….age       the records: every table, with sealed values as they are
//	waymark-keys.age    the safe, the wrapped keys, the tombstones, and what was ended
//
// Only together, and with the printed recovery kit, do they open anything. The
// archive of keys is written over each time, so that erasing somebody reaches
// into every older archive of records: what is left of them there is noise.
//
// Both are encrypted by age to the recovery kit, and to further recipients if
// there are any. What is inside is drawn in stream.go. Whose an archive is stands in
// clear in its head, so that nobody writes over another practice's (whose.go).
package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/store"
)

// A House is what is archived: all that is open and unlocked in one place.
type House struct {
	Records *store.DB
	Keys    *store.DB // the wrapped keys
	KeysDir string    // where the safe is
	Safe    *keys.Safe
	Root    *keys.Root
	Ring    *keys.Ring
	Signer  *audit.Signer
	Log     *audit.Log
	Product string      // version of the program
	Turn    *sync.Mutex // if not nil, held while an archive of keys is written
}

// A Report says what Backup wrote and what was verified.
type Report struct {
	Path   string
	Bytes  int64
	Tables int
	Rows   int64
	Leaves int64 // of the audit log, verified
	Opened int64 // sealed values that were opened to see that they do
	Keys   string

	KeysLeft error // why the archive of keys was not written anew; it is up to date all the same
}

// Backup writes an archive of the records and one of the keys into the folder
// dir while others go on working, and verifies them: the database's own check,
// the audit log, some sealed values, and then the file itself, which is read
// back from the disk, decrypted and compared. To decrypt it without the printed
// kit a key is used that exists only during the call.
//
// Where the archive of keys that lies in dir may not give way, nothing is written. Where
// only that archive cannot be written, the one of the records stays, which is said in the
// Report or in the error.
// That a backup was made is in the audit log of each practice.
func (h House) Backup(ctx context.Context, dir string, extra ...age.Recipient) (Report, error) {
	var r Report
	if err := h.Gives(ctx, dir); err != nil {
		return r, err
	}
	if err := h.note(ctx, "system:backup", "practice.backup"); err != nil {
		return r, fmt.Errorf("note the backup: %w", err)
	}
	checked, err := h.Check(ctx, sample)
	if err != nil {
		return r, err
	}
	if len(checked.Wrong) > 0 {
		return r, fmt.Errorf("the records are not sound, so a backup of them would not help: %s (waymark db check lists all)", checked.Wrong[0])
	}
	r.Leaves, r.Opened = checked.Leaves, checked.Opened

	tx, err := h.Records.Read(ctx)
	if err != nil {
		return r, err
	}
	defer tx.Rollback()
	if err := tx.Patient(ctx); err != nil {
		return r, err
	}
	clearParts(dir, time.Now())
	r.Path, err = freePath(dir, h.Records.Clock())
	if err != nil {
		return r, err
	}
	r.Rows, r.Tables, r.Bytes, err = h.write(ctx, r.Path, tx, KindRecords, nil, append([]age.Recipient{mark{KeysState: KeysState{Safe: h.Root.Identity()}}}, extra...))
	if err != nil {
		return r, err
	}
	r.Keys, err = h.BackupKeys(ctx, dir, extra...)
	if err == nil {
		return r, nil
	}
	// A full disk of the keys takes no note of a copy, and lets nobody be added either: the
	// archive there may have them all.
	if copied, unknown := h.KeysCopied(ctx, dir); unknown == nil && copied && len(extra) == 0 {
		r.Keys, r.KeysLeft = filepath.Join(dir, KeysFile), err
		return r, nil
	}
	return r, fmt.Errorf("the records were backed up and verified (%s), but the archive of keys beside them was not written, so that whoever was added since it last was "+
		"cannot be restored, and whoever was erased since may still be in it: %w", r.Path, err)
}

// freePath is the path of an archive of records that is made at a time: of two nodes that
// begin in the same second, one is given the next.
func freePath(dir string, at time.Time) (path string, err error) {
	for range 60 {
		path = filepath.Join(dir, "waymark-"+at.Format("20060102-150405")+".age")
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			part, err := os.OpenFile(path+partly, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if err == nil {
				return path, part.Close()
			}
			if !errors.Is(err, fs.ErrExist) {
				return "", err
			}
		}
		at = at.Add(time.Second)
	}
	return "", fmt.Errorf("%s is there already, and so are those after it", filepath.Base(path))
}

// partly ends the name of an archive that is being written.
const partly = ".part"

// NoteRestore writes into the audit log of each practice that it was brought back from a
// backup, as the first of what comes after it.
func (h House) NoteRestore(ctx context.Context) error {
	if err := h.note(ctx, "system:restore", audit.Restored); err != nil {
		return fmt.Errorf("note the restore: %w", err)
	}
	return nil
}

// partFor is how long an archive may take to be written and read back.
const partFor = 24 * time.Hour

// clearParts removes what backups that were killed have left in the folder dir. One that
// another node is making now stays.
func clearParts(dir string, now time.Time) {
	there, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range there {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && strings.HasPrefix(e.Name(), "waymark-") && strings.HasSuffix(e.Name(), ".age"+partly) && now.Sub(info.ModTime()) > partFor {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// note writes into the audit log of each practice that something is done with all of it,
// and signs the head, so that an archive ends with a signed one.
func (h House) note(ctx context.Context, actor, action string) error {
	tx, err := h.Records.Glance(ctx)
	if err != nil {
		return err
	}
	all, err := texts(ctx, tx, `SELECT practice FROM practice ORDER BY practice`)
	tx.Rollback()
	if err != nil {
		return err
	}
	var leaves []audit.Leaf
	for _, p := range all {
		leaves = append(leaves, audit.Leaf{
			At: h.Records.Clock().UnixMicro(), Practice: p, Actor: actor, Action: action,
			Compartment: "operations", Allowed: true,
		})
	}
	if err := h.Log.Record(leaves); err != nil {
		return err
	}
	_, err = h.Log.Checkpoint(ctx)
	return err
}

// write makes the file at path whole and verified, or not at all.
func (h House) write(ctx context.Context, path string, tx *store.Tx, kind string, files map[string][]byte, extra []age.Recipient) (rows int64, tables int, size int64, err error) {
	kit, err := age.ParseX25519Recipient(h.Safe.Recipient())
	if err != nil {
		return 0, 0, 0, fmt.Errorf("recovery kit: %w", err)
	}
	mac := h.Root.Derive(keys.UseBackup)
	defer clear(mac)
	m := Manifest{Kind: kind, Product: h.Product, Database: databaseOf(tx, h, kind), MadeAt: time.Now().UTC().Truncate(time.Second)}
	size, err = writeFile(path, append([]age.Recipient{kit}, extra...), mac,
		func(w *writer) error {
			rows, err = dump(ctx, w, tx, m, files)
			return err
		},
		func(f *os.File, id age.Identity) error {
			again, found, err := h.readBack(ctx, f, id, kind)
			if err == nil && again != rows {
				err = fmt.Errorf("%d rows of %d", again, rows)
			}
			tables = len(found.Tables)
			return err
		})
	return rows, tables, size, err
}

// writeFile makes the file at path, encrypted to all of to, as fill writes it and
// mac marks it, if again then finds in it what was written: it is given the file and a
// key that exists only during the call.
func writeFile(path string, to []age.Recipient, mac []byte, fill func(*writer) error, again func(*os.File, age.Identity) error) (size int64, err error) {
	passing, err := age.GenerateX25519Identity()
	if err != nil {
		return 0, err
	}
	f, err := os.OpenFile(path+partly, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) // absent after a rename
	defer f.Close()

	sealed, err := age.Encrypt(f, append([]age.Recipient{passing.Recipient()}, to...)...)
	if err != nil {
		return 0, fmt.Errorf("encrypt: %w", err)
	}
	w, err := newWriter(sealed, mac)
	if err == nil {
		err = fill(w)
	}
	if err == nil {
		err = errors.Join(sealed.Close(), f.Sync())
	}
	if err != nil {
		return 0, fmt.Errorf("write archive: %w", err)
	}
	if err := again(f, passing); err != nil {
		return 0, fmt.Errorf("read the archive back: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return 0, err
	}
	return info.Size(), syncDir(filepath.Dir(path))
}

func databaseOf(_ *store.Tx, h House, kind string) string {
	db := h.Records
	if kind == KindKeys {
		db = h.Keys
	}
	if db.IsSQLite() {
		return "sqlite"
	}
	return "postgres"
}

// readBack reads what was written as a restore would, all but the inserting.
func (h House) readBack(ctx context.Context, f *os.File, id age.Identity, kind string) (int64, Manifest, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, Manifest{}, err
	}
	plain, err := age.Decrypt(f, id)
	if err != nil {
		return 0, Manifest{}, err
	}
	r, err := newReader(plain)
	if err != nil {
		return 0, Manifest{}, err
	}
	m, err := r.manifest(kind, newest)
	if err != nil {
		return 0, m, err
	}
	rows, _, err := load(ctx, r, nil, m)
	if err != nil {
		return 0, m, err
	}
	return rows, m, r.finish(func() ([]byte, error) { return h.macOf(kind), nil })
}

// macOf is what marks an archive of a kind as ours. One of a practice is signed
// instead, because whoever reads it has no key of ours.
func (h House) macOf(kind string) []byte {
	if kind == KindPractice {
		return nil
	}
	return h.Root.Derive(keys.UseBackup)
}

// newest lets every schema pass: what was just written is of our own.
const newest = 1 << 62

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func texts(ctx context.Context, tx *store.Tx, query string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()

	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
