package arrival

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
)

// A markRow is what was brought, as the database holds it.
type markRow struct {
	mark        string
	compartment access.Compartment
	kind        Kind
	rowID       string
	content     string
}

// insertMark notes that something was brought, and says whether that was new.
func insertMark(ctx context.Context, tx *access.Tx, m markRow) (bool, error) {
	done, err := tx.Exec(ctx, `
		INSERT INTO arrival (practice, mark, compartment, kind, row_id, content, by_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING`,
		tx.Practice, m.mark, string(m.compartment), string(m.kind), m.rowID, m.content, tx.Actor.ID, tx.Now.UnixMicro())
	if err != nil {
		return false, fmt.Errorf("note what was brought: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// marksAtOnce is how many marks one statement asks for.
const marksAtOnce = 2_000

// marksIn returns, by mark, what was brought of those in the list; of anybody who is
// not in it, nothing.
func marksIn(ctx context.Context, l *access.List, marks []string) (map[string][]markRow, error) {
	all := make(map[string][]markRow)
	for part := range slices.Chunk(marks, marksAtOnce) {
		if err := someMarks(ctx, l, part, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func someMarks(ctx context.Context, l *access.List, marks []string, into map[string][]markRow) error {
	text, err := json.Marshal(marks)
	if err != nil {
		return err
	}
	rows, err := l.Query(ctx, `
		SELECT mark, compartment, kind, row_id, content FROM arrival
		WHERE practice = $1 AND mark IN AMONG($2)`, l.Practice, string(text))
	if err != nil {
		return fmt.Errorf("look what was brought: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var m markRow
		if err := rows.Scan(&m.mark, &m.compartment, &m.kind, &m.rowID, &m.content); err != nil {
			return fmt.Errorf("read what was brought: %w", err)
		}
		if l.May(m.compartment) {
			into[m.mark] = append(into[m.mark], m)
		}
	}
	return rows.Err()
}
