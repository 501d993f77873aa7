package account

import (
	"context"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

// EndRest ends everything that can come in to what is actor's own, but their password,
// their second step and the sign-in called signInID: passkeys, recovery codes, other
// sign-ins, links, and what OnEndRest ends. Whoever found the account open may have made
// any of it. It needs a fresh sign-in, and twice is success. Whoever works in the practice
// and has no second step then is led to one before anything else opens.
//
// Who has no password keeps their passkeys, or nothing would be left to sign in with.
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
	if b.Password != nil {
		if _, err := tx.Exec(ctx, `DELETE FROM passkey WHERE practice = $1 AND person_id = $2`, tx.Practice, actor.ID); err != nil {
			return fmt.Errorf("end passkeys: %w", err)
		}
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
