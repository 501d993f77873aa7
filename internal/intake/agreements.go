package intake

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Terms returns the working agreement of a course of work with all its versions,
// and who signed which: for those who treat the client, and for the client. A
// course of 0 is the newest.
func (is *Intakes) Terms(ctx context.Context, actor access.Actor, client access.Compartment, course int64) (Terms, error) {
	tx, err := is.door.Begin(ctx, actor, access.ReadTerms, client)
	if err != nil {
		return Terms{}, err
	}
	defer tx.Rollback()

	newest, err := courseIn(ctx, tx, client)
	if err != nil {
		return Terms{}, err
	}
	if course == 0 {
		course = newest
	}
	if course < 1 || course > newest {
		return Terms{}, fault.Absent()
	}
	t, err := termsOf(ctx, tx, course)
	t.IsNewest = course == newest
	return t, err
}

// ReviseTerms makes a new version of the working agreement; actor is the client,
// or treats them. Who signed the version before signed that one: it goes on to
// hold until both have signed the new one. If there is a newer version than the
// form began from, the answer is fault.Conflict together with it. The same twice
// is success.
func (is *Intakes) ReviseTerms(ctx context.Context, actor access.Actor, client access.Compartment, f TermsForm) (Version, error) {
	tx, err := is.door.Begin(ctx, actor, access.ReviseTerms, client)
	if err != nil {
		return Version{}, err
	}
	defer tx.Rollback()

	if f.Text, err = f.Text.check(); err != nil {
		return Version{}, err
	}
	if err := sameCourse(ctx, tx, f.Course); err != nil {
		return Version{}, err
	}
	t, err := termsOf(ctx, tx, f.Course)
	if err != nil {
		return Version{}, err
	}
	now, _ := t.Newest()
	next, made := t.Version(f.Version + 1)
	switch {
	case made && next.By == actor.ID && next.Text.same(f.Text) && next.Again == f.Again:
		return next, nil // it came twice
	case now.Number != f.Version:
		return now, newerTerms()
	case now.Text.same(f.Text) && !f.Again:
		return now, nil // nothing changed
	}
	v := Version{Course: f.Course, Number: now.Number + 1, At: tx.Now, By: actor.ID, Side: sideOf(actor, client), Text: f.Text, Again: f.Again && now.Text.same(f.Text)}
	kept, err := insertVersion(ctx, tx, v)
	if err != nil {
		return Version{}, err
	}
	if !kept {
		return now, newerTerms()
	}
	return v, tx.Commit()
}

func newerTerms() error {
	return fault.New(fault.Conflict, "", "The agreement was changed meanwhile. Both texts are here for you to look at, and nothing is lost.")
}

// SignTerms signs the version that the actor, the client or somebody who treats
// them, has read. If there is a newer one, nothing is signed: the answer is
// fault.Conflict together with the newer one. The same twice is success.
func (is *Intakes) SignTerms(ctx context.Context, actor access.Actor, client access.Compartment, f SignForm) (Version, error) {
	tx, err := is.door.Begin(ctx, actor, access.SignTerms, client)
	if err != nil {
		return Version{}, err
	}
	defer tx.Rollback()

	f.Words = ""
	t, sign, err := signing(ctx, tx, f)
	if err != nil {
		return Version{}, err
	}
	now, _ := t.Newest()
	if now.Number != f.Version {
		return now, fault.New(fault.Conflict, "", "The agreement was changed while you were reading it, so nothing was signed. Both texts are here for you to look at.")
	}
	if last, ok := t.Of(f.Version, sign.Side); ok && !last.Withdrawn && last.By == actor.ID {
		return now, nil // it came twice
	}
	return now, putSign(ctx, tx, f.Course, sign)
}

// WithdrawTerms takes back that the actor's side signed a version. Nothing else
// follows from it: sessions stay planned, the record stays as open or closed as it
// was. Both see it. The same twice is success.
func (is *Intakes) WithdrawTerms(ctx context.Context, actor access.Actor, client access.Compartment, f SignForm) error {
	tx, err := is.door.Begin(ctx, actor, access.SignTerms, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	t, sign, err := signing(ctx, tx, f)
	if err != nil {
		return err
	}
	last, ok := t.Of(f.Version, sign.Side)
	switch {
	case !ok:
		return fault.Absent()
	case last.Withdrawn:
		return nil // it came twice
	}
	sign.Withdrawn = true
	return putSign(ctx, tx, f.Course, sign)
}

// signing checks f, and reads what it is about.
func signing(ctx context.Context, tx *access.Tx, f SignForm) (t Terms, s Sign, err error) {
	if err := fault.FormID(f.ID); err != nil {
		return t, s, err
	}
	tx.Names(f.ID)
	if f.Words, err = fault.Text("words", f.Words, MaxSection); err != nil {
		return t, s, err
	}
	if err := sameCourse(ctx, tx, f.Course); err != nil {
		return t, s, err
	}
	if t, err = termsOf(ctx, tx, f.Course); err != nil {
		return t, s, err
	}
	if _, ok := t.Version(f.Version); !ok {
		return t, s, fault.Absent()
	}
	return t, Sign{ID: f.ID, Version: f.Version, By: tx.Actor.ID, Side: sideOf(tx.Actor, tx.Compartment), At: tx.Now, Words: f.Words}, nil
}

func putSign(ctx context.Context, tx *access.Tx, course int64, s Sign) error {
	kept, err := insertSign(ctx, tx, tx.Compartment, course, s)
	if err != nil {
		return err
	}
	if !kept {
		return fault.New(fault.Conflict, "", "This form was used already. Please open the page again.")
	}
	note := access.NotEnded
	if s.Withdrawn {
		note = access.Ended // so that a restore does not sign it again
	}
	if err := note(ctx, tx, s.By, tx.Compartment, signKind(course, s.Version, s.Side)); err != nil {
		return err
	}
	return tx.Commit()
}
