package token

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
)

// Tokens keeps them.
type Tokens struct {
	door    *access.Door
	origin  string
	entries access.Memory[asked, entry]
}

// New returns the tokens behind door, with which programs come in at origin.
func New(door *access.Door, origin string) *Tokens {
	return &Tokens{door: door, origin: origin, entries: access.Remember[asked, entry](door)}
}

func (ts *Tokens) mark(practice, secret string) []byte {
	return ts.door.Lookup(practice, "token "+secret)
}

// All are the tokens that actor made, oldest first, and of those that were ended or ran out
// the names.
func (ts *Tokens) All(ctx context.Context, actor access.Actor) ([]Token, error) {
	tx, err := ts.door.Begin(ctx, actor, access.ReadTokens, access.PersonRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return all(ctx, tx)
}

// Make makes a token that acts in actor's name, and returns it. It is shown this once
// and kept nowhere. actor has just said who they are, and is told by mail. The same form
// again is fault.Conflict.
func (ts *Tokens) Make(ctx context.Context, actor access.Actor, f Form) (string, error) {
	return ts.make(ctx, actor, actor.ID, f)
}

// MakeFor makes a token in the name of somebody else, who is told by mail, for the operator
// at the machine.
func (ts *Tokens) MakeFor(ctx context.Context, actor access.Actor, person string, f Form) (string, error) {
	return ts.make(ctx, actor, person, f)
}

func (ts *Tokens) make(ctx context.Context, actor access.Actor, person string, f Form) (string, error) {
	tx, err := ts.door.Begin(ctx, actor, access.MakeToken, access.PersonRecord(person))
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if f, err = f.check(); err != nil {
		return "", err
	}
	if f.Of == "" && aboutOne(f.Scopes) {
		f.Of = person
	}
	if err := room(ctx, tx, f.ID); err != nil {
		return "", err
	}
	s := secret()
	if err := insert(ctx, tx, f, "", ts.mark(tx.Practice, s)); err != nil {
		return "", err
	}
	if err := post.Entrance(ctx, tx, ts.origin); err != nil {
		return "", err
	}
	return whole(tx.Practice, s), tx.Commit()
}

// End ends one of actor's own tokens, at once. Ending twice is success.
func (ts *Tokens) End(ctx context.Context, actor access.Actor, id string) error {
	tx, err := ts.door.Begin(ctx, actor, access.EndToken, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if err := end(ctx, tx, id); err != nil {
		return err
	}
	return tx.Commit()
}

// NamesIn reads, in tx, what the person in whose record tx is calls the tokens that they
// made, ended ones too, by id.
func NamesIn(ctx context.Context, tx *access.Tx) (map[string]string, error) {
	found, err := all(ctx, tx)
	names := make(map[string]string, len(found))
	for _, t := range found {
		names[t.ID] = t.Label
	}
	return names, err
}

// Enter returns whom a program acts for that brings a token, as somebody who has not
// just said who they are. A token of nobody and one that has run out are
// fault.NotFound, and so, an hour after its last use at the latest, is one of somebody who
// belongs here no more; the door lets that one do nothing meanwhile.
func (ts *Tokens) Enter(ctx context.Context, brought string) (In, error) {
	return ts.EnterIn(ctx, brought, "")
}

// EnterIn does the same for a program that asks for nothing but the record, "" if it may
// be several: with the same question it is found out what its person holds there.
func (ts *Tokens) EnterIn(ctx context.Context, brought string, record access.Compartment) (In, error) {
	practice, s, ok := parts(brought)
	if !ok {
		return In{}, fault.Absent()
	}
	mark := ts.mark(practice, s)
	in, used, now, err := ts.whose(ctx, practice, mark, record)
	if err != nil {
		return In{}, err
	}
	if !now.Before(in.Until) {
		return In{}, fault.Absent()
	}
	if now.Sub(used) > lately {
		err = ts.entered(ctx, in.Actor, in)
	}
	return in, err
}

// lately is how exactly it is kept when a token was used.
const lately = time.Hour

func (ts *Tokens) entered(ctx context.Context, actor access.Actor, in In) error {
	tx, err := ts.door.Begin(ctx, actor, access.EnterByToken, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(in.Token)
	if err := use(ctx, tx, in.id); err != nil {
		return err
	}
	return tx.Commit()
}

// EndAgain is for after a restore: which tokens were ended since the backup nobody
// knows, so all of them end. actor is the operator.
func (ts *Tokens) EndAgain(ctx context.Context, actor access.Actor) error {
	tx, err := ts.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := endEverybodys(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// RemovedIn takes away, in tx, every token of a person who lost all ways to sign in, be it
// that they were let in again or that they left. It is for account, as OnRemoved; a passkey
// that is removed by itself ends none.
func RemovedIn(ctx context.Context, tx *access.Tx, person, passkey string) error {
	if passkey != "" {
		return nil
	}
	return removeAll(ctx, tx, access.PersonRecord(person))
}
