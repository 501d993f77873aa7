package session

import (
	"context"
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
	f, err = f.check(tx.Now)
	if err != nil {
		return Appointment{}, err
	}
	a := Appointment{
		ID: f.ID, Client: client, ClinicianID: actor.ID, Start: f.Start, Length: f.Length, Place: f.Place,
		State: Planned, Revision: 1,
	}
	was, there, err := one(ctx, tx, f.ID, 1)
	if err != nil {
		return Appointment{}, err
	}
	if there && was == a {
		now, _, err := newest(ctx, tx, f.ID)
		return now, err // it came twice
	}
	if there {
		return was, fault.New(fault.Conflict, "", "This appointment was planned already, with other details. Please open the page again.")
	}
	planned, err := insertIfFree(ctx, tx, a)
	if err != nil {
		return Appointment{}, err
	}
	if !planned {
		return Appointment{}, fault.New(fault.Conflict, "start", "You have another appointment at that time. Please choose another time.")
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
	a, there, err := newest(ctx, tx, id)
	if err != nil {
		return Appointment{}, err
	}
	switch {
	case !there:
		return Appointment{}, fault.Absent()
	case a.State == Cancelled:
		return a, nil
	case a.Revision != revision:
		return a, fault.New(fault.Conflict, "", "This appointment was changed while you were looking at it. Please look again.")
	}
	a.Revision, a.State = revision+1, Cancelled
	if err := insert(ctx, tx, a); err != nil {
		return Appointment{}, err
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
