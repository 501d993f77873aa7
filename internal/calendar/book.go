package calendar

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waiting"
)

// MaxWords is how many characters a few words with a booking may have.
const MaxWords = 1000

// A Coming is a session ahead, as somebody who may move or cancel it sees it.
type Coming struct {
	session.Appointment
	EarlyUntil time.Time // moving or cancelling is early until then
	Early      bool      // now is
	Moves      bool      // the policy lets the client move it themselves now
	Shared     bool      // others come too: it is moved together, in a conversation
	Words      []Words   // what was written with booking or moving it, the oldest first
}

// What somebody did with a session.
type What string

// What it can be.
const (
	Booked    What = "booked"
	Moved     What = "moved"
	Cancelled What = "cancelled"
)

// Words is that a session was booked, moved or cancelled, and what was written with it.
type Words struct {
	ID        string
	SessionID string
	What      What
	Late      bool
	Start     time.Time // booked or moved to; cancelled: when it would have been
	Was       time.Time // moved from; zero otherwise
	At        time.Time
	ByID      string
	Text      string // may be empty
}

// Times is all that one page needs to book, move or cancel.
type Times struct {
	Policy  Policy
	Zone    string   // by whose clocks the client wants to see times; empty: the practice's
	With    []string // ids of the clinicians who work with the client
	Coming  []Coming // in order of time
	Open    []Slot   // of all of them, in order of time; empty where clients do not book and the client asks
	Full    bool     // the client has booked as many coming sessions as they may
	Often   bool     // the client, who asks, has booked and moved so often of late that they are to call
	Waiting []waiting.Wish
	Offers  []waiting.Offer // that wait for an answer
	Said    []Words         // what was moved or cancelled of late, the newest first
}

// Times returns it: for the client and for whoever treats them. zone is the practice's.
func (cs *Calendars) Times(ctx context.Context, actor access.Actor, client access.Compartment, zone *time.Location) (t Times, err error) {
	tx, err := cs.door.Begin(ctx, actor, access.ReadTimes, client)
	if err != nil {
		return t, err
	}
	defer tx.Rollback()

	return timesIn(ctx, tx, zone)
}

func timesIn(ctx context.Context, tx *access.Tx, zone *time.Location) (t Times, err error) {
	if t.Policy, err = newestPolicy(ctx, tx); err != nil {
		return t, err
	}
	if t.Zone, err = zoneOf(ctx, tx); err != nil {
		return t, err
	}
	if t.With, err = waiting.With(ctx, tx); err != nil {
		return t, err
	}
	if t.Said, err = allWords(ctx, tx); err != nil {
		return t, err
	}
	ahead, err := session.AheadIn(ctx, tx)
	if err != nil {
		return t, err
	}
	if t.Often, err = oftenIn(ctx, tx, t.Policy.Rules); err != nil {
		return t, err
	}
	for _, a := range ahead {
		c := Coming{
			Appointment: a, EarlyUntil: t.Policy.EarlyUntil(a.Start), Early: t.Policy.Early(tx.Now, a.Start),
			Shared: a.Meeting != a.ID || a.Format != session.Individual,
		}
		c.Moves = t.Policy.MayMove(tx.Now, a.Start) && !c.Shared && !t.Often
		for _, w := range slices.Backward(t.Said) {
			if w.SessionID == a.ID {
				c.Words = append(c.Words, w)
			}
		}
		t.Coming = append(t.Coming, c)
	}
	own, err := selfBooked(ctx, tx, ahead, tx.Compartment.Of())
	if err != nil {
		return t, err
	}
	t.Full = own >= t.Policy.Most
	if t.Waiting, err = waiting.WishesIn(ctx, tx); err != nil {
		return t, err
	}
	if t.Offers, err = waiting.OffersIn(ctx, tx); err != nil {
		return t, err
	}
	if !t.Policy.Books && isClient(tx) {
		return t, nil
	}
	for _, id := range t.With {
		open, err := openFor(ctx, tx, id, t.Policy.Rules, ahead, zone)
		if err != nil {
			return t, err
		}
		t.Open = append(t.Open, open...)
	}
	slices.SortStableFunc(t.Open, func(a, b Slot) int { return a.Start.Compare(b.Start) })
	return t, nil
}

// isClient says whether the actor of tx is the client whose record it is in.
func isClient(tx *access.Tx) bool { return tx.Actor.ID == tx.Compartment.Of() }

// side is who the actor of tx is, in the record that it is in.
func side(tx *access.Tx) session.Side {
	if isClient(tx) {
		return session.TheClient
	}
	return session.TheClinician
}

// selfBooked is how many of the sessions ahead the client booked.
func selfBooked(ctx context.Context, tx *access.Tx, ahead []session.Appointment, clientID string) (n int, err error) {
	own, err := bookedBy(ctx, tx, clientID)
	for _, a := range ahead {
		if own[a.ID] {
			n++
		}
	}
	return n, err
}

// oftenIn says whether it is the client who asks, and has booked and moved so often of
// late that they are to call.
func oftenIn(ctx context.Context, tx *access.Tx, r Rules) (bool, error) {
	if !isClient(tx) {
		return false, nil
	}
	n, err := changedBy(ctx, tx, tx.Actor.ID, tx.Now.Add(-lately))
	return r.Often(n), err
}

// CallFirst asks a client who booked and moved so often of late to call.
const CallFirst = "Quite a few times were booked and moved within this week. Please call the practice for the next one, so that you find one together. What is planned stays, and you can cancel it here."

func tooOften() error { return fault.New(fault.Invalid, "time", CallFirst) }

// openFor are the times of a clinician that may be booked now in the record of tx:
// open, within the policy if it is the client who asks, and beside what the client has
// already.
func openFor(ctx context.Context, tx *access.Tx, clinicianID string, rules Rules, ahead []session.Appointment, zone *time.Location) ([]Slot, error) {
	from, to := tx.Now, tx.Now.Add(rules.Ahead+rules.Length)
	if isClient(tx) {
		from = from.Add(rules.Lead)
	}
	all, err := OpenIn(ctx, tx, clinicianID, from, to, rules.Length, rules.Every, zone)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(s Slot) bool {
		return isClient(tx) && !rules.MayBook(tx.Now, s.Start) ||
			slices.ContainsFunc(ahead, func(a session.Appointment) bool { return touches(a, s.Start, s.End()) })
	}), nil
}

// A Choice is what somebody fills in to book a time.
type Choice struct {
	ID          string // UUIDv7 of the session to be made
	ClinicianID string
	Start       time.Time
	Words       string // practical ones, for whoever works with the client
}

// Book books an open time for the client: by the client, as the practice's policy has
// it, or by whoever treats them. If somebody was quicker, or the time is open no more,
// the answer is fault.Conflict at "time". Sending the same form twice is success; the
// same id with other content is fault.Conflict. zone is the practice's.
func (cs *Calendars) Book(ctx context.Context, actor access.Actor, client access.Compartment, f Choice, zone *time.Location) (session.Appointment, error) {
	tx, err := cs.door.Begin(ctx, actor, access.BookTime, client)
	if err != nil {
		return session.Appointment{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if err := fault.FormID(f.ID); err != nil {
		return session.Appointment{}, err
	}
	if f.Words, err = fault.Text("words", f.Words, MaxWords); err != nil {
		return session.Appointment{}, err
	}
	f.Start = f.Start.UTC()
	was, there, err := wordsOf(ctx, tx, f.ID)
	if err != nil {
		return session.Appointment{}, err
	}
	if there {
		a, ok, err := session.OneIn(ctx, tx, was.SessionID)
		if err == nil && (!ok || was.What != Booked || !was.Start.Equal(f.Start) || was.Text != f.Words || a.ClinicianID != f.ClinicianID) {
			err = sentOtherwise()
		}
		return a, err // it came twice
	}
	slot, err := choose(ctx, tx, f, zone)
	if err != nil {
		return session.Appointment{}, err
	}
	a, err := session.BookIn(ctx, tx, session.Booking{
		Form:   session.Form{ID: f.ID, Start: slot.Start, Length: slot.Length, Place: slot.Place},
		Client: client, ClinicianID: slot.ClinicianID,
	})
	if err != nil {
		return a, quicker(err)
	}
	w := Words{ID: f.ID, SessionID: a.ID, What: Booked, Start: a.Start, ByID: actor.ID, Text: f.Words}
	if err := insertWords(ctx, tx, w); err != nil {
		return a, err
	}
	return a, tx.Commit()
}

// choose is the open time that f asks for, or why it cannot be booked.
func choose(ctx context.Context, tx *access.Tx, f Choice, zone *time.Location) (Slot, error) {
	r, _, err := rules(ctx, tx)
	if err != nil {
		return Slot{}, err
	}
	with, err := waiting.With(ctx, tx)
	if err != nil {
		return Slot{}, err
	}
	if !slices.Contains(with, f.ClinicianID) {
		return Slot{}, notOpen() // the work with them may have ended meanwhile
	}
	if isClient(tx) && !r.Books {
		return Slot{}, fault.New(fault.Invalid, "time", "Times are not booked here at the moment. Please ask whoever works with you.")
	}
	ahead, err := session.AheadIn(ctx, tx)
	if err != nil {
		return Slot{}, err
	}
	if often, err := oftenIn(ctx, tx, r); err != nil || often {
		return Slot{}, cmp.Or(err, tooOften())
	}
	if isClient(tx) {
		own, err := selfBooked(ctx, tx, ahead, tx.Actor.ID)
		if err != nil {
			return Slot{}, err
		}
		if own >= r.Most {
			return Slot{}, fault.New(fault.Invalid, "time", "You have booked as many sessions ahead as can be booked here. You can move one of them, or ask whoever works with you.")
		}
	}
	return slotAt(ctx, tx, f.ClinicianID, f.Start, r, ahead, zone)
}

// slotAt is the open time at which start is, or that it is not open any more.
func slotAt(ctx context.Context, tx *access.Tx, clinicianID string, start time.Time, r Rules, ahead []session.Appointment, zone *time.Location) (Slot, error) {
	open, err := openFor(ctx, tx, clinicianID, r, ahead, zone)
	if err != nil {
		return Slot{}, err
	}
	at := slices.IndexFunc(open, func(s Slot) bool { return s.Start.Equal(start) })
	if at < 0 {
		return Slot{}, notOpen()
	}
	return open[at], nil
}

func notOpen() error {
	return fault.New(fault.Conflict, "time", "This time is not free any more: somebody was a little quicker. These are the nearest that are.")
}

func sentOtherwise() error {
	return fault.New(fault.Conflict, "", "This was sent already, with other details. Please open the page again.")
}

// quicker says of a time that was taken meanwhile what is said of one that is not open.
func quicker(err error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Conflict && f.Field == "start" {
		return notOpen()
	}
	return err
}

// tell has whoever works with the client know that something changed in their
// calendar, by a letter that says no more.
func (cs *Calendars) tell(ctx context.Context, tx *access.Tx, personID string) error {
	return post.Post(ctx, tx, access.PersonRecord(personID), post.Letter{
		Kind:    "calendar",
		Subject: "Something changed in your calendar",
		Text: "Hello,\n\nsomething in your calendar was changed. You see it once you have signed in:\n\n" + cs.origin +
			"/\n\nThis message says no more on purpose.\n",
	})
}
