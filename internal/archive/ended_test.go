package archive

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
	"github.com/waymark-care/waymark/internal/waytest"
)

// TestWhatEndedAfterABackupGoesWithTheNewerKeys restores older records with newer keys.
func TestWhatEndedAfterABackupGoesWithTheNewerKeys(t *testing.T) {
	each := func(t *testing.T, h *home) {
		_, old := h.backup(t)
		dir := t.TempDir()
		if _, err := h.BackupKeys(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		upToDate := func() bool {
			t.Helper()
			copied, err := h.KeysCopied(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			return copied
		}
		if !upToDate() {
			t.Fatal("the archive that was just written is not up to date")
		}
		h.exec(t, h.Records, `INSERT INTO ended (practice, compartment, actor_id, kind, at) VALUES ($1, $2, 'carl', 'treats', 77)`, practice, client(1))
		if upToDate() {
			t.Fatal("something ended, and nobody would copy it")
		}
		if _, err := h.BackupKeys(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		data := filepath.Join(t.TempDir(), "data")
		done, err := Restore(t.Context(), Restoring{Archive: newestArchive(t, old), Keys: filepath.Join(dir, KeysFile), Kits: []string{h.kit}, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		want := []Ending{{practice, client(1), "carl", "treats", 77}}
		if diff := cmp.Diff(want, done.Ended); diff != "" {
			t.Error(diff)
		}
		if text, err := os.ReadFile(filepath.Join(data, EndedFile)); err != nil || len(text) < 50 {
			t.Errorf("whoever opens the practice is not told: %q, %v", text, err)
		}

		// With the keys of that time there is nothing to end, but sign-ins.
		data = filepath.Join(t.TempDir(), "data")
		if done, err = Restore(t.Context(), Restoring{Archive: newestArchive(t, old), Keys: filepath.Join(old, KeysFile), Kits: []string{h.kit}, Data: data}); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(filepath.Join(data, EndedFile)); err != nil || string(text) != "[]" || len(done.Ended) != 0 {
			t.Errorf("got %q, %v and %v", text, err, done.Ended)
		}
	}
	t.Run("sqlite", func(t *testing.T) { each(t, newHome(t, "", "")) })
	t.Run("postgres", func(t *testing.T) { each(t, newHome(t, waytest.Schema(t), waytest.Schema(t))) })
}

// TestARestoreWritesTheFilesUnderNewKeys checks that whoever had the old root key
// and the old safe cannot read the restored files.
func TestARestoreWritesTheFilesUnderNewKeys(t *testing.T) {
	h := newHome(t, "", "")
	_, old := h.backup(t)
	data := filepath.Join(t.TempDir(), "data")
	if _, err := Restore(t.Context(), Restoring{Archive: newestArchive(t, old), Keys: filepath.Join(old, KeysFile), Kits: []string{h.kit}, Data: data}); err != nil {
		t.Fatal(err)
	}
	for use, file := range map[string]string{keys.UseRecords: "waymark.db", keys.UseKeys: filepath.Join("keys", "keys.db")} {
		migrations := schema.Records()
		if use == keys.UseKeys {
			migrations = schema.Keys()
		}
		if db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(data, file), h.Root.Derive(use), migrations); err == nil {
			db.Close()
			t.Errorf("%s opens by the key from before", file)
		}
	}
	back := restored(t, data, h.kit, "", "")
	if c := back.sound(t); c.Opened == 0 {
		t.Errorf("%+v", c)
	}
}
