package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Sessions plans and cancels appointments.
type Sessions struct{ door *access.Door }

// New returns the sessions behind door.
func New(door *access.Door) *Sessions { return &Sessions{door: door} }

// Plan plans an appointment of actor, who treats the client, with client. If
// actor has another one at that time, with whomever, it is fault.Conflict and
// nothing is planned. Sending the same form twice is success; the same id with
// another content is fault.Conflict.
func (ss *Sessions) Plan(ctx context.Context, actor access.Actor, client access.Compartment, f Form) (Appointment, error) {
	tx, err := ss.door.Begin(ctx, actor, access.PlanSession, client)
	if err != nil {
		return Appointment{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	a, err := BookIn(ctx, tx, Booking{Form: f, Client: client, ClinicianID: actor.ID})
	if fe := (*fault.Error)(nil); errors.As(err, &fe) && fe.Kind == fault.Conflict && fe.Field == "start" {
		err = fault.New(fault.Conflict, "start", "You have another appointment at that time. Please choose another time.")
	}
	if err != nil {
		return a, err
	}
	return a, tx.Commit()
}

// Cancel cancels the appointment. revision is the one that the author was
// looking at: if it has changed since, the answer is fault.Conflict together
// with the appointment as it is now. Cancelling twice is success.
func (ss *Sessions) Cancel(ctx context.Context, actor access.Actor, client access.Compartment, id string, revision int64) (Appointment, error) {
	tx, err := ss.door.Begin(ctx, actor, access.PlanSession, client)
	if err != nil {
		return Appointment{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	a, err := CancelIn(ctx, tx, id, revision, Cancel{By: TheClinician})
	if err != nil {
		return a, err
	}
	return a, tx.Commit()
}

// Move moves an appointment of actor's with client; everything else as MoveIn says.
func (ss *Sessions) Move(ctx context.Context, actor access.Actor, client access.Compartment, id string, revision int64, to Move) (Appointment, error) {
	tx, err := ss.door.Begin(ctx, actor, access.PlanSession, client)
	if err != nil {
		return Appointment{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	to.By = TheClinician
	a, err := MoveIn(ctx, tx, id, revision, to)
	if err != nil {
		return a, err
	}
	return a, tx.Commit()
}

// Day returns actor's own planned appointments that touch the time from from to
// before to, across all clients, in order of time.
func (ss *Sessions) Day(ctx context.Context, actor access.Actor, from, to time.Time) ([]Appointment, error) {
	l, err := ss.door.BeginList(ctx, actor, access.ListSessions, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	return between(ctx, l, from, to)
}

// Next returns the planned appointment of client's that is running or comes
// next, with whomever; ok is false if there is none.
func (ss *Sessions) Next(ctx context.Context, actor access.Actor, client access.Compartment) (a Appointment, ok bool, err error) {
	tx, err := ss.door.Begin(ctx, actor, access.ReadSessions, client)
	if err != nil {
		return a, false, err
	}
	defer tx.Rollback()

	a, ok, err = next(ctx, tx)
	if ok {
		tx.Names(a.ID)
	}
	return a, ok, err
}

// Of returns every appointment of client's as it is now, cancelled ones too, in
// order of time: for those who treat the client, and for the client.
func (ss *Sessions) Of(ctx context.Context, actor access.Actor, client access.Compartment) ([]Appointment, error) {
	tx, err := ss.door.Begin(ctx, actor, access.ReadSessions, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := allOf(ctx, tx)
	if n := len(all); n > 0 {
		tx.Names(all[0].ID + " to " + all[n-1].ID)
	}
	return all, err
}

// Dated returns what Of does, and by the id of each when it was last changed.
func (ss *Sessions) Dated(ctx context.Context, actor access.Actor, client access.Compartment) (all []Appointment, changed map[string]time.Time, err error) {
	tx, err := ss.door.Begin(ctx, actor, access.ReadSessions, client)
	if err != nil {
		return nil, nil, err
	}
	defer tx.Rollback()

	if all, err = allOf(ctx, tx); err != nil {
		return nil, nil, err
	}
	if n := len(all); n > 0 {
		tx.Names(all[0].ID + " to " + all[n-1].ID)
	}
	rows, err := tx.Query(ctx, `SELECT id, max(made_at) FROM appointment WHERE practice = $1 AND compartment = $2 GROUP BY id`,
		tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, nil, fmt.Errorf("read when appointments changed: %w", err)
	}
	defer rows.Close()

	changed = map[string]time.Time{}
	for rows.Next() {
		var id string
		var at int64
		if err := rows.Scan(&id, &at); err != nil {
			return nil, nil, fmt.Errorf("read when appointments changed: %w", err)
		}
		changed[id] = access.Moment(at)
	}
	return all, changed, rows.Err()
}

// Around is where a client's page stands among the sessions.
type Around struct {
	Next    Appointment // running or coming next; zero if there is none
	Planned bool        // there is a next one
	Held    int         // planned ones that are over
	Last    time.Time   // when the last of them began; zero: none yet
}

// Around returns what is next and what was last with client, opening only what
// is next: for those who treat the client, and for the client.
func (ss *Sessions) Around(ctx context.Context, actor access.Actor, client access.Compartment) (a Around, err error) {
	tx, err := ss.door.Begin(ctx, actor, access.ReadSessions, client)
	if err != nil {
		return a, err
	}
	defer tx.Rollback()

	if a.Next, a.Planned, err = next(ctx, tx); err != nil {
		return a, err
	}
	if a.Planned {
		tx.Names(a.Next.ID)
	}
	a.Held, a.Last, err = held(ctx, tx)
	return a, err
}
