package account

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/passwords"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/tries"
)

// Somebody changes the address with which they sign in, and to which letters go, in two
// steps: they ask for it, having said once more who they are, and then open a link that
// went to the new one, signed in as themself: an address that was mistyped lets nobody in.
// Until then nothing has changed.
//
// Whoever found an account open could so take it from its owner. So the former address is
// told, and of whoever had a second step a link there, with the password from before, puts
// it back for seven days. Of others nothing does: a mailbox that somebody shares is a reason
// to change, and who shares it often knows the old password too.
const (
	confirmLasts  = time.Hour
	addressesFree = 5 // changes that are asked for before there is a wait between two
)

// ConfirmPath and UndoPath are where links about an address lead, before the token. To
// look there changes nothing: mail scanners do.
const (
	ConfirmPath = "/account/address/"
	UndoPath    = "/address/"
)

// Pending is an address that was asked for and not confirmed yet; zero: there is none.
type Pending struct {
	Email string
	Until time.Time // until when its link is good
}

// Follow has letters to a person go to email from now on, in the same transaction as what
// they sign in with. It is what OnAddress's function returns.
type Follow func(ctx context.Context, tx *access.Tx, email string) error

// OnAddress has f say, before a change of somebody's address by actor and action, what
// follows it. It is for person, which has the address to which letters go.
func (a *Accounts) OnAddress(f func(ctx context.Context, actor access.Actor, action access.Action, person string) (Follow, error)) {
	a.address = f
}

func (a *Accounts) follow(ctx context.Context, action access.Action, actor access.Actor, person string) (Follow, error) {
	if a.address == nil {
		return func(context.Context, *access.Tx, string) error { return nil }, nil
	}
	return a.address(ctx, actor, action, person)
}

func goneAddress() error {
	return fault.New(fault.Invalid, "token", "This link is no longer good. It works once, and not for ever.")
}

// AskAddress has a link sent to email, with which actor would like to sign in from now on.
// It takes the place of what they asked for before. Whether somebody else signs in there is
// neither said nor to be seen. It needs a fresh sign-in, and after several is fault.TooSoon.
func (a *Accounts) AskAddress(ctx context.Context, actor access.Actor, email string) error {
	tx, err := a.door.Begin(ctx, actor, access.AskAddress, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if email, err = Address(email); err != nil {
		return err
	}
	r, b, err := read(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	if b.Email == email {
		return fault.New(fault.Invalid, "email", "You sign in with this address already.")
	}
	if _, err := tries.CountOf(ctx, tx, a.mark(tx.Practice, "tries", "address", actor.ID), addressesFree); err != nil {
		return tries.Say(err, "", "Several addresses were asked for just now. Nothing was sent; please wait a while before the next.")
	}
	if err := dropPending(ctx, tx, actor.ID); err != nil {
		return err
	}
	before := b
	before.changing(tx.Now)
	token := secret()
	m := move{From: b.Email, To: email}
	if before.Former.TOTP != "" || isStaff(r.roles) {
		m.Password = before.Former.Password
	}
	if err := keepMove(ctx, tx, actor.ID, hashOf(token), false, tx.Now.Add(confirmLasts).UnixMicro(), m); err != nil {
		return err
	}
	err = post.Post(ctx, tx, access.AccountRecord(actor.ID), post.Letter{
		To: email, Subject: "A link to confirm your address",
		Text: "Hello,\n\n" +
			"somebody, we hope you, would like to sign in at " + a.site.Origin + " with this address. This link is good once, for an hour; you sign in there as before, and confirm it:\n\n" +
			a.site.Origin + ConfirmPath + tx.Practice + "." + token + "\n\n" +
			"If it was not you, there is nothing to do: nothing has changed.\n",
	})
	if err != nil {
		return err
	}
	tx.Names("address asked for")
	return tx.Commit()
}

// TakeBackAddress takes back what actor asked for and has not confirmed. Where there is
// nothing it does nothing.
func (a *Accounts) TakeBackAddress(ctx context.Context, actor access.Actor) error {
	tx, err := a.door.Begin(ctx, actor, access.ReviseAccount, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := dropPending(ctx, tx, actor.ID); err != nil {
		return err
	}
	tx.Names("address taken back")
	return tx.Commit()
}

// Confirming returns the address that the link with token confirms for actor. It changes
// nothing. A link that is not good, or not theirs, fails with fault.Invalid, field "token".
func (a *Accounts) Confirming(ctx context.Context, actor access.Actor, token string) (email string, err error) {
	tx, err := a.door.Begin(ctx, actor, access.ReadAccount, access.AccountRecord(actor.ID))
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	practice, hash, ok := split(token)
	if !ok || practice != tx.Practice {
		return "", goneAddress()
	}
	m, _, err := moveBy(ctx, tx, actor.ID, hash, false)
	return m.To, err
}

// ConfirmAddress has actor sign in with the address to which the link with token went, from
// now on, and letters go there. All of their sign-ins end but the one called signInID, and
// every link that lets them in. The former address is told. A link that is not good fails
// as in Confirming; an address with which somebody else signs in with fault.Conflict: who
// has the link reads that mailbox.
func (a *Accounts) ConfirmAddress(ctx context.Context, actor access.Actor, signInID, token string) error {
	follow, err := a.follow(ctx, access.ConfirmAddress, actor, actor.ID)
	if err != nil {
		return err
	}
	return a.confirm(ctx, actor, signInID, token, follow)
}

func (a *Accounts) confirm(ctx context.Context, actor access.Actor, signInID, token string, follow Follow) error {
	tx, err := a.door.Begin(ctx, actor, access.ConfirmAddress, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	practice, hash, ok := split(token)
	if !ok || practice != tx.Practice {
		return goneAddress()
	}
	m, _, err := moveBy(ctx, tx, actor.ID, hash, false)
	if err != nil {
		tx.Refuse()
		return err
	}
	_, b, err := read(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	m.From, b.Email = b.Email, m.To
	if err := a.reach(ctx, tx, actor.ID, b); err != nil {
		tx.Refuse() // nothing was changed
		return err
	}
	if err := follow(ctx, tx, m.To); err != nil {
		return err
	}
	if err := useLinks(ctx, tx, actor.ID); err != nil {
		return err
	}
	if err := endOthers(ctx, tx, actor.ID, signInID); err != nil {
		return err
	}
	back := secret()
	if err := keepMove(ctx, tx, actor.ID, hashOf(back), true, tx.Now.Add(undoable).UnixMicro(), m); err != nil {
		return err
	}
	text := "Hello,\n\n" +
		"the address with which you sign in at " + a.site.Origin + " was changed on " + tx.Now.Format("Monday 2 January 2006, 15:04") + " (UTC). Letters go to another one from now on.\n\n" +
		"If that was you, there is nothing to do. "
	if m.Password == nil {
		text += "If not, sign in there soon, if you still can, and change it back; or speak to those who gave you the account: they can let you in again.\n"
	} else {
		text += "If not, this link puts this address back. It is good for seven days, and asks for the password that you had before:\n\n" +
			a.site.Origin + UndoPath + tx.Practice + "." + back + "\n"
	}
	err = post.Post(ctx, tx, access.AccountRecord(actor.ID), post.Letter{To: m.From, Subject: "A change to how you sign in", Text: text})
	if err != nil {
		return err
	}
	tx.Names("address changed, other sign-ins ended")
	return tx.Commit()
}

// An UndoForm is what somebody brings who puts back the address from before.
type UndoForm struct {
	Token    string // of the link
	Password string // from before the change
	Source   string // as in PasswordForm
}

// Undoing says whether the link with token still puts back an address. It changes nothing.
// One that does not fails with fault.Invalid, field "token".
func (a *Accounts) Undoing(ctx context.Context, token string) error {
	_, err := a.undoing(ctx, token)
	return err
}

func (a *Accounts) undoing(ctx context.Context, token string) (person string, err error) {
	practice, hash, ok := split(token)
	if !ok {
		return "", goneAddress()
	}
	tx, err := a.door.Glance(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	err = tx.QueryRow(ctx, `
		SELECT person_id FROM address_change
		WHERE practice = $1 AND token_hash = $2 AND undoes AND expires_at > $3`,
		practice, hash, tx.Now.UnixMicro()).Scan(&person)
	if errors.Is(err, sql.ErrNoRows) {
		return "", goneAddress()
	}
	if err != nil {
		return "", fmt.Errorf("read change of address: %w", err)
	}
	return person, nil
}

// UndoAddress puts back the address that somebody signed in with before, with the link
// that went there and the password from before: what was changed since is undone with it.
// Every sign-in and every link ends. It returns the token of a link for RecoverPath, as
// good as one that is mailed: whoever changed the address may know the password too. What
// does not fit is fault.Invalid, field "former"; tries are counted.
func (a *Accounts) UndoAddress(ctx context.Context, form UndoForm) (recovery string, err error) {
	person, err := a.undoing(ctx, form.Token)
	if many := a.missed(form.Source, err); many != nil {
		return "", many
	}
	if err != nil {
		return "", err
	}
	practice, hash, _ := split(form.Token)
	right, err := a.tryUndo(ctx, practice, person, hash)
	if err != nil {
		return "", err
	}
	ok, err := a.hasher.Matches(ctx, passwords.Stranger, form.Password, right)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", a.notLetIn(ctx, access.Anyone(practice), person, fault.New(fault.Invalid, "former", "This is not the password from before the address was changed. If you do not know it any more, or had none, speak to the practice: they can let you in again."))
	}
	follow, err := a.follow(ctx, access.UndoAddress, access.Anyone(practice), person)
	if err != nil {
		return "", err
	}
	return a.undoAddress(ctx, practice, person, hash, follow)
}

// undoTries is where tries at the password from before are counted, over all links.
func (a *Accounts) undoTries(practice, person string) []byte {
	return a.mark(practice, "tries", "undo address", person)
}

// tryUndo counts a try, and returns the password that is right.
func (a *Accounts) tryUndo(ctx context.Context, practice, person string, token []byte) (*passwords.Hash, error) {
	tx, err := a.door.Begin(ctx, access.Anyone(practice), access.TrySignIn, access.AccountRecord(person))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	if err := tries.Count(ctx, tx, a.mark(practice, "tries", "link", hex.EncodeToString(token)), a.undoTries(practice, person)); err != nil {
		return nil, err
	}
	m, _, err := moveBy(ctx, tx, person, token, true)
	if err != nil {
		return nil, err
	}
	return m.Password, tx.Commit()
}

func (a *Accounts) undoAddress(ctx context.Context, practice, person string, hash []byte, follow Follow) (string, error) {
	tx, err := a.door.Begin(ctx, access.Anyone(practice), access.UndoAddress, access.AccountRecord(person))
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	m, made, err := moveBy(ctx, tx, person, hash, true)
	if err != nil {
		return "", err
	}
	r, b, err := read(ctx, tx, person)
	if err != nil {
		return "", err
	}
	other := b.Email
	b.Email = m.From
	if err := a.reach(ctx, tx, person, b); err != nil {
		return "", err
	}
	if err := follow(ctx, tx, m.From); err != nil {
		return "", err
	}
	if err := dropMoves(ctx, tx, person, made); err != nil {
		return "", err
	}
	if err := useLinks(ctx, tx, person); err != nil {
		return "", err
	}
	if err := endOthers(ctx, tx, person, "none"); err != nil {
		return "", err
	}
	if err := tries.Forgive(ctx, tx, a.undoTries(practice, person)); err != nil {
		return "", err
	}
	link, err := a.makeLink(ctx, tx, person, false)
	if err != nil {
		return "", err
	}
	for _, to := range []string{m.From, other} {
		if err := a.notice(ctx, tx, r, body{Email: to}); err != nil {
			return "", err
		}
	}
	tx.Names("address from before put back, sign-ins ended")
	return link[len(a.site.Origin+RecoverPath):], tx.Commit()
}
