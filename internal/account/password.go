package account

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

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
// who is whoever chooses it, or the link that lets them: each has one password
// hashed at a time. It fails with fault.Invalid, field "password", and with
// fault.TooSoon while another one of theirs is being hashed.
func (a *Accounts) HashPassword(ctx context.Context, who, email, roles, password string) (Hashed, error) {
	if err := acceptable(password, email, isStaff(roles)); err != nil {
		return Hashed{}, err
	}
	h, err := a.hasher.make(ctx, who, password)
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
