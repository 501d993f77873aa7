package hour

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// Hours keeps what happens in sessions.
type Hours struct{ door *access.Door }

// New returns what happens in sessions, behind door.
func New(door *access.Door) *Hours { return &Hours{door: door} }

// Begin begins the session that was planned as the appointment with the given id: what
// waits for it stands on its agenda from now on. Given a length, an appointment is made
// from now on where there is none, with the id as its own; if actor's time is taken
// then, it is fault.Conflict. While another session of the client's is running
// it is fault.Conflict too. Beginning twice is success. For those who treat the client.
func (hs *Hours) Begin(ctx context.Context, actor access.Actor, client access.Compartment, id string, length time.Duration) (Hour, error) {
	tx, err := hs.door.Begin(ctx, actor, access.HoldHour, client)
	if err != nil {
		return Hour{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	all, err := framesIn(ctx, tx)
	if err != nil {
		return Hour{}, err
	}
	a, there, err := session.OneIn(ctx, tx, id)
	if err != nil {
		return Hour{}, err
	}
	for _, h := range all {
		switch {
		case h.SessionID == id && !h.Began.IsZero() && (h.Runs(tx.Now) || !h.movedTo(a, tx.Now)):
			return h, nil // it came twice
		case h.SessionID != id && h.Runs(tx.Now):
			return h, fault.New(fault.Conflict, "", "Another session is running. Please end it first.")
		}
	}
	if !there && length == 0 {
		return Hour{}, fault.Absent()
	}
	if !there {
		a, err = session.BookIn(ctx, tx, session.Booking{
			Form:   session.Form{ID: id, Start: tx.Now.Truncate(time.Minute), Length: length},
			Client: client, ClinicianID: actor.ID,
		})
		if err != nil {
			return Hour{}, err
		}
	}
	if err := Beginning(a, tx.Now); err != nil {
		return Hour{}, err
	}
	h := Hour{SessionID: id, ClinicianID: a.ClinicianID, Frame: Frame{
		Start: a.Start, Until: frameOf(a.Start, a.Length, tx.Now), Began: tx.Now, BeganBy: actor.ID,
	}}
	if err := keepFrame(ctx, tx, h); err != nil {
		return Hour{}, err
	}
	if err := putOn(ctx, tx, id); err != nil {
		return Hour{}, err
	}
	if err := endQuiet(ctx, tx, ""); err != nil {
		return Hour{}, err
	}
	return h, tx.Commit()
}

// End ends a session that was begun: it is over from then on, whatever was planned, and
// they met. One that was moved to later after somebody began it is as if nobody had.
// Ending twice is success. What was not talked about waits for the next one. For those
// who treat the client.
func (hs *Hours) End(ctx context.Context, actor access.Actor, client access.Compartment, id string) (Hour, error) {
	tx, err := hs.door.Begin(ctx, actor, access.HoldHour, client)
	if err != nil {
		return Hour{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	h, there, err := frameIn(ctx, tx, id)
	if err != nil {
		return Hour{}, err
	}
	switch {
	case h.Began.IsZero():
		if _, planned, err := session.OneIn(ctx, tx, id); err != nil || !planned && !there {
			return Hour{}, cmp.Or(err, fault.Absent())
		}
		return Hour{}, fault.New(fault.Invalid, "", "This session was not begun, so there is nothing to end.")
	case !h.Ended.IsZero():
		return h, nil
	}
	a, planned, err := session.OneIn(ctx, tx, id)
	if err != nil {
		return Hour{}, err
	}
	if planned && h.movedTo(a, tx.Now) {
		h.Frame = Frame{Start: a.Start, Until: a.End(), BeganBy: h.BeganBy} // it was not this day
		if err := keepFrame(ctx, tx, h); err != nil {
			return Hour{}, err
		}
		return h, tx.Commit()
	}
	h.Ended = tx.Now
	if tx.Now.After(h.Until.Add(forgotten)) {
		h.Ended = h.Until // nobody sat there all night
	}
	if err := keepFrame(ctx, tx, h); err != nil {
		return Hour{}, err
	}
	if err := session.EndIn(ctx, tx, id, session.Run{Planned: h.Start, Began: h.Began, Ended: h.Ended}); err != nil {
		return Hour{}, err
	}
	return h, tx.Commit()
}

// Keep keeps what both take with them from a session that has begun. f.Revision is
// the one that the form began from: if it has changed since, the answer is
// fault.Conflict together with what is kept now. The same twice is success. For those
// who treat the client.
func (hs *Hours) Keep(ctx context.Context, actor access.Actor, client access.Compartment, id string, f KeptForm) (Kept, error) {
	tx, err := hs.door.Begin(ctx, actor, access.HoldHour, client)
	if err != nil {
		return Kept{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	next, err := f.check()
	if err != nil {
		return Kept{}, err
	}
	a, there, err := session.OneIn(ctx, tx, id)
	if err != nil {
		return Kept{}, err
	}
	if !there {
		return Kept{}, fault.Absent()
	}
	_, begun, err := frameIn(ctx, tx, id)
	if err != nil {
		return Kept{}, err
	}
	if !begun {
		if a.Start.After(tx.Now) {
			return Kept{}, fault.New(fault.Invalid, "", "This session has not begun yet. What you would like to talk about can stand on its agenda.")
		}
		h := Hour{SessionID: id, ClinicianID: a.ClinicianID, Frame: Frame{Start: a.Start, Until: a.End(), BeganBy: actor.ID}}
		if err := keepFrame(ctx, tx, h); err != nil {
			return Kept{}, err
		}
	}
	now, err := keptOf(ctx, tx, id)
	if err != nil {
		return Kept{}, err
	}
	switch {
	case same(sealedKept{now.Decisions, now.Steps, now.Open, now.Calm}, sealedKept{next.Decisions, next.Steps, next.Open, next.Calm}):
		return now, nil // it came twice, or nothing changed
	case now.Revision != f.Revision:
		return now, meanwhile()
	}
	next.Revision, next.At, next.By = f.Revision+1, tx.Now, actor.ID
	kept, err := insertKept(ctx, tx, id, next)
	if err != nil {
		return Kept{}, err
	}
	if !kept {
		return now, meanwhile()
	}
	return next, tx.Commit()
}

// Mean keeps the clinician's own side of a session, before, while and after it is
// held: what it is meant for, and what it became. Revisions are as for Keep. For those
// who treat the client, and read by them alone.
func (hs *Hours) Mean(ctx context.Context, actor access.Actor, client access.Compartment, id string, f WorkForm) (Work, error) {
	tx, err := hs.door.Begin(ctx, actor, access.HoldHour, client)
	if err != nil {
		return Work{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	next, err := f.check()
	if err != nil {
		return Work{}, err
	}
	if _, there, err := session.OneIn(ctx, tx, id); err != nil {
		return Work{}, err
	} else if !there {
		return Work{}, fault.Absent()
	}
	now, err := workOf(ctx, tx, id)
	if err != nil {
		return Work{}, err
	}
	switch {
	case same(sealedWork{now.Call, now.Intent, now.Tools, now.Instead}, sealedWork{next.Call, next.Intent, next.Tools, next.Instead}):
		return now, nil
	case now.Revision != f.Revision:
		return now, meanwhile()
	}
	next.Revision, next.At, next.By = f.Revision+1, tx.Now, actor.ID
	kept, err := insertWork(ctx, tx, id, next)
	if err != nil {
		return Work{}, err
	}
	if !kept {
		return now, meanwhile()
	}
	return next, tx.Commit()
}

func meanwhile() error {
	return fault.New(fault.Conflict, "", "Somebody changed this while you were writing. Both are here: please bring them together.")
}

// same compares what is sealed, as it would be written: an empty list is none.
func same[T any](a, b T) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

// A Sight is a session as its page shows it.
type Sight struct {
	Appointment session.Appointment // zero: none is planned
	Planned     bool                // there is one
	Hour        Hour
	Waiting     Agenda // what waits for the next session
	Last        Hour   // the session before
	Before      bool   // there is one
	Mark        string // as in Glance
}

// Open returns a session with what waits for it, and what was kept of the one before:
// for those who treat the client, and for the client. No id is the session that is
// running or comes next; if there is none, what waits is returned all the same.
func (hs *Hours) Open(ctx context.Context, actor access.Actor, client access.Compartment, id string) (s Sight, err error) {
	tx, err := hs.door.Begin(ctx, actor, access.ReadHour, client)
	if err != nil {
		return s, err
	}
	defer tx.Rollback()

	if id == "" {
		s.Appointment, s.Planned, err = nextIn(ctx, tx)
	} else {
		s.Appointment, s.Planned, err = session.OneIn(ctx, tx, id)
	}
	if err != nil {
		return s, err
	}
	if id != "" && !s.Planned {
		return s, fault.Absent()
	}
	before := tx.Now
	if s.Planned {
		tx.Names(s.Appointment.ID)
		before = s.Appointment.Start
		if s.Hour, err = OfIn(ctx, tx, s.Appointment.ID); err != nil {
			return s, err
		}
		if s.Mark, err = markOf(ctx, tx, s.Appointment.ID); err != nil {
			return s, err
		}
	}
	if s.Waiting, err = AgendaIn(ctx, tx); err != nil {
		return s, err
	}
	s.Last, s.Before, err = LastBeforeIn(ctx, tx, before)
	return s, err
}

// nextIn is the session that is running, even beyond its time, or the next one that
// has not been ended.
func nextIn(ctx context.Context, tx *access.Tx) (a session.Appointment, ok bool, err error) {
	frames, err := framesIn(ctx, tx)
	if err != nil {
		return a, false, err
	}
	ended := make(map[string]bool)
	for _, h := range frames {
		if h.Runs(tx.Now) {
			return session.OneIn(ctx, tx, h.SessionID)
		}
		ended[h.SessionID] = !h.Ended.IsZero()
	}
	all, err := session.AttendedIn(ctx, tx)
	if err != nil {
		return a, false, err
	}
	for _, one := range all {
		if one.State == session.Planned && one.End.After(tx.Now) && !ended[one.ID] {
			return session.OneIn(ctx, tx, one.ID)
		}
	}
	return a, false, nil
}

// A Glance is how far a session is.
type Glance struct {
	Frame
	Mark string // another one as soon as anything has changed
}

// HowFar returns how far a session is, without opening anything: for those who treat
// the client, and for the client.
func (hs *Hours) HowFar(ctx context.Context, actor access.Actor, client access.Compartment, id string) (g Glance, err error) {
	tx, err := hs.door.Begin(ctx, actor, access.GlanceHour, client)
	if err != nil {
		return g, err
	}
	defer tx.Rollback()

	tx.Names(id)
	h, there, err := frameIn(ctx, tx, id)
	if err != nil {
		return g, err
	}
	if !there {
		if there, err = session.IsIn(ctx, tx, id); err != nil || !there {
			return g, cmp.Or(err, fault.Absent())
		}
	}
	g.Frame = h.Frame
	g.Mark, err = markOf(ctx, tx, id)
	return g, err
}

// A Line is a session in the list of all of them.
type Line struct {
	session.Attended

	Format   session.Format
	Place    string
	Frame    Frame // zero where nobody began it or kept anything
	Kept     bool  // something was kept of it
	HasWords bool  // there is a summary that the client may read
}

// List returns all sessions of a client in order of time, cancelled ones too: for
// those who treat the client, and for the client.
func (hs *Hours) List(ctx context.Context, actor access.Actor, client access.Compartment) ([]Line, error) {
	tx, err := hs.door.Begin(ctx, actor, access.ReadHour, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	attended, err := session.AttendedIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	appointments, err := session.AllIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	frames, err := framesIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	kept, err := keptIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	summaries, err := SummariesIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	at := make(map[string]session.Appointment, len(appointments))
	for _, a := range appointments {
		at[a.ID] = a
	}
	of := make(map[string]Frame, len(frames))
	for _, h := range frames {
		of[h.SessionID] = h.Frame
	}
	lines := make([]Line, len(attended))
	for i, a := range attended {
		lines[i] = Line{
			Attended: a, Format: at[a.ID].Format, Place: at[a.ID].Place, Frame: of[a.ID],
			Kept: kept[a.ID], HasWords: summaries[a.ID].Text != "",
		}
	}
	return lines, nil
}
