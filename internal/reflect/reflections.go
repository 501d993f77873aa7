package reflect

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// Reflections keeps what clinicians write for themselves. Every method is for the
// actor's own.
type Reflections struct{ door *access.Door }

// New returns the reflections behind door.
func New(door *access.Door) *Reflections { return &Reflections{door: door} }

// All returns what actor ever wrote, newest first.
func (rs *Reflections) All(ctx context.Context, actor access.Actor) ([]Reflection, error) {
	tx, err := rs.door.Begin(ctx, actor, access.ReadReflections, access.ReflectionRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return allOf(ctx, tx)
}

// One returns the reflection of actor's with the given id.
func (rs *Reflections) One(ctx context.Context, actor access.Actor, id string) (Reflection, error) {
	tx, err := rs.door.Begin(ctx, actor, access.ReadReflections, access.ReflectionRecord(actor.ID))
	if err != nil {
		return Reflection{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	r, there, err := one(ctx, tx, id)
	if err == nil && !there {
		err = fault.Absent()
	}
	return r, err
}

// Asked returns when actor's session with client began, and what actor wrote about it
// already, newest first. A session that is not theirs, or lies more than an hour ahead, is absent.
func (rs *Reflections) Asked(ctx context.Context, actor access.Actor, client access.Compartment, sessionID string) (began time.Time, all []Reflection, err error) {
	tx, err := rs.door.Begin(ctx, actor, access.ReadReflections, access.ReflectionRecord(actor.ID))
	if err != nil {
		return began, nil, err
	}
	defer tx.Rollback()

	if began, err = ownSession(ctx, tx, client, sessionID); err != nil {
		return began, nil, err
	}
	all, err = aboutSession(ctx, tx, sessionID)
	return began, all, err
}

// Keep keeps a reflection of actor's. The same form twice is success, and so is the same
// text about the same session from a page opened anew: it is there once.
func (rs *Reflections) Keep(ctx context.Context, actor access.Actor, f Form) (Reflection, error) {
	tx, err := rs.door.Begin(ctx, actor, access.Reflect, access.ReflectionRecord(actor.ID))
	if err != nil {
		return Reflection{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if f, err = f.check(); err != nil {
		return Reflection{}, err
	}
	if f.Kind == AfterHour {
		if _, err := ownSession(ctx, tx, f.Client, f.SessionID); err != nil {
			return Reflection{}, err
		}
		before, err := aboutSession(ctx, tx, f.SessionID)
		if err != nil {
			return Reflection{}, err
		}
		for _, r := range before {
			if r.Said == f.Said {
				return r, nil
			}
		}
		if err := unskip(ctx, tx, f.SessionID); err != nil {
			return Reflection{}, err
		}
	}
	r := Reflection{
		ID: f.ID, Kind: f.Kind, Client: f.Client, SessionID: f.SessionID, Prompt: f.Prompt, Said: f.Said, Revision: 1, At: tx.Now,
	}
	kept, err := insert(ctx, tx, r)
	if err != nil {
		return Reflection{}, err
	}
	if !kept {
		was, _, err := one(ctx, tx, f.ID)
		if err == nil && was.Said != f.Said {
			err = fault.UsedTwice()
		}
		return was, err
	}
	return r, tx.Commit()
}

// Revise changes what a reflection says. revision is the one that actor was looking at:
// if it was changed since, the answer is fault.Conflict together with it as it is now,
// and nothing is changed. The same twice is success.
func (rs *Reflections) Revise(ctx context.Context, actor access.Actor, id string, revision int64, s Said) (Reflection, error) {
	tx, err := rs.door.Begin(ctx, actor, access.Reflect, access.ReflectionRecord(actor.ID))
	if err != nil {
		return Reflection{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	if s, err = s.check(); err != nil {
		return Reflection{}, err
	}
	now, there, err := one(ctx, tx, id)
	switch {
	case err != nil:
		return Reflection{}, err
	case !there:
		return Reflection{}, fault.Absent()
	case now.Said == s:
		return now, nil
	case now.Revision != revision:
		return now, fault.New(fault.Conflict, "", "You changed this somewhere else meanwhile. Both are here, and nothing is lost.")
	}
	was := now
	now.Said, now.Revision, now.ChangedAt = s, revision+1, tx.Now
	kept, err := update(ctx, tx, now)
	if err != nil {
		return Reflection{}, err
	}
	if !kept {
		return was, fault.New(fault.Conflict, "", "You changed this somewhere else meanwhile. Both are here, and nothing is lost.")
	}
	return now, tx.Commit()
}

// Drop lets go of a reflection for good. What is not there is fault.NotFound.
func (rs *Reflections) Drop(ctx context.Context, actor access.Actor, id string) error {
	tx, err := rs.door.Begin(ctx, actor, access.Reflect, access.ReflectionRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	there, err := remove(ctx, tx, id)
	if err != nil {
		return err
	}
	if !there {
		return fault.Absent()
	}
	if err := access.Ended(ctx, tx, actor.ID, tx.Compartment, endedReflection+id); err != nil {
		return err
	}
	return tx.Commit()
}

// Skip says "not this time" after a session, so that it is not offered again. It can
// still be written later. Saying so twice is success.
func (rs *Reflections) Skip(ctx context.Context, actor access.Actor, client access.Compartment, sessionID string) error {
	tx, err := rs.door.Begin(ctx, actor, access.Reflect, access.ReflectionRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if _, err := ownSession(ctx, tx, client, sessionID); err != nil {
		return err
	}
	if err := skip(ctx, tx, client, sessionID); err != nil {
		return err
	}
	return tx.Commit()
}

// PutAside puts the question whose work it is with client, whom actor treats, aside for
// some weeks, or takes it up again.
func (rs *Reflections) PutAside(ctx context.Context, actor access.Actor, client access.Compartment, aside bool) error {
	if err := rs.treats(ctx, actor, client); err != nil {
		return err
	}
	return rs.putAside(ctx, actor, client, aside)
}

// treats is an error if actor may not look at whose work it is with client: nothing is
// kept about anybody else.
func (rs *Reflections) treats(ctx context.Context, actor access.Actor, client access.Compartment) error {
	tx, err := rs.door.Begin(ctx, actor, access.ReadBalance, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return nil
}

func (rs *Reflections) putAside(ctx context.Context, actor access.Actor, client access.Compartment, aside bool) error {
	tx, err := rs.door.Begin(ctx, actor, access.Reflect, access.ReflectionRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	until := time.Time{}
	if aside {
		until = tx.Now.Add(AsideLasts)
	}
	if err := setAside(ctx, tx, client, until); err != nil {
		return err
	}
	return tx.Commit()
}

// early is how long before its time a session may be over: one can be begun an hour
// before it was planned (package hour), and ended as soon as it is.
const early = time.Hour

// ownSession is when a session of the actor's with client began, as it was planned.
func ownSession(ctx context.Context, tx *access.Tx, client access.Compartment, sessionID string) (time.Time, error) {
	began, ok, err := session.OwnIn(ctx, tx, client, sessionID)
	if err == nil && (!ok || began.After(tx.Now.Add(early))) {
		err = fault.Absent()
	}
	return began, err
}

// AsideIn is, in tx, with whom tx.Actor has put aside whose work it is, and until when.
// It opens nothing, and tells whoever asks of their own alone.
func AsideIn(ctx context.Context, tx *access.Tx) (map[access.Compartment]time.Time, error) {
	return asides(ctx, tx)
}

// DoneIn is, in tx, after which of tx.Actor's sessions since then something was
// written, or skipped. It opens nothing, and tells whoever asks of their own alone.
func DoneIn(ctx context.Context, tx *access.Tx, since time.Time) (map[string]bool, error) {
	return done(ctx, tx, since)
}
