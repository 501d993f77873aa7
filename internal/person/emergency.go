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
	"github.com/waymark-care/waymark/internal/post"
)

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
