package calendar

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waiting"
)

// A Single is what a clinician fills in to plan one session with one client or several.
type Single struct {
	session.Form
	Anyway bool // also over protected time, a holiday, or a limit, and beyond the clinician's hours
}

// Plan plans one session of actor's with clients, who come together if they are
// several. Where actor decided against sessions at that time (protected, beyond their
// hours, a limit, a holiday of the practice), or a client meets somebody else then, the answer is fault.Invalid at "anyway", unless f says so; if
// the time is taken it is fault.Conflict at "start". Sending the same form twice is
// success; where clients come together it also makes whole what was interrupted.
func (cs *Calendars) Plan(ctx context.Context, actor access.Actor, clients []access.Compartment, f Single, zone *time.Location) error {
	for _, c := range clients {
		one := f
		one.Meeting = f.ID
		if len(clients) > 1 {
			one.ID = memberID(f.ID, c)
		}
		if err := cs.plan(ctx, actor, c, len(clients), one, zone); err != nil {
			return err
		}
	}
	return nil
}

// memberID is the id of one client's appointment of a meeting.
func memberID(meeting string, c access.Compartment) string {
	at, err := uuid.Parse(meeting)
	if err != nil {
		return meeting // which is then refused
	}
	id := uuid.NewSHA1(at, []byte(c))
	copy(id[:6], at[:6])
	id[6] = id[6]&0x0f | 0x70
	return id.String()
}

func (cs *Calendars) plan(ctx context.Context, actor access.Actor, client access.Compartment, together int, f Single, zone *time.Location) error {
	tx, err := cs.door.Begin(ctx, actor, access.PlanSession, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if f.Format == "" {
		f.Format = session.Individual
	}
	if err := companyFits(f.Format, together); err != nil {
		return err
	}
	if !f.Anyway {
		_, there, err := session.OneIn(ctx, tx, f.ID)
		if err != nil {
			return err
		}
		if !there {
			if err := meetsSomebody(ctx, tx, f.Start, f.Start.Add(f.Length)); err != nil {
				return err
			}
			if err := decidedAgainst(ctx, tx, actor.ID, f.Start, f.Start.Add(f.Length), time.Time{}, zone); err != nil {
				return err
			}
		}
	}
	if _, err := session.BookIn(ctx, tx, session.Booking{Form: f.Form, Client: client, ClinicianID: actor.ID}); err != nil {
		return busyWords(err)
	}
	return tx.Commit()
}

// busyWords says to the clinician that it is they who are busy.
func busyWords(err error) error {
	if fault.Is(err, fault.Conflict) && err.Error() == session.NotFree().Error() {
		return fault.New(fault.Conflict, "start", "You have something else at that time. Please choose another time.")
	}
	return err
}

// askAnyway is what is said at "anyway" of a time that can be had all the same.
func askAnyway(why string) error {
	return fault.New(fault.Invalid, "anyway", why+" Choose another time, or tick that you want it anyway.")
}

// meetsSomebody says at "anyway" if the client of the record has a session with somebody
// else then: nobody is in two places.
func meetsSomebody(ctx context.Context, tx *access.Tx, start, end time.Time) error {
	ahead, err := session.AheadIn(ctx, tx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(ahead, func(a session.Appointment) bool { return a.ClinicianID != tx.Actor.ID && touches(a, start, end) }) {
		return askAnyway("Your client has a session with somebody else at that time.")
	}
	return nil
}

func touches(a session.Appointment, start, end time.Time) bool {
	return a.Start.Before(end) && start.Before(a.End())
}

// decidedAgainst says at "anyway" if the clinician, or the practice, wants no session
// then. A session that begins at leaving does not count towards the limits: it is
// about to be moved.
func decidedAgainst(ctx context.Context, tx *access.Tx, clinicianID string, start, end, leaving time.Time, zone *time.Location) error {
	day := DayOf(start, zone)
	closed, err := holidaysIn(ctx, tx, day, day)
	if err != nil {
		return err
	}
	if len(closed) > 0 {
		return askAnyway("The practice is closed on that day.")
	}
	kept, err := protectedOf(ctx, tx, clinicianID, day)
	if err != nil {
		return err
	}
	for _, p := range kept {
		if slices.ContainsFunc(p.spans(day-1, day+1, zone), func(s session.Span) bool { return s.Start.Before(end) && start.Before(s.End) }) {
			return askAnyway("You protect that time.")
		}
	}
	week, err := hoursOf(ctx, tx, clinicianID)
	if err != nil {
		return err
	}
	if why := beyond(week, start, end, zone); why != "" {
		return askAnyway(why)
	}
	limits, err := limitsOf(ctx, tx, clinicianID)
	if err != nil || limits.PerDay == 0 && limits.PerWeek == 0 {
		return err
	}
	booked, err := session.BusyIn(ctx, tx, clinicianID, day.Monday().Begins(zone), (day.Monday() + 7).Begins(zone))
	if err != nil {
		return err
	}
	today, inWeek := 0, 0
	for _, s := range booked {
		switch {
		case s.Start.Equal(start):
			return nil // the meeting that this belongs to
		case s.Start.Equal(leaving):
			continue
		}
		inWeek++
		if DayOf(s.Start, zone) == day {
			today++
		}
	}
	switch {
	case limits.PerDay > 0 && today >= limits.PerDay:
		return askAnyway("That day has as many sessions as you want in one day.")
	case limits.PerWeek > 0 && inWeek >= limits.PerWeek:
		return askAnyway("That week has as many sessions as you want in one week.")
	}
	return nil
}

// A Ref is one client's appointment of a meeting, as its author saw it.
type Ref struct {
	Client   access.Compartment
	ID       string
	Revision int64
}

// Elsewhere is where a clinician moves a session of theirs.
type Elsewhere struct {
	session.Move
	Anyway bool // as in Single
	Offer  bool // offer the time that becomes free to who waits
}

// Shift moves a session of actor's own to any time, for all who come to it. Otherwise as
// Plan, and as session.MoveIn for each of them.
func (cs *Calendars) Shift(ctx context.Context, actor access.Actor, all []Ref, to Elsewhere, zone *time.Location) error {
	for _, ref := range all {
		if err := cs.shift(ctx, actor, ref, to, zone); err != nil {
			return err
		}
	}
	return nil
}

func (cs *Calendars) shift(ctx context.Context, actor access.Actor, ref Ref, to Elsewhere, zone *time.Location) error {
	tx, err := cs.door.Begin(ctx, actor, access.PlanSession, ref.Client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(ref.ID)
	was, there, err := session.OneIn(ctx, tx, ref.ID)
	if err != nil {
		return err
	}
	if !there || was.ClinicianID != actor.ID {
		return fault.Absent()
	}
	if !to.Anyway && !was.Start.Equal(to.Start) {
		if err := meetsSomebody(ctx, tx, to.Start, to.Start.Add(to.Length)); err != nil {
			return err
		}
		if err := decidedAgainst(ctx, tx, actor.ID, to.Start, to.Start.Add(to.Length), was.Start, zone); err != nil {
			return err
		}
	}
	to.By = session.TheClinician
	if _, err := session.MoveIn(ctx, tx, ref.ID, ref.Revision, to.Move); err != nil {
		return busyWords(err)
	}
	if to.Offer {
		if err := waiting.FreedIn(ctx, tx, was.ClinicianID, was.Start, was.End()); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Off is how a clinician cancels a session.
type Off struct {
	By    session.Side // the client, if they asked for it by telephone or in the room
	Offer bool         // offer the time to who waits
}

// CallOff cancels a session of actor's own that has not begun, for all of those named
// who come to it. If it was the client who asked, whether that was early goes by the
// practice's policy. Cancelling twice is success.
func (cs *Calendars) CallOff(ctx context.Context, actor access.Actor, all []Ref, off Off) error {
	for _, ref := range all {
		if err := cs.callOff(ctx, actor, ref, off); err != nil {
			return err
		}
	}
	return nil
}

func (cs *Calendars) callOff(ctx context.Context, actor access.Actor, ref Ref, off Off) error {
	tx, err := cs.door.Begin(ctx, actor, access.PlanSession, ref.Client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(ref.ID)
	a, there, err := session.OneIn(ctx, tx, ref.ID)
	if err != nil {
		return err
	}
	switch {
	case !there || a.ClinicianID != actor.ID:
		return fault.Absent()
	case a.State == session.Cancelled:
		return nil
	case !a.Start.After(tx.Now):
		return fault.New(fault.Conflict, "", "This session has begun. You can note below what became of it.")
	}
	c := session.Cancel{By: session.TheClinician}
	if off.By == session.TheClient {
		r, _, err := rules(ctx, tx)
		if err != nil {
			return err
		}
		c = session.Cancel{By: session.TheClient, Late: !r.Early(tx.Now, a.Start)}
	}
	if _, err := session.CancelIn(ctx, tx, ref.ID, ref.Revision, c); err != nil {
		return err
	}
	if off.Offer {
		if err := waiting.FreedIn(ctx, tx, a.ClinicianID, a.Start, a.End()); err != nil {
			return err
		}
	}
	return tx.Commit()
}
