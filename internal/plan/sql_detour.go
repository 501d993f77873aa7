package plan

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
)

type sealedEvent struct {
	Day   measure.Day `json:"day,omitempty"`
	Words string      `json:"words,omitempty"`
}

// sealedDetour is what one step of a detour says: its name, day and reason when
// it was proposed or opened, the way back when it was closed, and perhaps why it
// was set aside.
type sealedDetour struct {
	Name    string      `json:"name,omitempty"`
	From    measure.Day `json:"from,omitempty"`
	Reason  string      `json:"reason,omitempty"`
	Until   measure.Day `json:"until,omitempty"`
	Stays   string      `json:"stays,omitempty"`
	Changed string      `json:"changed,omitempty"`
	Why     string      `json:"why,omitempty"`
}

// insertEvent says whether the revision is new.
func insertEvent(ctx context.Context, tx *access.Tx, id string, revision int64, s sealedEvent) (bool, error) {
	body, err := tx.SealJSON(ctx, place("life_event", id, revision), s)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO life_event (practice, compartment, id, revision, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), id, revision, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("insert life event: %w", err)
	}
	return changed(done)
}

// eventOf is the life event with the given id as it was noted, with no ID if there
// is none, and whether it was taken off.
func eventOf(ctx context.Context, tx *access.Tx, id string) (LifeEvent, bool, error) {
	all, off, err := queryEvents(ctx, tx, id)
	if err != nil || len(all) == 0 {
		return LifeEvent{}, false, err
	}
	return all[0], off[id], nil
}

// queryEvents are the life events of one client, those taken off too, and which
// of them were; all of them if id is empty.
func queryEvents(ctx context.Context, tx *access.Tx, id string) (all []LifeEvent, off map[string]bool, err error) {
	rows, err := tx.Query(ctx, `
		SELECT id, revision, at, by_id, sealed FROM life_event
		WHERE practice = $1 AND compartment = $2 AND ($3 = '' OR id = $3)
		ORDER BY id, revision`, tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return nil, nil, fmt.Errorf("read life events: %w", err)
	}
	defer rows.Close()

	off = make(map[string]bool)
	for rows.Next() {
		var e LifeEvent
		var revision, at int64
		var body []byte
		if err := rows.Scan(&e.ID, &revision, &at, &e.By, &body); err != nil {
			return nil, nil, fmt.Errorf("read life event: %w", err)
		}
		if revision > 1 {
			off[e.ID] = true
			continue
		}
		var s sealedEvent
		if err := tx.OpenJSON(ctx, place("life_event", e.ID, revision), body, &s); err != nil {
			return nil, nil, err
		}
		e.Day, e.Words, e.At = s.Day, s.Words, access.Moment(at)
		all = append(all, e)
	}
	return all, off, rows.Err()
}

// insertDetour says whether the revision is new.
func insertDetour(ctx context.Context, tx *access.Tx, id string, revision int64, to DetourState, s sealedDetour) (bool, error) {
	body, err := tx.SealJSON(ctx, place("detour", id, revision), s)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO detour (practice, compartment, id, revision, state, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), id, revision, string(to), tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("insert detour: %w", err)
	}
	return changed(done)
}

// insertNote says whether the note is new.
func insertNote(ctx context.Context, tx *access.Tx, detour string, n DetourNote) (bool, error) {
	body, err := tx.SealJSON(ctx, place("detour_note", n.ID, 0), sealedEvent{Day: n.Day, Words: n.Words})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO detour_note (practice, compartment, id, detour_id, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), n.ID, detour, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("insert note of detour: %w", err)
	}
	return changed(done)
}

// after is d when one more step of it is known.
func (d *Detour) after(revision int64, to DetourState, by string, at time.Time, s sealedDetour) {
	if revision == 1 {
		d.By, d.At = by, at
	}
	d.Revision, d.State = revision, to
	switch to {
	case DetourProposed, DetourOpen:
		d.Name, d.From, d.Reason = s.Name, s.From, s.Reason
		if to == DetourOpen {
			d.OpenedBy = by
		}
	case DetourClosed:
		d.Until, d.Stays, d.Changed, d.ClosedBy = s.Until, s.Stays, s.Changed, by
	case DetourAside:
		d.Why, d.ClosedBy = s.Why, by
	}
}

// detourOf is the detour with the given id and its notes; its Revision is 0 if
// there is none.
func detourOf(ctx context.Context, tx *access.Tx, id string) (Detour, error) {
	all, err := detours(ctx, tx, id)
	if err != nil || len(all) == 0 {
		return Detour{}, err
	}
	return all[0], nil
}

// detours are those of one client with their notes, in order of day; all of them
// if id is empty.
func detours(ctx context.Context, tx *access.Tx, id string) ([]Detour, error) {
	all, err := steps(ctx, tx, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		SELECT id, detour_id, at, by_id, sealed FROM detour_note
		WHERE practice = $1 AND compartment = $2 AND ($3 = '' OR detour_id = $3)
		ORDER BY id`, tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return nil, fmt.Errorf("read notes of detours: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var n DetourNote
		var of string
		var at int64
		var body []byte
		if err := rows.Scan(&n.ID, &of, &at, &n.By, &body); err != nil {
			return nil, fmt.Errorf("read note of detour: %w", err)
		}
		var s sealedEvent
		if err := tx.OpenJSON(ctx, place("detour_note", n.ID, 0), body, &s); err != nil {
			return nil, err
		}
		n.Day, n.Words, n.At = s.Day, s.Words, access.Moment(at)
		if i := slices.IndexFunc(all, func(d Detour) bool { return d.ID == of }); i >= 0 {
			all[i].Notes = append(all[i].Notes, n)
		}
	}
	for _, d := range all {
		slices.SortStableFunc(d.Notes, func(a, b DetourNote) int { return cmp.Compare(a.Day, b.Day) })
	}
	slices.SortStableFunc(all, func(a, b Detour) int { return cmp.Compare(a.From, b.From) })
	return all, rows.Err()
}

// steps puts the revisions of detours together, in order of id.
func steps(ctx context.Context, tx *access.Tx, id string) ([]Detour, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, revision, state, at, by_id, sealed FROM detour
		WHERE practice = $1 AND compartment = $2 AND ($3 = '' OR id = $3)
		ORDER BY id, revision`, tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return nil, fmt.Errorf("read detours: %w", err)
	}
	defer rows.Close()

	var all []Detour
	for rows.Next() {
		var of, by string
		var to DetourState
		var revision, at int64
		var body []byte
		if err := rows.Scan(&of, &revision, &to, &at, &by, &body); err != nil {
			return nil, fmt.Errorf("read detour: %w", err)
		}
		var s sealedDetour
		if err := tx.OpenJSON(ctx, place("detour", of, revision), body, &s); err != nil {
			return nil, err
		}
		if len(all) == 0 || all[len(all)-1].ID != of {
			all = append(all, Detour{ID: of})
		}
		all[len(all)-1].after(revision, to, by, access.Moment(at), s)
	}
	return all, rows.Err()
}

// aside says, in tx, whether a detour is open: then the goals stand still.
func aside(ctx context.Context, tx *access.Tx) (bool, error) {
	var open int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM detour d
		WHERE d.practice = $1 AND d.compartment = $2 AND d.state = 'open'
		  AND NOT EXISTS (SELECT 1 FROM detour later
			WHERE later.practice = d.practice AND later.compartment = d.compartment
			  AND later.id = d.id AND later.revision > d.revision)`,
		tx.Practice, string(tx.Compartment)).Scan(&open)
	if err != nil {
		return false, fmt.Errorf("look for an open detour: %w", err)
	}
	return open > 0, nil
}

// meanwhile is what stands beside the courses of one client.
func meanwhile(ctx context.Context, tx *access.Tx) (m Meanwhile, err error) {
	events, off, err := queryEvents(ctx, tx, "")
	if err != nil {
		return m, err
	}
	for _, e := range events {
		if !off[e.ID] {
			m.Events = append(m.Events, e)
		}
	}
	slices.SortStableFunc(m.Events, func(a, b LifeEvent) int { return cmp.Compare(a.Day, b.Day) })
	m.Detours, err = detours(ctx, tx, "")
	return m, err
}
