package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// On SQLite statements are run on the connection itself: what database/sql adds to suit
// every database was an eighth of the processor of a page that asks for many rows.
// PostgreSQL is asked through database/sql.

// Rows are what Query found. The end of the transaction closes them too.
type Rows struct {
	tx   *Tx
	here bool // there is a row to scan

	pg   *sql.Rows  // of PostgreSQL; what follows is of SQLite
	stmt *statement // nil once closed
	err  error
}

// Next goes to the next row, if there is one and nothing fails: see Err.
func (r *Rows) Next() bool {
	if r.pg != nil {
		if r.here = r.pg.Next(); r.here {
			return true
		}
		r.over()
		if err := r.pg.Err(); err != nil {
			r.tx.fail(err)
		}
		return false
	}
	if r.stmt == nil {
		return false
	}
	if r.here = r.stmt.Step(); r.here {
		return true
	}
	if r.err = r.stmt.Err(); r.err != nil {
		r.tx.fail(r.err)
	}
	r.Close()
	return false
}

// Err returns what kept Next from the last row, or nil.
func (r *Rows) Err() error {
	if r.pg != nil && r.err == nil {
		return r.pg.Err()
	}
	return r.err
}

// over notes that rows of PostgreSQL are no longer read.
func (r *Rows) over() {
	if r.tx.line != nil {
		delete(r.tx.line.asked, r)
	}
}

// Close ends the reading. It may be called more than once.
func (r *Rows) Close() error {
	if r.pg != nil {
		r.over()
		return r.pg.Close()
	}
	if r.stmt == nil {
		return nil
	}
	err := r.stmt.free()
	r.stmt, r.here = nil, false
	if r.err != nil {
		return nil // Err says it
	}
	if err != nil {
		r.tx.fail(err)
	}
	return err
}

// Columns returns the names of the columns.
func (r *Rows) Columns() ([]string, error) {
	if r.pg != nil {
		return r.pg.Columns()
	}
	if r.stmt == nil {
		return nil, errClosed
	}
	names := make([]string, r.stmt.ColumnCount())
	for i := range names {
		names[i] = r.stmt.ColumnName(i)
	}
	return names, nil
}

var errClosed = errors.New("there is no row to scan")

// Scan copies the row's columns into dest, as database/sql would. On SQLite these are
// pointers to texts and whole numbers of any name, to bytes, bool and float64, to
// pointers to these, which NULL makes nil, and each sql.Scanner. What would not fit is
// an error; NULL fits only in bytes, pointers and a Scanner.
func (r *Rows) Scan(dest ...any) error {
	if r.pg != nil {
		return r.pg.Scan(dest...)
	}
	if !r.here {
		return errors.Join(r.err, errClosed)
	}
	if n := r.stmt.ColumnCount(); n != len(dest) {
		return fmt.Errorf("scan %d columns into %d variables", n, len(dest))
	}
	for i, d := range dest {
		if err := r.stmt.scan(i, d); err != nil {
			return fmt.Errorf("scan column %s: %w", r.stmt.ColumnName(i), err)
		}
	}
	return r.stmt.Err()
}

// first is the first of these rows, and the only one that is read.
type first struct{ *Rows }

func (f first) Scan(dest ...any) error {
	if f.stmt == nil {
		return errors.Join(f.err, errClosed)
	}
	if f.Next() {
		return errors.Join(f.Rows.Scan(dest...), f.Close())
	}
	if f.err != nil {
		return f.err
	}
	return sql.ErrNoRows
}

// A statement is one that a line on SQLite has prepared.
type statement struct {
	*sqlite3.Stmt
	line   *line
	values int   // how many it wants
	rows   *Rows // that read it, or nil
}

// prepared returns the statement that text is, for a caller that reads no other rows
// of it.
func (l *line) prepared(text string) (*statement, error) {
	s := l.own[text]
	if s != nil {
		if s.rows != nil {
			return nil, errors.New("the rows of the same statement are still being read")
		}
		return s, nil
	}
	made, tail, err := l.lite.Prepare(l.db.dialect.spell(text))
	if err != nil {
		return nil, err
	}
	if made == nil || strings.TrimSpace(tail) != "" {
		made.Close()
		return nil, errors.New("not one statement")
	}
	s = &statement{Stmt: made, line: l, values: made.BindCount()}
	l.own[text] = s
	return s, nil
}

// still closes the rows that somebody left open. Those of PostgreSQL hold the connection:
// nothing else could be said on it, and closing it would wait for them for ever.
func (l *line) still() {
	for r := range l.asked {
		r.err = sql.ErrTxDone
		r.pg.Close()
	}
	clear(l.asked)
	if l.reading == 0 {
		return
	}
	for _, s := range l.own {
		if s.rows != nil {
			s.rows.err = errors.Join(s.rows.err, sql.ErrTxDone)
			s.rows.Close()
		}
	}
}

// run runs a statement that returns no rows.
func (l *line) run(text string, args []any) (sql.Result, error) {
	s, err := l.prepared(text)
	if err != nil {
		return nil, err
	}
	if err := s.bind(args); err != nil {
		return nil, err
	}
	if err := errors.Join(s.Exec(), s.ClearBindings()); err != nil {
		return nil, err
	}
	return driver.RowsAffected(l.lite.Changes()), nil
}

// read starts to read what a statement returns.
func (l *line) read(tx *Tx, text string, args []any) (*Rows, error) {
	s, err := l.prepared(text)
	if err != nil {
		return nil, err
	}
	if err := s.bind(args); err != nil {
		return nil, err
	}
	s.rows = &Rows{tx: tx, stmt: s}
	l.reading++
	return s.rows, nil
}

// free makes the statement ready for the next use, and forgets what it was asked with.
// What fails only at its end, it says: a statement that writes returns rows before that.
func (s *statement) free() error {
	s.rows = nil
	s.line.reading--
	return errors.Join(s.Reset(), s.ClearBindings())
}

func (s *statement) bind(args []any) error {
	if len(args) != s.values {
		return fmt.Errorf("%d values for a statement of %d", len(args), s.values)
	}
	for i, a := range args {
		if err := s.put(i+1, a); err != nil {
			s.ClearBindings()
			return fmt.Errorf("value $%d: %w", i+1, err)
		}
	}
	return nil
}

// put binds one value. There are no times among them: see the package's comment.
func (s *statement) put(at int, value any) error {
	switch v := value.(type) {
	case string:
		return s.BindText(at, v)
	case int64:
		return s.BindInt64(at, v)
	case int:
		return s.BindInt(at, v)
	case []byte:
		return s.BindBlob(at, v)
	case bool:
		return s.BindBool(at, v)
	case float64:
		return s.BindFloat(at, v)
	case nil:
		return s.BindNull(at)
	}
	return fmt.Errorf("%T is nothing that is kept", value)
}

// scan copies column i of the row into what dest points to.
func (s *statement) scan(i int, dest any) error {
	kind := s.ColumnType(i)
	whole, words := kind == sqlite3.INTEGER, kind == sqlite3.TEXT || kind == sqlite3.BLOB
	switch d := dest.(type) {
	case *string:
		if words {
			*d = string(s.ColumnRawBlob(i))
			return nil
		}
	case *[]byte:
		if words {
			*d = s.ColumnBlob(i, []byte{})
			return nil
		}
		if kind == sqlite3.NULL {
			*d = nil
			return nil
		}
	case *sql.RawBytes:
		if words {
			*d = s.ColumnBlob(i, (*d)[:0])
			return nil
		}
		if kind == sqlite3.NULL {
			*d = nil
			return nil
		}
	case *int64:
		if whole {
			*d = s.ColumnInt64(i)
			return nil
		}
	case *int:
		if whole {
			*d = s.ColumnInt(i)
			return nil
		}
	case *bool:
		if n := s.ColumnInt64(i); whole && (n == 0 || n == 1) {
			*d = n == 1
			return nil
		}
	case *float64:
		if whole || kind == sqlite3.FLOAT {
			*d = s.ColumnFloat(i)
			return nil
		}
	case *any:
		*d = s.value(i, kind)
		return nil
	case sql.Scanner:
		return d.Scan(s.value(i, kind))
	default:
		return s.named(i, kind, dest)
	}
	return misfit(kind, dest)
}

func misfit(kind sqlite3.Datatype, dest any) error {
	return fmt.Errorf("%s does not fit in %T", kind, dest)
}

// named is scan for pointers to pointers, and for texts and numbers that have a name
// of their own.
func (s *statement) named(i int, kind sqlite3.Datatype, dest any) error {
	p := reflect.ValueOf(dest)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return misfit(kind, dest)
	}
	switch d := p.Elem(); {
	case d.Kind() == reflect.String && (kind == sqlite3.TEXT || kind == sqlite3.BLOB):
		d.SetString(string(s.ColumnRawBlob(i)))
	case d.CanInt() && kind == sqlite3.INTEGER && !d.OverflowInt(s.ColumnInt64(i)):
		d.SetInt(s.ColumnInt64(i))
	case d.Kind() == reflect.Pointer && kind == sqlite3.NULL:
		d.SetZero()
	case d.Kind() == reflect.Pointer:
		to := reflect.New(d.Type().Elem())
		if err := s.scan(i, to.Interface()); err != nil {
			return err
		}
		d.Set(to)
	default:
		return misfit(kind, dest)
	}
	return nil
}

// value is column i of the row as a driver gives it to a Scanner.
func (s *statement) value(i int, kind sqlite3.Datatype) any {
	switch kind {
	case sqlite3.INTEGER:
		return s.ColumnInt64(i)
	case sqlite3.FLOAT:
		return s.ColumnFloat(i)
	case sqlite3.TEXT:
		return s.ColumnText(i)
	case sqlite3.BLOB:
		return s.ColumnBlob(i, []byte{})
	}
	return nil
}
