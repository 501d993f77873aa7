package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDoctorCountsWorkInWords(t *testing.T) {
	for n, want := range map[int64]string{
		0: "No work waits for its time.", 1: "1 piece of work waits for its time.", 12: "12 pieces of work wait for their time.",
	} {
		if got := work(n, "waits for its time", "wait for their time"); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

// leaveArchive puts what looks like an archive of records into a folder.
func leaveArchive(t *testing.T, dir string, at time.Time) {
	t.Helper()
	text := "age-encryption.org/v1\n-> X25519 abc\nabc\n--- abc\n"
	if err := os.WriteFile(filepath.Join(dir, "waymark-"+at.Format("20060102-150405")+".age"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDoctorGoesByTheArchivesThatAreThere(t *testing.T) {
	now := time.Date(2026, 11, 19, 9, 0, 0, 0, time.UTC)
	for name, x := range map[string]struct {
		noted, made time.Duration // before now; zero: never
		elsewhere   bool          // no folder for backups is set up
		level, says string
	}{
		"none at all":                  {0, 0, false, fails, "No archive of the records"},
		"none from here":               {0, 0, true, fails, "No backup was made from this folder yet"},
		"one an hour ago":              {time.Hour, time.Hour, false, good, "Thursday 19 November 08:00"},
		"one by another node":          {0, time.Hour, false, good, "Thursday 19 November 08:00"},
		"one after which it was moved": {time.Hour, 0, false, fails, "any more"},
		"one four days ago":            {100 * time.Hour, 100 * time.Hour, false, fails, "4 days"},
		"a newer one elsewhere":        {time.Hour, 100 * time.Hour, false, note, "somewhere else"},
		"noted alone":                  {time.Hour, 0, true, note, "is not looked at"},
		"noted long ago":               {100 * time.Hour, 0, true, fails, "4 days"},
	} {
		c := config{Data: t.TempDir(), BackupDir: t.TempDir()}
		if x.noted > 0 {
			if err := noteBackup(c, now.Add(-x.noted)); err != nil {
				t.Fatal(err)
			}
		}
		if x.made > 0 {
			leaveArchive(t, c.BackupDir, now.Add(-x.made))
		}
		if err := os.WriteFile(filepath.Join(c.BackupDir, "waymark-20261119-085959.age"), []byte("torn"), 0o600); err != nil {
			t.Fatal(err)
		}
		if x.elsewhere {
			c.BackupDir = ""
		}
		if f := c.lookAtBackups(now); f.Level != x.level || !strings.Contains(f.Means, x.says) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestDoctorSaysWhereBackupsWouldBeLostWithTheData(t *testing.T) {
	data := t.TempDir()
	inside := filepath.Join(data, "backups")
	link := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Mkdir(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(inside, link); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{"": note, inside: fails, link: fails, data: fails, t.TempDir(): note, filepath.Join(data, "gone"): fails, "/proc": good} {
		c := config{Data: data, BackupDir: dir}
		if f := c.lookAtBackupDir(); f.Level != want {
			t.Errorf("%q: %+v, want %s", dir, f, want)
		}
	}
}

func TestDoctorAsksTheMailServer(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	closed.Close()
	for mail, want := range map[string]string{
		"": fails, "ftp://x": fails, "smtp://u:geheim@h:x": fails, "smtp://u:geheim@" + address: fails, "dir:" + t.TempDir(): note,
	} {
		c := config{Mail: mail, MailFrom: "post@a.example"}
		if f := c.lookAtMail(t.Context()); f.Level != want || strings.Contains(f.Means, "geheim") {
			t.Errorf("%q: %+v, want %s", mail, f, want)
		}
	}
}
