package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
)

// A room keeps watch over whether there is room to write. When the disk is full
// or fails, changes stop until a check has passed; reading goes on, because a
// ballast file is let go that leaves room for the audit leaves of reading.
type room struct {
	trouble atomic.Bool
	checked atomic.Int64 // when last, in nanoseconds

	mu      sync.Mutex
	ballast string
	size    int64
}

const (
	checkEvery = time.Second
	// reserve is what must be free beside the ballast before changes go on.
	reserve = 4 << 20
)

// Ballast keeps a file of size bytes at path, to be let go when the disk is full.
// It must be longer than the write-ahead log can become (wal_autocheckpoint, in
// dialect.go), which may have to be moved into the database before reading can go on.
// Where there is no room for it now, changes wait until there is, as on any full disk.
func (db *DB) Ballast(path string, size int64) error {
	db.room.mu.Lock()
	defer db.room.mu.Unlock()
	db.room.ballast, db.room.size = path, size
	err := fill(path, size)
	if errors.Is(err, syscall.ENOSPC) {
		db.room.trouble.Store(true)
		return nil
	}
	return err
}

// Writable says whether changes may be tried. After a full disk or an I/O error
// it checks, at most once a second, whether there is room again.
func (db *DB) Writable(ctx context.Context) bool {
	if !db.room.trouble.Load() {
		return true
	}
	last, now := db.room.checked.Load(), time.Now().UnixNano()
	if now-last < int64(checkEvery) || !db.room.checked.CompareAndSwap(last, now) {
		return false
	}
	return db.check(ctx) == nil
}

// check puts the ballast back, with some room beside it, and writes a row. Nobody
// else writes meanwhile: while the ballast is tried there may be no room at all,
// and the leaf of somebody who reads is to wait rather than fail.
func (db *DB) check(ctx context.Context) error {
	turn, err := db.begin(ctx, db.writer, "")
	if err != nil {
		return err
	}
	defer turn.Rollback()
	if !db.room.trouble.Load() {
		return nil // somebody else has checked while we waited
	}
	db.room.mu.Lock()
	defer db.room.mu.Unlock()
	if path := db.room.ballast; path != "" {
		if err := fill(path, db.room.size); err != nil {
			return err
		}
		spare := path + ".spare"
		err := fill(spare, reserve)
		os.Remove(spare)
		if err != nil {
			db.lighten()
			return err
		}
	}
	if err := turn.try(ctx); err != nil {
		db.lighten()
		return err
	}
	db.room.trouble.Store(false)
	return nil
}

// try writes something and takes it away again.
func (tx *Tx) try(ctx context.Context) error {
	if _, err := tx.line.conn.ExecContext(context.WithoutCancel(ctx), tx.line.db.dialect.beginWrite); err != nil {
		return err
	}
	tx.bare = false
	for _, text := range []string{"CREATE TABLE room (a BIGINT)", "DROP TABLE room"} {
		if _, err := tx.Exec(ctx, text); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// noteTrouble looks whether err says that nothing can be written.
func (db *DB) noteTrouble(err error) {
	if err == nil || !noRoom(err) {
		return
	}
	if db.room.trouble.CompareAndSwap(false, true) {
		db.room.checked.Store(time.Now().UnixNano())
		db.room.mu.Lock()
		defer db.room.mu.Unlock()
		db.lighten()
	}
}

// lighten lets the ballast go. The caller holds mu.
func (db *DB) lighten() {
	if db.room.ballast != "" {
		os.Remove(db.room.ballast)
	}
}

func noRoom(err error) bool {
	if errors.Is(err, sqlite3.FULL) || errors.Is(err, sqlite3.IOERR) {
		return true
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "53100" || pg.Code == "58030") // disk_full, io_error
}

// fill makes a file of size bytes that really takes up its room.
func fill(path string, size int64) error {
	if have, err := os.Stat(path); err == nil && have.Size() == size {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("ballast: %w", err)
	}
	chunk := make([]byte, 1<<20)
	for left := size; left > 0 && err == nil; left -= int64(len(chunk)) {
		_, err = f.Write(chunk[:min(left, int64(len(chunk)))])
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(path)
		return fmt.Errorf("ballast: %w", err)
	}
	return nil
}
