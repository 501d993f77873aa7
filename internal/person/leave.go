package person

import (
	"context"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
)

// Leave ends everything that a person of the staff may do in the practice, at
// once and everywhere: grants, care, supervision, sign-ins and the way to sign in.
func (ps *People) Leave(ctx context.Context, actor access.Actor, personID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.EndWork, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if personID == actor.ID {
		return fault.New(fault.Invalid, "person", "You cannot end your own work here: ask somebody else who manages the practice.")
	}
	known, err := ids(ctx, tx, `
		SELECT id FROM person WHERE practice = $1 AND id = $2 AND role = 'staff'`, tx.Practice, personID)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		return absent()
	}
	tx.Names("person " + personID)
	if err := ps.leave(ctx, tx, personID); err != nil {
		return err
	}
	return tx.Commit()
}

func (ps *People) leave(ctx context.Context, tx *access.Tx, personID string) error {
	clients, err := ids(ctx, tx, `
		SELECT client_id FROM care
		WHERE practice = $1 AND clinician_id = $2 AND until = 0`, tx.Practice, personID)
	if err != nil {
		return err
	}
	for _, c := range clients {
		if err := endCare(ctx, tx, c, personID); err != nil {
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
	if err := ps.accounts.Close(ctx, tx, personID); err != nil {
		return err
	}
	return setState(ctx, tx, personID, Left)
}

func (ps *People) leaveSupervision(ctx context.Context, tx *access.Tx, personID string) error {
	supervisees, err := ids(ctx, tx, `
		SELECT supervisee_id FROM supervision WHERE practice = $1 AND supervisor_id = $2`, tx.Practice, personID)
	if err != nil {
		return err
	}
	for _, s := range supervisees {
		if err := endSupervision(ctx, tx, personID, s); err != nil {
			return fmt.Errorf("end supervision: %w", err)
		}
	}
	supervisors, err := ids(ctx, tx, `
		SELECT supervisor_id FROM supervision WHERE practice = $1 AND supervisee_id = $2`, tx.Practice, personID)
	if err != nil {
		return err
	}
	for _, s := range supervisors {
		if err := endSupervision(ctx, tx, s, personID); err != nil {
			return fmt.Errorf("end supervision: %w", err)
		}
	}
	return nil
}

// EraseJob is the name of the job that destroys the keys of somebody erased.
const EraseJob = "person.erase"

// Erase ends a client's record for good: all grants and the way to sign in, and
// then the keys, so that older backups hold only noise. What is left are the
// audit log and the fact that a record was erased.
func (ps *People) Erase(ctx context.Context, actor access.Actor, clientID string) error {
	if err := ps.markErased(ctx, actor, clientID); err != nil {
		return err
	}
	return ps.door.Forget(ctx, actor.Practice, compartmentsOf(clientID)...)
}

func compartmentsOf(clientID string) []access.Compartment {
	return []access.Compartment{access.ClientRecord(clientID), access.PersonRecord(clientID), access.AccountRecord(clientID)}
}

func (ps *People) markErased(ctx context.Context, actor access.Actor, clientID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.EraseClient, access.ClientRecord(clientID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	known, err := ids(ctx, tx, `SELECT id FROM person WHERE practice = $1 AND id = $2 AND role = 'client'`, tx.Practice, clientID)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		return absent()
	}
	if err := ps.accounts.Close(ctx, tx, clientID); err != nil {
		return err
	}
	if err := access.EndAllOf(ctx, tx, clientID); err != nil {
		return err
	}
	for _, c := range compartmentsOf(clientID) {
		if err := access.EraseRows(ctx, tx, c); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		`DELETE FROM person_name WHERE practice = $1 AND person_id = $2`,
		`DELETE FROM emergency WHERE practice = $1 AND client_id = $2`,
		`DELETE FROM shared WHERE practice = $1 AND client_id = $2`,
		`UPDATE invite SET ended_at = 1 WHERE practice = $1 AND person_id = $2`,
		`UPDATE care SET until = since + 1 WHERE practice = $1 AND client_id = $2 AND until = 0`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.Practice, clientID); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	if err := setState(ctx, tx, clientID, Erased); err != nil {
		return err
	}
	// Should the machine stop before the keys are destroyed, the queue does it.
	if err := job.Enqueue(ctx, tx, job.Job{Name: EraseJob, Key: clientID, Args: map[string]string{"client": clientID}}); err != nil {
		return err
	}
	return tx.Commit()
}

// EraseWork is the worker for EraseJob: destroying a key twice does no harm.
func (ps *People) EraseWork(ctx context.Context, run *job.Run) error {
	return ps.door.Forget(ctx, run.Practice, compartmentsOf(run.Args["client"])...)
}

// AddressIn is the e-mail address of the person whose record tx is in, for the post.
func AddressIn(ctx context.Context, tx *access.Tx) (string, error) {
	p, err := newestPerson(ctx, tx, tx.Compartment.Of())
	return p.Email, err
}
