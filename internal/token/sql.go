package token

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

type sealed struct {
	Label string `json:"label"`
}

func place(id string) string { return "token.sealed " + id }

// An asked is a token that somebody brought, by its mark.
type asked struct{ practice, mark string }

// An entry is what is found under it.
type entry struct {
	of         access.Compartment
	id, launch string
	scopes     string
	ofPerson   string
	until      int64
	used       int64
}

// whose finds out whose token has the mark, and when it was last used. If the database is
// asked, and a record is named, so is what they hold in it, which is noted for the visit.
func (ts *Tokens) whose(ctx context.Context, practice string, mark []byte, record access.Compartment) (in In, used, now time.Time, err error) {
	a := asked{practice, string(mark)}
	now = ts.door.Clock()
	e, kept := ts.entries.Get(a)
	if !kept {
		if e, err = ts.lookUp(ctx, a, record); err != nil {
			return in, used, now, err
		}
	} else {
		access.Recalled(ctx, func(ctx context.Context) error {
			_, err := ts.lookUp(ctx, a, record)
			return err
		})
	}
	in = In{
		id: e.id, Launch: e.launch, Of: e.ofPerson, Token: cmp.Or(e.launch, e.id),
		Actor:  access.Actor{Practice: practice, ID: e.of.Of()},
		Scopes: strings.Fields(e.scopes), Until: access.Moment(e.until),
	}
	return in, access.Moment(e.used), now, nil
}

// lookUp asks the database, in one statement.
func (ts *Tokens) lookUp(ctx context.Context, a asked, record access.Compartment) (e entry, err error) {
	tx, err := ts.door.Glance(ctx)
	if err != nil {
		return e, err
	}
	defer tx.Rollback()

	var own string
	held, args := "''", []any{a.practice, []byte(a.mark)}
	if record != "" {
		held, args = access.GrantsIn, append(args, tx.Now.UnixMicro(), string(record))
	}
	err = tx.QueryRow(ctx, `
		SELECT compartment, id, launch, scopes, of_person, until, used_at, `+held+` FROM token s
		WHERE practice = $1 AND mark = $2 AND ended_at = 0`,
		args...).Scan(&e.of, &e.id, &e.launch, &e.scopes, &e.ofPerson, &e.until, &e.used, &own)
	if errors.Is(err, sql.ErrNoRows) {
		return e, fault.Absent()
	}
	if err != nil {
		return e, fmt.Errorf("look up token: %w", err)
	}
	a.practice = strings.Clone(a.practice) // not a part of all that the program sent
	ts.entries.Put(tx, a, e)
	if record != "" {
		access.NotedIn(ctx, access.Actor{Practice: a.practice, ID: e.of.Of()}, record, own)
	}
	return e, nil
}

// room refuses one more than there may be, and one that was made before.
func room(ctx context.Context, tx *access.Tx, id string) error {
	var before, there int
	err := tx.QueryRow(ctx, `
		SELECT count(*), coalesce(sum(CASE WHEN id = $3 THEN 1 ELSE 0 END), 0) FROM token
		WHERE practice = $1 AND compartment = $2 AND (until > $4 AND ended_at = 0 AND launch = '' OR id = $3)`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro()).Scan(&before, &there)
	switch {
	case err != nil:
		return fmt.Errorf("count tokens: %w", err)
	case there > 0:
		return fault.New(fault.Conflict, "", "This was made already, and it is shown only once. If you did not keep it, end it below and make a new one.")
	case before >= MaxTokens:
		return fault.New(fault.Invalid, "", fmt.Sprintf("There are %d tokens already. End one that you do not use any more.", MaxTokens))
	}
	return nil
}

// insert keeps what f makes; launch is of which app that was let in, if it is for one.
func insert(ctx context.Context, tx *access.Tx, f Form, launch string, mark []byte) error {
	body, err := tx.SealJSON(ctx, place(f.ID), sealed{f.Label})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO token (practice, compartment, id, mark, launch, scopes, of_person, made_at, until, used_at, ended_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10)`,
		tx.Practice, string(tx.Compartment), f.ID, mark, launch, strings.Join(f.Scopes, " "), f.Of,
		tx.Now.UnixMicro(), tx.Now.Add(f.Lasts).UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("keep token: %w", err)
	}
	return nil
}

// all are those that somebody made themself, ended ones too.
func all(ctx context.Context, tx *access.Tx) ([]Token, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, scopes, made_at, until, used_at, ended_at, sealed FROM token
		WHERE practice = $1 AND compartment = $2 AND launch = '' ORDER BY made_at, id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	defer rows.Close()

	var found []Token
	for rows.Next() {
		var t Token
		var scopes string
		var made, until, used, ended int64
		var body []byte
		if err := rows.Scan(&t.ID, &scopes, &made, &until, &used, &ended, &body); err != nil {
			return nil, fmt.Errorf("read token: %w", err)
		}
		var s sealed
		if err := tx.OpenJSON(ctx, place(t.ID), body, &s); err != nil {
			return nil, err
		}
		t.Label, t.Scopes = s.Label, strings.Fields(scopes)
		t.MadeAt, t.Until, t.UsedAt, t.EndedAt = access.Moment(made), access.Moment(until), access.Moment(used), access.Moment(ended)
		found = append(found, t)
	}
	return found, rows.Err()
}

func use(ctx context.Context, tx *access.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE token SET used_at = $4 WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("note that a token was used: %w", err)
	}
	return nil
}

func end(ctx context.Context, tx *access.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE token SET ended_at = $4 WHERE practice = $1 AND compartment = $2 AND id = $3 AND ended_at = 0`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("end token: %w", err)
	}
	return nil
}

func removeAll(ctx context.Context, tx *access.Tx, c access.Compartment) error {
	_, err := tx.Exec(ctx, `DELETE FROM token WHERE practice = $1 AND compartment = $2`, tx.Practice, string(c))
	if err != nil {
		return fmt.Errorf("end tokens: %w", err)
	}
	return nil
}

func endEverybodys(ctx context.Context, tx *access.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE token SET ended_at = $2 WHERE practice = $1 AND ended_at = 0`, tx.Practice, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("end tokens: %w", err)
	}
	return nil
}

// removeOf deletes the tokens of a launch, whose name stands elsewhere.
func removeOf(ctx context.Context, tx *access.Tx, c access.Compartment, launch string) error {
	_, err := tx.Exec(ctx, `DELETE FROM token WHERE practice = $1 AND compartment = $2 AND launch = $3`, tx.Practice, string(c), launch)
	if err != nil {
		return fmt.Errorf("end tokens: %w", err)
	}
	return nil
}

// removeOne deletes one of them.
func removeOne(ctx context.Context, tx *access.Tx, launch string, mark []byte) error {
	_, err := tx.Exec(ctx, `DELETE FROM token WHERE practice = $1 AND compartment = $2 AND launch = $3 AND mark = $4`,
		tx.Practice, string(tx.Compartment), launch, mark)
	if err != nil {
		return fmt.Errorf("end token: %w", err)
	}
	return nil
}

// usedOf says whether any token that a launch has now was ever used.
func usedOf(ctx context.Context, tx *access.Tx, launch string) (bool, error) {
	var used int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM token WHERE practice = $1 AND compartment = $2 AND launch = $3 AND used_at > 0`,
		tx.Practice, string(tx.Compartment), launch).Scan(&used)
	if err != nil {
		return false, fmt.Errorf("count uses of tokens: %w", err)
	}
	return used > 0, nil
}
