package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatStandardInputLacksIsNamed(t *testing.T) {
	o := newOperator(t)
	dir := t.TempDir()
	o.types(t, o.passphrase(t), "backup", "--to", dir)
	files, err := filepath.Glob(filepath.Join(dir, "waymark-2*.age"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	other := &operatorAt{data: filepath.Join(shortDir(t), "data")}
	if _, err := other.try("", "restore", "--from", files[0], "--keys", filepath.Join(dir, "waymark-keys.age")); err == nil || !strings.Contains(plain(err), "Recovery key") {
		t.Errorf("a restore without the recovery key: %v", err)
	}
	if _, err := o.try("", "db", "check"); err == nil || !strings.Contains(plain(err), "Type the passphrase") {
		t.Errorf("a command without the passphrase: %v", err)
	}
}

func TestTheKitOfANewRootKeyIsWrittenToAFile(t *testing.T) {
	o := newOperator(t)
	old, kit := o.passphrase(t), filepath.Join(t.TempDir(), "kit.txt")
	o.types(t, old, "keys", "rotate", "--yes", "--kit-file", kit)
	if info, err := os.Stat(kit); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	o.kit = kit
	o.types(t, o.passphrase(t), "db", "check")
	if _, err := o.try(o.passphrase(t), "keys", "rotate", "--yes", "--kit-file", filepath.Join(kit, "nowhere")); err == nil {
		t.Error("a kit that was not written is taken for kept")
	}
	o.types(t, o.passphrase(t), "db", "check")
}
