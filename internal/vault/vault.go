// Package vault keeps what people write for themselves alone: process notes of a
// clinician, and the journal of a client, with its sound, pictures and film. What is
// in a vault is sealed in the browser, and opens in a browser only. Here lie wrapped
// keys, sealed entries and sealed media, and nothing in this package can read any of
// them; what they are made of is drawn in doc/design.md ("The vault").
//
// The server seals them once more, under keys of its own, so that a stolen database
// holds less, and erasing somebody reaches into old backups:
//
//	vault.sealed        {salt}                under vault/owner
//	vault_way.sealed    {wrap, credential}    under vault/owner
//	vault_entry.sealed  what the browser made under entries/owner/about
//	vault_media_chunk.sealed  the same, of media
//
// It is no backup of keys: whoever loses every way to open a vault has lost what is
// in it. Nobody else has one, not in an emergency either.
package vault

import (
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// The format that browsers write, as far as it can be seen from outside.
const (
	Version  = 1
	SaltSize = 32 // bytes
	WrapSize = 1 + nonceSize + keySize + tagSize

	keySize   = 32
	nonceSize = 12
	tagSize   = 16

	smallest = 1 << 10 // bytes of what is sealed, after filling up
	largest  = 64 << 10

	// MaxSealed is the size of the largest sealed entry, in bytes.
	MaxSealed = 1 + nonceSize + largest + tagSize
	// MaxText is how many bytes of words always fit into an entry.
	MaxText = 48 << 10
)

// How many of each there may be, so that nobody fills the disk by script.
const (
	maxWays      = 12
	maxEntries   = 4000 // by one person about another
	maxRevisions = 400  // of one entry
)

const maxCredential = 1023 // bytes of the id of a passkey (WebAuthn)

// CodeWay is the id of the way by recovery code. Every vault has it.
const CodeWay = "code"

// A Vault is somebody's own. The zero Vault says that they have none.
type Vault struct {
	Owner    string // person
	ID       string
	Made     time.Time
	Revision int64 // grows with each change of its ways
	Salt     []byte
	Ways     []Way // the code first
}

// There says whether there is a vault.
func (v Vault) There() bool { return v.ID != "" }

// By is the way by the passkey with the given id, if it opens the vault.
func (v Vault) By(passkey string) (Way, bool) {
	for _, w := range v.Ways {
		if w.ID == passkey {
			return w, true
		}
	}
	return Way{}, false
}

// A Way is one way to open a vault: its key, wrapped by what a code or a passkey
// gives to a browser.
type Way struct {
	ID         string // CodeWay, or the id of a passkey in hexadecimal
	Made       time.Time
	Wrap       []byte
	Credential []byte // by which a browser finds the passkey; empty with CodeWay
}

// An Entry is one revision of something written, sealed.
type Entry struct {
	ID       string
	About    string // person
	Revision int64  // from 1
	Begun    time.Time
	At       time.Time // of this revision
	Sealed   []byte    // nil in a list of days
}

// checkWrap refuses what cannot be a wrapped key as our pages make it.
func checkWrap(wrap []byte) error {
	if len(wrap) != WrapSize || wrap[0] != Version {
		return notWhole("wrap")
	}
	return nil
}

// checkSealed refuses what cannot be an entry as our pages seal it: of a version
// that is not known, or of a length that none of them has. The words themselves
// nobody here can look at.
func checkSealed(sealed []byte) error {
	if len(sealed) > MaxSealed {
		return fault.New(fault.TooLarge, "sealed", "This is longer than fits into one note. Divide it into two; your text is still here.")
	}
	filled := len(sealed) - 1 - nonceSize - tagSize
	if filled < smallest || filled&(filled-1) != 0 || sealed[0] != Version {
		return notWhole("sealed")
	}
	return nil
}

// checkWay refuses the id of a passkey that cannot be one.
func checkPasskey(id string, credential []byte) error {
	if len(id) != 64 || strings.Trim(id, "0123456789abcdef") != "" || len(credential) == 0 || len(credential) > maxCredential {
		return notWhole("passkey")
	}
	return nil
}

func notWhole(field string) error {
	return fault.New(fault.Invalid, field, "This did not arrive whole, and was not kept. Please try again; your text is still here.")
}

// recordOf is the compartment of somebody's entries about somebody.
func recordOf(actor access.Actor, about string) access.Compartment {
	return access.EntriesRecord(actor.ID, about)
}
