package archive

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// nameTime is when an archive of records was made, as its name says it, in UTC.
const nameTime = "waymark-20060102-150405.age"

// Newest is when the newest archive of records was made that lies in the folder dir, by its
// name; zero if there is none. What is no archive, or is of another practice than the
// archive of keys beside it, does not count. Nothing is decrypted.
func Newest(dir string) (time.Time, error) {
	all, err := filepath.Glob(filepath.Join(dir, "waymark-2*.age"))
	if err != nil {
		return time.Time{}, err
	}
	keys, _ := readMark(filepath.Join(dir, KeysFile)) // none: whose they are cannot be told
	slices.Sort(all)
	for _, path := range slices.Backward(all) {
		at, err := time.Parse(nameTime, filepath.Base(path))
		if err != nil || !encrypted(path) {
			continue
		}
		if m, err := readMark(path); err != nil || m.Safe != "" && keys.Safe != "" && m.Safe != keys.Safe {
			continue
		}
		return at, nil
	}
	return time.Time{}, nil
}

// encrypted says whether a file begins as age does.
func encrypted(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	begins := make([]byte, len("age-encryption.org/"))
	_, err = io.ReadFull(f, begins)
	return err == nil && strings.HasPrefix(string(begins), "age-encryption.org/")
}
