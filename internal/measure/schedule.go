package measure

import (
	"cmp"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// A Day is a date without a time, "2026-11-24": it begins when it begins in the
// practice's time zone.
type Day string

// DayOf is the day that it is at t in loc.
func DayOf(t time.Time, loc *time.Location) Day { return Day(t.In(loc).Format(time.DateOnly)) }

// Begins is the first instant of the day in loc.
func (d Day) Begins(loc *time.Location) (time.Time, error) {
	t, err := clocks.Day(string(d), loc)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "from", "Please choose a day.")
	}
	return t, nil
}

// date is the day by its parts.
func (d Day) date() (year int, month time.Month, day int) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 1, time.January, 1
	}
	return t.Date()
}

// number counts days, so that the clocks' change in spring and autumn is no matter.
func (d Day) number() int64 {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0
	}
	return t.Unix() / (24 * 60 * 60)
}

// DaysAfter is how many days d lies after e.
func (d Day) DaysAfter(e Day) int64 { return d.number() - e.number() }

// Within says whether d is a day at most back days before and ahead days after
// today; if not, what to correct in field.
func (d Day) Within(field string, today Day, back, ahead int64) error {
	if _, err := time.Parse(time.DateOnly, string(d)); err != nil {
		return fault.New(fault.Invalid, field, "Please choose a day.")
	}
	switch n := d.DaysAfter(today); {
	case n > ahead && ahead == 0:
		return fault.New(fault.Invalid, field, "Please choose today or a day before.")
	case n < 0 && back == 0:
		return fault.New(fault.Invalid, field, "Please choose today or a day to come.")
	case n > ahead || n < -back:
		return fault.New(fault.Invalid, field, "That day is too far away. Please look at the year.")
	}
	return nil
}

// A Due is one questionnaire that is asked of the client now.
type Due struct {
	Ask      Ask   // the one under which to answer
	Occasion int64 // of that ask, from 0
	Opened   time.Time
	Until    time.Time // the end of the session that it is for; zero: it is not for one
	Also     []Ask     // other asks of the same questionnaire, which the same answer settles
	Begun    bool      // a draft is kept
	Last     time.Time // when the questionnaire was last answered; zero: never

	also []int64 // their occasions
}

// past is what has come of an ask so far.
type past struct {
	ask        Ask
	own        bool  // gathers what was answered without being asked
	done       int64 // the last occasion that was answered or declined; -1: none
	doneAt     time.Time
	answeredAt time.Time // the last answer
	begun      int64     // the newest occasion with a draft; -1: none
	rest       int64     // of a plan: the days after an answer in which it is not asked
}

// times are what the question what is due depends on, beside what was asked.
type times struct {
	now    time.Time
	loc    *time.Location
	spans  []session.Span                // the appointments around now
	recall func(instrument string) int64 // for how many days back a questionnaire asks
}

func (t times) daysSince(at time.Time) int64 {
	if at.IsZero() {
		return 1 << 30
	}
	return DayOf(t.now, t.loc).number() - DayOf(at, t.loc).number()
}

// ends are, by questionnaire, the last answer and the last time that one was
// answered or declined, however it came.
func ends(all []past) (answered, done map[string]time.Time) {
	answered, done = map[string]time.Time{}, map[string]time.Time{}
	for _, p := range all {
		in := p.ask.Instrument
		answered[in], done[in] = later(answered[in], p.answeredAt), later(done[in], p.doneAt)
	}
	return answered, done
}

// dueNow says what is asked of a client now.
//
// Once: until it is answered or declined. By sessions: from a day before an
// appointment until its end. Otherwise: the week or month that runs now, counted
// from the first day, unless it was answered or declined, or the last time was
// just now (Rhythm.pause); what went by is not asked for again. Nothing is asked
// within the days that an answer speaks of already, however that answer came,
// unless the ask says Sooner. Whatever of the same questionnaire is due at once
// is asked once, and one answer (or one "not this time") settles all of it.
func dueNow(all []past, t times) []Due {
	answered, done := ends(all)
	found := map[string][]Due{}
	for _, p := range all {
		if p.own || p.ask.State != AskOpen {
			continue
		}
		in := p.ask.Instrument
		o, ok := p.ask.running(t.now, t.spans, t.loc)
		if !ok || p.done >= o.nth || !p.ask.Sooner && t.daysSince(answered[in]) < t.recall(in) {
			continue
		}
		since := o.at
		if p.ask.Rhythm == Once {
			since = later(since, p.ask.MadeAt)
		}
		if !done[in].Before(since) || t.daysSince(done[in]) < p.ask.Rhythm.pause() {
			continue
		}
		found[in] = append(found[in], Due{
			Ask: p.ask, Occasion: o.nth, Opened: o.at, Until: o.end, Begun: p.begun == o.nth, Last: answered[in],
		})
	}

	var due []Due
	for _, same := range found {
		slices.SortFunc(same, func(a, b Due) int {
			return cmp.Or(first(a.Begun, b.Begun), a.Ask.MadeAt.Compare(b.Ask.MadeAt), cmp.Compare(a.Ask.ID, b.Ask.ID))
		})
		d := same[0]
		for _, other := range same[1:] {
			d.Also, d.also = append(d.Also, other.Ask), append(d.also, other.Occasion)
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
