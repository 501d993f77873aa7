// Package calendar keeps the rhythm of meeting: when clinicians see people and when
// they do not, what comes round every week, which times are open to whom, and how a
// session is booked, moved and cancelled, and who takes a time that they waited for
// (waiting). That two sessions never have one time is not decided here but by the
// database (session).
//
//	open.go      which times are open      policy.go    what a practice allows, and says
//	book.go      booking                   move.go      moving       cancel.go    cancelling
//	offer.go     who takes what is offered zone.go      by whose clocks a client sees times
package calendar

import "github.com/waymark-care/waymark/internal/access"

// Calendars are the calendars of a practice and of those who work there.
type Calendars struct {
	door   *access.Door
	origin string
}

// New returns the calendars behind door. Letters lead to origin, such as
// https://waymark.example.
func New(door *access.Door, origin string) *Calendars { return &Calendars{door: door, origin: origin} }
