package session

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// A Near is where somebody stands among their clinician's sessions.
type Near struct {
	Last time.Time // when the last one began that is over; zero: none in the time that was asked about
	Next time.Time // when the next one begins, or the running one began; zero: none is planned
}

// Near returns, of each client whom actor treats, actor's own last session since
// since and the next one; those who have neither are not in it. It opens nothing.
func (ss *Sessions) Near(ctx context.Context, actor access.Actor, since time.Time) (map[access.Compartment]Near, error) {
	l, err := ss.door.BeginList(ctx, actor, access.ListSessions, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	rows, err := l.Query(ctx, `
		SELECT a.compartment,
		       COALESCE(max(CASE WHEN a.ends_at <= CAST($4 AS BIGINT) THEN a.starts_at END), 0),
		       COALESCE(min(CASE WHEN a.ends_at > CAST($4 AS BIGINT) THEN a.starts_at END), 0)
		FROM appointment a
		WHERE a.practice = $1 AND a.clinician_id = $2 AND a.ends_at > $3 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		GROUP BY a.compartment`,
		l.Practice, l.Actor.ID, since.UnixMicro(), l.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read appointments: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment]Near)
	for rows.Next() {
		var c access.Compartment
		var last, next int64
		if err := rows.Scan(&c, &last, &next); err != nil {
			return nil, fmt.Errorf("read appointment: %w", err)
		}
		if !l.May(c) {
			continue // whom actor does not treat any more
		}
		var n Near
		if last > 0 {
			n.Last = time.UnixMicro(last).UTC()
		}
		if next > 0 {
			n.Next = time.UnixMicro(next).UTC()
		}
		l.Shows(c)
		all[c] = n
	}
	return all, rows.Err()
}
