package note

import (
	"cmp"
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/session"
)

// KeepDraft keeps what actor has written so far, for them alone, and returns the
// draft as it is kept. Sending the same again is no second saving, and what an
// opened form sends later takes the place of what it sent before, whatever became of
// the answers on the way. Where the note went on elsewhere it is fault.Conflict with
// what stands, and nothing is kept; if nothing stands, it was in this very moment, and
// asking again says what does. For whoever treats the client.
func (ns *Notes) KeepDraft(ctx context.Context, actor access.Actor, client access.Compartment, f Form) (Draft, Standing, error) {
	tx, err := ns.door.Begin(ctx, actor, access.DraftNote, client)
	if err != nil {
		return Draft{}, Standing{}, err
	}
	defer tx.Rollback()

	if f, err = f.check(); err != nil {
		return Draft{}, Standing{}, err
	}
	tx.Names(f.ID)
	k, stands, err := take(ctx, tx, f)
	if err != nil {
		return Draft{}, stands, err
	}
	if k.late || k.has && k.draft.Same(k.content) && k.draft.Reason == f.Reason {
		return k.draft, Standing{}, nil
	}
	d, err := k.keep(ctx, tx, f)
	if err != nil {
		return Draft{}, Standing{}, err
	}
	return d, Standing{}, tx.Commit()
}

// A keeping is a form that may be kept: nobody was quicker.
type keeping struct {
	note    Note
	fresh   bool // the note is new
	draft   Draft
	has     bool // there is a draft
	late    bool // the same form has sent something newer
	content Content
}

// take says whether f may be kept as it is, or what stands in its way.
func take(ctx context.Context, tx *access.Tx, f Form) (k keeping, stands Standing, err error) {
	var ok bool
	if k.note, ok, err = noteOf(ctx, tx, f.ID); err != nil {
		return k, stands, err
	}
	if !ok && f.Session != "" {
		if k.note, ok, err = ownOf(ctx, tx, f.Session, tx.Actor.ID); err != nil {
			return k, stands, err
		}
		if ok && k.note.Away {
			stands.Note, stands.Away = k.note.ID, true
			return k, stands, elsewhere(stands)
		}
	}
	if !ok {
		if k.note, err = begun(ctx, tx, f); err != nil {
			return k, stands, err
		}
		k.fresh = true
	} else if err := mayWrite(ctx, tx, k.note); err != nil {
		return k, stands, err
	}
	if k.content, err = contentOf(ctx, tx, f); err != nil {
		return k, stands, err
	}
	if k.fresh {
		if f.Rev != 0 || f.Base != 0 {
			stands = Standing{Note: f.ID, Away: true}
			return k, stands, elsewhere(stands)
		}
		return k, stands, nil
	}
	return crossed(ctx, tx, f, k)
}

// crossed looks whether the note went on elsewhere since f began.
func crossed(ctx context.Context, tx *access.Tx, f Form, k keeping) (keeping, Standing, error) {
	stands := Standing{Note: k.note.ID}
	var err error
	if k.draft, k.has, err = draftOf(ctx, tx, k.note.ID, tx.Actor.ID); err != nil {
		return k, stands, err
	}
	if k.note.Revision != f.Base {
		stands.Draft = k.draft
		if stands.Text, err = textOf(ctx, tx, k.note.ID, k.note.Revision); err != nil {
			return k, stands, err
		}
		return k, stands, elsewhere(stands)
	}
	switch {
	case k.has && k.draft.page == f.Page && f.Nth > 0:
		k.late = f.Nth <= k.draft.nth
		return k, stands, nil
	case k.has && k.draft.Same(k.content) && k.draft.Reason == f.Reason:
		return k, stands, nil
	case k.has && k.draft.Rev != f.Rev:
		stands.Draft, stands.Unsigned = k.draft, true
		return k, stands, elsewhere(stands)
	case !k.has && f.Rev != 0:
		stands.Away = true
		if k.note.Revision > 0 {
			if stands.Text, err = textOf(ctx, tx, k.note.ID, k.note.Revision); err != nil {
				return k, stands, err
			}
		}
		return k, stands, elsewhere(stands)
	}
	return k, stands, nil
}

// elsewhere says in what way somebody was quicker.
func elsewhere(s Standing) error {
	switch {
	case s.Unsigned:
		return fault.New(fault.Conflict, "", "This note went on in another window or on another device. Nothing of either text is lost: here are both.")
	case s.Text.Revision > 1:
		return fault.New(fault.Conflict, "", "This note was amended meanwhile. What you wrote is still here, and can become the next amendment.")
	case s.Text.Revision == 1 && !s.Away:
		return fault.New(fault.Conflict, "", "This note was signed meanwhile. What you wrote is still here, and can become an amendment.")
	}
	return fault.New(fault.Conflict, "", "This draft was thrown away or signed in another window or on another device. What you wrote is still here, and is not kept yet.")
}

// begun is the note that f begins, not kept yet.
func begun(ctx context.Context, tx *access.Tx, f Form) (Note, error) {
	n := Note{ID: f.ID, Session: f.Session, Author: tx.Actor.ID, At: tx.Now, About: tx.Now}
	if f.Session == "" {
		return n, nil
	}
	a, ok, err := session.OneIn(ctx, tx, f.Session)
	if err != nil {
		return n, err
	}
	if !ok {
		return n, fault.Absent()
	}
	n.About = a.Start
	return n, nil
}

// mayWrite refuses whoever comes to the unsigned note of a colleague who still works in
// the practice, also if they do not treat the client any more: nobody writes on in
// somebody else's draft.
func mayWrite(ctx context.Context, tx *access.Tx, n Note) error {
	if n.Revision > 0 || n.Author == tx.Actor.ID {
		return nil
	}
	now, err := staying(ctx, tx)
	if err != nil {
		return err
	}
	if now[n.Author] {
		return tx.Absent()
	}
	return nil
}

// contentOf is what f says, its goals in the words that they have now.
func contentOf(ctx context.Context, tx *access.Tx, f Form) (Content, error) {
	c := Content{Shape: f.Shape, Words: f.Words}
	if len(f.Goals) == 0 {
		return c, nil
	}
	set, err := goal.WordedIn(ctx, tx)
	if err != nil {
		return c, err
	}
	for _, id := range f.Goals {
		g, ok := set.One(id)
		if !ok {
			return c, fault.New(fault.Invalid, "goal", "One of these goals is not there any more. Choose among those that are.")
		}
		c.Goals = append(c.Goals, Goal{ID: id, Words: g.Standing().Words})
	}
	return c, nil
}

// keep keeps f as the draft of whoever writes.
func (k keeping) keep(ctx context.Context, tx *access.Tx, f Form) (Draft, error) {
	switch {
	case k.fresh:
		if made, err := insertNote(ctx, tx, k.note); err != nil || !made {
			return Draft{}, cmp.Or(err, elsewhere(Standing{Unsigned: true}))
		}
	case k.note.Away:
		if err := putAway(ctx, tx, k.note.ID, false); err != nil {
			return Draft{}, err
		}
	}
	d := Draft{
		Note: k.note.ID, By: tx.Actor.ID, Rev: max(k.draft.Rev+1, access.Micros(tx.Now)), Base: f.Base, At: tx.Now,
		Reason: f.Reason, Content: k.content, page: f.Page, nth: f.Nth,
	}
	kept, err := putDraft(ctx, tx, d, k.draft.Rev)
	if err == nil && !kept {
		err = elsewhere(Standing{Unsigned: true})
	}
	return d, err
}

// Throw takes actor's own draft away for good, if it is still the one with this
// number; otherwise it is fault.Conflict with what stands. A signed text is never
// touched. Throwing it away twice is once.
func (ns *Notes) Throw(ctx context.Context, actor access.Actor, client access.Compartment, id string, rev int64) (Standing, error) {
	tx, err := ns.door.Begin(ctx, actor, access.DraftNote, client)
	if err != nil {
		return Standing{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	n, ok, err := noteOf(ctx, tx, id)
	if err != nil {
		return Standing{}, err
	}
	if !ok {
		return Standing{}, fault.Absent()
	}
	if err := mayWrite(ctx, tx, n); err != nil {
		return Standing{}, err
	}
	d, has, err := draftOf(ctx, tx, id, actor.ID)
	switch {
	case err != nil:
		return Standing{}, err
	case !has:
		return Standing{}, nil
	case d.Rev != rev:
		return Standing{Note: id, Draft: d, Unsigned: true}, fault.New(fault.Conflict, "", "You went on writing in another window or on another device, so nothing was thrown away. This is how it stands now.")
	}
	if err := dropDraft(ctx, tx, id, actor.ID); err != nil {
		return Standing{}, err
	}
	if n.Revision == 0 && n.Author == actor.ID {
		if err := putAway(ctx, tx, id, true); err != nil {
			return Standing{}, err
		}
	}
	return Standing{}, tx.Commit()
}

// Sign signs what actor wrote, as the first text of the note or, with its reason, as
// the next amendment. Nothing that was signed before is changed. Signing the same
// twice is once; where the note went on elsewhere it is fault.Conflict with what
// stands, and nothing is signed. For whoever treats the client.
func (ns *Notes) Sign(ctx context.Context, actor access.Actor, client access.Compartment, f Form) (Text, Standing, error) {
	tx, err := ns.door.Begin(ctx, actor, access.SignNote, client)
	if err != nil {
		return Text{}, Standing{}, err
	}
	defer tx.Rollback()

	if f, err = f.check(); err != nil {
		return Text{}, Standing{}, err
	}
	tx.Names(f.ID)
	if (Content{Words: f.Words}).Empty() {
		return Text{}, Standing{}, fault.New(fault.Invalid, f.Shape.Fields()[0].Name, "There is nothing in it yet. A word is enough.")
	}
	if f.Base > 0 && f.Reason == "" {
		return Text{}, Standing{}, fault.New(fault.Invalid, "reason", "Say in a few words why it is amended. The text before stays and can be read.")
	}
	if t, ok, err := already(ctx, tx, f); ok || err != nil {
		return t, Standing{}, err
	}
	k, stands, err := take(ctx, tx, f)
	if err != nil {
		return Text{}, stands, err
	}
	if k.late {
		return Text{}, Standing{Note: k.note.ID, Draft: k.draft, Unsigned: true}, elsewhere(Standing{Unsigned: true})
	}
	if f.Base > 0 {
		before, err := textOf(ctx, tx, k.note.ID, f.Base)
		if err != nil {
			return Text{}, Standing{}, err
		}
		if before.Same(k.content) {
			return Text{}, Standing{}, fault.New(fault.Invalid, f.Shape.Fields()[0].Name, "It says the same as before, so there is nothing to amend.")
		}
	}
	if k.fresh {
		if made, err := insertNote(ctx, tx, k.note); err != nil || !made {
			return Text{}, Standing{}, cmp.Or(err, elsewhere(Standing{Unsigned: true}))
		}
	}
	t := Text{Revision: f.Base + 1, At: tx.Now, By: actor.ID, Reason: f.Reason, Content: k.content}
	kept, err := insertText(ctx, tx, k.note.ID, t)
	if err != nil {
		return Text{}, Standing{}, err
	}
	if !kept {
		return Text{}, Standing{}, elsewhere(Standing{})
	}
	if err := dropDraft(ctx, tx, k.note.ID, actor.ID); err != nil {
		return Text{}, Standing{}, err
	}
	return t, Standing{}, tx.Commit()
}

// already is the text that this form has signed before, if it has.
func already(ctx context.Context, tx *access.Tx, f Form) (t Text, ok bool, err error) {
	n, ok, err := noteOf(ctx, tx, f.ID)
	if err != nil || !ok || n.Revision != f.Base+1 {
		return t, false, err
	}
	if t, err = textOf(ctx, tx, n.ID, n.Revision); err != nil {
		return t, false, err
	}
	c, err := contentOf(ctx, tx, f)
	return t, err == nil && t.By == tx.Actor.ID && t.Same(c) && t.Reason == f.Reason, err
}
