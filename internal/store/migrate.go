package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// migrate applies, in order and each in a transaction of its own, the files
// that the database has not yet seen. Their names begin with a number.
func (db *DB) migrate(ctx context.Context, files fs.FS) error {
	steps, newest, err := db.steps(files)
	if err != nil {
		return err
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true)}
	if db.dialect.locker != nil {
		l, err := db.dialect.locker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(l))
	}
	p, err := goose.NewProvider(db.dialect.goose, db.sql, nil, options...)
	if err != nil {
		return err
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("ask for the schema's version: %w", err)
	}
	switch {
	case have > newest:
		return fmt.Errorf("%w (it is at %d, this program knows %d)", ErrNewer, have, newest)
	case have == newest:
		return nil
	}
	_, err = p.Up(ctx)
	return err
}

// Version returns the number of the newest change to the schema in files.
func Version(files fs.FS) (int64, error) {
	_, newest, err := (&DB{}).steps(files)
	return newest, err
}

func (db *DB) steps(files fs.FS) (steps []*goose.Migration, newest int64, err error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, 0, err
	}
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, 0, fmt.Errorf("migration %s has no number: %w", name, err)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, 0, err
		}
		run := func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, db.dialect.spell(string(text))); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		}
		steps = append(steps, goose.NewGoMigration(version, &goose.GoFunc{RunTx: run}, nil))
		newest = max(newest, version)
	}
	return steps, newest, nil
}
