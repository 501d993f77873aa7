package hour

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// SinceIn are, in l, the sessions since then that were begun, or of which something was
// kept, by record and in order of time, each with what was kept and with its work: for
// those who treat the clients. It opens neither agenda nor summary, in one question.
func SinceIn(ctx context.Context, l *access.List, since time.Time) (map[access.Compartment][]Hour, error) {
	rows, err := l.Query(ctx, `
		SELECT h.compartment, h.session_id, h.clinician_id, h.starts_at, h.until_at, h.began_at, h.ended_at, h.by_id,
		       COALESCE(k.revision, 0), COALESCE(k.at, 0), COALESCE(k.by_id, ''), k.sealed,
		       COALESCE(w.revision, 0), COALESCE(w.at, 0), COALESCE(w.by_id, ''), w.sealed
		FROM hour h
		LEFT JOIN hour_kept k ON k.practice = h.practice AND k.compartment = h.compartment AND k.session_id = h.session_id
		  AND NOT EXISTS (SELECT 1 FROM hour_kept later
			WHERE later.practice = k.practice AND later.compartment = k.compartment
			  AND later.session_id = k.session_id AND later.revision > k.revision)
		LEFT JOIN hour_work w ON w.practice = h.practice AND w.compartment = h.compartment AND w.session_id = h.session_id
		  AND NOT EXISTS (SELECT 1 FROM hour_work later
			WHERE later.practice = w.practice AND later.compartment = w.compartment
			  AND later.session_id = w.session_id AND later.revision > w.revision)
		WHERE h.practice = $1 AND h.compartment IN AMONG($2) AND h.starts_at >= $3
		ORDER BY h.compartment, h.starts_at, h.session_id`, l.Practice, l.Among(), access.Micros(since))
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment][]Hour)
	for rows.Next() {
		var c access.Compartment
		var h Hour
		var start, until, began, ended, keptAt, workAt int64
		var kept, work []byte
		err := rows.Scan(&c, &h.SessionID, &h.ClinicianID, &start, &until, &began, &ended, &h.BeganBy,
			&h.Kept.Revision, &keptAt, &h.Kept.By, &kept, &h.Work.Revision, &workAt, &h.Work.By, &work)
		if err != nil {
			return nil, fmt.Errorf("read session: %w", err)
		}
		h.Start, h.Until, h.Began, h.Ended = access.Moment(start), access.Moment(until), access.Moment(began), access.Moment(ended)
		h.Kept.At, h.Work.At = access.Moment(keptAt), access.Moment(workAt)
		if h.Kept.Revision > 0 {
			var s sealedKept
			if err := l.OpenJSONIn(ctx, c, place("hour_kept.sealed", h.SessionID, h.Kept.Revision), kept, &s); err != nil {
				return nil, err
			}
			h.Kept.Decisions, h.Kept.Steps, h.Kept.Open, h.Kept.Calm = s.Decisions, s.Steps, s.Open, s.Calm
		}
		if h.Work.Revision > 0 && SideOf(l.Actor, c) != ByClient {
			var s sealedWork
			if err := l.OpenJSONIn(ctx, c, place("hour_work.sealed", h.SessionID, h.Work.Revision), work, &s); err != nil {
				return nil, err
			}
			h.Work.Call, h.Work.Intent, h.Work.Tools, h.Work.Instead = s.Call, s.Intent, s.Tools, s.Instead
		}
		all[c] = append(all[c], h)
	}
	return all, rows.Err()
}

// WaitingIn is, in l, what waits for the next session of each client, in the order in
// which it was brought, with the words that are open to whoever asks.
func WaitingIn(ctx context.Context, l *access.List) (map[access.Compartment][]Item, error) {
	rows, err := l.Query(ctx, `
		SELECT i.compartment, `+itemColumns+` FROM agenda_item i
		WHERE i.practice = $1 AND i.compartment IN AMONG($2) AND i.state = 'waiting'
		ORDER BY i.compartment, i.at, i.id`, l.Practice, l.Among())
	if err != nil {
		return nil, fmt.Errorf("read agendas: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment][]Item)
	for rows.Next() {
		var c access.Compartment
		var i Item
		var at, changedAt int64
		var body, words []byte
		if err := rows.Scan(&c, &i.ID, &i.Revision, &i.Side, &i.By, &at, &changedAt, &i.State, &i.SessionID, &body, &words); err != nil {
			return nil, fmt.Errorf("read agenda: %w", err)
		}
		var s sealedItem
		if err := l.OpenJSONIn(ctx, c, place("agenda_item.sealed", i.ID, i.Revision), body, &s); err != nil {
			return nil, err
		}
		i.At, i.ChangedAt = access.Moment(at), access.Moment(changedAt)
		i.Hard, i.May, i.Opened, i.OpenedBy = s.Hard, s.May, access.Moment(s.Opened), s.OpenedBy
		i.Closed = i.closedTo(SideOf(l.Actor, c))
		if i.from = s.From; !i.Closed {
			i.Source = i.from
		}
		if !i.Closed && len(words) > 0 {
			plain, err := l.OpenIn(ctx, c, place("agenda_item.sealed_words", i.ID, i.Revision), words)
			if err != nil {
				return nil, fmt.Errorf("open agenda: %w", err)
			}
			i.Text = string(plain)
		}
		all[c] = append(all[c], i)
	}
	return all, rows.Err()
}

// A Brought is that somebody brought something to a session.
type Brought struct {
	Side Side
	At   time.Time
}

// BroughtIn is, in l, who brought something since then and did not take it back, by
// record and in order of time. It opens nothing.
func BroughtIn(ctx context.Context, l *access.List, since time.Time) (map[access.Compartment][]Brought, error) {
	rows, err := l.Query(ctx, `
		SELECT compartment, side, at FROM agenda_item
		WHERE practice = $1 AND compartment IN AMONG($2) AND at >= $3 AND state <> 'dropped'
		ORDER BY compartment, at, id`, l.Practice, l.Among(), access.Micros(since))
	if err != nil {
		return nil, fmt.Errorf("read who brought something: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment][]Brought)
	for rows.Next() {
		var c access.Compartment
		var b Brought
		var at int64
		if err := rows.Scan(&c, &b.Side, &at); err != nil {
			return nil, fmt.Errorf("read who brought something: %w", err)
		}
		b.At = access.Moment(at)
		all[c] = append(all[c], b)
	}
	return all, rows.Err()
}
