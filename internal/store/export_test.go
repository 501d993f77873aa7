package store

import (
	"context"
	"database/sql"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
)

// MoveEvery is after how many commits pages are moved from the log into the database.
const MoveEvery = moveEvery

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

// Listen has a database at address that is not open listen, and returns what ends that.
func Listen(address string) (end func()) {
	db := &DB{source: address}
	db.hear()
	return db.hearNoMore
}

// KeepsPlans says whether SQLite plans tx's statements once.
func KeepsPlans(tx *Tx) (keeps bool, err error) {
	err = tx.line.conn.Raw(func(conn any) error {
		keeps, err = conn.(driver.Conn).Raw().Config(sqlite3.DBCONFIG_ENABLE_QPSG)
		return err
	})
	return keeps, err
}
