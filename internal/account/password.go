package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// What is asked of a password. Length is all that helps; rules about kinds of
// characters only make passwords that are alike (NIST SP 800-63B, 5.1.1.2).
const (
	MinPassword      = 10  // characters, for clients
	MinStaffPassword = 12  // characters, for those who work in the practice
	MaxPassword      = 200 // bytes
)

// argon2id with 19 MiB, two passes and one lane is what OWASP asks for at
// least. More would not help here: a hash is sealed, so that a stolen database
// gives nobody a hash to try at. And less memory leaves room for everybody else
// when many sign in at once.
const (
	hashVersion = 1
	hashMemory  = 19 << 10 // KiB
	hashPasses  = 2
	hashLanes   = 1
	hashSalt    = 16
	hashSum     = 32

	hashAtOnce  = 2   // so at most 38 MiB
	hashWaiting = 256 // whoever comes then is asked to come back
)

//go:embed common.txt
var commonText string

// A hash is a password as it is kept.
type hash struct {
	Version int
	Salt    []byte
	Sum     []byte
}

// Hashed is a password that was checked and hashed, for Open. The zero Hashed
// is no password.
type Hashed struct{ hash *hash }

// HashPassword checks password by the rules for somebody with email and roles,
// and hashes it. It takes some 30 ms and must be called outside of any change.
// It fails with fault.Invalid, field "password".
func (a *Accounts) HashPassword(ctx context.Context, email, roles, password string) (Hashed, error) {
	if err := acceptable(password, email, isStaff(roles)); err != nil {
		return Hashed{}, err
	}
	h, err := a.hasher.make(ctx, password)
	return Hashed{h}, err
}

// acceptable says what is wrong with a new password, if anything is.
func acceptable(password, email string, staff bool) error {
	least := MinPassword
	if staff {
		least = MinStaffPassword
	}
	bad := func(text string) error { return fault.New(fault.Invalid, "password", text) }
	plain := strings.ToLower(strings.TrimSpace(password))
	email = strings.ToLower(strings.TrimSpace(email))
	name, _, _ := strings.Cut(email, "@")
	switch {
	case len(password) > MaxPassword:
		return bad(fmt.Sprintf("This is too long: at most %d bytes can be kept.", MaxPassword))
	case !utf8.ValidString(password):
		return bad("This holds characters that cannot be read. Type it again.")
	case utf8.RuneCountInString(password) < least:
		return bad(fmt.Sprintf("Choose at least %d characters. A few words that only you would put together are good.", least))
	case plain == email || plain == name:
		return bad("This is your e-mail address. Choose something that others do not know.")
	case isCommon(plain):
		return bad("Many people use this one, so it is among the first that are tried. A few words that only you would put together are better.")
	}
	return nil
}

// isCommon says whether plain, in small letters, is among the passwords that
// everybody tries first, or one character again and again.
func isCommon(plain string) bool {
	first, _ := utf8.DecodeRuneInString(plain)
	if strings.Trim(plain, string(first)) == "" {
		return true
	}
	return slices.Contains(strings.Fields(commonText), plain)
}

// A hasher runs argon2id for few at a time, so that a flood of sign-ins cannot
// take all memory.
type hasher struct {
	turn    chan struct{}
	waiting atomic.Int64
	decoy   *hash        // for those who have no password
	runs    atomic.Int64 // how often it was run
}

func newHasher() *hasher {
	decoy := &hash{Version: hashVersion, Salt: make([]byte, hashSalt), Sum: make([]byte, hashSum)}
	rand.Read(decoy.Salt)
	rand.Read(decoy.Sum)
	return &hasher{turn: make(chan struct{}, hashAtOnce), decoy: decoy}
}

func (h *hasher) run(ctx context.Context, password string, salt []byte) ([]byte, error) {
	access.Rest(ctx)
	if h.waiting.Add(1) > hashWaiting {
		h.waiting.Add(-1)
		return nil, fault.New(fault.TooSoon, "", "Many people are signing in just now. Please try again in a minute.")
	}
	defer h.waiting.Add(-1)
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.turn }()
	h.runs.Add(1)
	return argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, hashLanes, hashSum), nil
}

func (h *hasher) make(ctx context.Context, password string) (*hash, error) {
	salt := make([]byte, hashSalt)
	rand.Read(salt)
	sum, err := h.run(ctx, password, salt)
	if err != nil {
		return nil, err
	}
	return &hash{Version: hashVersion, Salt: salt, Sum: sum}, nil
}

// matches says whether password is the one that kept was made of. If kept is
// nil the work is done all the same and the answer is no.
func (h *hasher) matches(ctx context.Context, password string, kept *hash) (bool, error) {
	against := kept
	if against == nil {
		against = h.decoy
	}
	if against.Version != hashVersion {
		return false, errors.New("the password was hashed in a way that this version does not know")
	}
	if len(password) > MaxPassword {
		password, kept = "", nil // it cannot be right, and is no reason to be slow
	}
	sum, err := h.run(ctx, password, against.Salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(sum, against.Sum) == 1 && kept != nil, nil
}
