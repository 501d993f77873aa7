package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/waymark-care/waymark/internal/store"
	"github.com/waymark-care/waymark/internal/waytest"
)

var key = []byte("0123456789abcdef0123456789abcdef")

// files makes migrations of the given texts, numbered from 1.
func files(texts ...string) fs.FS {
	m := fstest.MapFS{}
	for i, text := range texts {
		m["000"+string(rune('1'+i))+"_step.sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

const notes = `CREATE TABLE note (id BIGINT PRIMARY KEY, text TEXT NOT NULL) /* CLUSTERED */;`

// eachURL runs f with the address of an empty database of either kind.
func eachURL(t *testing.T, f func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, "sqlite:"+filepath.Join(t.TempDir(), "way.db")) })
	t.Run("postgres", func(t *testing.T) { f(t, waytest.Schema(t)) })
}

func open(t *testing.T, url string, texts ...string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), url, key, files(texts...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func write(t *testing.T, db *store.DB) *store.Tx {
	t.Helper()
	tx, err := db.Write(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tx.Rollback)
	return tx
}

func exec(t *testing.T, tx *store.Tx, text string, args ...any) {
	t.Helper()
	if _, err := tx.Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, db *store.DB, text string, args ...any) (n int) {
	t.Helper()
	tx, err := db.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if err := tx.QueryRow(t.Context(), text, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAFileOfAnyNameIsEncryptedUnderThatName(t *testing.T) {
	for _, name := range []string{"way.db", "a#b.db", "a?b=c&d.db", "a%23b.db", "a b.db", "ä'ö.db", "a;b+c.db", "#", "?vfs=os"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db := open(t, "sqlite:"+filepath.Join(dir, name), notes)
			tx := write(t, db)
			exec(t, tx, `INSERT INTO note (id, text) VALUES (1, 'canary in the clear')`)
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			found, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				if !strings.HasPrefix(f.Name(), name) {
					t.Errorf("a file appeared under another name: %q", f.Name())
				}
				held, err := os.ReadFile(filepath.Join(dir, f.Name()))
				if err != nil {
					t.Fatal(err)
				}
				for _, bad := range []string{"SQLite format 3", "canary", "CREATE TABLE"} {
					if strings.Contains(string(held), bad) {
						t.Errorf("%s holds %q", f.Name(), bad)
					}
				}
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Error(err)
			}
			if n := count(t, open(t, "sqlite:"+filepath.Join(dir, name), notes), `SELECT count(*) FROM note`); n != 1 {
				t.Errorf("opened again it holds %d notes", n)
			}
		})
	}
}

func TestAPlainFileIsRefusedAtStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "way.db")
	if err := store.AssertUnencrypted(t.Context(), path); err == nil || !strings.Contains(err.Error(), "not encrypted") {
		t.Errorf("a plain file passed for ours: %v", err)
	}
	plain, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(plain), "SQLite format 3") {
		t.Fatalf("the file of this test is not plain: %v", err)
	}
	if db, err := store.Open(t.Context(), "sqlite:"+path, key, files(notes)); err == nil {
		db.Close()
		t.Error("a plain file was opened")
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(plain) {
		t.Error("refusing the file changed it")
	}
}

func TestAFileOfAnotherKeyIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "way.db")
	open(t, "sqlite:"+path, notes).Close()
	other := make([]byte, 32)
	rand.Read(other)
	if db, err := store.Open(t.Context(), "sqlite:"+path, other, files(notes)); err == nil {
		db.Close()
		t.Error("another key opened the file")
	}
	open(t, "sqlite:"+path, notes)
}

func TestAClosedDatabaseLeavesNothingBesideItsFileAndAnswersNothing(t *testing.T) {
	dir := t.TempDir()
	db := open(t, "sqlite:"+filepath.Join(dir, "way.db"), notes)
	tx := write(t, db)
	exec(t, tx, `INSERT INTO note (id, text) VALUES (1, 'x')`)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	count(t, db, `SELECT count(*) FROM note`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	found, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(found) != 1 {
		t.Errorf("after closing there are %v", found)
	}
	if _, err := db.Read(t.Context()); err == nil {
		t.Error("a closed database could be read")
	}
	if _, err := db.Write(t.Context()); err == nil {
		t.Error("a closed database could be written")
	}
}

func TestANewerDatabaseIsLeftAlone(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		open(t, url, notes, `CREATE TABLE later (id BIGINT PRIMARY KEY);`).Close()
		db, err := store.Open(t.Context(), url, key, files(notes))
		if !errors.Is(err, store.ErrNewer) {
			t.Errorf("an older program got %v", err)
		}
		if err == nil {
			db.Close()
		}
		count(t, open(t, url, notes, `CREATE TABLE later (id BIGINT PRIMARY KEY);`), `SELECT count(*) FROM later`)
	})
}

func TestAMigrationThatFailsLeavesNothing(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		open(t, url, notes).Close()
		const half = `CREATE TABLE a (id BIGINT PRIMARY KEY); INSERT INTO note (id, text) VALUES (1, 'half'); `
		_, err := store.Open(t.Context(), url, key, files(notes, half+`INSERT INTO nowhere VALUES (1);`))
		if err == nil {
			t.Fatal("the migration did not fail")
		}
		db := open(t, url, notes, half) // which would fail if a were there
		if n := count(t, db, `SELECT count(*) FROM note`); n != 1 {
			t.Errorf("%d notes, want 1: the failed migration left something", n)
		}
	})
}

func TestSeveralProcessesMayMigrateAtOnce(t *testing.T) {
	url := waytest.Schema(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			db, err := store.Open(t.Context(), url, key, files(notes, `INSERT INTO note (id, text) VALUES (1, 'once');`))
			if err != nil {
				t.Error(err)
				return
			}
			db.Close()
		})
	}
	wg.Wait()
}

func TestAfterAFailureNothingMoreIsDone(t *testing.T) {
	const insert = `INSERT INTO note (id, text) VALUES ($1, 'x')`
	fails := map[string]func(*testing.T, *store.Tx) error{
		"a statement": func(t *testing.T, tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), insert, 1)
			return err
		},
		"a query that changes": func(t *testing.T, tx *store.Tx) error {
			var id int
			return tx.QueryRow(t.Context(), insert+` RETURNING id`, 1).Scan(&id)
		},
		"a statement that is none": func(t *testing.T, tx *store.Tx) error {
			_, err := tx.Query(t.Context(), `SELECT nothing FROM nowhere`)
			return err
		},
	}
	for name, fail := range fails {
		t.Run(name, func(t *testing.T) {
			eachURL(t, func(t *testing.T, url string) {
				db := open(t, url, notes)
				tx := write(t, db)
				exec(t, tx, insert, 1)
				if err := fail(t, tx); err == nil {
					t.Fatal("it did not fail")
				}
				if _, err := tx.Exec(t.Context(), insert, 2); err == nil {
					t.Error("another statement was run")
				}
				if _, err := tx.Query(t.Context(), `SELECT 1`); err == nil {
					t.Error("another query was run")
				}
				if err := tx.Commit(); err == nil {
					t.Error("commit said that it was kept")
				}
				tx.Rollback()
				if n := count(t, db, `SELECT count(*) FROM note`); n != 0 {
					t.Errorf("%d rows were kept", n)
				}
			})
		})
	}
}

// TestAFailureThatNobodySawIsSeenAtTheEnd checks that a transaction in which
// rows failed after the first is not said to be kept although nobody asked.
func TestAFailureThatNobodySawIsSeenAtTheEnd(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		tx := write(t, db)
		exec(t, tx, `INSERT INTO note (id, text) VALUES (1, 'x'), (2, 'y')`)
		rows, err := tx.Query(t.Context(), `INSERT INTO note (id, text) SELECT 4 - id, text FROM note RETURNING id`)
		if err == nil {
			for rows.Next() {
			}
			rows.Close() // and nobody looks at rows.Err
		}
		kept := tx.Commit() == nil
		tx.Rollback()
		if n := count(t, db, `SELECT count(*) FROM note`); kept && n == 0 {
			t.Error("commit said that it was kept, and nothing is there")
		}
	})
}

func TestUndoGoesBackToTheMarkAndKeepGoesOn(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		const insert = `INSERT INTO note (id, text) VALUES ($1, 'x')`
		tx := write(t, db)
		for id, undo := range []bool{false, true, false} {
			if err := tx.Mark(t.Context()); err != nil {
				t.Fatal(err)
			}
			exec(t, tx, insert, id)
			if !undo {
				if err := tx.Keep(t.Context()); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if _, err := tx.Exec(t.Context(), insert, id); err == nil {
				t.Fatal("the same row twice")
			}
			if err := tx.Undo(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, `SELECT count(*) FROM note WHERE id IN (0, 2)`); n != 2 {
			t.Errorf("%d of 2 rows were kept", n)
		}
		if n := count(t, db, `SELECT count(*) FROM note`); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
	})
}

func TestACallerWhoLeavesDoesNotCutAStatementShort(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		ctx, cancel := context.WithCancel(t.Context())
		tx, err := db.Write(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		exec(t, tx, `INSERT INTO note (id, text) VALUES (1, 'somebody else')`)
		cancel()
		if _, err := tx.Exec(ctx, `INSERT INTO note (id, text) VALUES (2, 'x')`); err != nil {
			t.Errorf("the statement was cut short: %v", err)
		}
		if err := tx.Commit(); err != nil {
			t.Error(err)
		}
		if n := count(t, db, `SELECT count(*) FROM note`); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
		for range 20 {
			if left, err := db.Write(ctx); err == nil {
				left.Rollback()
				t.Error("a caller who has left began to write")
			}
		}
		write(t, db).Rollback() // others can
	})
}

func TestAReaderChangesNothing(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		for name, begin := range map[string]func(context.Context) (*store.Tx, error){"read": db.Read, "glance": db.Glance} {
			if name == "glance" && !db.IsSQLite() {
				continue // one statement of its own: on PostgreSQL only who may glance is ruled
			}
			tx, err := begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(t.Context(), `INSERT INTO note (id, text) VALUES (1, 'x')`); err == nil {
				t.Errorf("a %s could change something", name)
			}
			tx.Rollback()
		}
		if n := count(t, db, `SELECT count(*) FROM note`); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

// TestADroppedConnectionLetsGoOfItsLock checks that others can write after a
// transaction whose rollback failed.
func TestADroppedConnectionLetsGoOfItsLock(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		tx := write(t, db)
		exec(t, tx, `INSERT INTO note (id, text) VALUES (1, 'x')`)
		store.Drop(tx)
		next := write(t, db)
		exec(t, next, `INSERT INTO note (id, text) VALUES (1, 'y')`)
		if err := next.Commit(); err != nil {
			t.Error(err)
		}
		if n := count(t, db, `SELECT count(*) FROM note WHERE text = 'y'`); n != 1 {
			t.Error("what came after is not there")
		}
	})
}

// TestSQLitePlansAStatementOnce looks at each kind of connection.
func TestSQLitePlansAStatementOnce(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "way.db"), notes)
	for name, begin := range map[string]func(context.Context) (*store.Tx, error){"read": db.Read, "write": db.Write} {
		tx, err := begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if keeps, err := store.KeepsPlans(tx); !keeps || err != nil {
			t.Errorf("%s: %t, %v", name, keeps, err)
		}
		tx.Rollback()
	}
}

// TestPostgreSQLKnowsHowMuchThereIsOnceItWasFilled looks at what it plans by.
func TestPostgreSQLKnowsHowMuchThereIsOnceItWasFilled(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		tx := write(t, db)
		for id := range 300 {
			exec(t, tx, `INSERT INTO note (id, text) VALUES ($1, 'x')`, id)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := db.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
		if db.IsSQLite() {
			return
		}
		if n := count(t, db, `SELECT reltuples::bigint FROM pg_class WHERE relname = 'note' AND relnamespace = current_schema()::regnamespace`); n != 300 {
			t.Errorf("it plans for %d rows, and there are 300", n)
		}
	})
}

// TestPostgreSQLPlansAStatementOnce checks that a plan that was made holds for all.
func TestPostgreSQLPlansAStatementOnce(t *testing.T) {
	db := open(t, waytest.Schema(t), notes)
	tx, err := db.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var how string
	if err := tx.QueryRow(t.Context(), `SELECT current_setting('plan_cache_mode')`).Scan(&how); err != nil || how != "force_generic_plan" {
		t.Errorf("plans: %q, %v", how, err)
	}
}
