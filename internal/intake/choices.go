package intake

import (
	"context"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/bare"
	"github.com/waymark-care/waymark/internal/fault"
)

// Room says that the client, who is the actor, tells a part in the room only:
// nothing of it is stored from now on. revision is the one they were looking at.
// What they wrote before and nobody who treats them has read is taken away for
// good, as are their unfinished words; what was read stays among the earlier
// revisions. Keep makes it an ordinary part again. The same twice is success.
func (is *Intakes) Room(ctx context.Context, actor access.Actor, client access.Compartment, p Part, course, revision int64) (Revision, error) {
	tx, err := is.door.Begin(ctx, actor, access.ChooseIntake, client)
	if err != nil {
		return Revision{}, err
	}
	defer tx.Rollback()

	tx.Names(string(p))
	if p == Summary || !p.known() {
		return Revision{}, fault.Absent()
	}
	if err := sameCourse(ctx, tx, course); err != nil {
		return Revision{}, err
	}
	newest, err := newestOf(ctx, tx, course, p)
	if err != nil {
		return Revision{}, err
	}
	now := newest[p]
	switch {
	case now.State == Room:
		return now, nil // it came twice
	case now.Number != revision:
		return now, meanwhile()
	}
	if err := dropUnread(ctx, tx, client, course, p); err != nil {
		return Revision{}, err
	}
	next := Revision{Part: p, Course: course, Number: now.Number + 1, At: tx.Now, By: actor.ID, Side: ByClient, State: Room}
	kept, err := insertRevision(ctx, tx, client, next)
	if err != nil {
		return Revision{}, err
	}
	if !kept {
		return now, meanwhile()
	}
	if err := dropDraftOf(ctx, tx, client, course, p, actor.ID); err != nil {
		return Revision{}, err
	}
	if err := access.Ended(ctx, tx, actor.ID, client, roomKind(course, p)); err != nil {
		return Revision{}, err
	}
	if err := setInvite(ctx, tx, course, p, Over); err != nil {
		return Revision{}, err
	}
	return next, tx.Commit()
}

// Later says "not now" to the invitations to the given parts, or to all that are
// open; actor is the client. The parts stay there to be written at any time.
func (is *Intakes) Later(ctx context.Context, actor access.Actor, client access.Compartment, parts ...Part) error {
	tx, err := is.door.Begin(ctx, actor, access.ChooseIntake, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if len(parts) == 0 {
		parts = Parts()
	}
	course, err := courseIn(ctx, tx, client)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if !p.known() {
			return fault.Absent()
		}
		if err := setInvite(ctx, tx, course, p, Later); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Invite asks the client to write parts beforehand, if they like; actor treats
// them. It stands on the client's page from then on. A part that the client keeps
// for the room is not asked for. The same twice is success.
func (is *Intakes) Invite(ctx context.Context, actor access.Actor, client access.Compartment, f InviteForm) error {
	tx, err := is.door.Begin(ctx, actor, access.InviteIntake, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if f, err = f.check(); err != nil {
		return err
	}
	tx.Names(f.ID)
	if err := sameCourse(ctx, tx, f.Course); err != nil {
		return err
	}
	newest, err := newestOf(ctx, tx, f.Course, f.Parts...)
	if err != nil {
		return err
	}
	for _, p := range f.Parts {
		if newest[p].State == Room {
			return fault.New(fault.Invalid, "part", "“"+p.Title()+"” is told in the room only: the client chose so. Ask there.")
		}
	}
	for _, p := range f.Parts {
		if err := putInvite(ctx, tx, f.Course, p, f); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// TakeBack takes the invitation to a part back; actor treats the client.
func (is *Intakes) TakeBack(ctx context.Context, actor access.Actor, client access.Compartment, p Part) error {
	tx, err := is.door.Begin(ctx, actor, access.InviteIntake, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(string(p))
	course, err := courseIn(ctx, tx, client)
	if err != nil {
		return err
	}
	if err := setInvite(ctx, tx, course, p, Over); err != nil {
		return err
	}
	return tx.Commit()
}

// Seen notes that actor, who treats the client, has read parts as they are in
// read; the page that shows them calls this.
func (is *Intakes) Seen(ctx context.Context, actor access.Actor, client access.Compartment, read ...Revision) error {
	tx, err := is.door.Begin(ctx, actor, access.SeeIntake, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, r := range read {
		tx.Names(string(r.Part))
		if err := markSeen(ctx, tx, r); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// BeginAnew begins a new course of work after the one that the actor, who treats
// the client, was looking at: its parts and its agreement are empty, and what was
// told before stays to be read. The same twice is success.
func (is *Intakes) BeginAnew(ctx context.Context, actor access.Actor, client access.Compartment, course int64) (int64, error) {
	tx, err := is.door.Begin(ctx, actor, access.InviteIntake, client)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()

	all, err := coursesOf(ctx, tx)
	if err != nil {
		return 0, err
	}
	now := all[len(all)-1]
	switch {
	case now.Number == course+1 && now.By == actor.ID:
		return now.Number, nil // it came twice
	case now.Number != course:
		return now.Number, fault.New(fault.Conflict, "", "A new course of work was begun meanwhile. Please look again.")
	}
	made, err := insertCourse(ctx, tx, course+1)
	if err != nil {
		return 0, err
	}
	if !made {
		return 0, fault.New(fault.Conflict, "", "A new course of work was begun meanwhile. Please look again.")
	}
	return course + 1, tx.Commit()
}

// Waiting is what waits for a client at the beginning of the work.
type Waiting struct {
	Parts []Part // that they were invited to write
	Note  string // of the newest invitation
	By    string // person id of whoever invited last
	Terms int64  // version of the working agreement that a clinician has signed and the client has not; 0: none
	Sign  string // person id of that clinician
}

// Nothing says whether nothing waits.
func (w Waiting) Nothing() bool { return len(w.Parts) == 0 && w.Terms == 0 }

// Waits returns what waits for the client, who is the actor.
func (is *Intakes) Waits(ctx context.Context, actor access.Actor, client access.Compartment) (w Waiting, err error) {
	tx, err := is.door.Begin(ctx, actor, access.ReadIntake, client)
	if err != nil {
		return w, err
	}
	defer tx.Rollback()

	if none, err := bare.Of(ctx, tx, bare.Invites, bare.Terms); err != nil || none {
		return w, err
	}
	course, err := courseIn(ctx, tx, client)
	if err != nil {
		return w, err
	}
	invites, err := invitesOf(ctx, tx, course)
	if err != nil {
		return w, err
	}
	var last Invite
	for _, p := range Parts() {
		in := invites[p]
		if in.State != Open {
			continue
		}
		w.Parts = append(w.Parts, p)
		if !in.At.Before(last.At) {
			last = in
		}
	}
	w.Note, w.By = last.Note, last.By
	w.Terms, w.Sign, err = waitsToSign(ctx, tx, course)
	return w, err
}

// News is how the beginning stands, for the page of a client.
type News struct {
	Told   []Part // something is written
	Room   []Part // told in the room only
	Waits  []Part // the client was invited, and has neither written nor said "not now"
	Unread []Part // new for the one who asks
	Terms  TermsState
}

// Lately returns how the beginning stands, for the page of a client, which others
// than those who treat them may open too: it is asked as a list, so that for them
// there is simply nothing (ok is false), and nobody is noted as having tried. It
// reads no words.
func (is *Intakes) Lately(ctx context.Context, actor access.Actor, client access.Compartment) (n News, ok bool, err error) {
	l, err := is.door.BeginList(ctx, actor, access.ListIntakes, access.KindClient)
	if err != nil {
		return n, false, err
	}
	defer l.Rollback()

	if !l.May(client) {
		return n, false, nil
	}
	n, err = newsOf(ctx, l, client)
	return n, err == nil, err
}

// Arrived are the clients, among those whom actor treats, who wrote something at
// the beginning that actor has not opened.
func (is *Intakes) Arrived(ctx context.Context, actor access.Actor) ([]access.Compartment, error) {
	l, err := is.door.BeginList(ctx, actor, access.ListIntakes, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	all, err := arrived(ctx, l)
	slices.Sort(all)
	return all, err
}
