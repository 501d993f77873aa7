package account

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
)

// EndRest ends everything that can come in to what is actor's own, but their password,
// their second step, the sign-in called signInID and the passkeys that Staying names:
// other passkeys, recovery codes, other sign-ins, links, and what OnEndRest ends. Whoever
// found the account open may have made any of it. It needs a fresh sign-in, and twice is
// success.
func (a *Accounts) EndRest(ctx context.Context, actor access.Actor, signInID string) error {
	tx, err := a.door.Begin(ctx, actor, access.ReviseCredential, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	r, b, err := read(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	if err := endPasskeys(ctx, tx, r, b, signInID); err != nil {
		return err
	}
	if enough(r.roles, r.ways) {
		b.changing(tx.Now)
	}
	b.Codes = nil
	if err := write(ctx, tx, actor.ID, b); err != nil {
		return err
	}
	if err := useLinks(ctx, tx, actor.ID); err != nil {
		return err
	}
	if err := endOthers(ctx, tx, actor.ID, signInID); err != nil {
		return err
	}
	if a.rest != nil {
		if err := a.rest(ctx, tx, actor.ID); err != nil {
			return err
		}
	}
	tx.Names("all else that can come in ended")
	if err := a.notice(ctx, tx, r, b); err != nil {
		return err
	}
	return tx.Commit()
}

// endPasskeys ends, in tx, all passkeys of the person of r but those that stay.
func endPasskeys(ctx context.Context, tx *access.Tx, r row, b body, signInID string) error {
	keys, err := passkeys(ctx, tx, r.personID)
	if err != nil {
		return err
	}
	stay, err := staying(ctx, tx, r, b, keys, signInID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if holds(stay, k.id) {
			continue
		}
		_, err := tx.Exec(ctx, `DELETE FROM passkey WHERE practice = $1 AND person_id = $2 AND id = $3`, tx.Practice, r.personID, k.id)
		if err != nil {
			return fmt.Errorf("end passkeys: %w", err)
		}
	}
	return nil
}

// Staying returns the ids of actor's passkeys that EndRest does not end: the one by which
// the sign-in called signInID came; and all of them where the password would not be enough
// without one, or where it is not known by which of them the sign-in came.
func (a *Accounts) Staying(ctx context.Context, actor access.Actor, signInID string) ([]string, error) {
	tx, err := a.door.Begin(ctx, actor, access.ReadAccount, access.AccountRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	u, r, b, err := readUser(ctx, tx, actor.ID)
	if err != nil {
		return nil, err
	}
	stay, err := staying(ctx, tx, r, b, u.keys, signInID)
	var ids []string
	for _, k := range stay {
		ids = append(ids, hex.EncodeToString(k.id))
	}
	return ids, err
}

func staying(ctx context.Context, tx *access.Tx, r row, b body, keys []passkey, signInID string) ([]passkey, error) {
	if b.Password == nil || len(keys) == 0 {
		return keys, nil
	}
	var how string
	var sealed []byte
	err := tx.QueryRow(ctx, `
		SELECT how, sealed FROM sign_in WHERE practice = $1 AND person_id = $2 AND id = $3`,
		tx.Practice, r.personID, signInID).Scan(&how, &sealed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read sign-in: %w", err)
	}
	if how == howPasskey {
		var in browser
		if err := open(ctx, tx, signInPlace(signInID), sealed, &in); err != nil {
			return nil, err
		}
		if in.Passkey == nil { // it is from before that was noted
			return keys, nil
		}
		for _, k := range keys {
			if bytes.Equal(k.id, in.Passkey) {
				return []passkey{k}, nil
			}
		}
	}
	if !b.byPassword(r.roles) {
		return keys, nil
	}
	return nil, nil
}

func holds(keys []passkey, id []byte) bool {
	return slices.ContainsFunc(keys, func(k passkey) bool { return bytes.Equal(k.id, id) })
}
