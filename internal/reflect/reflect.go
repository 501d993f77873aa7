// Package reflect is what a clinician keeps for themself: a minute after a session, a
// question to sit with for a week, and what they have put aside for a while. It lies in
// a compartment of their own, which nobody else reads: no manager, no supervisor, no
// colleague and no client. It is no part of anybody's record, and it ends with their
// work here.
//
// It is a private page and no journal under a lock of its own: whoever holds the running
// server's keys could read it. What must be closed to the practice too belongs in the
// vault.
package reflect

import (
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// MaxText is how many characters may be written at a time.
const MaxText = 4000

// AsideLasts is for how long the question whose work it is can be put aside.
const AsideLasts = 4 * 7 * 24 * time.Hour

// A Kind says what was written.
type Kind string

// The kinds.
const (
	AfterHour Kind = "minute" // after a session
	OverWeek  Kind = "week"   // on the question of a week
)

// skipped is the kind of a row that says: not this time.
const skipped = "skipped"

// A Leaving is how somebody left the room.
type Leaving string

// How one may leave. Not to say is as good.
const (
	Unsaid  Leaving = ""
	Lighter Leaving = "lighter"
	Same    Leaving = "same"
	Heavier Leaving = "heavier"
)

// Words says it.
func (l Leaving) Words() string {
	switch l {
	case Lighter:
		return "Lighter than before"
	case Same:
		return "Much the same"
	case Heavier:
		return "Heavier than before"
	case Unsaid:
	}
	return ""
}

// A Said is what is written.
type Said struct {
	Text    string
	Leaving Leaving
}

// A Reflection is one of them.
type Reflection struct {
	ID        string // UUIDv7, made by the form
	Kind      Kind
	Client    access.Compartment // empty: about nobody
	SessionID string
	Prompt    string // id of what was asked; Words says it
	Said
	Revision  int64 // from 1
	At        time.Time
	ChangedAt time.Time // zero: it was not
}

// A Form is what somebody fills in.
type Form struct {
	ID        string // UUIDv7 of the reflection to be made
	Kind      Kind
	Client    access.Compartment // of AfterHour
	SessionID string             // of AfterHour
	Prompt    string
	Said
}

func (s Said) check() (Said, error) {
	switch s.Leaving {
	case Unsaid, Lighter, Same, Heavier:
	default:
		return s, fault.New(fault.Invalid, "leaving", "Choose one of these, or none.")
	}
	var err error
	if s.Text, err = fault.Text("text", s.Text, MaxText); err != nil {
		return s, err
	}
	if s.Text == "" && s.Leaving == Unsaid {
		return s, fault.New(fault.Invalid, "text", "There is nothing here yet. A word is enough, and so is leaving it.")
	}
	return s, nil
}

func (f Form) check() (Form, error) {
	if err := fault.FormID(f.ID); err != nil {
		return f, err
	}
	if (f.Kind == AfterHour) != (f.SessionID != "" && f.Client.Kind() == access.KindClient) || f.Kind != AfterHour && f.Kind != OverWeek || Words(f.Prompt) == "" {
		return f, fault.New(fault.Invalid, "", "This form is not whole. Please open the page again.")
	}
	var err error
	f.Said, err = f.Said.check()
	return f, err
}
