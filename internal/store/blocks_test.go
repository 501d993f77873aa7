package store_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/waymark-care/waymark/internal/store"
)

func noteIn(t *testing.T, db *store.DB, id int) (text string, err error) {
	t.Helper()
	tx, err := db.Read(t.Context())
	if err != nil {
		return "", err
	}
	defer tx.Rollback()
	err = tx.QueryRow(t.Context(), `SELECT text FROM note WHERE id = $1`, id).Scan(&text)
	return text, err
}

// Blocks that were decrypted are kept, but what is in the file counts.
func TestWhatAnotherProgramWroteIsSeenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "way.db")
	db := open(t, "sqlite:"+path, notes)
	tx := write(t, db)
	for id := range 200 {
		exec(t, tx, `INSERT INTO note (id, text) VALUES ($1, $2)`, id, "first")
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	// The library's own encrypted files know nothing of what is kept here.
	other, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?vfs=adiantum&_pragma=hexkey('"+hex.EncodeToString(key)+"')&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for round := range 20 {
		want := fmt.Sprint("round ", round)
		for range 3 { // so that it is kept
			if _, err := noteIn(t, db, 100); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := other.ExecContext(context.Background(), `UPDATE note SET text = ? WHERE id % 50 = 0`, want); err != nil {
			t.Fatal(err)
		}
		if round%5 == 4 { // the pages move from the log to the database, and the log begins again
			if _, err := other.ExecContext(context.Background(), `PRAGMA wal_checkpoint(RESTART)`); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := noteIn(t, db, 100); err != nil || got != want {
			t.Errorf("round %d: got %q, %v", round, got, err)
		}
	}
}

// What one key opened is not there for another.
func TestAnotherKeyFindsNothingThatIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "way.db")
	db := open(t, "sqlite:"+path, notes)
	tx := write(t, db)
	exec(t, tx, `INSERT INTO note (id, text) VALUES (1, 'heron')`)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, err := noteIn(t, db, 1); err != nil {
		t.Fatal(err)
	}
	wrong := append([]byte(nil), key...)
	wrong[0] ^= 1
	if other, err := store.Open(t.Context(), "sqlite:"+path, wrong, files(notes)); err == nil {
		other.Close()
		t.Error("the file opened by another key")
	}
}

// A block that was damaged after it was read is not answered from memory.
func TestDamageIsSeenAlthoughTheBlockIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "way.db")
	db := open(t, "sqlite:"+path, notes)
	tx := write(t, db)
	for id := range 400 {
		exec(t, tx, `INSERT INTO note (id, text) VALUES ($1, $2)`, id, fmt.Sprintf("%0400d", id))
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := db.Wipe(t.Context()); err != nil { // into the database itself
		t.Fatal(err)
	}
	for id := range 400 {
		if _, err := noteIn(t, db, id); err != nil {
			t.Fatal(err)
		}
	}
	tx = write(t, db) // and so empties what the connections keep
	exec(t, tx, `INSERT INTO note (id, text) VALUES (1000, '')`)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	for off := int64(4096); off < info.Size(); off += 4096 {
		if _, err := f.WriteAt([]byte("not what was written"), off+100); err != nil {
			t.Fatal(err)
		}
	}
	wrong := 0
	for id := range 400 {
		if got, err := noteIn(t, db, id); err != nil {
			wrong++
		} else if got != fmt.Sprintf("%0400d", id) {
			t.Errorf("note %d: wrong text instead of an error", id)
		}
	}
	if wrong == 0 {
		t.Error("damaged blocks were answered from memory")
	}
}
