package session

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// A Published is one meeting as a calendar elsewhere may hold it: when, and whether
// it holds, and not with whom.
type Published struct {
	Meeting    string
	Start, End time.Time
	Cancelled  bool
	Revision   int64 // of the change that made it so, from 1
	ChangedAt  time.Time
}

// PublishedOfIn returns, in order of time, the meetings of a client that end after
// since, cancelled ones too. It opens nothing.
func PublishedOfIn(ctx context.Context, tx *access.Tx, client access.Compartment, since time.Time) ([]Published, error) {
	rows, err := tx.Query(ctx, `
		SELECT a.id, a.meeting, a.starts_at, a.ends_at, a.state, a.revision, a.made_at FROM appointment a
		WHERE a.practice = $1 AND a.compartment = $2 AND a.ends_at > $3
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at, a.id`, tx.Practice, string(client), since.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read appointments: %w", err)
	}
	return published(rows)
}

// PublishedByIn returns the same of a clinician, with whomever. What several clients
// have in common is there once: it holds as long as one of them comes.
func PublishedByIn(ctx context.Context, tx *access.Tx, clinicianID string, since time.Time) ([]Published, error) {
	rows, err := tx.Query(ctx, `
		SELECT a.id, a.meeting, a.starts_at, a.ends_at, a.state, a.revision, a.made_at FROM appointment a
		WHERE a.practice = $1 AND a.clinician_id = $2 AND a.ends_at > $3
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.starts_at, a.id`, tx.Practice, clinicianID, since.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read appointments of a clinician: %w", err)
	}
	all, err := published(rows)
	if err != nil {
		return nil, err
	}
	at := make(map[string]int)
	once := all[:0]
	for _, p := range all {
		i, there := at[p.Meeting]
		switch {
		case !there:
			at[p.Meeting] = len(once)
			once = append(once, p)
		case once[i].Cancelled && !p.Cancelled, once[i].Cancelled == p.Cancelled && p.ChangedAt.After(once[i].ChangedAt):
			p.Revision = max(p.Revision, once[i].Revision)
			once[i] = p
		default:
			once[i].Revision = max(p.Revision, once[i].Revision)
		}
	}
	return once, nil
}

func published(rows *access.Rows) ([]Published, error) {
	defer rows.Close()

	var all []Published
	for rows.Next() {
		var p Published
		var id string
		var state State
		var starts, ends, changed int64
		if err := rows.Scan(&id, &p.Meeting, &starts, &ends, &state, &p.Revision, &changed); err != nil {
			return nil, fmt.Errorf("read appointment: %w", err)
		}
		if p.Meeting == "" {
			p.Meeting = id
		}
		p.Start, p.End, p.ChangedAt = access.Moment(starts), access.Moment(ends), access.Moment(changed)
		p.Cancelled = state == Cancelled
		all = append(all, p)
	}
	return all, rows.Err()
}
