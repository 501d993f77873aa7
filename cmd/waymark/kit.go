package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A kitFile is where a recovery kit goes besides the printed page (--kit-file). Its name
// is taken before there is a kit, and only where nothing has it: a kit that older backups
// need is never written over. A nil one is no file.
type kitFile struct {
	file *os.File
	kept bool
}

// takeKitFile takes the name, to ourselves. An empty one is no file. Call drop by defer.
func takeKitFile(path string) (*kitFile, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("there is a file already at %s, and nothing was changed: it may hold a kit that older backups need, so give another name (--kit-file)", path)
	}
	if err != nil {
		return nil, fmt.Errorf("no file for the kit can be made there, and nothing was changed: %w", err)
	}
	return &kitFile{file: f}, nil
}

// path is where the file is, from the root on, or empty.
func (k *kitFile) path() string {
	if k == nil {
		return ""
	}
	path, err := filepath.Abs(k.file.Name())
	if err != nil {
		return ""
	}
	return path
}

// write writes the kit, and returns once the disk has it.
func (k *kitFile) write(text string) error {
	if k == nil {
		return nil
	}
	_, err := k.file.WriteString(text)
	return errors.Join(err, k.file.Sync(), k.file.Close())
}

// keep lets the file stay: from now on the kit in it is needed.
func (k *kitFile) keep() {
	if k != nil {
		k.kept = true
	}
}

// drop removes the file if it was not kept: the kit in it opens nothing.
func (k *kitFile) drop() {
	if k == nil || k.kept {
		return
	}
	k.file.Close()
	os.Remove(k.file.Name())
}
