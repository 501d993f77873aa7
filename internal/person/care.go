package person

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/post"
)

// beginCare makes clinician one who treats client: it gives the grants.
func beginCare(ctx context.Context, tx *access.Tx, clientID, clinicianID string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO care (practice, client_id, clinician_id, since, until) VALUES ($1, $2, $3, $4, 0)`,
		tx.Practice, clientID, clinicianID, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("begin care: %w", err)
	}
	if err := access.Give(ctx, tx, clinicianID, access.ClientRecord(clientID), access.Treats, access.Forever); err != nil {
		return err
	}
	if err := access.Give(ctx, tx, clinicianID, access.PersonRecord(clientID), access.Knows, access.Forever); err != nil {
		return err
	}
	return access.Give(ctx, tx, clientID, access.PersonRecord(clinicianID), access.Knows, access.Forever)
}

// endCare ends it everywhere at once. The client still knows the name of who
// once treated them: it stands in the list of who opened the record.
func endCare(ctx context.Context, tx *access.Tx, clientID, clinicianID string) error {
	_, err := tx.Exec(ctx, `
		UPDATE care SET until = $4
		WHERE practice = $1 AND client_id = $2 AND clinician_id = $3 AND until = 0`,
		tx.Practice, clientID, clinicianID, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("end care: %w", err)
	}
	if err := access.End(ctx, tx, clinicianID, access.ClientRecord(clientID), access.Treats); err != nil {
		return err
	}
	if err := access.End(ctx, tx, clinicianID, access.PersonRecord(clientID), access.Knows); err != nil {
		return err
	}
	return unshare(ctx, tx, clientID, clinicianID)
}

// unshare ends what was shown of the client by one who no longer treats them.
func unshare(ctx context.Context, tx *access.Tx, clientID, byID string) error {
	supervisors, err := ids(ctx, tx, `
		DELETE FROM shared WHERE practice = $1 AND client_id = $2 AND by_id = $3
		RETURNING supervisor_id`, tx.Practice, clientID, byID)
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

// BeginCare brings a colleague in. actor treats the client.
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
	return tx.Commit()
}

// checkClinician says so if the person does not treat clients here.
func checkClinician(ctx context.Context, tx *access.Tx, id string) error {
	here, err := ids(ctx, tx, `
		SELECT p.id FROM person p JOIN grants g ON g.practice = p.practice AND g.actor_id = p.id
		WHERE p.practice = $1 AND p.id = $2 AND p.role = 'staff' AND p.state = 'here'
			AND g.compartment = 'operations' AND g.kind = 'clinician'`, tx.Practice, id)
	if err != nil {
		return err
	}
	if len(here) == 0 {
		return fault.New(fault.Invalid, "clinician", "Choose a clinician of the practice.")
	}
	return nil
}

// TakeOver brings a clinician in to work with a client with whom nobody works
// any more; if somebody does, it fails with fault.Conflict, because then it is
// theirs to bring in a colleague. actor manages the practice, and learns nothing
// of the record by it. The clinician is told that something is waiting, and so
// is a client who has come in already; the client may end it at any time.
func (ps *People) TakeOver(ctx context.Context, actor access.Actor, clientID, clinicianID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.AssignCare, access.ClientRecord(clientID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	known, err := ids(ctx, tx, `
		SELECT state FROM person
		WHERE practice = $1 AND id = $2 AND role = 'client' AND state <> 'erased'`, tx.Practice, clientID)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		return absent()
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
	told := []string{clinicianID}
	if State(known[0]) == Here {
		told = append(told, clientID)
	}
	for _, p := range told {
		if err := post.Post(ctx, tx, access.PersonRecord(p), ps.waiting()); err != nil {
			return err
		}
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

	treated, err := ids(ctx, l.Tx, `
		SELECT DISTINCT client_id FROM care
		WHERE practice = $1 AND until = 0 AND clinician_id <> $2`, l.Practice, but)
	if err != nil {
		return nil, err
	}
	theirs, err := ids(ctx, l.Tx, `
		SELECT client_id FROM care
		WHERE practice = $1 AND until = 0 AND clinician_id = $2`, l.Practice, but)
	if err != nil {
		return nil, err
	}
	return listPeople(ctx, l, func(p Person) bool {
		return !p.Staff && p.State != Erased && !slices.Contains(treated, p.ID) && (but == "" || slices.Contains(theirs, p.ID))
	})
}

// EndCare ends the work of clinician with the client; the client may do it too.
// Nothing of the record is lost, and access to it ends at once.
func (ps *People) EndCare(ctx context.Context, actor access.Actor, clientID, clinicianID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.EndCare, access.ClientRecord(clientID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names("person " + clinicianID)
	if err := endCare(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	return tx.Commit()
}

// CareTeam are the ids of those who treat the client.
func (ps *People) CareTeam(ctx context.Context, actor access.Actor, clientID string) ([]string, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadCare, access.ClientRecord(clientID))
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
		_, err = tx.Exec(ctx, `
			INSERT INTO supervision (practice, supervisee_id, supervisor_id, since) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, tx.Practice, superviseeID, supervisorID, tx.Now.UnixMicro())
		if err == nil {
			err = access.NotEnded(ctx, tx, supervisorID, access.PersonRecord(superviseeID), endedSupervision)
		}
	} else {
		err = endSupervision(ctx, tx, supervisorID, superviseeID)
	}
	if err != nil {
		return fmt.Errorf("set supervision: %w", err)
	}
	return tx.Commit()
}

func endSupervision(ctx context.Context, tx *access.Tx, supervisorID, superviseeID string) error {
	clients, err := ids(ctx, tx, `
		DELETE FROM shared WHERE practice = $1 AND supervisor_id = $2 AND by_id = $3
		RETURNING client_id`, tx.Practice, supervisorID, superviseeID)
	if err != nil {
		return err
	}
	for _, c := range clients {
		if err := access.End(ctx, tx, supervisorID, access.ClientRecord(c), access.Supervises); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `
		DELETE FROM supervision WHERE practice = $1 AND supervisee_id = $2 AND supervisor_id = $3`,
		tx.Practice, superviseeID, supervisorID)
	if err != nil {
		return err
	}
	return access.Ended(ctx, tx, supervisorID, access.PersonRecord(superviseeID), endedSupervision)
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

	all, err := ids(ctx, tx, `
		SELECT supervisor_id FROM supervision
		WHERE practice = $1 AND supervisee_id = $2 ORDER BY since`, tx.Practice, actor.ID)
	if err != nil {
		return nil, err
	}
	shown, err := ids(ctx, tx, `
		SELECT supervisor_id FROM shared
		WHERE practice = $1 AND client_id = $2 AND by_id = $3`, tx.Practice, clientID, actor.ID)
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

	mine, err := ids(ctx, tx, `
		SELECT supervisor_id FROM supervision
		WHERE practice = $1 AND supervisee_id = $2 AND supervisor_id = $3`, tx.Practice, actor.ID, supervisorID)
	if err != nil {
		return err
	}
	if len(mine) == 0 {
		return fault.New(fault.Invalid, "supervisor", "Choose one of your supervisors.")
	}
	tx.Names("person " + supervisorID)
	if !on {
		if err := unshare(ctx, tx, clientID, actor.ID); err != nil {
			return err
		}
		return tx.Commit()
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO shared (practice, client_id, supervisor_id, by_id, since) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, tx.Practice, clientID, supervisorID, actor.ID, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("share: %w", err)
	}
	if err := access.Give(ctx, tx, supervisorID, access.ClientRecord(clientID), access.Supervises, access.Forever); err != nil {
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

	rows, err := l.Query(ctx, `
		SELECT client_id, by_id, since FROM shared
		WHERE practice = $1 AND supervisor_id = $2 AND client_id IN AMONG($3)
		ORDER BY since`, l.Practice, actor.ID, l.AmongIDs())
	if err != nil {
		return nil, fmt.Errorf("read shared: %w", err)
	}
	defer rows.Close()

	var all []Shown
	for rows.Next() {
		var s Shown
		var at int64
		if err := rows.Scan(&s.ClientID, &s.ByID, &at); err != nil {
			return nil, fmt.Errorf("read shared: %w", err)
		}
		s.Since = since(at)
		l.Shows(access.ClientRecord(s.ClientID))
		all = append(all, s)
	}
	return all, rows.Err()
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

// Acts are who did what in the practice, newest first, without content.
func (ps *People) Acts(ctx context.Context, actor access.Actor, most int) ([]access.Opening, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadAuditOfAll, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return tx.Recent(ctx, most)
}
