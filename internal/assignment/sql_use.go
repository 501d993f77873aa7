package assignment

import (
	"context"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

// assignmentsAmong are those of each record of l.
func assignmentsAmong(ctx context.Context, l *access.List) (map[access.Compartment][]Assignment, error) {
	rows, err := l.Query(ctx, `
		SELECT compartment, id, revision, turn, state, side, at, by_id, sealed FROM assignment
		WHERE practice = $1 AND compartment IN AMONG($2)
		ORDER BY compartment, id, revision`, l.Practice, l.Among())
	return readTurns(rows, err, func(c access.Compartment, place string, body []byte, into any) error {
		return l.OpenJSONIn(ctx, c, place, body, into)
	})
}

// timesAmong is how often each was practised, by id. No words are opened.
func timesAmong(ctx context.Context, l *access.List) (map[string]int, error) {
	rows, err := l.Query(ctx, `
		SELECT compartment, id, assignment_id, revision, sealed FROM assignment_log
		WHERE practice = $1 AND compartment IN AMONG($2) AND state = 'kept'`, l.Practice, l.Among())
	if err != nil {
		return nil, fmt.Errorf("count what was practised: %w", err)
	}
	defer rows.Close()

	times := make(map[string]int)
	for rows.Next() {
		var c access.Compartment
		var id, of string
		var revision int64
		var body []byte
		if err := rows.Scan(&c, &id, &of, &revision, &body); err != nil {
			return nil, fmt.Errorf("count what was practised: %w", err)
		}
		var s sealedLog
		if err := l.OpenJSONIn(ctx, c, place("assignment_log.sealed", id, revision), body, &s); err != nil {
			return nil, err
		}
		if s.How.Practised() {
			times[of]++
		}
	}
	return times, rows.Err()
}
