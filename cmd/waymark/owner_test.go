package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user who is not root.
const nobody = 65534

// givesTo has all of path belong to another user, and skips where only root could.
func givesTo(t *testing.T, user int, paths ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	for _, path := range paths {
		if out, err := exec.Command("chown", "-R", strconv.Itoa(user)+":"+strconv.Itoa(user), path).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
}

// roots are the files below path that belong to root.
func roots(t *testing.T, path string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(path, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && ownerOf(info).user == 0 {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatRootDoesInAFolderOfAnotherUserIsTheirs(t *testing.T) {
	o := newOperator(t)
	backups := t.TempDir()
	others := filepath.Join(o.data, "others")
	if err := os.WriteFile(others, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	givesTo(t, nobody, o.data, backups)
	if err := os.Chown(others, 0, 0); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(filepath.Dir(o.data), "elsewhere")
	if err := os.WriteFile(elsewhere, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(elsewhere, filepath.Join(o.data, "last-backup")); err != nil {
		t.Fatal(err)
	}
	if _, err := o.try(o.passphrase(t), "db", "check"); err == nil || !strings.Contains(err.Error(), "another name elsewhere") {
		t.Errorf("a file that has another name: %v", err)
	}
	if of, _ := whoseIs(elsewhere); of.user != 0 {
		t.Error("a file of root's that lies elsewhere was given away")
	}
	if err := os.Remove(filepath.Join(o.data, "last-backup")); err != nil {
		t.Fatal(err)
	}

	out := o.types(t, o.passphrase(t), "keys", "rotate", "--yes")
	second := passphraseLine.FindString(out)
	o.types(t, second, "backup", "--to", backups)
	o.types(t, second, "audit", "verify")
	if left := roots(t, backups); len(left) > 0 {
		t.Errorf("where backups go: %v", left)
	}
	if left := roots(t, o.data); len(left) != 1 || left[0] != others {
		t.Errorf("in the data folder: %v, want only what is none of ours", left)
	}

	if _, err := o.try("", "serve", "--listen", "127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), "belongs to") {
		t.Errorf("root serves what is another user's: %v", err)
	}
	p := o.starts(t, "serve", "--listen", "127.0.0.1:0")
	if err := os.Chmod(filepath.Dir(o.data), 0o755); err != nil {
		t.Fatal(err)
	}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	p.cmd.Env = append(p.cmd.Env, "WAYMARK_BACKUP_DIR=")
	safe := filepath.Join(o.data, "keys", "root.json")
	if err := os.Chown(safe, 0, 0); err != nil {
		t.Fatal(err)
	}
	p.reachable(t)
	said, err := p.cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "As root: chown -R ") {
		t.Errorf("a server that may not read its safe: %v %s", err, said)
	}
	if f := (&config{Data: o.data}).lookAtFiles(); f.Level != fails || !strings.Contains(f.Means, safe) || !strings.Contains(f.Do, "chown -R ") {
		t.Errorf("doctor: %+v", f)
	}
	o.types(t, second, "audit", "verify")
	if f, wrong := (&config{Data: o.data, BackupDir: backups}).lookAtOwners(); wrong {
		t.Errorf("doctor, after root typed something else: %+v", f)
	}
}

// reachable has another user run this very program, of which go test keeps the place to itself.
func (p *process) reachable(t *testing.T) {
	t.Helper()
	dir := shortDir(t)
	p.cmd.Path = filepath.Join(dir, "waymark")
	if out, err := exec.Command("cp", os.Args[0], p.cmd.Path).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for dir := dir; dir != "/"; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&1 == 0 {
			t.Skipf("another user cannot reach %s", dir)
		}
	}
}

func TestWhatRootRestoresIntoAFolderOfItsOwnIsSaid(t *testing.T) {
	o := newOperator(t)
	backups := t.TempDir()
	o.types(t, o.passphrase(t), "backup", "--to", backups)
	givesTo(t, nobody, backups)
	files, err := filepath.Glob(filepath.Join(backups, "waymark-2*.age"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	restore := []string{"restore", "--from", files[0], "--keys", filepath.Join(backups, "waymark-keys.age"), "--kit", o.kit}
	back := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	if out := back.types(t, "", restore...); !strings.Contains(out, "chown -R ") {
		t.Error(out)
	}

	// A folder that was made for the server's user, on a file system of its own.
	disk := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	if err := os.MkdirAll(filepath.Join(disk.data, "lost+found", "a"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(disk.data, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	if out := disk.types(t, "", restore...); strings.Contains(out, "chown") {
		t.Error(out)
	}
	if left := roots(t, disk.data); len(left) != 2 {
		t.Errorf("root's are %v, want lost+found alone", left)
	}
	if _, err := disk.try("", restore...); err == nil {
		t.Error("restored over a practice")
	}
}
