package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// What is wrong with a database that should be there.
var (
	ErrMissing = errors.New("there is no database")
	ErrBlank   = errors.New("the database is empty")
	ErrOther   = errors.New("the database does not open by this key, or is damaged")
)

// There looks whether the database at url has been made, and needs no key for it:
// SQLite's file is there and not empty; on PostgreSQL, at that address, there is the
// table named. It fails with ErrMissing or ErrBlank, and changes nothing.
func There(ctx context.Context, url, table string) error {
	if path, file := strings.CutPrefix(url, "sqlite:"); file {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("%s: %w", path, ErrMissing)
		case err != nil:
			return err
		case info.Size() == 0:
			return fmt.Errorf("%s: %w", path, ErrBlank)
		}
		return nil
	}
	pool, err := sql.Open("pgx", postgresSource(url))
	if err != nil {
		return err
	}
	defer pool.Close()
	var there bool
	err = pool.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname = $1)`, table).Scan(&there)
	if err != nil {
		return fmt.Errorf("look into the database: %w", err)
	}
	if !there {
		return ErrBlank
	}
	return nil
}

// OpenThere is Open for a database that has been made and holds the table named: it
// makes none. Before anything is changed, known is asked about what is there. It fails
// with ErrMissing, ErrBlank or, on SQLite, ErrOther.
func OpenThere(ctx context.Context, url string, key []byte, files fs.FS, table string, known func(context.Context, *DB) error) (*DB, error) {
	if err := There(ctx, url, table); err != nil {
		return nil, err
	}
	return open(ctx, url, key, files, func(ctx context.Context, db *DB) error {
		has, err := db.has(ctx, table)
		var code sqlite3.ErrorCode
		switch {
		case errors.Is(err, sqlite3.NOTADB), errors.As(err, &code) && code == sqlite3.CORRUPT:
			return errors.Join(ErrOther, err)
		case err != nil:
			return err
		case !has:
			return ErrBlank
		}
		return known(ctx, db)
	})
}

// has says whether there is such a table.
func (db *DB) has(ctx context.Context, table string) (bool, error) {
	tx, err := db.Read(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	return tx.Has(ctx, table)
}

// Has says whether there is a table of that name.
func (tx *Tx) Has(ctx context.Context, table string) (bool, error) {
	all, err := tx.Tables(ctx)
	for _, t := range all {
		if t.Name == table {
			return true, nil
		}
	}
	return false, err
}
