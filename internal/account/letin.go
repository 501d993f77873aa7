package account

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/codes"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/tries"
)

// Somebody who has lost passkey, app and recovery codes is let in again by a person of
// the practice: by a code, which stands for those that were lost, together with a link in
// a letter to the person themself. So neither who gives the code nor who reads the letter
// comes in alone. And it waits: meanwhile every browser of theirs says so, the letter says
// so, and each of them can end it.
const (
	letInWaits = 24 * time.Hour
	letInLasts = 2 * 24 * time.Hour // from then on
	letInsFree = 3                  // for one person, until a day after the last
)

// NotMePath is where the link leads by which a person says that it was not they who asked
// to be let in, before the token. To look at it changes nothing.
const NotMePath = "/not-me/"

// A LetIn is a code by which somebody can be let in again.
type LetIn struct {
	Code        string // shown once, and kept nowhere; empty when it is read back
	By          string // who gave it
	Made        time.Time
	From, Until time.Time
}

// A Lost is what whoever would let somebody in must know of how they sign in.
type Lost struct {
	Mail    bool // a link by mail is enough for them: nobody has to let them in
	Pending *LetIn
}

// letInRecord is where somebody is let in: of a client, who sees it there, their record.
func letInRecord(person string, client bool) access.Compartment {
	if client {
		return access.ClientRecord(person)
	}
	return access.PersonRecord(person)
}

// LetIn makes a code by which a person comes in again, together with a link in a letter,
// without what they have lost. actor manages the practice, or treats the client; they have
// made sure that it is the person who asks, and hand the code over. It works once, from a
// day later on, for two days; of an address that was changed lately once that cannot be
// undone any more. When it is used, all that they signed in with ends, and so
// do their sign-ins. A new one ends the one before. id is that of the form: the same one
// twice is fault.Conflict, since the code is shown once. For whom a link by mail is enough
// it is fault.Conflict, too; nobody lets in themself. Who cannot sign in at all is absent.
func (a *Accounts) LetIn(ctx context.Context, actor access.Actor, person, id string, client bool) (LetIn, error) {
	tx, err := a.door.Begin(ctx, actor, access.LetIn, letInRecord(person, client))
	if err != nil {
		return LetIn{}, err
	}
	defer tx.Rollback()

	if err := mayLetIn(ctx, tx, person, client); err != nil {
		return LetIn{}, err
	}
	before, err := letInOf(ctx, tx, person)
	if err != nil {
		return LetIn{}, err
	}
	if before.id == id {
		tx.Refuse()
		return LetIn{}, fault.New(fault.Conflict, "", "This code was made already, and shown once. If it got lost, make a new one: the one before ends with it.")
	}
	made, err := tries.CountOf(ctx, tx, a.mark(tx.Practice, "tries", "let in", person), letInsFree+1)
	if err == nil && made > letInsFree {
		err = fault.New(fault.TooSoon, "", "There were several codes for them lately, and each is told by mail. Please wait until tomorrow.")
	}
	if err != nil {
		tx.Refuse()
		return LetIn{}, err
	}
	from, err := letInFrom(ctx, tx, person)
	if err != nil {
		return LetIn{}, err
	}
	code, hash := codes.New()
	l := keptLetIn{id: id, code: hash, LetIn: LetIn{By: actor.ID, Made: tx.Now, From: from, Until: from.Add(letInLasts)}}
	if err := keepLetIn(ctx, tx, person, l); err != nil {
		return LetIn{}, err
	}
	err = job.Enqueue(ctx, tx, job.Job{Name: TellLetIn, Key: person + " " + id, Args: map[string]string{"person": person, "id": id}})
	if err != nil {
		return LetIn{}, err
	}
	l.Code = code
	return l.LetIn, tx.Commit()
}

func mayLetIn(ctx context.Context, tx *access.Tx, person string, client bool) error {
	if person == tx.Actor.ID {
		tx.Refuse()
		return fault.New(fault.Invalid, "", "Nobody lets in themself. Ask somebody else who manages the practice, or whoever runs the server.")
	}
	r, err := known(ctx, tx, person)
	if err != nil || isStaff(r.roles) == client {
		tx.Refuse()
		if err == nil || fault.Is(err, fault.NotFound) {
			err = fault.Absent()
		}
		return err
	}
	if !needsCode(r.roles, r.ways) {
		tx.Refuse()
		return fault.New(fault.Conflict, "", "They need no code: a link in a letter is enough. They ask for it themselves, under “I cannot sign in”.")
	}
	return nil
}

// TakeBack ends the code that somebody was given, for whoever could give one. Twice is
// success.
func (a *Accounts) TakeBack(ctx context.Context, actor access.Actor, person string, client bool) error {
	tx, err := a.door.Begin(ctx, actor, access.LetIn, letInRecord(person, client))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	r, err := known(ctx, tx, person)
	if err != nil || isStaff(r.roles) == client {
		tx.Refuse()
		return fault.Absent()
	}
	tx.Names("taken-back")
	if err := endLetIn(ctx, tx, person); err != nil {
		return err
	}
	return tx.Commit()
}

// LostBy returns what actor, who may know the person's name, must know to let them in.
func (a *Accounts) LostBy(ctx context.Context, actor access.Actor, person string, client bool) (Lost, error) {
	tx, err := a.door.Begin(ctx, actor, access.ReadPerson, access.PersonRecord(person))
	if err != nil {
		return Lost{}, err
	}
	defer tx.Rollback()

	r, err := known(ctx, tx, person)
	if err != nil {
		return Lost{}, err
	}
	if isStaff(r.roles) == client || person == actor.ID {
		return Lost{}, tx.Absent()
	}
	l, err := letInOf(ctx, tx, person)
	return Lost{Mail: !needsCode(r.roles, r.ways), Pending: l.pending(tx.Now)}, err
}

// LettingIn is the code that somebody was given for actor's own account; nil: none.
func (a *Accounts) LettingIn(ctx context.Context, actor access.Actor) (*LetIn, error) {
	tx, err := a.door.Begin(ctx, actor, access.ReadAccount, access.AccountRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	l, err := letInOf(ctx, tx, actor.ID)
	return l.pending(tx.Now), err
}

// NotMe ends the code that somebody was given for actor's own account: it was not they
// who asked. Twice is success.
func (a *Accounts) NotMe(ctx context.Context, actor access.Actor) error {
	return a.notMe(ctx, actor, actor.ID)
}

// IsNotMe says whether the link with token leads to a code that still stands. It changes
// nothing. Otherwise it is fault.Invalid, field "token".
func (a *Accounts) IsNotMe(ctx context.Context, token string) error {
	_, _, err := a.whoseNotMe(ctx, token)
	return err
}

// NotMeBy is NotMe for whoever has the link from the letter. source is as in PasswordForm.
func (a *Accounts) NotMeBy(ctx context.Context, token, source string) error {
	practice, person, err := a.whoseNotMe(ctx, token)
	if many := a.missed(source, err); many != nil {
		return many
	}
	if err != nil {
		return err
	}
	return a.notMe(ctx, access.Anyone(practice), person)
}

func (a *Accounts) notMe(ctx context.Context, actor access.Actor, person string) error {
	tx, err := a.door.Begin(ctx, actor, access.NotMe, access.AccountRecord(person))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := endLetIn(ctx, tx, person); err != nil {
		return err
	}
	return tx.Commit()
}

// EndLetInBy ends, in tx, the code that by gave the person: person calls it when the work
// of the two ends.
func (a *Accounts) EndLetInBy(ctx context.Context, tx *access.Tx, person, by string) error {
	l, err := letInOf(ctx, tx, person)
	if err != nil || l.By != by {
		return err
	}
	return endLetIn(ctx, tx, person)
}

func (a *Accounts) whoseNotMe(ctx context.Context, token string) (practice, person string, err error) {
	practice, hash, ok := split(token)
	if !ok {
		return "", "", notStanding()
	}
	person, err = a.letInBy(ctx, practice, hash)
	if err == nil && person == "" {
		err = notStanding()
	}
	return practice, person, err
}

func notStanding() error {
	return fault.New(fault.Invalid, "token", "There is nothing to end any more: no code stands for your account by this letter.")
}

// TellLetIn is the name of the job whose worker is Accounts.TellLetIn.
const TellLetIn = "account.letin"

// TellLetIn tells a person that somebody gave a code for their account, with a link that
// ends it. It is the worker for TellLetIn.
func (a *Accounts) TellLetIn(ctx context.Context, run *job.Run) error {
	person := run.Args["person"]
	tx, err := a.door.Begin(ctx, access.System(run.Practice, "account"), access.MailRecovery, access.AccountRecord(person))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	l, err := letInOf(ctx, tx, person)
	if err != nil {
		return err
	}
	if l.id == run.Args["id"] && l.pending(tx.Now) != nil {
		if err := a.tellLetIn(ctx, tx, person, l); err != nil {
			return err
		}
	}
	if err := run.Done(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (a *Accounts) tellLetIn(ctx context.Context, tx *access.Tx, person string, l keptLetIn) error {
	_, b, err := read(ctx, tx, person)
	if err != nil {
		return err
	}
	token := secret()
	if err := keepNotMe(ctx, tx, person, hashOf(token)); err != nil {
		return err
	}
	const minute = "Monday 2 January 2006, 15:04"
	return post.Post(ctx, tx, access.AccountRecord(person), post.Letter{
		To: b.Email, Subject: "Somebody was given a code for your account",
		Text: "Hello,\n\n" +
			"somebody, we hope you, asked to be let in again at " + a.site.Origin + " without what you sign in with, and was given a code on " + l.Made.Format(minute) + " (UTC).\n\n" +
			"From " + l.From.Format(minute) + " until " + l.Until.Format(minute) + " (UTC) it works once, together with a link that is sent to this address when you ask for one under “I cannot sign in”. " +
			"What you signed in with before ends then.\n\n" +
			"If it was not you, follow this link and say so, or sign in and say so there. It ends the code at once:\n\n" +
			a.site.Origin + NotMePath + tx.Practice + "." + token + "\n",
	})
}

// usesLetIn says whether code is the one that the person was given, in which case the link
// that it came with lets them in without another. Before its time it is fault.Invalid,
// field "code".
func usesLetIn(ctx context.Context, tx *access.Tx, person, code string) (bool, error) {
	l, err := letInOf(ctx, tx, person)
	if err != nil || !l.fits(code) || l.pending(tx.Now) == nil {
		return false, err
	}
	if tx.Now.Before(l.From) {
		return false, fault.New(fault.Invalid, "code", "This code works from "+l.From.Format("Monday 2 January, 15:04")+" (UTC) on. Ask for a link again then.")
	}
	return true, nil
}

// A keptLetIn is a row of let_in; one without id is none.
type keptLetIn struct {
	id   string
	code []byte // its hash
	LetIn
}

func (l keptLetIn) fits(code string) bool {
	return codes.Fits(codes.Plain(code), l.code)
}

// pending is l as it is shown; nil: there is none any more.
func (l keptLetIn) pending(now time.Time) *LetIn {
	if l.id == "" || !now.Before(l.Until) {
		return nil
	}
	return &l.LetIn
}
