package person

import (
	"context"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// ReadyClient makes the keys of the client whom the invitation with the given id
// will make, and returns the client's id: always the same one. A key that is never
// used does no harm.
func (ps *People) ReadyClient(ctx context.Context, practice, inviteID string) (clientID string, err error) {
	if clientID, err = personFor(inviteID); err != nil {
		return "", err
	}
	if err := ps.door.Prepare(ctx, practice, compartmentsOf(clientID)...); err != nil {
		return "", fmt.Errorf("make keys: %w", err)
	}
	return clientID, nil
}

// InviteIn invites, in a change of another record, a client whom tx.Actor, who is a
// clinician, then treats, and returns the link that was posted to them. The keys
// were made by ReadyClient. tx must be of an action that gives access. The same
// form twice is fault.Conflict: whoever changes the other record knows it again.
func (ps *People) InviteIn(ctx context.Context, tx *access.Tx, f InviteForm) (link string, err error) {
	clientID, err := personFor(f.ID)
	if err != nil {
		return "", err
	}
	if f.staff() {
		return "", fault.New(fault.Invalid, "roles", "Only a client can be taken on.")
	}
	link, err = ps.invite(ctx, tx, f, clientID, compartmentsOf(clientID))
	if err != nil {
		return "", err
	}
	if link == "" {
		return "", fault.New(fault.Conflict, "", "This form was used already. Please open the page again.")
	}
	return link, beginCare(ctx, tx, clientID, tx.Actor.ID)
}

// InvitedIn says, in a change of another record, whether the invitation with the
// given id was made by tx.Actor.
func (ps *People) InvitedIn(ctx context.Context, tx *access.Tx, inviteID string) (bool, error) {
	return invitedByActor(ctx, tx, inviteID)
}

// ErasedIn says, in a change of another record, whether the client with the given id
// was erased, or is not there, as after a restore.
func (ps *People) ErasedIn(ctx context.Context, tx *access.Tx, clientID string) (bool, error) {
	state, err := clientState(ctx, tx, clientID)
	return state == "" || state == Erased, err
}

// PeopleIn are those of l, a list of people, whom keep wants, by name; of others nothing
// is opened. keep sees who somebody is and not yet what they are called.
func PeopleIn(ctx context.Context, l *access.List, keep func(Person) bool) ([]Person, error) {
	return listPeople(ctx, l, "", keep)
}

// PersonIn is, in a change or a reading of another domain, the person whose record tx is in.
func PersonIn(ctx context.Context, tx *access.Tx) (Person, error) {
	return newestPerson(ctx, tx, tx.Compartment.Of())
}
