package measure

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/instrument"
)

// recallWords finds how long a questionnaire looks back, in its own published words.
var recallWords = regexp.MustCompile(`(?i)\b(?:last|past|previous)\s+(?:(\d+|one|two|three|four|five|six|seven|ten|twelve|fourteen|thirty)\s+)?(day|week|fortnight|month|year)s?\b`)

var recallNumbers = map[string]int64{
	"": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30,
}

var recallUnits = map[string]int64{"day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}

// RecallDays is for how many days back in asks: its recall period, read from the
// published words ("the last 2 weeks"). Where they name no time ("generally"), it
// is the shortest sensible time between two answers.
func RecallDays(in *instrument.Instrument) int64 {
	m := recallWords.FindStringSubmatch(in.Recall)
	if m == nil {
		return int64(in.IntervalDays)
	}
	n, ok := recallNumbers[strings.ToLower(m[1])]
	if !ok {
		n, _ = strconv.ParseInt(m[1], 10, 16)
	}
	return max(1, n) * recallUnits[strings.ToLower(m[2])]
}

// recall is RecallDays of a questionnaire of the practice by its id.
func (ms *Measures) recall(practice string) func(id string) int64 {
	lib := ms.Library(practice)
	return func(id string) int64 {
		if in, ok := lib.Lookup(id, ""); ok {
			return RecallDays(in)
		}
		return week
	}
}

// A Wait says that a questionnaire that is about to be asked would be asked
// within the days that an answer speaks of already, or that its rhythm is
// shorter than they are, and when it is asked if that is kept to.
type Wait struct {
	Answered time.Time // the last answer that is recent enough to matter; zero: there is none
	From     Day       // the first day on which it is asked, if it waits
	Days     int64     // the recall period
	Overlaps bool      // the rhythm is shorter than the recall period
}

// WaitOf is what to say to somebody who is about to ask for in at a rhythm, from
// a day on. answered is when it was last answered, in whatever way; zero: never.
// ok is false if there is nothing to say.
func WaitOf(in *instrument.Instrument, r Rhythm, from Day, answered time.Time, loc *time.Location) (w Wait, ok bool) {
	w.Days, w.From = RecallDays(in), from
	w.Overlaps = r != Once && r.between() < w.Days
	if !answered.IsZero() {
		if again := DayOf(answered, loc).plus(w.Days); again.number() > from.number() {
			w.Answered, w.From = answered, again
		}
	}
	return w, w.Overlaps || !w.Answered.IsZero()
}

// between is about how many days lie between two occasions.
func (r Rhythm) between() int64 {
	switch r {
	case Once:
		return 0
	case EachSession:
		return week // as most sessions are
	case Monthly:
		return 28
	case Weekly, Fortnightly:
	}
	return r.days()
}
