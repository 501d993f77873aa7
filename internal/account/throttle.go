package account

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Tries at an account are counted before the secret is looked at, so that many
// at once count as many. A browser that has signed in before is known by its
// device cookie and counted apart: whoever hammers at an address from elsewhere
// slows down only other strangers, not the owner's own browsers. Tries that
// come too soon are not counted, so that nobody can be kept out for good.
const (
	freeTries  = 6
	firstWait  = 30 * time.Second // doubles with each further try
	longestTry = 15 * time.Minute
	forgetting = 24 * time.Hour // after the last try
)

// A Wait is what a fault.TooSoon wraps: when to try again.
type Wait struct{ Until time.Time }

func (w Wait) Error() string { return "not before " + w.Until.Format(time.RFC3339) }

func tooSoon(now, until time.Time) error {
	minutes := int((until.Sub(now) + time.Minute - 1) / time.Minute)
	when := fmt.Sprintf("in %d minutes", minutes)
	if minutes <= 1 {
		when = "in a minute"
	}
	return &fault.Error{
		Kind: fault.TooSoon, Err: Wait{until},
		Text: "There were several tries that did not work. For your protection the next one is possible " + when + ".",
	}
}

// waitAfter is how long to wait after the given number of tries, of which so many
// are free.
func waitAfter(tries, free int64) time.Duration {
	if tries < free {
		return 0
	}
	return min(firstWait<<min(tries-free, 10), longestTry)
}

// count counts, in tx, a try in each of the buckets, unless it comes too soon.
func count(ctx context.Context, tx *access.Tx, keys ...[]byte) error {
	for _, key := range keys {
		if _, err := countOne(ctx, tx, key, freeTries); err != nil {
			return err
		}
	}
	return nil
}

// countOne counts a try in a bucket of which so many are free, and returns how many
// there were with it.
func countOne(ctx context.Context, tx *access.Tx, key []byte, free int64) (tries int64, err error) {
	var last, notBefore int64
	err = tx.QueryRow(ctx, `
		SELECT tries, last_at, not_before FROM throttle
		WHERE practice = $1 AND key = $2`, tx.Practice, key).Scan(&tries, &last, &notBefore)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read tries: %w", err)
	}
	if tx.Now.UnixMicro() < notBefore {
		return 0, tooSoon(tx.Now, at(notBefore))
	}
	if tx.Now.Sub(at(last)) > forgetting {
		tries = 0
	}
	tries++
	_, err = tx.Exec(ctx, `
		INSERT INTO throttle (practice, key, tries, last_at, not_before) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (practice, key) DO UPDATE SET tries = excluded.tries, last_at = excluded.last_at, not_before = excluded.not_before`,
		tx.Practice, key, tries, tx.Now.UnixMicro(), tx.Now.Add(waitAfter(tries, free)).UnixMicro())
	if err != nil {
		return 0, fmt.Errorf("count try: %w", err)
	}
	return tries, nil
}

// freeLetters is how many letters with a link go to one address at once; after them ever
// fewer, and one in longestTry at least.
const freeLetters = 5

// CountLetter counts, in tx, a letter with a link to email, which nobody there has asked
// for, however many people are said to be reached there: at an address that was mistyped
// nobody is flooded. After several it is fault.TooSoon, field "email".
func (a *Accounts) CountLetter(ctx context.Context, tx *access.Tx, email string) error {
	email, err := Address(email)
	if err != nil {
		return err
	}
	_, err = countOne(ctx, tx, a.mark(tx.Practice, "tries", "letter", email), freeLetters)
	var f *fault.Error
	var wait Wait
	if !errors.As(err, &f) || !errors.As(err, &wait) {
		return err
	}
	return &fault.Error{Kind: fault.TooSoon, Field: "email", Err: wait, Text: "Several letters went to this address just now. Please look whether it is the right one, and try again in a quarter of an hour."}
}

// forgive forgets, in tx, the tries in these buckets: the right secret came.
func forgive(ctx context.Context, tx *access.Tx, keys ...[]byte) error {
	for _, key := range keys {
		_, err := tx.Exec(ctx, `DELETE FROM throttle WHERE practice = $1 AND key = $2`, tx.Practice, key)
		if err != nil {
			return fmt.Errorf("forget tries: %w", err)
		}
	}
	return nil
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
