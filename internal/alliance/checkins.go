package alliance

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// Alliances keeps check-ins and markers.
type Alliances struct{ door *access.Door }

// New returns what is kept of the work together, behind door.
func New(door *access.Door) *Alliances { return &Alliances{door: door} }

// Offer returns the session about which the client may say something now: the
// last one that is over, until the next begins, and for two weeks at most; ok is
// false if there is none, or if it was answered or skipped. For the client.
func (as *Alliances) Offer(ctx context.Context, actor access.Actor, client access.Compartment) (o Offer, ok bool, err error) {
	tx, err := as.door.Begin(ctx, actor, access.ReadAlliance, client)
	if err != nil {
		return o, false, err
	}
	defer tx.Rollback()

	held, ok, err := session.LastHeld(ctx, tx)
	if err != nil || !ok {
		return o, false, err
	}
	over := tx.Now.Sub(held.End) > offeredFor || !held.Next.IsZero() && !tx.Now.Before(held.Next)
	if over {
		return o, false, nil
	}
	o, err = offerOf(ctx, tx, held)
	return o, err == nil && o.Given == "" && !o.Skipped, err
}

// About returns what there is about one session that is over: for the client,
// also long after it was offered.
func (as *Alliances) About(ctx context.Context, actor access.Actor, client access.Compartment, sessionID string) (Offer, error) {
	tx, err := as.door.Begin(ctx, actor, access.ReadAlliance, client)
	if err != nil {
		return Offer{}, err
	}
	defer tx.Rollback()

	tx.Names(sessionID)
	held, ok, err := session.HeldOf(ctx, tx, sessionID)
	if err != nil {
		return Offer{}, err
	}
	if !ok {
		return Offer{}, fault.Absent()
	}
	return offerOf(ctx, tx, held)
}

func offerOf(ctx context.Context, tx *access.Tx, h session.Held) (Offer, error) {
	o := Offer{SessionID: h.ID, ClinicianID: h.ClinicianID, Began: h.Start}
	id, state, err := aboutSession(ctx, tx, h.ID)
	if err != nil {
		return o, err
	}
	if state == stateGiven {
		o.Given = id
	}
	o.Skipped = state == stateSkipped
	return o, nil
}

// Give keeps a check-in of client's, who is the actor. Sending the same twice is
// success and keeps one. If there is one about the session already, from another
// device perhaps, what was sent first stays: the answer is fault.Conflict
// together with it, so that a page can show both.
func (as *Alliances) Give(ctx context.Context, actor access.Actor, client access.Compartment, f Form) (CheckIn, error) {
	tx, err := as.door.Begin(ctx, actor, access.CheckIn, client)
	if err != nil {
		return CheckIn{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if f, err = f.check(); err != nil {
		return CheckIn{}, err
	}
	if f.SessionID != "" {
		if _, ok, err := session.HeldOf(ctx, tx, f.SessionID); err != nil || !ok {
			return CheckIn{}, orAbsent(err)
		}
	}
	earlier, err := usualNow(ctx, tx)
	if err != nil {
		return CheckIn{}, err
	}
	in := CheckIn{Form: f, GivenAt: tx.Now, Revision: 1, Unread: true}
	kept, err := insert(ctx, tx, in, earlier)
	if err != nil {
		return CheckIn{}, err
	}
	if kept {
		return in, tx.Commit()
	}
	was, there, err := first(ctx, tx, f)
	switch {
	case err != nil:
		return CheckIn{}, err
	case there && was.ID == f.ID && was.SessionID == f.SessionID && was.same(f.Said):
		return was, nil // it came twice
	}
	return was, fault.New(fault.Conflict, "", "You said something about this session already, perhaps in another window or on another device. What was sent first is kept. What you wrote here is still shown, so that nothing is lost.")
}

// first is the check-in because of which f was not kept.
func first(ctx context.Context, tx *access.Tx, f Form) (CheckIn, bool, error) {
	was, there, err := one(ctx, tx, f.ID)
	if err != nil || there || f.SessionID == "" {
		return was, there, err
	}
	id, _, err := aboutSession(ctx, tx, f.SessionID)
	if err != nil || id == "" {
		return was, false, err
	}
	return one(ctx, tx, id)
}

// Skip says "not this time" about a session; actor is the client. It can still be
// given later. Saying so twice is success; after a check-in was given nothing
// changes.
func (as *Alliances) Skip(ctx context.Context, actor access.Actor, client access.Compartment, sessionID string) error {
	tx, err := as.door.Begin(ctx, actor, access.CheckIn, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(sessionID)
	if _, ok, err := session.HeldOf(ctx, tx, sessionID); err != nil || !ok {
		return orAbsent(err)
	}
	changed, err := skip(ctx, tx, sessionID)
	if err != nil || !changed {
		return err
	}
	return tx.Commit()
}

// Revise changes what a check-in says; actor is the client. revision is the one
// they were looking at: if it has changed since, the answer is fault.Conflict
// together with the check-in as it is now. What somebody who treats the client
// has read is kept and stays to be seen; before that, only the newest is. Taking
// everything back is a change too. The same twice is success.
func (as *Alliances) Revise(ctx context.Context, actor access.Actor, client access.Compartment, id string, revision int64, said Said) (CheckIn, error) {
	tx, err := as.door.Begin(ctx, actor, access.CheckIn, client)
	if err != nil {
		return CheckIn{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	if said, err = said.check(); err != nil {
		return CheckIn{}, err
	}
	now, there, err := one(ctx, tx, id)
	switch {
	case err != nil:
		return CheckIn{}, err
	case !there:
		return CheckIn{}, fault.Absent()
	case now.same(said):
		return now, nil // it came twice, or nothing changed
	case now.Revision != revision:
		return now, changedMeanwhile()
	}
	was := now
	now.Said, now.Revision, now.ChangedAt = said, revision+1, tx.Now
	kept, err := revise(ctx, tx, was, now)
	if err != nil {
		return CheckIn{}, err
	}
	if !kept {
		return was, changedMeanwhile()
	}
	now.Unread, now.TalkedAt = true, time.Time{}
	return now, tx.Commit()
}

func changedMeanwhile() error {
	return fault.New(fault.Conflict, "", "This was changed in another window or on another device while you were writing. Both are here for you to look at.")
}

// One returns a check-in with what had been read of it before: for those who
// treat the client, and for the client.
func (as *Alliances) One(ctx context.Context, actor access.Actor, client access.Compartment, id string) (CheckIn, error) {
	tx, err := as.door.Begin(ctx, actor, access.ReadAlliance, client)
	if err != nil {
		return CheckIn{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	in, there, err := one(ctx, tx, id)
	if err != nil {
		return CheckIn{}, err
	}
	if !there {
		return CheckIn{}, fault.Absent()
	}
	formers, err := formersOf(ctx, tx, id)
	in.Earlier = formers[id]
	return in, err
}

// Of returns the course of the check-ins, words and all: for those who treat the
// client, and for the client.
func (as *Alliances) Of(ctx context.Context, actor access.Actor, client access.Compartment) (Course, error) {
	tx, err := as.door.Begin(ctx, actor, access.ReadAlliance, client)
	if err != nil {
		return Course{}, err
	}
	defer tx.Rollback()

	all, err := allOf(ctx, tx)
	if err != nil {
		return Course{}, err
	}
	if n := len(all); n > 0 {
		tx.Names(all[0].ID + " to " + all[n-1].ID)
	}
	formers, err := formersOf(ctx, tx, "")
	if err != nil {
		return Course{}, err
	}
	for i := range all {
		all[i].Earlier = formers[all[i].ID]
	}
	return CourseOf(all), nil
}

// Lately is Of for the page of a client, which others than those who treat the
// client may open too: it is asked as a list, so that for them there is simply
// nothing (ok is false), and nobody is noted as having tried.
func (as *Alliances) Lately(ctx context.Context, actor access.Actor, client access.Compartment) (c Course, ok bool, err error) {
	l, err := as.door.BeginList(ctx, actor, access.ListAlliances, access.KindClient)
	if err != nil {
		return Course{}, false, err
	}
	defer l.Rollback()

	if !l.May(client) {
		return Course{}, false, nil
	}
	all, err := allIn(ctx, l, client)
	return CourseOf(all), err == nil, err
}

// Line returns the course of the check-ins in numbers, without a word and without
// saying whether a worry was written: for a supervisor to whom the client's course
// is shown, as well as for those who treat the client, and for the client.
func (as *Alliances) Line(ctx context.Context, actor access.Actor, client access.Compartment) (Course, error) {
	tx, err := as.door.Begin(ctx, actor, access.AllianceLine, client)
	if err != nil {
		return Course{}, err
	}
	defer tx.Rollback()

	all, err := allOf(ctx, tx)
	if err != nil {
		return Course{}, err
	}
	for i := range all {
		all[i].Said = Said{Answers: all[i].Answers}
		if i == 0 {
			tx.Names(all[0].ID + " to " + all[len(all)-1].ID)
		}
	}
	return CourseOf(all), nil
}

// Seen notes that actor, who treats the client, has read the check-ins as they
// are in read; the page that shows them calls this. The first reading counts.
func (as *Alliances) Seen(ctx context.Context, actor access.Actor, client access.Compartment, read ...CheckIn) error {
	tx, err := as.door.Begin(ctx, actor, access.SeeCheckIn, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, in := range read {
		tx.Names(in.ID)
		if err := markSeen(ctx, tx, in.ID, in.Revision); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Talked notes that the check-in, as it was in revision, was talked about on the
// given day, which closes its signal; actor treats the client. A zero day is
// today. The first time counts.
func (as *Alliances) Talked(ctx context.Context, actor access.Actor, client access.Compartment, id string, revision int64, on time.Time) error {
	tx, err := as.door.Begin(ctx, actor, access.TalkAlliance, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	given, now, err := givenAt(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case now == 0:
		return fault.Absent()
	case now != revision:
		return fault.New(fault.Conflict, "", "This was changed while you were looking at it. Please look again before you note that you talked about it.")
	case on.IsZero():
		on = tx.Now
	case on.After(tx.Now):
		return fault.New(fault.Invalid, "on", "That day is still to come. Please choose today or an earlier day.")
	case on.Before(given.AddDate(0, 0, -1)):
		return fault.New(fault.Invalid, "on", "That is before it was written. Please choose a later day.")
	}
	if err := markTalked(ctx, tx, id, on); err != nil {
		return err
	}
	return tx.Commit()
}

// A Standing is what is new from one client since some time, for a list.
type Standing struct {
	Client access.Compartment
	Newest Step
	Open   []Step // worth asking about, newest first
	Unread bool   // something in it has not been read by anybody who treats the client
}

// Overview returns what came since then from each client whom actor treats, in no
// order of how anybody fares. It reads only what came since.
func (as *Alliances) Overview(ctx context.Context, actor access.Actor, since time.Time) ([]Standing, error) {
	l, err := as.door.BeginList(ctx, actor, access.ListAlliances, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	return standings(ctx, l, since)
}

func orAbsent(err error) error {
	if err != nil {
		return err
	}
	return fault.Absent()
}
