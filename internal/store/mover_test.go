package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/store"
)

// Long before SQLite would stop a commit for it, the pages are in the database.
func TestPagesAreMovedBesideTheCommits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "way.db")
	db := open(t, "sqlite:"+path, notes)
	size := func() int64 {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := size()
	for id := range store.MoveEvery + 10 { // far fewer pages than wal_autocheckpoint waits for
		tx := write(t, db)
		exec(t, tx, `INSERT INTO note (id, text) VALUES ($1, $2)`, id, strings.Repeat("heron ", 300))
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	for end := time.Now().Add(10 * time.Second); size() <= before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nothing was moved from the log into the database")
		}
	}
}

// A database may be closed while pages are moved, and twice.
func TestClosingEndsTheMoving(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "way.db")
		db := open(t, "sqlite:"+path, notes)
		for id := range store.MoveEvery + 5 {
			tx := write(t, db)
			exec(t, tx, `INSERT INTO note (id, text) VALUES ($1, '')`, id)
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		db.Close()
		if _, err := os.Stat(path + "-wal"); err == nil {
			t.Error("the log is still there: a connection was left open")
		}
	}
}

func TestWipingWaitsForWhatIsBeingMoved(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "way.db"), notes)
	id := 0
	for range 10 {
		for range store.MoveEvery { // after which a mover begins
			id++
			tx := write(t, db)
			exec(t, tx, `INSERT INTO note (id, text) VALUES ($1, $2)`, id, strings.Repeat("x", 4000))
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Wipe(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// Each page that is moved is known once, however often it was written.
func TestWhereEachPageIsMovedToIsKnown(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "way.db"), notes)
	for id := range 20 {
		tx := write(t, db)
		exec(t, tx, `INSERT INTO note (id, text) VALUES ($1, $2)`, id, fmt.Sprintf("%0900d", id))
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	moved, err := store.Moves(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if len(moved) < 5 || len(moved) > 20 { // 18 kB of notes
		t.Errorf("%d pages were moved", len(moved))
	}
	for off := range moved {
		if off%4096 != 0 {
			t.Errorf("a page was moved to %d", off)
		}
	}
	moved, err = store.Moves(t.Context(), db)
	if err != nil || len(moved) != 0 {
		t.Errorf("%d pages were moved again, %v", len(moved), err)
	}
}
