package keys

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/waymark-care/waymark/internal/fault"
)

// EvaluationFile is the name of the key that lies beside the data of a practice for trying out.
const EvaluationFile = "EVALUATION-KEY"

// credential is the name of the systemd credential that holds the root key.
const credential = "waymark-root"

// errMounted says what a mounted secret has to be.
var errMounted error = &fault.Error{Kind: fault.Invalid, Field: "secret", Err: ErrWrongKey, Text: "The mounted secret has to be " +
	"32 random bytes, as they are, in hex or in base64. Make one with: openssl rand -hex 32"}

// A Lock says what will open a safe. It shows nothing of itself when printed or logged.
type Lock struct {
	how    How
	secret func() []byte // what was mounted
	data   string        // the folder of the data
}

// LockPassphrase locks by a passphrase that is made on the way and printed on the kit.
func LockPassphrase() Lock { return Lock{how: ByPassphrase} }

// LockMounted locks by 32 random bytes that the operator mounts, as they are, in
// hex or in base64. They are the root key. Secret stays the caller's to overwrite,
// but not before the lock was used.
func LockMounted(secret []byte) Lock { return Lock{how: ByMounted, secret: veil(secret)} }

// LockEvaluation puts the key beside the data, in the folder data, for trying
// out with nobody's real words. It protects nothing.
func LockEvaluation(data string) Lock { return Lock{how: ByEvaluation, data: data} }

// String shows how, and nothing of the secret.
func (l Lock) String() string { return fmt.Sprintf("keys.Lock(%s)", string(l.how)) }

// Format shows the same under every verb.
func (l Lock) Format(f fmt.State, _ rune) { io.WriteString(f, l.String()) }

// LogValue shows the same in a log.
func (l Lock) LogValue() slog.Value { return slog.StringValue(l.String()) }

// root returns the root key that this lock asks for.
func (l Lock) root() ([]byte, error) {
	switch l.how {
	case ByPassphrase:
		root := make([]byte, rootSize)
		rand.Read(root)
		return root, nil
	case ByMounted:
		return parseMounted(l.secret())
	case ByEvaluation:
		return layEvaluationKey(l.data)
	}
	return nil, errors.New("a lock is made by LockPassphrase, LockMounted or LockEvaluation")
}

// FromEnvironment returns the secret that the operator has mounted, for Unlock
// or LockMounted, and reports whether there is one. It looks for the file named
// by WAYMARK_ROOT_KEY_FILE, then at WAYMARK_ROOT_KEY, then for the systemd
// credential waymark-root. Where the safe is locked by a passphrase, the mounted
// secret may be the passphrase. Setting both variables is an error, because
// nobody could tell which one is meant. Pass os.Getenv.
func FromEnvironment(getenv func(string) string) ([]byte, bool, error) {
	path, value := getenv("WAYMARK_ROOT_KEY_FILE"), getenv("WAYMARK_ROOT_KEY")
	switch {
	case path != "" && value != "":
		return nil, false, errors.New("WAYMARK_ROOT_KEY_FILE and WAYMARK_ROOT_KEY are both set: unset one of them")
	case path != "":
		b, err := readSmall(path)
		if err != nil {
			return nil, false, fmt.Errorf("read the root key that WAYMARK_ROOT_KEY_FILE names: %w", err)
		}
		return b, true, nil
	case value != "":
		return []byte(value), true, nil
	}
	dir := getenv("CREDENTIALS_DIRECTORY")
	if dir == "" {
		return nil, false, nil
	}
	b, err := readSmall(filepath.Join(dir, credential))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil // systemd gives other credentials only
	}
	if err != nil {
		return nil, false, fmt.Errorf("read the credential %s: %w", credential, err)
	}
	return b, true, nil
}

// readSmall reads a file that has to be a secret and not something else.
func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 4097))
	if err == nil && len(bytes.TrimSpace(b)) == 0 {
		err = errors.New("the file is empty")
	}
	if err == nil && len(b) > 4096 {
		err = errors.New("the file is too long to be a key")
	}
	return b, err
}

// parseMounted returns the 32 bytes in secret, a copy.
func parseMounted(secret []byte) ([]byte, error) {
	text := bytes.TrimSpace(secret)
	var root []byte
	var err error
	switch {
	case len(secret) == rootSize && !printable(secret):
		root = bytes.Clone(secret)
	case len(text) == hex.EncodedLen(rootSize):
		root, err = hex.AppendDecode(nil, text)
	case len(text) == 44 && bytes.ContainsAny(text, "-_"):
		root, err = base64.URLEncoding.AppendDecode(nil, text)
	case len(text) == 44:
		root, err = base64.StdEncoding.AppendDecode(nil, text)
	case len(text) == 43 && bytes.ContainsAny(text, "-_"):
		root, err = base64.RawURLEncoding.AppendDecode(nil, text)
	case len(text) == 43:
		root, err = base64.RawStdEncoding.AppendDecode(nil, text)
	}
	if err != nil || len(root) != rootSize || !varied(root) {
		clear(root)
		return nil, errMounted
	}
	return root, nil
}

// printable reports whether b is text: 32 letters are a word or half a key in
// hex, while of 32 random bytes all are letters once in 10^13 times.
func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// varied reports whether b can be random: 32 random bytes never have as few as
// eight different values, zeros and counters of small steps do.
func varied(b []byte) bool {
	seen := make(map[byte]bool, rootSize)
	for _, c := range b {
		seen[c] = true
	}
	return len(seen) > 8
}

const evaluationWarning = `This file is the key to everything in this folder.

It lies here so that Waymark can be tried out without a passphrase. Whoever can
read this folder, or a copy or backup of it, can read everything in it. So put in
nobody's real words: no real client, no real notes.

To work with real people, make a new practice with "waymark init". It gives you a
passphrase that is written down nowhere on this machine.

`

// UnlockEvaluation opens a safe for trying out with the key in the folder data.
// It fails for any other safe.
func (s *Safe) UnlockEvaluation(data string) (*Root, error) {
	if !s.Evaluation() {
		return nil, fmt.Errorf("the safe opens by %s and not by a key beside the data: %w", s.How(), ErrWrongKey)
	}
	key, err := readEvaluationKey(data)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return s.Unlock(key)
}

// layEvaluationKey returns the key that lies in the folder data, and makes it if there is none.
func layEvaluationKey(data string) ([]byte, error) {
	key, err := readEvaluationKey(data)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	key = make([]byte, rootSize)
	rand.Read(key)
	text := hex.AppendEncode([]byte(evaluationWarning), key)
	if err := writeFile(data, EvaluationFile, append(text, '\n'), false); err != nil {
		return nil, fmt.Errorf("write %s: %w", EvaluationFile, err)
	}
	return key, nil
}

// readEvaluationKey returns the last line of the file, decoded.
func readEvaluationKey(data string) ([]byte, error) {
	b, err := readSmall(filepath.Join(data, EvaluationFile))
	if err != nil {
		return nil, fmt.Errorf("read the key beside the data: %w", err)
	}
	b = bytes.TrimSpace(b)
	key, err := parseMounted(b[bytes.LastIndexByte(b, '\n')+1:])
	if err != nil {
		return nil, fmt.Errorf("%s has lost its last line, the key: %w", EvaluationFile, ErrBroken)
	}
	return key, nil
}
