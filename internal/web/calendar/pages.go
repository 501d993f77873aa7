// Package calendar is the pages about when people meet: the open times that a client
// books, moving and cancelling with the practice's policy at the moment it matters, who
// waits for a time; and for those who work there their hours, what comes round, and
// their weeks.
//
// It decides nothing: every page asks the domains, and the domains ask the door.
//
//	times.go    open times, booked    change.go   moving and cancelling
//	waiting.go  who waits             policy.go   the practice's policy
//	zone.go     by whose clocks a client sees times
//	week.go     a clinician's week        plan.go      planning     one.go    one session
//	series.go   what comes round          hours.go     when somebody sees people, and when not
//	everybody.go  the practice's week, and when it is closed
package calendar

import (
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waiting"
	"github.com/waymark-care/waymark/internal/web"
)

// Pages are the pages about when people meet.
type Pages struct {
	Calendars *calendar.Calendars
	Lines     *waiting.Lines
	Sessions  *session.Sessions
	People    *person.People
}

// Routes are all their addresses.
func (p *Pages) Routes() []web.Route { return append(p.timesRoutes(), p.bookingRoutes()...) }
