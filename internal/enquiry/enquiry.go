// Package enquiry is somebody asking for a consultation: the form that anybody can
// send, what stands against floods, and how the practice answers.
//
// Who asks is no client, and has no account. What they write falls into the house
// as into a letterbox: sealed under keys of its own that their visit cannot open.
// The clinicians of the practice read it, a manager sees who asked and how to reach
// them, and when it is over the keys are destroyed. What was written goes on, in the
// record of the client, only where somebody was taken on.
//
//	(*Enquiries).Blank, Room, Ask           the form, by anybody (ask.go)
//	(*Enquiries).Answer, Add, Withdraw      by the link that was shown (answer.go)
//	(*Enquiries).List, One, Decide, Drop    by clinicians; List by managers too (triage.go)
//	(*Enquiries).Accept                     a client is made of it (accept.go)
//	(*Enquiries).Tidy, Forget, EraseAgain   its end (forget.go)
package enquiry

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

// Limits in characters. What brings somebody, and all that they add, goes on as one
// text into the record of the client (intake), which takes 4,000.
const (
	MaxName     = 80
	MaxBrings   = 2000
	MaxTimes    = 300
	MaxBest     = 200
	MaxLanguage = 60
	MaxLine     = 300 // of a line that is added
	MaxLines    = 6   // how many the person may add
	MaxTold     = 3000
	MaxAmong    = 1000
)

// Keeps is how long an enquiry that was declined is kept, and how long the link of
// one that is over still says so.
const Keeps = 90 * 24 * time.Hour

// A State says how far an enquiry has come.
type State string

// The states. The first four are open: somebody waits for a word.
const (
	Asked    State = "asked"
	Proposed State = "proposed" // to a colleague
	Waiting  State = "waiting"  // on the waiting list
	Offered  State = "offered"  // a place is free, and they were asked whether they want it
	Declined State = "declined" // and still readable, until Keeps has passed

	// What is left of one that is over is that it is.
	Accepted  State = "accepted"
	Withdrawn State = "withdrawn"
	Dropped   State = "dropped" // as advertising
	Doubled   State = "doubled" // the same person had asked before
)

// Open says whether somebody waits for a word.
func (s State) Open() bool {
	return s == Asked || s == Proposed || s == Waiting || s == Offered
}

// Reach is how somebody may be reached.
type Reach string

// How to reach somebody.
const (
	Message Reach = "message" // a letter or a message may be left
	Careful Reach = "careful" // others read or hear it: only to themselves, and no letter
)

// A Caller is who asks, and what a manager may know of it.
type Caller struct {
	Name     string    `json:"name"` // or what they would like to be called
	Email    string    `json:"email,omitempty"`
	Phone    string    `json:"phone,omitempty"`
	Reach    Reach     `json:"reach"`
	Best     string    `json:"best,omitempty"`   // when, and how
	Format   string    `json:"format,omitempty"` // "alone", "close", "group" or "unsure"
	Place    string    `json:"place,omitempty"`  // "room", "remote", "both" or "unsure"
	Language string    `json:"language,omitempty"`
	Times    string    `json:"times,omitempty"`
	With     string    `json:"with,omitempty"`     // person id of the clinician asked for
	First    time.Time `json:"first,omitzero"`     // the first consultation wished for: a wish, and nothing is held
	FirstID  string    `json:"first_id,omitempty"` // which of those that are offered (profile)
}

// Written is all of it.
type Written struct {
	Caller
	Brings string `json:"brings,omitempty"`
	Way    string `json:"way,omitempty"` // "skills", "exploring", "both" or "unsure"
}

// A Form is what somebody fills in who asks for a consultation.
type Form struct {
	ID    string // both as Blank made them
	Stamp string
	Trap  string // of a field that no person is shown
	Agree bool   // that the clinicians of the practice read it
	Written
}

// The choices, as package intake words them too.
var (
	Ways    = []string{"skills", "exploring", "both", "unsure"}
	Formats = []string{"alone", "close", "group", "unsure"}
	Places  = []string{"room", "remote", "both", "unsure"}
)

// check tidies f, or says what to correct; now is for the time that is wished.
func (f *Form) check(now time.Time) error {
	for _, t := range []struct {
		field string
		text  *string
		most  int
		line  bool
	}{
		{"name", &f.Name, MaxName, true},
		{"phone", &f.Phone, person.MaxPhone, true},
		{"email", &f.Email, person.MaxEmail, true},
		{"brings", &f.Brings, MaxBrings, false},
		{"times", &f.Times, MaxTimes, false},
		{"best", &f.Best, MaxBest, true},
		{"language", &f.Language, MaxLanguage, true},
	} {
		read := fault.Text
		if t.line {
			read = fault.Line
		}
		var err error
		if *t.text, err = read(t.field, *t.text, t.most); err != nil {
			return err
		}
	}
	switch {
	case f.Name == "":
		return fault.New(fault.Invalid, "name", "Please write what we may call you. It need not be your real name.")
	case f.Email == "" && f.Phone == "":
		return fault.New(fault.Invalid, "email", "Please give an e-mail address or a phone number, so that somebody can answer.")
	case f.Phone != "" && digits(f.Phone) < 5:
		return fault.New(fault.Invalid, "phone", "This does not look like a phone number. Please write it with its digits.")
	case f.Reach != Message && f.Reach != Careful:
		return fault.New(fault.Invalid, "reach", "Please choose whether a message may be left for you.")
	case f.Reach == Careful && f.Phone == "":
		return fault.New(fault.Invalid, "phone", "If no message may be left, please give a number on which you can be called.")
	case f.With != "" && !isID(f.With):
		return fault.New(fault.Invalid, "with", "Please choose one of the clinicians, or nobody in particular.")
	case !f.First.IsZero() && (f.First.Before(now) || f.First.Sub(now) > 366*24*time.Hour):
		return fault.New(fault.Invalid, "first", "This time is over, or too far away. Please choose another, or none.")
	case f.FirstID != "" && !isID(f.FirstID), (f.FirstID == "") != f.First.IsZero():
		return fault.New(fault.Invalid, "first", "Please choose one of these times, or none.")
	case !f.Agree:
		return fault.New(fault.Invalid, "agree", "Please agree that the clinicians of the practice read this. Without it nobody could answer.")
	}
	if f.Email != "" {
		if _, err := person.Address("email", f.Email); err != nil {
			return err
		}
	}
	for _, c := range []struct {
		field, chosen string
		of            []string
	}{{"way", f.Way, Ways}, {"format", f.Format, Formats}, {"place", f.Place, Places}} {
		if c.chosen != "" && !contains(c.of, c.chosen) {
			return fault.New(fault.Invalid, c.field, "Please choose one of these, or none.")
		}
	}
	f.First = f.First.UTC().Truncate(time.Minute)
	if f.First.Unix() < 0 {
		f.First = time.Time{}
	}
	return nil
}

func contains(all []string, one string) bool {
	for _, a := range all {
		if a == one {
			return true
		}
	}
	return false
}

func digits(text string) (n int) {
	for _, r := range text {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

func isID(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u.String() == id
}

// recordOf is the record of the enquiry with an id that somebody sent. What is no id
// is nobody's, and is not written down either: it may be words.
func recordOf(id string) access.Compartment {
	if !isID(id) {
		id = "?"
	}
	return access.EnquiryRecord(id)
}

// Said is what goes on into the record of whoever was taken on.
type Said struct {
	At       time.Time
	Brings   string
	Way      string
	Format   string
	Place    string
	Language string
	Also     string
}

// Carry puts it there, in tx, whoever's record tx is in.
type Carry func(ctx context.Context, tx *access.Tx, client access.Compartment, said Said) error

// Enquiries are those of every practice on this server.
type Enquiries struct {
	door   *access.Door
	people *person.People
	origin string
	carry  Carry

	mu   sync.Mutex
	gate gate // how many lately, from where; each node counts for itself
}

// New returns the enquiries behind door. Whoever is taken on is invited by people,
// and what they wrote goes on by carry. Links lead to origin.
func New(door *access.Door, people *person.People, origin string, carry Carry) *Enquiries {
	return &Enquiries{door: door, people: people, origin: strings.TrimRight(origin, "/"), carry: carry, gate: newGate()}
}

func badForm() error {
	return fault.New(fault.Invalid, "id", "This form is not whole. Please open the page again; what you wrote is still here.")
}
