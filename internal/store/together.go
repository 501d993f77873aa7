package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// What goes to PostgreSQL together takes one journey instead of several. While
// somebody writes everybody else who writes is waiting, so that each journey is
// one for all of them. PostgreSQL still takes the statements one after the other:
// each sees what was committed before it began, so that what follows the lock sees
// what other nodes wrote before, and after one that failed it does nothing more.

// A Statement is one with what stands for its placeholders: strings, bytes,
// int64 and bool.
type Statement struct {
	Text string
	Args []any
}

// WriteFrom is Write, with the answer to a question of one number, which nobody
// else can change before the transaction ends.
func (db *DB) WriteFrom(ctx context.Context, question string) (*Tx, int64, error) {
	if db.IsSQLite() {
		tx, err := db.Write(ctx)
		if err != nil {
			return nil, 0, err
		}
		var answer int64
		if err := tx.QueryRow(ctx, question).Scan(&answer); err != nil {
			tx.Rollback()
			return nil, 0, err
		}
		return tx, answer, nil
	}
	tx, err := db.begin(ctx, db.writer, "")
	if err != nil {
		return nil, 0, err
	}
	var answer int64
	ask := func(c *pgx.Conn) error {
		all, err := c.PgConn().Exec(context.WithoutCancel(ctx), db.dialect.beginWrite+"; "+question).ReadAll()
		if err != nil {
			return err
		}
		last := all[len(all)-1].Rows
		if len(last) != 1 || len(last[0]) != 1 {
			return errors.New("the question has no answer")
		}
		answer, err = strconv.ParseInt(string(last[0][0]), 10, 64)
		return err
	}
	err = tx.line.postgres(ask)
	if Away(err) { // the connection was cut since, and nothing was done yet
		tx.line.doubts(err)
		if err = tx.line.ready(ctx); err == nil {
			err = tx.line.postgres(ask)
		}
	}
	if err != nil {
		db.noteTrouble(err)
		tx.line.close()
		tx.free()
		return nil, 0, fmt.Errorf("begin: %w", err)
	}
	tx.bare = false
	return tx, answer, nil
}

// CommitAfter runs the statements, and makes the transaction durable if none of
// them fails. It has done nothing if it fails; Rollback follows.
func (tx *Tx) CommitAfter(ctx context.Context, all ...Statement) error {
	if tx.line == nil || tx.line.db.IsSQLite() {
		for _, s := range all {
			if _, err := tx.Exec(ctx, s.Text, s.Args...); err != nil {
				return err
			}
		}
		return tx.Commit()
	}
	err := tx.usable(ctx)
	if err == nil {
		err = tx.line.whole()
	}
	if err == nil {
		for _, s := range all {
			tx.watches(s.Text)
		}
		if tx.tells() {
			all = append(all, Statement{Text: tell})
		}
		_, err = tx.line.together(append(all, Statement{Text: "COMMIT"}))
	}
	if err != nil {
		tx.fail(err)
		return fmt.Errorf("commit: %w", err)
	}
	tx.free()
	return nil
}

// WriteOne runs one statement in a transaction of its own, as Write would begin
// it, and returns how many rows it wrote when they are durable.
func (db *DB) WriteOne(ctx context.Context, s Statement) (int64, error) {
	if db.IsSQLite() {
		tx, err := db.Write(ctx)
		if err != nil {
			return 0, err
		}
		defer tx.Rollback()
		done, err := tx.Exec(ctx, s.Text, s.Args...)
		if err != nil {
			return 0, err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return 0, err
		}
		return n, tx.Commit()
	}
	tx, err := db.begin(ctx, db.writer, "")
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	// What is sent together without BEGIN is one transaction, which ends with it.
	all := []Statement{{Text: lockPostgres}}
	if tx.watches(s.Text); tx.tells() {
		all = append(all, Statement{Text: tell})
	}
	n, err := tx.line.together(append(all, s))
	if err != nil {
		tx.fail(err)
		tx.line.close()
		return 0, fmt.Errorf("write: %w", err)
	}
	return n, nil
}

// Ask is QueryRow for what is asked first after Mark. Placeholders and columns
// are strings, bytes, int64 and bool.
func (tx *Tx) Ask(ctx context.Context, text string, args ...any) Row {
	if !tx.due || tx.open() != nil {
		return tx.QueryRow(ctx, text, args...)
	}
	tx.watches(text)
	return Row{row: asked{tx, Statement{text, args}}, tx: tx}
}

// executed is exec of what is done first after Mark.
func (tx *Tx) executed(text string, args []any) (sql.Result, error) {
	values := make([]any, len(args))
	for i, arg := range args {
		value, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return nil, err
		}
		values[i] = value
	}
	var rows int64
	err := tx.marked(Statement{text, values}, func(sent pgx.BatchResults) error {
		done, err := sent.Exec()
		rows = done.RowsAffected()
		return err
	})
	if err != nil {
		tx.line.doubts(err)
		tx.line.db.noteTrouble(err)
		return nil, err
	}
	return driver.RowsAffected(rows), nil
}

// An asked row is asked for when it is scanned.
type asked struct {
	tx *Tx
	Statement
}

func (a asked) Scan(dest ...any) error {
	if a.tx.line == nil {
		return errors.New("the transaction is over")
	}
	return a.tx.marked(a.Statement, func(sent pgx.BatchResults) error { return sent.QueryRow().Scan(dest...) })
}

// marked sends s together with the mark that is due. A text that is new to the connection is
// parsed before anything of what came with it is done: then the mark goes first. And where
// PostgreSQL does not say that it has the mark, it is still due: going back to one that has
// the same name would undo what somebody else did.
func (tx *Tx) marked(s Statement, read func(pgx.BatchResults) error) error {
	l := tx.line
	if !l.parsed[s.Text] {
		if err := tx.usable(context.Background()); err != nil {
			return err
		}
	}
	return l.postgres(func(c *pgx.Conn) error {
		var b pgx.Batch
		var marks []string
		kept := tx.kept
		if tx.due {
			marks = tx.marks()
		}
		for _, text := range marks {
			b.Queue(text)
		}
		b.Queue(l.spelled(s.Text), s.Args...)
		sent := c.SendBatch(context.Background(), &b)
		for range marks {
			if _, err := sent.Exec(); err != nil {
				sent.Close()
				tx.due, tx.kept = true, kept
				return err
			}
		}
		err := errors.Join(read(sent), sent.Close())
		l.parsed[s.Text] = l.parsed[s.Text] || err == nil
		return err
	})
}

// together sends all at once, and returns how many rows the last one wrote.
func (l *line) together(all []Statement) (rows int64, err error) {
	return rows, l.postgres(func(c *pgx.Conn) error {
		var b pgx.Batch
		for _, s := range all {
			b.Queue(l.spelled(s.Text), s.Args...)
		}
		sent := c.SendBatch(context.Background(), &b)
		for i := range all {
			done, err := sent.Exec()
			if err == nil && all[i].Text == "COMMIT" && done.String() != "COMMIT" {
				err = errors.New("it was rolled back")
			}
			if err != nil {
				sent.Close()
				return err
			}
			rows = done.RowsAffected()
		}
		return sent.Close() // only now it is certain
	})
}

// postgres has f use the connection. An error of f is no reason to drop it.
func (l *line) postgres(f func(*pgx.Conn) error) (err error) {
	raw := l.conn.Raw(func(driver any) error {
		err = f(driver.(*stdlib.Conn).Conn())
		return nil
	})
	return errors.Join(err, raw)
}

func (l *line) spelled(text string) string {
	s, ok := l.texts[text]
	if !ok {
		s = l.db.dialect.spell(text)
		l.texts[text] = s
	}
	return s
}
