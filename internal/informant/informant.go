// Package informant is forms that somebody close to a client fills in: a parent, a
// partner, a teacher. They have no account. Whoever asks makes a link for one
// form; the first browser that opens it keeps it, and sends it once.
//
// What such a person says is kept as theirs, and is never part of the client's own
// course. They see nothing of the record: their answers fall into it as into a
// letterbox, sealed under a key that their visit cannot open.
package informant

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/safety"
)

// Limits in characters, and how long a link can be used.
const (
	MaxWho    = 80
	MaxAgreed = 500
	MaxNote   = 4000
	Lasts     = 14 * 24 * time.Hour
)

// Self is the informant of instruments that clients answer themselves.
const Self = "self"

// A State says how far a form has come.
type State string

// The states.
const (
	Sent   State = "sent"   // the link was made, and nobody has opened it
	Opened State = "opened" // one browser has it
	Given  State = "given"
	Ended  State = "ended" // it was taken back
)

// A Form is one form for somebody else, and what came of it.
type Form struct {
	ID         string
	Instrument string
	Version    string
	Who        string // in the words of whoever asked: "my mother"
	By         string // person id of whoever asked
	Agreed     string // how the client agreed, if somebody else asked
	State      State
	MadeAt     time.Time
	ExpiresAt  time.Time

	GivenAt time.Time // zero until then
	Items   instrument.Answers
	Note    string
	Result  instrument.Result
}

// Over says whether nobody can fill it in any more, though nobody did.
func (f Form) Over(now time.Time) bool {
	return f.State == Ended || f.State != Given && !now.Before(f.ExpiresAt)
}

// Informants keeps the forms of others.
type Informants struct {
	door   *access.Door
	shelf  *instrument.Shelf
	origin string
}

// New returns the forms behind door, of instruments on shelf; links lead to origin.
func New(door *access.Door, shelf *instrument.Shelf, origin string) *Informants {
	return &Informants{door: door, shelf: shelf, origin: origin}
}

// Instruments are those of a practice that are meant for somebody else than the
// client, as far as they are at hand: they are once Of was called in the same request.
func (is *Informants) Instruments(practice string) []*instrument.Instrument {
	return is.shelf.ForOthers(practice)
}

// Questionnaire is one of the practice's, as far as it is at hand.
func (is *Informants) Questionnaire(practice, id, version string) (*instrument.Instrument, bool) {
	return is.shelf.In(practice).Lookup(id, version)
}

// An AskForm is what is filled in to ask somebody else.
type AskForm struct {
	ID         string // UUIDv7 of the form to be made
	Instrument string
	Who        string
	Agreed     string // how the client agreed; needed from whoever is not the client
}

// check returns the form that f makes.
func (f AskForm) check(lib *instrument.Library, byClient bool) (Form, error) {
	made := Form{ID: f.ID, Instrument: f.Instrument, State: Sent}
	if err := fault.FormID(f.ID); err != nil {
		return made, err
	}
	in, ok := lib.Lookup(f.Instrument, "")
	if !ok || in.Informant == Self {
		return made, fault.New(fault.Invalid, "instrument", "Please choose one of the forms.")
	}
	made.Version = in.Version
	var err error
	if made.Who, err = fault.Text("who", f.Who, MaxWho); err != nil {
		return made, err
	}
	if made.Who == "" {
		return made, fault.New(fault.Invalid, "who", "Please say who is asked, such as: a parent.")
	}
	if made.Agreed, err = fault.Text("agreed", f.Agreed, MaxAgreed); err != nil {
		return made, err
	}
	if byClient {
		made.Agreed = ""
	} else if made.Agreed == "" {
		return made, fault.New(fault.Invalid, "agreed", "Nobody else is asked without the client’s agreement. Please write when and how they agreed.")
	}
	return made, nil
}

// Ask makes a form for somebody else, and the link to it; actor is the client, or
// treats them with their agreement. The link is the same if the form comes twice,
// until it is opened; afterwards it is empty. The same id with other content is
// fault.Conflict.
func (is *Informants) Ask(ctx context.Context, actor access.Actor, client access.Compartment, f AskForm) (Form, string, error) {
	tx, err := is.door.Begin(ctx, actor, access.AskOther, client)
	if err != nil {
		return Form{}, "", err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if err := is.shelf.Ready(ctx, tx); err != nil {
		return Form{}, "", err
	}
	made, err := f.check(is.shelf.In(tx.Practice), actor.ID == client.Of())
	if err != nil {
		return Form{}, "", err
	}
	made.By, made.MadeAt, made.ExpiresAt = actor.ID, tx.Now, tx.Now.Add(Lasts)
	link := is.token(tx, made.ID)
	kept, err := insert(ctx, tx, made, hashOf(link))
	if err != nil {
		return Form{}, "", err
	}
	if kept {
		return made, is.link(tx.Practice, link), tx.Commit()
	}
	was, err := is.one(ctx, tx, made.ID)
	switch {
	case fault.Is(err, fault.NotFound):
		return Form{}, "", fault.New(fault.Conflict, "", "This form was used already. Please open the page again.")
	case err != nil:
		return Form{}, "", err
	case was.Instrument != made.Instrument || was.Who != made.Who || was.Agreed != made.Agreed || was.By != made.By:
		return was, "", fault.New(fault.Conflict, "", "This was asked already, in another way. Please open the page again.")
	case was.State != Sent:
		return was, "", nil
	}
	return was, is.link(tx.Practice, link), nil
}

// Of returns every form for others about client, newest first: for those who treat
// the client, and for the client.
func (is *Informants) Of(ctx context.Context, actor access.Actor, client access.Compartment) ([]Form, error) {
	tx, err := is.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := is.all(ctx, tx)
	ids := make([]string, len(all))
	for i, f := range all {
		ids[i] = f.ID
	}
	tx.Names(strings.Join(ids, " "))
	return all, err
}

// One returns one of them.
func (is *Informants) One(ctx context.Context, actor access.Actor, client access.Compartment, id string) (Form, error) {
	tx, err := is.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return Form{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	return is.one(ctx, tx, id)
}

// End takes a form back, at once: whoever has it open can no longer send it; actor
// is the client or treats them. What was given stays. Ending twice is success.
func (is *Informants) End(ctx context.Context, actor access.Actor, client access.Compartment, id string) error {
	tx, err := is.door.Begin(ctx, actor, access.AskOther, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if err := end(ctx, tx, id); err != nil {
		return err
	}
	return tx.Commit()
}

// EndAgain is for after a restore: which links were opened, used or taken back
// since the backup nobody knows, so all of them end. What was given stays. actor is
// the operator.
func (is *Informants) EndAgain(ctx context.Context, actor access.Actor) error {
	tx, err := is.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := endAll(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// A Sheet is a form as whoever fills it in sees it: no name, and no word of whom
// it is about.
type Sheet struct {
	Practice   string // id
	ID         string // of the form
	Instrument *instrument.Instrument
	Done       bool // it was sent
}

// Waits says whether a link can still be opened. It opens nothing and uses nothing
// up: mail scanners follow links too. Otherwise the answer is fault.NotFound,
// whatever became of it.
func (is *Informants) Waits(ctx context.Context, link string) error {
	practice, hash := split(link)
	_, state, err := is.whose(ctx, practice, hash)
	if err == nil && state != Sent {
		err = gone()
	}
	return err
}

// Open gives the form to the browser that opens its link first, and returns what
// that browser keeps. The link is of no use to anybody afterwards.
func (is *Informants) Open(ctx context.Context, link string) (string, error) {
	practice, hash := split(link)
	person, _, err := is.whose(ctx, practice, hash)
	if err != nil {
		return "", err
	}
	return is.open(ctx, access.Anyone(practice), person, hash)
}

func (is *Informants) open(ctx context.Context, actor access.Actor, person access.Compartment, hash []byte) (string, error) {
	tx, err := is.door.Begin(ctx, actor, access.AnswerForm, person)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	token := rand.Text()
	if err := open(ctx, tx, hash, hashOf(token)); err != nil {
		return "", err
	}
	return tx.Practice + "." + token, tx.Commit()
}

// Sheet returns the form that a browser keeps.
func (is *Informants) Sheet(ctx context.Context, keeps string) (Sheet, error) {
	practice, hash := split(keeps)
	person, _, err := is.whose(ctx, practice, hash)
	if err != nil {
		return Sheet{}, err
	}
	return is.sheet(ctx, access.Anyone(practice), person, hash)
}

func (is *Informants) sheet(ctx context.Context, actor access.Actor, person access.Compartment, hash []byte) (Sheet, error) {
	tx, err := is.door.Begin(ctx, actor, access.ReadForm, person)
	if err != nil {
		return Sheet{}, err
	}
	defer tx.Rollback()

	return is.held(ctx, tx, hash)
}

// Give keeps the answers of whoever a browser's form belongs to, once. If they
// endorsed a critical item a flag is raised in the same transaction, and the page
// that follows begins with whom to reach (Result.Endorsed). Sending it twice is
// success, and keeps what came first.
func (is *Informants) Give(ctx context.Context, keeps string, items instrument.Answers, note string) (instrument.Result, error) {
	practice, hash := split(keeps)
	person, _, err := is.whose(ctx, practice, hash)
	if err != nil {
		return instrument.Result{}, err
	}
	return is.give(ctx, access.Anyone(practice), person, hash, items, note)
}

func (is *Informants) give(ctx context.Context, actor access.Actor, person access.Compartment, hash []byte, items instrument.Answers, note string) (instrument.Result, error) {
	tx, err := is.door.Begin(ctx, actor, access.AnswerForm, person)
	if err != nil {
		return instrument.Result{}, err
	}
	defer tx.Rollback()

	s, err := is.held(ctx, tx, hash)
	if err != nil {
		return instrument.Result{}, err
	}
	tx.Names(s.ID)
	if err := items.Check(s.Instrument); err != nil {
		return instrument.Result{}, err
	}
	if note, err = fault.Text("note", note, MaxNote); err != nil {
		return instrument.Result{}, err
	}
	result, err := instrument.Score(s.Instrument, items)
	if err != nil || s.Done {
		return result, err
	}
	client := access.ClientRecord(person.Of())
	if err := keep(ctx, tx, client, s, items, note, result); err != nil {
		return result, err
	}
	if result.Endorsed() {
		f := safety.Flag{AnswerID: s.ID, Instrument: s.Instrument.ID, Version: s.Instrument.Version}
		for _, c := range result.Critical {
			if c.State == instrument.Endorsed {
				f.Items = append(f.Items, safety.Endorsed{Item: c.Item, Answer: *c.Answer})
			}
		}
		if _, err := safety.RaiseIn(ctx, tx, client, f); err != nil {
			return result, err
		}
	}
	return result, tx.Commit()
}

// token is what the link to a form ends with. It follows from the form's id, so
// that a form that comes twice has one link; nobody without the house's key finds it.
func (is *Informants) token(tx *access.Tx, id string) string {
	return hex.EncodeToString(is.door.Lookup(tx.Practice, "form of "+string(tx.Compartment)+" "+id))
}

func (is *Informants) link(practice, token string) string {
	return is.origin + "/form/" + practice + "." + token
}

func hashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// split is what a link, or what a browser keeps, stands for.
func split(text string) (practice string, hash []byte) {
	practice, token, _ := strings.Cut(text, ".")
	return practice, hashOf(token)
}

// gone is said of every link that leads nowhere, whatever became of it.
func gone() error {
	return fault.Absent()
}
