package measure

import (
	"time"

	"github.com/waymark-care/waymark/internal/session"
)

// Rhythm is how often something is asked.
type Rhythm string

// The rhythms. Something asked on a date is asked Once, from that day.
const (
	Once        Rhythm = "once"
	EachSession Rhythm = "session"
	Weekly      Rhythm = "weekly"
	Fortnightly Rhythm = "fortnightly"
	Monthly     Rhythm = "monthly"
)

// Rhythms are all of them, the most frequent first.
func Rhythms() []Rhythm { return []Rhythm{EachSession, Weekly, Fortnightly, Monthly, Once} }

// beforeSession is how long before an appointment what goes by sessions opens.
const beforeSession = 24 * time.Hour

const week = 7 // days

// days is from one occasion to the next; 0 where that is not a number of days.
func (r Rhythm) days() int64 {
	switch r {
	case Weekly:
		return week
	case Fortnightly:
		return 2 * week
	case Once, EachSession, Monthly:
	}
	return 0
}

// pause is how many days lie at least between what was done with one occasion
// and the next question, so that an answer late in one week is not followed by a
// question early in the next.
func (r Rhythm) pause() int64 {
	switch r {
	case EachSession:
		return 1
	case Weekly:
		return 4
	case Fortnightly:
		return 7
	case Monthly:
		return 14
	case Once:
	}
	return 0
}

// perWeek is how often it is asked in a week; sessions is how many there are.
func (r Rhythm) perWeek(sessions float64) float64 {
	switch r {
	case EachSession:
		return sessions
	case Weekly:
		return 1
	case Fortnightly:
		return 0.5
	case Monthly:
		return 12.0 / 52
	case Once:
	}
	return 0
}

// An opening is one occasion of an ask.
type opening struct {
	nth int64
	at  time.Time // when it opened
	end time.Time // after which it is not asked for any more; zero: when the next one opens, or never
}

// running is the occasion of a that runs at now, if one does. Days and months are
// those of loc. spans are the appointments around now, in order of time.
func (a Ask) running(now time.Time, spans []session.Span, loc *time.Location) (o opening, ok bool) {
	from, err := a.From.Begins(loc)
	if err != nil {
		return o, false
	}
	if a.Rhythm == EachSession {
		for _, s := range spans {
			if s.Start.Before(from) || now.Before(s.Start.Add(-beforeSession)) || !now.Before(s.End) {
				continue
			}
			return opening{int64(s.Start.Sub(from) / time.Hour), s.Start.Add(-beforeSession), s.End}, true
		}
		return o, false
	}
	if now.Before(from) {
		return o, false
	}
	n := int64(0)
	switch today := DayOf(now, loc); a.Rhythm {
	case Weekly, Fortnightly:
		n = (today.number() - a.From.number()) / a.Rhythm.days()
	case Monthly:
		n = months(a.From, today)
		for n > 0 && today.number() < a.opensOn(n).number() {
			n--
		}
	case Once, EachSession:
	default:
		return o, false
	}
	at, err := a.opensOn(n).Begins(loc)
	return opening{nth: n, at: at}, err == nil
}

// opensOn is the day on which an occasion opens, of what does not go by sessions.
// A month without the day has its last one instead, and the next month has it again.
func (a Ask) opensOn(nth int64) Day {
	switch a.Rhythm {
	case Weekly, Fortnightly:
		return a.From.plus(a.Rhythm.days() * nth)
	case Monthly:
		y, m, d := a.From.date()
		last := time.Date(y, m+time.Month(nth)+1, 0, 0, 0, 0, 0, time.UTC)
		return Day(time.Date(last.Year(), last.Month(), min(d, last.Day()), 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	case Once, EachSession:
	}
	return a.From
}

// months is how many months of the calendar lie between two days, whatever their
// days in the month.
func months(from, to Day) int64 {
	y, m, _ := from.date()
	y2, m2, _ := to.date()
	return int64(y2-y)*12 + int64(m2-m)
}

// The database knows an ask's times as a beginning and a step, which never lie
// after an occasion's true opening: within one statement it refuses what is yet
// to come, and knows of no calendar. An occasion that goes by sessions is
// counted in hours from the first day; months are taken for their mean length,
// and the beginning for a few days earlier, by which they may be shorter.
func (a Ask) steps(from time.Time) (begin time.Time, every time.Duration) {
	const day = 24 * time.Hour
	switch a.Rhythm {
	case EachSession:
		return from.Add(-beforeSession), time.Hour
	case Weekly, Fortnightly:
		return from, time.Duration(a.Rhythm.days()) * day
	case Monthly:
		return from.Add(-4 * day), 730*time.Hour + 30*time.Minute
	case Once:
	}
	return from, 0
}
