package intake

import (
	"context"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

// newsOf is how the beginning of one client in a list stands.
func newsOf(ctx context.Context, l *access.List, client access.Compartment) (n News, err error) {
	course, err := courseIn(ctx, l.Tx, client)
	if err != nil {
		return n, err
	}
	rows, err := l.Query(ctx, `
		SELECT `+partColumns+`, CASE WHEN p.revision > COALESCE(s.revision, 0) THEN 1 ELSE 0 END
		FROM intake_part p
		LEFT JOIN intake_seen s ON s.practice = p.practice AND s.compartment = p.compartment
			AND s.course = p.course AND s.part = p.part AND s.person_id = $4
		WHERE p.practice = $1 AND p.compartment = $2 AND p.course = $3
		  AND p.revision = (SELECT MAX(n.revision) FROM intake_part n
			WHERE n.practice = p.practice AND n.compartment = p.compartment AND n.course = p.course AND n.part = p.part)`,
		l.Practice, string(client), course, l.Actor.ID)
	if err != nil {
		return n, fmt.Errorf("read parts: %w", err)
	}
	defer rows.Close()

	is := make(map[Part]State)
	fresh := make(map[Part]bool)
	for rows.Next() {
		var r Revision
		var at, unread int64
		var body []byte
		if err := rows.Scan(&r.Course, &r.Part, &r.Number, &at, &r.By, &r.Side, &body, &unread); err != nil {
			return n, fmt.Errorf("read part: %w", err)
		}
		plain, err := l.OpenIn(ctx, client, partPlace(r.Course, r.Part, r.Number), body)
		if err != nil {
			return n, fmt.Errorf("open part %s %d: %w", r.Part, r.Number, err)
		}
		if err := r.unseal(plain); err != nil {
			return n, err
		}
		is[r.Part], fresh[r.Part] = r.State, unread == 1
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	rows.Close()
	open, err := openInvites(ctx, l, client, course)
	if err != nil {
		return n, err
	}
	for _, p := range allParts() {
		switch is[p] {
		case Told:
			n.Told = append(n.Told, p)
		case Room:
			n.Room = append(n.Room, p)
		}
		if fresh[p] {
			n.Unread = append(n.Unread, p)
		}
		if open[p] {
			n.Waits = append(n.Waits, p)
		}
	}
	n.Terms, err = termsState(ctx, l.Tx, client, course)
	return n, err
}

func openInvites(ctx context.Context, l *access.List, client access.Compartment, course int64) (map[Part]bool, error) {
	rows, err := l.Query(ctx, `
		SELECT part FROM intake_invite
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND state = 'open'`,
		l.Practice, string(client), course)
	if err != nil {
		return nil, fmt.Errorf("read invitations: %w", err)
	}
	defer rows.Close()

	all := make(map[Part]bool)
	for rows.Next() {
		var p Part
		if err := rows.Scan(&p); err != nil {
			return nil, fmt.Errorf("read invitation: %w", err)
		}
		all[p] = true
	}
	return all, rows.Err()
}

// arrived are the clients in a list with a part whose newest revision is the
// client's own and was not opened by the one who asks.
func arrived(ctx context.Context, l *access.List) ([]access.Compartment, error) {
	rows, err := l.Query(ctx, `
		SELECT DISTINCT p.compartment FROM intake_part p
		LEFT JOIN intake_seen s ON s.practice = p.practice AND s.compartment = p.compartment
			AND s.course = p.course AND s.part = p.part AND s.person_id = $3
		WHERE p.practice = $1 AND p.compartment IN AMONG($2) AND p.side <> 'clinician'
		  AND p.revision > COALESCE(s.revision, 0)
		  AND p.revision = (SELECT MAX(n.revision) FROM intake_part n
			WHERE n.practice = p.practice AND n.compartment = p.compartment AND n.course = p.course AND n.part = p.part)`,
		l.Practice, l.Among(), l.Actor.ID)
	if err != nil {
		return nil, fmt.Errorf("read what arrived: %w", err)
	}
	defer rows.Close()

	var all []access.Compartment
	for rows.Next() {
		var c access.Compartment
		if err := rows.Scan(&c); err != nil {
			return nil, fmt.Errorf("read what arrived: %w", err)
		}
		l.Shows(c)
		all = append(all, c)
	}
	return all, rows.Err()
}
