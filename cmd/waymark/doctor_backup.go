package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/waymark-care/waymark/internal/archive"
)

// backupAge is how old the newest backup may be.
const backupAge = 3 * 24 * time.Hour

// lastBackupFile notes in the data folder when a backup was last made from there.
const lastBackupFile = "last-backup"

func noteBackup(c config, at time.Time) error {
	return os.WriteFile(c.in(lastBackupFile), []byte(at.UTC().Format(time.RFC3339)+"\n"), 0o600)
}

// notedBackup is when a backup was last made from this folder, wherever to; zero: never.
func (c *config) notedBackup() (time.Time, error) {
	text, err := os.ReadFile(c.in(lastBackupFile))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
}

// lookAtBackups looks how old the newest backup is. What counts is what lies in the folder
// for backups: several nodes share it, and a note of what was deleted since restores
// nothing. Only where there is no such folder the note is all there is to go by.
func (c *config) lookAtBackups(now time.Time) finding {
	f := finding{Name: "backup", Level: fails, Do: "Run waymark backup each night from a timer, to another disk or machine, and try a restore twice a year."}
	noted, err := c.notedBackup()
	if err != nil {
		noted = time.Time{}
	}
	if c.BackupDir == "" {
		return c.lookAtNote(f, noted, err, now)
	}
	newest, err := archive.Newest(c.BackupDir)
	switch {
	case archive.Folder(c.BackupDir) != nil:
		f.Means, f.Do = "The folder for backups cannot be looked at.", "" // which a finding of its own says
	case err != nil:
		f.Means = "It cannot be told which backups there are: " + err.Error() + "."
	case newest.IsZero() && !noted.IsZero():
		f.Means = "A backup was made on " + onDay(noted) + ", but no archive of the records lies in " + c.BackupDir + " any more."
		f.Do = "Run waymark backup. If archives are carried elsewhere from there, leave the newest: only that one is known to be there."
	case newest.IsZero():
		f.Means = "No archive of the records lies in " + c.BackupDir + ". If this disk fails, everything is lost."
	case now.Sub(newest) <= backupAge:
		f.Level, f.Do, f.Means = good, "", "The newest backup is of "+onDay(newest)+"."
	case now.Sub(noted) <= backupAge:
		f.Level = note
		f.Means = fmt.Sprintf("A backup was made on %s to somewhere else; the newest in %s is %d days old.", onDay(noted), c.BackupDir, days(now.Sub(newest)))
	default:
		f.Means = fmt.Sprintf("The newest backup is %d days old.", days(now.Sub(newest)))
	}
	return f
}

// lookAtNote goes by when a backup was last noted.
func (c *config) lookAtNote(f finding, noted time.Time, err error, now time.Time) finding {
	switch {
	case err != nil:
		f.Means = "It cannot be told when the last backup was made."
	case noted.IsZero():
		f.Means = "No backup was made from this folder yet. If this disk fails, everything is lost."
	case now.Sub(noted) > backupAge:
		f.Means = fmt.Sprintf("The last backup is %d days old.", days(now.Sub(noted)))
	default:
		f.Level, f.Means = note, "The last backup was made on "+onDay(noted)+", but between backups neither new keys nor audit heads are copied, and whether it still lies where it was put is not looked at."
		f.Do = "Set WAYMARK_BACKUP_DIR, so that a client added after the last backup of keys can be restored."
	}
	return f
}

func onDay(at time.Time) string { return at.UTC().Format("Monday 2 January 15:04") + " UTC" }

func days(d time.Duration) int { return int(d.Hours() / 24) }

// lookAtBackupDir looks whether the folder for backups is there, and outlives this disk.
func (c *config) lookAtBackupDir() finding {
	var gone *archive.Refusal
	switch err := archive.Folder(c.BackupDir); {
	case c.BackupDir == "":
		return finding{"backup to", note, "No folder for backups is set up.", "Set WAYMARK_BACKUP_DIR to one on another disk or machine."}
	case errors.As(err, &gone):
		return finding{"backup to", fails, gone.What, gone.Do}
	case err != nil:
		return finding{"backup to", fails, err.Error() + ".", "See that the server's user may reach it."}
	case within(c.BackupDir, c.Data):
		return finding{"backup to", fails, "Backups go to " + c.BackupDir + ", which is inside the data folder: whatever happens to that happens to them.", "Set WAYMARK_BACKUP_DIR to a folder on another disk or machine, and move what lies there."}
	case sameDisk(c.BackupDir, c.Data):
		return finding{"backup to", note, "Backups go to " + c.BackupDir + ", on the same disk as the data: if it fails, both are gone.", "Mount another disk or machine there, or have what lies there carried elsewhere each night."}
	}
	return finding{Name: "backup to", Level: good, Means: "Backups go to " + c.BackupDir + ", on another disk than the data."}
}

// within says whether the folder dir lies in the folder of, or is it.
func within(dir, of string) bool {
	in, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	around, err := filepath.EvalSymlinks(of)
	if err != nil {
		return false
	}
	rest, err := filepath.Rel(around, in)
	return err == nil && filepath.IsLocal(rest)
}

// sameDisk says whether two folders lie in one file system.
func sameDisk(a, b string) bool {
	return deviceOf(a) == deviceOf(b) && deviceOf(a) != nil
}

// deviceOf is what two files in one file system have in common, or nil.
func deviceOf(path string) any {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Dev
	}
	return nil
}
