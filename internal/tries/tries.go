// Package tries counts tries at what lets somebody in, and has whoever tries much wait:
// those at one account, kept in the database, and those from one network, in memory.
//
// What a bucket stands for is for whoever counts to say: here it is a key that tells nothing.
package tries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
	Free       = 6                // before there is a wait between two
	firstWait  = 30 * time.Second // doubles with each further try
	longest    = 15 * time.Minute
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

// Say has err speak in these words, about this field, if it says that a try came too soon.
func Say(err error, field, text string) error {
	var f *fault.Error
	var wait Wait
	if !errors.As(err, &f) || !errors.As(err, &wait) {
		return err
	}
	return &fault.Error{Kind: fault.TooSoon, Field: field, Err: wait, Text: text}
}

// waitAfter is how long to wait after the given number of tries, of which so many
// are free.
func waitAfter(tries, free int64) time.Duration {
	if tries < free {
		return 0
	}
	return min(firstWait<<min(tries-free, 10), longest)
}

// Count counts, in tx, a try in each of the buckets, unless it comes too soon: then it is
// fault.TooSoon, which wraps Wait.
func Count(ctx context.Context, tx *access.Tx, keys ...[]byte) error {
	for _, key := range keys {
		if _, err := CountOf(ctx, tx, key, Free); err != nil {
			return err
		}
	}
	return nil
}

// CountOf counts a try in a bucket of which so many are free, and returns how many
// there were with it.
func CountOf(ctx context.Context, tx *access.Tx, key []byte, free int64) (tries int64, err error) {
	var last, notBefore int64
	err = tx.QueryRow(ctx, `
		SELECT tries, last_at, not_before FROM throttle
		WHERE practice = $1 AND key = $2`, tx.Practice, key).Scan(&tries, &last, &notBefore)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read tries: %w", err)
	}
	if tx.Now.UnixMicro() < notBefore {
		return 0, tooSoon(tx.Now, time.UnixMicro(notBefore).UTC())
	}
	if tx.Now.Sub(time.UnixMicro(last)) > forgetting {
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

// Forgive forgets, in tx, the tries in these buckets: the right secret came.
func Forgive(ctx context.Context, tx *access.Tx, keys ...[]byte) error {
	for _, key := range keys {
		_, err := tx.Exec(ctx, `DELETE FROM throttle WHERE practice = $1 AND key = $2`, tx.Practice, key)
		if err != nil {
			return fmt.Errorf("forget tries: %w", err)
		}
	}
	return nil
}

// Tidy forgets, in tx, tries that were long ago.
func Tidy(ctx context.Context, tx *access.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM throttle WHERE practice = $1 AND last_at <= $2`, tx.Practice, tx.Now.Add(-forgetting).UnixMicro())
	if err != nil {
		return fmt.Errorf("forget tries: %w", err)
	}
	return nil
}
