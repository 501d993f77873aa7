// Package waiting is the line of those who wait for a time with a clinician: what each
// waits for, whose turn it is when a time becomes free, and what is offered to them
// until it lapses. Who may take an offered time, and that nobody else has it, is for
// package calendar.
package waiting

import (
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Lines are the lines of a practice: one for each clinician.
type Lines struct {
	door   *access.Door
	origin string
	free   Free
}

// Free says, in tx, whether a time of a clinician's can still be taken. zone is the practice's.
type Free func(ctx context.Context, tx *access.Tx, clinicianID string, start, end time.Time, zone *time.Location) (bool, error)

// New returns the lines behind door. Letters lead to origin, such as
// https://waymark.example.
func New(door *access.Door, origin string, free Free) *Lines {
	return &Lines{door: door, origin: origin, free: free}
}

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

// Await puts the client into the line for a time with a clinician who works with them,
// or changes what they wait for: their place in the line stays. Sending the same form
// twice is success. For the client, and for whoever treats them.
func (ls *Lines) Await(ctx context.Context, actor access.Actor, client access.Compartment, w Wish) error {
	tx, err := ls.door.Begin(ctx, actor, access.AwaitTime, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(w.ID)
	switch {
	case fault.FormID(w.ID) != nil:
		return fault.FormID(w.ID)
	case w.Days&AnyDay == 0:
		return fault.New(fault.Invalid, "days", "Please choose at least one day.")
	case w.Parts&AnyPart == 0:
		return fault.New(fault.Invalid, "parts", "Please choose at least one part of the day.")
	}
	w.Days, w.Parts, w.Since = w.Days&AnyDay, w.Parts&AnyPart, tx.Now
	with, err := With(ctx, tx)
	if err != nil {
		return err
	}
	if !slices.Contains(with, w.ClinicianID) {
		return fault.Absent()
	}
	all, err := WishesIn(ctx, tx)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(all, func(o Wish) bool { return o.ClinicianID == w.ClinicianID }); at >= 0 {
		was := all[at]
		w.ID, w.Since = was.ID, was.Since
		if was == w {
			return nil
		}
		err = updateWish(ctx, tx, w)
	} else if is, findErr := isWish(ctx, tx, w.ID); findErr != nil || is {
		return findErr // it came once more after it was over
	} else {
		err = insertWish(ctx, tx, w)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

// Leave takes the client out of the line, and declines what is offered to them for it.
// Doing so twice is success.
func (ls *Lines) Leave(ctx context.Context, actor access.Actor, client access.Compartment, id string) error {
	tx, err := ls.door.Begin(ctx, actor, access.AwaitTime, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	is, err := isWish(ctx, tx, id)
	if err != nil {
		return err
	}
	if !is {
		return fault.Absent()
	}
	if err := endWish(ctx, tx, id); err != nil {
		return err
	}
	offers, err := openOffers(ctx, tx)
	if err != nil {
		return err
	}
	for _, o := range offers {
		if o.WaitingID != id {
			continue
		}
		if err := endOffer(ctx, tx, o.ID, Declined); err != nil {
			return err
		}
		if err := offerAt(ctx, tx, o.ClinicianID, o.Start, o.End(), tx.Now); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// A Waiting is somebody who waits for a time with whoever asks, and where that stands.
type Waiting struct {
	Wish
	Client  access.Compartment
	Offered time.Time // of what is offered to them now; zero: nothing
}
