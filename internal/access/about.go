package access

import (
	"context"
	"errors"
)

// SealAbout encrypts plain under two keys: that of the client whom it is about,
// and around it that of the compartment, which is the actor's own. So it opens to
// its author alone, and ends with either: whoever is erased takes with them what
// somebody else wrote about them for themself, out of older backups too. The row
// names the client in a column called about_record, by which EraseRows finds it. About
// nobody it is Seal.
func (tx *Tx) SealAbout(ctx context.Context, about Compartment, place string, plain []byte) ([]byte, error) {
	if err := tx.ownRecord(about); err != nil {
		return nil, err
	}
	if about != "" {
		var err error
		if plain, err = tx.SealIn(ctx, about, place, plain); err != nil {
			return nil, err
		}
	}
	return tx.Seal(ctx, place, plain)
}

// OpenAbout decrypts what SealAbout made. Nothing else of the client's record opens
// by it: what does not come out of the actor's own compartment is never tried there.
func (tx *Tx) OpenAbout(ctx context.Context, about Compartment, place string, sealed []byte) ([]byte, error) {
	if err := tx.ownRecord(about); err != nil {
		return nil, err
	}
	plain, err := tx.Open(ctx, place, sealed)
	if err != nil || about == "" {
		return plain, err
	}
	return tx.open(ctx, about, place, plain)
}

// ownRecord says whether tx is in what its actor keeps for themself, and about is a
// client's record or nobody's.
func (tx *Tx) ownRecord(about Compartment) error {
	if tx.Compartment != ReflectionRecord(tx.Actor.ID) || about != "" && about.Kind() != KindClient {
		return errors.New("only what somebody keeps for themself is about somebody else")
	}
	return nil
}
