package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/audit"
)

// HeadFile is the newest signed head of the audit log in the folder for backups.
const HeadFile = "waymark-audit-head.txt"

// mostHeads is how many heads of other logs one is put beside.
const mostHeads = 100

// CopyHead keeps a signed head of the audit log in the folder dir, the newest and one
// for each day, so that a log that somebody may have tampered with can be compared
// with them later. A head there gives way only if the log begins with what it says:
// of another log, or of one that was longer once, it stays, the new one is put beside
// it under the next number, and that is a *Refusal.
func (h House) CopyHead(ctx context.Context, dir, head string, at time.Time) error {
	if err := Folder(dir); err != nil {
		return err
	}
	var kept error
	for _, name := range []string{HeadFile, strings.TrimSuffix(HeadFile, ".txt") + "-" + at.UTC().Format("20060102") + ".txt"} {
		path := filepath.Join(dir, name)
		for n := 2; ; n++ {
			place, err := h.headPlace(ctx, path, head)
			if err == nil && place {
				err = replace(path, head)
			}
			if err == nil {
				break
			}
			var r *Refusal
			if !errors.As(err, &r) || n > mostHeads {
				return err
			}
			kept = err
			path = filepath.Join(dir, fmt.Sprintf("%s.%d.txt", strings.TrimSuffix(name, ".txt"), n))
		}
	}
	return kept
}

// HeadKept is a *Refusal if the newest head in the folder dir is not of our log.
func (h House) HeadKept(ctx context.Context, dir string) error {
	_, err := h.headPlace(ctx, filepath.Join(dir, HeadFile), "")
	return err
}

// headPlace says whether the file at path is to hold head: not if it holds one of our
// log that is newer, as another node may have written it.
func (h House) headPlace(ctx context.Context, path, head string) (bool, error) {
	there, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && strings.TrimSpace(string(there)) == "" {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the audit head: %w", err)
	}
	kept := &Refusal{
		path + " holds a signed head of which the audit log does not know, and was left as it is: the log is another practice's, or an earlier state of this one, or was changed.",
		"If an older backup was restored, or the folder was another practice's before, give that file another name, such as " +
			strings.TrimSuffix(filepath.Base(path), ".txt") + "-before.txt, and keep it. If not, records are gone or were changed: find out before anything else (waymark audit verify --checkpoint with that file).",
	}
	old, err := audit.HeadSize(string(there), h.Signer)
	if err != nil {
		return false, kept
	}
	tx, err := h.Records.Read(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	err = audit.Begins(ctx, tx, string(there), h.Signer)
	var found *audit.Finding
	if errors.As(err, &found) {
		return false, kept
	}
	if err != nil || head == "" {
		return false, err
	}
	size, err := audit.HeadSize(head, h.Signer)
	return size > old, err
}

// replace writes a file whole, over one that is there.
func replace(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new") // another node may copy one, too
	if err != nil {
		return fmt.Errorf("copy the audit head: %w", err)
	}
	defer os.Remove(f.Name()) // absent after a rename
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("copy the audit head: %w", err)
	}
	return nil
}
