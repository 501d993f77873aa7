package store

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	_ "github.com/jackc/pgx/v5/stdlib"       // postgres:// addresses
	_ "github.com/ncruces/go-sqlite3/driver" // sqlite: addresses
)

// errDropped makes database/sql forget a connection.
var errDropped = driver.ErrBadConn

// A dialect is everything in which the two databases differ.
type dialect struct {
	beginRead, beginWrite string
	beginLook             string                             // for reading that need not be of one state; empty: nothing
	keepsLater            bool                               // each journey to the server counts
	reading, writing      []string                           // run once on each fresh connection
	spell                 func(string) string                // a statement as this database wants it
	assert                func(context.Context, *DB) error   // that it is set up as we rely on
	locker                func() (lock.SessionLocker, error) // against two processes that migrate at once, or nil
	goose                 goose.Dialect
	tables                string // asks for table, column, type and place in the key
}

var sqlite = dialect{
	beginRead:  "BEGIN",
	beginLook:  "BEGIN",
	beginWrite: "BEGIN IMMEDIATE",
	// What a connection that reads keeps of its own is dropped with the next commit
	// (blocks.go), so it need not have room for much: 1 MB.
	reading: []string{"PRAGMA query_only = on", "PRAGMA cache_size = -1000"},
	// The one that writes keeps what it read, because nobody else commits. What a hundred
	// people write to lies on some thousand pages; with room for them, 8 MB, a save costs a
	// tenth less of the processor, and the slowest in a hundred a fifth less time.
	writing: []string{"PRAGMA cache_size = -8000"},
	spell:   spellSQLite,
	assert:  assertSQLite,
	goose:   goose.DialectSQLite3,
	tables: `
		SELECT t.name, c.name, c.type, c.pk
		FROM sqlite_schema t JOIN pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name <> 'goose_db_version'
		ORDER BY t.rowid, c.cid`,
}

var postgres = dialect{
	beginRead:  "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	keepsLater: true,
	reading:    []string{"SET default_transaction_read_only = on"},
	beginWrite: "BEGIN; " + lockPostgres,
	spell:      spellPostgres,
	assert:     assertPostgres,
	locker:     func() (lock.SessionLocker, error) { return lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120)) },
	goose:      goose.DialectPostgres,
	tables: `
		SELECT t.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
		       coalesce(array_position(i.indkey::int2[], a.attnum) - array_lower(i.indkey::int2[], 1) + 1, 0)
		FROM pg_class t
		JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
		WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace AND t.relname <> 'goose_db_version'
		ORDER BY t.oid, a.attnum`,
}

// lockPostgres waits until no other node writes.
const lockPostgres = "SELECT pg_advisory_xact_lock(hashtext(current_schema()))"

// turnPostgres waits until no other node has the turn of a name.
const turnPostgres = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || ' ' || $1))"

// sqliteSource names the file at path, encrypted under key. FULL makes a commit
// survive a loss of power; secure_delete leaves nothing of what was erased.
func sqliteSource(path string, key []byte) string {
	// Escaped, because after a bare # in path the rest of the address, and with it
	// the encryption, would be passed over in silence.
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?vfs=" + wholeVFS + strings.Join([]string{
		"",
		"hexkey('" + hex.EncodeToString(key) + "')", // first: nothing can be read without it
		"busy_timeout(5000)",
		"journal_mode(wal)",
		"synchronous(full)",
		"foreign_keys(on)",
		"secure_delete(on)",
		"temp_store(memory)",
		"wal_autocheckpoint(8000)", // pages: fewer, longer pauses than by default (mover.go)
	}, "&_pragma=")
}

// postgresSource adds to url what keeps a lost network, or a statement without
// end, from stopping everybody else: statements do not heed a browser that leaves.
func postgresSource(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address // and connecting says what is wrong with it
	}
	q := u.Query()
	for name, value := range map[string]string{
		"connect_timeout":                     "5",     // seconds
		"statement_timeout":                   "30000", // milliseconds
		"idle_in_transaction_session_timeout": "60000",
		"tcp_user_timeout":                    "10000",
		"lock_timeout":                        "15000",
		// What stands for a placeholder is an id or a time, and one is as good as another: a
		// plan made once holds for all. PostgreSQL left to itself plans anew each time what it
		// takes for cheaper then, which cost This week more than asking.
		"plan_cache_mode": "force_generic_plan",
	} {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

var (
	placeholder = regexp.MustCompile(`\$(\d+)`)
	column      = regexp.MustCompile(`\bTEXT\b`)
	among       = regexp.MustCompile(`\bIN AMONG\((\$\d+)\)`)
	fromAmong   = regexp.MustCompile(`\bFROM AMONG\((\$\d+)\)`)
)

// spellSQLite writes $1 as ?1, because SQLite takes $1 for a name and counts
// names in order of appearance, and keeps the rows of a table marked CLUSTERED
// in the order of its key, as PostgreSQL cannot. IN AMONG($1) is the list of texts
// in a JSON array; FROM AMONG($1) k is these texts as rows of one column, k.value.
func spellSQLite(text string) string {
	text = among.ReplaceAllString(text, "IN (SELECT value FROM json_each($1))")
	text = fromAmong.ReplaceAllString(text, "FROM json_each($1)")
	text = placeholder.ReplaceAllString(text, "?$1")
	return strings.ReplaceAll(text, "/* CLUSTERED */", "WITHOUT ROWID")
}

// spellPostgres has the texts of a table compared byte by byte, as SQLite does:
// ids are sought by range, and in the order of a language a slash counts for nothing.
// A list is an array, which is sought in an index; a subquery would be joined, by
// reading the whole table.
func spellPostgres(text string) string {
	if strings.Contains(text, "CREATE TABLE") {
		text = column.ReplaceAllString(text, `TEXT COLLATE "C"`)
	}
	text = fromAmong.ReplaceAllString(text, "FROM (SELECT jsonb_array_elements_text($1::text::jsonb) AS value)")
	return among.ReplaceAllString(text, "= ANY (ARRAY(SELECT jsonb_array_elements_text($1::text::jsonb)))")
}

// assertSQLite checks what a lost note would otherwise be the first to tell:
// that commits survive a loss of power, that nothing erased stays behind, and
// that the file is encrypted indeed.
func assertSQLite(ctx context.Context, db *DB) error {
	for _, want := range []struct{ ask, answer string }{
		{"PRAGMA journal_mode", "wal"},
		{"PRAGMA synchronous", "2"},
		{"PRAGMA secure_delete", "1"},
		{"PRAGMA foreign_keys", "1"},
	} {
		var got string
		if err := db.sql.QueryRowContext(ctx, want.ask).Scan(&got); err != nil {
			return fmt.Errorf("%s: %w", want.ask, err)
		}
		if got != want.answer {
			return fmt.Errorf("%s is %s and not %s: nothing can be kept safely", want.ask, got, want.answer)
		}
	}
	var version string
	if err := db.sql.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("ask version: %w", err)
	}
	if !atLeast(version, 3, 51, 3) {
		return fmt.Errorf("SQLite %s can lose what was written: 3.51.3 or later is needed", version)
	}
	f, err := os.Open(db.path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 15)
	if _, err := io.ReadFull(f, head); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: %w", db.path, err)
	}
	if string(head) == "SQLite format 3" {
		return fmt.Errorf("%s is not encrypted", db.path)
	}
	return nil
}

func assertPostgres(ctx context.Context, db *DB) error {
	for _, want := range []struct {
		ask string
		ok  func(string) bool
	}{
		{"SHOW server_version_num", func(v string) bool { n, err := strconv.Atoi(v); return err == nil && n >= 150000 }},
		{"SHOW server_encoding", func(v string) bool { return v == "UTF8" }},
	} {
		var got string
		if err := db.sql.QueryRowContext(ctx, want.ask).Scan(&got); err != nil {
			return fmt.Errorf("%s: %w", want.ask, err)
		}
		if !want.ok(got) {
			return fmt.Errorf("%s is %s: PostgreSQL 15 or later with UTF8 is needed", want.ask, got)
		}
	}
	return nil
}

func atLeast(version string, want ...int) bool {
	parts := strings.Split(version, ".")
	for i, w := range want {
		n := 0
		if i < len(parts) {
			n, _ = strconv.Atoi(parts[i]) // what is not a number counts as 0: too old
		}
		if n != w {
			return n > w
		}
	}
	return true
}
