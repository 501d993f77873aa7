package reminder

import (
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// How is by what somebody is reminded of an appointment.
type How string

const (
	NotAtAll How = "none"
	ByMail   How = "mail"
	ByPush   How = "push" // on the devices that they allowed
)

// Lead is how long before an appointment somebody is reminded of it.
type Lead string

const (
	EveningBefore Lead = "evening" // at six on the day before, by the practice's clocks
	DayBefore     Lead = "day"
	TwoHours      Lead = "two-hours"
	OneHour       Lead = "hour"
)

// Leads are all of them, the longest first.
func Leads() []Lead { return []Lead{DayBefore, EveningBefore, TwoHours, OneHour} }

// Words is the lead as a page says it.
func (l Lead) Words() string {
	switch l {
	case DayBefore:
		return "A day before"
	case EveningBefore:
		return "The evening before"
	case TwoHours:
		return "Two hours before"
	case OneHour:
		return "One hour before"
	}
	return ""
}

// Ahead is how somebody wants to be reminded of their appointments. Until they say
// otherwise they are not.
type Ahead struct {
	How  How
	Lead Lead
	Rev  int64 // 0: they never said
}

func (a Ahead) check() error {
	switch {
	case a.How != NotAtAll && a.How != ByMail && a.How != ByPush:
		return fault.New(fault.Invalid, "how", "Please choose one of these.")
	case a.How != NotAtAll && !slices.Contains(Leads(), a.Lead):
		return fault.New(fault.Invalid, "lead", "Please choose how long before.")
	}
	return nil
}

const (
	evening    = 18              // o'clock
	farAhead   = 72 * time.Hour  // how far ahead appointments are looked at: the longest lead, and a day and a half of quiet
	longQuiet  = 36 * time.Hour  // how far a reminder is moved out of quiet hours
	shortest   = 5 * time.Minute // before the beginning a reminder is of no use
	mostBehind = 10 * time.Minute

	// beforeQuiet is how long before quiet hours something is sent that would fall
	// into them: a few rounds, so that none is missed.
	beforeQuiet = 14 * time.Minute
)

// due is when to remind of what begins at start, by the clocks of loc: as long
// before as was chosen or, where that is quiet, just before the quiet begins. ok is
// false where there is no such time.
func (l Lead) due(start time.Time, q Quiet, loc *time.Location) (at time.Time, ok bool) {
	at = start.In(loc)
	switch l {
	case EveningBefore:
		y, m, d := at.Date()
		at = time.Date(y, m, d-1, evening, 0, 0, 0, loc)
	case DayBefore:
		at = at.Add(-24 * time.Hour)
	case TwoHours:
		at = at.Add(-2 * time.Hour)
	case OneHour:
		at = at.Add(-time.Hour)
	default:
		return at, false
	}
	if !q.Holds(at) {
		return at, true
	}
	for first := at; first.Sub(at) < longQuiet; at = at.Add(-quietStep) {
		if early := at.Add(-beforeQuiet); !q.Holds(at) && !q.Holds(early) {
			return early, true
		}
	}
	return at, false
}
