package keys

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/fault"
)

// SafeFile is the name of the safe in the keys folder.
const SafeFile = "root.json"

const (
	safeVersion = 1
	safeMax     = 64 << 10 // bytes; ours have under 4 KiB
	rootSize    = 32
	houseSize   = 2 * rootSize // the house secret and the files secret
)

// What can be wrong with a safe. What to do where it is not there, or damaged, depends on
// what lies beside it, which whoever runs the program looks at.
var (
	ErrNoSafe = errors.New("there is no safe here")
	ErrExists = errors.New("there is a safe here already, and nothing was changed: writing over it would lose the practice for good")
	ErrNewer  = errors.New("the safe was written by a newer Waymark: use that version or a later one")
	ErrBroken = errors.New("the safe is damaged, and nothing was changed")
	ErrBusy   = errors.New("another Waymark is changing the safe: wait until it has finished and try again")
	// ErrWrongKey is for the person who typed; it does not say how close they were.
	ErrWrongKey error = fault.New(fault.Invalid, "secret", "This does not open the safe. Compare it letter by letter with the newest recovery kit. "+
		"If the machine gives the secret, see that it is this practice's and the newest.")
)

// How says what opens a safe.
type How string

const (
	ByPassphrase How = "passphrase" // typed by the operator after each start
	ByMounted    How = "mounted"    // given by the machine: a systemd credential, a file, the environment
	ByEvaluation How = "evaluation" // lies beside the data, for trying out: protects nothing
)

// A Safe is the file root.json in the keys folder. It holds the root key
// wrapped, never in clear:
//
//	version, epoch, how
//	argon2        salt and cost                                        (passphrase)
//	wrapped_root  root key under Argon2id(passphrase)                  (passphrase)
//	recipient     age X25519 recipient of the printed recovery kit
//	recovery      root key encrypted to it by age
//	house         house secret and files secret under HKDF(root key, "waymark house")
//	next          while a rotation is under way: the same of the coming root key,
//	              with forward (it under the current one) and back (the current one under it)
//	sum           SHA-256 of all this, which tells damage from a wrong passphrase
//
// Under AES-256-GCM, wrapped_root is bound to epoch, how, argon2 and recipient,
// and house to everything before it: a safe in which any of it was exchanged
// does not open. A Safe may be used by several goroutines at once.
type Safe struct {
	dir string

	mu   sync.Mutex
	file file
	turn io.Closer // held from BeginRotation or ResumeRotation to FinishRotation
}

type file struct {
	Version int `json:"version"`
	entry
	Next *next  `json:"next,omitempty"`
	Sum  string `json:"sum"`
}

type entry struct {
	Epoch       int64       `json:"epoch"`
	How         How         `json:"how"`
	Argon2      *stretching `json:"argon2,omitempty"`
	WrappedRoot []byte      `json:"wrapped_root,omitempty"`
	Recipient   string      `json:"recipient"`
	Recovery    []byte      `json:"recovery,omitempty"`
	House       []byte      `json:"house,omitempty"`
}

type next struct {
	entry
	Forward []byte `json:"forward"`
	Back    []byte `json:"back"`
}

// Create makes a root key and its safe in the keys folder dir, durable when it
// returns, and the recovery kit, which exists nowhere else and must be printed.
// It fails with ErrExists, and changes nothing, where there is a safe already.
func Create(dir string, lock Lock) (*Root, Kit, error) {
	if _, err := os.Lstat(filepath.Join(dir, SafeFile)); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = ErrExists
		}
		return nil, Kit{}, err
	}
	root, err := lock.root()
	if err != nil {
		return nil, Kit{}, err
	}
	house := make([]byte, houseSize)
	rand.Read(house)
	r := &Root{epoch: 1, held: veil(&held{house: house, roots: map[int64][]byte{1: root}})}
	e, kit, err := newEntry(r, lock.how)
	if err != nil {
		r.Forget()
		return nil, Kit{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		r.Forget()
		return nil, Kit{}, fmt.Errorf("make the keys folder: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		r.Forget()
		return nil, Kit{}, fmt.Errorf("keep the keys folder to ourselves: %w", err)
	}
	if err := writeFile(dir, SafeFile, file{Version: safeVersion, entry: e}.encode(), false); err != nil {
		r.Forget()
		return nil, Kit{}, fmt.Errorf("write the safe: %w", err)
	}
	return r, kit, nil
}

// Open reads the safe in the keys folder dir. It needs no secret and opens
// nothing. It fails with ErrNoSafe, ErrNewer or ErrBroken.
func Open(dir string) (*Safe, error) {
	f, err := readSafe(dir)
	if err != nil {
		return nil, err
	}
	return &Safe{dir: dir, file: f}, nil
}

// How says what opens the safe, during a rotation the one still in force.
func (s *Safe) How() How { return s.now().How }

// Evaluation reports whether the key lies beside the data, so that the banner
// and doctor can say that nothing is protected.
func (s *Safe) Evaluation() bool { return s.How() == ByEvaluation }

// Recipient returns the age recipient of the recovery kit, to which backups are
// encrypted too. It can be trusted once Unlock or Recover has succeeded, which
// fail if somebody exchanged it.
func (s *Safe) Recipient() string { return s.now().Recipient }

// Unlock opens the safe with the passphrase as typed or the mounted secret. It
// fails with ErrWrongKey or ErrBroken. Passphrases take about 0.2 s and 64 MiB;
// attempts wait for one another, and whoever lets strangers try limits the rate.
// Secret stays the caller's to overwrite.
//
// During a rotation either of the two secrets opens it, and the root holds both
// root keys: ask At with the epoch of the keys database for the one in force.
func (s *Safe) Unlock(secret []byte) (*Root, error) {
	f := s.now()
	var first error
	for _, e := range f.entries() {
		root, err := e.unwrap(secret)
		if err == nil {
			return f.open(e.Epoch, root)
		}
		first = cmp.Or(first, err)
	}
	return nil, first
}

// Recover opens the safe with the age identity from the printed recovery kit,
// typed alone or with everything around it. It fails with ErrWrongKey if the kit
// is another practice's, or from before the last rotation.
func (s *Safe) Recover(identity string) (*Root, error) {
	kit, err := ParseKit(identity)
	if err != nil {
		return nil, err
	}
	key, err := age.ParseX25519Identity(kit.Identity())
	if err != nil {
		return nil, errUnreadable // cannot be: ParseKit has checked it
	}
	f := s.now()
	for _, e := range f.entries() {
		if e.Recipient != key.Recipient().String() {
			continue
		}
		r, err := age.Decrypt(bytes.NewReader(e.Recovery), key)
		if err != nil {
			return nil, fmt.Errorf("open the recovery copy: %w", errors.Join(ErrBroken, err))
		}
		root, err := io.ReadAll(io.LimitReader(r, rootSize+1))
		if err != nil || len(root) != rootSize {
			return nil, fmt.Errorf("read the recovery copy: %w", errors.Join(ErrBroken, err))
		}
		return f.open(e.Epoch, root)
	}
	return nil, ErrWrongKey
}

// SetPassphrase locks the safe, which root opened, by another passphrase made by
// NewPassphrase. The root key and the recovery kit stay as they are. It is for
// whoever lost the passphrase and came in by Recover, and for moving from a
// mounted secret to a passphrase without a rotation. It fails with ErrBusy during a rotation.
func (s *Safe) SetPassphrase(root *Root, passphrase string) error {
	typed, ok := normal(passphrase)
	if !ok {
		return fault.New(fault.Invalid, "passphrase", "Use a passphrase that Waymark has made. One that a person makes up is too easy to guess.")
	}
	defer clear(typed)
	stretch := newStretching()
	under := stretch.cipher(typed)
	return s.change(func(f *file) error {
		if f.Next != nil {
			return fmt.Errorf("a rotation is not finished: %w", ErrBusy)
		}
		if f.How == ByEvaluation {
			return fault.New(fault.Invalid, "passphrase", "The root key of a practice for trying out lies open beside the data. Rotate it, or make a new practice.")
		}
		key, err := f.belongs(root)
		if err != nil {
			return err
		}
		f.How, f.Argon2 = ByPassphrase, stretch
		f.WrappedRoot = under.Seal(nil, nil, key, f.boundRoot())
		f.House = sealer(key, "house").Seal(nil, nil, root.held().house, f.boundHouse())
		return nil
	})
}

// RenewFiles makes a new files secret, so that Derive gives other keys for the
// database files from now on. It is for files that are about to be written anew:
// those that are there open by it no more. root opened the safe. It fails with
// ErrBusy during a rotation.
func (s *Safe) RenewFiles(root *Root) error {
	house := make([]byte, houseSize)
	rand.Read(house[rootSize:])
	err := s.change(func(f *file) error {
		if f.Next != nil {
			return fmt.Errorf("a rotation is not finished: %w", ErrBusy)
		}
		key, err := f.belongs(root)
		if err != nil {
			return err
		}
		copy(house, root.held().house[:rootSize])
		f.House = sealer(key, "house").Seal(nil, nil, house, f.boundHouse())
		return nil
	})
	if err != nil {
		clear(house)
		return err
	}
	clear(root.held().house)
	root.held().house = house
	return nil
}

func (s *Safe) now() file {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.file
}

// newEntry wraps the root key of r's epoch, and makes its kit.
func newEntry(r *Root, how How) (entry, Kit, error) {
	root := r.held().roots[r.epoch]
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return entry{}, Kit{}, fmt.Errorf("make the recovery kit: %w", err)
	}
	secrets := &printed{epoch: r.epoch, identity: identity.String(), recipient: identity.Recipient().String()}
	e := entry{Epoch: r.epoch, How: how, Recipient: secrets.recipient}
	var recovery bytes.Buffer
	w, err := age.Encrypt(&recovery, identity.Recipient())
	if err == nil {
		_, err = w.Write(root)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return entry{}, Kit{}, fmt.Errorf("encrypt to the recovery kit: %w", err)
	}
	e.Recovery = recovery.Bytes()
	if how == ByPassphrase {
		secrets.passphrase = NewPassphrase()
		typed, _ := normal(secrets.passphrase)
		e.Argon2 = newStretching()
		e.WrappedRoot = e.Argon2.cipher(typed).Seal(nil, nil, root, e.boundRoot())
		clear(typed)
	}
	e.House = sealer(root, "house").Seal(nil, nil, r.held().house, e.boundHouse())
	return e, Kit{veil(*secrets)}, nil
}

// boundRoot is what the wrapped root key is bound to.
func (e entry) boundRoot() []byte {
	e.WrappedRoot, e.Recovery, e.House = nil, nil, nil
	return e.bound("waymark root v1 ")
}

// boundHouse is what the wrapped house secret is bound to: all the rest.
func (e entry) boundHouse() []byte {
	e.House = nil
	return e.bound("waymark house v1 ")
}

func (e entry) bound(label string) []byte {
	b, err := json.Marshal(e)
	if err != nil {
		panic("keys: " + err.Error()) // strings, numbers and bytes always marshal
	}
	return append([]byte(label), b...)
}

// unwrap returns the root key that secret gives, proved to be this entry's.
func (e entry) unwrap(secret []byte) ([]byte, error) {
	if e.How == ByPassphrase {
		typed, ok := normal(string(secret))
		if !ok {
			return nil, ErrWrongKey
		}
		defer clear(typed)
		root, err := e.Argon2.cipher(typed).Open(nil, nil, e.WrappedRoot, e.boundRoot())
		if err != nil {
			return nil, ErrWrongKey
		}
		return root, nil
	}
	root, err := parseMounted(secret)
	if err != nil {
		return nil, err
	}
	house, err := sealer(root, "house").Open(nil, nil, e.House, e.boundHouse())
	if err != nil {
		clear(root)
		return nil, ErrWrongKey
	}
	clear(house)
	return root, nil
}

func (f file) entries() []entry {
	if f.Next == nil {
		return []entry{f.entry}
	}
	return []entry{f.entry, f.Next.entry}
}

// open makes a Root of the root key of one epoch, and takes possession of it.
func (f file) open(epoch int64, root []byte) (*Root, error) {
	r := &Root{epoch: f.Epoch, held: veil(&held{roots: map[int64][]byte{epoch: root}})}
	broken := func(what string) (*Root, error) {
		r.Forget()
		return nil, fmt.Errorf("%s of epoch %d does not open: %w", what, epoch, ErrBroken)
	}
	if f.Next != nil {
		from, to, wrapped, use := epoch, f.Next.Epoch, f.Next.Forward, "next"
		if epoch == f.Next.Epoch {
			to, wrapped, use = f.Epoch, f.Next.Back, "previous"
		}
		other, err := sealer(root, use).Open(nil, nil, wrapped, boundLink(from, to))
		if err != nil || len(other) != rootSize {
			return broken("the other root key")
		}
		r.held().roots[to] = other
	}
	for _, e := range f.entries() {
		house, err := sealer(r.held().roots[e.Epoch], "house").Open(nil, nil, e.House, e.boundHouse())
		if err != nil || len(house) != houseSize {
			return broken("the house secret")
		}
		if r.held().house == nil {
			r.held().house = house
			continue
		}
		same := subtle.ConstantTimeCompare(house, r.held().house) == 1
		clear(house)
		if !same {
			return broken("one house secret")
		}
	}
	return r, nil
}

// belongs returns the current root key if r is of this safe.
func (f file) belongs(r *Root) ([]byte, error) {
	root := r.held().roots[f.Epoch]
	if root != nil {
		house, err := sealer(root, "house").Open(nil, nil, f.House, f.boundHouse())
		if err == nil && subtle.ConstantTimeCompare(house, r.held().house) == 1 {
			clear(house)
			return root, nil
		}
	}
	return nil, fmt.Errorf("the root is not of this safe: %w", ErrWrongKey)
}

// change writes the safe as do leaves it. It takes the folder's turn unless
// this Safe has it, and refuses with ErrBusy if somebody else changed the file.
func (s *Safe) change(do func(f *file) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turn == nil {
		turn, err := takeTurn(s.dir)
		if err != nil {
			return err
		}
		defer turn.Close()
	}
	f, err := s.again()
	if err != nil {
		return err
	}
	if err := do(&f); err != nil {
		return err
	}
	b := f.encode()
	if err := writeFile(s.dir, SafeFile, b, true); err != nil {
		return fmt.Errorf("write the safe: %w", err)
	}
	s.file, err = decode(b)
	return err
}

// again reads the file once more and refuses one that somebody else has changed.
func (s *Safe) again() (file, error) {
	f, err := readSafe(s.dir)
	if err == nil && f.Sum != s.file.Sum {
		err = fmt.Errorf("the safe was changed since it was read, so read it again: %w", ErrBusy)
	}
	return f, err
}

// encode returns the file with its sum.
func (f file) encode() []byte {
	f.Sum = f.sum()
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		panic("keys: " + err.Error())
	}
	return append(b, '\n')
}

func (f file) sum() string {
	f.Sum = ""
	b, err := json.Marshal(f)
	if err != nil {
		panic("keys: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func readSafe(dir string) (file, error) {
	in, err := os.Open(filepath.Join(dir, SafeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return file{}, fmt.Errorf("%s: %w", dir, ErrNoSafe)
	}
	if err != nil {
		return file{}, fmt.Errorf("read the safe: %w", err)
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, safeMax+1))
	if err != nil {
		return file{}, fmt.Errorf("read the safe: %w", err)
	}
	return decode(b)
}

// decode reads a safe and refuses whatever we would not have written.
func decode(b []byte) (file, error) {
	broken := func(why string) (file, error) { return file{}, fmt.Errorf("%s: %w", why, ErrBroken) }
	if len(b) > safeMax {
		return broken("the file is too long")
	}
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return broken("the file is not JSON")
	}
	if head.Version > safeVersion {
		return file{}, fmt.Errorf("version %d: %w", head.Version, ErrNewer)
	}
	var f file
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return broken("the file has the wrong fields")
	}
	if f.Version != safeVersion || f.Sum != f.sum() {
		return broken("the sum does not fit")
	}
	for i, e := range f.entries() {
		if !e.whole() || e.Epoch != f.Epoch+int64(i) {
			return broken("a part is missing")
		}
	}
	return f, nil
}

// whole reports whether e has all that newEntry gives.
func (e entry) whole() bool {
	byPassphrase := e.How == ByPassphrase
	if !byPassphrase && e.How != ByMounted && e.How != ByEvaluation {
		return false
	}
	if byPassphrase != (e.Argon2 != nil) || byPassphrase != (len(e.WrappedRoot) > 0) || byPassphrase && !e.Argon2.ours() {
		return false
	}
	_, err := age.ParseX25519Recipient(e.Recipient)
	return err == nil && e.Epoch >= 1 && len(e.Recovery) > 0 && len(e.House) > 0
}
