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

// A GlassForm says whose record must be opened in an emergency, and why.
type GlassForm struct {
	ID     string // came with the form
	Email  string // with which they sign in, or which the practice has for them
	Name   string // words of it; needed where several are reached at the address
	Reason string
}

// BreakGlass opens the record of one client to the actor for four hours, because of an
// emergency. The client, those who treat them and those who manage the practice are
// told; a client who has no account, when they come in. It returns the client's id. The
// same form again, while what it gave is open, is success and gives nothing more; any
// other use of it is fault.Conflict.
// Where no client is found, or more than one, it is fault.NotFound, field "email".
func (ps *People) BreakGlass(ctx context.Context, actor access.Actor, f GlassForm) (string, error) {
	f.Name = strings.TrimSpace(fault.Plain(f.Name))
	clientID, err := ps.meant(ctx, actor.Practice, f.Email, f.Name)
	if err != nil {
		return "", err
	}
	return clientID, ps.breakGlass(ctx, actor, clientID, f)
}

func (ps *People) breakGlass(ctx context.Context, actor access.Actor, clientID string, f GlassForm) error {
	tx, err := ps.door.Begin(ctx, actor, access.BreakGlass, access.ClientRecord(clientID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := checkID(f.ID); err != nil {
		return err
	}
	if err := text("reason", f.Reason, MaxReason, true, "Write in a sentence why the record must be opened now."); err != nil {
		return err
	}
	state, err := clientState(ctx, tx, clientID)
	if err != nil {
		return err
	}
	if state == "" || state == Erased {
		return fault.New(fault.NotFound, "email", notOne)
	}
	until := tx.Now.Add(EmergencyLasts)
	made, err := insertEmergency(ctx, tx, f.ID, clientID, strings.TrimSpace(f.Reason), until)
	if err != nil {
		return err
	}
	if !made { // nothing is given without an entry of its own
		return sameEmergency(ctx, tx, f.ID, clientID, strings.TrimSpace(f.Reason))
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
	if err := ps.tellOfEmergency(ctx, tx, clientID, state); err != nil {
		return err
	}
	return tx.Commit()
}

// notOne is said alike where there is nobody, and where there are several.
const notOne = "No record is found by this. Look at the address once more. If others may share it, write the client’s name too; if you wrote one, it may be spelled differently here."

// tellOfEmergency posts a notice to the client, their clinicians and the managers. A
// client who cannot sign in yet would find nothing: theirs waits until they come in.
func (ps *People) tellOfEmergency(ctx context.Context, tx *access.Tx, clientID string, state State) error {
	concerned, err := treating(ctx, tx, clientID)
	if err != nil {
		return err
	}
	managers, err := managers(ctx, tx)
	if err != nil {
		return err
	}
	concerned = append(concerned, managers...)
	if state == Here {
		concerned = append(concerned, clientID)
	}
	slices.Sort(concerned)
	for _, p := range slices.Compact(concerned) {
		if err := post.Post(ctx, tx, access.PersonRecord(p), ps.waiting()); err != nil {
			return err
		}
	}
	return nil
}

// tellWhoCameIn posts to a client who has just come in the notice that waited for them,
// if there is one.
func (ps *People) tellWhoCameIn(ctx context.Context, tx *access.Tx, clientID string) error {
	broken, err := brokenBefore(ctx, tx, clientID)
	if err != nil || !broken {
		return err
	}
	return post.Post(ctx, tx, access.PersonRecord(clientID), ps.waiting())
}

// waiting is the letter that says only that there is something to see.
func (ps *People) waiting() post.Letter {
	return post.Letter{
		Kind:    "waiting",
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

	id string
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
