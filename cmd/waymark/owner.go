package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// The data folder belongs to the user that the server runs as. What another user leaves in
// it the server could not read, so that what root makes there is handed over to whom the
// folder belongs, and so is what root makes in the folder for backups.

// An owner is whom a file belongs to.
type owner struct{ user, group uint32 }

const rootUser = 0

func ownerOf(info fs.FileInfo) owner {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return owner{s.Uid, s.Gid}
	}
	return owner{}
}

// whoseIs is whom the file at path belongs to; ok says that it is there.
func whoseIs(path string) (o owner, ok bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return o, false
	}
	return ownerOf(info), true
}

// String is the user's name, or its number.
func (o owner) String() string {
	id := strconv.FormatUint(uint64(o.user), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "user " + id
}

// chown is what to type for all of path to belong to o.
func (o owner) chown(path string) string {
	u, g := strconv.FormatUint(uint64(o.user), 10), strconv.FormatUint(uint64(o.group), 10)
	if known, err := user.LookupId(u); err == nil {
		u = known.Username
	}
	if known, err := user.LookupGroupId(g); err == nil {
		g = known.Name
	}
	return fmt.Sprintf("chown -R %s:%s %s", u, g, path)
}

// ofData are the names of what we make in a data folder, with all that lies below.
var ofData = []string{
	"waymark.db*", "keys", "public.json", ".public.json.*", "arrived.json", "ballast", lastBackupFile, "erased-since.json", "ended-since.json",
	"serving", "open", "tls", "BEGUN", "DEMO", "EVALUATION-KEY", ".EVALUATION-KEY-*", ".restoring", ".room-*",
}

// ofBackups are the names of what we make where backups go.
var ofBackups = []string{"waymark-*"}

// handOver gives what root has made, as this command did, to whom the folder belongs.
func (c *config) handOver() error {
	err := handOver(c.Data, ofData)
	if c.BackupDir != "" {
		err = errors.Join(err, handOver(c.BackupDir, ofBackups))
	}
	return err
}

// handOver gives what is named so in the folder dir, and belongs to root, to whom the
// folder belongs. Only root can, and has to only in a folder of somebody else.
func handOver(dir string, names []string) error {
	of, there := whoseIs(dir)
	if os.Geteuid() != rootUser || !there || of.user == rootUser {
		return nil
	}
	strange, err := leftBy(dir, names, func(o owner) bool { return o.user == rootUser })
	if err != nil || len(strange) == 0 {
		return err
	}
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	for _, name := range strange {
		if err := give(folder, name, of); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s belongs to root, as whom this ran, and could not be given to %s (%s): %w", filepath.Join(dir, name), of, of.chown(dir), err)
		}
	}
	return nil
}

// lend gives a file that root has just opened in dir, and that others wait for, to whom dir
// belongs. Where that cannot be, handOver says so.
func lend(dir string, f *os.File) {
	of, there := whoseIs(dir)
	info, err := f.Stat()
	if err != nil {
		return
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok && there && os.Geteuid() == rootUser && of.user != rootUser && s.Uid == rootUser && s.Nlink == 1 {
		f.Chown(int(of.user), int(of.group))
	}
}

// give gives one file or folder to o. What has another name elsewhere stays as it is: whom
// the folder belongs to might have put it there.
func give(folder *os.Root, name string, o owner) error {
	f, err := folder.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() && (!info.Mode().IsRegular() || !ok || s.Nlink != 1) {
		return errors.New("it has another name elsewhere")
	}
	if ownerOf(info).user != rootUser {
		return nil
	}
	return f.Chown(int(o.user), int(o.group))
}

// leftBy returns the files and folders that are named so in dir, and whatever lies below
// them, whose owner is one of those.
func leftBy(dir string, names []string, is func(owner) bool) (found []string, err error) {
	for _, name := range names {
		tops, err := filepath.Glob(filepath.Join(literally(dir), name))
		if err != nil {
			return nil, err
		}
		for _, top := range tops {
			err := filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
				if errors.Is(err, fs.ErrNotExist) { // it went meanwhile
					return nil
				}
				if err != nil && e == nil {
					return err
				}
				info, gone := e.Info()
				if gone == nil && (e.IsDir() || e.Type().IsRegular()) && is(ownerOf(info)) {
					rel, err := filepath.Rel(dir, path)
					if err != nil {
						return err
					}
					found = append(found, rel)
				}
				if err != nil { // a folder into which we may not look
					return fs.SkipDir
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// rootsOwn says that root runs this, and that the data folder is root's.
func (c *config) rootsOwn() bool {
	of, there := whoseIs(c.Data)
	return os.Geteuid() == rootUser && there && of.user == rootUser
}

// notOurs refuses a server that would leave what its data folder's user cannot read.
func (c *config) notOurs() error {
	of, there := whoseIs(c.Data)
	if os.Geteuid() != rootUser || !there || of.user == rootUser {
		return nil
	}
	return fmt.Errorf("the data folder %s belongs to %s, and this is root: start the server as %s, as the system does it (systemctl start waymark)", c.Data, of, of)
}

// whoMay says of an error whether it comes of files that belong to somebody else, and what
// to do then.
func (c *config) whoMay(err error) error {
	of, there := whoseIs(c.Data)
	if !errors.Is(err, fs.ErrPermission) || !there {
		return err
	}
	me := owner{uint32(os.Geteuid()), uint32(os.Getegid())}
	if me == of || me.user == of.user {
		return fmt.Errorf("%w: what is in the data folder has to belong to %s. As root: %s", err, me, me.chown(c.Data))
	}
	return fmt.Errorf("%w: the data folder belongs to %s, and this runs as %s. Run it as %s; or, if the server runs as %s, give it the folder, as root: %s", err, of, me, of, me, me.chown(c.Data))
}

// lookAtOwners finds what the server cannot read or replace, because another user left it.
func (c *config) lookAtOwners() (f finding, wrong bool) {
	for _, at := range []struct {
		dir   string
		names []string
		is    func(of, o owner) bool
	}{
		{c.Data, ofData, func(of, o owner) bool { return o.user != of.user }},
		{c.BackupDir, ofBackups, func(of, o owner) bool { return o.user == rootUser && of.user != rootUser }},
	} {
		of, there := whoseIs(at.dir)
		if at.dir == "" || !there {
			continue
		}
		strange, err := leftBy(at.dir, at.names, func(o owner) bool { return at.is(of, o) })
		if err != nil || len(strange) == 0 {
			continue
		}
		for i, name := range strange {
			strange[i] = filepath.Join(at.dir, name)
		}
		if more := len(strange) - 3; more > 0 {
			strange = append(strange[:3], fmt.Sprintf("%d more", more))
		}
		return finding{
			"files", fails,
			fmt.Sprintf("%s belong to another user than the folder (%s), as after a command that somebody else ran: the server cannot read or replace them.", strings.Join(strange, ", "), of),
			"As root: " + of.chown(at.dir),
		}, true
	}
	return f, false
}
