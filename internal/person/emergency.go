package person

import (
	"context"
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
	state, err := clientState(ctx, tx, clientID)
	if err != nil {
		return err
	}
	if state == "" || state == Erased {
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

// tellOfEmergency posts a notice to the client, their clinicians and the managers.
func (ps *People) tellOfEmergency(ctx context.Context, tx *access.Tx, clientID string) error {
	concerned, err := treating(ctx, tx, clientID)
	if err != nil {
		return err
	}
	managers, err := managers(ctx, tx)
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

// Glasses are the times the glass was broken in the whole practice, newest
// first, without reasons, for those who manage it.
func (ps *People) Glasses(ctx context.Context, actor access.Actor) ([]EmergencyNote, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadGlasses, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return glasses(ctx, tx)
}
