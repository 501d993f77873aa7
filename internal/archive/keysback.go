package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
)

// A KeysReturning says which keys come back, and beside which records.
type KeysReturning struct {
	Archive string   // of the keys, the newest there is
	Kits    []string // recovery kits as typed
	Data    string   // the data folder
	Records string   // address of the records, which stay as they are
	Apart   string   // address of the wrapped keys
	Anyway  bool     // also if some of the records does not open by these keys
}

// KeysReturned says what came back.
type KeysReturned struct {
	Safe, Keys bool // the safe was put back, the database of wrapped keys was
	Checked
}

// returning is the folder, in the data folder, in which keys are verified that come back.
const returning = ".returning"

// damaged is added to the name of what is put aside.
const damaged = ".damaged"

var errSoundKeys = &Refusal{"The safe and the keys here are sound, and nothing was changed.", "Nothing has to be put back."}

// ReturnKeys puts back a safe, a database of wrapped keys, or both, that were lost or
// damaged while the records were not, from an archive of keys. The records show that the
// keys are theirs, before anything is changed; what is sound stays; and what was damaged
// is put aside and not deleted. The caller holds the folder and the files.
func ReturnKeys(ctx context.Context, r KeysReturning) (done KeysReturned, err error) {
	w := restore{Restoring: Restoring{Keys: r.Archive, Kits: r.Kits, Data: r.Data}, stage: filepath.Join(r.Data, returning), stays: true}
	if err := w.identities(); err != nil {
		return done, err
	}
	if err := os.RemoveAll(w.stage); err != nil {
		return done, err
	}
	if err := os.MkdirAll(filepath.Join(w.stage, "keys"), 0o700); err != nil {
		return done, err
	}
	defer func() {
		w.close()
		err = errors.Join(err, os.RemoveAll(w.stage))
	}()
	if err := w.readKeys(ctx); err != nil {
		return done, fmt.Errorf("the archive of keys: %w", err)
	}
	if done.Safe, err = w.needsSafe(); err != nil {
		return done, err
	}
	apart, err := w.openKept(ctx, r.Apart)
	if err != nil {
		return done, err
	}
	done.Keys = apart == nil
	if !done.Keys {
		defer apart.Close()
	}
	if !done.Safe && !done.Keys {
		return done, errSoundKeys
	}
	if done.Checked, err = w.openRecords(ctx, r.Records, apart); err != nil {
		return done, err
	}
	if len(done.Wrong) > 0 && !r.Anyway {
		return done, &Refusal{
			fmt.Sprintf("Not all of the records opens by these keys, and nothing was changed: %s.", strings.Join(done.Wrong[:min(3, len(done.Wrong))], "; ")),
			"Look for a newer archive of keys. If there is none, what was kept under the keys that it lacks is lost, and --anyway puts back the others.",
		}
	}
	return done, w.placeKeys(ctx, r, done)
}

// needsSafe says whether the safe that lies here is lost or damaged. One that is neither
// has to be the one of the archive.
func (w *restore) needsSafe() (bool, error) {
	dir := filepath.Join(w.Data, "keys")
	safe, err := keys.Open(dir)
	if errors.Is(err, keys.ErrNoSafe) || errors.Is(err, keys.ErrBroken) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	for _, kit := range w.Kits {
		root, err := safe.Recover(kit)
		if err != nil {
			continue
		}
		same := root.Identity() == w.root.Identity() && root.Epoch() == w.root.Epoch()
		root.Forget()
		if same {
			return false, nil
		}
	}
	return false, &Refusal{
		"The safe here is sound, and is not the one in this archive of keys: nothing was changed.",
		"Take the newest archive of keys of this practice, made after the root key was last changed, and the kit that opens the safe.",
	}
}

// openKept opens the wrapped keys that are here, if they are sound and of the safe that
// came; nil if they have to be put back.
func (w *restore) openKept(ctx context.Context, url string) (*store.DB, error) {
	key := w.root.Derive(keys.UseKeys)
	defer clear(key)
	db, err := store.OpenThere(ctx, url, key, schema.Keys(), "ring", func(ctx context.Context, db *store.DB) error { return KeysBelong(ctx, db, w.root) })
	switch {
	case err == nil:
		if _, err := keys.NewRing(ctx, db, w.root); err != nil {
			return nil, errors.Join(&Refusal{
				"The keys here are of another root key than the one in this archive, and nothing was changed.",
				"The root key was changed since the archive was made: take the newest archive of keys.",
			}, err, db.Close())
		}
		return db, nil
	case errors.Is(err, store.ErrMissing), errors.Is(err, store.ErrBlank), errors.Is(err, store.ErrOther):
		return nil, nil
	}
	return nil, fmt.Errorf("keys: %w", err)
}

// openRecords looks whether the records are of the safe that came, and what of them opens
// by the keys that are kept, or by those that came.
func (w *restore) openRecords(ctx context.Context, url string, kept *store.DB) (c Checked, err error) {
	signer, err := w.signer()
	if err != nil {
		return c, err
	}
	key := w.root.Derive(keys.UseRecords)
	defer clear(key)
	w.records, err = store.OpenThere(ctx, url, key, schema.Records(), "practice", func(ctx context.Context, db *store.DB) error {
		return RecordsBelong(ctx, db, w.root, signer)
	})
	if errors.Is(err, store.ErrOther) || errors.Is(err, ErrAnothers) || errors.Is(err, ErrNobodys) || errors.Is(err, store.ErrBlank) || errors.Is(err, store.ErrMissing) {
		return c, &Refusal{
			"No records lie here that belong to these keys, and nothing was changed.",
			"If the records are lost or damaged too, bring both back with waymark restore, into an empty folder. If they lie elsewhere, say where (WAYMARK_DATABASE).",
		}
	}
	if err != nil {
		return c, fmt.Errorf("records: %w", err)
	}
	apart := w.apart
	if kept != nil {
		apart = kept
	}
	ring, err := keys.NewRing(ctx, apart, w.root)
	if err != nil {
		return c, err
	}
	return House{Records: w.records, Keys: apart, Ring: ring, Signer: signer}.Check(ctx, All)
}

// placeKeys puts the keys in their place, and the safe last.
func (w *restore) placeKeys(ctx context.Context, r KeysReturning, done KeysReturned) error {
	dir := filepath.Join(r.Data, "keys")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path, file := strings.CutPrefix(r.Apart, "sqlite:")
	switch {
	case !done.Keys:
	case file:
		if err := errors.Join(w.apart.Wipe(ctx), w.apart.Close()); err != nil {
			return err
		}
		w.apart = nil
		for _, name := range []string{path, path + "-wal", path + "-shm"} {
			if err := aside(name); err != nil {
				return err
			}
		}
		if err := os.Rename(filepath.Join(w.stage, "keys", "keys.db"), path); err != nil {
			return err
		}
	default:
		_, m, f, err := w.open(w.Keys, KindKeys)
		if err != nil {
			return err
		}
		f.Close()
		db, err := w.openDB(ctx, r.Apart, KindKeys, m.Schema)
		if err != nil {
			return err
		}
		_, err = w.fill(ctx, db, w.Keys, KindKeys, nil)
		if err := errors.Join(err, db.Close()); err != nil {
			return fmt.Errorf("into PostgreSQL: %w", err)
		}
	}
	if done.Safe {
		safe := filepath.Join(dir, keys.SafeFile)
		if err := aside(safe); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(w.stage, "keys", keys.SafeFile), safe); err != nil {
			return err
		}
	}
	return syncDir(dir)
}

// aside gives a file that is damaged another name.
func aside(path string) error {
	to := path + damaged
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			break
		}
		to = fmt.Sprintf("%s%s.%d", path, damaged, n)
	}
	if err := os.Rename(path, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
