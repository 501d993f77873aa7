package profile

import (
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/session"
)

// Profiles are what is public about the practices on this server, and the first
// consultations offered there.
type Profiles struct{ door *access.Door }

// New returns the profiles behind door.
func New(door *access.Door) *Profiles { return &Profiles{door: door} }

// Why a time is not free, or was not offered.
type Why string

// The reasons. An empty one is none: the time is free.
const (
	Taken Why = "taken" // by somebody who asked for a consultation
	Busy  Why = "busy"  // the clinician has an appointment then
	Twice Why = "twice" // it is offered already
)

// Own is a time as the clinician who offers it sees it.
type Own struct {
	Time
	Why Why    // it cannot be taken; empty: it can
	For string // for what it was taken: an id of enquiry
}

// Left is a time that was asked for and is not offered.
type Left struct {
	Start time.Time
	Why   Why
}

// Times returns actor's own times that are still to come, in order.
func (ps *Profiles) Times(ctx context.Context, actor access.Actor) ([]Own, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadFirst, access.PersonRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return ahead(ctx, tx, actor.ID)
}

// Offer offers a first consultation, once or every week, by the clocks of the
// practice's zone. Of a series, what collides with an appointment or with another
// time that is offered is left out and returned; if nothing is left the answer is
// fault.Conflict. Sending the same form twice is success.
func (ps *Profiles) Offer(ctx context.Context, actor access.Actor, f Offer, zone *time.Location) (made []Time, left []Left, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.OfferFirst, access.PersonRecord(actor.ID))
	if err != nil {
		return nil, nil, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	wanted, err := f.check(tx.Now, zone)
	if err != nil {
		return nil, nil, err
	}
	was, err := timesByID(ctx, tx, wanted)
	if err != nil {
		return nil, nil, err
	}
	if len(was) > 0 {
		return was, nil, sameOffer(was, wanted, actor.ID)
	}
	all, err := ahead(ctx, tx, actor.ID)
	if err != nil {
		return nil, nil, err
	}
	busy, err := session.BusyIn(ctx, tx, actor.ID, wanted[0].Start, wanted[len(wanted)-1].End())
	if err != nil {
		return nil, nil, err
	}
	for _, t := range wanted {
		t.ClinicianID = actor.ID
		switch {
		case slices.ContainsFunc(all, func(o Own) bool { return o.meets(t.Start, t.End()) }):
			left = append(left, Left{t.Start, Twice})
		case slices.ContainsFunc(busy, func(s session.Span) bool { return t.meets(s.Start, s.End) }):
			left = append(left, Left{t.Start, Busy})
		default:
			made = append(made, t)
		}
	}
	switch {
	case len(made) == 0 && left[0].Why == Twice:
		return nil, left, fault.New(fault.Conflict, "clock", "You offer a first consultation at that time already.")
	case len(made) == 0:
		return nil, left, fault.New(fault.Conflict, "clock", "You have an appointment at that time. Please choose another.")
	case len(all)+len(made) > MaxOffered:
		return nil, nil, fault.New(fault.TooLarge, "weeks", "You offer sixty times that are still to come; that is as many as fit. Withdraw some first.")
	}
	for _, t := range made {
		if err := insertTime(ctx, tx, t); err != nil {
			return nil, nil, err
		}
	}
	if err := changed(ctx, tx); err != nil {
		return nil, nil, err
	}
	return made, left, tx.Commit()
}

// sameOffer says whether the times that a form made before are those that it asks
// for now.
func sameOffer(was, wanted []Time, clinicianID string) error {
	for _, w := range was {
		same := slices.ContainsFunc(wanted, func(t Time) bool {
			return t.ID == w.ID && t.Start.Equal(w.Start) && t.Length == w.Length && slices.Equal(t.Ways, w.Ways)
		})
		if !same || w.ClinicianID != clinicianID {
			return fault.New(fault.Conflict, "", "This was sent already, with other details. Please open the page again.")
		}
	}
	return nil
}

// Withdraw takes back one of actor's own times. One that was taken stays: its
// answer is fault.Conflict. Doing so twice is success.
func (ps *Profiles) Withdraw(ctx context.Context, actor access.Actor, id string) error {
	tx, err := ps.door.Begin(ctx, actor, access.OfferFirst, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	t, withdrawn, ok, err := timeByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !ok || t.ClinicianID != actor.ID {
		return fault.Absent()
	}
	if withdrawn {
		return nil
	}
	forID, err := takenFor(ctx, tx, id)
	if err != nil {
		return err
	}
	if forID != "" {
		return fault.New(fault.Conflict, "", "Somebody has been given this time. Please settle it with them first.")
	}
	if err := withdrawTime(ctx, tx, id); err != nil {
		return err
	}
	if err := changed(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// ahead are the clinician's times that have not begun, withdrawn ones left out.
func ahead(ctx context.Context, tx *access.Tx, clinicianID string) ([]Own, error) {
	all, err := offered(ctx, tx, clinicianID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	until := all[len(all)-1].Start.Add(MaxLength)
	busy, err := session.BusyIn(ctx, tx, clinicianID, all[0].Start, until)
	if err != nil {
		return nil, err
	}
	elsewhere, err := feed.BusyIn(ctx, tx, clinicianID, all[0].Start, until)
	if err != nil {
		return nil, err
	}
	busy = append(busy, elsewhere...)
	for i := range all {
		o := &all[i]
		if o.For != "" {
			o.Why = Taken
		} else if slices.ContainsFunc(busy, func(s session.Span) bool { return o.meets(s.Start, s.End) }) {
			o.Why = Busy
		}
	}
	return all, nil
}

// Free returns, in tx, the times of a clinician that can be taken now, in order, at
// most most of them. It opens nothing, so that whatever action tx was begun for may
// ask it. Somebody who takes on clients there no more has none.
func Free(ctx context.Context, tx *access.Tx, clinicianID string, most int) ([]Time, error) {
	all, err := ahead(ctx, tx, clinicianID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	works, err := IsClinician(ctx, tx, clinicianID)
	if err != nil || !works {
		return nil, err
	}
	var free []Time
	for _, o := range all {
		if o.Why == "" && len(free) < most {
			free = append(free, o.Time)
		}
	}
	return free, nil
}

// Find returns, in tx, the time with the given id as it is now; ok is false if there
// is none, or it was withdrawn. It opens nothing.
func Find(ctx context.Context, tx *access.Tx, id string) (o Own, ok bool, err error) {
	t, withdrawn, ok, err := timeByID(ctx, tx, id)
	if err != nil || !ok || withdrawn {
		return o, false, err
	}
	o.Time = t
	if o.For, err = takenFor(ctx, tx, id); err != nil {
		return o, false, err
	}
	busy, err := session.BusyIn(ctx, tx, t.ClinicianID, t.Start, t.End())
	switch {
	case o.For != "":
		o.Why = Taken
	case len(busy) > 0:
		o.Why = Busy
	}
	return o, err == nil, err
}

// HeldFor is what holds the clinician's time while the first consultation with the
// given id is taken and not planned: whoever plans it does so over that.
func HeldFor(id string) string { return "first/" + id }

// Take takes, in tx, the time with the given id for what forID names, such as an
// enquiry. tx is of an action that changes; it is up to its domain that actor may do
// this. Of two who take one time at once, the database lets one win. Taking it again
// for the same is success. A time that cannot be taken any more is fault.Conflict at
// "time", and one that is none fault.NotFound.
func Take(ctx context.Context, tx *access.Tx, id, forID string) (Time, error) {
	o, ok, err := Find(ctx, tx, id)
	if err != nil {
		return Time{}, err
	}
	if !ok {
		return Time{}, fault.New(fault.NotFound, "time", "This time is not offered any more. Please choose another.")
	}
	if o.For == forID {
		return o.Time, nil
	}
	works, err := IsClinician(ctx, tx, o.ClinicianID)
	if err != nil {
		return Time{}, err
	}
	if o.Why != "" || !works || !o.Start.After(tx.Now) {
		return Time{}, notFree()
	}
	if err := session.TakeIn(ctx, tx, o.ClinicianID, o.Start, o.End(), HeldFor(id)); fault.Is(err, fault.Conflict) {
		return Time{}, notFree()
	} else if err != nil {
		return Time{}, err
	}
	won, err := insertTaken(ctx, tx, id, forID)
	if err != nil {
		return Time{}, err
	}
	if !won {
		return Time{}, notFree()
	}
	return o.Time, changed(ctx, tx)
}

func notFree() error {
	return fault.New(fault.Conflict, "time", "This time is not free any more. Please choose another.")
}
