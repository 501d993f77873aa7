package store_test

import (
	"database/sql"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/store"
	"github.com/waymark-care/waymark/internal/waytest"
)

// known is the text of note 1 as somebody reads it who keeps what was read.
func known(t *testing.T, db *store.DB, kept *store.Kept[int, string]) string {
	t.Helper()
	if text, ok := kept.Get(1); ok {
		return text
	}
	tx, err := db.Glance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	return readNote(t, tx, kept)
}

func readNote(t *testing.T, tx *store.Tx, kept *store.Kept[int, string]) (text string) {
	t.Helper()
	if err := tx.QueryRow(t.Context(), `SELECT text FROM note WHERE id = 1`).Scan(&text); err != nil {
		t.Fatal(err)
	}
	kept.Put(tx, 1, text)
	return text
}

func watched(t *testing.T, url string) (*store.DB, *store.Kept[int, string]) {
	t.Helper()
	db := open(t, url, notes)
	db.Watch(func(text string) bool { return strings.Contains(text, "note") })
	tx := write(t, db)
	exec(t, tx, `INSERT INTO note (id, text) VALUES (1, 'one')`)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return db, store.NewKept[int, string](db)
}

const renote = `UPDATE note SET text = $1 WHERE id = 1`

func TestWhatIsKeptIsNeverOlderThanWhatWasCommitted(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db, kept := watched(t, url)
		if got := known(t, db, kept); got != "one" {
			t.Fatalf("read %q", got)
		}
		for _, how := range []struct {
			name   string
			change func(tx *store.Tx)
		}{
			{"Exec", func(tx *store.Tx) { exec(t, tx, renote, "Exec") }},
			{"RETURNING", func(tx *store.Tx) {
				var text string
				if err := tx.QueryRow(t.Context(), renote+` RETURNING text`, "RETURNING").Scan(&text); err != nil {
					t.Fatal(err)
				}
			}},
			{"rows", func(tx *store.Tx) {
				rows, err := tx.Query(t.Context(), renote+` RETURNING id`, "rows")
				if err != nil {
					t.Fatal(err)
				}
				defer rows.Close()
				for rows.Next() {
				}
				if err := rows.Err(); err != nil {
					t.Fatal(err)
				}
			}},
			{"Ask", func(tx *store.Tx) {
				if err := tx.Mark(t.Context()); err != nil {
					t.Fatal(err)
				}
				var text string
				if err := tx.Ask(t.Context(), renote+` RETURNING text`, "Ask").Scan(&text); err != nil {
					t.Fatal(err)
				}
				if err := tx.Keep(t.Context()); err != nil {
					t.Fatal(err)
				}
			}},
			{"CommitAfter", func(tx *store.Tx) {
				if err := tx.CommitAfter(t.Context(), store.Statement{Text: renote, Args: []any{"CommitAfter"}}); err != nil {
					t.Fatal(err)
				}
			}},
			{"WriteOne", func(tx *store.Tx) {
				tx.Rollback()
				if n, err := db.WriteOne(t.Context(), store.Statement{Text: renote, Args: []any{"WriteOne"}}); err != nil || n != 1 {
					t.Fatal(n, err)
				}
			}},
		} {
			keeps(t, db, kept)
			tx := write(t, db)
			how.change(tx)
			if err := tx.Commit(); err != nil && !errors.Is(err, sql.ErrTxDone) {
				t.Fatal(err)
			}
			if got := known(t, db, kept); got != how.name {
				t.Errorf("after it was changed by %s it is still %q", how.name, got)
			}
		}
	})
}

// keeps waits until what is read is kept: on PostgreSQL all is forgotten once more as soon
// as it is listened.
func keeps(t *testing.T, db *store.DB, kept *store.Kept[int, string]) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		known(t, db, kept)
		if !db.IsSQLite() {
			time.Sleep(20 * time.Millisecond)
		}
		if _, ok := kept.Get(1); ok {
			return
		}
		if time.Now().After(end) {
			t.Fatal("nothing is ever kept")
		}
	}
}

func TestWhatWasReadBeforeAChangeIsNotKeptAfterIt(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db, kept := watched(t, url)
		keeps(t, db, kept)
		before, err := db.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer before.Rollback()
		if n := 0; before.QueryRow(t.Context(), `SELECT count(*) FROM note`).Scan(&n) != nil || n != 1 {
			t.Fatal("nothing to read")
		}
		tx := write(t, db)
		exec(t, tx, renote, "two")
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		lent := before.Lend()
		readNote(t, lent, kept)
		lent.Rollback()
		if got := known(t, db, kept); got != "two" {
			t.Errorf("who read before the change had everybody given %q", got)
		}
	})
}

func TestWhoChangesSomethingIsNotGivenWhatWasBefore(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db, kept := watched(t, url)
		keeps(t, db, kept)
		tx := write(t, db)
		if _, ok := kept.GetIn(tx, 1); ok != db.IsSQLite() {
			t.Errorf("given before anything is changed: %v", ok)
		}
		exec(t, tx, renote, "two")
		if text, ok := kept.GetIn(tx, 1); ok {
			t.Errorf("given %q although it was changed here", text)
		}
		readNote(t, tx, kept)
		if text, ok := kept.Get(1); ok && text == "two" {
			t.Error("somebody else is given what is not durable")
		}
		tx.Rollback()
		if got := known(t, db, kept); got != "one" {
			t.Errorf("what was taken back is kept: %q", got)
		}
	})
}

func TestWhatIsKeptIsForgottenOneByOne(t *testing.T) {
	db, kept := watched(t, "sqlite:"+t.TempDir()+"/way.db")
	tx, err := db.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	const many = 5000
	for i := range many {
		kept.Put(tx, i, "text")
	}
	there := 0
	for i := range many {
		if _, ok := kept.Get(i); ok {
			there++
		}
	}
	if there != 4096 {
		t.Errorf("%d of %d are kept", there, many)
	}
	kept.Drop(many - 1)
	if _, ok := kept.Get(many - 1); ok {
		t.Error("what was dropped is given out")
	}
}

// What another node changes is heard of; where it is not, nothing is kept for long.
func TestWhatAnotherNodeChangedIsNotGivenOutForLong(t *testing.T) {
	url := waytest.Schema(t)
	here, kept := watched(t, url)
	there := open(t, url, notes)
	change := func(statement, text string, within time.Duration) {
		t.Helper()
		keeps(t, here, kept)
		tx := write(t, there)
		exec(t, tx, statement, text)
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		for begin := time.Now(); known(t, here, kept) != text; time.Sleep(time.Millisecond) {
			if time.Since(begin) > within {
				t.Fatalf("%v after %q was written it still reads %q", within, text, known(t, here, kept))
			}
		}
	}
	there.Watch(func(text string) bool { return text == renote })
	change(renote, "told", 2*time.Second)
	long, err := here.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer long.Rollback()
	change(renote+" AND id > 0", "not told", 4*time.Second) // as by a node of before
	readNote(t, long, kept)
	if _, ok := kept.Get(1); ok {
		t.Error("what a transaction reads that began long ago is given out as if it were new")
	}
	long.Rollback()

	tx, err := there.Glance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var lost int
	err = tx.QueryRow(t.Context(), `
		SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
		WHERE query = 'LISTEN waymark' AND datname = current_database()`).Scan(&lost)
	if err != nil || lost == 0 {
		t.Fatal(lost, err)
	}
	time.Sleep(1500 * time.Millisecond)
	change(renote, "told again", 2*time.Second)
}

// A server that takes the call and says nothing does not keep anybody from closing.
func TestWhoListensStopsAtOnce(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	end := store.Listen("postgres://nobody@" + silent.Addr().String() + "/nothing?sslmode=disable")
	called, err := silent.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer called.Close()
	ended := make(chan struct{})
	go func() { end(); end(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("it still waits for the server")
	}
}

// Whoever was told that a change is durable is not given what was before it, be there
// ever so many who read and keep at the same time.
func TestNobodyIsGivenWhatSomebodyElseWasToldIsChanged(t *testing.T) {
	db, kept := watched(t, "sqlite:"+t.TempDir()+"/way.db")
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					tx, err := db.Read(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					readNote(t, tx, kept)
					tx.Rollback()
				}
			}
		})
	}
	for i := range 200 {
		want := strings.Repeat("x", i)
		tx := write(t, db)
		exec(t, tx, renote, want)
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if got, ok := kept.Get(1); ok && got != want {
			t.Fatalf("given %d letters after %d were durable", len(got), i)
		}
	}
	close(done)
	readers.Wait()
}
