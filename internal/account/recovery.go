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
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/passwords"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/tries"
)

// A recovery link lets somebody in who cannot sign in. Mail alone is not enough
// for those who have more to lose: whoever has a second step, and staff in any
// case, gives a code as well.
const (
	linkLasts    = time.Hour
	linksPerHour = 3
)

// RecoverPath is where a recovery link leads, before the token. To look at it
// changes nothing: mail scanners do.
const RecoverPath = "/recover/"

// MailLink is the name of the job whose worker is Accounts.MailLink.
const MailLink = "account.link"

// RequestRecovery has a link mailed to email, if somebody signs in with it.
// Whether or not, the same is done here and nothing is answered: finding out is
// the job's. At most three links an hour are sent to anybody. device is the value
// of the device cookie, if there is one.
func (a *Accounts) RequestRecovery(ctx context.Context, practice, email, device, source string) error {
	email, err := Address(email)
	if err != nil {
		return err
	}
	found := a.door.Lookup(practice, email)
	if err := a.allowLetter(practice, found, device, source, a.door.Clock()); err != nil {
		return err
	}
	tx, err := a.door.Begin(ctx, access.Anyone(practice), access.RequestRecovery, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	lookup := hex.EncodeToString(found)
	err = job.Enqueue(ctx, tx, job.Job{Name: MailLink, Key: lookup, Args: map[string]string{"lookup": lookup}})
	if err != nil {
		return err
	}
	return tx.Commit()
}

// MailLink is the worker for MailLink.
func (a *Accounts) MailLink(ctx context.Context, run *job.Run) error {
	lookup, err := hex.DecodeString(run.Args["lookup"])
	if err != nil {
		return fmt.Errorf("decode lookup: %w", err)
	}
	person, _, err := a.find(ctx, run.Practice, lookup)
	if err != nil || person == nobody {
		return err
	}
	tx, err := a.door.Begin(ctx, access.System(run.Practice, "account"), access.MailRecovery, access.AccountRecord(person))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := a.mailLink(ctx, tx, person); err != nil {
		return err
	}
	if err := run.Done(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (a *Accounts) mailLink(ctx context.Context, tx *access.Tx, person string) error {
	_, b, err := read(ctx, tx, person)
	if err != nil {
		return err
	}
	var lately int
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM recovery
		WHERE practice = $1 AND person_id = $2 AND made_at > $3`,
		tx.Practice, person, tx.Now.Add(-time.Hour).UnixMicro()).Scan(&lately)
	if err != nil {
		return fmt.Errorf("count links: %w", err)
	}
	if lately >= linksPerHour {
		return nil
	}
	link, err := a.makeLink(ctx, tx, person, false)
	if err != nil {
		return err
	}
	return post.Post(ctx, tx, access.AccountRecord(person), post.Letter{
		To: b.Email, Subject: "A link to sign in again",
		Within: []post.Window{{From: tx.Now, To: tx.Now.Add(linkLasts)}},
		Text: "Hello,\n\n" +
			"somebody, we hope you, asked for a way to sign in again. This link is good once, until an hour after that:\n\n" +
			link + "\n\n" +
			"If it was not you, there is nothing to do: nothing has changed.\n",
	})
}

// makeLink makes, in tx, a recovery link that is good once, for linkLasts.
func (a *Accounts) makeLink(ctx context.Context, tx *access.Tx, person string, reinstates bool) (string, error) {
	token := secret()
	_, err := tx.Exec(ctx, `
		INSERT INTO recovery (practice, token_hash, person_id, made_at, expires_at, reinstates) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.Practice, hashOf(token), person, tx.Now.UnixMicro(), tx.Now.Add(linkLasts).UnixMicro(), reinstates)
	if err != nil {
		return "", fmt.Errorf("keep link: %w", err)
	}
	return a.site.Origin + RecoverPath + tx.Practice + "." + token, nil
}

// Reinstate makes a link by which the person who signs in with email comes in
// again without a code, for one who has lost passkey, app and recovery codes. It
// is good once, for an hour. Their sign-ins and earlier links end at once; what
// they signed in with ends when the link is used. They are told by mail. actor
// is the operator of the machine, who hands the link over. An address by which
// nobody signs in fails with fault.NotFound.
func (a *Accounts) Reinstate(ctx context.Context, actor access.Actor, email string) (link string, err error) {
	person, err := a.Find(ctx, actor.Practice, email)
	if err != nil {
		return "", err
	}
	return a.reinstate(ctx, actor, person)
}

func (a *Accounts) reinstate(ctx context.Context, actor access.Actor, person string) (string, error) {
	tx, err := a.door.Begin(ctx, actor, access.Reinstate, access.AccountRecord(person))
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	_, b, err := read(ctx, tx, person)
	if err != nil {
		return "", err
	}
	if err := endLetIn(ctx, tx, person); err != nil {
		return "", err
	}
	for _, text := range []string{
		`UPDATE recovery SET expires_at = made_at WHERE practice = $1 AND person_id = $2`,
		`DELETE FROM address_change WHERE practice = $1 AND person_id = $2 AND NOT undoes`,
		`DELETE FROM sign_in WHERE practice = $1 AND person_id = $2`,
	} {
		if _, err := tx.Exec(ctx, text, tx.Practice, person); err != nil {
			return "", fmt.Errorf("end what was there: %w", err)
		}
	}
	link, err := a.makeLink(ctx, tx, person, true)
	if err != nil {
		return "", err
	}
	err = post.Post(ctx, tx, access.AccountRecord(person), post.Letter{
		To: b.Email, Subject: "A change to how you sign in",
		Text: "Hello,\n\n" +
			"your way to sign in at " + a.site.Origin + " was renewed on " + tx.Now.Format("Monday 2 January 2006, 15:04") + " (UTC), and you were signed out everywhere.\n\n" +
			"If you asked for that, there is nothing to do but to use the link that you were given. If not, ask whoever runs the server at once.\n",
	})
	if err != nil {
		return "", err
	}
	return link, tx.Commit()
}

// A RecoverForm is what somebody brings who follows a recovery link.
type RecoverForm struct {
	Token    string // of the link
	Password string // the new one
	Code     string // if Recovering says so
	Former   string // the password from before a change that is to be undone
	Agent    string // the User-Agent
	Device   string // the value of the device cookie, if there is one
	Source   string // as in PasswordForm
}

func gone() error {
	return fault.New(fault.Invalid, "token", "This link is no longer good: it works once, for an hour. Ask for a new one.")
}

// isGone says whether err is of a link that is not good.
func isGone(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Kind == fault.Invalid && f.Field == "token"
}

// Recovering says whether the link with token is still good, and if so whether
// a code is needed as well. It changes nothing. A link that is not good fails
// with fault.Invalid, field "token".
func (a *Accounts) Recovering(ctx context.Context, token string) (needsCode bool, err error) {
	practice, hash, ok := split(token)
	if !ok {
		return false, gone()
	}
	l, err := a.link(ctx, practice, hash)
	return l.needsCode, err
}

// A link is what is known of a recovery link without opening anything.
type link struct {
	person, roles string
	needsCode     bool
	reinstates    bool
	undoes        *passwords.Hash // the password that undoes the last changes, if it was given
}

func (a *Accounts) link(ctx context.Context, practice string, hash []byte) (link, error) {
	tx, err := a.door.Glance(ctx)
	if err != nil {
		return link{}, err
	}
	defer tx.Rollback()

	var l link
	var ways string
	err = tx.QueryRow(ctx, `
		SELECT r.person_id, r.reinstates, a.roles, a.ways
		FROM recovery r JOIN account a ON a.practice = r.practice AND a.person_id = r.person_id
		WHERE r.practice = $1 AND r.token_hash = $2 AND r.expires_at > $3`,
		practice, hash, tx.Now.UnixMicro()).Scan(&l.person, &l.reinstates, &l.roles, &ways)
	if errors.Is(err, sql.ErrNoRows) {
		return link{}, gone()
	}
	if err != nil {
		return link{}, fmt.Errorf("read link: %w", err)
	}
	l.needsCode = !l.reinstates && needsCode(l.roles, ways)
	return l, nil
}

// Recover sets a new password for whoever was mailed the link, ends all their
// sign-ins and signs them in. Staff, and whoever has a second step, must give a
// code of the app or a recovery code too: fault.Invalid, field "code". The link
// is used up only if all is right; tries at the code are counted. A link of
// Reinstate needs no code, and ends passkeys, app and recovery codes.
//
// Where a code is needed that the person does not have, because somebody else set up a
// second step, Former undoes what was changed in the last seven days: with the password
// from before the change, and a code of the second step from before, if there was one.
// Staff need such a code in any case. Whatever does not fit is fault.Invalid, field
// "former". So whoever reads somebody's mail does not get past a second step by it.
// Whose code is one of the second step that there is now, too, keeps that one. In either
// case nothing can be undone any more.
func (a *Accounts) Recover(ctx context.Context, form RecoverForm) (Token, error) {
	practice, hash, ok := split(form.Token)
	if !ok {
		return Token{}, gone()
	}
	l, err := a.link(ctx, practice, hash)
	if many := a.missed(form.Source, err); many != nil {
		return Token{}, many
	}
	if err != nil {
		return Token{}, err
	}
	buckets := [][]byte{a.mark(practice, "tries", "link", hex.EncodeToString(hash))}
	if l.needsCode && form.Code != "" {
		buckets = append(buckets, a.codesByMail(practice, l.person))
	}
	if l.needsCode && form.Former != "" {
		buckets = append(buckets, a.formerByMail(practice, l.person))
	}
	email, undoes, err := a.tryLink(ctx, practice, l.person, buckets)
	if err != nil {
		return Token{}, err
	}
	made, err := a.HashPassword(ctx, l.person, email, l.roles, form.Password)
	if err != nil {
		return Token{}, err
	}
	if l.needsCode && form.Former != "" {
		ok, err := a.hasher.Matches(ctx, passwords.Stranger, form.Former, undoes)
		if err != nil {
			return Token{}, err
		}
		if !ok {
			return Token{}, a.notLetIn(ctx, access.Anyone(practice), l.person, notFormer())
		}
		l.undoes = undoes
	}
	return a.regain(ctx, practice, l, hash, made, form)
}

func notFormer() error {
	return fault.New(fault.Invalid, "former", "This did not fit. It undoes what was changed in the last seven days, with the password from before the first of these changes, and with a code as well if there was a second step before. If that does not help, the practice can let you in again.")
}

// formerByMail is where tries at the password from before are counted, over all links.
func (a *Accounts) formerByMail(practice, person string) []byte {
	return a.mark(practice, "tries", "former by mail", person)
}

// tryLink counts a try at the link of a person and returns their address, and with which
// password what was changed lately can be undone.
func (a *Accounts) tryLink(ctx context.Context, practice, person string, buckets [][]byte) (email string, undoes *passwords.Hash, err error) {
	tx, err := a.door.Begin(ctx, access.Anyone(practice), access.TrySignIn, access.AccountRecord(person))
	if err != nil {
		return "", nil, err
	}
	defer tx.Rollback()

	if err := tries.Count(ctx, tx, buckets...); err != nil {
		return "", nil, err
	}
	_, b, err := read(ctx, tx, person)
	if err != nil {
		return "", nil, err
	}
	return b.Email, b.undoes(tx.Now), tx.Commit()
}

func (a *Accounts) regain(ctx context.Context, practice string, l link, hash []byte, made Hashed, form RecoverForm) (Token, error) {
	person := l.person
	tx, err := a.door.Begin(ctx, access.Anyone(practice), access.RegainAccount, access.AccountRecord(person))
	if err != nil {
		return Token{}, err
	}
	defer tx.Rollback()

	r, b, err := read(ctx, tx, person)
	if err != nil {
		return Token{}, err
	}
	if needsCode(r.roles, r.ways) && !l.reinstates && l.undoes == nil {
		letIn, err := usesLetIn(ctx, tx, person, form.Code)
		if err != nil {
			return Token{}, err
		}
		l.reinstates = letIn
	}
	if err := useLink(ctx, tx, person, hash); err != nil {
		return Token{}, err
	}
	left := -1
	switch {
	case l.reinstates:
		b.TOTP, b.Step, b.TOTPAt, b.Codes, b.Former = "", 0, 0, nil, nil
		if _, err := tx.Exec(ctx, `DELETE FROM passkey WHERE practice = $1 AND person_id = $2`, tx.Practice, person); err != nil {
			return Token{}, fmt.Errorf("end passkeys: %w", err)
		}
		if err := a.endsWith(ctx, tx, person, ""); err != nil {
			return Token{}, err
		}
		if err := tries.Forgive(ctx, tx, a.codesByMail(practice, person)); err != nil {
			return Token{}, err
		}
	case needsCode(r.roles, r.ways) && l.undoes != nil:
		var ok bool
		if !l.undoes.Same(b.undoes(tx.Now)) {
			return Token{}, notFormer() // it was undone meanwhile
		}
		if left, ok = b.undo(r.roles, form.Code, tx.Now); !ok {
			return Token{}, notFormer()
		}
		if err := tries.Forgive(ctx, tx, a.formerByMail(practice, person), a.codesByMail(practice, person)); err != nil {
			return Token{}, err
		}
	case needsCode(r.roles, r.ways):
		var ok bool
		if left, ok = b.use(form.Code, tx.Now); !ok {
			return Token{}, wrongCode(form.Code)
		}
		if err := tries.Forgive(ctx, tx, a.codesByMail(tx.Practice, person)); err != nil {
			return Token{}, err
		}
	}
	if l.undoes == nil && !l.reinstates && enough(r.roles, r.ways) {
		b.changing(tx.Now)
	}
	b.Password = made.hash
	if err := write(ctx, tx, person, b); err != nil {
		return Token{}, err
	}
	token, err := a.begin(ctx, tx, r, howRecovered, browser{Browser: Describe(form.Agent)}, form.Device)
	if err != nil {
		return Token{}, err
	}
	token.CodesLeft = left
	if err := endOthers(ctx, tx, person, token.SignInID); err != nil {
		return Token{}, err
	}
	if err := a.notice(ctx, tx, r, b); err != nil {
		return Token{}, err
	}
	return token, tx.Commit()
}

// needsCode says whether a recovery link alone does not suffice. For staff who
// are still setting up their account it does: it is as good as the invitation. For those
// who once had enough it never does again, whatever was taken away since.
func needsCode(roles, ways string) bool {
	return has(ways, wayTOTP) || isStaff(roles) && (has(ways, waySettled) || enough(roles, ways))
}

// useLink uses up, in tx, the link and every other that the person has.
func useLink(ctx context.Context, tx *access.Tx, person string, hash []byte) error {
	done, err := tx.Exec(ctx, `
		UPDATE recovery SET expires_at = made_at
		WHERE practice = $1 AND person_id = $2 AND token_hash = $3 AND expires_at > $4`,
		tx.Practice, person, hash, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("use link: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(gone(), err)
	}
	return useLinks(ctx, tx, person)
}

// useLinks uses up, in tx, every link by which the person comes in or would be reached
// elsewhere. Those that put an address back stay: they are its owner's.
func useLinks(ctx context.Context, tx *access.Tx, person string) error {
	_, err := tx.Exec(ctx, `
		UPDATE recovery SET expires_at = made_at WHERE practice = $1 AND person_id = $2`, tx.Practice, person)
	if err != nil {
		return fmt.Errorf("use links: %w", err)
	}
	if err := endLetIn(ctx, tx, person); err != nil {
		return err
	}
	return dropPending(ctx, tx, person)
}

// Tidy is the name of the job whose worker is Accounts.Tidy: every hour will do.
const Tidy = "account.tidy"

// Tidy clears away what has expired. It is the worker for Tidy.
func (a *Accounts) Tidy(ctx context.Context, run *job.Run) error {
	tx, err := a.door.Begin(ctx, access.System(run.Practice, "account"), access.TidyAccounts, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := endLetIns(ctx, tx, tx.Actor.ID); err != nil {
		return err
	}
	if err := tries.Tidy(ctx, tx); err != nil {
		return err
	}
	for _, old := range []struct {
		text string
		ago  time.Duration
	}{
		{`DELETE FROM sign_in WHERE practice = $1 AND (ends_at <= $2 OR seen_at + idle <= $2)`, 0},
		{`DELETE FROM spent WHERE practice = $1 AND expires_at <= $2`, 0},
		{`DELETE FROM recovery WHERE practice = $1 AND made_at <= $2`, linkLasts},
		{`DELETE FROM address_change WHERE practice = $1 AND expires_at <= $2`, 0},
	} {
		if _, err := tx.Exec(ctx, old.text, tx.Practice, tx.Now.Add(-old.ago).UnixMicro()); err != nil {
			return fmt.Errorf("tidy: %w", err)
		}
	}
	return tx.Commit()
}
