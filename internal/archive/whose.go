package archive

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/audit"
)

// A Refusal says why something was left as it is, and what the operator can do.
type Refusal struct{ What, Do string }

func (r *Refusal) Error() string { return r.What + " " + r.Do }

// markStanza begins the line that says in clear, in the head of an encrypted
// archive, whose it is; whoever decrypts passes it over.
const markStanza = "waymark"

// A mark is that line: the identity of a safe, and of an archive of keys the name of this
// copy and the numbers of a KeysState.
type mark struct {
	KeysState
	Copy string // random, or noCopy
}

const noCopy = "-"

// Wrap puts the line beside those for the recipients.
func (m mark) Wrap([]byte) ([]*age.Stanza, error) {
	args := []string{m.Safe, cmp.Or(m.Copy, noCopy)}
	for _, n := range []int64{m.Epoch, m.Changes, m.Keys, m.Tombstones, m.Ended, m.EndedAt} {
		args = append(args, strconv.FormatInt(n, 10))
	}
	return []*age.Stanza{{Type: markStanza, Args: args}}, nil
}

// mostHead is longer than the head of any archive.
const mostHead = 64 << 10

// readMark returns what the archive at path says of itself, and the zero mark if it
// says nothing: it is from before archives did, or is none.
func readMark(path string) (m mark, err error) {
	f, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer f.Close()
	lines := bufio.NewScanner(io.LimitReader(f, mostHead))
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "---") {
		said := strings.Fields(lines.Text())
		if len(said) != 10 || said[0] != "->" || said[1] != markStanza {
			continue
		}
		m.Safe, m.Copy = said[2], said[3]
		for i, n := range []*int64{&m.Epoch, &m.Changes, &m.Keys, &m.Tombstones, &m.Ended, &m.EndedAt} {
			if *n, err = strconv.ParseInt(said[4+i], 10, 64); err != nil {
				return mark{}, nil
			}
		}
		return m, nil
	}
	return m, nil // what is no text at all has no mark either
}

// Folder refuses a folder for backups that is not there: the disk that it lies on
// may not be mounted, and a backup would hide below where it will be.
func Folder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !info.IsDir():
		return &Refusal{
			"The folder for backups is not there: " + dir + ".",
			"See that the disk or machine that it lies on is mounted; if it was never made, make it (mkdir -m 700), for the server's user.",
		}
	case err != nil:
		return fmt.Errorf("the folder for backups: %w", err)
	}
	return nil
}

// Holds says whether backups lie in the folder dir, of whichever practice.
func Holds(dir string) (bool, error) {
	all, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return slices.ContainsFunc(all, func(e fs.DirEntry) bool {
		return strings.HasSuffix(e.Name(), ".age") && (strings.HasPrefix(e.Name(), "waymark-keys") || strings.HasPrefix(e.Name(), "waymark-2"))
	}), err
}

const moveAside = "If nobody needs them, or they are of this practice after all, move all that begins with waymark-keys to a folder of its own, run waymark backup, and delete " +
	"what you moved as soon as you are sure: it holds the keys of whoever is erased from now on."

// Gives says whether the archives of keys in the folder dir may give way to one of
// what is now. They may if they are of the same safe, and the keys database knows that
// they were made. What they are of another safe, or of a later time, or do not say, they
// stay: that is a *Refusal.
func (h House) Gives(ctx context.Context, dir string) error {
	_, err := h.giving(ctx, dir)
	return err
}

// kept is an archive of keys that lies where backups go, and what it says of itself.
type kept struct {
	path string
	mark
}

// keptKeys are the archives of keys in the folder dir, the newest first.
func keptKeys(dir string) (all []kept, err error) {
	if err := Folder(dir); err != nil {
		return nil, err
	}
	for i := range older + 1 {
		path := filepath.Join(dir, KeysFile)
		if i > 0 {
			path = olderFile(dir, i)
		}
		m, err := readMark(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, kept{path, m})
	}
	return all, nil
}

// giving returns the archives of keys in the folder dir, the newest first, if all of them
// may give way.
func (h House) giving(ctx context.Context, dir string) (there []kept, err error) {
	if there, err = keptKeys(dir); err != nil {
		return nil, err
	}
	now, err := h.KeysNow(ctx) // after there was read, since another node may write meanwhile
	if err != nil {
		return nil, err
	}
	ours := false
	for i := range there {
		k := &there[i]
		if k.Safe == "" && !ours { // otherwise one of ours has taken its place
			if k.KeysState, err = h.unmarked(dir, now); err != nil {
				return nil, err
			}
		} else if k.Safe == "" {
			continue
		}
		if k.Safe != now.Safe {
			return nil, &Refusal{
				k.path + " holds the keys of another practice, and was left as it is.",
				"Give each practice a folder for backups of its own (WAYMARK_BACKUP_DIR). If the other one was lost, bring it back with waymark restore, into another data folder.",
			}
		}
		knows, err := h.knows(ctx, k.Copy)
		if err != nil {
			return nil, err
		}
		if !knows || k.after(now) {
			return nil, &Refusal{
				k.path + " holds what the keys database does not, and was left as it is: keys are gone that nobody destroyed, or what was destroyed is back.",
				"The keys database is an older copy, or was restored from an older archive of keys: restore with the newest, this one. " + moveAside,
			}
		}
		ours = true
	}
	return there, nil
}

// mostCopies is how many copies of the keys are known by name: years of them, unless
// some hundred people come and go each day.
const mostCopies = 10_000

// noteCopy gives a copy of the keys that is to be made its name.
func (h House) noteCopy(ctx context.Context) (name string, err error) {
	name = rand.Text()
	tx, err := h.Keys.Write(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()
	for _, do := range []struct {
		text string
		arg  any
	}{
		{`INSERT INTO copied (n, name) SELECT coalesce(max(n), 0) + 1, $1 FROM copied`, name},
		{`DELETE FROM copied WHERE n <= (SELECT max(n) FROM copied) - $1`, mostCopies},
	} {
		if _, err := tx.Exec(ctx, do.text, do.arg); err != nil {
			return "", fmt.Errorf("note a copy of the keys: %w", err)
		}
	}
	return name, tx.Commit()
}

// knows says whether the keys database knows of a copy. One without a name is from
// before they had names.
func (h House) knows(ctx context.Context, name string) (bool, error) {
	if name == "" {
		return true, nil
	}
	tx, err := h.Keys.Glance(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	var n int64
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM copied WHERE name = $1`, name).Scan(&n); err != nil {
		return false, fmt.Errorf("look for a copy of the keys: %w", err)
	}
	return n > 0, nil
}

// after says that s is not from before now, although the keys database knows of it: keys
// went, or what was destroyed came back, and nothing was noted. What comes back with a
// practice that had been taken away, or goes with one that came in vain, is counted as a
// change.
func (s KeysState) after(now KeysState) bool {
	return s.Epoch > now.Epoch || s.Changes > now.Changes ||
		s.Changes == now.Changes && (s.Tombstones > now.Tombstones || s.Keys+s.Tombstones > now.Keys+now.Tombstones)
}

// unmarked is what is known of an archive of keys from before they said whose
// they are: what lies in a file beside the newest. It is ours if that fits what is
// now, and the head of the log beside it, if there is one, is signed by us; without one,
// only if it fits number by number.
func (h House) unmarked(dir string, now KeysState) (KeysState, error) {
	var s KeysState
	b, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err == nil && json.Unmarshal(b, &s) == nil && s.Epoch > 0 {
		same := s
		same.Safe = now.Safe
		head, err := os.ReadFile(filepath.Join(dir, HeadFile))
		if errors.Is(err, fs.ErrNotExist) && same == now {
			return same, nil
		}
		if err == nil && !same.after(now) {
			if _, err := audit.HeadSize(string(head), h.Signer); err == nil {
				return same, nil
			}
		}
	}
	return s, &Refusal{
		"The archive of keys in " + dir + " does not say whose it is, and was left as it is: it was made by a Waymark that did not write that down, or is torn.",
		moveAside,
	}
}
