package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/store"
)

// block is how much the cipher writes at once. Of one that was half written when
// the power went nothing can be decrypted.
const block = 4096

// tears are what a block may hold after a loss of power, given what it held before
// and was to hold.
func tears(old, now []byte) map[string][]byte {
	half := block / 2
	noise := make([]byte, block)
	rand.Read(noise)
	was := old
	if was == nil {
		was = make([]byte, block) // the file was made longer first
	}
	return map[string][]byte{
		"first half written":  append(append([]byte(nil), now[:half]...), was[half:]...),
		"second half written": append(append([]byte(nil), was[:half]...), now[half:]...),
		"one sector written":  append(append([]byte(nil), now[:512]...), was[512:]...),
		"zeros":               make([]byte, block),
		"noise":               noise,
	}
}

// at is block number i of a file, or nil behind its end.
func at(file []byte, i int) []byte {
	if len(file) < (i+1)*block {
		return nil
	}
	return file[i*block : (i+1)*block]
}

// torn calls f with every state in which a loss of power may leave a file that
// was being written from old to now, block by block from the first to the last.
func torn(old, now []byte, f func(how string, file []byte)) {
	for i := range len(now) / block {
		if bytes.Equal(at(old, i), at(now, i)) {
			continue
		}
		before := append([]byte(nil), now[:i*block]...)
		var after []byte
		if len(old) > (i+1)*block {
			after = old[(i+1)*block:]
		}
		for how, b := range tears(at(old, i), at(now, i)) {
			f(fmt.Sprintf("block %d, %s", i, how), append(append(append([]byte(nil), before...), b...), after...))
		}
		if at(old, i) == nil {
			f(fmt.Sprintf("block %d, cut short", i), append(append([]byte(nil), before...), now[i*block:i*block+block/3]...))
			f(fmt.Sprintf("block %d, missing", i), before)
		}
	}
}

// A cut is a database as a loss of power left it: kept is how many notes had been
// acknowledged, and one more may be there.
func checkCut(t *testing.T, how string, db, wal []byte, kept int, text string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "way.db")
	for name, held := range map[string][]byte{path: db, path + "-wal": wal} {
		if err := os.WriteFile(name, held, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	back, err := store.Open(t.Context(), "sqlite:"+path, key, files(notes))
	if err != nil {
		t.Errorf("%s: does not open: %v", how, err)
		return
	}
	defer back.Close()
	tx, err := back.Write(t.Context())
	if err != nil {
		t.Errorf("%s: %v", how, err)
		return
	}
	defer tx.Rollback()
	var sound string
	if err := tx.QueryRow(t.Context(), `PRAGMA integrity_check`).Scan(&sound); err != nil || sound != "ok" {
		t.Errorf("%s: %s, %v", how, sound, err)
	}
	rows, err := tx.Query(t.Context(), `SELECT id, text FROM note ORDER BY id`)
	if err != nil {
		t.Errorf("%s: %v", how, err)
		return
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var id int
		var got string
		if err := rows.Scan(&id, &got); err != nil || id != n || got != fmt.Sprint(id, text) {
			t.Errorf("%s: note %d is %.20q, %v", how, id, got, err)
			return
		}
		n++
	}
	if err := rows.Err(); err != nil || n < kept || n > kept+1 {
		t.Errorf("%s: %d notes are there of the %d that were acknowledged, %v", how, n, kept, err)
	}
}

// TestATornBlockTakesNothingWithItThatWasAcknowledged tears each block that is
// written by a commit, in the log and, by a checkpoint, in the database.
func TestATornBlockTakesNothingWithItThatWasAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "way.db")
	db := open(t, "sqlite:"+path, notes)
	ctx := context.WithoutCancel(t.Context())
	text := strings.Repeat(" heron", 400) // most of a page, so that the database grows too
	held := func() (main, wal []byte) {
		t.Helper()
		for name, to := range map[string]*[]byte{path: &main, path + "-wal": &wal} {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			*to = b
		}
		return main, wal
	}
	note := func(id int) {
		t.Helper()
		tx, err := db.Write(ctx)
		if err != nil {
			t.Fatal(err)
		}
		exec(t, tx, `INSERT INTO note (id, text) VALUES ($1, $2)`, id, fmt.Sprint(id, text))
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	checkpoint := func(how string) {
		t.Helper()
		tx, err := db.Glance(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		var busy, log, moved int
		if err := tx.QueryRow(ctx, `PRAGMA wal_checkpoint(`+how+`)`).Scan(&busy, &log, &moved); err != nil || busy != 0 || log != moved {
			t.Fatalf("checkpoint: %d of %d, %v", moved, log, err)
		}
	}
	stored, states := 0, 0
	commits := func(n int) {
		t.Helper()
		for range n {
			main, before := held()
			note(stored)
			_, after := held()
			if len(after) < len(before) {
				t.Fatal("the log became shorter by a commit")
			}
			torn(before, after, func(how string, wal []byte) {
				states++
				checkCut(t, fmt.Sprintf("commit %d, log, %s", stored, how), main, wal, stored, text)
			})
			stored++
		}
	}
	commits(6)

	// The pages are moved into the database while the log still holds them.
	before, wal := held()
	checkpoint("PASSIVE")
	after, _ := held()
	if len(after) <= len(before) {
		t.Fatal("the database has not grown")
	}
	torn(before, after, func(how string, main []byte) {
		states++
		checkCut(t, "checkpoint, database, "+how, main, wal, stored, text)
	})

	commits(4) // over the beginning of the old log
	if states < 200 {
		t.Errorf("only %d states were tried", states)
	}
}
