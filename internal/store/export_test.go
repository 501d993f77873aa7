package store

import (
	"context"
	"database/sql"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/ncruces/go-sqlite3/vfs/adiantum"
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

// Spans opens a file, encrypted, for reading as SQLite would, and as the cipher alone
// would; lies counts what is asked of the disk, and moving says whether pages are
// being moved out of it, as of a log.
func Spans(log bool) (kept, cipher vfs.File, lies *Disk, moving func(bool), err error) {
	v := newOpened(adiantum.Wrap(lying{&whole{VFS: vfs.Find("")}}, nil))
	f, _, err := v.OpenFilename(nil, vfs.OPEN_MAIN_DB|vfs.OPEN_READWRITE|vfs.OPEN_CREATE|vfs.OPEN_EXCLUSIVE|vfs.OPEN_DELETEONCLOSE)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	o := f.(*openedFile)
	if _, err := o.Pragma("hexkey", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"); err != nil {
		return nil, nil, nil, nil, err
	}
	o.log, o.of = log, &openedFile{}
	lies = &Disk{File: o.below.File}
	o.below.File = lies
	return o, o.File, lies, func(is bool) { o.of.moving = is }, nil
}

// Moves moves what is in the log of db, and returns where each page was moved to.
func Moves(ctx context.Context, db *DB) (map[int64]struct{}, error) {
	l := newLine(db, nil)
	defer l.close()
	if err := l.ready(ctx); err != nil {
		return nil, err
	}
	moved, err := l.moves()
	if err == nil {
		_, err = l.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	}
	return moved, err
}

// A Disk counts how often it is read.
type Disk struct {
	vfs.File
	Reads int
}

// ReadAt counts.
func (d *Disk) ReadAt(p []byte, off int64) (int, error) {
	d.Reads++
	return d.File.ReadAt(p, off)
}

// ForgetBlocks empties what is kept of all files.
func ForgetBlocks() {
	v := vfs.Find(wholeVFS).(*opened)
	for i := range v.shards {
		s := &v.shards[i]
		s.mu.Lock()
		s.at, s.ring, s.hand = make(map[place]*block), nil, 0
		s.mu.Unlock()
	}
}

// BlocksKept is how many blocks are.
func BlocksKept() (n int) {
	v := vfs.Find(wholeVFS).(*opened)
	for i := range v.shards {
		s := &v.shards[i]
		s.mu.Lock()
		n += len(s.at)
		s.mu.Unlock()
	}
	return n
}
