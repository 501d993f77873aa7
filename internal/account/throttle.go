package account

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/tries"
)

// freeLetters is how many letters with a link go to one address at once; after them ever
// fewer, and one in a quarter of an hour at least.
const freeLetters = 5

// CountLetter counts, in tx, a letter with a link to email, which nobody there has asked
// for, however many people are said to be reached there: at an address that was mistyped
// nobody is flooded. After several it is fault.TooSoon, field "email".
func (a *Accounts) CountLetter(ctx context.Context, tx *access.Tx, email string) error {
	email, err := Address(email)
	if err != nil {
		return err
	}
	_, err = tries.CountOf(ctx, tx, a.mark(tx.Practice, "tries", "letter", email), freeLetters)
	return tries.Say(err, "email", "Several letters went to this address just now. Please look whether it is the right one, and try again in a quarter of an hour.")
}

// mark is an HMAC, under the key of the door, over texts that no address can
// be mistaken for: none holds a zero byte.
func (a *Accounts) mark(practice string, texts ...string) []byte {
	return a.door.Lookup(practice, strings.Join(texts, "\x00")+"\x00")
}

// bucket is where a try at the account with lookup, from a browser with the
// given device cookie, is counted.
func (a *Accounts) bucket(practice string, lookup []byte, device string) []byte {
	if a.isDevice(practice, lookup, device) {
		return a.mark(practice, "tries", hex.EncodeToString(lookup), device)
	}
	return a.mark(practice, "tries", hex.EncodeToString(lookup))
}

// A device cookie is "<random>.<mark>", and good for one account only: it
// proves that the browser has signed in to it, and opens nothing.
func (a *Accounts) newDevice(practice string, lookup []byte) string {
	id := secret()
	return id + "." + hex.EncodeToString(a.mark(practice, "device", hex.EncodeToString(lookup), id))
}

// isDevice compares the mark as it is written, to the letter: the whole cookie says
// which bucket a try is counted in.
func (a *Accounts) isDevice(practice string, lookup []byte, device string) bool {
	id, given, _ := strings.Cut(device, ".")
	return written(given, a.mark(practice, "device", hex.EncodeToString(lookup), id))
}

// written says whether text is how mark is written: one mark has one text, so
// that what was given can be known again by its text.
func written(text string, mark []byte) bool {
	return hmac.Equal([]byte(text), []byte(hex.EncodeToString(mark)))
}

// codes is where a try of a code is counted, whichever browser of its kind it comes
// from: one that is known to the account with lookup, or not.
func (a *Accounts) codes(practice string, lookup []byte, device string) []byte {
	kind := "stranger"
	if a.isDevice(practice, lookup, device) {
		kind = "known"
	}
	return a.mark(practice, "tries", "codes", kind, hex.EncodeToString(lookup))
}

// codesByMail is the same for whoever comes by a link that was mailed.
func (a *Accounts) codesByMail(practice, person string) []byte {
	return a.mark(practice, "tries", "codes", "mail", person)
}
