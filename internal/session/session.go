// Package session is the therapy hour: when client and clinician meet, how long
// and where. It is not the browser's session, which is a sign-in, and it holds
// no notes.
package session

import (
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// What an appointment may be.
const (
	MaxPlace      = 200 // characters
	MinLength     = 5 * time.Minute
	MaxLength     = 8 * time.Hour
	FarthestStart = 2 * 366 * 24 * time.Hour // from now
)

// State says whether an appointment holds.
type State string

const (
	Planned   State = "planned" // or held, once it is over
	Cancelled State = "cancelled"
	Missed    State = "missed" // the client was not there
)

// A Format is who meets. Where several clients do, each has an appointment in
// their own record; what they have in common is the Meeting.
type Format string

const (
	Individual Format = "individual"
	Couple     Format = "couple"
	Family     Format = "family"
	Group      Format = "group"
)

// Formats are all of them, in the order in which one chooses.
func Formats() []Format { return []Format{Individual, Couple, Family, Group} }

// Words is the format as a page says it.
func (f Format) Words() string {
	switch f {
	case Couple:
		return "Couple"
	case Family:
		return "Family"
	case Group:
		return "Group"
	}
	return "One to one"
}

// An Appointment is one planned meeting. Its times are instants: pages show them
// in the practice's time zone.
type Appointment struct {
	ID          string // UUIDv7, made by the form
	Client      access.Compartment
	ClinicianID string
	Start       time.Time
	Length      time.Duration
	Place       string // in words; may be empty
	State       State
	Revision    int64 // from 1

	Format     Format
	Meeting    string     // what several clients' appointments have in common; of one alone, its own id
	Series     string     // the series that it comes from; empty: planned by itself
	Attendance Attendance // what is known of it; Unsaid while nobody said
	By         Side       // who made the last change; empty: it was planned, and no more
}

// End is when the appointment is over.
func (a Appointment) End() time.Time { return a.Start.Add(a.Length) }

// A Form is what a clinician fills in to plan an appointment.
type Form struct {
	ID     string // UUIDv7 of the appointment to be made
	Start  time.Time
	Length time.Duration
	Place  string

	Format  Format // empty: Individual
	Meeting string // the meeting that the client joins; empty: one of their own
	Over    string // what holds the time for this appointment, as in TakeIn; empty: nothing does
}

// check returns f as it can be kept at the time now, or what to correct.
func (f Form) check(now time.Time) (Form, error) {
	if err := fault.FormID(f.ID); err != nil {
		return f, err
	}
	f.Start = f.Start.UTC().Truncate(time.Microsecond)
	switch {
	case f.Start.Unix()%60 != 0 || f.Start.Nanosecond() != 0:
		return f, fault.New(fault.Invalid, "start", "Please choose a time in whole minutes.")
	case f.Length < MinLength || f.Length > MaxLength || f.Length%time.Minute != 0:
		return f, fault.New(fault.Invalid, "length", "Please choose a length from 5 minutes to 8 hours.")
	case !f.Start.Add(f.Length).After(now):
		return f, fault.New(fault.Invalid, "start", "That time is over already. Please choose a later one.")
	case f.Start.Sub(now) > FarthestStart:
		return f, fault.New(fault.Invalid, "start", "That is more than two years ahead. Please choose an earlier day.")
	}
	if f.Format == "" {
		f.Format = Individual
	}
	if !slices.Contains(Formats(), f.Format) {
		return f, fault.New(fault.Invalid, "format", "Please choose who meets.")
	}
	if f.Meeting == "" {
		f.Meeting = f.ID
	}
	if err := fault.FormID(f.Meeting); err != nil {
		return f, err
	}
	var err error
	f.Place, err = fault.Text("place", f.Place, MaxPlace)
	return f, err
}
