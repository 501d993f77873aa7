package archive

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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

// A mark is that line: the identity of a safe, and the numbers of a KeysState.
type mark KeysState

// Wrap puts the line beside those for the recipients.
func (m mark) Wrap([]byte) ([]*age.Stanza, error) {
	args := []string{m.Safe}
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
		if len(said) != 9 || said[0] != "->" || said[1] != markStanza {
			continue
		}
		m.Safe = said[2]
		for i, n := range []*int64{&m.Epoch, &m.Changes, &m.Keys, &m.Tombstones, &m.Ended, &m.EndedAt} {
			if *n, err = strconv.ParseInt(said[3+i], 10, 64); err != nil {
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
	for _, pattern := range []string{"waymark-keys*.age", "waymark-2*.age"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(found) > 0 {
			return len(found) > 0, err
		}
	}
	return false, nil
}

const moveAside = "If nobody needs them, or they are of this practice after all, move all that begins with waymark-keys to a folder of its own, run waymark backup, and delete " +
	"what you moved as soon as you are sure: it holds the keys of whoever is erased from now on."

// Gives says whether the archives of keys in the folder dir may give way to one of
// what is now. They may if they are of the same safe and from before. What they are
// of another safe, or of a later time, or do not say, they stay: that is a *Refusal.
func (h House) Gives(ctx context.Context, dir string) error {
	there, err := keptKeys(dir)
	if err != nil {
		return err
	}
	now, err := h.KeysNow(ctx) // after there was read, since another node may write meanwhile
	if err != nil {
		return err
	}
	_, err = h.gives(dir, there, now)
	return err
}

// kept is an archive of keys that lies where backups go, and what it says of itself.
type kept struct {
	path string
	KeysState
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
		all = append(all, kept{path, KeysState(m)})
	}
	return all, nil
}

// gives returns what the newest of there holds: the zero state if there is none.
func (h House) gives(dir string, there []kept, now KeysState) (first KeysState, err error) {
	for _, k := range there {
		if k.Safe == "" {
			if first.Safe != "" {
				continue // one of ours has taken its place
			}
			if k.KeysState, err = h.unmarked(dir, now); err != nil {
				return first, err
			}
		}
		if k.Safe != now.Safe {
			return first, &Refusal{
				k.path + " holds the keys of another practice, and was left as it is.",
				"Give each practice a folder for backups of its own (WAYMARK_BACKUP_DIR). If the other one was lost, bring it back with waymark restore, into another data folder.",
			}
		}
		if k.after(now) {
			return first, &Refusal{
				k.path + " holds what the keys database does not, and was left as it is: keys are gone that nobody destroyed, or what was destroyed is back.",
				"The keys database is an older copy, or was restored from an older archive of keys: restore with the newest, this one. " + moveAside,
			}
		}
		if first.Safe == "" {
			first = k.KeysState
		}
	}
	return first, nil
}

// after says that s is not from before now: of the same practice something was
// destroyed, or made, that now does not know of. What comes back with a practice that
// had been taken away is counted as a change and keeps the sum.
func (s KeysState) after(now KeysState) bool {
	return s.Epoch > now.Epoch || s.Changes > now.Changes || s.Keys+s.Tombstones > now.Keys+now.Tombstones ||
		s.Tombstones > now.Tombstones && s.Changes == now.Changes
}

// unmarked is what is known of an archive of keys from before they said whose
// they are: what lies in a file beside the newest. It is ours if that fits what is
// now, number by number; or could have become it, and the head of the log beside it
// is signed by us.
func (h House) unmarked(dir string, now KeysState) (KeysState, error) {
	var s KeysState
	b, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err == nil && json.Unmarshal(b, &s) == nil && s.Epoch > 0 {
		same := s
		same.Safe = now.Safe
		if same == now {
			return same, nil
		}
		head, err := os.ReadFile(filepath.Join(dir, HeadFile))
		if err == nil && !same.after(now) {
			if _, err := audit.HeadSize(string(head), h.Signer); err == nil {
				return same, nil
			}
		}
	}
	return s, &Refusal{
		"The archive of keys in " + dir + " does not say whose it is, and was left as it is: it was made by a Waymark that did not write that down.",
		moveAside,
	}
}
