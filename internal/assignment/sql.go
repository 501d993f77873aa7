package assignment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// sealedTurn is what a turn says; which of it depends on the turn.
type sealedTurn struct {
	Wording  *Wording    `json:"wording,omitempty"`
	Exercise string      `json:"exercise,omitempty"` // of Suggest
	Version  int         `json:"version,omitempty"`
	Replaces string      `json:"replaces,omitempty"`
	Until    measure.Day `json:"until,omitempty"`
	Call     Call        `json:"call,omitempty"`
}

// place is where a revision of a row is sealed in a column of a table.
func place(column, id string, revision int64) string {
	return column + " " + id + " " + strconv.FormatInt(revision, 10)
}

func isNew(done sql.Result) (bool, error) {
	n, err := done.RowsAffected()
	return n > 0, err
}

// insertTurn keeps the next turn of a, and says whether nobody was quicker.
func insertTurn(ctx context.Context, tx *access.Tx, id string, revision int64, d Done, s sealedTurn, state State) (bool, error) {
	s.Call = d.Call
	body, err := tx.SealJSON(ctx, place("assignment.sealed", id, revision), s)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO assignment (practice, compartment, id, revision, turn, state, side, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), id, revision, string(d.Turn), string(state), string(d.Side), d.At.UnixMicro(), d.By, body)
	if err != nil {
		return false, fmt.Errorf("keep what is practised: %w", err)
	}
	return isNew(done)
}

// opens decrypts what was sealed in the compartment of a row.
type opens func(c access.Compartment, place string, body []byte, into any) error

// readTurns reads rows of compartment, id, revision, turn, state, side, at, by_id and
// sealed, which are in the order of compartment, id and revision.
func readTurns(rows *access.Rows, err error, open opens) (map[access.Compartment][]Assignment, error) {
	if err != nil {
		return nil, fmt.Errorf("read what is practised: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment][]Assignment)
	for rows.Next() {
		var c access.Compartment
		var id string
		var revision, at int64
		var state State
		var d Done
		var body []byte
		if err := rows.Scan(&c, &id, &revision, &d.Turn, &state, &d.Side, &at, &d.By, &body); err != nil {
			return nil, fmt.Errorf("read what is practised: %w", err)
		}
		var s sealedTurn
		if err := open(c, place("assignment.sealed", id, revision), body, &s); err != nil {
			return nil, err
		}
		d.At, d.Call = access.Moment(at), s.Call
		of := all[c]
		if len(of) == 0 || of[len(of)-1].ID != id {
			of = append(of, Assignment{ID: id})
		}
		of[len(of)-1].after(d, s, state)
		all[c] = of
	}
	return all, rows.Err()
}

// assignments are all of the record, in the order in which they were suggested; only
// the one with the id, if one is given.
func assignments(ctx context.Context, tx *access.Tx, id string) ([]Assignment, error) {
	rows, err := tx.Query(ctx, `
		SELECT compartment, id, revision, turn, state, side, at, by_id, sealed FROM assignment
		WHERE practice = $1 AND compartment = $2 AND ($3 = '' OR id = $3)
		ORDER BY compartment, id, revision`, tx.Practice, string(tx.Compartment), id)
	all, err := readTurns(rows, err, func(_ access.Compartment, place string, body []byte, into any) error {
		return tx.OpenJSON(ctx, place, body, into)
	})
	of := all[tx.Compartment]
	inOrder(of)
	return of, err
}

// low says on which day the client wanted the smallest step only; empty: on none.
func low(ctx context.Context, tx *access.Tx) (measure.Day, error) {
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT sealed FROM assignment_low
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment)).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the day: %w", err)
	}
	var day measure.Day
	err = tx.OpenJSON(ctx, "assignment_low.sealed", body, &day)
	return day, err
}

func setLow(ctx context.Context, tx *access.Tx, day measure.Day) error {
	body, err := tx.SealJSON(ctx, "assignment_low.sealed", day)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO assignment_low (practice, compartment, sealed) VALUES ($1, $2, $3)
		ON CONFLICT (practice, compartment) DO UPDATE SET sealed = excluded.sealed`,
		tx.Practice, string(tx.Compartment), body)
	if err != nil {
		return fmt.Errorf("keep the day: %w", err)
	}
	return nil
}

// AgreedFor says, in tx, whether anything is agreed in client's record, for what reminds
// them. It opens nothing.
func AgreedFor(ctx context.Context, tx *access.Tx, client access.Compartment) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM assignment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.state = 'agreed'
		  AND NOT EXISTS (SELECT 1 FROM assignment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)`,
		tx.Practice, string(client)).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look whether anything is practised: %w", err)
	}
	return n > 0, nil
}

// A Begun is that one side suggested something, or, as the client, took it up.
type Begun struct {
	ID   string
	Side goal.Side
	Done
}

// BegunIn is, in l, who suggested what since then and did not take it back, by record
// and in order of time: for those who treat the clients. It opens nothing.
func BegunIn(ctx context.Context, l *access.List, since int64) (map[access.Compartment][]Begun, error) {
	rows, err := l.Query(ctx, `
		SELECT a.compartment, a.id, a.side, a.at, a.by_id FROM assignment a
		WHERE a.practice = $1 AND a.compartment IN AMONG($2) AND a.revision = 1 AND a.at >= $3
		  AND NOT EXISTS (SELECT 1 FROM assignment off
			WHERE off.practice = a.practice AND off.compartment = a.compartment AND off.id = a.id AND off.turn = 'withdraw')
		ORDER BY a.compartment, a.at, a.id`, l.Practice, l.Among(), since)
	if err != nil {
		return nil, fmt.Errorf("read who suggested what: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment][]Begun)
	for rows.Next() {
		var c access.Compartment
		var b Begun
		var at int64
		if err := rows.Scan(&c, &b.ID, &b.Side, &at, &b.By); err != nil {
			return nil, fmt.Errorf("read who suggested something: %w", err)
		}
		b.Turn, b.At, b.Done.Side = Suggest, access.Moment(at), b.Side
		all[c] = append(all[c], b)
	}
	return all, rows.Err()
}

// endOneAgain lets go of something that is open.
func endOneAgain(ctx context.Context, tx *access.Tx, c access.Compartment, id string) error {
	var revision int64
	var state State
	err := tx.QueryRow(ctx, `
		SELECT revision, state FROM assignment
		WHERE practice = $1 AND compartment = $2 AND id = $3
		ORDER BY revision DESC LIMIT 1`, tx.Practice, string(c), id).Scan(&revision, &state)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !(Assignment{State: state}).Open() {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read what is practised: %w", err)
	}
	body, err := tx.SealJSONIn(ctx, c, place("assignment.sealed", id, revision+1), sealedTurn{})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO assignment (practice, compartment, id, revision, turn, state, side, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(c), id, revision+1, string(Drop), string(LetGo), string(goal.ByClient), tx.Now.UnixMicro(), c.Of(), body)
	if err != nil {
		return fmt.Errorf("let go of what was let go: %w", err)
	}
	return nil
}
