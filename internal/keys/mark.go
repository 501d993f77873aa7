package keys

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Fingerprint tells the compartment's key from every other, and nothing else of it: it
// is a keyed hash by the key itself, which is 32 random bytes. It stays the same when
// the root key is changed, so that a key in an old copy is known again.
func (r *Ring) Fingerprint(ctx context.Context, n Name) (string, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	tx, err := r.db.Glance(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	var sealed []byte
	err = tx.QueryRow(ctx, `
		SELECT wrapped FROM compartment_key
		WHERE practice = $1 AND compartment = $2`, n.Practice, n.Compartment).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrDestroyed
	}
	if err != nil {
		return "", fmt.Errorf("read key: %w", err)
	}
	key, err := r.wrap.Open(nil, nil, sealed, wrapped(n))
	if err != nil {
		return "", fmt.Errorf("unwrap key: %w", err)
	}
	m := hmac.New(sha256.New, key)
	m.Write([]byte("waymark key fingerprint v1"))
	clear(key)
	return hex.EncodeToString(m.Sum(nil)[:16]), nil
}

// DestroyedAt is when the compartment's key was destroyed; gone says that it was, and
// that there is none now.
func (r *Ring) DestroyedAt(ctx context.Context, n Name) (at time.Time, gone bool, err error) {
	tx, err := r.db.Glance(ctx)
	if err != nil {
		return at, false, err
	}
	defer tx.Rollback()

	var micros, left int64
	err = tx.QueryRow(ctx, `
		SELECT coalesce((SELECT max(at) FROM tombstone WHERE practice = $1 AND compartment = $2), 0),
		       (SELECT count(*) FROM compartment_key WHERE practice = $1 AND compartment = $2)`, n.Practice, n.Compartment).Scan(&micros, &left)
	if err != nil {
		return at, false, fmt.Errorf("read tombstone: %w", err)
	}
	return time.UnixMicro(micros).UTC(), micros > 0 && left == 0, nil
}
