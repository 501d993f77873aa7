package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/store"
)

// KeysFile is the newest archive of keys. waymark-keys.1.age and
// waymark-keys.2.age are those before it, as long as nobody was erased since.
const KeysFile = "waymark-keys.age"

// stateFile said beside them what the newest holds, until archives said it themselves.
const stateFile = "waymark-keys.json"

// older is how many archives of keys are kept beside the newest.
const older = 2

// A KeysState tells whose the keys are, and whether an archive of them is still up to date.
type KeysState struct {
	Safe       string `json:"safe"` // keys.Root.Identity
	Epoch      int64  `json:"epoch"`
	Changes    int64  `json:"changes"`
	Keys       int64  `json:"keys"`
	Tombstones int64  `json:"tombstones"`
	Ended      int64  `json:"ended"`
	EndedAt    int64  `json:"ended_at"` // the newest, in microseconds since 1970
}

// KeysNow is the state of the keys at the moment.
func (h House) KeysNow(ctx context.Context) (KeysState, error) {
	tx, err := h.Keys.Glance(ctx)
	if err != nil {
		return KeysState{}, err
	}
	defer tx.Rollback()
	s, err := keysState(ctx, tx)
	if err != nil {
		return s, err
	}
	s.Safe = h.Root.Identity()
	return s, h.countEnded(ctx, &s)
}

func keysState(ctx context.Context, tx *store.Tx) (s KeysState, err error) {
	err = tx.QueryRow(ctx, `
		SELECT epoch, changes, (SELECT count(*) FROM compartment_key), (SELECT count(*) FROM tombstone)
		FROM ring WHERE one = 1`).Scan(&s.Epoch, &s.Changes, &s.Keys, &s.Tombstones)
	if err != nil {
		return s, fmt.Errorf("read ring: %w", err)
	}
	return s, nil
}

// KeysCopied says whether the newest archive of keys in the folder dir is up to date
// and of these keys, and no older one holds what was destroyed.
func (h House) KeysCopied(ctx context.Context, dir string) (bool, error) {
	there, err := keptKeys(dir)
	if err != nil {
		return false, err
	}
	now, err := h.KeysNow(ctx)
	if err != nil || len(there) == 0 || there[0].path != filepath.Join(dir, KeysFile) || there[0].KeysState != now || len(stale(there, now)) > 0 {
		return false, err
	}
	return h.knows(ctx, there[0].Copy)
}

// BackupKeys writes the archive of keys into the folder dir, over the one before
// it. If somebody was erased since that one, the older ones are deleted, because
// they hold the key that was destroyed. What is of another practice, or of a later
// time, is left as it is, and that is a *Refusal; so is a folder that is not there.
func (h House) BackupKeys(ctx context.Context, dir string, extra ...age.Recipient) (path string, err error) {
	if h.Turn != nil {
		h.Turn.Lock()
		defer h.Turn.Unlock()
	}
	// Other nodes may have the same folder: the older archives move one by one, and what
	// one node has read of the keys is not to replace what another read later.
	turn, err := h.Keys.Turn(ctx, "copy of the keys")
	if err != nil {
		return "", err
	}
	defer turn.End()
	safe, err := keys.Open(h.KeysDir)
	if err != nil {
		return "", err
	}
	if safe.Rotating() {
		return "", errors.New("the root key is being changed: the keys are copied once that is finished")
	}
	h.Safe = safe
	file, err := os.ReadFile(filepath.Join(h.KeysDir, keys.SafeFile))
	if err != nil {
		return "", fmt.Errorf("read the safe: %w", err)
	}
	there, err := h.giving(ctx, dir)
	if err != nil {
		return "", err
	}
	name, err := h.noteCopy(ctx)
	if err != nil {
		return "", err
	}
	tx, err := h.Keys.Read(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()
	now, err := keysState(ctx, tx)
	if err != nil {
		return "", err
	}
	now.Safe = h.Root.Identity()
	// Counted before they are read, so that what ends in between is copied again.
	if err := h.countEnded(ctx, &now); err != nil {
		return "", err
	}
	ended, err := h.endings(ctx)
	if err != nil {
		return "", err
	}
	list, err := json.Marshal(ended)
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, KeysFile)
	if err := removeHalf(path + ".next"); err != nil {
		return "", err
	}
	next := path + ".next-" + name // no other's, even if the turn is lost on the way
	defer os.Remove(next)          // absent after a rename
	files := map[string][]byte{keys.SafeFile: file, endedFile: list}
	if _, _, _, err := h.write(ctx, next, tx, KindKeys, files, append([]age.Recipient{mark{now, name}}, extra...)); err != nil {
		return "", err
	}
	if err := turn.Held(ctx); err != nil {
		return "", err
	}
	// Whoever is stopped in between leaves an archive at its place, and one to be
	// deleted, which KeysCopied notices.
	old := stale(there, now)
	goesOn := len(there) > 0 && there[0].path == path && !slices.Contains(old, path)
	if goesOn {
		if err := turnOver(dir, old); err != nil {
			return "", err
		}
	}
	if err := os.Rename(next, path); err != nil {
		return "", err
	}
	if !goesOn {
		if err := remove(slices.DeleteFunc(old, func(name string) bool { return name == path })); err != nil {
			return "", err
		}
	}
	if err := os.Remove(filepath.Join(dir, stateFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return path, syncDir(dir)
}

// stale are the paths of those of there, the newest first, since which something was
// destroyed. One that does not say what it holds is no newer than what came after it.
func stale(there []kept, now KeysState) (all []string) {
	was := false
	for _, k := range there {
		if k.Safe != "" {
			was = k.Tombstones != now.Tombstones || k.Epoch != now.Epoch || k.Changes != now.Changes
		}
		if was {
			all = append(all, k.path)
		}
	}
	return all
}

// removeHalf removes what copies that were cut short have left: files whose path begins
// with this. They may hold a key that was destroyed since.
func removeHalf(begins string) error {
	all, err := os.ReadDir(filepath.Dir(begins))
	if err != nil {
		return err
	}
	for _, e := range all {
		if strings.HasPrefix(e.Name(), filepath.Base(begins)) {
			if err := os.Remove(filepath.Join(filepath.Dir(begins), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("remove a copy of the keys that was cut short: %w", err)
			}
		}
	}
	return nil
}

func remove(all []string) error {
	for _, name := range all {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("delete an archive of keys that holds a destroyed one: %w", err)
		}
	}
	return nil
}

// turnOver makes room for a newer archive of keys, once those that are old are deleted.
func turnOver(dir string, old []string) error {
	if err := remove(old); err != nil {
		return err
	}
	for i := older; i > 0; i-- {
		from := filepath.Join(dir, KeysFile)
		if i > 1 {
			from = olderFile(dir, i-1)
		}
		if err := os.Rename(from, olderFile(dir, i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func olderFile(dir string, n int) string {
	return filepath.Join(dir, fmt.Sprintf("waymark-keys.%d.age", n))
}
