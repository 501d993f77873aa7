package person

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

func insertCare(ctx context.Context, tx *access.Tx, clientID, clinicianID string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO care (practice, client_id, clinician_id, since, until) VALUES ($1, $2, $3, $4, 0)`,
		tx.Practice, clientID, clinicianID, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("begin care: %w", err)
	}
	return nil
}

func closeCare(ctx context.Context, tx *access.Tx, clientID, clinicianID string) error {
	_, err := tx.Exec(ctx, `
		UPDATE care SET until = $4, ended_by = $5
		WHERE practice = $1 AND client_id = $2 AND clinician_id = $3 AND until = 0`,
		tx.Practice, clientID, clinicianID, tx.Now.UnixMicro(), tx.Actor.ID)
	if err != nil {
		return fmt.Errorf("end care: %w", err)
	}
	return nil
}

// treating are the ids of those who work with the client.
func treating(ctx context.Context, tx *access.Tx, clientID string) ([]string, error) {
	return ids(ctx, tx, `
		SELECT clinician_id FROM care
		WHERE practice = $1 AND client_id = $2 AND until = 0 ORDER BY since`, tx.Practice, clientID)
}

// staffIn are the ids of all who are, or were, of the staff.
func staffIn(ctx context.Context, tx *access.Tx) ([]string, error) {
	return ids(ctx, tx, `SELECT id FROM person WHERE practice = $1 AND role = 'staff'`, tx.Practice)
}

// treatedBy are the clients with whom somebody works.
func treatedBy(ctx context.Context, tx *access.Tx, clinicianID string) ([]string, error) {
	return ids(ctx, tx, `
		SELECT client_id FROM care
		WHERE practice = $1 AND clinician_id = $2 AND until = 0`, tx.Practice, clinicianID)
}

// finishes are when somebody else than clinician ended their work with a client with whom
// they do not work again, since then.
func finishes(ctx context.Context, tx *access.Tx, clinicianID string, since time.Time) ([]Finish, error) {
	rows, err := tx.Query(ctx, `
		SELECT c.ended_by, c.ended_by = c.client_id, c.until FROM care c
		WHERE c.practice = $1 AND c.clinician_id = $2 AND c.until > $3 AND c.ended_by NOT IN ('', $2) AND NOT EXISTS (
			SELECT 1 FROM care n
			WHERE n.practice = c.practice AND n.client_id = c.client_id AND n.clinician_id = c.clinician_id AND n.until = 0)
		ORDER BY c.until DESC`, tx.Practice, clinicianID, since.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read ended care: %w", err)
	}
	defer rows.Close()

	var all []Finish
	for rows.Next() {
		var f Finish
		var at int64
		if err := rows.Scan(&f.ByID, &f.ByClient, &at); err != nil {
			return nil, fmt.Errorf("read ended care: %w", err)
		}
		f.At = access.Moment(at)
		all = append(all, f)
	}
	return all, rows.Err()
}

// treatedByOthers are the clients with whom somebody else works than that one.
func treatedByOthers(ctx context.Context, tx *access.Tx, but string) ([]string, error) {
	return ids(ctx, tx, `
		SELECT DISTINCT client_id FROM care
		WHERE practice = $1 AND until = 0 AND clinician_id <> $2`, tx.Practice, but)
}

func insertSupervision(ctx context.Context, tx *access.Tx, supervisorID, superviseeID string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO supervision (practice, supervisee_id, supervisor_id, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, tx.Practice, superviseeID, supervisorID, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("begin supervision: %w", err)
	}
	return access.NotEnded(ctx, tx, supervisorID, access.PersonRecord(superviseeID), endedSupervision)
}

func deleteSupervision(ctx context.Context, tx *access.Tx, supervisorID, superviseeID string) error {
	done, err := tx.Exec(ctx, `
		DELETE FROM supervision WHERE practice = $1 AND supervisee_id = $2 AND supervisor_id = $3`,
		tx.Practice, superviseeID, supervisorID)
	if err != nil {
		return fmt.Errorf("end supervision: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return access.Ended(ctx, tx, supervisorID, access.PersonRecord(superviseeID), endedSupervision)
}

func supervisorsOf(ctx context.Context, tx *access.Tx, superviseeID string) ([]string, error) {
	return ids(ctx, tx, `
		SELECT supervisor_id FROM supervision
		WHERE practice = $1 AND supervisee_id = $2 ORDER BY since`, tx.Practice, superviseeID)
}

func supervisedBy(ctx context.Context, tx *access.Tx, supervisorID string) ([]string, error) {
	return ids(ctx, tx, `
		SELECT supervisee_id FROM supervision
		WHERE practice = $1 AND supervisor_id = $2 ORDER BY since`, tx.Practice, supervisorID)
}

func supervisions(ctx context.Context, tx *access.Tx) ([]Supervision, error) {
	rows, err := tx.Query(ctx, `
		SELECT supervisor_id, supervisee_id, since FROM supervision
		WHERE practice = $1 ORDER BY since, supervisor_id`, tx.Practice)
	if err != nil {
		return nil, fmt.Errorf("read supervision: %w", err)
	}
	defer rows.Close()

	var all []Supervision
	for rows.Next() {
		var s Supervision
		var at int64
		if err := rows.Scan(&s.SupervisorID, &s.SuperviseeID, &at); err != nil {
			return nil, fmt.Errorf("read supervision: %w", err)
		}
		s.Since = since(at)
		all = append(all, s)
	}
	return all, rows.Err()
}

func insertShared(ctx context.Context, tx *access.Tx, clientID, supervisorID, byID string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO shared (practice, client_id, supervisor_id, by_id, since) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, tx.Practice, clientID, supervisorID, byID, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("share: %w", err)
	}
	return nil
}

// sharedBy are the supervisors to whom somebody shows the client.
func sharedBy(ctx context.Context, tx *access.Tx, clientID, byID string) ([]string, error) {
	return ids(ctx, tx, `
		SELECT supervisor_id FROM shared
		WHERE practice = $1 AND client_id = $2 AND by_id = $3`, tx.Practice, clientID, byID)
}

// sharedWith are the records of l that a supervisor is shown.
func sharedWith(ctx context.Context, l *access.List, supervisorID string) ([]Shown, error) {
	rows, err := l.Query(ctx, `
		SELECT client_id, by_id, since FROM shared
		WHERE practice = $1 AND supervisor_id = $2 AND client_id IN AMONG($3)
		ORDER BY since`, l.Practice, supervisorID, l.AmongIDs())
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

// deleteSharedBy ends what somebody shows of the client, and returns to whom it
// was shown.
func deleteSharedBy(ctx context.Context, tx *access.Tx, clientID, byID string) ([]string, error) {
	return ids(ctx, tx, `
		DELETE FROM shared WHERE practice = $1 AND client_id = $2 AND by_id = $3
		RETURNING supervisor_id`, tx.Practice, clientID, byID)
}

// deleteSharedWith ends what somebody shows to a supervisor, and returns of whom
// it was.
func deleteSharedWith(ctx context.Context, tx *access.Tx, supervisorID, byID string) ([]string, error) {
	return ids(ctx, tx, `
		DELETE FROM shared WHERE practice = $1 AND supervisor_id = $2 AND by_id = $3
		RETURNING client_id`, tx.Practice, supervisorID, byID)
}

// hide ends what a supervisor was shown of a client, whoever showed it.
func hide(ctx context.Context, tx *access.Tx, clientID, supervisorID string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM shared WHERE practice = $1 AND client_id = $2 AND supervisor_id = $3`,
		tx.Practice, clientID, supervisorID)
	if err != nil {
		return fmt.Errorf("hide: %w", err)
	}
	return access.End(ctx, tx, supervisorID, access.ClientRecord(clientID), access.Supervises)
}

// heldBefore says whether what e ended is held, since before it was ended.
func heldBefore(ctx context.Context, tx *access.Tx, e Ending) (bool, error) {
	text, args := `
		SELECT actor_id FROM grants
		WHERE practice = $1 AND actor_id = $2 AND compartment = $3 AND since <= $4 AND kind = $5`,
		[]any{tx.Practice, e.ActorID, string(e.Compartment), e.At.UnixMicro(), e.Kind}
	if e.Kind == endedSupervision {
		text, args = `
		SELECT supervisor_id FROM supervision
		WHERE practice = $1 AND supervisor_id = $2 AND supervisee_id = $3 AND since <= $4`,
			[]any{tx.Practice, e.ActorID, e.Compartment.Of(), e.At.UnixMicro()}
	}
	found, err := ids(ctx, tx, text, args...)
	return len(found) > 0, err
}

// insertEmergency keeps that the glass was broken; made is false if the form was used before.
func insertEmergency(ctx context.Context, tx *access.Tx, id, clientID, reason string, until time.Time) (made bool, err error) {
	body, err := tx.SealJSON(ctx, "emergency.sealed "+id, map[string]string{"reason": reason})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO emergency (practice, client_id, id, actor_id, at, until, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`, tx.Practice, clientID, id, tx.Actor.ID, tx.Now.UnixMicro(), until.UnixMicro(), body)
	if err != nil {
		return false, fmt.Errorf("insert emergency: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// sameEmergency is nil if the form with this id was sent by tx.Actor in the same words, and
// what it gave is still open: it came twice. Otherwise it is fault.Conflict.
func sameEmergency(ctx context.Context, tx *access.Tx, id, clientID, reason string) error {
	all, err := emergencies(ctx, tx, clientID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(n EmergencyNote) bool {
		return n.id == id && n.ActorID == tx.Actor.ID && n.Reason == reason && tx.Now.Before(n.Until)
	}) {
		return nil
	}
	return fault.New(fault.Conflict, "", "This form opened a record before, and nothing was opened by it now. Write why the record must be opened this time, and send it once more.")
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
		var at, until int64
		var body []byte
		if err := rows.Scan(&n.id, &n.ActorID, &at, &until, &body); err != nil {
			return nil, fmt.Errorf("read emergency: %w", err)
		}
		plain, err := tx.Open(ctx, "emergency.sealed "+n.id, body)
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

// glasses are the times the glass was broken in the whole practice.
func glasses(ctx context.Context, tx *access.Tx) ([]EmergencyNote, error) {
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

// vaultsOf are the compartments of somebody's vault, and of what anybody keeps about
// them in theirs, as far as there are any. Each has a key of its own, so that all
// of it ends with either of the two.
func vaultsOf(ctx context.Context, tx *access.Tx, personID string) ([]access.Compartment, error) {
	rows, err := tx.Query(ctx, `
		SELECT compartment FROM compartment
		WHERE practice = $1 AND (compartment = $2 OR compartment > 'entries/' AND compartment < 'entries0')
		ORDER BY compartment`, tx.Practice, string(access.VaultRecord(personID)))
	if err != nil {
		return nil, fmt.Errorf("find vaults: %w", err)
	}
	defer rows.Close()

	var all []access.Compartment
	for rows.Next() {
		var c access.Compartment
		if err := rows.Scan(&c); err != nil {
			return nil, fmt.Errorf("find vaults: %w", err)
		}
		owner, about := c.Pair()
		if c.Kind() == access.KindVault || owner == personID || about == personID {
			all = append(all, c)
		}
	}
	return all, rows.Err()
}
