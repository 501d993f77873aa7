package calendar

import (
	"slices"
	"time"
)

// Parts of a day, by the practice's clocks: somebody who waits may say which suit.
type Part uint8

// The parts. Several are added up.
const (
	Morning   Part = 1 << iota // before noon
	Afternoon                  // from noon to five
	Evening                    // from five on
	AnyPart   = Morning | Afternoon | Evening
)

// Days of the week, Monday first: somebody who waits may say which suit.
type Days uint8

// AnyDay is every day of the week.
const AnyDay Days = 1<<7 - 1

// On is the day of the week as one of Days.
func On(d time.Weekday) Days { return 1 << ((d + 6) % 7) }

// partOf is the part of the day at t, by the clocks t is in.
func partOf(t time.Time) Part {
	switch hour := t.Hour(); {
	case hour < 12:
		return Morning
	case hour < 17:
		return Afternoon
	}
	return Evening
}

// A Wish is what somebody waits for.
type Wish struct {
	ID          string // UUIDv7, made with the form
	ClinicianID string
	Earlier     bool // only what comes before their next session
	Days        Days
	Parts       Part
	Since       time.Time // when they began to wait: their place in the line
}

// suits says whether a time that begins at start, which lies before or after their
// next session, is one that w waits for.
func (w Wish) suits(start, next time.Time, zone *time.Location) bool {
	at := start.In(zone)
	return w.Days&On(at.Weekday()) != 0 && w.Parts&partOf(at) != 0 &&
		(!w.Earlier || next.IsZero() || start.Before(next))
}

// A waiter is somebody in the line for one freed time.
type waiter struct {
	client string // compartment
	wish   Wish
	next   time.Time // their next session with the clinician; zero: none
	had    bool      // this time was offered to them already
	busy   bool      // they have a session at that time, or another offer waits for their answer
}

// turn returns whose turn it is for a time that begins at start: whoever has waited
// longest of those whom it suits, who were not offered it before and who can come. ok
// is false if there is nobody.
func turn(line []waiter, start time.Time, zone *time.Location) (w waiter, ok bool) {
	line = slices.Clone(line)
	slices.SortStableFunc(line, func(a, b waiter) int { return a.wish.Since.Compare(b.wish.Since) })
	for _, w := range line {
		if !w.had && !w.busy && w.wish.suits(start, w.next, zone) {
			return w, true
		}
	}
	return waiter{}, false
}

const (
	leastOffer = 2 * time.Hour  // a time that begins sooner is offered to nobody: a letter would come too late
	mostOffer  = 24 * time.Hour // how long somebody has to answer at most
)

// answerUntil is until when somebody may answer an offer, made at now, of a time that
// begins at start: a day, or a third of what is left, so that others have their turn;
// ok is false if it is too late to offer it to anybody.
func answerUntil(now, start time.Time) (until time.Time, ok bool) {
	left := start.Sub(now)
	if left < leastOffer {
		return time.Time{}, false
	}
	return now.Add(min(mostOffer, left/3)).Truncate(time.Minute), true
}
