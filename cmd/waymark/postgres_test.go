package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/waytest"
)

func TestTwoServersShareAPostgreSQLAndSealThemselvesWhenTheRootKeyChanges(t *testing.T) {
	o := newOperator(t, "--evaluation", "--database", waytest.Schema(t))
	if _, err := os.Stat(filepath.Join(o.data, "waymark.db")); err == nil {
		t.Error("the records are in a file as well")
	}
	apart := waytest.Schema(t)
	o = &operatorAt{data: filepath.Join(shortDir(t), "data"), kit: filepath.Join(t.TempDir(), "kit.txt"), env: map[string]string{
		"WAYMARK_DATABASE": waytest.Schema(t), "WAYMARK_KEYS_DATABASE": apart,
	}}
	o.types(t, "", "init", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
		"--name", "Ines Vogt", "--email", "ines@example.org", "--kit-file", o.kit)
	first := o.passphrase(t)

	// A second machine has a copy of the safe and the same databases.
	other := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: o.env}
	safe, err := os.ReadFile(filepath.Join(o.data, "keys", "root.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(other.data, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other.data, "keys", "root.json"), safe, 0o600); err != nil {
		t.Fatal(err)
	}
	p := other.serves(t)
	other.types(t, first, "unlock")
	if status, body := p.get(t, "/readyz"); status != 200 {
		t.Fatalf("readyz: %d %s", status, body)
	}
	o.types(t, first, "keys", "rotate", "--yes")
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if status, body := p.get(t, "/readyz"); status == 503 && strings.HasPrefix(body, "sealed") {
			break
		}
		if time.Now().After(until) {
			t.Fatal("the other server goes on with the old root key")
		}
	}
	if _, err := other.try(first, "unlock"); err == nil {
		t.Error("the old safe was unlocked again")
	}
}

func TestAPracticeOnPostgreSQLIsBackedUpAndMovesIntoAFile(t *testing.T) {
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), kit: filepath.Join(t.TempDir(), "kit.txt"), env: map[string]string{"WAYMARK_DATABASE": waytest.Schema(t)}}
	o.types(t, "", "init", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
		"--name", "Ines Vogt", "--email", "ines@example.org", "--kit-file", o.kit)
	dir := t.TempDir()
	o.types(t, o.passphrase(t), "backup", "--to", dir)
	secret := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(secret, []byte(o.passphrase(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	o.env["WAYMARK_PASSPHRASE_FILE"] = secret
	if out, _ := o.try("", "doctor"); !strings.Contains(out, "PostgreSQL, durable") && !strings.Contains(out, "PostgreSQL has fsync") {
		t.Errorf("doctor does not look at PostgreSQL:\n%s", out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "waymark-2*.age"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	moved := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	moved.types(t, "", "restore", "--from", files[0], "--keys", filepath.Join(dir, "waymark-keys.age"), "--kit", o.kit)
	if out := moved.types(t, o.passphrase(t), "db", "check", "--all"); !strings.Contains(out, "All is as it was written") {
		t.Error(out)
	}
	moved.types(t, o.passphrase(t), "audit", "verify")
}
