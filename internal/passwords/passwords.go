// Package passwords says what is asked of a password, and keeps one as a hash that is
// slow to make: a few at a time, so that whoever sends many has nobody else wait.
//
// Whose password it is, and where its hash is sealed, is for account to know.
package passwords

import (
	"bytes"
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
	Min      = 10  // characters, for clients
	MinStaff = 12  // characters, for those who work in the practice
	Max      = 200 // bytes
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

// A Hash is a password as it is kept.
type Hash struct {
	Version int
	Salt    []byte
	Sum     []byte
}

// Same says whether two hashes are of the same password at the same time.
func (h *Hash) Same(other *Hash) bool {
	return h != nil && other != nil && bytes.Equal(h.Sum, other.Sum) && bytes.Equal(h.Salt, other.Salt)
}

// Acceptable says what is wrong with a new password for somebody with email, who may be
// of the practice's staff; nil: nothing. It is fault.Invalid, field "password".
func Acceptable(password, email string, staff bool) error {
	least := Min
	if staff {
		least = MinStaff
	}
	bad := func(text string) error { return fault.New(fault.Invalid, "password", text) }
	plain := strings.ToLower(strings.TrimSpace(password))
	email = strings.ToLower(strings.TrimSpace(email))
	name, _, _ := strings.Cut(email, "@")
	switch {
	case len(password) > Max:
		return bad(fmt.Sprintf("This is too long: at most %d bytes can be kept.", Max))
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
