package calendar

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/session"
)

// A Week is a clinician's own: what is planned and what became of it, when they see
// people, and when nobody.
type Week struct {
	Monday    Day
	Sessions  []session.Appointment // in order of time; several of one meeting follow each other
	Hours     []session.Span
	Protected []session.Span
	Elsewhere []session.Span // busy in a calendar of their own
	Closed    []Holiday
	Limits    Limits
}

// Week returns actor's own week, which begins on monday. zone is the practice's.
func (cs *Calendars) Week(ctx context.Context, actor access.Actor, monday Day, zone *time.Location) (w Week, err error) {
	l, err := cs.door.BeginList(ctx, actor, access.ListSessions, access.KindClient)
	if err != nil {
		return w, err
	}
	defer l.Rollback()

	w.Monday = monday
	from, to := monday.Begins(zone), (monday + 7).Begins(zone)
	if w.Sessions, err = session.TouchingIn(ctx, l, from, to); err != nil {
		return w, err
	}
	if w.Closed, err = holidaysIn(ctx, l.Tx, monday, monday+6); err != nil {
		return w, err
	}
	hours, err := hoursOf(ctx, l.Tx, actor.ID)
	if err != nil {
		return w, err
	}
	for d := monday; d < monday+7; d++ {
		for _, h := range hours {
			if h.on(d) {
				w.Hours = append(w.Hours, session.Span{Start: d.at(h.From, zone), End: d.at(h.To, zone)})
			}
		}
	}
	kept, err := protectedOf(ctx, l.Tx, actor.ID, monday)
	if err != nil {
		return w, err
	}
	for _, p := range kept {
		w.Protected = append(w.Protected, p.spans(monday, monday+6, zone)...)
	}
	if w.Elsewhere, err = feed.BusyIn(ctx, l.Tx, actor.ID, from, to); err != nil {
		return w, err
	}
	w.Limits, err = limitsOf(ctx, l.Tx, actor.ID)
	return w, err
}

// Meeting returns what actor has to do with when one session is moved, cancelled or
// attended: it, and the appointments of those who come together with this client, as
// far as actor treats them. It is empty if there is no such session of actor's own.
func (cs *Calendars) Meeting(ctx context.Context, actor access.Actor, client access.Compartment, id string) ([]session.Appointment, error) {
	l, err := cs.door.BeginList(ctx, actor, access.ListSessions, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	if !l.May(client) {
		return nil, nil
	}
	meeting, start, err := session.WhichIn(ctx, l.Tx, client, id)
	if err != nil || meeting == "" {
		return nil, err
	}
	return session.MeetingIn(ctx, l, meeting, start)
}

// A Desk is one clinician's week as whoever manages the practice sees it: when, and
// never with whom or why.
type Desk struct {
	ClinicianID string
	Hours       []session.Span // when they see people
	Busy        []session.Span // with a session; of several people it is one
	Away        []session.Span // protected, or busy elsewhere: not to be planned on
	Limits      Limits
}

// Practice returns the week of everybody who sees clients here, and when the practice
// is closed: for those who manage it. zone is the practice's.
func (cs *Calendars) Practice(ctx context.Context, actor access.Actor, monday Day, zone *time.Location) (all []Desk, closed []Holiday, err error) {
	tx, err := cs.door.Begin(ctx, actor, access.WatchCalendar, access.Operations)
	if err != nil {
		return nil, nil, err
	}
	defer tx.Rollback()

	from, to := monday.Begins(zone), (monday + 7).Begins(zone)
	if closed, err = holidaysIn(ctx, tx, monday, monday+6); err != nil {
		return nil, nil, err
	}
	at, err := desks(ctx, tx, &all)
	if err != nil {
		return nil, nil, err
	}
	if err := allBusy(ctx, tx, at, all, from, to); err != nil {
		return nil, nil, err
	}
	if err := allHours(ctx, tx, at, all, monday, zone); err != nil {
		return nil, nil, err
	}
	if err := allAway(ctx, tx, at, all, monday, zone); err != nil {
		return nil, nil, err
	}
	return all, closed, allLimits(ctx, tx, at, all)
}

// desks are those who see clients, and where each stands in the list.
func desks(ctx context.Context, tx *access.Tx, all *[]Desk) (map[string]int, error) {
	at := make(map[string]int)
	rows, err := tx.Query(ctx, `
		SELECT actor_id FROM grants
		WHERE practice = $1 AND compartment = 'operations' AND kind = 'clinician' AND until > $2
		ORDER BY actor_id`, tx.Practice, tx.Now.UnixMicro())
	err = each(rows, err, "who sees clients", func() error {
		var d Desk
		if err := rows.Scan(&d.ClinicianID); err != nil {
			return err
		}
		at[d.ClinicianID] = len(*all)
		*all = append(*all, d)
		return nil
	})
	return at, err
}

// each reads row after row of what is named, and closes them.
func each(rows *sql.Rows, err error, what string, read func() error) error {
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close()

	for rows.Next() {
		if err := read(); err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
	}
	return rows.Err()
}

func allBusy(ctx context.Context, tx *access.Tx, at map[string]int, all []Desk, from, to time.Time) error {
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT a.clinician_id, a.starts_at, a.ends_at
		FROM grants g JOIN appointment a ON a.practice = g.practice AND a.clinician_id = g.actor_id
		WHERE g.practice = $1 AND g.compartment = 'operations' AND g.kind = 'clinician' AND g.until > $4
		  AND a.ends_at > $2 AND a.starts_at < $3 AND a.ends_at < $5 AND a.state = 'planned'
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		ORDER BY a.clinician_id, a.starts_at, a.ends_at`,
		tx.Practice, from.UnixMicro(), to.UnixMicro(), tx.Now.UnixMicro(), to.Add(session.MaxLength).UnixMicro())
	return each(rows, err, "when everybody is busy", func() error {
		var id string
		var starts, ends int64
		err := rows.Scan(&id, &starts, &ends)
		if i, ok := at[id]; ok {
			all[i].Busy = append(all[i].Busy, session.Span{Start: access.Moment(starts), End: access.Moment(ends)})
		}
		return err
	})
}

func allHours(ctx context.Context, tx *access.Tx, at map[string]int, all []Desk, monday Day, zone *time.Location) error {
	rows, err := tx.Query(ctx, `
		SELECT clinician_id, weekday, from_minute, to_minute, first_day, last_day FROM seeing_hours
		WHERE practice = $1 AND ended_at = 0
		ORDER BY clinician_id, weekday, from_minute`, tx.Practice)
	return each(rows, err, "everybody's hours", func() error {
		var id string
		var h Hours
		err := rows.Scan(&id, &h.Weekday, &h.From, &h.To, &h.First, &h.Last)
		d := monday + Day(h.Weekday)
		if i, ok := at[id]; ok && h.on(d) {
			all[i].Hours = append(all[i].Hours, session.Span{Start: d.at(h.From, zone), End: d.at(h.To, zone)})
		}
		return err
	})
}

func allAway(ctx context.Context, tx *access.Tx, at map[string]int, all []Desk, monday Day, zone *time.Location) error {
	rows, err := tx.Query(ctx, `
		SELECT compartment, `+protectedColumns+` FROM protected_time
		WHERE practice = $1 AND ended_at = 0 AND first_day < $3 AND (last_day = 0 OR last_day >= $2)
		ORDER BY compartment, first_day, from_minute`, tx.Practice, int64(monday), int64(monday+7))
	return each(rows, err, "everybody's protected times", func() error {
		var c access.Compartment
		var g guarded
		err := rows.Scan(&c, &g.ID, &g.Weekday, &g.From, &g.To, &g.First, &g.Last, &g.body)
		g.Weekly = g.Weekday >= 0
		if i, ok := at[c.Of()]; ok {
			all[i].Away = append(all[i].Away, g.spans(monday, monday+6, zone)...)
		}
		return err
	})
}

func allLimits(ctx context.Context, tx *access.Tx, at map[string]int, all []Desk) error {
	rows, err := tx.Query(ctx, `
		SELECT l.clinician_id, l.revision, l.per_day, l.per_week FROM session_limit l
		WHERE l.practice = $1 AND NOT EXISTS (SELECT 1 FROM session_limit later
			WHERE later.practice = l.practice AND later.clinician_id = l.clinician_id AND later.revision > l.revision)`, tx.Practice)
	return each(rows, err, "everybody's limits", func() error {
		var id string
		var l Limits
		err := rows.Scan(&id, &l.Revision, &l.PerDay, &l.PerWeek)
		if i, ok := at[id]; ok {
			all[i].Limits = l
		}
		return err
	})
}
