package waytest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/store"
)

// NotOnDisk checks that text stands nowhere as it was written: in no column of any
// table, of the records and of the keys, and in no file beside them. The tables are
// what can fail, on both databases: SQLite's files are encrypted whole, so that they
// would hold nothing in the clear even if a column did.
func (w *World) NotOnDisk(t *testing.T, text string) {
	t.Helper()
	for _, at := range w.InTheClear(t, text) {
		t.Errorf("%s holds %q in the clear", at, text)
	}
}

// InTheClear names every column ("table.column") and file that holds text as it was
// written.
func (w *World) InTheClear(t *testing.T, text string) (at []string) {
	t.Helper()
	if err := w.Log.Gather(); err != nil {
		t.Fatal(err)
	}
	for _, db := range []*store.DB{w.DB, w.Keys} {
		found, err := columnsWith(t, db, text)
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, found...)
	}
	if w.dir == "" {
		return at // PostgreSQL's files are not ours to read
	}
	files, err := filepath.Glob(filepath.Join(strings.NewReplacer("[", "\\[", "*", "\\*", "?", "\\?").Replace(w.dir), "way.*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("database files: %v, %v", files, err)
	}
	for _, name := range files {
		held, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(held, []byte(text)) {
			at = append(at, filepath.Base(name))
		}
	}
	return at
}

func columnsWith(t *testing.T, db *store.DB, text string) (at []string, err error) {
	t.Helper()
	tx, err := db.Read(t.Context())
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	tables, err := tx.Tables(t.Context())
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		var columns []string
		for _, c := range table.Columns {
			if c.Kind == store.Text || c.Kind == store.Bytes {
				columns = append(columns, c.Name)
			}
		}
		if len(columns) == 0 {
			continue
		}
		rows, err := tx.Query(t.Context(), "SELECT "+strings.Join(columns, ", ")+" FROM "+table.Name)
		if err != nil {
			return nil, err
		}
		held := make([]bool, len(columns))
		row, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			to[i] = &row[i]
		}
		for rows.Next() {
			if err := rows.Scan(to...); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			for i, v := range row {
				switch v := v.(type) {
				case string:
					held[i] = held[i] || strings.Contains(v, text)
				case []byte:
					held[i] = held[i] || bytes.Contains(v, []byte(text))
				}
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
		for i, yes := range held {
			if yes {
				at = append(at, table.Name+"."+columns[i])
			}
		}
	}
	return at, nil
}
