package archive

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/waytest"
)

// lies is what lies in a folder, by name.
func lies(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

// leaves fails unless the folder is left as it is by a backup, and by a copy of the keys.
func (h *home) leaves(t *testing.T, dir, why string) {
	t.Helper()
	before := lies(t, dir)
	for what, do := range map[string]func() error{
		"a backup":           func() error { _, err := h.Backup(t.Context(), dir); return err },
		"a copy of the keys": func() error { _, err := h.BackupKeys(t.Context(), dir); return err },
		"a look":             func() error { return h.Gives(t.Context(), dir) },
	} {
		var refused *Refusal
		if err := do(); !errors.As(err, &refused) || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want one that says %q", what, err, why)
		}
		if !maps.Equal(lies(t, dir), before) {
			t.Errorf("%s changed what lies there", what)
		}
	}
}

func TestTheKeysOfAnotherPracticeAreNeverWrittenOver(t *testing.T) {
	theirs, ours, dir := newHome(t, "", ""), newHome(t, "", ""), t.TempDir()
	for range 3 {
		if _, err := theirs.Backup(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		time.Sleep(1100 * time.Millisecond) // archives are named by the second
	}
	if err := ours.Ring.Destroy(t.Context(), keys.Name{Practice: practice, Compartment: client(1)}); err != nil {
		t.Fatal(err)
	}
	ours.leaves(t, dir, "another practice")

	data := filepath.Join(t.TempDir(), "data")
	if _, err := Restore(t.Context(), Restoring{Archive: newestArchive(t, dir), Keys: filepath.Join(dir, KeysFile), Kits: []string{theirs.kit}, Data: data}); err != nil {
		t.Fatalf("the other practice cannot be restored: %v", err)
	}
	if _, err := restored(t, data, theirs.kit, "", "").BackupKeys(t.Context(), dir); err != nil {
		t.Errorf("restored, it does not go on with its own archive: %v", err)
	}
}

func TestKeysThatAreGoneWithoutHavingBeenDestroyedStayInTheArchive(t *testing.T) {
	for what, lose := range map[string]string{
		"keys":       `DELETE FROM compartment_key`,
		"tombstones": `DELETE FROM tombstone`,
		"changes":    `UPDATE ring SET changes = 0`,
	} {
		t.Run(what, func(t *testing.T) {
			h, dir := newHome(t, "", ""), t.TempDir()
			if err := h.Ring.Destroy(t.Context(), keys.Name{Practice: practice, Compartment: client(1)}); err != nil {
				t.Fatal(err)
			}
			if _, err := h.BackupKeys(t.Context(), dir); err != nil {
				t.Fatal(err)
			}
			h.exec(t, h.Keys, lose)
			before := lies(t, dir)
			var refused *Refusal
			if _, err := h.BackupKeys(t.Context(), dir); !errors.As(err, &refused) {
				t.Errorf("got %v", err)
			}
			if !maps.Equal(lies(t, dir), before) {
				t.Error("it changed what lies there")
			}
		})
	}
}

// TestKeysThatWentBackInTimeDoNotGrowPastWhatTheyLost counts as a copy of the database
// that was put back would: what was made since is unknown to it, whatever comes after.
func TestKeysThatWentBackInTimeDoNotGrowPastWhatTheyLost(t *testing.T) {
	each := func(t *testing.T, h *home) {
		dir := t.TempDir()
		if _, err := h.BackupKeys(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		h.add(t, 7)
		if _, err := h.BackupKeys(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		h.exec(t, h.Keys, `DELETE FROM compartment_key WHERE practice = $1 AND compartment = $2`, practice, client(7))
		h.exec(t, h.Keys, `DELETE FROM copied WHERE n = (SELECT max(n) FROM copied)`)
		for n := range 3 {
			h.leaves(t, dir, "holds what the keys database does not")
			h.add(t, 8+n)
		}
		h.leaves(t, dir, "holds what the keys database does not")
		if copied, err := h.KeysCopied(t.Context(), dir); copied || err != nil {
			t.Errorf("it is said to be up to date (%v)", err)
		}
	}
	t.Run("SQLite", func(t *testing.T) { each(t, newHome(t, "", "")) })
	t.Run("PostgreSQL", func(t *testing.T) { each(t, newHome(t, waytest.Schema(t), waytest.Schema(t))) })
}

// TestADestroyedKeyLeavesAlsoWhereACopyWasCutShort puts an older archive back as it lay
// when the server was killed before it could delete it.
func TestADestroyedKeyLeavesAlsoWhereACopyWasCutShort(t *testing.T) {
	h, dir := newHome(t, "", ""), t.TempDir()
	for n := range 2 {
		h.add(t, 7+n)
		if _, err := h.BackupKeys(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
	}
	holds := lies(t, dir)[filepath.Base(olderFile(dir, 1))]
	if err := h.Ring.Destroy(t.Context(), keys.Name{Practice: practice, Compartment: client(7)}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.BackupKeys(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if got := lies(t, dir); len(got) != 1 {
		t.Fatalf("%d files are left", len(got))
	}
	if err := os.WriteFile(olderFile(dir, 1), []byte(holds), 0o600); err != nil {
		t.Fatal(err)
	}
	if copied, err := h.KeysCopied(t.Context(), dir); copied || err != nil {
		t.Errorf("it is said to be up to date (%v)", err)
	}
	if _, err := h.BackupKeys(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	for name, text := range lies(t, dir) {
		if text == holds {
			t.Errorf("%s holds the destroyed key still", name)
		}
	}
	if copied, err := h.KeysCopied(t.Context(), dir); !copied || err != nil {
		t.Errorf("it is not up to date (%v)", err)
	}
}

// TestAnArchiveFromBeforeItSaidWhoseItIsGoesOnIfItIsOurs makes one as it was written
// then, with its numbers in a file beside it.
func TestAnArchiveFromBeforeItSaidWhoseItIsGoesOnIfItIsOurs(t *testing.T) {
	h, other, dir := newHome(t, "", ""), newHome(t, "", ""), t.TempDir()
	h.add(t, 7)
	if err := os.WriteFile(filepath.Join(dir, KeysFile), []byte("age-encryption.org/v1\n-> X25519 x\ny\n--- z\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	numbers := `{"epoch":1,"changes":0,"keys":4,"tombstones":0,"ended":0,"ended_at":0}`
	if err := os.WriteFile(filepath.Join(dir, stateFile), []byte(numbers), 0o600); err != nil {
		t.Fatal(err)
	}
	other.leaves(t, dir, "does not say whose it is")
	_, theirs := other.backup(t)
	if _, err := other.sign(t, theirs); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{HeadFile: lies(t, theirs)[HeadFile], stateFile: numbers, KeysFile: lies(t, dir)[KeysFile]} {
		if err := os.WriteFile(filepath.Join(theirs, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h.leaves(t, theirs, "does not say whose it is") // although its numbers are ours
	if _, err := h.BackupKeys(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(olderFile(dir, 1)); err != nil {
		t.Errorf("the one before is not kept: %v", err)
	}
	if copied, err := h.KeysCopied(t.Context(), dir); err != nil || !copied {
		t.Errorf("it is not up to date (%v)", err)
	}
	h.add(t, 8)
	if _, err := h.BackupKeys(t.Context(), dir); err != nil {
		t.Errorf("it does not go on: %v", err)
	}
}

func TestAFolderForBackupsThatIsNotThereIsNotMade(t *testing.T) {
	h, dir := newHome(t, "", ""), filepath.Join(t.TempDir(), "mnt")
	if _, err := h.Backup(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "mounted") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it was made")
	}
}

// sign signs the head of the log and copies it.
func (h *home) sign(t *testing.T, dir string) (head string, err error) {
	t.Helper()
	head, err = h.Log.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return head, h.CopyHead(t.Context(), dir, head, time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC))
}

func TestAHeadThatTheLogDoesNotGoOnFromStays(t *testing.T) {
	first, dir := newHome(t, "", ""), t.TempDir()
	_, backups := first.backup(t)
	early, err := first.sign(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Backup(t.Context(), t.TempDir()); err != nil { // which is noted in the log
		t.Fatal(err)
	}
	late, err := first.sign(t, dir)
	if err != nil || late == early {
		t.Fatalf("a head that goes on: %v", err)
	}
	daily := "waymark-audit-head-20261122.txt"
	if got := lies(t, dir); got[HeadFile] != late || got[daily] != late || len(got) != 2 {
		t.Fatalf("there lies %q", got)
	}
	if err := first.CopyHead(t.Context(), dir, early, time.Now()); err != nil {
		t.Errorf("a node that is late: %v", err)
	}
	if got := lies(t, dir); got[HeadFile] != late {
		t.Error("a node that was late took the newest head away")
	}

	data := filepath.Join(t.TempDir(), "data")
	if _, err := Restore(t.Context(), Restoring{Archive: newestArchive(t, backups), Keys: filepath.Join(backups, KeysFile), Kits: []string{first.kit}, Data: data}); err != nil {
		t.Fatal(err)
	}
	for name, h := range map[string]*home{"restored from an older backup": restored(t, data, first.kit, "", ""), "another practice": newHome(t, "", "")} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range []string{HeadFile, daily} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(late), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var head string
			for range 2 {
				var err error
				var refused *Refusal
				if head, err = h.sign(t, dir); !errors.As(err, &refused) {
					t.Errorf("got %v", err)
				}
			}
			got := lies(t, dir)
			if got[HeadFile] != late || got[daily] != late {
				t.Error("the evidence is gone")
			}
			if got["waymark-audit-head.2.txt"] != head || got["waymark-audit-head-20261122.2.txt"] != head || len(got) != 4 {
				t.Errorf("beside it lies %d", len(got))
			}
			if err := h.HeadKept(t.Context(), dir); err == nil {
				t.Error("nobody would notice")
			}
			if err := os.Rename(filepath.Join(dir, HeadFile), filepath.Join(dir, "waymark-audit-head-before.txt")); err != nil {
				t.Fatal(err)
			}
			h.sign(t, dir)
			if err := h.HeadKept(t.Context(), dir); err != nil || lies(t, dir)[HeadFile] != head {
				t.Errorf("after the old head was given another name: %v", err)
			}
		})
	}
}
