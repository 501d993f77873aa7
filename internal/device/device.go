// Package device keeps on which phones a client uses Waymark without a network, too,
// and for each a secret that is given to whoever is signed in as its owner: it opens
// what is kept on the phone, which was sealed there (doc/design.md, "A phone
// without a network"). The secret without the phone opens nothing, nor does the phone
// without the secret or the code that its owner chose.
//
// A phone that was taken off keeps its secret until it says that nothing waits on it
// any more: what somebody wrote on it is theirs, and is not lost because they took it
// off from elsewhere. It is told that it is off, and keeps no page from then on.
package device

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
)

const (
	// Most is how many phones one person may use at a time.
	Most = 6

	secretSize = 32 // bytes
	mostName   = 80 // characters
	mostOff    = 12 // phones that were taken off and have not said since that they are empty
)

// A Device is a phone on which somebody uses Waymark without a network.
type Device struct {
	ID   string
	Name string // what browser it is, in words
	Made time.Time
	Off  time.Time // when it was taken off; zero: it was not
}

// Devices keeps them.
type Devices struct {
	door   *access.Door
	origin string
}

// New returns what keeps devices behind door, of a site at origin.
func New(door *access.Door, origin string) *Devices { return &Devices{door, origin} }

// Own are the phones of actor that are not taken off, the oldest first.
func (ds *Devices) Own(ctx context.Context, actor access.Actor) ([]Device, error) {
	tx, err := ds.door.Begin(ctx, actor, access.ReadDevices, access.PersonRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := devicesIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	var own []Device
	for _, d := range all {
		if d.Off.IsZero() {
			own = append(own, d.Device)
		}
	}
	return own, nil
}

// Secret is the secret of one of actor's phones, also of one that was taken off and
// is not empty yet. Any other is fault.NotFound.
func (ds *Devices) Secret(ctx context.Context, actor access.Actor, id string) (Device, []byte, error) {
	tx, err := ds.door.Begin(ctx, actor, access.ReadDevices, access.PersonRecord(actor.ID))
	if err != nil {
		return Device{}, nil, err
	}
	defer tx.Rollback()

	all, err := devicesIn(ctx, tx)
	if err != nil {
		return Device{}, nil, err
	}
	if i := index(all, id); i >= 0 {
		return all[i].Device, all[i].secret, nil
	}
	return Device{}, nil, fault.Absent()
}

// Use has actor use the phone with the given name from now on, and returns its secret.
// id is that of the form: the same twice is success. It needs a fresh sign-in, and is
// told by mail. More than Most are fault.Conflict.
func (ds *Devices) Use(ctx context.Context, actor access.Actor, id, name string) ([]byte, error) {
	tx, err := ds.door.Begin(ctx, actor, access.UseDevice, access.PersonRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	if err := fault.FormID(id); err != nil {
		return nil, err
	}
	if name, err = fault.Line("name", name, mostName); err != nil {
		return nil, err
	}
	all, err := devicesIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	if i := index(all, id); i >= 0 {
		if !all[i].Off.IsZero() {
			return nil, fault.UsedTwice()
		}
		return all[i].secret, nil
	}
	on, off := 0, []device(nil)
	for _, d := range all {
		if d.Off.IsZero() {
			on++
		} else {
			off = append(off, d)
		}
	}
	if on >= Most {
		return nil, fault.New(fault.Conflict, "", "There are as many phones here as there can be. Please take one off first.")
	}
	for len(off) > mostOff { // they have had their time
		if err := drop(ctx, tx, off[0].ID); err != nil {
			return nil, err
		}
		off = off[1:]
	}
	made := device{Device: Device{ID: id, Name: name, Made: tx.Now}, secret: make([]byte, secretSize)}
	rand.Read(made.secret)
	if err := insert(ctx, tx, made); err != nil {
		return nil, err
	}
	if err := post.Entrance(ctx, tx, ds.origin); err != nil {
		return nil, err
	}
	return made.secret, tx.Commit()
}

// TakeOff has one of actor's phones keep nothing from now on. Twice is success.
func (ds *Devices) TakeOff(ctx context.Context, actor access.Actor, id string) error {
	tx, err := ds.door.Begin(ctx, actor, access.DropDevice, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	found, err := end(ctx, tx, id)
	if err != nil {
		return err
	}
	if !found {
		return fault.Absent()
	}
	return tx.Commit()
}

// Empty is said by the phone itself, with its secret: it holds nothing any more. It is
// forgotten.
func (ds *Devices) Empty(ctx context.Context, actor access.Actor, id string, secret []byte) error {
	tx, err := ds.door.Begin(ctx, actor, access.ForgetDevice, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	all, err := devicesIn(ctx, tx)
	if err != nil {
		return err
	}
	i := index(all, id)
	if i < 0 || subtle.ConstantTimeCompare(all[i].secret, secret) != 1 {
		return fault.Absent()
	}
	if err := drop(ctx, tx, id); err != nil {
		return err
	}
	return tx.Commit()
}

// RemovedIn takes off, in tx, every phone of a person who lost all ways to sign in and was
// let in again, or who ends all else that can come in: one of them may be somebody else's.
// What waits on one stays, and is given back to its owner. It is for account, as
// OnRemoved; a passkey that is removed by itself takes none off.
func RemovedIn(ctx context.Context, tx *access.Tx, person, passkey string) error {
	if passkey != "" {
		return nil
	}
	return endAll(ctx, tx, access.PersonRecord(person))
}

func index(all []device, id string) int {
	return slices.IndexFunc(all, func(d device) bool { return d.ID == id })
}
