package measure

import (
	"cmp"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// A Day is a date without a time, "2026-11-24": it begins when it begins in the
// practice's time zone.
type Day string

// DayOf is the day that it is at t in loc.
func DayOf(t time.Time, loc *time.Location) Day { return Day(t.In(loc).Format(time.DateOnly)) }

// Begins is the first instant of the day in loc.
func (d Day) Begins(loc *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, string(d), loc)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "from", "Please choose a day.")
	}
	return t, nil
}

// number counts days, so that the clocks' change in spring and autumn is no matter.
func (d Day) number() int64 {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0
	}
	return t.Unix() / (24 * 60 * 60)
}

// Rhythm is how often something is asked.
type Rhythm string

const (
	Once   Rhythm = "once"
	Weekly Rhythm = "weekly"
)

const week = 7 // days

// weeklyPause is how many days lie at least between an answer and the next
// question of a weekly ask, so that an answer late in one week is not followed by
// a question early in the next.
const weeklyPause = 4

// A Due is one questionnaire that is asked of the client now.
type Due struct {
	Ask      Ask   // the one under which to answer
	Occasion int64 // of that ask, from 0
	Opened   time.Time
	Also     []Ask     // other asks of the same questionnaire, which the same answer settles
	Begun    bool      // a draft is kept
	Last     time.Time // when the questionnaire was last answered; zero: never
}

// past is what has come of an ask so far.
type past struct {
	ask        Ask
	from       time.Time // when the first occasion opens
	own        bool      // gathers what was answered without being asked
	done       int64     // the last occasion that was answered or declined; -1: none
	doneAt     time.Time
	answeredAt time.Time // the last answer
	begun      int64     // the newest occasion with a draft; -1: none
}

// dueNow says what is asked of a client at the time now. interval is the shortest
// sensible time between two answers to a questionnaire, in days.
//
// Once: until it is answered or declined, and not before the interval since the
// last answer has passed. Weekly: the week that runs now, counted from the first
// day, unless it was answered or declined, or the last time is less than
// weeklyPause days ago; weeks that went by are not asked for again. Whatever of
// the same questionnaire is due at once is asked once, and one answer (or one
// "not this time") settles all of it.
func dueNow(all []past, interval func(instrument string) int, now time.Time, loc *time.Location) []Due {
	today := DayOf(now, loc).number()
	daysSince := func(t time.Time) int64 {
		if t.IsZero() {
			return 1 << 30
		}
		return today - DayOf(t, loc).number()
	}
	answered, done := map[string]time.Time{}, map[string]time.Time{}
	for _, p := range all {
		in := p.ask.Instrument
		answered[in], done[in] = later(answered[in], p.answeredAt), later(done[in], p.doneAt)
	}

	found := map[string][]Due{}
	for _, p := range all {
		if p.own || p.ask.State != AskOpen || now.Before(p.from) {
			continue
		}
		in := p.ask.Instrument
		d := Due{Ask: p.ask, Opened: p.from, Last: answered[in]}
		switch p.ask.Rhythm {
		case Once:
			since := later(p.from, p.ask.MadeAt)
			if p.done >= 0 || !done[in].Before(since) || daysSince(answered[in]) < int64(interval(in)) {
				continue
			}
		case Weekly:
			d.Occasion = (today - p.ask.From.number()) / week
			opened, err := p.ask.From.plus(week * d.Occasion).Begins(loc)
			if err != nil || p.done >= d.Occasion || !done[in].Before(opened) || daysSince(done[in]) < weeklyPause {
				continue
			}
			d.Opened = opened
		default:
			continue
		}
		d.Begun = p.begun == d.Occasion
		found[in] = append(found[in], d)
	}

	var due []Due
	for _, same := range found {
		slices.SortFunc(same, func(a, b Due) int {
			return cmp.Or(first(a.Begun, b.Begun), a.Ask.MadeAt.Compare(b.Ask.MadeAt), cmp.Compare(a.Ask.ID, b.Ask.ID))
		})
		d := same[0]
		for _, other := range same[1:] {
			d.Also = append(d.Also, other.Ask)
		}
		due = append(due, d)
	}
	slices.SortFunc(due, func(a, b Due) int {
		return cmp.Or(a.Opened.Compare(b.Opened), a.Ask.MadeAt.Compare(b.Ask.MadeAt), cmp.Compare(a.Ask.ID, b.Ask.ID))
	})
	return due
}

// plus is the day n days later.
func (d Day) plus(n int64) Day {
	return Day(time.Unix((d.number()+n)*24*60*60, 0).UTC().Format(time.DateOnly))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// first orders what holds before what does not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
