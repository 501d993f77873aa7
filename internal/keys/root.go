package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// The uses of a key derived from the house secret. A use is written once and
// never changed: another spelling is another key.
const (
	UseRecords        = "records file"    // encrypts the records database file
	UseKeys           = "keys file"       // encrypts the keys database file
	UseAuditSignature = "audit signature" // seed of the Ed25519 key that signs heads
	UseAuditMAC       = "audit mac"
	UseLookup         = "lookup"  // equality of e-mail and phone
	UseSignIn         = "sign-in" // sign-in and feed tokens
	UseBackup         = "backup"
	useIdentity       = "identity" // Identity
)

// ErrNoEpoch says that the safe and the keys database are from different times.
var ErrNoEpoch = errors.New("the compartment keys are wrapped under a root key that this safe does not hold: " +
	"the safe and the keys database are from different times, so put back copies of both from the same backup")

// A Root is the practice's unlocked root key. It lives in memory alone.
//
//	root key (one per epoch) ── HKDF ── Wrap ── wraps compartment keys
//	   └─ opens ── house secret (one for ever) ── HKDF ── Derive, one key per use
//	   └─ opens ── files secret (until a restore) ── HKDF ── Derive, for the database files
//
// A rotation changes the root key and the epoch; the two secrets stay, so that
// files need not be encrypted anew. Somebody who once had an old root key and an
// old safe therefore keeps what Derive gives: rotation protects what is wrapped
// later. A restore writes all files anew, under a files secret of its own.
//
// A Root shows nothing of itself when printed or logged. It may be used by
// several goroutines at once, but not while one of them calls Forget.
type Root struct {
	epoch int64
	held  func() *held
}

// veil hides v from fmt: it prints what a pointer leads to, even in the
// unexported fields of a struct and under a wrong verb, but never what a function returns.
func veil[T any](v T) func() T { return func() T { return v } }

// held is what a Root knows. During a rotation there are two root keys.
type held struct {
	house []byte           // the house secret and then the files secret
	roots map[int64][]byte // by epoch
}

// Epoch returns the number of the root key that Wrap uses. The first is 1.
func (r *Root) Epoch() int64 { return r.epoch }

// At returns the root as it is in epoch, which is how the keys database decides
// which of two root keys is in force after an interrupted rotation. It fails
// with ErrNoEpoch if the safe holds no root key of that epoch. Forgetting one
// of the two forgets both.
func (r *Root) At(epoch int64) (*Root, error) {
	if _, ok := r.held().roots[epoch]; !ok {
		return nil, fmt.Errorf("epoch %d wanted, epoch %d held: %w", epoch, r.epoch, ErrNoEpoch)
	}
	return &Root{epoch: epoch, held: r.held}, nil
}

// Derive returns the 32-byte key for one use, the same whatever is rotated: for
// the database files until RenewFiles, for all else for as long as the practice
// exists. Take use from the constants here. The slice is the caller's to
// overwrite. It panics after Forget.
func (r *Root) Derive(use string) []byte {
	if len(r.held().house) == 0 {
		panic("keys: a forgotten root was asked for a key")
	}
	if use == UseRecords || use == UseKeys {
		return derive(r.held().house[rootSize:], use)
	}
	return derive(r.held().house[:rootSize], use)
}

// Identity tells this practice's safe from every other, and nothing of what is in
// it: 32 hex digits, the same for as long as the practice exists, whatever is
// rotated, restored or copied to another node. It is no secret.
func (r *Root) Identity() string {
	key := r.Derive(useIdentity)
	defer clear(key)
	return hex.EncodeToString(key[:16])
}

// Wrap returns the cipher that wraps compartment keys in this epoch:
// AES-256-GCM which makes its own random nonce and puts it before the ciphertext.
// It fails only if the root was forgotten.
func (r *Root) Wrap() (cipher.AEAD, error) {
	root := r.held().roots[r.epoch]
	if len(root) == 0 {
		return nil, errors.New("the root key was forgotten: unlock the safe again")
	}
	return sealer(root, fmt.Sprintf("epoch %d", r.epoch)), nil
}

// Forget overwrites the keys with zeros. Wrap then fails and Derive panics,
// because going on with a key of zeros would be worse.
func (r *Root) Forget() {
	if r == nil {
		return
	}
	clear(r.held().house)
	r.held().house = nil
	for epoch, root := range r.held().roots {
		clear(root)
		delete(r.held().roots, epoch)
	}
}

// String shows that there is a root and nothing of it.
func (r Root) String() string { return "keys.Root(…)" }

// Format shows the same under every verb.
func (r Root) Format(f fmt.State, _ rune) { io.WriteString(f, r.String()) }

// LogValue shows the same in a log.
func (r Root) LogValue() slog.Value { return slog.StringValue(r.String()) }

// derive makes a 32-byte key for one use from a random one, by HKDF (RFC 5869)
// with SHA-256. No salt: secret is already uniformly random.
func derive(secret []byte, use string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "waymark "+use, 32)
	if err != nil {
		panic("keys: HKDF refused 32 bytes: " + err.Error()) // only lengths above 8,160 fail
	}
	return key
}

// sealer returns AES-256-GCM under the key for one use of secret.
func sealer(secret []byte, use string) cipher.AEAD {
	key := derive(secret, use)
	defer clear(key)
	return sealerOf(key)
}

func sealerOf(key []byte) cipher.AEAD {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic("keys: AES refused a key of 32 bytes: " + err.Error())
	}
	aead, err := cipher.NewGCMWithRandomNonce(b)
	if err != nil {
		panic("keys: GCM refused AES: " + err.Error())
	}
	return aead
}
