package person

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
)

// readdress is for account.OnAddress: it reads how a person is called, for an actor who may
// do action in their record, and returns what has letters go to another address.
func (ps *People) readdress(ctx context.Context, actor access.Actor, action access.Action, personID string) (account.Follow, error) {
	tx, err := ps.door.Begin(ctx, actor, action, access.PersonRecord(personID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	p, err := newestPerson(ctx, tx, personID)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx *access.Tx, email string) error {
		now, err := revisionOf(ctx, tx, personID)
		if err != nil {
			return err
		}
		if now != p.Revision {
			return fault.New(fault.Conflict, "", "Something else about you was changed in this moment. Please try once more.")
		}
		p.Email, p.Revision = email, p.Revision+1
		return ps.keepName(ctx, tx, p)
	}, nil
}
