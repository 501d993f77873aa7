package person

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
)

// Invites are the invitations to one person, newest first, and what became of their letters.
func (ps *People) Invites(ctx context.Context, actor access.Actor, personID string) ([]Invite, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadPerson, access.PersonRecord(personID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := invitesOf(ctx, tx, personID)
	if err != nil {
		return nil, err
	}
	for n, i := range all {
		if !i.Mailed || !i.Open(tx.Now) {
			continue
		}
		if all[n].Letter, all[n].Stuck, err = post.FateOf(ctx, tx, i.letter); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Awaited is the id of whoever was invited at the address email and has not come in, for
// the operator. Nobody there is fault.NotFound.
func (ps *People) Awaited(ctx context.Context, actor access.Actor, email string) (string, error) {
	email, err := Address("email", email)
	if err != nil {
		return "", err
	}
	all, err := ps.unused(ctx, actor.Practice)
	if err != nil {
		return "", err
	}
	for _, id := range all {
		p, err := ps.invitedNow(ctx, actor, id)
		switch {
		case fault.Is(err, fault.NotFound): // erased
		case err != nil:
			return "", err
		case p.State == Invited && strings.EqualFold(p.Email, email):
			return id, nil
		}
	}
	return "", fault.Absent()
}

// unused are those of whom an invitation was never taken up.
func (ps *People) unused(ctx context.Context, practice string) ([]string, error) {
	tx, err := ps.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return idsIn(tx.Query(ctx, selectUnused, practice))
}

func (ps *People) invitedNow(ctx context.Context, actor access.Actor, personID string) (Person, error) {
	tx, err := ps.door.Begin(ctx, actor, access.InviteAgain, access.PersonRecord(personID))
	if err != nil {
		return Person{}, err
	}
	defer tx.Rollback()

	return newestPerson(ctx, tx, personID)
}

// InviteByHand makes a fresh link for a person who was invited and has not come, where no
// letter reaches them: older links end, and letters with them that wait are taken back.
// actor is the operator of the machine, who hands the link over and to whom no name is
// shown; whoever invited them could come in as them.
func (ps *People) InviteByHand(ctx context.Context, actor access.Actor, personID string) (string, error) {
	tx, err := ps.door.Begin(ctx, actor, access.InviteAgain, access.PersonRecord(personID))
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	p, err := newestPerson(ctx, tx, personID)
	if err != nil {
		return "", err
	}
	if p.State != Invited {
		return "", fault.New(fault.Conflict, "", "They are not invited at the moment: they have come in already, or their invitation was withdrawn.")
	}
	last, err := newestInvite(ctx, tx, personID)
	if err != nil {
		return "", err
	}
	if err := endInvites(ctx, tx, personID); err != nil {
		return "", err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make id: %w", err)
	}
	i, link, hash := ps.newInvite(tx, id.String(), personID, last.Roles)
	if err := insertInvite(ctx, tx, i, hash); err != nil {
		return "", err
	}
	tx.Names("invite " + i.ID)
	return link, tx.Commit()
}
