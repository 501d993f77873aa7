package account

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pquerna/otp/totp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/codes"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/passwords"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/tries"
)

// Credentials are what somebody can sign in with.
type Credentials struct {
	Email      string
	Pending    Pending // in its place, once it is confirmed
	Password   bool
	TOTP       bool
	CodesLeft  int // recovery codes
	Passkeys   []Passkey
	NeedsSetup bool // what there is does not suffice yet
	ByPassword bool // the password, with a code if there is a second step, says who one is

	TOTPMade time.Time // when the second step was set up; zero if that was not noted
	Former   Former
}

// A Passkey is a key that a device or a password manager keeps for somebody.
type Passkey struct {
	ID    string // names it in RemovePasskey
	Label string
	Made  time.Time
	Used  time.Time // zero if never

	Credential []byte // by which a browser finds it
}

// Credentials returns what actor can sign in with.
func (a *Accounts) Credentials(ctx context.Context, actor access.Actor) (Credentials, error) {
	tx, err := a.door.Begin(ctx, actor, access.ReadAccount, access.AccountRecord(actor.ID))
	if err != nil {
		return Credentials{}, err
	}
	defer tx.Rollback()

	u, r, b, err := readUser(ctx, tx, actor.ID)
	if err != nil {
		return Credentials{}, err
	}
	c := Credentials{
		Email: b.Email, Password: b.Password != nil, TOTP: b.TOTP != "", CodesLeft: len(b.Codes),
		NeedsSetup: !enough(r.roles, b.ways(len(u.keys))),
	}
	if b.TOTPAt > 0 {
		c.TOTPMade = at(b.TOTPAt)
	}
	c.Former = b.former(r.roles, r.ways, tx.Now)
	if c.Pending, err = pendingOf(ctx, tx, actor.ID); err != nil {
		return Credentials{}, err
	}
	c.ByPassword = b.Password != nil && (c.NeedsSetup || b.byPassword(r.roles))
	for _, p := range u.keys {
		one := Passkey{ID: hex.EncodeToString(p.id), Label: p.Label, Made: at(p.madeAt), Credential: p.Credential.ID}
		if p.usedAt > 0 {
			one.Used = at(p.usedAt)
		}
		c.Passkeys = append(c.Passkeys, one)
	}
	return c, nil
}

// changesFree is how many changes somebody makes to how they sign in before they
// have to wait between two: each one is told by mail.
const changesFree = 20

// revise lets change alter what actor signs in with, keeps it and tells them by
// mail. actor must be fresh. For seven days a link by mail, together with what there was
// before, can undo it (Recover): whoever found an account open must not be able to
// shut its owner out.
func (a *Accounts) revise(ctx context.Context, tx *access.Tx, what string, change func(*row, *body) error) error {
	if err := a.countChange(ctx, tx); err != nil {
		return err
	}
	r, b, err := read(ctx, tx, tx.Actor.ID)
	if err != nil {
		return err
	}
	if enough(r.roles, r.ways) {
		b.changing(tx.Now)
	}
	if err := change(&r, &b); err != nil {
		return err
	}
	if err := write(ctx, tx, tx.Actor.ID, b); err != nil {
		return err
	}
	tx.Names(what)
	if err := a.notice(ctx, tx, r, b); err != nil {
		return err
	}
	return tx.Commit()
}

// countChange counts, in tx, a change that the actor makes to how they sign in.
func (a *Accounts) countChange(ctx context.Context, tx *access.Tx) error {
	_, err := tries.CountOf(ctx, tx, a.mark(tx.Practice, "tries", "change", tx.Actor.ID), changesFree)
	return waitToChange(err)
}

// waitToChange says of what comes too soon what it is.
func waitToChange(err error) error {
	return tries.Say(err, "", "How you sign in was changed many times just now. What there is stays as it is; please wait a while before the next change.")
}

// SetPassword sets actor's password, new or first. All of their sign-ins end but the one
// called signInID, and every link that lets them in. It needs a fresh sign-in and fails
// with fault.Invalid, field "password", if the password is too weak. After several it is
// fault.TooSoon: each is work for everybody's server.
func (a *Accounts) SetPassword(ctx context.Context, actor access.Actor, signInID, password string) error {
	r, b, err := a.own(ctx, actor, password)
	if err != nil {
		return err
	}
	made, err := a.HashPassword(ctx, actor.ID, b.Email, r.roles, password) // slow, so outside of a change
	if err != nil {
		return err
	}
	tx, err := a.door.Begin(ctx, actor, access.ReviseCredential, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := endOthers(ctx, tx, actor.ID, signInID); err != nil {
		return err
	}
	if err := useLinks(ctx, tx, actor.ID); err != nil {
		return err
	}
	return a.revise(ctx, tx, "password set, other sign-ins ended", func(_ *row, b *body) error {
		b.Password = made.hash
		return nil
	})
}

// Hashed is a password that was checked and hashed, for Open. The zero Hashed
// is no password.
type Hashed struct{ hash *passwords.Hash }

// HashPassword checks password by the rules for somebody with email and roles,
// and hashes it. It takes some 30 ms and must be called outside of any change.
// who is whoever chooses it, or the link that lets them: each has one password
// hashed at a time. It fails with fault.Invalid, field "password", and with
// fault.TooSoon while another one of theirs is being hashed.
func (a *Accounts) HashPassword(ctx context.Context, who, email, roles, password string) (Hashed, error) {
	if err := passwords.Acceptable(password, email, isStaff(roles)); err != nil {
		return Hashed{}, err
	}
	h, err := a.hasher.Make(ctx, who, password)
	return Hashed{h}, err
}

// own is what actor signs in with, who is fresh and may choose this password. That
// they choose one is counted before it is hashed.
func (a *Accounts) own(ctx context.Context, actor access.Actor, password string) (row, body, error) {
	tx, err := a.door.Begin(ctx, actor, access.ReviseCredential, access.AccountRecord(actor.ID))
	if err != nil {
		return row{}, body{}, err
	}
	defer tx.Rollback()

	r, b, err := read(ctx, tx, actor.ID)
	if err != nil {
		return r, b, err
	}
	if err := passwords.Acceptable(password, b.Email, isStaff(r.roles)); err != nil {
		return r, b, err
	}
	if err := tries.Count(ctx, tx, a.mark(tx.Practice, "tries", "choose", actor.ID)); err != nil {
		return r, b, waitToChange(err)
	}
	tx.Names("password chosen")
	return r, b, tx.Commit()
}

// A TOTP is a second step that is offered: it counts once ConfirmTOTP was given
// a code that fits. Secret and URL are shown once and kept nowhere before.
type TOTP struct {
	Secret   string // to be typed into an authenticator app
	URL      string // otpauth://…, as a QR code
	Ceremony string // for ConfirmTOTP; good for a quarter of an hour
}

// BeginTOTP offers actor a second step. It needs a fresh sign-in.
func (a *Accounts) BeginTOTP(ctx context.Context, actor access.Actor) (TOTP, error) {
	tx, err := a.door.Begin(ctx, actor, access.ReviseCredential, access.AccountRecord(actor.ID))
	if err != nil {
		return TOTP{}, err
	}
	defer tx.Rollback()

	_, b, err := read(ctx, tx, actor.ID)
	if err != nil {
		return TOTP{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: a.site.Name, AccountName: b.Email})
	if err != nil {
		return TOTP{}, fmt.Errorf("make second step: %w", err)
	}
	token, err := a.carry(tx.Practice, ceremony{Kind: kindTOTP, Person: actor.ID, TOTP: key.Secret()}, tx.Now)
	return TOTP{Secret: key.Secret(), URL: key.URL(), Ceremony: token}, err
}

// ConfirmTOTP makes the offered second step count, if code fits it. Whoever has
// no recovery codes is given some, to be shown once.
func (a *Accounts) ConfirmTOTP(ctx context.Context, actor access.Actor, ceremonyToken, code string) (made []string, err error) {
	tx, err := a.door.Begin(ctx, actor, access.ReviseCredential, access.AccountRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	practice, c, err := a.carried(ceremonyToken, kindTOTP)
	if err != nil {
		return nil, err
	}
	if practice != tx.Practice || c.Person != actor.ID {
		return nil, overdue()
	}
	step, ok := codes.Step(c.TOTP, codes.Plain(code), tx.Now)
	if !ok {
		return nil, fault.New(fault.Invalid, "code", "This code did not fit. Check that the clock of your device is right, and enter the six digits that the app shows now.")
	}
	if err := spend(ctx, tx, c); err != nil {
		return nil, err
	}
	err = a.revise(ctx, tx, "second step added", func(_ *row, b *body) error {
		b.TOTP, b.Step, b.TOTPAt = c.TOTP, step, tx.Now.UnixMicro()
		if len(b.Codes) == 0 {
			made, b.Codes = codes.NewTen()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// RemoveTOTP removes actor's second step, if what stays is enough to sign in
// with. It needs a fresh sign-in.
func (a *Accounts) RemoveTOTP(ctx context.Context, actor access.Actor) error {
	tx, err := a.door.Begin(ctx, actor, access.ReviseCredential, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	return a.revise(ctx, tx, "second step removed", func(r *row, b *body) error {
		b.TOTP, b.Step, b.TOTPAt = "", 0, 0
		passkeys := 0
		if has(r.ways, wayPasskey) {
			passkeys = 1
		}
		if !enough(r.roles, b.ways(passkeys)) {
			return fault.New(fault.Invalid, "totp", "Your account needs a second step. Add a passkey first; then you can remove this.")
		}
		return nil
	})
}

// RemovePasskey removes one of actor's passkeys, if what stays is enough to
// sign in with. One that is gone already is no error. It needs a fresh sign-in.
func (a *Accounts) RemovePasskey(ctx context.Context, actor access.Actor, id string) error {
	tx, err := a.door.Begin(ctx, actor, access.ReviseCredential, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	raw, err := hex.DecodeString(id)
	if err != nil || hex.EncodeToString(raw) != id { // what ends with it is found by its id as it is written
		return fault.Absent()
	}
	done, err := tx.Exec(ctx, `
		DELETE FROM passkey WHERE practice = $1 AND person_id = $2 AND id = $3`, tx.Practice, actor.ID, raw)
	if err != nil {
		return fmt.Errorf("remove passkey: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if err := a.endsWith(ctx, tx, actor.ID, id); err != nil {
		return err
	}
	left, err := passkeys(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	return a.revise(ctx, tx, "passkey removed", func(r *row, b *body) error {
		if !enough(r.roles, b.ways(len(left))) {
			return fault.New(fault.Invalid, "passkey", "This is your last way to sign in. Add another first; then you can remove this one.")
		}
		return nil
	})
}

// NewRecoveryCodes gives actor ten codes, each good once in place of a code
// from the app, or together with a recovery link. Older ones are good no more.
// They are shown once. It needs a fresh sign-in.
func (a *Accounts) NewRecoveryCodes(ctx context.Context, actor access.Actor) ([]string, error) {
	tx, err := a.door.Begin(ctx, actor, access.ReviseCredential, access.AccountRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	made, hashes := codes.NewTen()
	err = a.revise(ctx, tx, "recovery codes made", func(_ *row, b *body) error {
		b.Codes = hashes
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// notice tells somebody by mail that what they sign in with has changed. While
// an account is being set up nothing is told.
func (a *Accounts) notice(ctx context.Context, tx *access.Tx, r row, b body) error {
	if !enough(r.roles, r.ways) {
		return nil
	}
	help := "If it asks for a code that you do not have, speak at once with those who invited you there."
	if b.undoes(tx.Now) != nil {
		help = "If it asks for a code that you do not have, the password helps that you had before, and a code from before if you had any: for seven days from this letter. After several changes it is what you had before the first."
	}
	return post.Post(ctx, tx, access.AccountRecord(r.personID), post.Letter{
		To: b.Email, Subject: "A change to how you sign in",
		Text: "Hello,\n\n" +
			"the way you sign in at " + a.site.Origin + " was changed on " + tx.Now.Format("Monday 2 January 2006, 15:04") + " (UTC).\n\n" +
			"If that was you, there is nothing to do. If not, choose \"I cannot sign in\" there soon: a link lets you in again, and you see what else can come in. " + help + "\n",
	})
}

// cleanLabel is a label without what cannot be seen.
func cleanLabel(label string) (string, error) {
	label = strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return -1
		}
		return c
	}, label))
	if label == "" {
		return "Passkey", nil
	}
	if !utf8.ValidString(label) || utf8.RuneCountInString(label) > MaxLabel {
		return "", fault.New(fault.Invalid, "label", fmt.Sprintf("Choose a name of at most %d characters.", MaxLabel))
	}
	return label, nil
}
