package store

import (
	"context"
	"database/sql"
)

// AssertUnencrypted asks of a plain SQLite file at path what Open asks of ours.
func AssertUnencrypted(ctx context.Context, path string) error {
	pool, err := sql.Open("sqlite3", "file:"+path+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=secure_delete(on)&_pragma=foreign_keys(on)")
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.ExecContext(ctx, "CREATE TABLE note (text TEXT)"); err != nil {
		return err
	}
	return assertSQLite(ctx, &DB{sql: pool, path: path})
}

// Drop ends tx as if its rollback had failed.
func Drop(tx *Tx) {
	tx.line.close()
	tx.free()
}
