package account

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/tries"
)

// A passkey always verifies who holds the device (by a PIN, a finger, a face),
// for clients as well as for staff: it then stands for two steps at once.
//
// options are JSON as PublicKeyCredential.parseRequestOptionsFromJSON and
// parseCreationOptionsFromJSON want it; a response is what the credential's
// toJSON gives. The ceremony goes into the form as it is.

const (
	maxPasskeys = 10
	maxResponse = 64 << 10 // bytes
)

// MaxLabel is the longest name of a passkey, in characters.
const MaxLabel = 60

// A PasskeyForm is what somebody signs in with by passkey.
type PasskeyForm struct {
	Ceremony string
	Response []byte
	Agent    string // the User-Agent
	Device   string // the value of the device cookie, if there is one
	Source   string // as in PasswordForm
}

func notThis(err error) error {
	return &fault.Error{
		Kind: fault.Invalid, Field: "passkey", Err: err,
		Text: "This passkey did not fit. Try again, or sign in another way.",
	}
}

func noPasskeys() error {
	return fault.New(fault.Invalid, "passkey", "Passkeys do not work at this address. Use a password.")
}

// A user is an account as the WebAuthn library wants to see it.
type user struct {
	practice, person, email string
	keys                    []passkey
}

// WebAuthnID is what an authenticator hands back to say whose passkey it is:
// two opaque ids.
func (u user) WebAuthnID() []byte          { return []byte(u.practice + "." + u.person) }
func (u user) WebAuthnName() string        { return u.email }
func (u user) WebAuthnDisplayName() string { return u.email }

func (u user) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, len(u.keys))
	for i, k := range u.keys {
		all[i] = k.Credential
	}
	return all
}

func readUser(ctx context.Context, tx *access.Tx, person string) (user, row, body, error) {
	r, b, err := read(ctx, tx, person)
	if err != nil {
		return user{}, r, b, err
	}
	keys, err := passkeys(ctx, tx, person)
	return user{tx.Practice, person, b.Email, keys}, r, b, err
}

// BeginPasskey starts signing in to practice by passkey: nobody says who they
// are before.
func (a *Accounts) BeginPasskey(ctx context.Context, practice string) (options []byte, ceremonyToken string, err error) {
	if a.keys == nil {
		return nil, "", noPasskeys()
	}
	now, err := a.now(ctx)
	if err != nil {
		return nil, "", err
	}
	asked, session, err := a.keys.BeginDiscoverableLogin()
	if err != nil {
		return nil, "", fmt.Errorf("begin passkey: %w", err)
	}
	return a.offer(practice, ceremony{Kind: kindEnter, Session: session}, asked.Response, now)
}

// FinishPasskey signs in whoever the passkey belongs to. Whatever is wrong with
// it, it fails with fault.Invalid, field "passkey" or "ceremony".
func (a *Accounts) FinishPasskey(ctx context.Context, form PasskeyForm) (Token, error) {
	practice, c, err := a.carried(form.Ceremony, kindEnter)
	if err != nil {
		return Token{}, err
	}
	parsed, err := a.parse(form.Response)
	if err != nil {
		return Token{}, err
	}
	person, ok := strings.CutPrefix(string(parsed.Response.UserHandle), practice+".")
	if !ok {
		return Token{}, notThis(nil)
	}
	if err := a.isKept(ctx, practice, person, parsed.RawID, form.Source); err != nil {
		return Token{}, err
	}
	tx, err := a.door.Begin(ctx, access.Anyone(practice), access.MakeSignIn, access.AccountRecord(person))
	if err != nil {
		return Token{}, err
	}
	defer tx.Rollback()

	u, r, _, err := readUser(ctx, tx, person)
	if err != nil {
		return Token{}, err
	}
	if err := spend(ctx, tx, c); err != nil {
		return Token{}, err
	}
	_, used, err := a.keys.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return u, nil }, *c.Session, parsed)
	if err != nil {
		a.wrongPasskey(parsed.RawID, form.Source, tx.Now)
		return Token{}, notThis(err)
	}
	if err := u.used(ctx, tx, used); err != nil {
		return Token{}, err
	}
	token, err := a.begin(ctx, tx, r, howPasskey, browser{Describe(form.Agent), passkeyID(used.ID)}, form.Device)
	if err != nil {
		return Token{}, err
	}
	tx.Names("sign-in " + token.SignInID + " by passkey")
	return token, tx.Commit()
}

// offer returns options as the browser wants them and c as the form carries it.
func (a *Accounts) offer(practice string, c ceremony, options any, now time.Time) ([]byte, string, error) {
	text, err := json.Marshal(options)
	if err != nil {
		return nil, "", fmt.Errorf("encode passkey options: %w", err)
	}
	token, err := a.carry(practice, c, now)
	return text, token, err
}

func (a *Accounts) parse(response []byte) (*protocol.ParsedCredentialAssertionData, error) {
	if a.keys == nil {
		return nil, noPasskeys()
	}
	if len(response) > maxResponse {
		return nil, notThis(nil)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return nil, notThis(err)
	}
	return parsed, nil
}

// isKept fails unless person has the passkey called id: so nobody can have a
// door opened, and written down, for ids of their own making. What is not kept is
// counted for its network; one that is only where its signature was wrong, so that
// nobody keeps a good one out.
func (a *Accounts) isKept(ctx context.Context, practice, person string, id []byte, source string) error {
	tx, err := a.door.Glance(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	var one int
	err = tx.QueryRow(ctx, `
		SELECT 1 FROM passkey
		WHERE practice = $1 AND person_id = $2 AND id = $3`, practice, person, passkeyID(id)).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		if many := a.gate.passkeys.Allow(source, tx.Now); many != nil {
			return many
		}
		return notThis(nil)
	}
	if err != nil {
		return fmt.Errorf("find passkey: %w", err)
	}
	if a.gate.passkeys.At(string(passkeyID(id)), source, tx.Now).TokensAt(tx.Now) < 1 {
		return tries.Many(tx.Now)
	}
	return nil
}

// wrongPasskey counts a wrong signature by a passkey that is kept, from one network.
func (a *Accounts) wrongPasskey(id []byte, source string, now time.Time) {
	a.gate.passkeys.At(string(passkeyID(id)), source, now).AllowN(now, 1)
}

func passkeyID(credential []byte) []byte {
	sum := sha256.Sum256(credential)
	return sum[:]
}

// used keeps, in tx, that a passkey of u was used. A counter that did not grow
// means that there may be two of a key that should be one: it is refused,
// unless it is of the kind that is copied between devices on purpose.
func (u user) used(ctx context.Context, tx *access.Tx, c *webauthn.Credential) error {
	if c.Authenticator.CloneWarning && !c.Flags.BackupEligible {
		return fault.New(fault.Invalid, "passkey", "This passkey may have been copied, so it was not accepted. Sign in another way and remove it.")
	}
	c.Authenticator.CloneWarning = false
	for _, p := range u.keys {
		if bytes.Equal(p.Credential.ID, c.ID) {
			p.Credential, p.usedAt = *c, tx.Now.UnixMicro()
			return keepPasskey(ctx, tx, u.person, p)
		}
	}
	return notThis(nil)
}

// BeginStepUp starts saying once more who one is, by passkey.
func (a *Accounts) BeginStepUp(ctx context.Context, actor access.Actor) (options []byte, ceremonyToken string, err error) {
	tx, err := a.door.Begin(ctx, actor, access.ReadAccount, access.AccountRecord(actor.ID))
	if err != nil {
		return nil, "", err
	}
	defer tx.Rollback()

	u, _, _, err := readUser(ctx, tx, actor.ID)
	if err != nil {
		return nil, "", err
	}
	if a.keys == nil || len(u.keys) == 0 {
		return nil, "", noPasskeys()
	}
	asked, session, err := a.keys.BeginLogin(u)
	if err != nil {
		return nil, "", fmt.Errorf("begin step-up: %w", err)
	}
	return a.offer(tx.Practice, ceremony{Kind: kindStepUp, Person: actor.ID, Session: session}, asked.Response, tx.Now)
}

// FinishStepUp makes the sign-in called signInID fresh.
func (a *Accounts) FinishStepUp(ctx context.Context, actor access.Actor, signInID, ceremonyToken string, response []byte) error {
	tx, err := a.door.Begin(ctx, actor, access.MakeSignIn, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	practice, c, err := a.carried(ceremonyToken, kindStepUp)
	if err != nil {
		return err
	}
	parsed, err := a.parse(response)
	if err != nil {
		return err
	}
	if practice != tx.Practice || c.Person != actor.ID {
		return overdue()
	}
	u, _, _, err := readUser(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	if err := spend(ctx, tx, c); err != nil {
		return err
	}
	used, err := a.keys.ValidateLogin(u, *c.Session, parsed)
	if err != nil {
		return notThis(err)
	}
	if err := u.used(ctx, tx, used); err != nil {
		return err
	}
	if err := freshen(ctx, tx, actor.ID, signInID); err != nil {
		return err
	}
	return tx.Commit()
}

// BeginAddPasskey starts adding a passkey. It needs a fresh sign-in.
func (a *Accounts) BeginAddPasskey(ctx context.Context, actor access.Actor) (options []byte, ceremonyToken string, err error) {
	tx, err := a.door.Begin(ctx, actor, access.ReviseCredential, access.AccountRecord(actor.ID))
	if err != nil {
		return nil, "", err
	}
	defer tx.Rollback()

	if a.keys == nil {
		return nil, "", noPasskeys()
	}
	u, _, _, err := readUser(ctx, tx, actor.ID)
	if err != nil {
		return nil, "", err
	}
	if len(u.keys) >= maxPasskeys {
		return nil, "", fault.New(fault.Invalid, "passkey", fmt.Sprintf("You have %d passkeys. Remove one that you no longer use; then you can add another.", maxPasskeys))
	}
	asked, session, err := a.keys.BeginRegistration(u,
		webauthn.WithExclusions(webauthn.Credentials(u.WebAuthnCredentials()).CredentialDescriptors()),
		webauthn.WithExtensions(webauthn.WithExtensionPRFSupport())) // so that it can open a vault, where the device can do that
	if err != nil {
		return nil, "", fmt.Errorf("begin passkey: %w", err)
	}
	return a.offer(tx.Practice, ceremony{Kind: kindAdd, Person: actor.ID, Session: session}, asked.Response, tx.Now)
}

// FinishAddPasskey keeps the passkey that the browser made, under a label by
// which its owner knows it. The same again is no error.
func (a *Accounts) FinishAddPasskey(ctx context.Context, actor access.Actor, ceremonyToken string, response []byte, label string) error {
	tx, err := a.door.Begin(ctx, actor, access.ReviseCredential, access.AccountRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	label, err = cleanLabel(label)
	if err != nil {
		return err
	}
	practice, c, err := a.carried(ceremonyToken, kindAdd)
	if err != nil {
		return err
	}
	if a.keys == nil || practice != tx.Practice || c.Person != actor.ID || len(response) > maxResponse {
		return overdue()
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return notThis(err)
	}
	u, r, b, err := readUser(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	id := passkeyID(parsed.RawID)
	for _, p := range u.keys {
		if bytes.Equal(p.id, id) {
			return nil // it was added, and the answer was lost
		}
	}
	if err := a.countChange(ctx, tx); err != nil {
		return err
	}
	if err := a.newPasskey(ctx, tx, u, id, c, parsed, label); err != nil {
		return err
	}
	if enough(r.roles, r.ways) {
		b.changing(tx.Now)
	}
	if err := write(ctx, tx, actor.ID, b); err != nil {
		return err
	}
	tx.Names("passkey " + hex.EncodeToString(id[:8]) + " added")
	if err := a.notice(ctx, tx, r, b); err != nil {
		return err
	}
	return tx.Commit()
}

func (a *Accounts) newPasskey(ctx context.Context, tx *access.Tx, u user, id []byte, c ceremony, parsed *protocol.ParsedCredentialCreationData, label string) error {
	if err := spend(ctx, tx, c); err != nil {
		return err
	}
	made, err := a.keys.CreateCredential(u, *c.Session, parsed)
	if err != nil {
		return notThis(err)
	}
	var others int
	err = tx.QueryRow(ctx, `SELECT count(*) FROM passkey WHERE practice = $1 AND id = $2`, tx.Practice, id).Scan(&others)
	if err != nil {
		return fmt.Errorf("find passkey: %w", err)
	}
	if others > 0 || len(u.keys) >= maxPasskeys {
		return notThis(nil)
	}
	made.Attestation = webauthn.CredentialAttestation{} // which maker it is from is not asked
	return keepPasskey(ctx, tx, u.person, passkey{id: id, madeAt: tx.Now.UnixMicro(), kept: kept{label, *made}})
}
