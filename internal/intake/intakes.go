package intake

import (
	"context"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Intakes keeps what is told at the beginning, and the working agreement.
type Intakes struct{ door *access.Door }

// New returns what is told at the beginning, behind door.
func New(door *access.Door) *Intakes { return &Intakes{door: door} }

// Open returns how it stands with every part of a course of work, with its newest
// words: for those who treat the client, and for the client. A course of 0 is the
// newest.
func (is *Intakes) Open(ctx context.Context, actor access.Actor, client access.Compartment, course int64) (Intake, error) {
	tx, err := is.door.Begin(ctx, actor, access.ReadIntake, client)
	if err != nil {
		return Intake{}, err
	}
	defer tx.Rollback()

	in := Intake{Course: course}
	if in.Courses, err = coursesOf(ctx, tx); err != nil {
		return Intake{}, err
	}
	if course == 0 {
		in.Course = in.Courses[len(in.Courses)-1].Number
	}
	if !slices.ContainsFunc(in.Courses, func(c Course) bool { return c.Number == in.Course }) {
		return Intake{}, fault.Absent()
	}
	in.Parts, err = standings(ctx, tx, in.Course)
	return in, err
}

func standings(ctx context.Context, tx *access.Tx, course int64) ([]Standing, error) {
	newest, err := newestOf(ctx, tx, course)
	if err != nil {
		return nil, err
	}
	invites, err := invitesOf(ctx, tx, course)
	if err != nil {
		return nil, err
	}
	drafts, err := draftsOf(ctx, tx, course)
	if err != nil {
		return nil, err
	}
	seen := map[Part]int64{}
	treats := sideOf(tx.Actor, tx.Compartment) == ByClinician
	if treats {
		if seen, err = seenOf(ctx, tx, course); err != nil {
			return nil, err
		}
	}
	var all []Standing
	for _, p := range allParts() {
		s := Standing{Revision: newest[p], Invite: invites[p], Begun: drafts[p]}
		s.Part, s.Course = p, course
		s.Unread = treats && s.Number > seen[p]
		all = append(all, s)
	}
	return all, nil
}

// A Page is one part with everything that belongs to it.
type Page struct {
	Standing
	History  []Revision // newest first, the newest among them
	Draft    Draft      // the actor's own, if Begun
	Read     int64      // up to which revision anybody who treats the client has read it
	IsNewest bool       // of the newest course of work, in which alone is written
}

// One returns one part of a course of work with its history, and the actor's own
// draft: for those who treat the client, and for the client.
func (is *Intakes) One(ctx context.Context, actor access.Actor, client access.Compartment, p Part, course int64) (Page, error) {
	tx, err := is.door.Begin(ctx, actor, access.ReadIntake, client)
	if err != nil {
		return Page{}, err
	}
	defer tx.Rollback()

	tx.Names(string(p))
	if !p.known() {
		return Page{}, fault.Absent()
	}
	newest, err := courseIn(ctx, tx, client)
	if err != nil {
		return Page{}, err
	}
	if course == 0 {
		course = newest
	}
	if course < 1 || course > newest {
		return Page{}, fault.Absent()
	}
	page := Page{IsNewest: course == newest}
	page.Part, page.Course = p, course
	if page.History, err = historyOf(ctx, tx, course, p); err != nil {
		return Page{}, err
	}
	if len(page.History) > 0 {
		page.Revision = page.History[0]
	}
	if page.Draft, page.Begun, err = draftOf(ctx, tx, course, p); err != nil {
		return Page{}, err
	}
	invites, err := invitesOf(ctx, tx, course)
	if err != nil {
		return Page{}, err
	}
	page.Invite = invites[p]
	page.Read, err = readByAny(ctx, tx, course, p)
	return page, err
}

// Health returns the part about health and medicines of the newest course of work:
// for those who treat the client, for the client, and for whoever opened the
// record in an emergency.
func (is *Intakes) Health(ctx context.Context, actor access.Actor, client access.Compartment) (Revision, error) {
	tx, err := is.door.Begin(ctx, actor, access.ReadHealth, client)
	if err != nil {
		return Revision{}, err
	}
	defer tx.Rollback()

	tx.Names(string(Health))
	course, err := courseIn(ctx, tx, client)
	if err != nil {
		return Revision{}, err
	}
	now, err := newestOf(ctx, tx, course, Health)
	r := now[Health]
	r.Part, r.Course = Health, course
	return r, err
}

// Keep keeps a part as it is written in f; actor is the client, or treats them.
// f.Revision is the one that the form began from: if it has changed since, the
// answer is fault.Conflict together with the part as it is now, so that a page can
// show both. The same twice is success. Keeping takes the writer's own draft away,
// and an invitation is over by it if it was the client who wrote. What the client
// tells in the room only is not written down here by anybody else.
func (is *Intakes) Keep(ctx context.Context, actor access.Actor, client access.Compartment, f Form) (Revision, error) {
	tx, err := is.door.Begin(ctx, actor, access.WriteIntake, client)
	if err != nil {
		return Revision{}, err
	}
	defer tx.Rollback()

	if f.Part == Summary {
		return Revision{}, fault.Absent()
	}
	return keep(ctx, tx, f)
}

// Summarise is Keep for the summary; actor treats the client, who reads it.
func (is *Intakes) Summarise(ctx context.Context, actor access.Actor, client access.Compartment, f Form) (Revision, error) {
	tx, err := is.door.Begin(ctx, actor, access.Summarise, client)
	if err != nil {
		return Revision{}, err
	}
	defer tx.Rollback()

	f.Part = Summary
	return keep(ctx, tx, f)
}

func keep(ctx context.Context, tx *access.Tx, f Form) (Revision, error) {
	f, err := begun(ctx, tx, f)
	if err != nil {
		return Revision{}, err
	}
	history, err := historyOf(ctx, tx, f.Course, f.Part)
	if err != nil {
		return Revision{}, err
	}
	now := Revision{Part: f.Part, Course: f.Course}
	if len(history) > 0 {
		now = history[0]
	}
	side := sideOf(tx.Actor, tx.Compartment)
	switch {
	case now.State == Room && side != ByClient:
		return now, roomOnly()
	case was(history, f, tx.Actor.ID):
		if err := dropDraft(ctx, tx, f.Course, f.Part, f.Rev); err != nil {
			return Revision{}, err
		}
		return now, tx.Commit() // it came twice, or nothing changed
	case now.Number != f.Revision:
		return now, meanwhile()
	case len(f.Said) == 0 && now.Number == 0:
		return now, fault.New(fault.Invalid, "", "There is nothing in it yet, and that is all right: “Not now” is as good.")
	}
	next := Revision{
		Part: f.Part, Course: f.Course, Number: now.Number + 1, At: tx.Now, By: tx.Actor.ID, Side: side, State: Told,
		Lines: hands(now.Lines, f.Said, tx.Actor.ID, side, tx.Now),
	}
	if len(f.Said) == 0 {
		next.State = Empty
	}
	kept, err := insertRevision(ctx, tx, tx.Compartment, next)
	if err != nil {
		return Revision{}, err
	}
	if !kept {
		return now, meanwhile()
	}
	if err := dropDraft(ctx, tx, f.Course, f.Part, f.Rev); err != nil {
		return Revision{}, err
	}
	if now.State == Room { // the client changed their mind
		if err := access.NotEnded(ctx, tx, tx.Actor.ID, tx.Compartment, roomKind(f.Course, f.Part)); err != nil {
			return Revision{}, err
		}
	}
	if side == ByClient {
		err = setInvite(ctx, tx, f.Course, f.Part, Over)
	} else {
		err = markSeen(ctx, tx, next)
	}
	if err != nil {
		return Revision{}, err
	}
	return next, tx.Commit()
}

// was says whether f is in the history already as it is now, or as actor made it
// out of the revision that the form began from.
func was(history []Revision, f Form, actor string) bool {
	for i, r := range history {
		if r.State == Room || !r.Said().same(f.Said) {
			continue
		}
		if i == 0 || r.Number == f.Revision+1 && r.By == actor {
			return true
		}
	}
	return false
}

// roomOnly is said to whoever treats the client: not even a draft of theirs is kept.
func roomOnly() error {
	return fault.New(fault.Invalid, "", "This part is told in the room only, so nothing is written down here. The client can change that.")
}

func meanwhile() error {
	return fault.New(fault.Conflict, "", "This part was changed while you were writing. Both are here for you to look at, and nothing is lost.")
}

// begun checks f and the course of work that it is of.
func begun(ctx context.Context, tx *access.Tx, f Form) (Form, error) {
	tx.Names(string(f.Part))
	if !f.Part.known() || f.Revision < 0 || f.Rev < 0 {
		return f, fault.Absent()
	}
	f, err := f.check()
	if err != nil {
		return f, err
	}
	return f, sameCourse(ctx, tx, f.Course)
}

// sameCourse checks that a form is of the newest course of work.
func sameCourse(ctx context.Context, tx *access.Tx, course int64) error {
	now, err := courseIn(ctx, tx, tx.Compartment)
	if err != nil {
		return err
	}
	if course != now {
		return fault.New(fault.Conflict, "", "A new course of work was begun meanwhile. What you wrote is still here, to be copied.")
	}
	return nil
}

// KeepDraft keeps unfinished words in place of the writer's earlier ones. Nobody
// else reads them. f.Rev is the draft that the form began from: if it went on from
// another device since, the answer is fault.Conflict together with that one. The
// same twice is success.
func (is *Intakes) KeepDraft(ctx context.Context, actor access.Actor, client access.Compartment, f Form) (Draft, error) {
	tx, err := is.door.Begin(ctx, actor, access.WriteIntake, client)
	if err != nil {
		return Draft{}, err
	}
	defer tx.Rollback()

	if f.Part == Summary && sideOf(actor, client) == ByClient {
		return Draft{}, fault.Absent()
	}
	if f, err = begun(ctx, tx, f); err != nil {
		return Draft{}, err
	}
	if sideOf(actor, client) == ByClinician {
		newest, err := newestOf(ctx, tx, f.Course, f.Part)
		if err != nil {
			return Draft{}, err
		}
		if newest[f.Part].State == Room {
			return Draft{}, roomOnly()
		}
	}
	d := Draft{Part: f.Part, Course: f.Course, Rev: f.Rev + 1, Base: f.Revision, At: tx.Now, Said: f.Said}
	now, there, err := draftOf(ctx, tx, f.Course, f.Part)
	switch {
	case err != nil:
		return Draft{}, err
	case there && now.Base == d.Base && now.Said.same(d.Said):
		return now, nil // it came twice
	case there && now.Rev != f.Rev:
		return now, fault.New(fault.Conflict, "", "You went on with this in another window or on another device. Both are here for you to look at.")
	}
	kept, err := insertDraft(ctx, tx, d)
	if err != nil {
		return Draft{}, err
	}
	if !kept {
		return now, fault.New(fault.Conflict, "", "You went on with this in another window or on another device. Please open the page again.")
	}
	return d, tx.Commit()
}

// DropDraft takes the actor's own unfinished words away, as they were in rev.
func (is *Intakes) DropDraft(ctx context.Context, actor access.Actor, client access.Compartment, p Part, course, rev int64) error {
	tx, err := is.door.Begin(ctx, actor, access.WriteIntake, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(string(p))
	if err := dropDraft(ctx, tx, course, p, rev); err != nil {
		return err
	}
	return tx.Commit()
}
