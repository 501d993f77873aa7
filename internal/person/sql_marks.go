package person

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

// selectReached reads all marks of those clients whose address has the given one.
const selectReached = `
		SELECT m.compartment, m.mark FROM client_mark m
		WHERE m.practice = $1 AND m.compartment IN (
			SELECT a.compartment FROM client_mark a WHERE a.practice = $1 AND a.mark = $2 AND a.kind = 'address')`

// marksOf are marks by whose they are.
func marksOf(rows *access.Rows, err error) (map[string][][]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	defer rows.Close()

	all := make(map[string][][]byte)
	for rows.Next() {
		var c access.Compartment
		var mark []byte
		if err := rows.Scan(&c, &mark); err != nil {
			return nil, fmt.Errorf("read mark: %w", err)
		}
		all[c.Of()] = append(all[c.Of()], mark)
	}
	return all, rows.Err()
}

// selectIsClient finds a client who was not erased.
const selectIsClient = `
		SELECT 1 FROM person
		WHERE practice = $1 AND id = $2 AND role = 'client' AND state <> 'erased'`

// some says whether there is a row.
func some(row interface{ Scan(...any) error }) (bool, error) {
	var one int64
	err := row.Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// selectUnmarked finds clients who have no marks, in the order of their ids.
const selectUnmarked = `
		SELECT p.id FROM person p
		WHERE p.practice = $1 AND p.id > $2 AND p.role = 'client' AND p.state <> 'erased' AND NOT EXISTS (
			SELECT 1 FROM client_mark m
			WHERE m.practice = p.practice AND m.compartment = 'person/' || p.id)
		ORDER BY p.id LIMIT $3`

// replaceMarks gives a client these marks and no others. Where there is no address, its
// mark is nil.
func replaceMarks(ctx context.Context, tx *access.Tx, clientID string, address []byte, names [][]byte) error {
	c := string(access.PersonRecord(clientID))
	if _, err := tx.Exec(ctx, `DELETE FROM client_mark WHERE practice = $1 AND compartment = $2`, tx.Practice, c); err != nil {
		return fmt.Errorf("drop marks: %w", err)
	}
	keep := func(kind string, mark []byte) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO client_mark (practice, compartment, mark, kind) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, tx.Practice, c, mark, kind)
		if err != nil {
			return fmt.Errorf("keep mark: %w", err)
		}
		return nil
	}
	for _, mark := range names {
		if err := keep("name", mark); err != nil {
			return err
		}
	}
	if address == nil {
		return nil
	}
	return keep("address", address)
}

// brokenBefore says whether somebody opened the client's record in an emergency.
func brokenBefore(ctx context.Context, tx *access.Tx, clientID string) (bool, error) {
	return some(tx.QueryRow(ctx, `SELECT 1 FROM emergency WHERE practice = $1 AND client_id = $2 LIMIT 1`, tx.Practice, clientID))
}
