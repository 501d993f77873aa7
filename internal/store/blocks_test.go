package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
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

// What is kept, or two blocks read at once, changes nothing of what is read: not within
// the file, and not where it ends in the midst of a block.
func TestWhatIsReadAcrossBlocksIsWhatTheFileBelowGives(t *testing.T) {
	const block = 4096
	for _, kind := range []struct {
		name        string
		log, moving bool
	}{{"database", false, false}, {"log", true, false}, {"log that is moved", true, true}} {
		t.Run(kind.name, func(t *testing.T) {
			kept, cipher, disk, moving, err := store.Spans(kind.log)
			if err != nil {
				t.Fatal(err)
			}
			defer kept.Close()
			moving(kind.moving)
			held := make([]byte, 4*block)
			r := rand.New(rand.NewPCG(1, 2))
			for i := range held {
				held[i] = byte(r.Uint32())
			}
			if _, err := cipher.WriteAt(held, 0); err != nil {
				t.Fatal(err)
			}
			if _, err := disk.WriteAt(held[:block/3], 4*block); err != nil { // a block that is not there whole
				t.Fatal(err)
			}
			offs := []int64{0, 24, block - 1, block, block + 1, 2*block - 24, 3 * block, 4*block - 1, 4 * block, 4*block + 100, 5 * block, 6 * block}
			for off := int64(32); off < 5*block; off += 397 {
				offs = append(offs, off)
			}
			for range 2 { // decrypted anew, and kept
				for _, off := range offs {
					for _, size := range []int{1, 16, 24, 100, block - 1, block, block + 1, block + 24, 2 * block, 2*block + 1, 3*block + 7} {
						want, got := make([]byte, size), make([]byte, size)
						n, wantErr := cipher.ReadAt(want, off)
						m, gotErr := kept.ReadAt(got, off)
						if m != n || fmt.Sprint(gotErr) != fmt.Sprint(wantErr) || !bytes.Equal(got[:m], want[:n]) {
							t.Fatalf("%d bytes at %d: %d, %v instead of %d, %v, or other bytes", size, off, m, gotErr, n, wantErr)
						}
						if wantErr == nil && !bytes.Equal(got, held[off:off+int64(size)]) {
							t.Fatalf("%d bytes at %d are not what was written", size, off)
						}
					}
				}
			}

			// A frame of the log, as SQLite reads its page.
			disk.Reads = 0
			if _, err := kept.ReadAt(make([]byte, block), 32+24); err != nil || kind.moving && disk.Reads != 1 {
				t.Errorf("a page across two blocks was read at %d times, %v", disk.Reads, err)
			}

			// What was written since is read, although what was there before is kept.
			for i := range held {
				held[i] ^= 0x55
			}
			if _, err := cipher.WriteAt(held[block:2*block], block); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, block)
			if _, err := kept.ReadAt(got, block+56); err != nil || !bytes.Equal(got[:block-56], held[block+56:2*block]) {
				t.Errorf("what was written since is not read: %v", err)
			}
		})
	}
}

// Pages that are moved into the database drive out nothing of what others read.
func TestWhatIsMovedIsNotKept(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "way.db"), notes)
	tx := write(t, db)
	for id := range 400 {
		exec(t, tx, `INSERT INTO note (id, text) VALUES ($1, $2)`, id, fmt.Sprintf("%03000d", id))
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	store.ForgetBlocks()
	if err := db.Wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := store.BlocksKept(); n > 20 {
		t.Errorf("%d blocks are kept of what was moved", n)
	}
	for id := range 400 {
		if got, err := noteIn(t, db, id); err != nil || got != fmt.Sprintf("%03000d", id) {
			t.Fatalf("note %d: %.20q, %v", id, got, err)
		}
	}
	if n := store.BlocksKept(); n < 200 {
		t.Errorf("only %d blocks are kept of what was read", n)
	}
}
