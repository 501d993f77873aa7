package store

import (
	"context"
	"fmt"
)

// A Turn is one node's alone among all that have the database open. Unlike Write it
// keeps nobody from writing. On SQLite, which one process has open, it is nobody's.
type Turn struct{ tx *Tx }

// Turn waits until no other node has the turn of this name, and takes it. Call End by
// defer.
func (db *DB) Turn(ctx context.Context, name string) (Turn, error) {
	if db.IsSQLite() {
		return Turn{}, nil
	}
	tx, err := db.Read(ctx)
	if err != nil {
		return Turn{}, err
	}
	t := Turn{tx}
	_, err = tx.Exec(ctx, "SET LOCAL idle_in_transaction_session_timeout = 0")
	if err == nil {
		_, err = tx.Exec(ctx, turnPostgres, name)
	}
	if err != nil {
		t.End()
		return Turn{}, fmt.Errorf("take the turn %s: %w", name, err)
	}
	return t, nil
}

// Held fails if the turn was lost with the connection: another node may have it.
func (t Turn) Held(ctx context.Context) error {
	if t.tx == nil {
		return nil
	}
	var one int
	if err := t.tx.QueryRow(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("the turn was lost: %w", err)
	}
	return nil
}

// End lets the next one have it.
func (t Turn) End() {
	if t.tx != nil {
		t.tx.Rollback()
	}
}
