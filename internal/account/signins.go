package account

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/passwords"
	"github.com/waymark-care/waymark/internal/tries"
)

// A SignIn is a browser that is signed in, as its owner sees it in a list.
type SignIn struct {
	ID      string // names it in EndSignIn
	Browser string // "Firefox on Android"
	How     string // password, passkey, joined, recovered or demo
	Made    time.Time
	Seen    time.Time // when something was last done, to the minute
	Ends    time.Time // in any case
}

// SignIns returns the browsers in which actor is signed in, newest first.
func (a *Accounts) SignIns(ctx context.Context, actor access.Actor) ([]SignIn, error) {
	tx, err := a.door.Begin(ctx, actor, access.ReadAccount, access.AccountRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	rows, err := tx.Query(ctx, `
		SELECT id, how, made_at, seen_at, ends_at, sealed FROM sign_in
		WHERE practice = $1 AND person_id = $2 AND ends_at > $3 AND seen_at + idle > $3
		ORDER BY made_at DESC, id DESC`, tx.Practice, actor.ID, tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read sign-ins: %w", err)
	}
	defer rows.Close()

	var all []SignIn
	for rows.Next() {
		var s SignIn
		var made, seen, ends int64
		var sealed []byte
		if err := rows.Scan(&s.ID, &s.How, &made, &seen, &ends, &sealed); err != nil {
			return nil, fmt.Errorf("read sign-in: %w", err)
		}
		var b browser
		if err := open(ctx, tx, signInPlace(s.ID), sealed, &b); err != nil {
			return nil, err
		}
		s.Browser, s.Made, s.Seen, s.Ends = b.Browser, at(made), at(seen), at(ends)
		all = append(all, s)
	}
	return all, rows.Err()
}

// EndSignIn ends one of actor's sign-ins, at once. One that has ended, or is
// not theirs, is no error and no answer.
func (a *Accounts) EndSignIn(ctx context.Context, actor access.Actor, id string) error {
	tx, err := a.door.Begin(ctx, actor, access.EndSignIn, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names("sign-in " + id)
	_, err = tx.Exec(ctx, `
		DELETE FROM sign_in WHERE practice = $1 AND person_id = $2 AND id = $3`, tx.Practice, actor.ID, id)
	if err != nil {
		return fmt.Errorf("end sign-in: %w", err)
	}
	return tx.Commit()
}

// EndOthers ends all of actor's sign-ins but the one called id.
func (a *Accounts) EndOthers(ctx context.Context, actor access.Actor, id string) error {
	tx, err := a.door.Begin(ctx, actor, access.EndSignIn, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := endOthers(ctx, tx, actor.ID, id); err != nil {
		return err
	}
	return tx.Commit()
}

func endOthers(ctx context.Context, tx *access.Tx, person, but string) error {
	tx.Names("all sign-ins but " + but)
	_, err := tx.Exec(ctx, `
		DELETE FROM sign_in WHERE practice = $1 AND person_id = $2 AND id <> $3`, tx.Practice, person, but)
	if err != nil {
		return fmt.Errorf("end sign-ins: %w", err)
	}
	return nil
}

// StepUp makes the sign-in called signInID fresh: actor says once more who they
// are, by password, and by a code too if they have a second step. Where that would
// not be enough to sign in it is not enough here: staff with a passkey and no second
// step use the passkey. It fails as ByPassword does; an empty code after the right password is fault.Invalid,
// field "code".
func (a *Accounts) StepUp(ctx context.Context, actor access.Actor, signInID, password, code string) error {
	right, err := a.tryStepUp(ctx, actor)
	if err != nil {
		return err
	}
	ok, err := a.hasher.Matches(ctx, passwords.Known, password, right)
	if err != nil {
		return err
	}
	if !ok {
		return a.notLetIn(ctx, actor, actor.ID, fault.New(fault.Invalid, "password", "This is not your password. Try again, or use your passkey."))
	}
	return a.stepUp(ctx, actor, signInID, right, code)
}

func (a *Accounts) stepUps(actor access.Actor) []byte {
	return a.mark(actor.Practice, "tries", "step up", actor.ID)
}

// tryStepUp counts a try, and returns the password that is right.
func (a *Accounts) tryStepUp(ctx context.Context, actor access.Actor) (*passwords.Hash, error) {
	tx, err := a.door.Begin(ctx, actor, access.TrySignIn, access.AccountRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	if err := tries.Count(ctx, tx, a.stepUps(actor)); err != nil {
		return nil, err
	}
	_, b, err := read(ctx, tx, actor.ID)
	if err != nil {
		return nil, err
	}
	return b.Password, tx.Commit()
}

func (a *Accounts) stepUp(ctx context.Context, actor access.Actor, signInID string, right *passwords.Hash, code string) error {
	tx, err := a.door.Begin(ctx, actor, access.MakeSignIn, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	r, b, err := read(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	if !right.Same(b.Password) {
		return overdue()
	}
	if !b.byPassword(r.roles) && enough(r.roles, r.ways) { // who is still setting up has nothing else yet
		return fault.New(fault.Invalid, "password", "A password alone is not enough for your account. Use your passkey.")
	}
	if b.TOTP != "" {
		if _, ok := b.use(code, tx.Now); !ok {
			return wrongCode(code)
		}
		if err := write(ctx, tx, actor.ID, b); err != nil {
			return err
		}
	}
	if err := tries.Forgive(ctx, tx, a.stepUps(actor)); err != nil {
		return err
	}
	if err := freshen(ctx, tx, actor.ID, signInID); err != nil {
		return err
	}
	return tx.Commit()
}

// freshen notes, in tx, that somebody has said once more who they are.
func freshen(ctx context.Context, tx *access.Tx, person, id string) error {
	tx.Names("sign-in " + id + " made fresh")
	done, err := tx.Exec(ctx, `
		UPDATE sign_in SET fresh_at = $4
		WHERE practice = $1 AND person_id = $2 AND id = $3 AND ends_at > $4 AND seen_at + idle > $4`,
		tx.Practice, person, id, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("freshen sign-in: %w", err)
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		return signedOut()
	}
	return err
}
