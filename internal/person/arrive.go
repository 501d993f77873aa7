package person

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Arrived is a client who is brought from another product: they have no way to sign
// in, and nobody has written to them, until they are invited.
const Arrived State = "arrived"

// An Arrival is a client as another product knew them.
type Arrival struct {
	ID          string // UUIDv7 of the client to be made
	Name        string
	Email       string // may be empty, and is asked for when they are invited
	Phone       string // may be empty
	ClinicianID string // who treats them from now on; empty: nobody yet
}

// Check returns a as it can be kept, or what to correct.
func (a Arrival) Check() (Arrival, error) {
	var err error
	if a.Name, err = fault.Line("name", a.Name, MaxName); err != nil {
		return a, err
	}
	if a.Name == "" {
		return a, fault.New(fault.Invalid, "name", "There is no name.")
	}
	if !strings.ContainsFunc(a.Name, unicode.IsLetter) {
		return a, fault.New(fault.Invalid, "name", "There is no letter in it, so it may be a number and no name.")
	}
	if a.Phone, err = fault.Line("phone", a.Phone, MaxPhone); err != nil {
		return a, err
	}
	if a.Email != "" {
		if a.Email, err = Address("email", strings.TrimPrefix(strings.TrimSpace(a.Email), "mailto:")); err != nil {
			return a, err
		}
	}
	return a, fault.FormID(a.ID)
}

// ReadyArrivals makes the keys of the clients with the given ids. A key that is never
// used does no harm; that of somebody who was erased is not made again.
func (ps *People) ReadyArrivals(ctx context.Context, practice string, ids ...string) error {
	var all []access.Compartment
	for _, id := range ids {
		all = append(all, compartmentsOf(id)...)
	}
	if err := ps.door.Prepare(ctx, practice, all...); err != nil {
		return fmt.Errorf("make keys: %w", err)
	}
	return nil
}

// ArriveIn makes, in a change of another record, a client who comes from another
// product. The keys were made by ReadyArrivals. tx must be of an action that gives
// access. made is false, and nothing is changed, if there is somebody with this id.
func (ps *People) ArriveIn(ctx context.Context, tx *access.Tx, a Arrival) (made bool, err error) {
	if a, err = a.Check(); err != nil {
		return false, err
	}
	p := Person{ID: a.ID, State: Arrived, Revision: 1, Name: a.Name, Email: a.Email, Phone: a.Phone}
	if made, err = insertPerson(ctx, tx, p); err != nil || !made {
		return false, err
	}
	if err := ps.keepName(ctx, tx, p); err != nil {
		return false, err
	}
	if err := access.Enrol(ctx, tx, compartmentsOf(a.ID)...); err != nil {
		return false, err
	}
	if a.ClinicianID == "" {
		return true, nil
	}
	if err := checkClinician(ctx, tx, a.ClinicianID); err != nil {
		return false, err
	}
	return true, beginCare(ctx, tx, a.ID, a.ClinicianID)
}

// ListIn returns, by name, those people of l who were not erased; l is a list of
// access.KindPerson whose action opens.
func ListIn(ctx context.Context, l *access.List) ([]Person, error) {
	return listPeople(ctx, l, "", func(p Person) bool { return p.State != Erased })
}

// ErasedOf returns, in tx, which of the given people were erased.
func ErasedOf(ctx context.Context, tx *access.Tx, ids ...string) (map[string]bool, error) {
	gone := make(map[string]bool)
	for _, id := range ids {
		state, err := clientState(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		gone[id] = state == Erased
	}
	return gone, nil
}

// InviteArrived invites a client who came from another product, at the address email:
// it becomes the one that they sign in with. The same for one whose invitation was
// withdrawn. For whoever treats them: at an address of their own, whoever only manages the
// practice could come in as the client. The id is the form's.
func (ps *People) InviteArrived(ctx context.Context, actor access.Actor, id, personID, email string) (link string, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.InviteAgain, access.PersonRecord(personID))
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
	if p.State != Arrived || p.Staff {
		return "", fault.New(fault.Conflict, "", "They were invited already. A fresh link can be made on their page.")
	}
	if email, err = Address("email", email); err != nil {
		return "", err
	}
	if err := ps.countLetter(ctx, tx, email); err != nil {
		return "", err
	}
	if p.Email != email {
		p.Email, p.Revision = email, p.Revision+1
		if err := ps.keepName(ctx, tx, p); err != nil {
			return "", err
		}
	}
	if err := setState(ctx, tx, personID, Invited); err != nil {
		return "", err
	}
	if link, err = ps.send(ctx, tx, id, personID, string(Client)); err != nil {
		return "", err
	}
	return link, tx.Commit()
}
