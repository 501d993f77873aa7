package waiting

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/session"
)

// OfferJob is the name of the job that offers a freed time to who waits, one after
// the other.
const OfferJob = "calendar.offer"

// An OfferState is what became of an offer.
type OfferState string

// It waits for an answer, or it is over.
const (
	Open     OfferState = "open"
	Taken    OfferState = "taken"
	Declined OfferState = "declined"
	Lapsed   OfferState = "lapsed" // nobody answered: it is offered to the next, and nothing else follows
	Gone     OfferState = "gone"   // somebody else has the time
)

// An Offer is a freed time that is offered to one who waits.
type Offer struct {
	ID          string // and that of the session, if it is taken
	WaitingID   string
	ClinicianID string
	Start       time.Time
	Length      time.Duration
	Until       time.Time // for an answer
	State       OfferState
}

// End is when the offered time is over.
func (o Offer) End() time.Time { return o.Start.Add(o.Length) }

// FreedIn has, if tx is kept, a time of a clinician's that became free offered to
// those who wait for one. It is for whoever gives a time back while the clinician can
// still use it.
func FreedIn(ctx context.Context, tx *access.Tx, clinicianID string, start, end time.Time) error {
	return offerAt(ctx, tx, clinicianID, start, end, tx.Now)
}

func offerAt(ctx context.Context, tx *access.Tx, clinicianID string, start, end, at time.Time) error {
	return job.Enqueue(ctx, tx, job.Job{Name: OfferJob, At: at, Args: map[string]string{
		"clinician": clinicianID,
		"start":     strconv.FormatInt(start.UnixMicro(), 10),
		"end":       strconv.FormatInt(end.UnixMicro(), 10),
	}})
}

// Offer is the worker for OfferJob. It lets an offer lapse whose time to answer is
// over, and offers the time to whoever is next, if it is still free; then it comes
// back when that lapses. zone is the practice's. The offer, its letter and the next
// look are durable together, or not at all.
func (ls *Lines) Offer(ctx context.Context, run *job.Run, zone *time.Location) error {
	from, err := strconv.ParseInt(run.Args["start"], 10, 64)
	to, err2 := strconv.ParseInt(run.Args["end"], 10, 64)
	if err = errors.Join(err, err2); err != nil {
		return fmt.Errorf("job of an offer: %w", err)
	}
	start, end := access.Moment(from), access.Moment(to)

	tx, err := ls.door.Begin(ctx, access.System(run.Practice, "calendar"), access.OfferTime, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := ls.offer(ctx, tx, run.Args["clinician"], start, end, zone); err != nil {
		return err
	}
	if err := run.Done(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (ls *Lines) offer(ctx context.Context, tx *access.Tx, clinicianID string, start, end time.Time, zone *time.Location) error {
	until, err := untilOf(ctx, tx, clinicianID, start)
	if err != nil {
		return err
	}
	free, err := ls.free(ctx, tx, clinicianID, start, end, zone)
	switch {
	case err != nil:
		return err
	case !free:
		return endOffersAt(ctx, tx, clinicianID, start, Gone)
	case until.After(tx.Now):
		return offerAt(ctx, tx, clinicianID, start, end, until)
	}
	if err := endOffersAt(ctx, tx, clinicianID, start, Lapsed); err != nil {
		return err
	}
	until, ok := answerUntil(tx.Now, start)
	if !ok {
		return nil
	}
	line, err := waitersFor(ctx, tx, clinicianID, start, end)
	if err != nil {
		return err
	}
	w, ok := turn(line, start, zone)
	if !ok {
		return nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	o := Offer{ID: id.String(), WaitingID: w.wish.ID, ClinicianID: clinicianID, Start: start, Length: end.Sub(start), Until: until}
	if err := insertOffer(ctx, tx, w.client, o); err != nil {
		return err
	}
	whom := access.PersonRecord(access.Compartment(w.client).Of())
	if err := post.Post(ctx, tx, whom, ls.offerLetter(tx.Now, until)); err != nil {
		return err
	}
	return offerAt(ctx, tx, clinicianID, start, end, until)
}

// offerLetter tells of an offer without saying of what, or whose. Once its time is
// over it does not go any more.
func (ls *Lines) offerLetter(now, until time.Time) post.Letter {
	return post.Letter{
		Subject: "Something you wait for may be there",
		Text: "Hello,\n\nsomething that you wait for may be there. You see it once you have signed in:\n\n" + ls.origin +
			"/\n\nIt is your turn for a while, and until somebody books it. Nothing happens if you leave it: your place stays yours.\n\n" +
			"This message says no more on purpose.\n",
		Within: []post.Window{{From: now, To: until}},
	}
}

// OffersIn are, in tx, the open offers of the record whose time nobody took meanwhile,
// the client with another booking no more than anybody else.
func OffersIn(ctx context.Context, tx *access.Tx) (all []Offer, err error) {
	open, err := openOffers(ctx, tx)
	for _, o := range open {
		taken, err := session.TakenIn(ctx, tx, o.ClinicianID, o.Start, o.End())
		if err != nil {
			return nil, err
		}
		if len(taken) == 0 {
			all = append(all, o)
		}
	}
	return all, err
}

// TakenIn keeps, in tx, that the client of the record took an offered time: they wait no more.
func TakenIn(ctx context.Context, tx *access.Tx, o Offer) error {
	if err := endOffer(ctx, tx, o.ID, Taken); err != nil {
		return err
	}
	return endWish(ctx, tx, o.WaitingID)
}

// Decline says no to an offered time: it is offered to the next at once, and the
// place in the line stays. Saying so twice is success.
func (ls *Lines) Decline(ctx context.Context, actor access.Actor, client access.Compartment, id string) error {
	tx, err := ls.door.Begin(ctx, actor, access.AwaitTime, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	o, ok, err := OfferIn(ctx, tx, id)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Absent()
	}
	if o.State != Open {
		return nil
	}
	if err := endOffer(ctx, tx, id, Declined); err != nil {
		return err
	}
	if err := offerAt(ctx, tx, o.ClinicianID, o.Start, o.End(), tx.Now); err != nil {
		return err
	}
	return tx.Commit()
}
