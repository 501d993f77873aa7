package enquiry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/profile"
)

// An AcceptForm is what a clinician fills in who takes somebody on.
type AcceptForm struct {
	ID       string // UUIDv7 of the invitation
	Revision int64  // of the enquiry, as it was looked at
	Name     string
	Email    string   // to which the invitation goes; who gave a number only is asked first
	Doubles  []string // ids of other enquiries of theirs, which end with it
	Time     string   // id of the first consultation to be taken for them; empty: none
}

// Taken is what became of whom was taken on.
type Taken struct {
	ClientID string
	Link     string        // of the invitation, which was posted too; empty if the form came before
	Time     *profile.Time // the first consultation that is theirs now; nil: none, or it was not free any more
}

// Accept takes somebody on: they are invited as a client of the actor's, what they
// wrote goes on into their record, and the enquiry ends, all in one change. The
// invitation is the letter that tells them. If a colleague was quicker it is
// fault.Conflict with the enquiry as it now is, and nothing is changed. Sending the
// same form twice is success. actor is a clinician. What was written in doubles of
// the same person goes on too, as far as it fits, and they end with it; what does not
// fit, or is somebody else's, stays in the inbox.
func (es *Enquiries) Accept(ctx context.Context, actor access.Actor, id string, f AcceptForm) (made Taken, q Enquiry, err error) {
	var more []Enquiry
	for i, d := range f.Doubles {
		if d == id || slices.Contains(f.Doubles[:i], d) || i >= mostDoubles {
			continue
		}
		other, err := es.One(ctx, actor, d)
		if err == nil {
			more = append(more, other)
		} else if !fault.Is(err, fault.NotFound) {
			return made, q, err
		}
	}
	if made.ClientID, err = es.people.ReadyClient(ctx, actor.Practice, f.ID); err != nil {
		return made, q, err
	}
	q, err = es.accept(ctx, actor, id, f, &made, more)
	return made, q, err
}

// mostDoubles is how many others of one person are looked at.
const mostDoubles = 50

func (es *Enquiries) accept(ctx context.Context, actor access.Actor, id string, f AcceptForm, made *Taken, more []Enquiry) (q Enquiry, err error) {
	tx, err := es.door.Begin(ctx, actor, access.AcceptEnquiry, recordOf(id))
	if err != nil {
		return q, err
	}
	defer tx.Rollback()

	q, err = whole(ctx, tx, id)
	if fault.Is(err, fault.NotFound) {
		again, look := es.people.InvitedIn(ctx, tx, f.ID)
		if look != nil || !again {
			return q, errors.Join(err, look)
		}
		made.Time, err = tookTime(ctx, tx, f.Time, id)
		return q, err // it came twice
	}
	if err != nil {
		return q, err
	}
	if q.Revision != f.Revision || !q.State.Open() {
		return q, quicker()
	}
	made.Link, err = es.people.InviteIn(ctx, tx, person.InviteForm{ID: f.ID, Name: f.Name, Email: f.Email, Roles: []person.Role{person.Client}})
	if err != nil {
		return q, err
	}
	if more, err = theirs(ctx, tx, id, more); err != nil {
		return q, err
	}
	said, carried := q.said(more)
	if err := es.carry(ctx, tx, access.ClientRecord(made.ClientID), said); err != nil {
		return q, fmt.Errorf("carry on what was written: %w", err)
	}
	if made.Time, err = takeTime(ctx, tx, f.Time, id); err != nil {
		return q, err
	}
	if err := carriedOn(ctx, tx, id, Accepted, actor.ID, made.ClientID); err != nil {
		return q, err
	}
	for _, d := range carried {
		if err := carriedOn(ctx, tx, d, Doubled, actor.ID, made.ClientID); err != nil {
			return q, err
		}
	}
	tx.Names(strings.Join(append([]string{id, "person", made.ClientID}, carried...), " "))
	return q, tx.Commit()
}

// theirs are those of more that are of the same person as the enquiry with this id,
// still wait, and are as they were read: what somebody else wrote goes on nowhere.
func theirs(ctx context.Context, tx *access.Tx, id string, more []Enquiry) (all []Enquiry, err error) {
	first, _, err := one(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	for _, m := range more {
		e, _, err := one(ctx, tx, m.ID)
		switch {
		case fault.Is(err, fault.NotFound):
		case err != nil:
			return nil, err
		case bytes.Equal(e.contact, first.contact) && e.waits() && e.revision == m.Revision:
			all = append(all, m)
		}
	}
	return all, nil
}

// takeTime takes one of the actor's first consultations, if it is free still.
func takeTime(ctx context.Context, tx *access.Tx, timeID, id string) (*profile.Time, error) {
	if timeID == "" {
		return nil, nil
	}
	o, ok, err := profile.Find(ctx, tx, timeID)
	if err != nil || !ok || o.ClinicianID != tx.Actor.ID {
		return nil, err
	}
	t, err := profile.Take(ctx, tx, timeID, id)
	switch {
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &t, nil
}

// tookTime is the first consultation that was taken before by the same form.
func tookTime(ctx context.Context, tx *access.Tx, timeID, id string) (*profile.Time, error) {
	o, ok, err := profile.Find(ctx, tx, timeID)
	if err != nil || !ok || o.For != id {
		return nil, err
	}
	return &o.Time, nil
}

// mostSaid is what the client's record takes of what brings them (intake).
const mostSaid = 4000

// said is what goes on, and of which of more everything did.
func (q Enquiry) said(more []Enquiry) (s Said, carried []string) {
	brings := q.words()
	for _, m := range more {
		if with := brings + "\n\nAlso, on " + m.AskedAt.Format("2 January") + ": " + m.words(); fault.Length(with) <= mostSaid {
			brings = with
			carried = append(carried, m.ID)
		}
	}
	var also []string
	for _, part := range []struct{ what, text string }{{"Times that suit: ", q.Times}, {"How best to be reached: ", q.Best}} {
		if part.text != "" {
			also = append(also, part.what+part.text)
		}
	}
	if q.Reach == Careful {
		also = append(also, "No message may be left: only speak to them in person.")
	}
	return Said{
		At: q.AskedAt, Brings: strings.TrimSpace(brings), Way: q.Way, Format: q.Format, Place: q.Place, Language: q.Language,
		Also: strings.Join(also, "\n"),
	}, carried
}

// words are what somebody wrote, and what they added. MaxBrings and MaxLines keep
// them below mostSaid.
func (q Enquiry) words() string {
	text := q.Brings
	for _, l := range q.Lines {
		if l.Kind == Added {
			text += "\n\nOn " + l.At.Format("2 January") + ": " + l.Text
		}
	}
	return text
}
