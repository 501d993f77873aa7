package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// LastIn is, in l, when the last session since then began that is over and was not
// cancelled, with whomever, by record; those who had none are not in it. It opens nothing.
func LastIn(ctx context.Context, l *access.List, since time.Time) (map[access.Compartment]time.Time, error) {
	rows, err := l.Query(ctx, `
		SELECT a.compartment, max(a.starts_at) FROM appointment a
		WHERE a.practice = $1 AND a.compartment IN AMONG($2) AND a.starts_at >= $3 AND a.ends_at <= $4 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		GROUP BY a.compartment`, l.Practice, l.Among(), access.Micros(since), l.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read last sessions: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment]time.Time)
	for rows.Next() {
		var c access.Compartment
		var at int64
		if err := rows.Scan(&c, &at); err != nil {
			return nil, fmt.Errorf("read last session: %w", err)
		}
		all[c] = access.Moment(at)
	}
	return all, rows.Err()
}

// OwnIn is, in tx, when the session with the given id began that tx.Actor planned to hold
// with client; ok is false if there is none, or it was cancelled. It opens nothing, and
// tells whoever asks of their own time alone, also in what they keep for themself.
func OwnIn(ctx context.Context, tx *access.Tx, client access.Compartment, id string) (start time.Time, ok bool, err error) {
	var at int64
	err = tx.QueryRow(ctx, `
		SELECT a.starts_at FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.id = $3 AND a.clinician_id = $4 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)`,
		tx.Practice, string(client), id, tx.Actor.ID).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return start, false, nil
	}
	if err != nil {
		return start, false, fmt.Errorf("read a session of one's own: %w", err)
	}
	return access.Moment(at), true, nil
}
