package keys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile puts a file of mode 0600 into dir whole or not at all, durable when
// it returns. Unless replace, it fails with ErrExists where there is one already.
// Whoever replaces is the only one to do so, and then writes over what a crash
// has left of an earlier attempt.
func writeFile(dir, name string, content []byte, replace bool) (err error) {
	var f *os.File
	if replace {
		f, err = os.OpenFile(filepath.Join(dir, "."+name+".new"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	} else {
		f, err = os.CreateTemp(dir, "."+name+"-*") // mode 0600
	}
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // absent after a rename
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := place(f.Name(), filepath.Join(dir, name), replace); err != nil {
		return err
	}
	return syncDir(dir)
}

// place moves a file to its name. A hard link cannot replace what is there,
// however many try at once; where there are no hard links, a look has to do.
func place(from, to string, replace bool) error {
	if !replace {
		err := os.Link(from, to)
		if err == nil {
			return nil
		}
		if errors.Is(err, fs.ErrExist) {
			return ErrExists
		}
		if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
			return ErrExists
		}
	}
	return os.Rename(from, to)
}

// syncDir makes the names in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("make the folder durable: %w", err)
	}
	return nil
}
