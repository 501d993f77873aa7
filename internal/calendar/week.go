package calendar

import (
	"context"
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
