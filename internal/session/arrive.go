package session

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// arrivesBack is how far back an appointment may lie that another product kept.
const arrivesBack = 60 * 366 * 24 * time.Hour

// An Arrival is an appointment as another product kept it, past or to come.
type Arrival struct {
	Form

	ClinicianID string
	Attendance  Attendance // what became of it; Unsaid: nobody said
}

// CheckArrival returns a as it can be kept at the time now, or what to correct.
func CheckArrival(a Arrival, now time.Time) (Arrival, error) {
	if a.Start.Add(a.Length).After(now) {
		f, err := a.check(now)
		a.Form = f
		return a, err
	}
	begun := a.Start
	if now.Sub(begun) > arrivesBack {
		return a, fault.New(fault.Invalid, "start", "That is very long ago. Please check the year.")
	}
	f, err := a.check(begun)
	a.Form = f
	return a, err
}

// ArriveIn keeps, in tx, an appointment that another product kept, in the record that
// tx is in; tx opens nothing. The time of one to come is held, and if that is taken
// the answer is fault.Conflict at "start" and nothing is kept. made is false if one
// with this id is there. It is up to its domain that the actor may do this.
func ArriveIn(ctx context.Context, tx *access.Tx, arrival Arrival) (made bool, err error) {
	if arrival, err = CheckArrival(arrival, tx.Now); err != nil {
		return false, err
	}
	f := arrival.Form
	a := Appointment{
		ID: f.ID, Client: tx.Compartment, ClinicianID: arrival.ClinicianID, Start: f.Start, Length: f.Length, Place: f.Place,
		State: Planned, Revision: 1, Format: f.Format, Meeting: f.Meeting, Attendance: arrival.Attendance,
	}
	switch arrival.Attendance {
	case Away:
		a.State = Missed
	case Early, Late:
		a.State, a.By = Cancelled, TheClient
	case Unsaid, Came:
	}
	if there, err := IsIn(ctx, tx, a.ID); err != nil || there {
		return false, err
	}
	if a.State == Planned && a.End().After(tx.Now) {
		if err := hold(ctx, tx, a); err != nil {
			return false, err
		}
	}
	return true, insert(ctx, tx, a)
}
