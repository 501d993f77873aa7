package person

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
)

// People are the people of every practice on this server.
type People struct {
	door     *access.Door
	accounts *account.Accounts
	origin   string // what links in letters begin with
}

// New returns the people behind door, whose letters lead to origin.
func New(door *access.Door, accounts *account.Accounts, origin string) *People {
	ps := &People{door: door, accounts: accounts, origin: strings.TrimRight(origin, "/")}
	accounts.OnAddress(ps.readdress)
	return ps
}

func checkID(id string) error {
	if _, err := uuid.Parse(id); err != nil || len(id) != 36 {
		return fault.New(fault.Invalid, "id", "This form is not whole. Please open the page again.")
	}
	return nil
}

// practiceLetters is what the id of a practice is made of.
const practiceLetters = "abcdefghijkmnpqrstuvwxyz"

// NewPracticeID makes the id of a practice that is about to be founded.
func NewPracticeID() string {
	b := make([]byte, 10)
	rand.Read(b)
	for i := range b {
		b[i] = practiceLetters[int(b[i])%len(practiceLetters)]
	}
	return string(b)
}

// Found makes a practice. actor is the operator of the machine, whose practice
// is the new one. Its people are invited afterwards.
func (ps *People) Found(ctx context.Context, actor access.Actor, p Practice) (Practice, error) {
	if err := ps.door.Prepare(ctx, actor.Practice, access.Operations); err != nil {
		return p, fmt.Errorf("make key: %w", err)
	}
	return ps.found(ctx, actor, p)
}

func (ps *People) found(ctx context.Context, actor access.Actor, p Practice) (Practice, error) {
	tx, err := ps.door.Begin(ctx, actor, access.FoundPractice, access.Operations)
	if err != nil {
		return p, err
	}
	defer tx.Rollback()

	if err := errors.Join(checkSlug(p.Slug), p.Check()); err != nil {
		return p, err
	}
	made, err := insertPractice(ctx, tx, p.Slug)
	if err != nil {
		return p, err
	}
	if !made {
		return p, fault.New(fault.Conflict, "slug", "There is a practice with this address already.")
	}
	p.ID, p.Revision = tx.Practice, 1
	if err := insertSetting(ctx, tx, p); err != nil {
		return p, err
	}
	if err := access.Enrol(ctx, tx, access.Operations); err != nil {
		return p, err
	}
	return p, tx.Commit()
}

// Practice is how the actor's practice is set up.
func (ps *People) Practice(ctx context.Context, actor access.Actor) (Practice, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadPractice, access.Operations)
	if err != nil {
		return Practice{}, err
	}
	defer tx.Rollback()

	return newestSetting(ctx, tx)
}

// Public is what the practice with the given id says of itself in public.
func (ps *People) Public(ctx context.Context, actor access.Actor) (Practice, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadPublic, access.Operations)
	if err != nil {
		return Practice{}, err
	}
	defer tx.Rollback()

	return newestSetting(ctx, tx)
}

// RevisePractice changes how the practice is set up. p.Revision is the revision
// that the author was looking at.
func (ps *People) RevisePractice(ctx context.Context, actor access.Actor, p Practice) (Practice, error) {
	tx, err := ps.door.Begin(ctx, actor, access.RevisePractice, access.Operations)
	if err != nil {
		return p, err
	}
	defer tx.Rollback()

	if err := p.Check(); err != nil {
		return p, err
	}
	now, err := newestSetting(ctx, tx)
	if err != nil {
		return p, err
	}
	if now.Revision != p.Revision {
		return now, fault.New(fault.Conflict, "", "Somebody else changed this while you were writing. Both are shown: choose what should stand.")
	}
	p.ID, p.Slug, p.Revision = now.ID, now.Slug, now.Revision+1
	if err := insertSetting(ctx, tx, p); err != nil {
		return p, err
	}
	return p, tx.Commit()
}

// Practices are the ids and public addresses of every practice on this server:
// who they are is public.
func (ps *People) Practices(ctx context.Context) (map[string]string, error) {
	tx, err := ps.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return practices(tx.Query(ctx, selectPractices))
}

// Person is the name and contact of one person.
func (ps *People) Person(ctx context.Context, actor access.Actor, id string) (Person, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadPerson, access.PersonRecord(id))
	if err != nil {
		return Person{}, err
	}
	defer tx.Rollback()

	return newestPerson(ctx, tx, id)
}

// Rename corrects how the actor is called and reached. p.Revision is the
// revision that was looked at. The address to sign in with stays as it was.
func (ps *People) Rename(ctx context.Context, actor access.Actor, p Person) error {
	tx, err := ps.door.Begin(ctx, actor, access.RevisePerson, access.PersonRecord(p.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	p.Name, p.Phone = fault.Plain(p.Name), fault.Plain(p.Phone)
	if err := text("name", p.Name, MaxName, true, "Write how you would like to be called."); err != nil {
		return err
	}
	if err := text("phone", p.Phone, MaxPhone, false, ""); err != nil {
		return err
	}
	now, err := newestPerson(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	if now.Revision != p.Revision {
		return fault.New(fault.Conflict, "", "This was changed from somewhere else meanwhile. Please look at it again.")
	}
	now.Name, now.Phone, now.Revision = strings.TrimSpace(p.Name), strings.TrimSpace(p.Phone), now.Revision+1
	if err := ps.keepName(ctx, tx, now); err != nil {
		return err
	}
	return tx.Commit()
}

// Clients are the clients the actor works with, by name.
func (ps *People) Clients(ctx context.Context, actor access.Actor) ([]Person, error) {
	l, err := ps.door.BeginList(ctx, actor, access.ListClients, access.KindPerson)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	return listPeople(ctx, l, "client", func(p Person) bool { return p.State != Erased })
}

// Staff are those who work in the practice, as far as the actor knows them, and
// the actor's own clinicians among them, by name.
func (ps *People) Staff(ctx context.Context, actor access.Actor) ([]Person, error) {
	l, err := ps.door.BeginList(ctx, actor, access.ListStaff, access.KindPerson)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	return listPeople(ctx, l, "staff", func(Person) bool { return true })
}

// All are all people of the practice, by name, for those who manage it: from
// the one after the given id on, at most most.
func (ps *People) All(ctx context.Context, actor access.Actor, after string, most int) ([]Person, error) {
	l, err := ps.door.BeginList(ctx, actor, access.ListPeople, access.KindPerson, access.Page{After: access.PersonRecord(after), Most: most})
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	return pagePeople(ctx, l, func(p Person) bool { return p.State != Erased })
}

// Invite makes a person and a link by which they get an account, and has it
// sent. Clinicians invite clients, whom they then treat; who manages the
// practice invites staff. The link is returned too, to be handed over where
// there is no mail. Sending the same form twice makes one invitation; the link
// is then no longer known, and empty. A form with other words than it had when it
// was used is fault.Conflict.
func (ps *People) Invite(ctx context.Context, actor access.Actor, f InviteForm) (personID, link string, err error) {
	personID, err = personFor(f.ID)
	if err != nil {
		return "", "", err
	}
	made := []access.Compartment{access.PersonRecord(personID), access.AccountRecord(personID)}
	if f.staff() {
		made = append(made, access.ReflectionRecord(personID))
	} else {
		made = append(made, access.ClientRecord(personID))
	}
	if err := ps.door.Prepare(ctx, actor.Practice, made...); err != nil {
		return "", "", fmt.Errorf("make keys: %w", err)
	}
	if f.staff() {
		link, err = ps.inviteStaff(ctx, actor, f, personID, made)
	} else {
		link, err = ps.inviteClient(ctx, actor, f, personID, made)
	}
	if err == nil && link == "" {
		err = ps.sameInvite(ctx, actor, f, personID)
	}
	return personID, link, err
}

// sameInvite is nil if the actor sent this form before with the same name, address and
// roles, whatever the person is called by now. Otherwise it is fault.Conflict.
func (ps *People) sameInvite(ctx context.Context, actor access.Actor, f InviteForm, personID string) error {
	other := fault.New(fault.Conflict, "", "It made an invitation with other words. That one stays as it was, and nobody was invited now. To invite whoever is written here, send the form once more.")
	tx, err := ps.door.Begin(ctx, actor, access.ReadPerson, access.PersonRecord(personID))
	if fault.Is(err, fault.NotFound) {
		return other
	}
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := f.check(); err != nil {
		return err
	}
	same, err := invitedAs(ctx, tx, f, personID)
	if err == nil && !same {
		err = other
	}
	return err
}

// personFor is the id of the person whom the invitation with the given id makes:
// always the same one, so that sending a form twice makes one person.
func personFor(inviteID string) (string, error) {
	if err := checkID(inviteID); err != nil {
		return "", err
	}
	id := uuid.NewSHA1(uuid.MustParse(inviteID), []byte("person"))
	at := uuid.MustParse(inviteID)
	copy(id[:6], at[:6]) // so that ids are in the order of making
	id[6] = id[6]&0x0f | 0x70
	return id.String(), nil
}

func (ps *People) inviteStaff(ctx context.Context, actor access.Actor, f InviteForm, personID string, made []access.Compartment) (string, error) {
	tx, err := ps.door.Begin(ctx, actor, access.InviteStaff, access.Operations)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	link, err := ps.invite(ctx, tx, f, personID, made)
	if err != nil || link == "" {
		return "", err
	}
	if err := ps.tellManagers(ctx, tx, actor.ID); err != nil {
		return "", err
	}
	return link, tx.Commit()
}

// tellManagers posts to those who manage the practice, but one, that something is
// waiting: somebody was invited to work here, or has come in.
func (ps *People) tellManagers(ctx context.Context, tx *access.Tx, but string) error {
	all, err := managers(ctx, tx)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m == but {
			continue
		}
		if err := post.Post(ctx, tx, access.PersonRecord(m), ps.waiting()); err != nil {
			return err
		}
	}
	return nil
}

func (ps *People) inviteClient(ctx context.Context, actor access.Actor, f InviteForm, personID string, made []access.Compartment) (string, error) {
	tx, err := ps.door.Begin(ctx, actor, access.InviteClient, access.Operations)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	link, err := ps.invite(ctx, tx, f, personID, made)
	if err != nil || link == "" {
		return "", err
	}
	if err := beginCare(ctx, tx, personID, actor.ID); err != nil {
		return "", err
	}
	return link, tx.Commit()
}

// invite makes the person and the invitation in tx. The link is empty if it was
// made before.
func (ps *People) invite(ctx context.Context, tx *access.Tx, f InviteForm, personID string, made []access.Compartment) (string, error) {
	if err := f.check(); err != nil {
		return "", err
	}
	p := Person{ID: personID, Staff: f.staff(), State: Invited, Revision: 1, Name: f.Name, Email: f.Email}
	fresh, err := insertPerson(ctx, tx, p)
	if err != nil || !fresh {
		return "", err
	}
	if err := ps.keepName(ctx, tx, p); err != nil {
		return "", err
	}
	if err := access.Enrol(ctx, tx, made...); err != nil {
		return "", err
	}
	if err := ps.countLetter(ctx, tx, f.Email); err != nil {
		return "", err
	}
	tx.Names("person " + personID)
	return ps.send(ctx, tx, f.ID, personID, roles(f.Roles))
}

// send makes a link for the person and posts it.
func (ps *People) send(ctx context.Context, tx *access.Tx, id, personID, roles string) (string, error) {
	i, link, hash := ps.newInvite(tx, id, personID, roles)
	var err error
	if i.letter, err = postInvite(ctx, tx, i, link); err != nil {
		return "", err
	}
	return link, insertInvite(ctx, tx, i, hash)
}

// newInvite is an invitation that is not kept yet, its link, and what of that is kept.
func (ps *People) newInvite(tx *access.Tx, id, personID, roles string) (i Invite, link string, hash []byte) {
	token := rand.Text()
	sum := sha256.Sum256([]byte(token))
	i = Invite{ID: id, PersonID: personID, Roles: roles, MadeAt: tx.Now, ExpiresAt: tx.Now.Add(InviteLasts)}
	return i, ps.origin + "/join/" + tx.Practice + "." + token, sum[:]
}

// InviteAgain sends a person who has not come yet a fresh link; older ones end.
func (ps *People) InviteAgain(ctx context.Context, actor access.Actor, id, personID string) (string, error) {
	tx, err := ps.door.Begin(ctx, actor, access.InviteAgain, access.PersonRecord(personID))
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	if err := checkID(id); err != nil {
		return "", err
	}
	p, err := newestPerson(ctx, tx, personID)
	if err != nil {
		return "", err
	}
	if p.State != Invited {
		return "", fault.New(fault.Conflict, "", "They have come in already, and can sign in.")
	}
	if err := checkLetters(ctx, tx, personID); err != nil {
		return "", err
	}
	if err := ps.accounts.CountLetter(ctx, tx, p.Email); err != nil {
		return "", err
	}
	last, err := newestInvite(ctx, tx, personID)
	if err != nil {
		return "", err
	}
	if err := endInvites(ctx, tx, personID); err != nil {
		return "", err
	}
	link, err := ps.send(ctx, tx, id, personID, last.Roles)
	if err != nil {
		return "", err
	}
	return link, tx.Commit()
}

// Opened is what the page behind an invitation shows, to whoever holds the link.
type Opened struct {
	Practice string
	PersonID string
	Name     string
	Email    string
	Staff    bool
}

// tokenOf splits what a link carries.
func tokenOf(link string) (practice string, hash []byte) {
	practice, token, _ := strings.Cut(link, ".")
	h := sha256.Sum256([]byte(token))
	return practice, h[:]
}

// OpenInvite shows an invitation without using it: mail scanners open links too.
func (ps *People) OpenInvite(ctx context.Context, link string) (Opened, error) {
	practice, hash := tokenOf(link)
	personID, err := ps.invited(ctx, practice, hash)
	if err != nil {
		return Opened{}, err
	}
	return ps.openInvite(ctx, access.Anyone(practice), personID, hash)
}

func (ps *People) openInvite(ctx context.Context, actor access.Actor, personID string, hash []byte) (Opened, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadInvite, access.PersonRecord(personID))
	if err != nil {
		return Opened{}, err
	}
	defer tx.Rollback()

	i, err := inviteByToken(ctx, tx, hash)
	if err != nil || !i.Open(tx.Now) || i.PersonID != personID {
		return Opened{}, errors.Join(overdue(), err)
	}
	p, err := newestPerson(ctx, tx, personID)
	if err != nil {
		return Opened{}, err
	}
	return Opened{Practice: tx.Practice, PersonID: p.ID, Name: p.Name, Email: p.Email, Staff: p.Staff}, nil
}

func overdue() error {
	return fault.New(fault.NotFound, "", "This link cannot be used any more. Links work once and for two weeks; please ask for a new one.")
}

// invited looks up whose invitation it is, by an index of hashes.
func (ps *People) invited(ctx context.Context, practice string, hash []byte) (string, error) {
	tx, err := ps.door.Glance(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	var personID string
	err = tx.QueryRow(ctx, selectInvited, practice, hash).Scan(&personID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", overdue()
	}
	if err != nil {
		return "", fmt.Errorf("look up invitation: %w", err)
	}
	return personID, nil
}

// Accept takes up an invitation: the person gets an account that signs in by
// password, which was hashed beforehand, or, if that is empty, by a passkey that
// is added next. The browser, whose User-Agent is agent, is signed in.
func (ps *People) Accept(ctx context.Context, link string, password account.Hashed, agent string) (account.Token, error) {
	practice, hash := tokenOf(link)
	personID, err := ps.invited(ctx, practice, hash)
	if err != nil {
		return account.Token{}, err
	}
	return ps.accept(ctx, access.Anyone(practice), personID, hash, password, agent)
}

func (ps *People) accept(ctx context.Context, actor access.Actor, personID string, hash []byte, password account.Hashed, agent string) (account.Token, error) {
	tx, err := ps.door.Begin(ctx, actor, access.AcceptInvite, access.PersonRecord(personID))
	if err != nil {
		return account.Token{}, err
	}
	defer tx.Rollback()

	i, err := inviteByToken(ctx, tx, hash)
	if err != nil || !i.Open(tx.Now) || i.PersonID != personID {
		return account.Token{}, errors.Join(overdue(), err)
	}
	p, err := newestPerson(ctx, tx, personID)
	if err != nil {
		return account.Token{}, err
	}
	if p.State != Invited {
		return account.Token{}, overdue()
	}
	tx.Names("invite " + i.ID)
	if err := useInvite(ctx, tx, i.ID); err != nil {
		return account.Token{}, err
	}
	if err := ps.accounts.Open(ctx, tx, personID, p.Email, i.Roles, password); err != nil {
		return account.Token{}, err
	}
	if err := welcome(ctx, tx, p, i.Roles); err != nil {
		return account.Token{}, err
	}
	if err := ps.tellWhoCameIn(ctx, tx, personID); err != nil {
		return account.Token{}, err
	}
	if p.Staff {
		if err := ps.tellManagers(ctx, tx, personID); err != nil {
			return account.Token{}, err
		}
	}
	token, err := ps.accounts.Start(ctx, tx, personID, agent)
	if err != nil {
		return account.Token{}, err
	}
	return token, tx.Commit()
}

// welcome gives a person who has come in what is theirs.
func welcome(ctx context.Context, tx *access.Tx, p Person, roles string) error {
	if err := setState(ctx, tx, p.ID, Here); err != nil {
		return err
	}
	own := []access.Compartment{access.PersonRecord(p.ID), access.AccountRecord(p.ID)}
	if p.Staff {
		own = append(own, access.ReflectionRecord(p.ID))
	} else {
		own = append(own, access.ClientRecord(p.ID))
	}
	for _, c := range own {
		if err := access.Give(ctx, tx, p.ID, c, access.Self, access.Forever); err != nil {
			return err
		}
	}
	for role := range strings.FieldsSeq(roles) {
		if err := access.Give(ctx, tx, p.ID, access.Operations, access.Grant(role), access.Forever); err != nil {
			return err
		}
	}
	return introduce(ctx, tx, p)
}

// introduce lets colleagues know each other, and a client those who treat them.
func introduce(ctx context.Context, tx *access.Tx, p Person) error {
	others, err := treating(ctx, tx, p.ID)
	if p.Staff {
		others, err = staff(ctx, tx)
	}
	if err != nil {
		return err
	}
	for _, o := range others {
		if o == p.ID {
			continue
		}
		if err := access.Give(ctx, tx, p.ID, access.PersonRecord(o), access.Knows, access.Forever); err != nil {
			return err
		}
		if !p.Staff {
			continue
		}
		if err := access.Give(ctx, tx, o, access.PersonRecord(p.ID), access.Knows, access.Forever); err != nil {
			return err
		}
	}
	return nil
}

// since is a time from the database.
func since(micro int64) time.Time { return time.UnixMicro(micro).UTC() }
