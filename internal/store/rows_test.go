package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ncruces/go-sqlite3"

	"github.com/waymark-care/waymark/internal/store"
)

const kinds = `CREATE TABLE kind (
	id BIGINT PRIMARY KEY, text TEXT, bytes BYTEA, number BIGINT, yes BOOLEAN, part DOUBLE PRECISION);`

type (
	word string
	day  int
)

// heard is what a Scanner was given.
type heard struct{ said string }

func (h *heard) Scan(src any) error {
	h.said = fmt.Sprintf("%T %v", src, src)
	return nil
}

func TestWhatIsKeptComesBackInEachKindOfVariable(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, kinds)
		tx := write(t, db)
		const insert = `INSERT INTO kind (id, text, bytes, number, yes, part) VALUES ($1, $2, $3, $4, $5, $6)`
		exec(t, tx, insert, int64(1), "größer\x01", []byte{0, 1, 2}, int64(math.MinInt64), true, 0.5)
		exec(t, tx, insert, 2, "", []byte{}, math.MaxInt64, false, -1.0)
		exec(t, tx, insert, 3, nil, nil, nil, nil, nil)

		type all struct {
			Text          string
			Word          word
			TextTo        *string
			Bytes, Copied []byte
			Number        int64
			Int           int
			Day           day
			NumberTo      *int64
			Yes           bool
			MayBe         sql.NullBool
			Part          float64
			PartTo        *float64
		}
		rows, err := tx.Query(t.Context(), `
			SELECT text, text, text, bytes, bytes, number, number, number, number, yes, yes, part, part
			FROM kind WHERE id < $1 ORDER BY id`, 3)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var got []all
		for rows.Next() {
			var a all
			err := rows.Scan(&a.Text, &a.Word, &a.TextTo, &a.Bytes, (*sql.RawBytes)(&a.Copied), &a.Number, &a.Int, &a.Day,
				&a.NumberTo, &a.Yes, &a.MayBe, &a.Part, &a.PartTo)
			if err != nil {
				t.Fatal(err)
			}
			a.Copied = append([]byte{}, a.Copied...)
			got = append(got, a)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		want := []all{{
			"größer\x01", "größer\x01", new("größer\x01"),
			[]byte{0, 1, 2},
			[]byte{0, 1, 2},
			math.MinInt64, math.MinInt64, math.MinInt64, new(int64(math.MinInt64)), true,
			sql.NullBool{Bool: true, Valid: true},
			0.5, new(0.5),
		}, {
			"", "", new(""),
			[]byte{},
			[]byte{},
			math.MaxInt64, math.MaxInt64, math.MaxInt64, new(int64(math.MaxInt64)), false,
			sql.NullBool{Valid: true},
			-1, new(-1.0),
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}

		none := struct {
			Text   *string
			Bytes  []byte
			Number *int64
			Yes    sql.NullBool
			Heard  heard
		}{Text: new("old"), Bytes: []byte("old"), Number: new(int64(1)), Yes: sql.NullBool{Bool: true, Valid: true}}
		err = tx.QueryRow(t.Context(), `SELECT text, bytes, number, yes, part FROM kind WHERE id = $1`, 3).
			Scan(&none.Text, &none.Bytes, &none.Number, &none.Yes, &none.Heard)
		if err != nil {
			t.Fatal(err)
		}
		if none.Text != nil || none.Bytes != nil || none.Number != nil || none.Yes.Valid || none.Heard.said != "<nil> <nil>" {
			t.Errorf("NULL came back as %+v", none)
		}
	})
}

func TestBytesThatAreNoneAreToldFromThoseThatAreEmpty(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, kinds)
		tx := write(t, db)
		exec(t, tx, `INSERT INTO kind (id, bytes) VALUES (1, $1), (2, NULL)`, []byte{})
		rows, err := tx.Query(t.Context(), `SELECT bytes, bytes FROM kind ORDER BY id`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var some [][2]bool
		copied := sql.RawBytes("old")
		for rows.Next() {
			bytes := []byte("old")
			if err := rows.Scan(&bytes, &copied); err != nil {
				t.Fatal(err)
			}
			some = append(some, [2]bool{bytes != nil, copied != nil})
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][2]bool{{true, true}, {false, false}}, some); diff != "" {
			t.Error(diff)
		}
	})
}

// What is to be true only at the end of a transaction is, for a statement in one of its
// own, found wrong after the row was returned.
func TestWhatFailsAtTheEndOfAStatementIsToldWithItsRow(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "way.db"), `
		CREATE TABLE one (id BIGINT PRIMARY KEY);
		CREATE TABLE other (id BIGINT PRIMARY KEY, one BIGINT NOT NULL REFERENCES one (id) DEFERRABLE INITIALLY DEFERRED);`)
	const insert = `INSERT INTO other (id, one) VALUES (1, 2) RETURNING id`
	for how, do := range map[string]func(tx *store.Tx) error{
		"a row": func(tx *store.Tx) error {
			var id int64
			return tx.QueryRow(t.Context(), insert).Scan(&id)
		},
		"rows": func(tx *store.Tx) error {
			rows, err := tx.Query(t.Context(), insert)
			if err != nil {
				return err
			}
			if !rows.Next() {
				t.Fatal(rows.Err())
			}
			return rows.Close()
		},
	} {
		tx, err := db.Glance(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		exec(t, tx, `PRAGMA query_only = off`)
		if err := do(tx); !errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY) {
			t.Errorf("%s: %v", how, err)
		}
		if !tx.Failed() {
			t.Errorf("%s: the transaction goes on", how)
		}
		store.Drop(tx)
	}
	if n := count(t, db, `SELECT count(*) FROM other`); n != 0 {
		t.Errorf("%d rows were kept", n)
	}
}

func TestAValueThatDoesNotFitIsAnErrorAndNotLost(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, kinds)
		tx := write(t, db)
		exec(t, tx, `INSERT INTO kind (id, text, number) VALUES (1, 'seven', 7)`)
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		for _, into := range []struct {
			ask  string
			dest []any
		}{
			{"SELECT bytes FROM kind", []any{new(string)}},
			{"SELECT part FROM kind", []any{new(int64)}},
			{"SELECT part FROM kind", []any{new(int)}},
			{"SELECT part FROM kind", []any{new(day)}},
			{"SELECT part FROM kind", []any{new(float64)}},
			{"SELECT bytes FROM kind", []any{new(word)}},
			{"SELECT yes FROM kind", []any{new(bool)}},
			{"SELECT text FROM kind", []any{new(int64)}},
			{"SELECT text FROM kind", []any{new(*int64)}},
			{"SELECT text FROM kind", []any{new(day)}},
			{"SELECT text FROM kind", []any{new(bool)}},
			{"SELECT number FROM kind", []any{new(bool)}},
			{"SELECT number FROM kind", []any{new(struct{})}},
			{"SELECT number FROM kind", []any{int64(7)}},
			{"SELECT number FROM kind", []any{(*day)(nil)}},
			{"SELECT number, text FROM kind", []any{new(int64)}},
			{"SELECT number FROM kind", []any{new(int64), new(int64)}},
		} {
			for _, all := range []bool{true, false} {
				err := func() error {
					tx, err := db.Read(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					defer tx.Rollback()
					if !all {
						return tx.QueryRow(t.Context(), into.ask).Scan(into.dest...)
					}
					rows, err := tx.Query(t.Context(), into.ask)
					if err != nil {
						t.Fatal(err)
					}
					defer rows.Close()
					if !rows.Next() {
						t.Fatal("no row")
					}
					return rows.Scan(into.dest...)
				}()
				if err == nil {
					t.Errorf("%s went into %T", into.ask, into.dest)
				}
			}
		}
	})
}

func TestOnlyWhatIsKeptIsBound(t *testing.T) {
	db := open(t, "sqlite:"+t.TempDir()+"/way.db", kinds)
	for _, args := range [][]any{{}, {1, 2}, {time.Now()}, {word("1")}, {new(int64)}} {
		tx, err := db.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM kind WHERE id = $1`, args...).Scan(&n); err == nil {
			t.Errorf("%v was bound", args)
		}
		tx.Rollback()
	}
	tx := write(t, db)
	if _, err := tx.Exec(t.Context(), `INSERT INTO kind (id) VALUES (1); INSERT INTO kind (id) VALUES (2)`); err == nil {
		t.Error("of two statements one was run")
	}
}

func TestAStatementThatFailsOnTheWayIsNotTakenForItsEnd(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, kinds)
		tx := write(t, db)
		exec(t, tx, `INSERT INTO kind (id, number) VALUES (1, 1), (2, $1)`, int64(math.MinInt64))
		const ask = `SELECT abs(number) FROM kind ORDER BY id`
		rows, err := tx.Query(t.Context(), ask)
		if err == nil {
			for rows.Next() {
			}
			err = rows.Err()
			if closed := rows.Close(); closed != nil && err == nil {
				t.Errorf("only closing said %v", closed)
			}
		}
		if err == nil {
			t.Fatal("half of the rows were taken for all")
		}
		if !tx.Failed() {
			t.Error("the transaction goes on")
		}
		if err := tx.Commit(); err == nil {
			t.Error("it was committed")
		}
		tx.Rollback()
		if n := count(t, db, `SELECT count(*) FROM kind`); n != 0 {
			t.Errorf("%d rows were kept", n)
		}
	})
}

func TestRowsLeftOpenEndWithTheirTransaction(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		tx := write(t, db)
		exec(t, tx, `INSERT INTO note (id, text) VALUES (1, 'a'), (2, 'b'), (3, 'c')`)
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		const ask = `SELECT text FROM note ORDER BY id`
		for i := range 3 * 8 { // more than there are lines
			begin := db.Glance
			if i%2 == 1 {
				begin = db.Write
			}
			tx, err := begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			rows, err := tx.Query(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			if !rows.Next() {
				t.Fatal(rows.Err())
			}
			tx.Rollback()
			var text string
			if rows.Next() || rows.Scan(&text) == nil {
				t.Fatal("rows were read after the end of their transaction")
			}
			if !errors.Is(rows.Err(), sql.ErrTxDone) {
				t.Errorf("what was cut short says %v", rows.Err())
			}
			if err := rows.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := db.Wipe(t.Context()); err != nil {
			t.Error("somebody still reads:", err)
		}
		tx, err := db.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		rows, err := tx.Query(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if !rows.Next() {
			t.Fatal(rows.Err())
		}
		store.Drop(tx)
		if rows.Next() {
			t.Error("rows were read on a connection that is closed")
		}
		rows.Close()
	})
}

func TestARowIsReadOnce(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		tx := write(t, db)
		exec(t, tx, `INSERT INTO note (id, text) VALUES (1, 'a')`)
		row := tx.QueryRow(t.Context(), `SELECT text FROM note WHERE id = $1`, 1)
		var text string
		if err := row.Scan(&text); err != nil || text != "a" {
			t.Errorf("%q, %v", text, err)
		}
		if err := row.Scan(&text); err == nil || db.IsSQLite() && errors.Is(err, sql.ErrNoRows) {
			t.Errorf("the second time it says %v", err)
		}
	})
}

func TestTheSameStatementIsNotReadTwiceAtOnce(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		db := open(t, url, notes)
		tx := write(t, db)
		exec(t, tx, `INSERT INTO note (id, text) VALUES (1, 'a'), (2, 'b')`)
		const ask = `SELECT text FROM note ORDER BY id`
		rows, err := tx.Query(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		if !rows.Next() {
			t.Fatal(rows.Err())
		}
		if again, err := tx.Query(t.Context(), ask); err == nil {
			again.Close()
			t.Error("the first would go on from where the second is")
		}
	})
}

func TestErrorsOfSQLiteAreKnownByTheirCode(t *testing.T) {
	db := open(t, "sqlite:"+t.TempDir()+"/way.db", notes)
	for _, c := range []struct {
		do   func(*store.Tx) error
		want error
	}{
		{func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO note (id, text) VALUES ($1, 'a'), ($1, 'b')`, 1)
			return err
		}, sqlite3.CONSTRAINT_PRIMARYKEY},
		{func(tx *store.Tx) error {
			var id int64
			return tx.QueryRow(t.Context(), `INSERT INTO note (id, text) VALUES ($1, NULL) RETURNING id`, 1).Scan(&id)
		}, sqlite3.CONSTRAINT_NOTNULL},
		{func(tx *store.Tx) error {
			var id int64
			return tx.QueryRow(t.Context(), `SELECT id FROM nothing`).Scan(&id)
		}, sqlite3.ERROR},
	} {
		tx := write(t, db)
		if err := c.do(tx); !errors.Is(err, c.want) || strings.Contains(err.Error(), "VALUES") {
			t.Errorf("%v, and not %v", err, c.want)
		}
		if !tx.Failed() {
			t.Error("the transaction goes on")
		}
		tx.Rollback()
	}
}
