package calendar

import (
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/bare"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waiting"
)

// An Offered is what a page about something else shows of a client's times.
type Offered struct {
	Offers []waiting.Offer // freed times that wait for an answer
	Zone   string          // by whose clocks the client wants to see times; empty: the practice's
}

// Offered returns it: for the client, and for whoever treats them.
func (cs *Calendars) Offered(ctx context.Context, actor access.Actor, client access.Compartment) (o Offered, err error) {
	tx, err := cs.door.Begin(ctx, actor, access.ReadTimes, client)
	if err != nil {
		return o, err
	}
	defer tx.Rollback()

	if none, err := bare.Of(ctx, tx, bare.Zones, bare.Offers); err != nil || none {
		return o, err
	}
	if o.Zone, err = zoneOf(ctx, tx); err != nil {
		return o, err
	}
	o.Offers, err = waiting.OffersIn(ctx, tx)
	return o, err
}

// Accept takes an offered time: by the client, or whoever treats them. That somebody
// else did not book it first is decided by the database; if they did, or the time to
// answer is over, it is fault.Conflict at "offer", and the place in the line stays.
// giveUp is the id of a later session that is moved to the offered time, with the
// revision that its author saw; empty: the time is booked as well. Accepting twice is success.
func (cs *Calendars) Accept(ctx context.Context, actor access.Actor, client access.Compartment, id, giveUp string, revision int64, zone *time.Location) (session.Appointment, error) {
	tx, err := cs.door.Begin(ctx, actor, access.BookTime, client)
	if err != nil {
		return session.Appointment{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	o, ok, err := waiting.OfferIn(ctx, tx, id)
	if err != nil {
		return session.Appointment{}, err
	}
	if !ok {
		return session.Appointment{}, fault.Absent()
	}
	if o.State == waiting.Taken {
		return takenBy(ctx, tx, o.ID)
	}
	with, err := waiting.With(ctx, tx)
	if err != nil {
		return session.Appointment{}, err
	}
	free, err := FreeIn(ctx, tx, o.ClinicianID, o.Start, o.End(), zone)
	if err != nil {
		return session.Appointment{}, err
	}
	ahead, err := session.AheadIn(ctx, tx)
	if err != nil {
		return session.Appointment{}, err
	}
	if slices.ContainsFunc(without(ahead, giveUp), func(a session.Appointment) bool { return touches(a, o.Start, o.End()) }) {
		return session.Appointment{}, fault.New(fault.Conflict, "offer", "Another session is planned at that time by now. Your place in the line stays yours.")
	}
	if o.State != waiting.Open || !o.Until.After(tx.Now) || !free || !slices.Contains(with, o.ClinicianID) {
		return session.Appointment{}, offeredOn()
	}
	a, err := cs.acceptIn(ctx, tx, o, giveUp, revision)
	if fault.Is(err, fault.Conflict) && giveUp == "" {
		err = offeredOn()
	}
	if err != nil {
		return a, err
	}
	if err := waiting.TakenIn(ctx, tx, o); err != nil {
		return a, err
	}
	return a, tx.Commit()
}

// takenBy is the session that an offer led to.
func takenBy(ctx context.Context, tx *access.Tx, offerID string) (session.Appointment, error) {
	w, _, err := wordsOf(ctx, tx, offerID)
	if err != nil {
		return session.Appointment{}, err
	}
	a, _, err := session.OneIn(ctx, tx, w.SessionID)
	return a, err
}

func (cs *Calendars) acceptIn(ctx context.Context, tx *access.Tx, o waiting.Offer, giveUp string, revision int64) (session.Appointment, error) {
	if giveUp != "" {
		a, ok, err := session.OneIn(ctx, tx, giveUp)
		if err != nil {
			return a, err
		}
		if !ok || a.ClinicianID != o.ClinicianID {
			return a, fault.Absent()
		}
		if a.State != session.Planned || !a.Start.After(o.Start) || a.Meeting != a.ID || a.Format != session.Individual {
			return a, fault.New(fault.Conflict, "offer", "The session that you would give up was changed meanwhile. Please look again.")
		}
		r, _, err := rules(ctx, tx)
		if err != nil {
			return a, err
		}
		late := isClient(tx) && !r.Early(tx.Now, a.Start)
		return cs.moveIn(ctx, tx, a, revision, Slot{Start: o.Start, Length: o.Length}, Words{ID: o.ID, Late: late})
	}
	a, err := session.BookIn(ctx, tx, session.Booking{
		Form:   session.Form{ID: o.ID, Start: o.Start, Length: o.Length},
		Client: tx.Compartment, ClinicianID: o.ClinicianID,
	})
	if err != nil {
		return a, err
	}
	if err := insertWords(ctx, tx, Words{ID: o.ID, SessionID: a.ID, What: Booked, Start: a.Start, ByID: tx.Actor.ID}); err != nil {
		return a, err
	}
	if isClient(tx) {
		err = cs.tell(ctx, tx, a.ClinicianID)
	}
	return a, err
}

func offeredOn() error {
	return fault.New(fault.Conflict, "offer", "This time is not free any more, or it was offered on. Your place in the line stays yours.")
}

// Line returns who waits for a time with actor, in turn, and what clients of actor's
// booked, moved or cancelled since since, the newest first: for whoever treats them.
func (cs *Calendars) Line(ctx context.Context, actor access.Actor, since time.Time) (line []waiting.Waiting, said []Changed, err error) {
	l, err := cs.door.BeginList(ctx, actor, access.ListWaiting, access.KindClient)
	if err != nil {
		return nil, nil, err
	}
	defer l.Rollback()

	if line, err = waiting.LineIn(ctx, l); err != nil {
		return nil, nil, err
	}
	said, err = changedOf(ctx, l, since)
	return line, said, err
}

// A Changed is what a client did with a session of whoever asks.
type Changed struct {
	Words
	Client access.Compartment
}
