package keys

import (
	"context"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/store"
)

// A Bundle is the keys of a practice that moves to another server: bare, so it is
// never written but encrypted to that server.
type Bundle struct {
	Keys       map[string][]byte `json:"keys"`       // by compartment, 32 bytes each
	Tombstones map[string]int64  `json:"tombstones"` // when each was destroyed, in microseconds since 1970
}

// Forget overwrites the keys with zeros.
func (b Bundle) Forget() {
	for _, key := range b.Keys {
		clear(key)
	}
}

// Hand returns the keys of practice, for archive alone. The caller forgets them.
func (r *Ring) Hand(ctx context.Context, practice string) (b Bundle, err error) {
	r.mu.RLock()
	wrap := r.wrap
	r.mu.RUnlock()
	tx, err := r.db.Read(ctx)
	if err != nil {
		return b, err
	}
	defer tx.Rollback()
	all, err := wrappedKeys(ctx, tx)
	if err != nil {
		return b, err
	}
	b.Keys = make(map[string][]byte)
	for n, sealed := range all {
		if n.Practice != practice {
			continue
		}
		if b.Keys[n.Compartment], err = wrap.Open(nil, nil, sealed, wrapped(n)); err != nil {
			return b, fmt.Errorf("unwrap key: %w", err)
		}
	}
	b.Tombstones, err = tombstones(ctx, tx, practice)
	return b, err
}

func tombstones(ctx context.Context, tx *store.Tx, practice string) (map[string]int64, error) {
	rows, err := tx.Query(ctx, `SELECT compartment, at FROM tombstone WHERE practice = $1`, practice)
	if err != nil {
		return nil, fmt.Errorf("read tombstones: %w", err)
	}
	defer rows.Close()

	all := make(map[string]int64)
	for rows.Next() {
		var c string
		var at int64
		if err := rows.Scan(&c, &at); err != nil {
			return nil, fmt.Errorf("read tombstone: %w", err)
		}
		all[c] = at
	}
	return all, rows.Err()
}

// whole is the compartment whose key is destroyed only when a whole practice is
// taken away.
const whole = "operations"

// Bring wraps the keys of a practice that comes from another server, over any that
// an interrupted try has left. A practice that was once taken away from here as
// a whole may come back; what was erased by itself may not, be it with an older file.
// Undo is for when the records do not follow: the keys are gone again, and what had been
// destroyed here is known as before.
func (r *Ring) Bring(ctx context.Context, practice string, b Bundle) (undo func(context.Context) error, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	tx, err := r.db.Write(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	here, err := tombstones(ctx, tx, practice)
	if err != nil {
		return nil, err
	}
	gone, away := here[whole]
	for c, key := range b.Keys {
		n := Name{practice, c}
		if !n.valid() || len(key) != 32 {
			return nil, errName
		}
		if at, erased := here[c]; erased {
			if !away || at != gone { // all that goes with a practice goes at one moment
				return nil, errors.New("it holds the key of a record that was erased here")
			}
			if _, err := tx.Exec(ctx, `DELETE FROM tombstone WHERE practice = $1 AND compartment = $2`, practice, c); err != nil {
				return nil, fmt.Errorf("take back a tombstone: %w", err)
			}
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO compartment_key (practice, compartment, epoch, wrapped) SELECT $1, $2, epoch, $3 FROM ring WHERE one = 1
			ON CONFLICT (practice, compartment) DO UPDATE SET epoch = excluded.epoch, wrapped = excluded.wrapped`,
			practice, c, r.wrap.Seal(nil, nil, key, wrapped(n)))
		if err != nil {
			return nil, fmt.Errorf("bring key: %w", err)
		}
		delete(r.open, n)
	}
	for c, at := range b.Tombstones {
		if _, both := b.Keys[c]; both {
			return nil, errors.New("it holds both a record's key and that the record was erased")
		}
		if err := bury(ctx, tx, practice, c, at); err != nil {
			return nil, err
		}
	}
	if err := r.changed(ctx, tx); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return r.unbring(ctx, practice, here) }, tx.Commit()
}

func bury(ctx context.Context, tx *store.Tx, practice, c string, at int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO tombstone (practice, compartment, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, practice, c, at)
	if err != nil {
		return fmt.Errorf("set tombstone: %w", err)
	}
	return nil
}

// unbring deletes the keys that Bring put there. was is what had been destroyed before.
func (r *Ring) unbring(ctx context.Context, practice string, was map[string]int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	tx, err := r.db.Write(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, text := range []string{
		`DELETE FROM compartment_key WHERE practice = $1`, `DELETE FROM tombstone WHERE practice = $1`,
	} {
		if _, err := tx.Exec(ctx, text, practice); err != nil {
			return fmt.Errorf("take keys back: %w", err)
		}
	}
	for c, at := range was {
		if err := bury(ctx, tx, practice, c, at); err != nil {
			return err
		}
	}
	if err := r.changed(ctx, tx); err != nil {
		return err
	}
	for n := range r.open {
		if n.Practice == practice {
			delete(r.open, n)
		}
	}
	return tx.Commit()
}

// changed has other processes notice.
func (r *Ring) changed(ctx context.Context, tx *store.Tx) error {
	if _, err := tx.Exec(ctx, `UPDATE ring SET changes = changes + 1`); err != nil {
		return fmt.Errorf("change the ring: %w", err)
	}
	return nil
}
