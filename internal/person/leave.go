package person

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/post"
)

// Leave ends everything that a person of the staff may do in the practice, at
// once and everywhere: grants, care, supervision, sign-ins and the way to sign in.
// What they kept for themself is erased: nobody else could ever read it. Invitations that
// they made end too, since they may know the links; a client of theirs with whom somebody
// else works is sent a fresh one, and one with nobody when TakeOver has found somebody.
// Clients who have come in are told that something is waiting.
func (ps *People) Leave(ctx context.Context, actor access.Actor, personID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.EndWork, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if personID == actor.ID {
		return fault.New(fault.Invalid, "person", "You cannot end your own work here: ask somebody else who manages the practice.")
	}
	works, err := isStaff(ctx, tx, personID)
	if err != nil {
		return err
	}
	if !works {
		return tx.Absent()
	}
	tx.Names("person " + personID)
	clients, err := treatedBy(ctx, tx, personID)
	if err != nil {
		return err
	}
	invited, err := invitedBy(ctx, tx, personID)
	if err != nil {
		return err
	}
	if err := ps.leave(ctx, tx, personID); err != nil {
		return err
	}
	for _, c := range clients {
		if err := ps.tellWhoStays(ctx, tx, c); err != nil {
			return err
		}
	}
	for _, c := range invited {
		if err := ps.inviteAfresh(ctx, tx, c); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// tellWhoStays posts to a client who has come in that something is waiting: somebody who
// worked with them has left.
func (ps *People) tellWhoStays(ctx context.Context, tx *access.Tx, clientID string) error {
	state, err := clientState(ctx, tx, clientID)
	if err != nil || state != Here {
		return err
	}
	return post.Post(ctx, tx, access.PersonRecord(clientID), ps.waiting())
}

// inviteAfresh sends a client with whom somebody works a link, where they were invited,
// have not come in, and hold no link that is good. It is not shown to the actor.
func (ps *People) inviteAfresh(ctx context.Context, tx *access.Tx, clientID string) error {
	state, err := clientState(ctx, tx, clientID)
	if err != nil || state != Invited {
		return err
	}
	now, err := treating(ctx, tx, clientID)
	if err != nil || len(now) == 0 {
		return err
	}
	all, err := invitesOf(ctx, tx, clientID)
	if err != nil || len(all) == 0 || slices.ContainsFunc(all, func(i Invite) bool { return i.Open(tx.Now) }) {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	_, err = ps.send(ctx, tx, id.String(), clientID, all[0].Roles)
	return err
}

func (ps *People) leave(ctx context.Context, tx *access.Tx, personID string) error {
	clients, err := treatedBy(ctx, tx, personID)
	if err != nil {
		return err
	}
	for _, c := range clients {
		if err := ps.endCare(ctx, tx, c, personID); err != nil {
			return err
		}
	}
	if err := ps.leaveSupervision(ctx, tx, personID); err != nil {
		return err
	}
	if err := access.EndAllOf(ctx, tx, personID); err != nil {
		return err
	}
	if err := endInvites(ctx, tx, personID); err != nil {
		return err
	}
	if err := endInvitesBy(ctx, tx, personID); err != nil {
		return err
	}
	if err := ps.accounts.Close(ctx, tx, personID); err != nil {
		return err
	}
	if err := access.EraseRows(ctx, tx, access.ReflectionRecord(personID)); err != nil {
		return err
	}
	vaults, err := eraseVaults(ctx, tx, personID)
	if err != nil {
		return err
	}
	if err := job.Enqueue(ctx, tx, job.Job{Name: EraseJob, Key: personID, Args: map[string]string{"left": personID, "also": also(vaults)}}); err != nil {
		return err
	}
	return setState(ctx, tx, personID, Left)
}

func (ps *People) leaveSupervision(ctx context.Context, tx *access.Tx, personID string) error {
	supervisees, err := supervisedBy(ctx, tx, personID)
	if err != nil {
		return err
	}
	for _, s := range supervisees {
		if err := endSupervision(ctx, tx, personID, s); err != nil {
			return err
		}
	}
	supervisors, err := supervisorsOf(ctx, tx, personID)
	if err != nil {
		return err
	}
	for _, s := range supervisors {
		if err := endSupervision(ctx, tx, s, personID); err != nil {
			return err
		}
	}
	return nil
}

// EraseJob is the name of the job that destroys the keys of somebody erased.
const EraseJob = "person.erase"

// An Erasure is a client's record as it is being erased: each record that had a key of
// its own, how many rows of it there were, and the fingerprint of its key.
type Erasure struct {
	Client  string
	Again   bool // it had been erased before, and nothing was left
	Records []ErasedRecord
}

// An ErasedRecord is one of them.
type ErasedRecord struct {
	Compartment access.Compartment
	Rows        int64
	Key         string // access.KeyFingerprint; empty if it had none any more
}

// Erase ends a client's record for good: all grants and the way to sign in, and
// then the keys, so that older backups hold only noise. What is left are the
// audit log and the fact that a record was erased.
func (ps *People) Erase(ctx context.Context, actor access.Actor, clientID string) error {
	_, err := ps.EraseNoting(ctx, actor, clientID, nil)
	return err
}

// EraseNoting is Erase, and in the same change asks first, before anything is deleted,
// and has note keep what is erased; an error of theirs leaves everything as it was.
func (ps *People) EraseNoting(ctx context.Context, actor access.Actor, clientID string, note func(context.Context, *access.Tx, Erasure) error, first ...func(context.Context, *access.Tx) error) (Erasure, error) {
	e, err := ps.markErased(ctx, actor, clientID, note, first...)
	if err != nil {
		return e, err
	}
	all := make([]access.Compartment, len(e.Records))
	for i, r := range e.Records {
		all[i] = r.Compartment
	}
	return e, ps.door.Forget(ctx, actor.Practice, all...)
}

func compartmentsOf(clientID string) []access.Compartment {
	return []access.Compartment{access.ClientRecord(clientID), access.PersonRecord(clientID), access.AccountRecord(clientID)}
}

func (ps *People) markErased(ctx context.Context, actor access.Actor, clientID string, note func(context.Context, *access.Tx, Erasure) error, first ...func(context.Context, *access.Tx) error) (Erasure, error) {
	tx, err := ps.door.Begin(ctx, actor, access.EraseClient, access.ClientRecord(clientID))
	if err != nil {
		return Erasure{}, err
	}
	defer tx.Rollback()

	e := Erasure{Client: clientID}
	state, err := clientState(ctx, tx, clientID)
	if err != nil {
		return e, err
	}
	if state == "" {
		return e, tx.Absent()
	}
	e.Again = state == Erased
	for _, ask := range first {
		if err := ask(ctx, tx); err != nil {
			return e, err
		}
	}
	if err := ps.accounts.Close(ctx, tx, clientID); err != nil {
		return e, err
	}
	if err := access.EndAllOf(ctx, tx, clientID); err != nil {
		return e, err
	}
	vaults, err := vaultsOf(ctx, tx, clientID)
	if err != nil {
		return e, err
	}
	for _, c := range append(compartmentsOf(clientID), vaults...) {
		r := ErasedRecord{Compartment: c}
		if r.Key, err = tx.KeyFingerprint(ctx, c); err != nil {
			return e, err
		}
		if r.Rows, err = access.EraseCounted(ctx, tx, c); err != nil {
			return e, err
		}
		e.Records = append(e.Records, r)
	}
	rows, err := eraseClientRows(ctx, tx, clientID)
	if err != nil {
		return e, err
	}
	e.Records[1].Rows += rows // what lies beside the name
	if err := setState(ctx, tx, clientID, Erased); err != nil {
		return e, err
	}
	// Should the machine stop before the keys are destroyed, the queue does it.
	if err := job.Enqueue(ctx, tx, job.Job{Name: EraseJob, Key: clientID, Args: map[string]string{"client": clientID, "also": also(vaults)}}); err != nil {
		return e, err
	}
	if note != nil {
		if err := note(ctx, tx, e); err != nil {
			return e, err
		}
	}
	return e, tx.Commit()
}

// EraseWork is the worker for EraseJob: destroying a key twice does no harm.
func (ps *People) EraseWork(ctx context.Context, run *job.Run) error {
	vaults := alsoIn(run.Args["also"])
	if left := run.Args["left"]; left != "" {
		return ps.door.Forget(ctx, run.Practice, append(vaults, access.ReflectionRecord(left))...)
	}
	return ps.door.Forget(ctx, run.Practice, append(compartmentsOf(run.Args["client"]), vaults...)...)
}

// AddressIn is the e-mail address of the person whose record tx is in, for the post.
func AddressIn(ctx context.Context, tx *access.Tx) (string, error) {
	p, err := newestPerson(ctx, tx, tx.Compartment.Of())
	return p.Email, err
}
