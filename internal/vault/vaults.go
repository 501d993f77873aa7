package vault

import (
	"bytes"
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Vaults are everybody's vaults, behind one door.
type Vaults struct{ door *access.Door }

// New returns the vaults behind door.
func New(door *access.Door) *Vaults { return &Vaults{door: door} }

// Own is the actor's own vault; the zero Vault if they have none.
func (vs *Vaults) Own(ctx context.Context, actor access.Actor) (Vault, error) {
	l, err := vs.door.BeginList(ctx, actor, access.ReadVault, access.KindVault)
	if err != nil {
		return Vault{}, err
	}
	defer l.Rollback()

	c := access.VaultRecord(actor.ID)
	if !l.May(c) {
		return Vault{Owner: actor.ID}, nil
	}
	return vaultIn(ctx, l.Tx, c, func(place string, sealed []byte) ([]byte, error) { return l.OpenIn(ctx, c, place, sealed) })
}

// A MakeForm is a vault that a browser has made.
type MakeForm struct {
	ID   string // UUIDv7
	Salt []byte
	Wrap []byte // the vault's key, wrapped by the recovery code
}

func (f MakeForm) check() error {
	if err := fault.FormID(f.ID); err != nil {
		return err
	}
	if len(f.Salt) != SaltSize {
		return notWhole("salt")
	}
	return checkWrap(f.Wrap)
}

// Make keeps the actor's vault. It needs a fresh sign-in. The same form again is no
// error; where there is another vault already it fails with fault.Conflict.
func (vs *Vaults) Make(ctx context.Context, actor access.Actor, f MakeForm) error {
	if err := vs.door.Prepare(ctx, actor.Practice, access.VaultRecord(actor.ID)); err != nil {
		return err
	}
	return vs.make(ctx, actor, f)
}

func (vs *Vaults) make(ctx context.Context, actor access.Actor, f MakeForm) error {
	tx, err := vs.door.Begin(ctx, actor, access.MakeVault, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := f.check(); err != nil {
		return err
	}
	c := access.VaultRecord(actor.ID)
	made, err := insertVault(ctx, tx, c, f)
	if err != nil {
		return err
	}
	if !made {
		id, _, err := known(ctx, tx, c)
		if err == nil && id != f.ID {
			err = fault.New(fault.Conflict, "", "You have a vault already, perhaps made in another window. Open this page anew.")
		}
		return err
	}
	if err := writeWay(ctx, tx, c, Way{ID: CodeWay, Wrap: f.Wrap}); err != nil {
		return err
	}
	if err := access.Enrol(ctx, tx, c); err != nil {
		return err
	}
	if err := access.Give(ctx, tx, actor.ID, c, access.Self, access.Forever); err != nil {
		return err
	}
	return tx.Commit()
}

// A WayForm is one way to open the vault, as a browser wrapped it.
type WayForm struct {
	Vault      string // its id
	Revision   int64  // of the vault, from which this starts
	Passkey    string // its id in hexadecimal; empty: the recovery code
	Credential []byte
	Wrap       []byte
}

// Renew puts a new recovery code in the place of the former, which opens the vault
// no more. It needs a fresh sign-in. The key itself stays the same: see doc/threats.md.
func (vs *Vaults) Renew(ctx context.Context, actor access.Actor, f WayForm) error {
	tx, err := vs.door.Begin(ctx, actor, access.ReviseVault, access.VaultRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := checkWrap(f.Wrap); err != nil {
		return err
	}
	return vs.revise(ctx, tx, f, Way{ID: CodeWay, Wrap: f.Wrap})
}

// Add lets a passkey open the vault, too. That it is the actor's own is the
// caller's to see. It needs a fresh sign-in.
func (vs *Vaults) Add(ctx context.Context, actor access.Actor, f WayForm) error {
	tx, err := vs.door.Begin(ctx, actor, access.ReviseVault, access.VaultRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := checkPasskey(f.Passkey, f.Credential); err != nil {
		return err
	}
	if err := checkWrap(f.Wrap); err != nil {
		return err
	}
	return vs.revise(ctx, tx, f, Way{ID: f.Passkey, Wrap: f.Wrap, Credential: f.Credential})
}

func (vs *Vaults) revise(ctx context.Context, tx *access.Tx, f WayForm, w Way) error {
	id, revision, err := known(ctx, tx, tx.Compartment)
	if err != nil {
		return err
	}
	ways, err := waysIn(ctx, tx, tx.Compartment, func(place string, sealed []byte) ([]byte, error) { return tx.Open(ctx, place, sealed) })
	if err != nil {
		return err
	}
	for _, there := range ways {
		if there.ID == w.ID && bytes.Equal(there.Wrap, w.Wrap) {
			return nil // it was kept, and the answer was lost
		}
	}
	if id != f.Vault || revision != f.Revision {
		return fault.New(fault.Conflict, "", "The ways to open your vault were changed meanwhile, perhaps in another window. Nothing was changed now: open this page anew.")
	}
	if _, there := (Vault{Ways: ways}).By(w.ID); !there && len(ways) >= maxWays {
		return fault.New(fault.Invalid, "passkey", "There are as many ways to open your vault as there can be. Take one away first.")
	}
	if err := writeWay(ctx, tx, tx.Compartment, w); err != nil {
		return err
	}
	if err := revised(ctx, tx, tx.Compartment); err != nil {
		return err
	}
	tx.Names("way " + w.ID)
	return tx.Commit()
}

// Remove takes the way by a passkey away. The passkey itself stays, for signing in.
// The way by recovery code cannot be taken away. One that is gone is no error.
// It needs a fresh sign-in.
func (vs *Vaults) Remove(ctx context.Context, actor access.Actor, passkey string) error {
	tx, err := vs.door.Begin(ctx, actor, access.ReviseVault, access.VaultRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if passkey == CodeWay {
		return fault.Absent()
	}
	gone, err := removeWays(ctx, tx, tx.Compartment, passkey)
	if err != nil || !gone {
		return err
	}
	if err := revised(ctx, tx, tx.Compartment); err != nil {
		return err
	}
	tx.Names("way " + passkey)
	return tx.Commit()
}

// Discard deletes the actor's vault and everything in it, for good: for whoever has
// lost every way to open it, or no longer trusts its key. They may make an empty one.
// It needs a fresh sign-in. A vault that is gone is no error.
func (vs *Vaults) Discard(ctx context.Context, actor access.Actor, vault string) error {
	tx, err := vs.door.Begin(ctx, actor, access.DiscardVault, access.VaultRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	id, _, err := known(ctx, tx, tx.Compartment)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if id != vault {
		return fault.New(fault.Conflict, "", "This is not the vault that you looked at. Open the page anew.")
	}
	if err := discard(ctx, tx, tx.Compartment); err != nil {
		return err
	}
	if err := access.Ended(ctx, tx, actor.ID, tx.Compartment, endedVault+vault); err != nil {
		return err
	}
	return tx.Commit()
}

// RemovedIn takes away, in tx, the way by a passkey that somebody removes from their
// account; without one, those by all of their passkeys.
func RemovedIn(ctx context.Context, tx *access.Tx, person, passkey string) error {
	c := access.VaultRecord(person)
	if passkey == CodeWay {
		return nil
	}
	gone, err := removeWays(ctx, tx, c, passkey)
	if err != nil || !gone {
		return err
	}
	return revised(ctx, tx, c)
}
