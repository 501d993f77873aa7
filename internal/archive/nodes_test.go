package archive

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/waytest"
)

// beside is a second node of the same practice, with the same root key.
func (h *home) beside(t *testing.T, records, apart string) *home {
	t.Helper()
	root, err := h.Safe.Recover(h.kit)
	if err != nil {
		t.Fatal(err)
	}
	other := &home{dir: h.dir, kit: h.kit}
	other.open(t, root, records, apart)
	return other
}

func TestTwoNodesWithOneFolderForBackupsDoNotWriteIntoOneFile(t *testing.T) {
	records, apart, dir := waytest.Schema(t), waytest.Schema(t), t.TempDir()
	h := newHome(t, records, apart)
	both := []*home{h, h.beside(t, records, apart)}
	for round := range 4 {
		h.add(t, 10+round)
		var all sync.WaitGroup
		paths := make([]string, len(both))
		for i, node := range both {
			all.Go(func() {
				r, err := node.Backup(t.Context(), dir)
				if err != nil || r.KeysLeft != nil {
					t.Errorf("node %d: %v, %v", i, err, r.KeysLeft)
				}
				paths[i] = r.Path
			})
			all.Go(func() {
				for range 4 {
					if _, err := node.BackupKeys(t.Context(), dir); err != nil {
						t.Errorf("keys of node %d: %v", i, err)
					}
				}
			})
		}
		all.Wait()
		if paths[0] == paths[1] {
			t.Errorf("both wrote %s", paths[0])
		}
		if copied, err := h.KeysCopied(t.Context(), dir); !copied || err != nil {
			t.Errorf("the keys are not up to date (%v)", err)
		}
		if round > 0 {
			continue
		}
		for _, path := range paths {
			if _, err := Restore(t.Context(), Restoring{Archive: path, Keys: filepath.Join(dir, KeysFile), Kits: []string{h.kit}, Data: filepath.Join(t.TempDir(), "data")}); err != nil {
				t.Errorf("%s cannot be restored: %v", path, err)
			}
		}
	}
	for name := range lies(t, dir) {
		if !strings.HasSuffix(name, ".age") {
			t.Errorf("%s was left", name)
		}
	}
}

func TestACopyOfTheKeysThatWasCutShortDoesNotKeepADestroyedOne(t *testing.T) {
	h, dir := newHome(t, "", ""), t.TempDir()
	for _, name := range []string{"waymark-keys.age.next-A.part", "waymark-keys.age.next-A", "waymark-keys.age.next.part"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("cut short"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Ring.Destroy(t.Context(), keys.Name{Practice: practice, Compartment: client(1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.BackupKeys(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if got := lies(t, dir); len(got) != 1 || got[KeysFile] == "" {
		t.Errorf("%d files lie there", len(got))
	}
}

// TestTheRecordsAreBackedUpAlsoWhereTheKeysCannotBeWritten has a database of keys that
// takes no note of a copy, as on a full disk.
func TestTheRecordsAreBackedUpAlsoWhereTheKeysCannotBeWritten(t *testing.T) {
	h, dir := newHome(t, "", ""), t.TempDir()
	if _, err := h.BackupKeys(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	restores := func(dir, file string) {
		t.Helper()
		data := filepath.Join(t.TempDir(), "data")
		if _, err := Restore(t.Context(), Restoring{Archive: file, Keys: filepath.Join(dir, KeysFile), Kits: []string{h.kit}, Data: data}); err != nil {
			t.Error(err)
		}
	}
	h.exec(t, h.Keys, `CREATE TRIGGER no_room BEFORE INSERT ON copied BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END`)
	r, err := h.Backup(t.Context(), dir)
	if err != nil || r.KeysLeft == nil || !strings.Contains(r.KeysLeft.Error(), "disk is full") || r.Keys != filepath.Join(dir, KeysFile) {
		t.Fatalf("where every key is in the archive: %+v, %v", r, err)
	}
	restores(dir, r.Path)

	// Where a key is in no archive the backup is none, and what there is of it stays.
	empty := t.TempDir()
	r, err = h.Backup(t.Context(), empty)
	if err == nil || !strings.Contains(err.Error(), "disk is full") || !strings.Contains(err.Error(), r.Path) {
		t.Errorf("got %v", err)
	}
	if got := lies(t, empty); len(got) != 1 || got[filepath.Base(r.Path)] == "" {
		t.Errorf("%d files lie there", len(got))
	}
	h.exec(t, h.Keys, `DROP TRIGGER no_room`)
	if _, err := h.BackupKeys(t.Context(), empty); err != nil {
		t.Fatal(err)
	}
	restores(empty, r.Path)
}
