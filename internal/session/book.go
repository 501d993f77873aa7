package session

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A Side is who planned, moved or cancelled an appointment.
type Side string

const (
	TheClient    Side = "client"
	TheClinician Side = "clinician"
	ThePractice  Side = "practice" // a holiday, or the office
)

// A Booking is an appointment to be made within a transaction of another domain.
type Booking struct {
	Form

	Client      access.Compartment
	ClinicianID string
	Series      string // the series that it comes from; empty: none
}

// BookIn plans, in tx, an appointment and holds its time. If that is taken, the
// answer is fault.Conflict at "start", and nothing is kept. Booking the same twice is
// success and returns what became of it; the same id with another content is
// fault.Conflict. tx is of an action that changes; it is up to its domain that the
// actor may do this, that the time is open to them and that the clinician works with
// the client.
func BookIn(ctx context.Context, tx *access.Tx, b Booking) (Appointment, error) {
	f, err := b.check(tx.Now)
	if err != nil {
		return Appointment{}, err
	}
	a := Appointment{
		ID: f.ID, Client: b.Client, ClinicianID: b.ClinicianID, Start: f.Start, Length: f.Length, Place: f.Place,
		State: Planned, Revision: 1, Format: f.Format, Meeting: f.Meeting, Series: b.Series,
	}
	if now, there, err := kept(ctx, tx, a); err != nil || there {
		return now, err
	}
	if f.Over != "" {
		if err := ReleaseIn(ctx, tx, a.ClinicianID, a.Start, a.End(), f.Over); err != nil {
			return Appointment{}, err
		}
	}
	if err := hold(ctx, tx, a); err != nil {
		return Appointment{}, err
	}
	return a, insert(ctx, tx, a)
}

// kept says whether a was planned before, and returns it as it is now. Where tx can
// open the record the whole content is compared, elsewhere the times.
func kept(ctx context.Context, tx *access.Tx, a Appointment) (now Appointment, there bool, err error) {
	if tx.Compartment == a.Client && tx.Opens() {
		was, there, err := one(ctx, tx, a.ID, 1)
		if err != nil || !there {
			return now, false, err
		}
		if was != a {
			return was, true, fault.New(fault.Conflict, "", "This appointment was planned already, with other details. Please open the page again.")
		}
		now, _, err = newest(ctx, tx, a.ID)
		return now, true, err
	}
	var n int
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM appointment WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(a.Client), a.ID).Scan(&n)
	if err != nil {
		return now, false, fmt.Errorf("look for an appointment: %w", err)
	}
	return a, n > 0, nil
}

// hold takes the time of a for its meeting.
func hold(ctx context.Context, tx *access.Tx, a Appointment) error {
	c := a.Client
	if a.Meeting != a.ID {
		c = "" // whoever of them is erased, the others still meet
	}
	won, err := take(ctx, tx, a.ClinicianID, a.Start, a.End(), a.Meeting, c)
	if err == nil && !won {
		err = NotFree()
	}
	return err
}

// letGo gives back the time that was held for a, but for what others who come to the same
// meeting still need of it.
func letGo(ctx context.Context, tx *access.Tx, a Appointment) error {
	var others []Span
	if a.Meeting != a.ID || a.Format != Individual {
		rows, err := tx.Query(ctx, `
			SELECT a.starts_at, a.ends_at FROM appointment a
			WHERE a.practice = $1 AND a.clinician_id = $2 AND a.ends_at > $3 AND a.starts_at < $4 AND a.ends_at < $5 AND a.state = 'planned'
			  AND a.meeting = $6 AND a.compartment <> $7
			  AND NOT EXISTS (SELECT 1 FROM appointment later
				WHERE later.practice = a.practice AND later.compartment = a.compartment
				  AND later.id = a.id AND later.revision > a.revision)`,
			tx.Practice, a.ClinicianID, a.Start.UnixMicro(), a.End().UnixMicro(), a.End().Add(MaxLength).UnixMicro(), a.Meeting, string(a.Client))
		if err != nil {
			return fmt.Errorf("look who else meets then: %w", err)
		}
		if others, err = spans(rows); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(others, func(o Span) bool { return o.Start.Equal(a.Start) && o.End.Equal(a.End()) }) {
		return nil
	}
	if err := ReleaseIn(ctx, tx, a.ClinicianID, a.Start, a.End(), a.Meeting); err != nil {
		return err
	}
	for _, o := range others {
		if _, err := take(ctx, tx, a.ClinicianID, o.Start, o.End, a.Meeting, ""); err != nil {
			return err
		}
	}
	return nil
}

// A Move is where an appointment is moved to, and by whom.
type Move struct {
	Start  time.Time
	Length time.Duration
	Place  string
	By     Side
	Quiet  bool // it goes with its series, and is no part of continuity
	Leaves bool // it leaves its series: what is changed there later does not reach it
}

// MoveIn moves, in tx, an appointment of the record that tx is in: it keeps its id,
// so that nothing bound to it is lost. revision is the one that the author was
// looking at; if it has changed since, the answer is fault.Conflict with the
// appointment as it is now. If the new time is taken it is fault.Conflict at "start",
// and the old one stays held. Moving twice to the same is success. Otherwise as BookIn.
func MoveIn(ctx context.Context, tx *access.Tx, id string, revision int64, to Move) (Appointment, error) {
	was, there, err := newest(ctx, tx, id)
	if err != nil {
		return Appointment{}, err
	}
	if !there {
		return Appointment{}, fault.Absent()
	}
	f, err := Form{ID: id, Start: to.Start, Length: to.Length, Place: to.Place, Format: was.Format, Meeting: was.Meeting}.check(tx.Now)
	if err != nil {
		return was, err
	}
	a := was
	a.Start, a.Length, a.Place, a.By, a.Attendance, a.Revision = f.Start, f.Length, f.Place, to.By, Unsaid, revision+1
	if to.Quiet {
		a.By = ""
	}
	if to.Leaves {
		a.Series = ""
	}
	switch {
	case was == a:
		return was, nil // it came twice
	case was.Revision != revision || was.State != Planned:
		return was, changedMeanwhile()
	case !was.End().After(tx.Now):
		return was, fault.New(fault.Invalid, "start", "This appointment is over and cannot be moved. Please plan another one.")
	}
	if err := hold(ctx, tx, a); err != nil {
		return was, err
	}
	if err := insert(ctx, tx, a); err != nil {
		return was, err
	}
	if err := letGo(ctx, tx, was); err != nil {
		return was, err
	}
	return a, hold(ctx, tx, a) // what both have in common went with the old one
}

// A Cancel is by whom an appointment is cancelled, and whether that is later than the
// practice asks for.
type Cancel struct {
	By    Side
	Late  bool
	Quiet bool // it goes with its series, and is no part of continuity
}

// CancelIn cancels, in tx, an appointment of the record that tx is in and gives its
// time back. revision is as for MoveIn. Cancelling twice is success. What has begun does
// not go with its series.
func CancelIn(ctx context.Context, tx *access.Tx, id string, revision int64, c Cancel) (Appointment, error) {
	a, there, err := newest(ctx, tx, id)
	if err != nil {
		return Appointment{}, err
	}
	switch {
	case !there:
		return Appointment{}, fault.Absent()
	case a.State == Cancelled:
		return a, nil
	case a.Revision != revision || a.State != Planned:
		return a, changedMeanwhile()
	case c.Quiet && !a.Start.After(tx.Now):
		return a, fault.New(fault.Conflict, "", "This session has begun, and stays as it is. Please look again.")
	}
	was := a
	a.Revision, a.State, a.By, a.Attendance = revision+1, Cancelled, c.By, Early
	if c.Late {
		a.Attendance = Late
	}
	if c.Quiet {
		a.Attendance = Unsaid
	}
	if err := insert(ctx, tx, a); err != nil {
		return was, err
	}
	return a, letGo(ctx, tx, was)
}

func changedMeanwhile() error {
	return fault.New(fault.Conflict, "", "This appointment was changed while you were looking at it. Please look again.")
}
