package schema_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
)

// Where a table is CLUSTERED, SQLite takes its first column alone for as good as an
// index by two: it goes through everything of a practice. That nobody notices
// before a practice is large.
func TestEachIndexIsTakenForWhatItIsMadeFor(t *testing.T) {
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "way.db"), make([]byte, 32), schema.Records())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()

	indexes := ask(t, tx, `
		SELECT i.name, i.tbl_name, coalesce(substr(i.sql, nullif(instr(i.sql, ' WHERE '), 0) + 7), '1 = 1'), group_concat(c.name, ' ')
		FROM sqlite_schema i JOIN pragma_index_info(i.name) c
		WHERE i.type = 'index' AND i.sql IS NOT NULL
		GROUP BY i.name`, 4)
	if len(indexes) < 5 {
		t.Fatalf("only %d indexes found", len(indexes))
	}
	for _, i := range indexes {
		name, table, where, columns := i[0], i[1], i[2], strings.Fields(i[3])
		if name == "grants_by_compartment" {
			continue // only erasing seeks by it; what each request reads is to lie side by side
		}
		if name == "ask_of_series" {
			columns = columns[:3] // the others are there to be read
		}
		for n, c := range columns {
			where += fmt.Sprintf(" AND %s = $%d", c, n+1)
		}
		plan := ask(t, tx, `EXPLAIN QUERY PLAN SELECT * FROM `+table+` WHERE `+where, 4, make([]any, len(columns))...)
		if got := plan[0][3]; !strings.Contains(got, name) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// ask returns the rows of an answer as texts.
func ask(t *testing.T, tx *store.Tx, text string, columns int, args ...any) (all [][]string) {
	t.Helper()
	rows, err := tx.Query(context.Background(), text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()

	for rows.Next() {
		row, found, into := make([]string, columns), make([]any, columns), make([]any, columns)
		for i := range found {
			into[i] = &found[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i := range found {
			row[i] = fmt.Sprint(found[i])
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
