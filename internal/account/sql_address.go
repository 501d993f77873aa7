package account

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/passwords"
)

// A move is what address_change.sealed holds.
type move struct {
	From, To string
	Password *passwords.Hash `json:",omitempty"` // from before the change, or before those of the days before it; nil: nothing puts it back
}

func movePlace(hash []byte) string { return "address_change.sealed " + hex.EncodeToString(hash) }

// keepMove keeps m for the person, found by the hash of a link until a time.
func keepMove(ctx context.Context, tx *access.Tx, person string, hash []byte, undoes bool, until int64, m move) error {
	sealed, err := sealIn(ctx, tx, person, movePlace(hash), m)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO address_change (practice, token_hash, person_id, undoes, made_at, expires_at, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.Practice, hash, person, undoes, tx.Now.UnixMicro(), until, sealed)
	if err != nil {
		return fmt.Errorf("keep change of address: %w", err)
	}
	return nil
}

// moveBy reads what a link of the person is for, and when it was made; one that is not
// good fails as goneAddress.
func moveBy(ctx context.Context, tx *access.Tx, person string, hash []byte, undoes bool) (m move, made int64, err error) {
	var sealed []byte
	err = tx.QueryRow(ctx, `
		SELECT made_at, sealed FROM address_change
		WHERE practice = $1 AND token_hash = $2 AND person_id = $3 AND undoes = $4 AND expires_at > $5`,
		tx.Practice, hash, person, undoes, tx.Now.UnixMicro()).Scan(&made, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return m, 0, goneAddress()
	}
	if err != nil {
		return m, 0, fmt.Errorf("read change of address: %w", err)
	}
	return m, made, open(ctx, tx, movePlace(hash), sealed, &m)
}

// pendingOf is the address that the person asked for and has not confirmed.
func pendingOf(ctx context.Context, tx *access.Tx, person string) (Pending, error) {
	var hash, sealed []byte
	var until int64
	err := tx.QueryRow(ctx, `
		SELECT token_hash, expires_at, sealed FROM address_change
		WHERE practice = $1 AND person_id = $2 AND NOT undoes AND expires_at > $3`,
		tx.Practice, person, tx.Now.UnixMicro()).Scan(&hash, &until, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return Pending{}, nil
	}
	if err != nil {
		return Pending{}, fmt.Errorf("read change of address: %w", err)
	}
	var m move
	if err := open(ctx, tx, movePlace(hash), sealed, &m); err != nil {
		return Pending{}, err
	}
	return Pending{Email: m.To, Until: at(until)}, nil
}

// dropPending takes back the change of address that the person has not confirmed.
func dropPending(ctx context.Context, tx *access.Tx, person string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM address_change WHERE practice = $1 AND person_id = $2 AND NOT undoes`, tx.Practice, person)
	if err != nil {
		return fmt.Errorf("take back change of address: %w", err)
	}
	return nil
}

// dropMoves forgets what was changed since made, or asked for.
func dropMoves(ctx context.Context, tx *access.Tx, person string, made int64) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM address_change WHERE practice = $1 AND person_id = $2 AND (made_at >= $3 OR NOT undoes)`, tx.Practice, person, made)
	if err != nil {
		return fmt.Errorf("forget change of address: %w", err)
	}
	return nil
}

// reach has the person of r sign in with b.Email from now on. Where somebody else does it
// fails with fault.Conflict.
func (a *Accounts) reach(ctx context.Context, tx *access.Tx, person string, b body) error {
	done, err := tx.Exec(ctx, `
		UPDATE account SET lookup = $3
		WHERE practice = $1 AND person_id = $2 AND NOT EXISTS (SELECT 1 FROM account WHERE practice = $1 AND lookup = $3 AND person_id <> $2)`,
		tx.Practice, person, a.door.Lookup(tx.Practice, b.Email))
	if err != nil {
		return fmt.Errorf("change address: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(fault.New(fault.Conflict, "email", "This address cannot be used here. Choose another one, or speak to the practice."), err)
	}
	return write(ctx, tx, person, b)
}
