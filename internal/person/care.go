package person

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/post"
)

// beginCare makes clinician one who treats client: it gives the grants.
func beginCare(ctx context.Context, tx *access.Tx, clientID, clinicianID string) error {
	if err := insertCare(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	if err := access.Give(ctx, tx, clinicianID, access.ClientRecord(clientID), access.Treats, access.Forever); err != nil {
		return err
	}
	if err := access.Give(ctx, tx, clinicianID, access.PersonRecord(clientID), access.Knows, access.Forever); err != nil {
		return err
	}
	return access.Give(ctx, tx, clientID, access.PersonRecord(clinicianID), access.Knows, access.Forever)
}

// endCare ends it everywhere at once, and with it a code by which the clinician would have
// let the client in again. The client still knows the name of who once treated them: it
// stands in the list of who opened the record.
func (ps *People) endCare(ctx context.Context, tx *access.Tx, clientID, clinicianID string) error {
	if err := closeCare(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	if err := access.End(ctx, tx, clinicianID, access.ClientRecord(clientID), access.Treats); err != nil {
		return err
	}
	if err := access.End(ctx, tx, clinicianID, access.PersonRecord(clientID), access.Knows); err != nil {
		return err
	}
	if err := ps.accounts.EndLetInBy(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	return unshare(ctx, tx, clientID, clinicianID)
}

// unshare ends what was shown of the client by one who no longer treats them.
func unshare(ctx context.Context, tx *access.Tx, clientID, byID string) error {
	supervisors, err := deleteSharedBy(ctx, tx, clientID, byID)
	if err != nil {
		return err
	}
	for _, s := range supervisors {
		if err := access.End(ctx, tx, s, access.ClientRecord(clientID), access.Supervises); err != nil {
			return err
		}
	}
	return nil
}

// BeginCare brings a colleague in, who is told that something is waiting, and so is a
// client who has come in already. actor treats the client.
func (ps *People) BeginCare(ctx context.Context, actor access.Actor, clientID, clinicianID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.BeginCare, access.ClientRecord(clientID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	now, err := treating(ctx, tx, clientID)
	if err != nil {
		return err
	}
	if slices.Contains(now, clinicianID) {
		return nil
	}
	if err := checkClinician(ctx, tx, clinicianID); err != nil {
		return err
	}
	tx.Names("person " + clinicianID)
	if err := beginCare(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	if err := ps.tellOfCare(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	return tx.Commit()
}

// tellOfCare posts to a client who has come in, and to clinician, that something is
// waiting: that the work of the two has begun or ended. Who did it themself is not told.
func (ps *People) tellOfCare(ctx context.Context, tx *access.Tx, clientID, clinician string) error {
	state, err := clientState(ctx, tx, clientID)
	if err != nil {
		return err
	}
	told := []string{clinician}
	if state == Here {
		told = append(told, clientID)
	}
	for _, p := range told {
		if p == tx.Actor.ID {
			continue
		}
		if err := post.Post(ctx, tx, access.PersonRecord(p), ps.waiting()); err != nil {
			return err
		}
	}
	return nil
}

// checkClinician says so if the person does not treat clients here.
func checkClinician(ctx context.Context, tx *access.Tx, id string) error {
	here, err := isClinician(ctx, tx, id)
	if err != nil {
		return err
	}
	if !here {
		return fault.New(fault.Invalid, "clinician", "Choose a clinician of the practice.")
	}
	return nil
}

// TakeOver brings a clinician in to work with a client with whom nobody works
// any more; if somebody does, it fails with fault.Conflict, because then it is
// theirs to bring in a colleague. actor manages the practice, and learns nothing
// of the record by it. The clinician is told that something is waiting, and so
// is a client who has come in already; one who was invited and cannot come in by the
// link any more, because whoever invited them has left, is sent a fresh one. The client
// may end it at any time.
func (ps *People) TakeOver(ctx context.Context, actor access.Actor, clientID, clinicianID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.AssignCare, access.ClientRecord(clientID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	state, err := clientState(ctx, tx, clientID)
	if err != nil {
		return err
	}
	if state == "" || state == Erased {
		return tx.Absent()
	}
	if err := checkClinician(ctx, tx, clinicianID); err != nil {
		return err
	}
	now, err := treating(ctx, tx, clientID)
	switch {
	case err != nil:
		return err
	case slices.Equal(now, []string{clinicianID}):
		return nil // the form was sent twice
	case len(now) > 0:
		return fault.New(fault.Conflict, "clinician", "Somebody works with this client already, and can bring in a colleague. Nothing has been changed.")
	}
	tx.Names("person " + clinicianID)
	if err := beginCare(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	if err := ps.tellOfCare(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	if err := ps.inviteAfresh(ctx, tx, clientID); err != nil {
		return err
	}
	return tx.Commit()
}

// Unattended are the clients with whom nobody works, by name, for those who
// manage the practice; or, if but is somebody's id, those with whom nobody else
// works than they.
func (ps *People) Unattended(ctx context.Context, actor access.Actor, but string) ([]Person, error) {
	l, err := ps.door.BeginList(ctx, actor, access.ListPeople, access.KindPerson)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	treated, err := treatedByOthers(ctx, l.Tx, but)
	if err != nil {
		return nil, err
	}
	theirs, err := treatedBy(ctx, l.Tx, but)
	if err != nil {
		return nil, err
	}
	return listPeople(ctx, l, "client", func(p Person) bool {
		return p.State != Erased && !slices.Contains(treated, p.ID) && (but == "" || slices.Contains(theirs, p.ID))
	})
}

// EndCare ends the work of clinician with the client. The client ends that of anybody,
// a clinician their own alone: of a colleague, who may have left a draft behind, nobody
// among equals decides (Relieve). Nothing of the record is lost, and access to it ends at
// once. Whoever did not do it themself is told that something is waiting.
func (ps *People) EndCare(ctx context.Context, actor access.Actor, clientID, clinicianID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.EndCare, access.ClientRecord(clientID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if actor.ID != clientID && actor.ID != clinicianID {
		tx.Refuse()
		return fault.New(fault.Invalid, "clinician", "Each ends their own work with a client. That of a colleague is ended by the client, or by whoever manages the practice.")
	}
	return ps.end(ctx, tx, clientID, clinicianID)
}

// Relieve ends the work of a clinician with the client, who both are told that something
// is waiting. actor manages the practice, and learns nothing of the record by it.
func (ps *People) Relieve(ctx context.Context, actor access.Actor, clientID, clinicianID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.RelieveCare, access.ClientRecord(clientID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if state, err := clientState(ctx, tx, clientID); err != nil || state == "" || state == Erased {
		return cmp.Or(err, tx.Absent())
	}
	return ps.end(ctx, tx, clientID, clinicianID)
}

// end ends the work of the two and tells them. Ending it twice is once.
func (ps *People) end(ctx context.Context, tx *access.Tx, clientID, clinicianID string) error {
	tx.Names("person " + clinicianID)
	now, err := treating(ctx, tx, clientID)
	if err != nil || !slices.Contains(now, clinicianID) {
		if tx.Actor.ID != clientID { // who sees it, and sent the form twice
			tx.Refuse()
		}
		return err
	}
	if err := ps.endCare(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	if err := ps.tellOfCare(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	return tx.Commit()
}

// A Finish is the end of somebody's work with a client, by another than them.
type Finish struct {
	ByID     string // a client, or whoever manages the practice
	ByClient bool
	At       time.Time
}

// Finishes are the times in the last four weeks when somebody else ended the actor's work
// with a client with whom they do not work again, newest first. Whose work it was they do
// not say: the name is not the actor's to know any more.
func (ps *People) Finishes(ctx context.Context, actor access.Actor) ([]Finish, error) {
	l, err := ps.door.BeginList(ctx, actor, access.ListClients, access.KindPerson)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	return finishes(ctx, l.Tx, actor.ID, l.Now.Add(-finishShown))
}

// finishShown is for how long somebody is shown that their work with a client was ended.
const finishShown = 28 * 24 * time.Hour

// CareTeam are the ids of those who treat the client.
func (ps *People) CareTeam(ctx context.Context, actor access.Actor, clientID string) ([]string, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadCare, access.ClientRecord(clientID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return treating(ctx, tx, clientID)
}

// Team is the same for whoever manages the practice, who learns nothing else of the record.
func (ps *People) Team(ctx context.Context, actor access.Actor, clientID string) ([]string, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadTeam, access.ClientRecord(clientID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return treating(ctx, tx, clientID)
}

// SetSupervision says that supervisor supervises supervisee, or no longer. It
// opens nothing by itself: the supervisee chooses what to show.
func (ps *People) SetSupervision(ctx context.Context, actor access.Actor, supervisorID, superviseeID string, on bool) error {
	tx, err := ps.door.Begin(ctx, actor, access.Supervise, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if supervisorID == superviseeID {
		return fault.New(fault.Invalid, "supervisor", "Somebody cannot supervise themselves. Choose a colleague.")
	}
	tx.Names("person " + supervisorID + " person " + superviseeID)
	colleagues, err := staff(ctx, tx)
	if err != nil {
		return err
	}
	if on && !(slices.Contains(colleagues, supervisorID) && slices.Contains(colleagues, superviseeID)) {
		return fault.New(fault.Invalid, "supervisor", "Choose two people who work here.")
	}
	if on {
		err = insertSupervision(ctx, tx, supervisorID, superviseeID)
	} else {
		err = endSupervision(ctx, tx, supervisorID, superviseeID)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

func endSupervision(ctx context.Context, tx *access.Tx, supervisorID, superviseeID string) error {
	clients, err := deleteSharedWith(ctx, tx, supervisorID, superviseeID)
	if err != nil {
		return err
	}
	for _, c := range clients {
		if err := access.End(ctx, tx, supervisorID, access.ClientRecord(c), access.Supervises); err != nil {
			return err
		}
	}
	return deleteSupervision(ctx, tx, supervisorID, superviseeID)
}

// A Sharing is one supervisor of the actor, and whether they see the client's course.
type Sharing struct {
	SupervisorID string
	Shown        bool
}

// Sharings are the actor's supervisors, and to which of them the client's
// course is shown.
func (ps *People) Sharings(ctx context.Context, actor access.Actor, clientID string) ([]Sharing, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadCare, access.ClientRecord(clientID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := supervisorsOf(ctx, tx, actor.ID)
	if err != nil {
		return nil, err
	}
	shown, err := sharedBy(ctx, tx, clientID, actor.ID)
	if err != nil {
		return nil, err
	}
	var sharings []Sharing
	for _, s := range all {
		sharings = append(sharings, Sharing{s, slices.Contains(shown, s)})
	}
	return sharings, nil
}

// Share shows the client's course, without the name, to a supervisor of the
// actor, or takes it back.
func (ps *People) Share(ctx context.Context, actor access.Actor, clientID, supervisorID string, on bool) error {
	tx, err := ps.door.Begin(ctx, actor, access.ShareRecord, access.ClientRecord(clientID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	mine, err := supervisorsOf(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	if !slices.Contains(mine, supervisorID) {
		return fault.New(fault.Invalid, "supervisor", "Choose one of your supervisors.")
	}
	tx.Names("person " + supervisorID)
	if !on {
		return takeBack(ctx, tx, clientID, supervisorID)
	}
	if err := insertShared(ctx, tx, clientID, supervisorID, actor.ID); err != nil {
		return err
	}
	if err := access.Give(ctx, tx, supervisorID, access.ClientRecord(clientID), access.Supervises, access.Forever); err != nil {
		return err
	}
	return tx.Commit()
}

// takeBack ends what tx.Actor shows of the client to one supervisor.
func takeBack(ctx context.Context, tx *access.Tx, clientID, supervisorID string) error {
	shown, err := sharedBy(ctx, tx, clientID, tx.Actor.ID)
	if err != nil {
		return err
	}
	if !slices.Contains(shown, supervisorID) { // what a colleague shows them is not theirs to take
		tx.Refuse()
		return nil
	}
	if err := hide(ctx, tx, clientID, supervisorID); err != nil {
		return err
	}
	return tx.Commit()
}

// A Shown is a record that a colleague shows to their supervisor, without a name.
type Shown struct {
	ClientID string
	ByID     string
	Since    time.Time
}

// Supervised are the records that are shown to the actor as a supervisor.
func (ps *People) Supervised(ctx context.Context, actor access.Actor) ([]Shown, error) {
	l, err := ps.door.BeginList(ctx, actor, access.ListSupervised, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	return sharedWith(ctx, l, actor.ID)
}

// TellCareTeam posts, to each who treats the client, the letter that says only
// that something is waiting. run is the job that asks for it, and ends with it.
// actor is the program itself. It returns who was told.
func (ps *People) TellCareTeam(ctx context.Context, actor access.Actor, clientID string, run *job.Run) ([]string, error) {
	tx, err := ps.door.Begin(ctx, actor, access.TellCareTeam, access.ClientRecord(clientID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	team, err := treating(ctx, tx, clientID)
	if err != nil {
		return nil, err
	}
	for _, p := range team {
		if err := post.Post(ctx, tx, access.PersonRecord(p), ps.waiting()); err != nil {
			return nil, err
		}
	}
	if err := run.Done(ctx, tx); err != nil {
		return nil, err
	}
	return team, tx.Commit()
}

// Openings are who opened the client's record, newest first.
func (ps *People) Openings(ctx context.Context, actor access.Actor, clientID string, most int) ([]access.Opening, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadOpenings, access.ClientRecord(clientID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return tx.Openings(ctx, most)
}
