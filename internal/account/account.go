// Package account is what somebody signs in with, and the browsers that have
// signed in. It says who is asking; what they may do is for the door to say.
//
// It knows nothing of names or of therapy, and nothing of HTTP: the values of
// cookies, the JSON of passkeys and the text of forms come in and go out as
// they are. Letters that it sends are neutral.
//
// What an account holds, in one sealed value:
//
//	account.sealed  {Email, Password{Version, Salt, Sum}, TOTP, Step, TOTPAt, Codes[hash], Former{First, At, Password, TOTP, Step, TOTPAt, Codes}}
//	address_change.sealed  {From, To, Password}
//	passkey.sealed  {Label, Credential}
//	sign_in.sealed  {Browser}
//
// Whether an address is known must not be learnable: for known and unknown
// ones the same is answered and the same work is done.
package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/passwords"
)

// How long a sign-in lasts.
const (
	IdleStaff  = 15 * time.Minute // without a sign of life
	IdleClient = 30 * time.Minute
	Longest    = 12 * time.Hour // in any case
	Fresh      = 5 * time.Minute
	touchEvery = time.Minute
)

// A Site is where the practice is found on the web.
type Site struct {
	Origin string // "https://host", without a slash at the end
	Name   string // as it is shown beside a passkey
}

// Accounts are the accounts and sign-ins behind one door.
type Accounts struct {
	door    *access.Door
	site    Site
	keys    *webauthn.WebAuthn // nil where passkeys do not work
	hasher  *passwords.Hasher
	gate    gate
	signIns access.Memory[cookieMark, signIn]
	removed func(ctx context.Context, tx *access.Tx, person, passkey string) error
	rest    func(ctx context.Context, tx *access.Tx, person string) error
	address func(ctx context.Context, actor access.Actor, action access.Action, person string) (Follow, error)
}

// OnEndRest has f do, in the same transaction, what EndRest ends that is none of account's:
// everything that can come in by itself with what is a person's own.
func (a *Accounts) OnEndRest(f func(ctx context.Context, tx *access.Tx, person string) error) {
	a.rest = f
}

// OnRemoved has f do, in the same transaction, what else ends when somebody removes a
// passkey, named by its id; without a name, all of theirs.
func (a *Accounts) OnRemoved(f func(ctx context.Context, tx *access.Tx, person, passkey string) error) {
	a.removed = f
}

func (a *Accounts) endsWith(ctx context.Context, tx *access.Tx, person, passkey string) error {
	if a.removed == nil {
		return nil
	}
	return a.removed(ctx, tx, person, passkey)
}

// New returns the accounts behind door, for browsers that visit site.
func New(door *access.Door, site Site) (*Accounts, error) {
	u, err := url.Parse(site.Origin)
	if err != nil || u.Host == "" || u.Path != "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, errors.New("the address of the site must look like https://host")
	}
	a := &Accounts{door: door, site: site, hasher: passwords.New(), gate: newGate(), signIns: access.Remember[cookieMark, signIn](door)}
	if !nameable(u) {
		return a, nil
	}
	a.keys, err = webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: site.Name, RPOrigins: []string{site.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("set up passkeys: %w", err)
	}
	return a, nil
}

// nameable says whether browsers make passkeys for u: not for a bare IP
// address, and without TLS only on the same machine.
func nameable(u *url.URL) bool {
	return net.ParseIP(u.Hostname()) == nil && (u.Scheme == "https" || u.Hostname() == "localhost")
}

// PasskeysWork says whether passkeys can be offered at this site.
func (a *Accounts) PasskeysWork() bool { return a.keys != nil }

// MaxAddress is the longest e-mail address, in bytes (RFC 5321).
const MaxAddress = 254

// Address returns text as an e-mail address is kept and compared: without
// space around it and in small letters. It fails with fault.Invalid, field
// "email".
func Address(text string) (string, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	parsed, err := mail.ParseAddress(text)
	odd := strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c == '"' || unicode.IsControl(c) })
	if err != nil || parsed.Address != text || len(text) > MaxAddress || odd {
		return "", fault.New(fault.Invalid, "email", "This does not look like an e-mail address. It has an @ and a place after it, as in name@example.org.")
	}
	return text, nil
}

// isStaff says whether roles are those of somebody who works in the practice.
func isStaff(roles string) bool {
	all := strings.Fields(roles)
	return slices.Contains(all, string(access.Clinician)) || slices.Contains(all, string(access.Manager))
}

func idleFor(roles string) time.Duration {
	if isStaff(roles) {
		return IdleStaff
	}
	return IdleClient
}

// enough says whether somebody with these roles can sign in by these ways:
// staff by a passkey, or a password and a second step; clients by either.
func enough(roles, ways string) bool {
	return has(ways, wayPasskey) || has(ways, wayPassword) && (!isStaff(roles) || has(ways, wayTOTP))
}

// byPassword says whether the password, with the code if there is a second step, is
// enough for somebody with these roles: to sign in, and to say once more who they are.
func (b body) byPassword(roles string) bool { return enough(roles, b.ways(0)) }

func has(ways, way string) bool { return slices.Contains(strings.Fields(ways), way) }

// Ways to sign in, as account.ways lists them.
const (
	wayPassword = "password"
	wayTOTP     = "totp"
	wayPasskey  = "passkey"

	waySettled = "settled" // no way: a mark that stays with staff who once had enough
	wayLetIn   = "letin"   // no way either: somebody was given a code to let them in
)

// Open makes, in tx, the account of a person: person calls it when somebody
// joins or a practice is founded. The key of access.AccountRecord(personID)
// must have been made (Door.Prepare), and the grant Self on it is the caller's
// to give. roles are separated by spaces. password may be the zero Hashed: then
// the person adds a way to sign in during the visit that Start begins.
//
// The same call again changes nothing. If the address belongs to another
// account it fails with fault.Conflict.
func (a *Accounts) Open(ctx context.Context, tx *access.Tx, personID, email, roles string, password Hashed) error {
	email, err := Address(email)
	if err != nil {
		return err
	}
	b := body{Email: email, Password: password.hash}
	sealed, err := b.seal(ctx, tx, personID)
	if err != nil {
		return err
	}
	lookup := a.door.Lookup(tx.Practice, email)
	done, err := tx.Exec(ctx, `
		INSERT INTO account (practice, person_id, lookup, roles, ways, made_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`,
		tx.Practice, personID, lookup, roles, b.ways(0), tx.Now.UnixMicro(), sealed)
	if err != nil {
		return fmt.Errorf("open account: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 1 {
		return err
	}
	var same string
	err = tx.QueryRow(ctx, `
		SELECT person_id FROM account WHERE practice = $1 AND lookup = $2`, tx.Practice, lookup).Scan(&same)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("open account: %w", err)
	}
	if same != personID {
		return fault.New(fault.Conflict, "email", "This e-mail address cannot be used here. If you have an account already, sign in with it, or choose another address.")
	}
	return nil
}

// Close ends, in tx, everything by which a person can sign in, and every
// sign-in: person calls it when somebody leaves or is erased. Their address is
// free again.
func (a *Accounts) Close(ctx context.Context, tx *access.Tx, personID string) error {
	if err := endLetIns(ctx, tx, personID); err != nil {
		return err
	}
	for _, text := range []string{
		`DELETE FROM let_in WHERE practice = $1 AND person_id = $2`,
		`DELETE FROM sign_in WHERE practice = $1 AND person_id = $2`,
		`DELETE FROM recovery WHERE practice = $1 AND person_id = $2`,
		`DELETE FROM address_change WHERE practice = $1 AND person_id = $2`,
		`DELETE FROM passkey WHERE practice = $1 AND person_id = $2`,
		`DELETE FROM account WHERE practice = $1 AND person_id = $2`,
	} {
		if _, err := tx.Exec(ctx, text, tx.Practice, personID); err != nil {
			return fmt.Errorf("close account: %w", err)
		}
	}
	return a.endsWith(ctx, tx, personID, "")
}

// EndAll ends, in tx, every sign-in of the practice and every link for those who
// cannot sign in. Ways to sign in stay.
func (a *Accounts) EndAll(ctx context.Context, tx *access.Tx) error {
	for _, text := range []string{
		`DELETE FROM let_in WHERE practice = $1`,
		`UPDATE account SET ways = trim(replace(ways, '` + wayLetIn + `', '')) WHERE practice = $1 AND ways LIKE '%` + wayLetIn + `%'`,
		`DELETE FROM sign_in WHERE practice = $1`,
		`DELETE FROM recovery WHERE practice = $1`,
		`DELETE FROM address_change WHERE practice = $1`,
	} {
		if _, err := tx.Exec(ctx, text, tx.Practice); err != nil {
			return fmt.Errorf("end sign-ins: %w", err)
		}
	}
	return nil
}

// SetRoles notes, in tx, what a person is in the practice now. Sign-ins go on,
// with the rest allowed to the new roles.
func (a *Accounts) SetRoles(ctx context.Context, tx *access.Tx, personID, roles string) error {
	_, err := tx.Exec(ctx, `
		UPDATE account SET roles = $3 WHERE practice = $1 AND person_id = $2`, tx.Practice, personID, roles)
	if err != nil {
		return fmt.Errorf("set roles: %w", err)
	}
	_, err = tx.Exec(ctx, `
		UPDATE sign_in SET idle = $3, roles = $4 WHERE practice = $1 AND person_id = $2`,
		tx.Practice, personID, idleFor(roles).Microseconds(), roles)
	if err != nil {
		return fmt.Errorf("set roles: %w", err)
	}
	return nil
}

// Start signs somebody in, in tx, who has just joined: person calls it after
// Open, for the browser whose User-Agent is agent. The token is good once tx is
// committed.
func (a *Accounts) Start(ctx context.Context, tx *access.Tx, personID, agent string) (Token, error) {
	k, err := known(ctx, tx, personID)
	if err != nil {
		return Token{}, err
	}
	return a.begin(ctx, tx, k, howJoined, browser{Browser: Describe(agent)}, "")
}
