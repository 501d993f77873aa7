package profile

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// maxAddresses is how many addresses one clinician may have had.
const maxAddresses = 10

// Own is what actor wrote last about themselves, and where it stands.
func (ps *Profiles) Own(ctx context.Context, actor access.Actor) (c Clinician, s State, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadProfile, access.PersonRecord(actor.ID))
	if err != nil {
		return c, s, err
	}
	defer tx.Rollback()

	s, err = newest(ctx, tx, &c)
	return c, s, err
}

// Practice is what was written last about actor's practice, and where it stands:
// for those who manage it.
func (ps *Profiles) Practice(ctx context.Context, actor access.Actor) (p Practice, s State, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadProfile, access.Operations)
	if err != nil {
		return p, s, err
	}
	defer tx.Rollback()

	s, err = newest(ctx, tx, &p)
	return p, s, err
}

// Keep keeps what actor wrote about themselves as a draft, which nobody else
// reads. revision is the one that they were looking at, 0 if there was none: if
// there is a newer one the answer is fault.Conflict together with that. Keeping the
// same twice is success.
func (ps *Profiles) Keep(ctx context.Context, actor access.Actor, revision int64, c Clinician) (Clinician, State, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReviseProfile, access.PersonRecord(actor.ID))
	if err != nil {
		return c, State{}, err
	}
	defer tx.Rollback()

	if c, err = c.Check(); err != nil {
		return c, State{}, err
	}
	if c.Address != "" {
		whose, err := nameOf(ctx, tx, ps.mark(tx, c.Address))
		if err != nil {
			return c, State{}, err
		}
		if whose != "" && whose != actor.ID {
			return c, State{}, notYours()
		}
	}
	return keep(ctx, tx, revision, c)
}

// KeepPractice keeps what actor wrote about the practice as a draft, which those
// who manage it read. It answers as Keep does.
func (ps *Profiles) KeepPractice(ctx context.Context, actor access.Actor, revision int64, p Practice) (Practice, State, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReviseProfile, access.Operations)
	if err != nil {
		return p, State{}, err
	}
	defer tx.Rollback()

	if p, err = p.Check(); err != nil {
		return p, State{}, err
	}
	return keep(ctx, tx, revision, p)
}

func notYours() error {
	return fault.New(fault.Invalid, "address", "This address belongs to somebody else here, or once did. Please choose another.")
}

// keep keeps body as the draft after revision, and commits tx.
func keep[T any](ctx context.Context, tx *access.Tx, revision int64, body T) (T, State, error) {
	var now T
	s, err := newest(ctx, tx, &now)
	if err != nil {
		return now, s, err
	}
	plain, err := json.Marshal(body)
	if err != nil {
		return now, s, fmt.Errorf("encode draft: %w", err)
	}
	was, err := json.Marshal(now)
	if err != nil {
		return now, s, fmt.Errorf("encode draft: %w", err)
	}
	if s.Revision > 0 && bytes.Equal(plain, was) {
		return now, s, nil // it came twice, or says nothing new
	}
	if s.Revision != revision {
		return now, s, fault.New(fault.Conflict, "", "This was changed from somewhere else while you were writing. Both are shown: choose what should stand.")
	}
	s.Revision, s.MadeAt = revision+1, tx.Now
	if err := insertDraft(ctx, tx, s.Revision, plain); err != nil {
		return now, s, err
	}
	tx.Names(fmt.Sprintf("profile %d", s.Revision))
	return body, s, tx.Commit()
}

// Publish makes the draft with the given revision what anybody reads about actor.
// If there is a newer draft the answer is fault.Conflict. What a page cannot do
// without is fault.Invalid. The address is then theirs for good, and no former one
// is given to anybody else. Publishing the same twice is success.
func (ps *Profiles) Publish(ctx context.Context, actor access.Actor, revision int64) (Clinician, error) {
	tx, err := ps.door.Begin(ctx, actor, access.PublishProfile, access.PersonRecord(actor.ID))
	if err != nil {
		return Clinician{}, err
	}
	defer tx.Rollback()

	var c Clinician
	s, err := newest(ctx, tx, &c)
	if err != nil {
		return c, err
	}
	if done, err := s.ready(revision, c); done || err != nil {
		return c, err
	}
	if err := ps.claim(ctx, tx, c.Address); err != nil {
		return c, err
	}
	tx.Names(fmt.Sprintf("profile %d", revision))
	if err := publish(ctx, tx, actor.ID, revision, c); err != nil {
		return c, err
	}
	return c, tx.Commit()
}

// PublishPractice makes the draft with the given revision what anybody reads about
// the practice. It answers as Publish does.
func (ps *Profiles) PublishPractice(ctx context.Context, actor access.Actor, revision int64) (Practice, error) {
	tx, err := ps.door.Begin(ctx, actor, access.PublishProfile, access.Operations)
	if err != nil {
		return Practice{}, err
	}
	defer tx.Rollback()

	var p Practice
	s, err := newest(ctx, tx, &p)
	if err != nil {
		return p, err
	}
	if done, err := s.ready(revision, p); done || err != nil {
		return p, err
	}
	tx.Names(fmt.Sprintf("profile %d", revision))
	if err := publish(ctx, tx, "", revision, p); err != nil {
		return p, err
	}
	return p, tx.Commit()
}

// ready says whether the draft with the given revision, whose words are body, is
// what anybody reads already, and otherwise what hinders it.
func (s State) ready(revision int64, body interface{ Lacks() error }) (done bool, err error) {
	switch {
	case s.Revision == 0:
		return false, fault.New(fault.Conflict, "", "There is no draft yet that could be published.")
	case s.Revision != revision:
		return false, fault.New(fault.Conflict, "", "There is a newer draft than the one you were looking at. Please look at it before it is published.")
	case s.Published == revision:
		return true, nil
	}
	return false, body.Lacks()
}

// claim makes the address that of the page tx is about, for good.
func (ps *Profiles) claim(ctx context.Context, tx *access.Tx, address string) error {
	mark := ps.mark(tx, address)
	if whose, err := nameOf(ctx, tx, mark); err != nil || whose == personIn(tx) {
		return err
	}
	n, err := countNames(ctx, tx, personIn(tx))
	if err != nil {
		return err
	}
	if n >= maxAddresses {
		return fault.New(fault.Invalid, "address", "Your page has had ten addresses, and they stay yours. Please take one of them.")
	}
	if err := insertName(ctx, tx, mark, address); err != nil {
		return err
	}
	whose, err := nameOf(ctx, tx, mark)
	if err == nil && whose != personIn(tx) {
		err = notYours()
	}
	return err
}

// mark is how the database knows an address, and tells nothing of it.
func (ps *Profiles) mark(tx *access.Tx, address string) []byte {
	return ps.door.Lookup(tx.Practice, "public address "+address)
}

// TakeOff takes the page of a clinician off: for themselves, and for those who
// manage the practice. The draft stays. Doing so twice is success.
func (ps *Profiles) TakeOff(ctx context.Context, actor access.Actor, personID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.WithdrawProfile, access.PersonRecord(personID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if was, err := unpublish(ctx, tx, personID); err != nil || !was {
		return err
	}
	return tx.Commit()
}

// TakeOffPractice takes what the practice published off. What package person says
// of it in public stays.
func (ps *Profiles) TakeOffPractice(ctx context.Context, actor access.Actor) error {
	tx, err := ps.door.Begin(ctx, actor, access.WithdrawProfile, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if was, err := unpublish(ctx, tx, ""); err != nil || !was {
		return err
	}
	return tx.Commit()
}
