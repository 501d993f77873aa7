package store_test

import (
	"os"
	command "os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A server that is started again while its disk is full, or with a larger ballast than
// there is room for, is read as before.
func TestWithoutRoomForTheBallastReadingGoesOnAndChangesWait(t *testing.T) {
	disk := t.TempDir()
	if out, err := command.Command("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no disk can be mounted here: %s", out)
	}
	t.Cleanup(func() { command.Command("umount", "-l", disk).Run() })
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, []byte(strings.Repeat("x", 7<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "way.db"), notes)
	ballast := filepath.Join(disk, "ballast")
	if err := db.Ballast(ballast, 2<<20); err != nil {
		t.Fatal(err)
	}
	if db.Writable(t.Context()) {
		t.Error("changes go on where there is no room")
	}
	if n := count(t, db, `SELECT count(*) FROM note`); n != 0 {
		t.Errorf("%d notes", n)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(10 * time.Second); !db.Writable(t.Context()); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("changes do not go on where there is room again")
		}
	}
	if info, err := os.Stat(ballast); err != nil || info.Size() != 2<<20 {
		t.Errorf("the ballast was not put back: %v", err)
	}
	if err := db.Ballast(filepath.Join(disk, "nowhere", "ballast"), 1); err == nil {
		t.Error("a folder that is not there is taken for a full disk")
	}
}
