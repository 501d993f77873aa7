package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestWhatIsMadeIsForItsOwnUserAlone(t *testing.T) {
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	cmd := exec.Command("sh", "-c", `umask 0; exec "$@"`, "sh", os.Args[0], "--data", o.data,
		"init", "--evaluation", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
		"--name", "Ines Vogt", "--email", "ines@example.org")
	cmd.Env = append(os.Environ(), "WAYMARK_TEST_IS_MAIN=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	seen := make(map[string]bool)
	err := filepath.WalkDir(o.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		seen[d.Name()] = true
		if mode := info.Mode().Perm(); mode&0o077 != 0 {
			t.Errorf("others may reach %s: %o", path, mode)
		}
		return nil
	})
	if err != nil || !seen["waymark.db"] || !seen["keys.db"] {
		t.Errorf("databases seen: %v, %v", seen, err)
	}
}
