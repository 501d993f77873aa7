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

func TestAKitIsNeverWrittenOverAndOneThatOpensNothingIsNotLeftBehind(t *testing.T) {
	o := newOperator(t)
	old, first := o.passphrase(t), o.held(t)
	for name, args := range map[string][]string{
		"changed": {"keys", "rotate", "--yes", "--kit-file", o.kit},
		"founded": {"init", "--empty", "--kit-file", o.kit},
	} {
		at := o
		if name == "founded" {
			at = &operatorAt{data: filepath.Join(shortDir(t), "data")}
		}
		out, err := at.try(old, args...)
		if err == nil || !strings.Contains(plain(err), "another name") || strings.Contains(out, "AGE-SECRET-KEY") {
			t.Errorf("%s over a kit: %v\n%s", name, err, out)
		}
		if o.held(t) != first {
			t.Fatalf("%s: the kit that older backups need was written over", name)
		}
		if _, err := os.Stat(at.data); at != o && !os.IsNotExist(err) {
			t.Errorf("something was made: %v", err)
		}
	}
	o.types(t, old, "db", "check") // nothing was begun

	// Whoever says no has no kit of a key that never came into force.
	next := filepath.Join(t.TempDir(), "next.txt")
	if _, err := o.try(old+"\nno\n", "keys", "rotate", "--kit-file", next); err == nil {
		t.Error("changed without a yes")
	}
	if _, err := os.Stat(next); !os.IsNotExist(err) {
		t.Errorf("the kit of a key that never came into force: %v", err)
	}
	o.types(t, old+"\nyes\n", "keys", "rotate", "--kit-file", next)
	o.kit = next
	o.types(t, o.passphrase(t), "db", "check")

	// Nor has whoever was asked for more than they gave.
	none := filepath.Join(t.TempDir(), "none.txt")
	if _, err := (&operatorAt{data: filepath.Join(shortDir(t), "data")}).try("", "init", "--kit-file", none); err == nil {
		t.Error("a practice without a name was made")
	}
	if _, err := os.Stat(none); !os.IsNotExist(err) {
		t.Errorf("the kit of a practice that was not made: %v", err)
	}
}

// held is what stands in the file with the kit.
func (o *operatorAt) held(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(o.kit)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatIsToBeUndoneNamesTheDatabasesThatLieInNoFolder(t *testing.T) {
	for _, one := range []struct {
		records, keys, want string
	}{
		{"", "", "try again"},
		{"postgres://a", "", "empty the database (WAYMARK_DATABASE), and try again"},
		{"", "postgres://b", "empty the database (WAYMARK_KEYS_DATABASE), and try again"},
		{"postgres://a", "postgres://b", "empty the databases (WAYMARK_DATABASE, WAYMARK_KEYS_DATABASE), and try again"},
	} {
		if got := (&config{Data: "/data", Database: one.records, KeysDatabase: one.keys}).undone("try again"); got != one.want {
			t.Errorf("got %q, want %q", got, one.want)
		}
	}
}
