package audit_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
)

// What is said of one record is sought in the blocks that have something of it: an index of
// all that a practice did would have each page of "Who opened my record" read the whole log.
func TestTheLeavesOfARecordAreSoughtByTheirNumbers(t *testing.T) {
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
	rows, err := tx.Query(t.Context(), "EXPLAIN QUERY PLAN "+audit.AboutText, 1, 2, "lindenhouse", 3, 4, "client/x")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var line string
		if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, line)
	}
	if got := strings.Join(plan, "; "); !strings.Contains(got, "USING PRIMARY KEY (seq>? AND seq<?)") || strings.Contains(got, "audit_by_time") || strings.Contains(got, "TEMP") {
		t.Errorf("the plan is %q", got)
	}
}
