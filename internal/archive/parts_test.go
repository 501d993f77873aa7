package archive

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestABackupClearsWhatKilledOnesLeftAndNothingElse(t *testing.T) {
	h := newHome(t, "", "")
	dir := t.TempDir()
	old := time.Now().Add(-2 * partFor)
	lie := map[string]bool{ // whether it stays
		"waymark-20250101-024003.age.part": false, "waymark-20250102-024003.age": true, "holiday.age.part": true,
		"waymark-20250103-024003.age.part": true, // another node writes it now
	}
	for name := range lie {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if name == "waymark-20250103-024003.age.part" {
			continue
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Backup(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	for name, stays := range lie {
		if _, err := os.Lstat(filepath.Join(dir, name)); stays != (err == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
