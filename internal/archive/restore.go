package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
)

// A Restoring says what is restored, and where to.
type Restoring struct {
	Archive string   // file of the records
	Keys    string   // file of the keys, the newest there is
	Kits    []string // recovery kits as typed; older ones too, for older archives
	Data    string   // the data folder: empty, or not there yet
	Records string   // postgres:// address of an empty database, or "" for SQLite in the data folder
	Apart   string   // the same for the wrapped keys
	// Checked is called with everything verified and nothing in its place yet;
	// an error stops the restore. It may be nil.
	Checked func() error
}

// Restored says what came back.
type Restored struct {
	MadeAt time.Time
	From   string // which database it was taken from
	Rows   int64
	Checked
	// Erased are the records that were erased after the archive was made, or
	// before: their keys are gone, and what the archive says of them must go too.
	Erased []keys.Name
	// Ended is what had been ended when the archive of keys was made, after the
	// archive of records or before.
	Ended []Ending
}

// errNotEmpty says that there is something where the practice would go.
var errNotEmpty = errors.New("a restore needs an empty data folder and an empty database, and changes nothing where there is something already")

// ErrWrongKit says that none of the kits opens the file.
var ErrWrongKit = errors.New("none of these recovery kits opens it: take the kit that was printed before it was made (after a root key was changed, older backups need the older kit)")

// staging is the folder, in the data folder, in which everything is made and
// verified before it is moved to its place. One that is found there was left by
// a restore that was interrupted.
const staging = ".restoring"

// lostFound is a folder at the top of a file system, which is the system's.
const lostFound = "lost+found"

// Restore puts a practice back. Everything is read, decrypted and verified first,
// into a staging folder; only then is it moved to its place. When it fails,
// there is nothing but perhaps an empty data folder. Interrupted, it can be run
// again; only a PostgreSQL database in which it had already finished must be
// emptied first.
//
// Tombstones come from the archive of keys, so what was erased stays erased; and
// so does what was ended, which is ended again when the practice is first opened.
func Restore(ctx context.Context, r Restoring) (done Restored, err error) {
	w := restore{Restoring: r}
	if err := w.identities(); err != nil {
		return done, err
	}
	made, err := w.prepare(ctx)
	if err != nil {
		return done, err
	}
	defer func() {
		w.close()
		if err != nil {
			err = errors.Join(err, w.discard(made))
		}
	}()
	if err := w.readKeys(ctx); err != nil {
		return done, fmt.Errorf("the archive of keys: %w", err)
	}
	if done, err = w.readRecords(ctx); err != nil {
		return done, fmt.Errorf("the archive of records: %w", err)
	}
	if err := w.leaveWord(done.Erased); err != nil {
		return done, err
	}
	if done.Ended, err = w.leaveEnded(w.ended); err != nil {
		return done, err
	}
	if w.Checked != nil {
		if err := w.Checked(); err != nil {
			return done, err
		}
	}
	return done, w.place(ctx)
}

// restore is one run of Restore.
type restore struct {
	Restoring
	who     []age.Identity
	stage   string
	stays   bool // the records stay as they are, and so the keys of the files do
	safe    *keys.Safe
	root    *keys.Root
	ended   []byte    // what the archive of keys says of endings
	records *store.DB // in the staging folder
	apart   *store.DB
}

func (w *restore) identities() error {
	for _, text := range w.Kits {
		kit, err := keys.ParseKit(text)
		if err != nil {
			return err
		}
		id, err := age.ParseX25519Identity(kit.Identity())
		if err != nil {
			return err
		}
		w.who = append(w.who, id)
	}
	if len(w.who) == 0 {
		return errors.New("a restore needs the recovery kit")
	}
	return nil
}

// prepare makes the staging folder, if there is nothing where the practice would
// go. made says that the data folder was not there.
func (w *restore) prepare(ctx context.Context) (made bool, err error) {
	for _, url := range []string{w.Records, w.Apart} {
		if url == "" {
			continue
		}
		empty, err := store.Empty(ctx, url)
		if err != nil {
			return false, err
		}
		if !empty {
			return false, fmt.Errorf("the PostgreSQL database has something in it: %w", errNotEmpty)
		}
	}
	w.stage = filepath.Join(w.Data, staging)
	there, err := os.ReadDir(w.Data)
	if errors.Is(err, fs.ErrNotExist) {
		made = true
	} else if err != nil {
		return false, err
	}
	if _, err := os.Lstat(filepath.Join(w.Data, "keys", keys.SafeFile)); err == nil {
		return false, fmt.Errorf("%s holds a practice: %w", w.Data, errNotEmpty)
	}
	there = slices.DeleteFunc(there, func(e fs.DirEntry) bool { return e.IsDir() && e.Name() == lostFound })
	_, left := os.Lstat(w.stage)
	if len(there) > 0 && left != nil {
		return false, fmt.Errorf("%s is not empty: %w", w.Data, errNotEmpty)
	}
	// Whatever else lies there, an interrupted restore has put there.
	for _, e := range there {
		if err := os.RemoveAll(filepath.Join(w.Data, e.Name())); err != nil {
			return false, err
		}
	}
	if err := os.MkdirAll(filepath.Join(w.stage, "keys"), 0o700); err != nil {
		return made, err
	}
	return made, os.Chmod(w.Data, 0o700)
}

func (w *restore) close() {
	for _, db := range []*store.DB{w.records, w.apart} {
		if db != nil {
			db.Close()
		}
	}
	w.records, w.apart = nil, nil
	w.root.Forget()
	w.root = nil
}

// discard leaves things as they were.
func (w *restore) discard(made bool) error {
	err := os.RemoveAll(w.stage)
	for _, name := range []string{ErasedFile, EndedFile} {
		if word := os.Remove(filepath.Join(w.Data, name)); !errors.Is(word, fs.ErrNotExist) {
			err = errors.Join(err, word)
		}
	}
	if err == nil && made {
		err = os.Remove(w.Data)
	}
	return err
}

// open decrypts an archive and reads its manifest.
func (w *restore) open(name, kind string) (r *reader, m Manifest, f *os.File, err error) {
	if f, err = os.Open(name); err != nil {
		return nil, m, nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	plain, err := age.Decrypt(f, w.who...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, m, f, ErrWrongKit
	case err != nil:
		return nil, m, f, fmt.Errorf("it is not encrypted as archives are: %w", ErrForeign)
	}
	known, err := store.Version(migrations(kind))
	if err != nil {
		return nil, m, f, err
	}
	if r, err = newReader(&honest{in: plain, file: f}); err != nil {
		return nil, m, f, err
	}
	m, err = r.manifest(kind, known)
	return r, m, f, err
}

// honest turns what age says of a damaged file into what the operator can act on.
type honest struct {
	in   io.Reader
	file *os.File
}

func (h *honest) Read(b []byte) (int, error) {
	n, err := h.in.Read(b)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	// A chunk that does not decrypt is the last that is there if the file was cut.
	at, _ := h.file.Seek(0, io.SeekCurrent)
	if info, serr := h.file.Stat(); errors.Is(err, io.ErrUnexpectedEOF) || serr == nil && at >= info.Size() {
		return n, ErrTorn
	}
	return n, ErrAltered
}

// readKeys reads the archive of keys twice: for the safe, which says what the
// rest is encrypted under, and for the rows.
func (w *restore) readKeys(ctx context.Context) error {
	r, m, f, err := w.open(w.Keys, KindKeys)
	if err != nil {
		return err
	}
	defer f.Close()
	_, files, err := load(ctx, r, nil, m)
	if err != nil {
		return err
	}
	err = r.finish(func() ([]byte, error) {
		safe, ok := files[keys.SafeFile]
		if !ok {
			return nil, ErrForeign
		}
		if err := os.WriteFile(filepath.Join(w.stage, "keys", keys.SafeFile), safe, 0o600); err != nil {
			return nil, err
		}
		if err := w.unlock(); err != nil {
			return nil, err
		}
		return w.root.Derive(keys.UseBackup), nil
	})
	if err != nil {
		return err
	}
	w.ended = files[endedFile]
	w.apart, err = w.openDB(ctx, "sqlite:"+filepath.Join(w.stage, "keys", "keys.db"), KindKeys, m.Schema)
	if err != nil {
		return err
	}
	_, err = w.fill(ctx, w.apart, w.Keys, KindKeys, nil)
	return err
}

// unlock opens the safe that came with the keys. All files are written anew, so
// that it costs nothing to encrypt them under new keys.
func (w *restore) unlock() (err error) {
	if w.safe, err = keys.Open(filepath.Join(w.stage, "keys")); err != nil {
		return err
	}
	for _, kit := range w.Kits {
		if w.root, err = w.safe.Recover(kit); err == nil && w.stays {
			return nil
		} else if err == nil {
			return w.safe.RenewFiles(w.root)
		}
	}
	return ErrWrongKit
}

// openDB opens a database at the schema of an archive; it is brought to the
// newest when the practice is next opened.
func (w *restore) openDB(ctx context.Context, url, kind string, version int64) (*store.DB, error) {
	use := keys.UseRecords
	if kind == KindKeys {
		use = keys.UseKeys
	}
	key := w.root.Derive(use)
	defer clear(key)
	return store.Open(ctx, url, key, upTo{migrations(kind), version})
}

func migrations(kind string) fs.FS {
	if kind == KindKeys {
		return schema.Keys()
	}
	return schema.Records()
}

// fill inserts an archive into db in one transaction, which is kept only if the
// whole archive is as it was written and then, if it is not nil, agrees.
func (w *restore) fill(ctx context.Context, db *store.DB, name, kind string, then func(*store.Tx) error) (rows int64, err error) {
	r, m, f, err := w.open(name, kind)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	tx, err := db.Write(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if err := tx.Patient(ctx); err != nil {
		return 0, err
	}
	if rows, _, err = load(ctx, r, tx, m); err != nil {
		return 0, err
	}
	if err := r.finish(func() ([]byte, error) { return w.root.Derive(keys.UseBackup), nil }); err != nil {
		return 0, err
	}
	if then != nil {
		if err := then(tx); err != nil {
			return 0, err
		}
	}
	return rows, tx.Commit()
}

// readRecords fills the records in the staging folder and checks them whole.
func (w *restore) readRecords(ctx context.Context) (done Restored, err error) {
	_, m, f, err := w.open(w.Archive, KindRecords)
	if err != nil {
		return done, err
	}
	f.Close()
	done.MadeAt, done.From = m.MadeAt, m.Database
	w.records, err = w.openDB(ctx, "sqlite:"+filepath.Join(w.stage, "waymark.db"), KindRecords, m.Schema)
	if err != nil {
		return done, err
	}
	if done.Rows, err = w.fill(ctx, w.records, w.Archive, KindRecords, nil); err != nil {
		return done, err
	}
	if done.Checked, err = w.check(ctx); err != nil {
		return done, err
	}
	if len(done.Wrong) > 0 {
		return done, fmt.Errorf("what is in it is not sound: %s", strings.Join(done.Wrong[:min(3, len(done.Wrong))], "; "))
	}
	done.Erased, err = w.erased(ctx)
	return done, err
}

func (w *restore) check(ctx context.Context) (Checked, error) {
	ring, err := keys.NewRing(ctx, w.apart, w.root)
	if err != nil {
		return Checked{}, err
	}
	signer, err := w.signer()
	if err != nil {
		return Checked{}, err
	}
	return House{Records: w.records, Keys: w.apart, Ring: ring, Signer: signer}.Check(ctx, All)
}

func (w *restore) signer() (*audit.Signer, error) {
	return audit.NewSigner(w.root.Derive(keys.UseAuditSignature), w.root.Derive(keys.UseAuditMAC))
}

func (w *restore) erased(ctx context.Context) ([]keys.Name, error) {
	tx, err := w.apart.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	all, err := names(ctx, tx, `SELECT practice, compartment FROM tombstone ORDER BY practice, compartment`)
	if err != nil {
		return nil, err
	}
	var list []keys.Name
	for n := range all {
		list = append(list, n)
	}
	return list, nil
}

// ErasedFile lies in the data folder after a restore that brought tombstones,
// until what the records say of those who were erased is erased again: whoever
// opens the practice first does that, so that no crash in between leaves it undone.
const ErasedFile = "erased-since.json"

// leaveWord writes ErasedFile.
func (w *restore) leaveWord(erased []keys.Name) error {
	if len(erased) == 0 {
		return nil
	}
	b, err := json.Marshal(erased)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.Data, ErasedFile), b, 0o600)
}

// place moves everything to where it belongs, the safe last: without it nothing
// starts.
func (w *restore) place(ctx context.Context) error {
	if err := w.toPostgres(ctx); err != nil {
		return err
	}
	for _, db := range []*store.DB{w.records, w.apart} {
		if err := errors.Join(db.Wipe(ctx), db.Close()); err != nil {
			return err
		}
	}
	w.records, w.apart = nil, nil
	if w.Apart != "" {
		if err := os.Remove(filepath.Join(w.stage, "keys", "keys.db")); err != nil {
			return err
		}
	}
	if w.Records == "" {
		if err := os.Rename(filepath.Join(w.stage, "waymark.db"), filepath.Join(w.Data, "waymark.db")); err != nil {
			return err
		}
	}
	if err := syncDir(filepath.Join(w.stage, "keys")); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(w.stage, "keys"), filepath.Join(w.Data, "keys")); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(w.stage), syncDir(w.Data))
}

// toPostgres reads the archives once more, into PostgreSQL.
func (w *restore) toPostgres(ctx context.Context) error {
	for _, to := range []struct{ url, name, kind string }{{w.Apart, w.Keys, KindKeys}, {w.Records, w.Archive, KindRecords}} {
		if to.url == "" {
			continue
		}
		_, m, f, err := w.open(to.name, to.kind)
		if err != nil {
			return err
		}
		f.Close()
		db, err := w.openDB(ctx, to.url, to.kind, m.Schema)
		if err != nil {
			return err
		}
		_, err = w.fill(ctx, db, to.name, to.kind, func(tx *store.Tx) error {
			if to.kind == KindKeys {
				return nil
			}
			signer, err := w.signer()
			if err != nil {
				return err
			}
			_, err = audit.Verify(ctx, tx, signer, "")
			return err
		})
		if err == nil { // it is whole without: after some minutes PostgreSQL counts by itself
			if err := db.Count(ctx); err != nil {
				slog.WarnContext(ctx, "the first questions take longer, until PostgreSQL has counted what there is", "err", err)
			}
		}
		if err := errors.Join(err, db.Close()); err != nil {
			return fmt.Errorf("into PostgreSQL: %w", err)
		}
	}
	return nil
}

// upTo are the migrations up to one version.
type upTo struct {
	fs.FS
	version int64
}

// Glob lists the names that match, as fs.Glob asks, without those that came later.
func (u upTo) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(u.FS, pattern)
	if err != nil {
		return nil, err
	}
	var kept []string
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		if v, err := strconv.ParseInt(number, 10, 64); err != nil || v <= u.version {
			kept = append(kept, name)
		}
	}
	return kept, nil
}
