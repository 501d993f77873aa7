package launch

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/token"
)

// Launches are the apps of every practice on this server, and who let them in.
type Launches struct {
	door   *access.Door
	tokens *token.Tokens
	base   string // address of what apps read
}

// New returns the launches behind door, for apps that read at base, such as
// https://practice.example/fhir/R4.
func New(door *access.Door, tokens *token.Tokens, base string) *Launches {
	return &Launches{door: door, tokens: tokens, base: base}
}

// Base is the address of what apps read, which they name when they ask (aud).
func (ls *Launches) Base() string { return ls.base }

func (ls *Launches) mark(practice, what, secret string) []byte {
	return ls.door.Lookup(practice, "launch "+what+" "+secret)
}

// Ask returns what an app asks of actor, who is a client or not. What is wrong with the
// request is a *Wrong.
func (ls *Launches) Ask(ctx context.Context, actor access.Actor, r Request, client bool) (Asked, error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReadApps, access.Operations)
	if err != nil {
		return Asked{}, err
	}
	defer tx.Rollback()

	all, err := apps(ctx, tx)
	if err != nil {
		return Asked{}, err
	}
	i := slices.IndexFunc(all, func(a App) bool { return a.ID == r.Client && a.EndedAt.IsZero() })
	if i < 0 {
		return Asked{}, &Wrong{Code: "unauthorized_client", Text: "The practice does not know this app."}
	}
	asked := Asked{App: all[i], Again: asks(r.Scope, scopeOffline)}
	if err := r.check(asked.App, ls.base); err != nil {
		return Asked{}, err
	}
	if client && !asked.App.Clients || !client && !asked.App.Staff {
		return Asked{}, &Wrong{"unauthorized_client", "this app is not for them", true}
	}
	if asked.Scopes = within(r.Scope, asked.App, client); len(asked.Scopes) == 0 {
		return Asked{}, &Wrong{"invalid_scope", "nothing is asked that this app could be given", true}
	}
	return asked, nil
}

// Let lets an app in, in the name of actor, who has just said who they are and is told by
// mail, and returns the code with which it goes on. The same form again gives another code, if nothing came of
// the first, and is fault.Conflict otherwise.
func (ls *Launches) Let(ctx context.Context, actor access.Actor, c Consent, client bool) (code string, err error) {
	asked, err := ls.Ask(ctx, actor, c.Request, client)
	if err != nil {
		return "", err
	}
	tx, err := ls.door.Begin(ctx, actor, access.LetLaunch, access.PersonRecord(actor.ID))
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	tx.Names(c.ID + " app " + asked.App.ID)
	if c, err = c.check(asked); err != nil {
		return "", err
	}
	if ok, err := known(ctx, tx, asked.App.ID); err != nil || !ok { // withdrawn just now
		return "", orAbsent(err)
	}
	if err := letGo(ctx, tx, c.ID); err != nil {
		return "", err
	}
	if err := room(ctx, tx, c.ID); err != nil {
		return "", err
	}
	scopes, of := slices.Clone(c.Scopes), ""
	if client {
		of = actor.ID
		if asks(c.Request.Scope, scopePatient) {
			scopes = append(scopes, scopePatient)
		}
	}
	if asked.Again {
		scopes = append(scopes, scopeOffline)
	}
	s := secret()
	if err := insertLaunch(ctx, tx, c, asked, scopes, of, ls.mark(tx.Practice, "code", s)); err != nil {
		return "", err
	}
	if err := post.Entrance(ctx, tx, strings.TrimSuffix(ls.base, Root)); err != nil {
		return "", err
	}
	return codeVersion + "." + tx.Practice + "." + s, tx.Commit()
}

func orAbsent(err error) error {
	if err != nil {
		return err
	}
	return fault.Absent()
}

// A Redemption is what an app brings for its first tokens.
type Redemption struct {
	Code     string
	Client   string
	Redirect string
	Verifier string
}

// A Given is what an app gets.
type Given struct {
	Access  string
	Lasts   time.Duration
	Scopes  []string
	Refresh string // with which it may come again; empty if it may not
	Patient string // whom it is about, if that is one client
}

// noGrant is said whatever is wrong with what an app brings.
func noGrant() error {
	return &Wrong{Code: "invalid_grant", Text: "This is not, or no longer, good for anything."}
}

// by acts for the person of a launch, and only for what becomes of it.
func by(practice string, w whose) access.Actor {
	m := &access.Mandate{ID: w.id, Of: w.person.Of()}
	m.Allow(access.RedeemLaunch, access.EndToken)
	return access.Actor{Practice: practice, ID: w.person.Of(), Mandate: m}
}

// Redeem turns a code into tokens. A code is good for one try: whatever is wrong with what
// comes with it, and when it comes a second time, all that came of it ends. What is wrong
// is a *Wrong.
func (ls *Launches) Redeem(ctx context.Context, r Redemption) (Given, error) {
	practice, secrets, ok := parts(codeVersion, r.Code, 1)
	if !ok {
		return Given{}, noGrant()
	}
	w, err := ls.byCode(ctx, practice, ls.mark(practice, "code", secrets[0]))
	if err != nil {
		return Given{}, nothing(err)
	}
	return ls.redeem(ctx, by(practice, w), w, r)
}

// nothing says of what is not there that it is good for nothing.
func nothing(err error) error {
	if fault.Is(err, fault.NotFound) {
		return noGrant()
	}
	return err
}

func (ls *Launches) redeem(ctx context.Context, actor access.Actor, w whose, r Redemption) (Given, error) {
	tx, err := ls.door.Begin(ctx, actor, access.RedeemLaunch, w.person)
	if err != nil {
		return Given{}, nothing(err)
	}
	defer tx.Rollback()

	l, err := launchIn(ctx, tx, w.id)
	if err != nil {
		return Given{}, nothing(err)
	}
	there, err := known(ctx, tx, l.App)
	if err != nil {
		return Given{}, err
	}
	if l.state != stateAsked || !tx.Now.Before(l.codeUntil) || !there ||
		l.App != r.Client || l.redirect != r.Redirect || !proves(r.Verifier, l.challenge) {
		return Given{}, endFor(ctx, tx, w)
	}
	family, newest := secret(), secret()
	given, err := ls.give(ctx, tx, l, l.Scopes)
	if err != nil {
		return Given{}, err
	}
	if err := turn(ctx, tx, l.ID, ls.mark(tx.Practice, "family", family), ls.mark(tx.Practice, "refresh", newest), unfindable()); err != nil {
		return Given{}, err
	}
	if l.Again {
		given.Refresh = strings.Join([]string{refreshVersion, tx.Practice, family, newest}, ".")
	}
	return given, tx.Commit()
}

// endFor ends a launch because something was wrong with what an app brought, and says so.
func endFor(ctx context.Context, tx *access.Tx, w whose) error {
	if err := end(ctx, tx, w); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return noGrant()
}

// give makes an access token for l with some of its scopes.
func (ls *Launches) give(ctx context.Context, tx *access.Tx, l row, scopes []string) (Given, error) {
	lasts := min(AccessLasts, l.Until.Sub(tx.Now)).Truncate(time.Second)
	if lasts < token.Shortest {
		return Given{}, noGrant()
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Given{}, err
	}
	made, err := ls.tokens.Launched(ctx, tx, l.ID, token.Form{ID: id.String(), Label: l.Name, Scopes: ofResources(scopes), Of: l.of, Lasts: lasts})
	return Given{Access: made, Lasts: lasts, Scopes: scopes, Patient: l.of}, err
}

// A Return is what an app brings when it comes again.
type Return struct {
	Refresh string
	Client  string
	Scope   string // fewer than before, if it likes
}

// Refresh gives an app new tokens for the one that it may come again with, which is then
// used up. Where one comes that was used up before, or from another app, somebody copied
// it: everything ends. What is wrong is a *Wrong.
func (ls *Launches) Refresh(ctx context.Context, r Return) (Given, error) {
	practice, secrets, ok := parts(refreshVersion, r.Refresh, 2)
	if !ok {
		return Given{}, noGrant()
	}
	w, err := ls.byFamily(ctx, practice, ls.mark(practice, "family", secrets[0]))
	if err != nil {
		return Given{}, nothing(err)
	}
	return ls.refresh(ctx, by(practice, w), w, r, secrets)
}

func (ls *Launches) refresh(ctx context.Context, actor access.Actor, w whose, r Return, secrets []string) (Given, error) {
	tx, err := ls.door.Begin(ctx, actor, access.RedeemLaunch, w.person)
	if err != nil {
		return Given{}, nothing(err)
	}
	defer tx.Rollback()

	l, err := launchIn(ctx, tx, w.id)
	if err != nil {
		return Given{}, nothing(err)
	}
	brought := ls.mark(tx.Practice, "refresh", secrets[1])
	good, err := ls.good(ctx, tx, l, brought)
	if err != nil {
		return Given{}, err
	}
	there, err := known(ctx, tx, l.App)
	if err != nil {
		return Given{}, err
	}
	if !good || !there || l.App != r.Client || !l.Again {
		return Given{}, endFor(ctx, tx, w)
	}
	scopes := l.Scopes
	if r.Scope != "" {
		scopes = strings.Fields(r.Scope)
		if len(ofResources(scopes)) == 0 || slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(l.Scopes, s) }) {
			return Given{}, &Wrong{Code: "invalid_scope", Text: "This was not let in for that."}
		}
	}
	given, err := ls.give(ctx, tx, l, scopes)
	if err != nil {
		return Given{}, err
	}
	newest := secret()
	if err := turn(ctx, tx, l.ID, ls.mark(tx.Practice, "family", secrets[0]), ls.mark(tx.Practice, "refresh", newest), brought); err != nil {
		return Given{}, err
	}
	given.Refresh = strings.Join([]string{refreshVersion, tx.Practice, secrets[0], newest}, ".")
	return given, tx.Commit()
}

// good says whether a mark is that of what the app may come again with: the newest, or the
// one before for as long as nothing came of the newest.
func (ls *Launches) good(ctx context.Context, tx *access.Tx, l row, mark []byte) (bool, error) {
	switch {
	case l.state != stateOpen || !tx.Now.Before(l.Until):
		return false, nil
	case bytes.Equal(mark, l.newest):
		return true, nil
	case !bytes.Equal(mark, l.former) || tx.Now.Sub(l.turnedAt) > lost:
		return false, nil
	}
	used, err := token.UsedLaunchedIn(ctx, tx, l.ID)
	return !used, err
}

// Revoke ends what an app brings, as RFC 7009 has it: with a token for coming again
// everything, with another that one. What is none of client's is left as it is, and nothing
// is said of it.
func (ls *Launches) Revoke(ctx context.Context, brought, client string) error {
	if practice, secrets, ok := parts(refreshVersion, brought, 2); ok {
		w, err := ls.byFamily(ctx, practice, ls.mark(practice, "family", secrets[0]))
		if err != nil {
			return unsaid(err)
		}
		return unsaid(ls.revoke(ctx, by(practice, w), w, client, ""))
	}
	in, err := ls.tokens.LaunchOf(ctx, brought)
	if err != nil {
		return unsaid(err)
	}
	w := whose{access.PersonRecord(in.Actor.ID), in.Launch}
	return unsaid(ls.revoke(ctx, by(in.Actor.Practice, w), w, client, brought))
}

func unsaid(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// revoke ends one token, or all if none is named.
func (ls *Launches) revoke(ctx context.Context, actor access.Actor, w whose, client, one string) error {
	tx, err := ls.door.Begin(ctx, actor, access.RedeemLaunch, w.person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	l, err := launchIn(ctx, tx, w.id)
	if err != nil || l.App != client {
		return err
	}
	if one != "" {
		err = ls.tokens.EndOneIn(ctx, tx, l.ID, one)
	} else {
		err = end(ctx, tx, w)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

// end ends, in tx, a launch and the tokens that came of it.
func end(ctx context.Context, tx *access.Tx, w whose) error {
	if err := endLaunch(ctx, tx, w); err != nil {
		return err
	}
	return token.EndLaunchedIn(ctx, tx, w.person, w.id)
}

// All are the apps that actor let in and that may still come in, oldest first.
func (ls *Launches) All(ctx context.Context, actor access.Actor) ([]Launch, error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReadTokens, access.PersonRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	found, err := launches(ctx, tx)
	if err != nil {
		return nil, err
	}
	var all []Launch
	for _, l := range found {
		if l.state == stateOpen && tx.Now.Before(l.Until) {
			all = append(all, l.Launch)
		}
	}
	return all, nil
}

// End ends one of them, and its tokens, at once. Twice is success.
func (ls *Launches) End(ctx context.Context, actor access.Actor, id string) error {
	tx, err := ls.door.Begin(ctx, actor, access.EndToken, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if !isID(id) {
		return fault.Absent()
	}
	if err := end(ctx, tx, whose{tx.Compartment, id}); err != nil {
		return err
	}
	return tx.Commit()
}

// Names are what actor calls the programs that they ever let in, by what the log names
// them: apps, and tokens that they made.
func (ls *Launches) Names(ctx context.Context, actor access.Actor) (map[string]string, error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReadTokens, access.PersonRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	names, err := token.NamesIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	all, err := launches(ctx, tx)
	for _, l := range all {
		names[l.ID] = l.Name
	}
	return names, err
}

// RemovedIn takes away, in tx, everything that a person let in who lost all ways to sign
// in. It is for account, as OnRemoved, after that of token.
func RemovedIn(ctx context.Context, tx *access.Tx, person, passkey string) error {
	if passkey != "" {
		return nil
	}
	return removeAll(ctx, tx, access.PersonRecord(person))
}
