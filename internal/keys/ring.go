// Package keys seals and opens what must not be read from a stolen disk. Each
// compartment (a client, a couple, a clinician's own reflections) has a random
// key of its own, so that destroying one key forgets one compartment.
//
//	root key ── HKDF ── key of an epoch ── wraps ── compartment key ── seals ── value
//
// A sealed value is drawn so:
//
//	version (1 byte, 1) | nonce (12) | AES-256-GCM of the padded value | tag (16)
//
// and is bound to its compartment and to its place (table, column and row): it
// opens nowhere else. Padding to whole blocks keeps an answer's length from telling.
//
// The root key and what unlocks it are in root.go and safe.go; the compartments'
// keys, here, live in a database of their own that no backup of the records holds.
package keys

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/waymark-care/waymark/internal/store"
)

const (
	version = 1
	block   = 256   // sealed values are padded to a multiple of this
	keep    = 16384 // how many unwrapped keys stay in memory, under 1 kB each
)

// ErrChanged says that another root key is in force than the one this process holds.
var ErrChanged = errors.New("the root key was changed: unlock this node again")

// ErrDestroyed says that the compartment has no key, or no longer.
var ErrDestroyed = errors.New("the compartment has no key")

// A Name names one compartment of one practice.
type Name struct{ Practice, Compartment string }

// A Ring holds the compartments' keys, wrapped, in a database of its own.
type Ring struct {
	db   *store.DB
	wrap cipher.AEAD
	root *Root

	mu      sync.RWMutex
	open    map[Name]cipher.AEAD // unwrapped, ready for use
	changes int64                // as far as this process has noticed
}

// NewRing returns the keys in db, wrapped under root.
func NewRing(ctx context.Context, db *store.DB, root *Root) (*Ring, error) {
	r := &Ring{db: db, open: make(map[Name]cipher.AEAD)}
	tx, err := db.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	var epoch int64
	if err := tx.QueryRow(ctx, `SELECT epoch, changes FROM ring WHERE one = 1`).Scan(&epoch, &r.changes); err != nil {
		return nil, fmt.Errorf("read ring: %w", err)
	}
	if r.root, err = root.At(epoch); err != nil {
		return nil, fmt.Errorf("root key of epoch %d: %w", epoch, err)
	}
	r.wrap, err = r.root.Wrap()
	return r, err
}

func gcm(key []byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(b)
}

// Make gives each compartment a key, durable when it returns, unless it has one
// or once had one that was destroyed.
func (r *Ring) Make(ctx context.Context, all ...Name) error {
	tx, err := r.db.Write(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	r.mu.RLock()
	epoch, wrap := r.root.Epoch(), r.wrap
	r.mu.RUnlock()
	var inForce int64
	if err := tx.QueryRow(ctx, `SELECT epoch FROM ring WHERE one = 1`).Scan(&inForce); err != nil {
		return fmt.Errorf("read ring: %w", err)
	}
	if inForce != epoch {
		return changedTo(inForce) // a key wrapped by the old root could never be opened again
	}
	for _, n := range all {
		if !n.valid() {
			return errName
		}
		key := make([]byte, 32)
		rand.Read(key)
		_, err = tx.Exec(ctx, `
			INSERT INTO compartment_key (practice, compartment, epoch, wrapped)
			SELECT $1, $2, epoch, $3 FROM ring
			WHERE NOT EXISTS (SELECT 1 FROM tombstone WHERE practice = $1 AND compartment = $2)
			ON CONFLICT DO NOTHING`,
			n.Practice, n.Compartment, wrap.Seal(nil, nil, key, wrapped(n)))
		clear(key)
		if err != nil {
			return fmt.Errorf("make key: %w", err)
		}
	}
	return tx.Commit()
}

// Destroy forgets the compartments' keys, and with them everything sealed
// there. A tombstone stays, and (on SQLite) no byte of the wrapped keys.
func (r *Ring) Destroy(ctx context.Context, all ...Name) error {
	r.mu.Lock() // so that nobody unwraps one meanwhile
	defer r.mu.Unlock()
	if err := r.destroy(ctx, all); err != nil {
		return err
	}
	for _, n := range all {
		delete(r.open, n)
	}
	return r.db.Wipe(ctx)
}

func (r *Ring) destroy(ctx context.Context, all []Name) error {
	tx, err := r.db.Write(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, n := range all {
		_, err := tx.Exec(ctx, `
			INSERT INTO tombstone (practice, compartment, at) VALUES ($1, $2, $3)
			ON CONFLICT DO NOTHING`, n.Practice, n.Compartment, tx.Now.UnixMicro())
		if err != nil {
			return fmt.Errorf("set tombstone: %w", err)
		}
		_, err = tx.Exec(ctx, `DELETE FROM compartment_key WHERE practice = $1 AND compartment = $2`, n.Practice, n.Compartment)
		if err != nil {
			return fmt.Errorf("destroy key: %w", err)
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE ring SET changes = changes + 1`); err != nil {
		return fmt.Errorf("destroy key: %w", err)
	}
	return tx.Commit()
}

// Refresh notices what other processes did: keys that they destroyed are
// dropped from memory here too. Every node calls it every two seconds. It fails with
// ErrChanged if another root key is in force; any other error says that it could not
// be looked, and then no key stays in memory that may have been destroyed meanwhile.
func (r *Ring) Refresh(ctx context.Context) (err error) {
	r.mu.Lock() // before reading, so that a rotation of our own is not taken for another's
	defer r.mu.Unlock()
	defer func() {
		if err != nil {
			clear(r.open)
		}
	}()
	tx, err := r.db.Glance(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	var epoch, changes int64
	if err := tx.QueryRow(ctx, `SELECT epoch, changes FROM ring WHERE one = 1`).Scan(&epoch, &changes); err != nil {
		return fmt.Errorf("read ring: %w", err)
	}
	if epoch != r.root.Epoch() {
		return changedTo(epoch)
	}
	if changes != r.changes {
		clear(r.open)
		r.changes = changes
	}
	return nil
}

func changedTo(epoch int64) error {
	return fmt.Errorf("epoch %d: %w", epoch, ErrChanged)
}

// Rewrap wraps every key by next instead, in one transaction.
func (r *Ring) Rewrap(ctx context.Context, next *Root) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	wrap, err := next.Wrap()
	if err != nil {
		return err
	}
	tx, err := r.db.Write(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	all, err := wrappedKeys(ctx, tx)
	if err != nil {
		return err
	}
	for n, sealed := range all {
		key, err := r.wrap.Open(nil, nil, sealed, wrapped(n))
		if err != nil {
			return fmt.Errorf("unwrap key: %w", err)
		}
		_, err = tx.Exec(ctx, `
			UPDATE compartment_key SET epoch = $3, wrapped = $4
			WHERE practice = $1 AND compartment = $2`,
			n.Practice, n.Compartment, next.Epoch(), wrap.Seal(nil, nil, key, wrapped(n)))
		clear(key)
		if err != nil {
			return fmt.Errorf("wrap key: %w", err)
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE ring SET epoch = $1, changes = changes + 1`, next.Epoch()); err != nil {
		return fmt.Errorf("change epoch: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	r.root, r.wrap = next, wrap
	return r.db.Wipe(ctx)
}

func wrappedKeys(ctx context.Context, tx *store.Tx) (map[Name][]byte, error) {
	rows, err := tx.Query(ctx, `SELECT practice, compartment, wrapped FROM compartment_key`)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	defer rows.Close()

	all := make(map[Name][]byte)
	for rows.Next() {
		var n Name
		var sealed []byte
		if err := rows.Scan(&n.Practice, &n.Compartment, &sealed); err != nil {
			return nil, fmt.Errorf("read key: %w", err)
		}
		all[n] = sealed
	}
	return all, rows.Err()
}

// Seal encrypts plain for one place in a compartment.
func (r *Ring) Seal(ctx context.Context, n Name, place string, plain []byte) ([]byte, error) {
	if !n.valid() || strings.Contains(place, "\x00") {
		return nil, errName
	}
	key, err := r.key(ctx, n)
	if err != nil {
		return nil, err
	}
	padded := make([]byte, (len(plain)/block+1)*block)
	copy(padded, plain)
	padded[len(plain)] = 0x80 // then zeros
	sealed := make([]byte, 1, 1+len(padded)+key.Overhead())
	sealed[0] = version
	return key.Seal(sealed, nil, padded, bound(n, place)), nil
}

// Open decrypts what Seal made for the same compartment and place.
func (r *Ring) Open(ctx context.Context, n Name, place string, sealed []byte) ([]byte, error) {
	key, err := r.key(ctx, n)
	if err != nil {
		return nil, err
	}
	if len(sealed) == 0 || sealed[0] != version {
		return nil, errors.New("sealed by an unknown version")
	}
	padded, err := key.Open(nil, nil, sealed[1:], bound(n, place))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", place, err)
	}
	end := bytes.LastIndexByte(padded, 0x80)
	if end < 0 {
		return nil, errors.New("sealed without padding")
	}
	return padded[:end], nil
}

// bound is what a sealed value is tied to. The parts are told apart by a byte
// that none of them holds.
func bound(n Name, place string) []byte {
	b := make([]byte, 0, len("1")+len(n.Practice)+len(n.Compartment)+len(place)+3)
	b = append(strconv.AppendInt(b, version, 10), 0)
	b = append(append(b, n.Practice...), 0)
	b = append(append(b, n.Compartment...), 0)
	return append(b, place...)
}

var errName = errors.New("a zero byte in the name of a compartment or a place")

func (n Name) valid() bool { return !strings.Contains(n.Practice+n.Compartment, "\x00") }

func wrapped(n Name) []byte {
	return fmt.Appendf(nil, "key\x00%s\x00%s", n.Practice, n.Compartment)
}

func (r *Ring) key(ctx context.Context, n Name) (cipher.AEAD, error) {
	r.mu.RLock()
	key := r.open[n]
	r.mu.RUnlock()
	if key != nil {
		return key, nil
	}
	return r.unwrap(ctx, n)
}

func (r *Ring) unwrap(ctx context.Context, n Name) (cipher.AEAD, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	tx, err := r.db.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	var sealed []byte
	err = tx.QueryRow(ctx, `
		SELECT wrapped FROM compartment_key
		WHERE practice = $1 AND compartment = $2`, n.Practice, n.Compartment).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrDestroyed
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	plain, err := r.wrap.Open(nil, nil, sealed, wrapped(n))
	if err != nil {
		return nil, fmt.Errorf("unwrap key: %w", err)
	}
	key, err := gcm(plain)
	clear(plain)
	if err != nil {
		return nil, err
	}
	if len(r.open) >= keep {
		for old := range r.open { // any one: a key is cheap to unwrap again
			delete(r.open, old)
			break
		}
	}
	r.open[n] = key
	return key, nil
}
