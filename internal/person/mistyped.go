package person

import (
	"context"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Doubt is what to ask back about an address that is valid and yet rarely meant: without
// a dot after the @ it belongs to a machine of the same network. Empty: nothing.
func Doubt(email string) string {
	_, host, _ := strings.Cut(strings.TrimSpace(email), "@")
	if host == "" || strings.HasPrefix(host, "[") || strings.Contains(host, ".") {
		return ""
	}
	return "There is no dot after the @, as there is in name@example.org. Please look once more. If it is right as it is, send the form again."
}

// CorrectInvite puts right the address of a person who was invited and has not come in:
// links that went to another one end at once, and a fresh one goes to email. It is for
// whoever treats a client, and for whoever manages the practice where they invited a
// colleague: at an address of their own they could come in as that person. The id is the
// form's; the same form again is success, and the link is then empty.
func (ps *People) CorrectInvite(ctx context.Context, actor access.Actor, id, personID, email string) (link string, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.CorrectInvite, access.PersonRecord(personID))
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	if err := checkID(id); err != nil {
		return "", err
	}
	p, err := ps.theirInvited(ctx, tx, personID)
	if err != nil {
		return "", err
	}
	if email, err = Address("email", email); err != nil {
		return "", err
	}
	if sent, err := invitedByActor(ctx, tx, id); err != nil || sent && p.Email == email {
		return "", err
	}
	switch {
	case p.State == Here:
		return "", fault.New(fault.Conflict, "", "They have come in already. From then on they change their address themself, under their account.")
	case p.State != Invited:
		return "", fault.New(fault.Conflict, "", "They are not invited at the moment, so there is no address to correct.")
	case p.Email == email:
		return "", fault.New(fault.Invalid, "email", "This is the address that the letter went to. Correct it here, or make a fresh link.")
	}
	if err := checkLetters(ctx, tx, personID); err != nil {
		return "", err
	}
	if err := ps.countLetter(ctx, tx, email); err != nil {
		return "", err
	}
	last, err := newestInvite(ctx, tx, personID)
	if err != nil {
		return "", err
	}
	if err := endInvites(ctx, tx, personID); err != nil {
		return "", err
	}
	p.Email, p.Revision = email, p.Revision+1
	if err := ps.keepName(ctx, tx, p); err != nil {
		return "", err
	}
	tx.Names("invite " + id)
	if link, err = ps.send(ctx, tx, id, personID, last.Roles); err != nil {
		return "", err
	}
	return link, tx.Commit()
}

// WithdrawInvite ends the invitation of a client who has not come in, for whoever treats
// them: nobody comes in as them until they are invited anew (InviteArrived). What was
// planned or asked stays. Of a colleague it is Leave that does so.
func (ps *People) WithdrawInvite(ctx context.Context, actor access.Actor, personID string) error {
	tx, err := ps.door.Begin(ctx, actor, access.WithdrawInvite, access.PersonRecord(personID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	p, err := ps.theirInvited(ctx, tx, personID)
	switch {
	case err != nil:
		return err
	case p.Staff:
		return tx.Absent()
	case p.State == Arrived: // it was withdrawn, or never made
		return nil
	case p.State != Invited:
		return fault.New(fault.Conflict, "", "They have come in already, so there is no invitation to withdraw.")
	}
	if err := endInvites(ctx, tx, personID); err != nil {
		return err
	}
	if err := setState(ctx, tx, personID, Arrived); err != nil {
		return err
	}
	return tx.Commit()
}

// theirInvited is the person whose compartment tx is in, if they are a client whom the
// actor treats, or work here. To know somebody by name is not enough.
func (ps *People) theirInvited(ctx context.Context, tx *access.Tx, personID string) (Person, error) {
	p, err := newestPerson(ctx, tx, personID)
	if err != nil || p.Staff {
		return p, err
	}
	team, err := treating(ctx, tx, personID)
	if err == nil && !slices.Contains(team, tx.Actor.ID) {
		err = tx.Absent()
	}
	return p, err
}
