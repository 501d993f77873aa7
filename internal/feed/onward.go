package feed

import (
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"github.com/waymark-care/waymark/internal/session"
)

// An onward is that an event which comes again is otherwise from one of its times on: a
// RECURRENCE-ID with RANGE=THISANDFUTURE (RFC 5545, 3.2.13). That time itself is an event
// of its own; those after it are as far from their hour as it is, and last as long.
type onward struct {
	from   time.Time // after this one
	zone   zone
	shift  time.Duration // on the clock of the zone
	length time.Duration
	free   bool // nothing of it keeps anybody busy any more
}

// onwardOf reads it from c, whose RECURRENCE-ID is id and means at; ok is false if c is
// about that one time alone.
func (x *expansion) onwardOf(c *ical.Component, id *ical.Prop, at wall) (o onward, ok bool, err error) {
	if !strings.EqualFold(id.Params.Get("RANGE"), "THISANDFUTURE") {
		return o, false, nil
	}
	o = onward{from: at.instant(), zone: at.zone, free: !x.any && keepsFree(c)}
	starts := c.Props.Get(ical.PropDateTimeStart)
	if starts == nil && o.free {
		return o, true, nil
	}
	if starts == nil {
		return o, false, troubleBroken
	}
	start, err := x.moment(*starts, starts.Value)
	if err != nil {
		return o, false, err
	}
	if o.zone, o.shift = start.zone, start.at.Sub(start.zone.clock(at.instant())); at.day {
		o.shift = start.at.Sub(at.at)
	}
	if o.length, err = x.length(c, start); o.length <= 0 && x.any {
		o.length = time.Second
	}
	return o, true, err
}

// within is when the occurrence of an event is that would be at w, last length and be
// busy or not, by what is otherwise from some time on; all are in order of time.
func within(all []onward, w wall, length time.Duration, busy bool) (session.Span, bool) {
	i, _ := slices.BinarySearchFunc(all, w.instant(), func(o onward, at time.Time) int { return o.from.Compare(at) })
	if i == 0 {
		return session.Span{Start: w.instant(), End: w.plus(length)}, busy
	}
	o := all[i-1]
	at := wall{at: o.zone.clock(w.instant()).Add(o.shift), zone: o.zone, day: w.day}
	if w.day {
		at.at = w.at.Add(o.shift)
	}
	return session.Span{Start: at.instant(), End: at.plus(min(o.length, longest))}, !o.free
}

// reach is by how much a time can lie later than its event has it, or last longer.
func reach(all []onward) (most time.Duration) {
	for _, o := range all {
		most = max(most, o.shift+o.length)
	}
	return min(most, longest)
}
