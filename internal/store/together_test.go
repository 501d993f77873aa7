package store_test

import (
	"testing"

	"github.com/waymark-care/waymark/internal/store"
)

const (
	insertNote = `INSERT INTO note (id, text) VALUES ($1, $2)`
	countNotes = `SELECT count(*) FROM note`
)

func note(id int64) store.Statement {
	return store.Statement{Text: insertNote, Args: []any{id, "x"}}
}

func TestAChangeBeginsWithAnAnswerAndEndsWithStatementsThatAllCount(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		for _, tt := range []struct {
			before int64
			last   []store.Statement
			kept   bool
		}{
			{0, []store.Statement{note(2), note(3)}, true},
			{3, []store.Statement{note(4), note(4)}, false},
			{3, []store.Statement{note(4), {Text: `INSERT INTO nowhere (id) VALUES (1)`}}, false},
			{3, nil, true},
		} {
			tx, n, err := db.WriteFrom(t.Context(), countNotes)
			if err != nil {
				t.Fatal(err)
			}
			if n != tt.before {
				t.Errorf("a change began with the answer %d, want %d", n, tt.before)
			}
			exec(t, tx, insertNote, 100+n, "x")
			err = tx.CommitAfter(t.Context(), tt.last...)
			tx.Rollback()
			if kept := err == nil; kept != tt.kept {
				t.Errorf("ending with %v: got %v", tt.last, err)
			}
		}
		if n := count(t, db, countNotes); n != 4 {
			t.Errorf("%d rows, want 4", n)
		}
		if _, _, err := db.WriteFrom(t.Context(), `SELECT id FROM nowhere`); err == nil {
			t.Error("a question about nothing was answered")
		}
		exec(t, write(t, db), insertNote, 9, "x") // and the next one can write
	})
}

func TestOneStatementIsKeptWholeOrNotAtAll(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		const two = `INSERT INTO note (id, text) VALUES ($1, $3), ($2, $3)`
		if n, err := db.WriteOne(t.Context(), store.Statement{Text: two, Args: []any{int64(1), int64(2), "x"}}); n != 2 || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
		if _, err := db.WriteOne(t.Context(), store.Statement{Text: two, Args: []any{int64(3), int64(1), "x"}}); err == nil {
			t.Error("the same row twice was accepted")
		}
		none := store.Statement{Text: `UPDATE note SET text = $1 WHERE id > 100`, Args: []any{"y"}}
		if n, err := db.WriteOne(t.Context(), none); n != 0 || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
		if n := count(t, db, countNotes); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
	})
}

func TestAskingFirstAfterAMarkIsPartOfWhatIsUndone(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		tx := write(t, db)
		for id, undo := range []bool{false, true, false, true} {
			if err := tx.Mark(t.Context()); err != nil {
				t.Fatal(err)
			}
			if undo && id == 1 { // nothing was done
				if err := tx.Undo(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := tx.Mark(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			var text string
			var before int64
			if err := tx.Ask(t.Context(), `SELECT 'so', count(*) FROM note WHERE id >= $1`, int64(0)).Scan(&text, &before); err != nil {
				t.Fatal(err)
			}
			if want := int64(id+1) / 2; text != "so" || before != want {
				t.Errorf("at %d: got %q, %d, want %d", id, text, before, want)
			}
			exec(t, tx, insertNote, id, "x")
			end := tx.Keep
			if undo {
				if err := tx.Ask(t.Context(), `SELECT id FROM nowhere`).Scan(&before); err == nil {
					t.Error("a question about nothing was answered")
				}
				end = tx.Undo
			}
			if err := end(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.Mark(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := tx.Ask(t.Context(), `SELECT id FROM nowhere`).Scan(new(int64)); err == nil || !tx.Failed() {
			t.Errorf("a question about nothing was answered: %v", err)
		}
		if err := tx.Undo(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, countNotes); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
	})
}

// What cannot even be parsed, first after a mark, takes nothing with it of what others did
// before in the same transaction.
func TestWhatIsNoStatementUndoesNothingOfOthers(t *testing.T) {
	for _, first := range []struct {
		name string
		do   func(*store.Tx) error
	}{
		{"done", func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO nowhere (id) VALUES ($1)`, 1)
			return err
		}},
		{"asked", func(tx *store.Tx) error {
			return tx.Ask(t.Context(), `SELECT id FROM nowhere WHERE id = $1`, int64(1)).Scan(new(int64))
		}},
		{"done and refused", func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), insertNote, 0, "the first again")
			return err
		}},
	} {
		t.Run(first.name, func(t *testing.T) {
			eachURL(t, func(t *testing.T, url string) {
				db := open(t, url, notes)
				tx := write(t, db)
				for id := range 3 {
					if err := tx.Mark(t.Context()); err != nil {
						t.Fatal(err)
					}
					exec(t, tx, insertNote, id, "x")
					if err := tx.Keep(t.Context()); err != nil {
						t.Fatal(err)
					}
					if err := tx.Mark(t.Context()); err != nil {
						t.Fatal(err)
					}
					if err := first.do(tx); err == nil {
						t.Fatal("it was done")
					}
					if err := tx.Undo(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if err := tx.Commit(); err != nil {
					t.Fatal(err)
				}
				if n := count(t, db, countNotes); n != 3 {
					t.Errorf("%d rows, want 3", n)
				}
			})
		})
	}
}
