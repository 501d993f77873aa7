// Package fault names the few ways a request can fail that a person can do
// something about. Every other error is a defect or an outage: it is logged in
// full and shown to the person as "something went wrong on our side".
package fault

import "errors"

// A Kind says what the person can do next.
type Kind string

const (
	Invalid  Kind = "invalid"   // correct what was entered and try again
	NotFound Kind = "not found" // absent, or not theirs to know about
	Conflict Kind = "conflict"  // somebody changed it first: look again
	TooSoon  Kind = "too soon"  // slow down
	SignIn   Kind = "sign in"   // say who is asking
	Another  Kind = "another"   // somebody else is signed in there: nothing of it is theirs
	StepUp   Kind = "step up"   // say it once more: this needs a sign-in of the last minutes
	NotSaved Kind = "not saved" // nothing was kept, and the text is still with the person
	Sealed   Kind = "sealed"    // the server waits to be unlocked
	TooLarge Kind = "too large" // send less
)

// An Error carries two messages: Text is written for the person and may be
// shown to them; Err is written for the operator and must never be.
type Error struct {
	Kind  Kind
	Field string // the form field at fault, if any
	Text  string
	Err   error
}

// New returns an Error of the given kind.
func New(kind Kind, field, text string) *Error {
	return &Error{Kind: kind, Field: field, Text: text}
}

func (e *Error) Error() string {
	s := string(e.Kind) + ": " + e.Text
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Is reports whether err is a fault of the given kind.
func Is(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}
