package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A Table is one table as the database itself declares it.
type Table struct {
	Name    string
	Columns []Column
}

// A Column is one column of a table.
type Column struct {
	Name string
	Kind Kind
	Key  int // its place in the primary key, from 1; 0 if it has none
}

// A Kind is what a column holds, by the same name on both databases.
type Kind string

// The kinds of column that the schema uses.
const (
	Text  Kind = "text"
	Int   Kind = "int"
	Real  Kind = "real"
	Bool  Kind = "bool"
	Bytes Kind = "bytes"
)

// Tables returns every table of the schema in the order in which they were
// made, so that one which refers to another comes after it. What the migrations
// note for themselves is left out.
func (tx *Tx) Tables(ctx context.Context) ([]Table, error) {
	rows, err := tx.Query(ctx, tx.line.db.dialect.tables)
	if err != nil {
		return nil, fmt.Errorf("ask for tables: %w", err)
	}
	defer rows.Close()

	var all []Table
	for rows.Next() {
		var table, declared string
		var c Column
		if err := rows.Scan(&table, &c.Name, &declared, &c.Key); err != nil {
			return nil, fmt.Errorf("read table: %w", err)
		}
		if c.Kind = kindOf(declared); c.Kind == "" {
			return nil, fmt.Errorf("column %s of %s is %s, which is no kind that both databases have", c.Name, table, declared)
		}
		if len(all) == 0 || all[len(all)-1].Name != table {
			all = append(all, Table{Name: table})
		}
		t := &all[len(all)-1]
		t.Columns = append(t.Columns, c)
	}
	return all, rows.Err()
}

func kindOf(declared string) Kind {
	switch strings.ToUpper(declared) {
	case "TEXT":
		return Text
	case "BIGINT", "INTEGER":
		return Int
	case "DOUBLE PRECISION":
		return Real
	case "BOOLEAN":
		return Bool
	case "BYTEA":
		return Bytes
	}
	return ""
}

// Patient lets the statements of this transaction take as long as they need:
// reading everything takes longer than a page may.
func (tx *Tx) Patient(ctx context.Context) error {
	if tx.line.db.IsSQLite() {
		return nil
	}
	_, err := tx.Exec(ctx, "SET LOCAL statement_timeout = 0")
	return err
}

// Count has PostgreSQL count what stands in the tables of the schema, as it does by itself
// some minutes after much was written. Until then it takes them for empty, and reads all of
// what it should seek. It is for whoever has just filled them. SQLite does not count.
func (db *DB) Count(ctx context.Context) error {
	if db.IsSQLite() {
		return nil
	}
	tx, err := db.Write(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.Patient(ctx); err != nil {
		return err
	}
	all, err := tx.Tables(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	names := make([]string, len(all)) // each by itself: without names it would be every table of the database
	for i, t := range all {
		names[i] = pgx.Identifier{t.Name}.Sanitize()
	}
	if _, err := tx.Exec(ctx, "ANALYZE "+strings.Join(names, ", ")); err != nil {
		return fmt.Errorf("count what stands in the tables: %w", err)
	}
	return tx.Commit()
}

// Version is the number of the newest change to the schema that was applied.
func (tx *Tx) Version(ctx context.Context) (version int64, err error) {
	err = tx.QueryRow(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("ask for the schema's version: %w", err)
	}
	return version, nil
}

// Integrity has the database check its own files and returns what is wrong, in
// its words. PostgreSQL checks pages as it reads them (if the operator has
// turned checksums on), so that there it only reads.
func (tx *Tx) Integrity(ctx context.Context) ([]string, error) {
	if !tx.line.db.IsSQLite() {
		return nil, nil
	}
	var wrong []string
	for _, check := range []string{
		`SELECT integrity_check FROM pragma_integrity_check`,
		`SELECT 'row ' || coalesce(rowid, '?') || ' of ' || "table" || ' refers to nothing in ' || parent FROM pragma_foreign_key_check`,
	} {
		rows, err := tx.Query(ctx, check)
		if err != nil {
			return nil, fmt.Errorf("integrity check: %w", err)
		}
		for rows.Next() {
			var said string
			if err := rows.Scan(&said); err != nil {
				rows.Close()
				return nil, fmt.Errorf("integrity check: %w", err)
			}
			if said != "ok" {
				wrong = append(wrong, said)
			}
		}
		if err := rows.Close(); err != nil {
			return nil, fmt.Errorf("integrity check: %w", err)
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("integrity check: %w", err)
		}
	}
	return wrong, nil
}

// Empty says whether nothing is kept in the PostgreSQL database at url: it has
// no tables where ours would be, or ours without a row but those that migrations
// put there. It changes nothing.
func Empty(ctx context.Context, url string) (bool, error) {
	pool, err := sql.Open("pgx", postgresSource(url))
	if err != nil {
		return false, err
	}
	defer pool.Close()
	const most = 10_000 // bytes of query
	var query string
	err = pool.QueryRowContext(ctx, `
		SELECT coalesce('SELECT ' || string_agg(format('EXISTS (SELECT 1 FROM %I)', relname), ' OR '), 'SELECT false')
		FROM pg_class
		WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname NOT IN ('goose_db_version', 'ring')`).Scan(&query)
	if err != nil {
		return false, fmt.Errorf("look into the database: %w", err)
	}
	if len(query) > most {
		return false, nil // many tables, and not ours
	}
	var kept bool
	if err := pool.QueryRowContext(ctx, query).Scan(&kept); err != nil {
		return false, fmt.Errorf("look into the database: %w", err)
	}
	return !kept, nil
}
