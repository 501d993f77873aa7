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

// A PasswordForm is what somebody signs in with by password.
type PasswordForm struct {
	Email    string
	Password string
	Code     string // of the second step, if it was asked for at once
	Agent    string // the User-Agent
	Device   string // the value of the device cookie, if there is one
	Source   string // where it comes from on the net: an address, or a /64 of IPv6
}

// A CodeForm is the second half of signing in by password.
type CodeForm struct {
	Pending string // of CodeNeeded
	Code    string
	Agent   string
	Device  string
	Source  string
}

// nobody stands for whoever has an address that is not known.
const nobody = access.Nobody

func wrong() error {
	return fault.New(fault.Invalid, "password", "The address and the password do not fit together. Check both and try again, or ask for a link by e-mail.")
}

// ByPassword signs somebody in to practice. For addresses that are not known
// the same work is done, and the same fault.Invalid answers, field "password".
//
// Whoever has a second step is asked for a code after the right password: a
// fault.Invalid, field "code", that wraps CodeNeeded. Staff who have none
// cannot sign in by password alone: fault.Invalid, field "password". After too
// many tries it is fault.TooSoon, which wraps tries.Wait.
func (a *Accounts) ByPassword(ctx context.Context, practice string, form PasswordForm) (Token, error) {
	email, err := Address(form.Email)
	if err != nil {
		return Token{}, err
	}
	lookup := a.door.Lookup(practice, email)
	if err := a.allowPassword(practice, lookup, form.Device, form.Source, a.door.Clock()); err != nil {
		return Token{}, err
	}
	person, _, err := a.find(ctx, practice, lookup)
	if err != nil {
		return Token{}, err
	}
	b, err := a.try(ctx, access.Anyone(practice), person, a.bucket(practice, lookup, form.Device))
	if err != nil {
		return Token{}, err
	}
	as := passwords.Stranger
	if a.isDevice(practice, lookup, form.Device) {
		as = passwords.Known
	}
	ok, err := a.hasher.Matches(ctx, as, form.Password, b.Password)
	if err != nil {
		return Token{}, err
	}
	if !ok {
		return Token{}, a.notLetIn(ctx, access.Anyone(practice), person, wrong())
	}
	if form.Code != "" {
		if err := a.tryCode(ctx, practice, person, lookup, form.Device); err != nil {
			return Token{}, err
		}
	}
	return a.enter(ctx, access.Anyone(practice), person, entry{
		password: a.sum(practice, b.Password), code: form.Code, agent: form.Agent, device: form.Device,
	})
}

// ByCode goes on where ByPassword asked for a code.
func (a *Accounts) ByCode(ctx context.Context, form CodeForm) (Token, error) {
	practice, c, err := a.carried(form.Pending, kindCode)
	if err != nil {
		return Token{}, err
	}
	if err := a.gate.proven.AllowFor(c.Nonce, a.door.Clock()); err != nil {
		return Token{}, err
	}
	lookup, now, err := a.lookupOf(ctx, practice, c.Person)
	if err != nil {
		return Token{}, err
	}
	if now.UnixMicro() >= c.Until {
		return Token{}, overdue()
	}
	if err := a.tryCode(ctx, practice, c.Person, lookup, form.Device, a.bucket(practice, lookup, form.Device)); err != nil {
		return Token{}, err
	}
	return a.enter(ctx, access.Anyone(practice), c.Person, entry{
		password: c.Sum, code: form.Code, agent: form.Agent, device: form.Device, pending: &c,
	})
}

// now is the time, for those who change nothing.
func (a *Accounts) now(ctx context.Context) (time.Time, error) {
	tx, err := a.door.Glance(ctx)
	if err != nil {
		return time.Time{}, err
	}
	defer tx.Rollback()
	return tx.Now, nil
}

// find returns whose address has the given lookup, or nobody, and the time.
func (a *Accounts) find(ctx context.Context, practice string, lookup []byte) (person string, now time.Time, err error) {
	tx, err := a.door.Glance(ctx)
	if err != nil {
		return "", now, err
	}
	defer tx.Rollback()

	err = tx.QueryRow(ctx, `
		SELECT person_id FROM account WHERE practice = $1 AND lookup = $2`, practice, lookup).Scan(&person)
	if errors.Is(err, sql.ErrNoRows) {
		return nobody, tx.Now, nil
	}
	if err != nil {
		return "", now, fmt.Errorf("find account: %w", err)
	}
	return person, tx.Now, nil
}

// lookupOf returns the lookup of somebody's address, and the time.
func (a *Accounts) lookupOf(ctx context.Context, practice, person string) (lookup []byte, now time.Time, err error) {
	tx, err := a.door.Glance(ctx)
	if err != nil {
		return nil, now, err
	}
	defer tx.Rollback()

	err = tx.QueryRow(ctx, `
		SELECT lookup FROM account WHERE practice = $1 AND person_id = $2`, practice, person).Scan(&lookup)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, tx.Now, overdue()
	}
	if err != nil {
		return nil, now, fmt.Errorf("find account: %w", err)
	}
	return lookup, tx.Now, nil
}

// sum stands for a password in a ceremony: when it is changed, what was begun
// with the old one is over.
func (a *Accounts) sum(practice string, h *passwords.Hash) string {
	if h == nil {
		return ""
	}
	return hex.EncodeToString(a.mark(practice, "password", hex.EncodeToString(h.Sum)))
}

// try counts a try by actor at the account of person, and reads the account;
// for nobody it does the same and returns an empty one.
func (a *Accounts) try(ctx context.Context, actor access.Actor, person string, bucket []byte) (body, error) {
	var b body
	tx, err := a.door.Begin(ctx, actor, access.TrySignIn, access.AccountRecord(person))
	if err != nil {
		return b, err
	}
	defer tx.Rollback()

	if err := tries.Count(ctx, tx, bucket); err != nil {
		return b, err
	}
	if _, b, err = read(ctx, tx, person); err != nil && !fault.Is(err, fault.NotFound) {
		return b, err
	}
	return b, tx.Commit()
}

// notLetIn writes down that actor was not let in to the account of person, or of nobody,
// and returns why.
func (a *Accounts) notLetIn(ctx context.Context, actor access.Actor, person string, why error) error {
	tx, err := a.door.Begin(ctx, actor, access.MakeSignIn, access.AccountRecord(person))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	return why
}

// tryCode counts a try of a code, also in the given buckets. Whoever comes so far
// knows the password, so after several in a row its owner is told, once.
func (a *Accounts) tryCode(ctx context.Context, practice, person string, lookup []byte, device string, buckets ...[]byte) error {
	tx, err := a.door.Begin(ctx, access.Anyone(practice), access.TrySignIn, access.AccountRecord(person))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := tries.Count(ctx, tx, buckets...); err != nil {
		return err
	}
	made, err := tries.CountOf(ctx, tx, a.codes(practice, lookup, device), tries.Free)
	if err != nil {
		return err
	}
	if made == tries.Free+1 {
		if err := a.warn(ctx, tx, person); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// warn tells somebody that their password is known to whoever tries codes.
func (a *Accounts) warn(ctx context.Context, tx *access.Tx, person string) error {
	_, b, err := read(ctx, tx, person)
	if err != nil {
		return err
	}
	return post.Post(ctx, tx, access.AccountRecord(person), post.Letter{
		To: b.Email, Subject: "Somebody tried to sign in",
		Text: "Hello,\n\n" +
			"somebody entered your password at " + a.site.Origin + ", and then several codes that did not fit.\n\n" +
			"If that was you, there is nothing to do. If not, somebody knows your password: sign in and choose another one.\n",
	})
}

// An entry is what somebody brings after the password was found right.
type entry struct {
	password            string // sum of the one that was right
	code, agent, device string
	pending             *ceremony // if the code comes by itself
}

func (a *Accounts) enter(ctx context.Context, actor access.Actor, person string, e entry) (Token, error) {
	tx, err := a.door.Begin(ctx, actor, access.MakeSignIn, access.AccountRecord(person))
	if err != nil {
		return Token{}, err
	}
	defer tx.Rollback()

	r, b, err := read(ctx, tx, person)
	if err != nil {
		return Token{}, err
	}
	if e.password == "" || a.sum(tx.Practice, b.Password) != e.password {
		return Token{}, wrong() // it was changed meanwhile
	}
	if !b.byPassword(r.roles) {
		return Token{}, fault.New(fault.Invalid, "password", "A password alone is not enough for your account. Use your passkey, or ask for a link by e-mail and add a second step.")
	}
	left := -1
	if b.TOTP != "" {
		var ok bool
		if left, ok = b.use(e.code, tx.Now); !ok {
			return Token{}, a.askCode(tx, person, e)
		}
		if err := write(ctx, tx, person, b); err != nil {
			return Token{}, err
		}
	}
	if e.pending != nil {
		if err := spend(ctx, tx, *e.pending); err != nil {
			return Token{}, err
		}
	}
	if err := tries.Forgive(ctx, tx, a.bucket(tx.Practice, r.lookup, e.device), a.codes(tx.Practice, r.lookup, e.device)); err != nil {
		return Token{}, err
	}
	token, err := a.begin(ctx, tx, r, howPassword, browser{Browser: Describe(e.agent)}, e.device)
	if err != nil {
		return Token{}, err
	}
	token.CodesLeft = left
	tx.Names("sign-in " + token.SignInID + " by password")
	return token, tx.Commit()
}

func (a *Accounts) askCode(tx *access.Tx, person string, e entry) error {
	pending, err := a.carry(tx.Practice, ceremony{Kind: kindCode, Person: person, Sum: e.password}, tx.Now)
	if err != nil {
		return err
	}
	f := wrongCode(e.code)
	f.Err = CodeNeeded{pending}
	return f
}

// Enter signs somebody in without a secret. Only the command that shows the
// sample practice acts as access.System(practice, "demo"), which alone may do
// this; a page never does.
func (a *Accounts) Enter(ctx context.Context, actor access.Actor, personID, agent string) (Token, error) {
	tx, err := a.door.Begin(ctx, actor, access.MakeSignIn, access.AccountRecord(personID))
	if err != nil {
		return Token{}, err
	}
	defer tx.Rollback()

	if actor != access.System(actor.Practice, "demo") {
		return Token{}, fault.Absent()
	}
	r, err := known(ctx, tx, personID)
	if err != nil {
		return Token{}, err
	}
	token, err := a.begin(ctx, tx, r, howDemo, browser{Browser: Describe(agent)}, "")
	if err != nil {
		return Token{}, err
	}
	tx.Names("sign-in " + token.SignInID + " of the sample practice")
	return token, tx.Commit()
}
