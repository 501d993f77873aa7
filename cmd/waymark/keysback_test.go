package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestALostOrDamagedSafeOrKeysDatabaseIsPutBackBesideItsRecords(t *testing.T) {
	o := newOperator(t)
	o.opensAlone(t)
	backups := t.TempDir()
	o.types(t, "", "backup", "--to", backups)
	archive := filepath.Join(backups, "waymark-keys.age")
	safe, apart := filepath.Join(o.data, "keys", "root.json"), filepath.Join(o.data, "keys", "keys.db")
	back := []string{"keys", "restore", "--keys", archive, "--kit", o.kit}
	whole := func() map[string]string {
		all := make(map[string]string)
		for _, path := range []string{safe, apart, filepath.Join(o.data, "waymark.db")} {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all[path] = string(text)
		}
		return all
	}
	before := whole()
	refused := func(what, want string, o *operatorAt, args ...string) {
		t.Helper()
		if said, err := o.try("", args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\n%s", what, err, said)
		}
	}
	refused("over what is sound", "sound, and nothing was changed", o, back...)
	for path, text := range whole() {
		if text != before[path] {
			t.Errorf("%s was changed", path)
		}
	}

	for what, spoil := range map[string]func(){
		"the safe is lost":         func() { os.Remove(safe) },
		"the safe is damaged":      func() { os.WriteFile(safe, []byte("{"), 0o600) },
		"the keys are lost":        func() { os.Remove(apart) },
		"the keys are damaged":     func() { os.WriteFile(apart, bytes.Repeat([]byte("torn"), 4096), 0o600) },
		"both are lost":            func() { os.RemoveAll(filepath.Join(o.data, "keys")) },
		"the safe is of no length": func() { os.WriteFile(safe, nil, 0o600) },
	} {
		spoil()
		if _, err := os.Stat(safe); strings.Contains(what, "safe") || strings.Contains(what, "both") {
			refused(what+", serve", "waymark keys restore", o, "serve", "--listen", "127.0.0.1:0")
			if said, _ := o.try("", "doctor"); !strings.Contains(said, "waymark keys restore") || strings.Contains(said, "waymark init") {
				t.Errorf("%s (%v): doctor says\n%s", what, err, said)
			}
		}
		o.types(t, "", back...)
		if said := o.types(t, "", "db", "check", "--all"); !strings.Contains(said, "All is as it was written") {
			t.Errorf("%s: %s", what, said)
		}
		o.types(t, "", "backup", "--to", backups)
	}

	other := newOperator(t)
	os.Remove(filepath.Join(other.data, "keys", "root.json"))
	refused("another practice's keys", "belong to these keys", other, back...)
	if _, err := os.Stat(filepath.Join(other.data, "keys", "root.json")); err == nil {
		t.Error("another practice's safe lies there now")
	}
	empty := &operatorAt{data: t.TempDir(), env: make(map[string]string)}
	refused("beside no records", "belong to these keys", empty, back...)
	refused("a folder with nothing in it", "waymark init", empty, "serve")
	refused("another kit", "kit", o, "keys", "restore", "--keys", archive, "--kit", other.kit)
}
