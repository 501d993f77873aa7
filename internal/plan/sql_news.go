package plan

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// A NewDetour is a detour as it stands, and since when.
type NewDetour struct {
	Detour
	Since time.Time // of its State
}

// News is what stands beside the work of one client and is new, or goes on.
type News struct {
	Events  []LifeEvent // that were noted since then, in the order of noting
	Detours []NewDetour // that are open, or were proposed, opened or closed since then, without notes
}

// NewsIn is, in l, what is new since then: for those who treat the clients, in two
// questions for all of them. The action of l must open.
func NewsIn(ctx context.Context, l *access.List, since time.Time) (map[access.Compartment]News, error) {
	all := make(map[access.Compartment]News)
	if err := eventsSince(ctx, l, since, all); err != nil {
		return nil, err
	}
	return all, detoursSince(ctx, l, since, all)
}

func eventsSince(ctx context.Context, l *access.List, since time.Time, into map[access.Compartment]News) error {
	rows, err := l.Query(ctx, `
		SELECT e.compartment, e.id, e.at, e.by_id, e.sealed FROM life_event e
		WHERE e.practice = $1 AND e.compartment IN AMONG($2) AND e.at >= $3 AND e.revision = 1
		  AND NOT EXISTS (SELECT 1 FROM life_event off
			WHERE off.practice = e.practice AND off.compartment = e.compartment AND off.id = e.id AND off.revision > 1)
		ORDER BY e.compartment, e.at, e.id`, l.Practice, l.Among(), access.Micros(since))
	if err != nil {
		return fmt.Errorf("read new life events: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var c access.Compartment
		var e LifeEvent
		var at int64
		var body []byte
		if err := rows.Scan(&c, &e.ID, &at, &e.By, &body); err != nil {
			return fmt.Errorf("read life event: %w", err)
		}
		var s sealedEvent
		if err := l.OpenJSONIn(ctx, c, place("life_event", e.ID, 1), body, &s); err != nil {
			return err
		}
		e.Day, e.Words, e.At = s.Day, s.Words, access.Moment(at)
		n := into[c]
		n.Events = append(n.Events, e)
		into[c] = n
	}
	return rows.Err()
}

func detoursSince(ctx context.Context, l *access.List, since time.Time, into map[access.Compartment]News) error {
	rows, err := l.Query(ctx, `
		SELECT d.compartment, d.id, d.revision, d.state, d.at, d.by_id, d.sealed FROM detour d
		WHERE d.practice = $1 AND d.compartment IN AMONG($2)
		  AND EXISTS (SELECT 1 FROM detour n
			WHERE n.practice = d.practice AND n.compartment = d.compartment AND n.id = d.id
			  AND (n.state = 'open' OR n.at >= $3)
			  AND NOT EXISTS (SELECT 1 FROM detour later
				WHERE later.practice = n.practice AND later.compartment = n.compartment
				  AND later.id = n.id AND later.revision > n.revision))
		ORDER BY d.compartment, d.id, d.revision`, l.Practice, l.Among(), access.Micros(since))
	if err != nil {
		return fmt.Errorf("read new detours: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var c access.Compartment
		var id, by string
		var to DetourState
		var revision, at int64
		var body []byte
		if err := rows.Scan(&c, &id, &revision, &to, &at, &by, &body); err != nil {
			return fmt.Errorf("read detour: %w", err)
		}
		var s sealedDetour
		if err := l.OpenJSONIn(ctx, c, place("detour", id, revision), body, &s); err != nil {
			return err
		}
		n := into[c]
		if len(n.Detours) == 0 || n.Detours[len(n.Detours)-1].ID != id {
			n.Detours = append(n.Detours, NewDetour{Detour: Detour{ID: id}})
		}
		one := &n.Detours[len(n.Detours)-1]
		one.after(revision, to, by, access.Moment(at), s)
		one.Since = access.Moment(at)
		into[c] = n
	}
	return rows.Err()
}
