package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A Token is what a browser is given when somebody has signed in with it.
// Neither Cookie nor Device may be logged.
type Token struct {
	Cookie    string // the value of the sign-in's cookie
	Device    string // the value of a long-lived cookie by which the browser is known again
	Actor     access.Actor
	SignInID  string
	Ends      time.Time // in any case
	CodesLeft int       // recovery codes, if one was used to sign in; otherwise -1
}

// How a sign-in began.
const (
	howPassword  = "password"
	howPasskey   = "passkey"
	howJoined    = "joined"
	howRecovered = "recovered"
	howDemo      = "demo"
)

// A SignedIn is whoever a cookie belongs to.
type SignedIn struct {
	// Actor is who is asking. While NeedsSetup it is the zero Actor, to whom
	// every door is closed, so that no page can forget to ask.
	Actor      access.Actor
	Roles      []string
	SignInID   string
	Seen       time.Time // when the person last did something, to the minute
	Idle       time.Time // when it ends if nothing is done
	Ends       time.Time // when it ends in any case
	Fresh      time.Time // until when nothing more is asked for what matters most
	LettingIn  bool      // somebody was given a code to let them in again
	NeedsSetup bool      // a second step or a passkey is missing: only the account can be reached

	self access.Actor
	now  time.Time
	mark cookieMark
}

// Self is who is asking, for the methods of Accounts, and for those that list what comes
// in with an account, even while NeedsSetup.
func (s SignedIn) Self() access.Actor { return s.self }

// A cookieMark is what a cookie is found by.
type cookieMark struct {
	practice string
	hash     [sha256.Size]byte
}

// A signIn is a sign-in as it is kept.
type signIn struct {
	person, id, how         string
	seen, idle, ends, fresh int64
	roles, ways             string
}

// lasts says whether it has not ended yet.
func (s signIn) lasts(now time.Time) bool {
	return s.ends > now.UnixMicro() && s.seen+s.idle > now.UnixMicro()
}

// Who returns whoever cookie belongs to. It fails with fault.SignIn if nobody:
// the sign-in has ended, or there never was one. It is asked for every request, so
// that ending a sign-in acts at once.
func (a *Accounts) Who(ctx context.Context, cookie string) (SignedIn, error) {
	practice, hash, ok := split(cookie)
	if !ok {
		return SignedIn{}, signedOut()
	}
	mark, now := cookieMark{practice, [sha256.Size]byte(hash)}, a.door.Clock()
	in, kept := a.signIns.Get(mark)
	if !kept || !in.lasts(now) {
		var err error
		if in, now, err = a.signedIn(ctx, mark); err != nil {
			return SignedIn{}, err
		}
	} else {
		access.Recalled(ctx, func(ctx context.Context) error {
			_, _, err := a.signedIn(ctx, mark)
			return err
		})
	}
	s := SignedIn{
		Roles: strings.Fields(in.roles), SignInID: in.id,
		Seen: at(in.seen), Idle: at(min(in.seen+in.idle, in.ends)), Ends: at(in.ends), Fresh: at(in.fresh).Add(Fresh),
		LettingIn:  has(in.ways, wayLetIn),
		NeedsSetup: in.how != howDemo && !enough(in.roles, in.ways),
		self:       access.Actor{Practice: practice, ID: in.person}, now: now, mark: mark,
	}
	s.self.Fresh = now.Before(s.Fresh)
	if !s.NeedsSetup {
		s.Actor = s.self
	}
	return s, nil
}

// signedIn asks the database, in one statement, and has the visit know what a client holds
// in their own record.
func (a *Accounts) signedIn(ctx context.Context, mark cookieMark) (in signIn, now time.Time, err error) {
	tx, err := a.door.Glance(ctx)
	if err != nil {
		return in, now, err
	}
	defer tx.Rollback()

	var own string
	err = tx.QueryRow(ctx, `
		SELECT person_id, id, how, seen_at, idle, ends_at, fresh_at, roles, ways,
		       CASE WHEN roles = 'client' THEN `+access.OwnGrants+` ELSE '' END
		FROM sign_in s
		WHERE practice = $1 AND token_hash = $2 AND ends_at > $3 AND seen_at + idle > $3`,
		mark.practice, mark.hash[:], tx.Now.UnixMicro()).Scan(&in.person, &in.id, &in.how, &in.seen, &in.idle, &in.ends, &in.fresh, &in.roles, &in.ways, &own)
	if errors.Is(err, sql.ErrNoRows) {
		return in, now, signedOut()
	}
	if err != nil {
		return in, now, fmt.Errorf("read sign-in: %w", err)
	}
	mark.practice = strings.Clone(mark.practice) // not a part of all that the browser sent
	a.signIns.Put(tx, mark, in)
	if in.roles == "client" {
		access.Noted(ctx, access.Actor{Practice: mark.practice, ID: in.person}, own)
	}
	return in, tx.Now, nil
}

func at(micro int64) time.Time { return time.UnixMicro(micro).UTC() }

func signedOut() error {
	return fault.New(fault.SignIn, "", "You are signed out. Please sign in; then you can go on.")
}

// Touch notes that the person of s has done something, so that the sign-in
// lasts on. web calls it for what a person does, never for what a page does by
// itself. It writes at most once a minute.
func (a *Accounts) Touch(ctx context.Context, s SignedIn) error {
	if s.now.Sub(s.Seen) < touchEvery {
		return nil
	}
	tx, err := a.door.Begin(ctx, s.self, access.KeepSignIn, access.AccountRecord(s.self.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(s.SignInID)
	defer a.signIns.Drop(s.mark)
	_, err = tx.Exec(ctx, access.NoteSeen, tx.Practice, s.self.ID, s.SignInID, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("touch sign-in: %w", err)
	}
	return tx.Commit()
}

// A browser is what sign_in.sealed holds.
type browser struct {
	Browser string
	Passkey []byte `json:",omitempty"` // the id of the one by which it came, if by one
}

func signInPlace(id string) string { return "sign_in.sealed " + id }

// begin makes, in tx, a sign-in for the person of r. device is the cookie by
// which the browser is known already, if it is.
func (a *Accounts) begin(ctx context.Context, tx *access.Tx, r row, how string, in browser, device string) (Token, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Token{}, fmt.Errorf("make id: %w", err)
	}
	sealed, err := sealIn(ctx, tx, r.personID, signInPlace(id.String()), in)
	if err != nil {
		return Token{}, err
	}
	token := secret()
	ends := tx.Now.Add(Longest)
	now := tx.Now.UnixMicro()
	_, err = tx.Exec(ctx, `
		INSERT INTO sign_in (practice, token_hash, person_id, id, how, made_at, seen_at, idle, ends_at, fresh_at, sealed, roles, ways)
		SELECT practice, $2, person_id, $4, $5, CAST($6 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT), CAST($8 AS BIGINT), CAST($6 AS BIGINT), $9, roles, ways
		FROM account WHERE practice = $1 AND person_id = $3`,
		tx.Practice, hashOf(token), r.personID, id.String(), how, now, idleFor(r.roles).Microseconds(), ends.UnixMicro(), sealed)
	if err != nil {
		return Token{}, fmt.Errorf("keep sign-in: %w", err)
	}
	if !a.isDevice(tx.Practice, r.lookup, device) {
		device = a.newDevice(tx.Practice, r.lookup)
	}
	return Token{
		Cookie: tx.Practice + "." + token, Device: device, SignInID: id.String(), Ends: ends, CodesLeft: -1,
		Actor: access.Actor{Practice: tx.Practice, ID: r.personID, Fresh: true},
	}, nil
}

// secret returns 256 random bits as text.
func secret() string {
	raw := make([]byte, 32)
	rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(raw)
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// split takes apart "<practice>.<token>".
func split(cookie string) (practice string, hash []byte, ok bool) {
	practice, token, ok := strings.Cut(cookie, ".")
	if !ok || len(token) != 43 || !isPractice(practice) {
		return "", nil, false
	}
	return practice, hashOf(token), true
}

// isPractice says whether text can be the id of a practice.
func isPractice(text string) bool {
	for _, c := range text {
		if c < 'a' || c > 'z' {
			return false
		}
	}
	return text != "" && len(text) <= 32
}
