// Package store opens the database, SQLite or PostgreSQL, brings its schema up
// to date, and starts transactions: many that read, one at a time that writes.
// It knows nothing of therapy.
//
// SQL is written once for both: placeholders are $1, $2, times are BIGINT
// microseconds, bytes are BYTEA, and INSERT … ON CONFLICT and RETURNING are
// allowed because both have them. The places where the two differ are gathered
// in dialect.go, and, for the journeys to a server, in together.go.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
)

// A DB is an open database: a few connections that read and one that writes.
type DB struct {
	sql     *sql.DB
	dialect dialect
	path    string // of SQLite's file, or empty
	readers home
	writer  home         // holds one line, or none while somebody writes
	room    room         // whether there is room to write (room.go)
	mover   *mover       // nil on PostgreSQL, which has its own
	cuts    atomic.Int64 // how often a connection to PostgreSQL was found to be cut

	concerns func(text string) bool // which statements are watched (kept.go)
	changes  atomic.Int64           // of what they change
	ear      ear                    // on PostgreSQL, for what others change (heard.go)
	source   string                 // where PostgreSQL is

	// Now is the clock; tests and sample data set it.
	Now func() time.Time
}

// ErrNewer says that the database was made by a later version of the program.
var ErrNewer = errors.New("the database was made by a newer version of Waymark: start that version, or restore a backup made by this one")

// Open opens the database at url ("sqlite:path" or "postgres://…") and applies
// the migrations in files that it has not yet seen. SQLite's files are encrypted
// under key, 32 bytes; a PostgreSQL server encrypts its own disk.
func Open(ctx context.Context, url string, key []byte, files fs.FS) (*DB, error) {
	return open(ctx, url, key, files, func(context.Context, *DB) error { return nil })
}

// open asks first, if anything is to be done at all.
func open(ctx context.Context, url string, key []byte, files fs.FS, first func(context.Context, *DB) error) (*DB, error) {
	d, name, source := postgres, "pgx", postgresSource(url)
	path, ok := strings.CutPrefix(url, "sqlite:")
	if ok {
		registerWhole()
		d, name, source = sqlite, "sqlite3", sqliteSource(path, key)
	} else {
		path = ""
	}
	pool, err := sql.Open(name, source)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	db := &DB{
		sql: pool, dialect: d, Now: time.Now, path: path, source: source,
	}
	pool.SetMaxOpenConns(readers + 2)
	pool.SetMaxIdleConns(readers + 2)
	db.readers, db.writer = newHome(db, readers, d.reading), newHome(db, 1, d.writing)
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return first(ctx, db) },
		func(ctx context.Context) error { return db.migrate(ctx, files) },
		func(ctx context.Context) error { return d.assert(ctx, db) },
	} {
		if err := step(ctx); err != nil {
			db.readers.close()
			pool.Close()
			return nil, fmt.Errorf("open database: %w", err)
		}
	}
	if db.IsSQLite() {
		db.moving()
	}
	return db, nil
}

// IsSQLite says whether the database is a file of ours.
func (db *DB) IsSQLite() bool { return db.path != "" }

// Beside is the path of a file that goes with SQLite's, and has name behind a dash;
// empty on PostgreSQL.
func (db *DB) Beside(name string) string {
	if !db.IsSQLite() {
		return ""
	}
	return db.path + "-" + name
}

// Close closes the database. No transaction may be open.
func (db *DB) Close() error {
	db.mover.stop()
	db.hearNoMore()
	db.readers.close()
	db.writer.close()
	return db.sql.Close()
}

// Clock returns the time as the database keeps it.
func (db *DB) Clock() time.Time { return db.Now().UTC().Truncate(time.Microsecond) }

// A Tx is one transaction, with the time at which it began. Its statements run
// to their end even if the caller is gone: a statement cut short would take
// with it the work of others in the same transaction.
type Tx struct {
	Now time.Time

	line   *line
	home   home
	bare   bool  // one statement at a time, each its own transaction
	due    bool  // Mark was called, but the database has not been told
	kept   bool  // what was done since Mark is kept, but the database has not been told
	of     *Tx   // whose it is, if it was lent
	failed error // of the first statement that failed: nothing more is done after it

	began   time.Time // whatever Now says
	as      int64     // how often what is watched had changed before it began
	touched bool      // it changes what is watched
}

// Read starts a transaction that sees one state of the database and cannot
// change it. Call Rollback by defer.
func (db *DB) Read(ctx context.Context) (*Tx, error) {
	return db.begin(ctx, db.readers, db.dialect.beginRead)
}

// Look starts what is enough for a few statements that read and need not see the
// same state. On PostgreSQL each stands for itself, which spares two journeys to
// the server; on SQLite it is Read, so that pages are decrypted once for all of them.
func (db *DB) Look(ctx context.Context) (*Tx, error) {
	return db.begin(ctx, db.readers, db.dialect.beginLook)
}

// Lend returns a transaction for a part of what tx is for: it sees what tx sees,
// began now, and its end leaves tx open. One is lent at a time.
func (tx *Tx) Lend() *Tx {
	return &Tx{Now: tx.line.db.Clock(), line: tx.line, home: tx.home, bare: tx.bare, failed: tx.failed, of: tx, began: tx.began, as: tx.as}
}

// Still says whether tx sees one state of the database from its first statement to
// its last. Look on PostgreSQL does not.
func (tx *Tx) Still() bool { return !tx.bare }

// Failed says whether a statement failed, so that tx is of no more use.
func (tx *Tx) Failed() bool { return tx.failed != nil }

// Glance starts what is enough for a single statement that reads.
func (db *DB) Glance(ctx context.Context) (*Tx, error) {
	return db.begin(ctx, db.readers, "")
}

// Write waits until nobody else writes, here or on another node, and starts a
// transaction. Call Rollback by defer and Commit at the end.
func (db *DB) Write(ctx context.Context) (*Tx, error) {
	tx, err := db.begin(ctx, db.writer, db.dialect.beginWrite)
	db.noteTrouble(err)
	return tx, err
}

func (db *DB) begin(ctx context.Context, home home, begin string) (*Tx, error) {
	l, err := home.take(ctx)
	if err != nil {
		return nil, err
	}
	tx := &Tx{Now: db.Clock(), line: l, home: home, bare: begin == "", began: time.Now(), as: db.changes.Load()}
	err = ctx.Err() // if both were ready, take took any
	if err == nil {
		err = l.ready(ctx)
	}
	if err == nil && !tx.bare {
		err = l.begin(ctx, begin)
		if l.lite == nil && Away(err) { // it was cut since, and nothing was done yet
			l.doubts(err)
			if err = l.ready(ctx); err == nil {
				err = l.begin(ctx, begin)
			}
		}
	}
	if err != nil {
		l.close()
		tx.free()
		return nil, fmt.Errorf("begin: %w", err)
	}
	return tx, nil
}

// Commit makes the transaction durable. It has done nothing if it fails.
func (tx *Tx) Commit() error {
	if tx.line == nil {
		return sql.ErrTxDone
	}
	err := tx.failed
	if err == nil {
		err = tx.line.whole() // or PostgreSQL would roll back and call it success
	}
	if err == nil && tx.tells() {
		_, err = tx.exec(context.Background(), tell)
	}
	if err == nil {
		_, err = tx.exec(context.Background(), "COMMIT")
	}
	if err != nil {
		tx.failed = err
		return fmt.Errorf("commit: %w", err) // and Rollback follows
	}
	db := tx.line.db
	tx.free()
	db.mover.committed()
	return nil
}

// Wipe leaves no bytes of deleted rows in the files beside the database: what
// is in the write-ahead log is moved and the log cut to nothing. Only SQLite
// needs it; the caller must have no transaction open.
func (db *DB) Wipe(ctx context.Context) error {
	if !db.IsSQLite() {
		return nil
	}
	tx, err := db.begin(ctx, db.writer, "")
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if db.mover != nil {
		db.mover.at.Lock()
		defer db.mover.at.Unlock()
	}

	var busy, log, moved int
	if err := tx.QueryRow(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved); err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	if busy != 0 {
		return errors.New("wipe: somebody is still reading")
	}
	return nil
}

// Rollback undoes the transaction, unless Commit has succeeded.
func (tx *Tx) Rollback() {
	if tx.line == nil {
		return
	}
	if tx.of != nil {
		tx.of.failed = tx.failed
		tx.line = nil
		return
	}
	if !tx.bare {
		tx.line.still()
		if _, err := tx.exec(context.Background(), "ROLLBACK"); err != nil {
			tx.line.close() // a fresh connection has no transaction open
		}
	}
	tx.free()
}

func (tx *Tx) free() {
	tx.line.still()
	if tx.touched { // whether it was committed or not: nobody may know
		tx.line.db.changes.Add(1)
	}
	tx.home.give(tx.line)
	tx.line = nil
}

// Exec runs a statement that returns no rows. After any statement has failed
// the others do too, until Undo or Rollback: PostgreSQL insists on it, and SQLite
// may have rolled back already without a word.
func (tx *Tx) Exec(ctx context.Context, text string, args ...any) (done sql.Result, err error) {
	if err := tx.open(); err != nil {
		return nil, err
	}
	tx.watches(text)
	if tx.due {
		done, err = tx.executed(text, args)
	} else {
		done, err = tx.exec(ctx, text, args...)
	}
	if err != nil {
		tx.failed = err
	}
	return done, err
}

// usable also tells the database of a mark that it does not know of yet.
func (tx *Tx) usable(ctx context.Context) error {
	if err := tx.open(); err != nil || !tx.due {
		return err
	}
	_, err := tx.line.conn.ExecContext(context.WithoutCancel(ctx), strings.Join(tx.marks(), "; "))
	if err != nil {
		tx.fail(err)
	}
	return err
}

func (tx *Tx) open() error {
	if tx.line == nil {
		return sql.ErrTxDone
	}
	if tx.failed != nil {
		return fmt.Errorf("after an earlier failure: %w", tx.failed)
	}
	return nil
}

// fail notes that a statement failed, which may have changed something: INSERT
// … RETURNING is asked as a query.
func (tx *Tx) fail(err error) {
	tx.failed = err
	if tx.line != nil {
		tx.line.doubts(err)
		if tx.home == tx.line.db.writer {
			tx.line.db.noteTrouble(err)
		}
	}
}

func (tx *Tx) exec(ctx context.Context, text string, args ...any) (done sql.Result, err error) {
	if tx.line == nil {
		return nil, sql.ErrTxDone
	}
	if tx.line.lite != nil {
		done, err = tx.line.run(text, args)
	} else {
		var stmt *sql.Stmt
		if stmt, err = tx.line.stmt(ctx, text); err == nil {
			done, err = stmt.ExecContext(context.WithoutCancel(ctx), args...)
		}
	}
	if err != nil {
		tx.line.doubts(err)
		tx.line.db.noteTrouble(err)
	}
	return done, err
}

// Mark sets the point to which Undo goes back. PostgreSQL is told with the next
// statement.
func (tx *Tx) Mark(ctx context.Context) error {
	if tx.line != nil && tx.line.db.dialect.keepsLater {
		tx.due = true
		return tx.open()
	}
	_, err := tx.Exec(ctx, "SAVEPOINT mark")
	return err
}

// marks is how PostgreSQL is told of the mark that is due.
func (tx *Tx) marks() []string {
	forgets := tx.kept
	tx.due, tx.kept = false, false
	if forgets {
		return []string{"RELEASE mark", "SAVEPOINT mark"}
	}
	return []string{"SAVEPOINT mark"}
}

// Undo undoes what was done since Mark. If it fails, nothing can be saved but
// by Rollback of the whole.
func (tx *Tx) Undo(ctx context.Context) error {
	if tx.due { // nothing was done
		tx.due, tx.failed = false, nil
		return tx.line.whole()
	}
	if _, err := tx.exec(ctx, "ROLLBACK TO mark"); err != nil {
		return err
	}
	tx.failed = nil
	return tx.Keep(ctx)
}

// Keep forgets Mark, and so keeps what was done since. PostgreSQL is told with
// the next Mark, or by the commit.
func (tx *Tx) Keep(ctx context.Context) error {
	if tx.line == nil || !tx.line.db.dialect.keepsLater {
		_, err := tx.Exec(ctx, "RELEASE mark")
		return err
	}
	if err := tx.open(); err != nil {
		return err
	}
	if tx.due {
		tx.due = false // nothing was done
	} else {
		tx.kept = true
	}
	return tx.line.whole()
}

// Query runs a statement that returns rows.
func (tx *Tx) Query(ctx context.Context, text string, args ...any) (*Rows, error) {
	if err := tx.usable(ctx); err != nil {
		return nil, err
	}
	tx.watches(text)
	rows, err := tx.query(ctx, text, args)
	if err != nil {
		tx.fail(err)
	}
	return rows, err
}

func (tx *Tx) query(ctx context.Context, text string, args []any) (*Rows, error) {
	if tx.line.lite != nil {
		return tx.line.read(tx, text, args)
	}
	stmt, err := tx.line.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(context.WithoutCancel(ctx), args...)
	if err != nil {
		return nil, err
	}
	r := &Rows{tx: tx, pg: rows}
	tx.line.asked[r] = true
	return r, nil
}

// QueryRow runs a statement that returns one row, or none (sql.ErrNoRows).
func (tx *Tx) QueryRow(ctx context.Context, text string, args ...any) Row {
	if tx.line != nil && tx.line.lite != nil {
		rows, err := tx.Query(ctx, text, args...)
		if err != nil {
			return NoRow(err)
		}
		return Row{row: first{rows}, tx: tx}
	}
	if err := tx.usable(ctx); err != nil {
		return NoRow(err)
	}
	tx.watches(text)
	stmt, err := tx.line.stmt(ctx, text)
	if err != nil {
		tx.fail(err)
		return NoRow(err)
	}
	return Row{row: stmt.QueryRowContext(context.WithoutCancel(ctx), args...), tx: tx}
}

// A Row is what QueryRow found.
type Row struct {
	row interface{ Scan(...any) error }
	tx  *Tx
	err error
}

// NoRow returns a Row whose Scan fails with err.
func NoRow(err error) Row { return Row{err: err} }

// Scan copies the row's columns into dest.
func (r Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	err := r.row.Scan(dest...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		r.tx.fail(err)
	}
	return err
}
