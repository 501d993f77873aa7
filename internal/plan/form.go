package plan

import (
	"database/sql"
	"strconv"
)

// place is where something sealed lies: the table, the row if the record has
// several, and which revision of it if there is more than one. A row is named by
// its key, so that a backup finds whether it is whole.
func place(table, id string, revision int64) string {
	at := table + ".sealed"
	if id != "" {
		at += " " + id
	}
	if revision > 0 {
		at += " " + strconv.FormatInt(revision, 10)
	}
	return at
}

// changed says whether a statement changed a row.
func changed(done sql.Result) (bool, error) {
	n, err := done.RowsAffected()
	return n > 0, err
}
