package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/waytest"
)

// tree is what lies in a folder and below, by path, with sizes; without what a command
// holds while it looks.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if name := e.Name(); err != nil || name == "serving" || name == "open" || name == "control.sock" || name == "last-backup" {
			return err
		}
		info, err := e.Info()
		if err == nil && !e.IsDir() {
			b.WriteString(path + " " + info.ModTime().String() + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// refuses fails unless each command says that the database named is lost, and
// nothing is made or changed by it.
func (o *operatorAt) refuses(t *testing.T, database string) {
	t.Helper()
	before, backups := tree(t, o.data), tree(t, o.env["WAYMARK_BACKUP_DIR"])
	for _, args := range [][]string{
		{"serve", "--listen", "127.0.0.1:0"},
		{"backup"},
		{"db", "check", "--all"},
		{"audit", "verify"},
		{"erase", "--practice", "linden-house", "--client", "01a1ee94-eda0-7e39-af1f-d827e14f321e", "--yes"},
		{"keys", "rotate", "--yes"},
	} {
		if out, err := o.try("", args...); err == nil || !strings.Contains(err.Error(), "database of the "+database+" is missing or is another one") {
			t.Errorf("waymark %s: %v\n%s", args[0], err, out)
		}
	}
	out, err := o.try("", "doctor")
	var status exit
	if !errors.As(err, &status) || !strings.Contains(out, "database of the "+database+" is missing or is another one") {
		t.Errorf("doctor: %v\n%s", err, out)
	}
	if after := tree(t, o.data); after != before {
		t.Errorf("the data folder was\n%sand is\n%s", before, after)
	}
	if after := tree(t, o.env["WAYMARK_BACKUP_DIR"]); after != backups {
		t.Errorf("the backups were\n%sand are\n%s", backups, after)
	}
}

// backedUp is an evaluation practice with backups and a head.
func backedUp(t *testing.T, init ...string) *operatorAt {
	t.Helper()
	o := newOperator(t, append([]string{"--evaluation"}, init...)...)
	for i := 0; i+1 < len(init); i += 2 {
		o.env[map[string]string{"--database": "WAYMARK_DATABASE", "--keys-database": "WAYMARK_KEYS_DATABASE"}[init[i]]] = init[i+1]
	}
	o.env["WAYMARK_BACKUP_DIR"] = t.TempDir()
	o.types(t, "", "backup")
	return o
}

func TestADatabaseThatIsGoneIsNotMadeAnew(t *testing.T) {
	for database, files := range map[string]string{"records": "waymark.db", "keys": "keys/keys.db"} {
		for how, lose := range map[string]func(string) error{
			"missing": os.Remove,
			"empty":   func(path string) error { return os.Truncate(path, 0) },
			"damaged": func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("torn", 4096)), 0o600) },
		} {
			t.Run(database+" "+how, func(t *testing.T) {
				o := backedUp(t)
				if err := lose(filepath.Join(o.data, files)); err != nil {
					t.Fatal(err)
				}
				o.refuses(t, database)
			})
		}
	}
	t.Run("sealed", func(t *testing.T) {
		o := newOperator(t)
		if err := os.Remove(filepath.Join(o.data, "waymark.db")); err != nil {
			t.Fatal(err)
		}
		if _, err := o.try("", "serve", "--listen", "127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), "is missing") {
			t.Errorf("a server that nobody has unlocked yet: %v", err)
		}
	})
}

func TestADatabaseOnPostgreSQLThatIsAnotherOneIsRefused(t *testing.T) {
	theirs := map[string]string{"WAYMARK_DATABASE": waytest.Schema(t), "WAYMARK_KEYS_DATABASE": waytest.Schema(t)}
	other := newOperator(t, "--evaluation", "--database", theirs["WAYMARK_DATABASE"], "--keys-database", theirs["WAYMARK_KEYS_DATABASE"])
	other.env = theirs
	ours := backedUp(t, "--database", waytest.Schema(t), "--keys-database", waytest.Schema(t))
	for database, variable := range map[string]string{"records": "WAYMARK_DATABASE", "keys": "WAYMARK_KEYS_DATABASE"} {
		for how, address := range map[string]string{"empty": waytest.Schema(t), "another practice's": theirs[variable]} {
			t.Run(database+" "+how, func(t *testing.T) {
				o := &operatorAt{data: ours.data, env: map[string]string{}}
				for name, value := range ours.env {
					o.env[name] = value
				}
				o.env[variable] = address
				o.refuses(t, database)
			})
		}
	}
	ours.types(t, "", "db", "check", "--all")
	other.types(t, "", "db", "check", "--all")
}

func TestInitLeavesTheBackupsOfAnotherPracticeAlone(t *testing.T) {
	lost := backedUp(t)
	before := tree(t, lost.env["WAYMARK_BACKUP_DIR"])
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: lost.env}
	_, err := o.try("", "init", "--evaluation", "--practice", "Elm Row", "--country", "GB", "--time-zone", "Europe/London", "--name", "Miriam Kaye", "--email", "miriam@example.org")
	if err == nil || !strings.Contains(err.Error(), "waymark restore") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(o.data); err == nil {
		t.Error("a data folder was made")
	}
	if tree(t, lost.env["WAYMARK_BACKUP_DIR"]) != before {
		t.Error("the backups were changed")
	}
}

func TestARestoreSaysThatTheHeadBesideTheBackupsIsOfMore(t *testing.T) {
	o := backedUp(t)
	files, err := filepath.Glob(filepath.Join(o.env["WAYMARK_BACKUP_DIR"], "waymark-2*.age"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	o.types(t, "", "backup", "--to", t.TempDir()) // which is noted in the log
	o.serves(t).stops(t)
	back := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: o.env}
	out := back.types(t, "", "restore", "--from", files[0], "--keys", filepath.Join(o.env["WAYMARK_BACKUP_DIR"], "waymark-keys.age"), "--kit", o.kit)
	if !strings.Contains(out, "waymark-audit-head.txt holds a signed head") || strings.Contains(out, "waymark-keys.age holds") {
		t.Error(out)
	}
}
