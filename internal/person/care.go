package person

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
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
	colleagues, err := ids(ctx, tx, `
		SELECT actor_id FROM grants
		WHERE practice = $1 AND compartment = 'operations' AND kind = 'clinician' AND actor_id = $2`, tx.Practice, clinicianID)
	if err != nil {
		return err
	}
	if len(colleagues) == 0 {
		return fault.New(fault.Invalid, "clinician", "Choose a colleague of the practice.")
	}
	tx.Names("person " + clinicianID)
	if err := beginCare(ctx, tx, clientID, clinicianID); err != nil {
		return err
	}
	return tx.Commit()
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
	if on {
		_, err = tx.Exec(ctx, `
			INSERT INTO supervision (practice, supervisee_id, supervisor_id, since) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, tx.Practice, superviseeID, supervisorID, tx.Now.UnixMicro())
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
	return err
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
		WHERE practice = $1 AND supervisor_id = $2 AND 'client/' || client_id IN AMONG($3)
		ORDER BY since`, l.Practice, actor.ID, l.Among())
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
	if err := setState(ctx, tx, personID, Left); err != nil {
		return err
	}
	return tx.Commit()
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

// BreakGlass opens the record of the client who signs in with email to the
// actor for four hours, because of an emergency. The client, those who treat
// them and those who manage the practice are told. It returns the client's id.
func (ps *People) BreakGlass(ctx context.Context, actor access.Actor, id, email, reason string) (string, error) {
	clientID, err := ps.accounts.Find(ctx, actor.Practice, email)
	if err != nil {
		return "", err
	}
	return clientID, ps.breakGlass(ctx, actor, id, clientID, reason)
}

func (ps *People) breakGlass(ctx context.Context, actor access.Actor, id, clientID, reason string) error {
	tx, err := ps.door.Begin(ctx, actor, access.BreakGlass, access.ClientRecord(clientID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := checkID(id); err != nil {
		return err
	}
	if err := text("reason", reason, MaxReason, true, "Write in a sentence why the record must be opened now."); err != nil {
		return err
	}
	known, err := ids(ctx, tx, `SELECT id FROM person WHERE practice = $1 AND id = $2 AND role = 'client' AND state <> 'erased'`, tx.Practice, clientID)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		return fault.New(fault.NotFound, "email", "There is no record for this address.")
	}
	until := tx.Now.Add(EmergencyLasts)
	if err := insertEmergency(ctx, tx, id, clientID, strings.TrimSpace(reason), until); err != nil {
		return err
	}
	if err := access.Give(ctx, tx, actor.ID, access.ClientRecord(clientID), access.Emergency, until); err != nil {
		return err
	}
	if err := access.Give(ctx, tx, actor.ID, access.PersonRecord(clientID), access.Glimpses, until); err != nil {
		return err
	}
	if err := access.Give(ctx, tx, clientID, access.PersonRecord(actor.ID), access.Knows, access.Forever); err != nil {
		return err
	}
	if err := ps.tellOfEmergency(ctx, tx, clientID); err != nil {
		return err
	}
	return tx.Commit()
}

func insertEmergency(ctx context.Context, tx *access.Tx, id, clientID, reason string, until time.Time) error {
	plain, err := json.Marshal(map[string]string{"reason": reason})
	if err != nil {
		return fmt.Errorf("encode reason: %w", err)
	}
	body, err := tx.Seal(ctx, "emergency.sealed "+id, plain)
	if err != nil {
		return fmt.Errorf("seal reason: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO emergency (practice, client_id, id, actor_id, at, until, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`, tx.Practice, clientID, id, tx.Actor.ID, tx.Now.UnixMicro(), until.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("insert emergency: %w", err)
	}
	return nil
}

// tellOfEmergency posts a notice to the client, their clinicians and the managers.
func (ps *People) tellOfEmergency(ctx context.Context, tx *access.Tx, clientID string) error {
	concerned, err := treating(ctx, tx, clientID)
	if err != nil {
		return err
	}
	managers, err := ids(ctx, tx, `
		SELECT actor_id FROM grants
		WHERE practice = $1 AND compartment = 'operations' AND kind = 'manager'`, tx.Practice)
	if err != nil {
		return err
	}
	concerned = append(append(concerned, managers...), clientID)
	slices.Sort(concerned)
	for _, p := range slices.Compact(concerned) {
		if err := post.Post(ctx, tx, access.PersonRecord(p), ps.waiting()); err != nil {
			return err
		}
	}
	return nil
}

// waiting is the letter that says only that there is something to see.
func (ps *People) waiting() post.Letter {
	return post.Letter{
		Subject: "Something is waiting for you",
		Text: "Hello,\n\nsomething is waiting for you. You see it once you have signed in:\n\n" + ps.origin +
			"/\n\nThis message says no more on purpose.\n",
	}
}

// An EmergencyNote is one time somebody broke the glass, as the client, those
// who treat them, and those who manage the practice see it.
type EmergencyNote struct {
	ClientID  string
	ActorID   string
	At, Until time.Time
	Reason    string // empty where the reader may not open it
}

// Emergencies are the times somebody opened the client's record in an emergency.
func (ps *People) Emergencies(ctx context.Context, actor access.Actor, clientID string) ([]EmergencyNote, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadEmergency, access.ClientRecord(clientID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return emergencies(ctx, tx, clientID)
}

func emergencies(ctx context.Context, tx *access.Tx, clientID string) ([]EmergencyNote, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, actor_id, at, until, sealed FROM emergency
		WHERE practice = $1 AND client_id = $2 ORDER BY at DESC`, tx.Practice, clientID)
	if err != nil {
		return nil, fmt.Errorf("read emergencies: %w", err)
	}
	defer rows.Close()

	var all []EmergencyNote
	for rows.Next() {
		n := EmergencyNote{ClientID: clientID}
		var id string
		var at, until int64
		var body []byte
		if err := rows.Scan(&id, &n.ActorID, &at, &until, &body); err != nil {
			return nil, fmt.Errorf("read emergency: %w", err)
		}
		plain, err := tx.Open(ctx, "emergency.sealed "+id, body)
		if err != nil {
			return nil, fmt.Errorf("open emergency: %w", err)
		}
		var s struct {
			Reason string `json:"reason"`
		}
		if err := json.Unmarshal(plain, &s); err != nil {
			return nil, fmt.Errorf("decode emergency: %w", err)
		}
		n.At, n.Until, n.Reason = since(at), since(until), s.Reason
		all = append(all, n)
	}
	return all, rows.Err()
}

// Glasses are the times the glass was broken in the whole practice, newest
// first, without reasons, for those who manage it.
func (ps *People) Glasses(ctx context.Context, actor access.Actor) ([]EmergencyNote, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadGlasses, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	rows, err := tx.Query(ctx, `
		SELECT client_id, actor_id, at, until FROM emergency
		WHERE practice = $1 ORDER BY at DESC LIMIT 100`, tx.Practice)
	if err != nil {
		return nil, fmt.Errorf("read emergencies: %w", err)
	}
	defer rows.Close()

	var all []EmergencyNote
	for rows.Next() {
		var n EmergencyNote
		var at, until int64
		if err := rows.Scan(&n.ClientID, &n.ActorID, &at, &until); err != nil {
			return nil, fmt.Errorf("read emergency: %w", err)
		}
		n.At, n.Until = since(at), since(until)
		all = append(all, n)
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
		if err := access.EndAllIn(ctx, tx, c); err != nil {
			return err
		}
		if err := access.Unenrol(ctx, tx, c); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		`DELETE FROM person_name WHERE practice = $1 AND person_id = $2`,
		`DELETE FROM letter WHERE practice = $1 AND compartment = 'person/' || $2`,
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
