package session

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Attendance is what became of an appointment. It is read as continuity, beside
// outcome, and never as a score.
type Attendance string

const (
	Unsaid Attendance = ""       // nobody said; over and planned counts as held
	Came   Attendance = "came"   // they met
	Away   Attendance = "missed" // the client was not there, and had not said so
	Early  Attendance = "early"  // cancelled in good time
	Late   Attendance = "late"   // cancelled later than the practice asks for
)

// A Said is what somebody says became of an appointment.
type Said struct {
	Attendance Attendance // Came, Away, Early or Late
	By         Side       // who cancelled, if it was
}

// Attend notes what became of an appointment that has begun. It can be said
// otherwise later: every revision stays. revision is the one that the author was
// looking at; if it has changed since, the answer is fault.Conflict with the
// appointment as it is now. Saying the same twice is success. For those who treat the
// client.
func (ss *Sessions) Attend(ctx context.Context, actor access.Actor, client access.Compartment, id string, revision int64, said Said) (Appointment, error) {
	tx, err := ss.door.Begin(ctx, actor, access.PlanSession, client)
	if err != nil {
		return Appointment{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	a, err := AttendIn(ctx, tx, id, revision, said)
	if err != nil || a.Revision == revision {
		return a, err
	}
	return a, tx.Commit()
}

// AttendIn is Attend in a transaction of another domain, of an action that changes
// and opens.
func AttendIn(ctx context.Context, tx *access.Tx, id string, revision int64, said Said) (Appointment, error) {
	a, there, err := newest(ctx, tx, id)
	if err != nil {
		return Appointment{}, err
	}
	if !there {
		return Appointment{}, fault.Absent()
	}
	was := a
	a.Attendance, a.By = said.Attendance, ""
	switch said.Attendance {
	case Came:
		a.State = Planned
	case Away:
		a.State = Missed
	case Early, Late:
		a.State, a.By = Cancelled, said.By
		if said.By != TheClient && said.By != TheClinician && said.By != ThePractice {
			return was, fault.New(fault.Invalid, "by", "Please say who cancelled.")
		}
	default:
		return was, fault.New(fault.Invalid, "attendance", "Please say whether you met.")
	}
	switch {
	case a == was:
		return was, nil
	case was.Revision != revision:
		return was, changedMeanwhile()
	case was.Start.After(tx.Now):
		return was, fault.New(fault.Invalid, "attendance", "This appointment has not begun yet.")
	}
	a.Revision = revision + 1
	return a, insert(ctx, tx, a)
}

// An Attended is one appointment as a part of the continuity of the work.
type Attended struct {
	ID          string
	ClinicianID string
	Start, End  time.Time
	State       State
	Attendance  Attendance
	By          Side      // who cancelled it
	MovedFrom   time.Time // when it was to begin before it was last moved; zero: never moved
	MovedBy     Side
	Revision    int64 // as it is now
	ChangedAt   time.Time
}

// Held says whether they met, as far as is known at the time now.
func (a Attended) Held(now time.Time) bool { return a.State == Planned && !a.End.After(now) }

// AttendedIn returns, in tx, every appointment of the record in order of time, with
// what became of it; what was taken out with its series is none of them. It opens
// nothing.
func AttendedIn(ctx context.Context, tx *access.Tx) ([]Attended, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, revision, clinician_id, starts_at, ends_at, state, attendance, by_side, made_at FROM appointment
		WHERE practice = $1 AND compartment = $2
		ORDER BY id, revision`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read attendance: %w", err)
	}
	defer rows.Close()

	var all []Attended
	for rows.Next() {
		var a Attended
		var starts, ends, changed int64
		if err := rows.Scan(&a.ID, &a.Revision, &a.ClinicianID, &starts, &ends, &a.State, &a.Attendance, &a.By, &changed); err != nil {
			return nil, fmt.Errorf("read attendance: %w", err)
		}
		a.ChangedAt = access.Moment(changed)
		a.Start, a.End = time.UnixMicro(starts).UTC(), time.UnixMicro(ends).UTC()
		if n := len(all); n > 0 && all[n-1].ID == a.ID {
			was := all[n-1]
			a.MovedFrom, a.MovedBy = was.MovedFrom, was.MovedBy
			if !was.Start.Equal(a.Start) && a.By != "" {
				a.MovedFrom, a.MovedBy = was.Start, a.By
			}
			all[n-1] = a
			continue
		}
		all = append(all, a)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a Attended) bool { return a.State == Cancelled && a.Attendance == Unsaid })
	for i := range all {
		if all[i].State != Cancelled {
			all[i].By = ""
		}
	}
	slices.SortStableFunc(all, func(a, b Attended) int { return a.Start.Compare(b.Start) })
	return all, nil
}

// Attended returns every appointment of client's with what became of it, in order of
// time: for those who treat the client, and for the client.
func (ss *Sessions) Attended(ctx context.Context, actor access.Actor, client access.Compartment) ([]Attended, error) {
	tx, err := ss.door.Begin(ctx, actor, access.ReadSessions, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return AttendedIn(ctx, tx)
}
