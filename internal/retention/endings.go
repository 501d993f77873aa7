package retention

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

// Endings are how the records of every practice on this server end.
type Endings struct {
	door   *access.Door
	people *person.People
}

// New returns the endings behind door; people are those whose records they are.
func New(door *access.Door, people *person.People) *Endings {
	return &Endings{door: door, people: people}
}

// Rule is for how long the actor's practice keeps records: for everybody who belongs to
// it. Why it may be shorter than the law has it is not in it.
func (es *Endings) Rule(ctx context.Context, actor access.Actor) (Rule, error) {
	tx, err := es.door.Begin(ctx, actor, access.ReadRetention, access.Operations)
	if err != nil {
		return Rule{}, err
	}
	defer tx.Rollback()

	return newestRule(ctx, tx, false)
}

// RuleWhole is Rule for whoever manages the practice, with its reason.
func (es *Endings) RuleWhole(ctx context.Context, actor access.Actor) (Rule, error) {
	tx, err := es.door.Begin(ctx, actor, access.ReadErasures, access.Operations)
	if err != nil {
		return Rule{}, err
	}
	defer tx.Rollback()

	return newestRule(ctx, tx, true)
}

// SetRule decides for how long the practice keeps records. r.Revision is the revision
// that its author was looking at; law is what is known of the practice's country, and
// shorter than that needs a reason. Sending the same twice is success; after a change
// by somebody else it is fault.Conflict with the rule as it is now.
func (es *Endings) SetRule(ctx context.Context, actor access.Actor, r Rule, law Law) (Rule, error) {
	tx, err := es.door.Begin(ctx, actor, access.SetRetention, access.Operations)
	if err != nil {
		return Rule{}, err
	}
	defer tx.Rollback()

	least := 0
	if law.Binding {
		least = law.Years
	}
	if err := r.check(least); err != nil {
		return Rule{}, err
	}
	now, err := newestRule(ctx, tx, false)
	if err != nil {
		return Rule{}, err
	}
	switch {
	case now.Revision == r.Revision+1 && now.SetBy == actor.ID && now.Years == r.Years && now.Until == r.Until:
		return now, nil // it came twice
	case now.Revision != r.Revision:
		return now, fault.New(fault.Conflict, "", "Somebody else changed this while you were deciding. Please look at how it stands now.")
	}
	r.Revision++
	if err := insertRule(ctx, tx, r); err != nil {
		return Rule{}, err
	}
	return r, tx.Commit()
}

// An Overview is what a manager decides about, by name: nobody is in it who needs no
// decision.
type Overview struct {
	Rule   Rule
	Wishes []Standing // clients who asked to be erased and wait for an answer, oldest first
	Due    []Standing // whose time is over, longest first
	Held   []Standing // which something holds
	Kept   int        // how many clients there are in all
	Lapsed int        // how many would be due, but that somebody treats them still
}

// Overview is for whoever manages the practice. Days are by the clocks of loc.
func (es *Endings) Overview(ctx context.Context, actor access.Actor, loc *time.Location) (Overview, error) {
	l, err := es.door.BeginList(ctx, actor, access.ListEndings, access.KindPerson)
	if err != nil {
		return Overview{}, err
	}
	defer l.Rollback()

	var o Overview
	if o.Rule, err = newestRule(ctx, l.Tx, false); err != nil {
		return o, err
	}
	all, err := clients(ctx, l)
	if err != nil {
		return o, err
	}
	o.Kept = len(all)
	open := func(c access.Compartment, place string, body []byte, into any) error {
		return l.OpenJSONIn(ctx, c, place, body, into)
	}
	if err := fill(ctx, l.Tx, all, open); err != nil {
		return o, err
	}
	for _, s := range all {
		if s.Lapsed(o.Rule, l.Now, loc) {
			o.Lapsed++
		}
	}
	shown, err := person.PeopleIn(ctx, l, func(p person.Person) bool {
		s := all[p.ID]
		return s != nil && (s.Asks() || len(s.Holds) > 0 || s.Due(o.Rule, l.Now, loc))
	})
	if err != nil {
		return o, err
	}
	for _, p := range shown {
		s := all[p.ID]
		s.Person, s.Seen = p, l.Now
		switch {
		case s.Asks():
			o.Wishes = append(o.Wishes, *s)
		case len(s.Holds) > 0:
			o.Held = append(o.Held, *s)
		default:
			o.Due = append(o.Due, *s)
		}
	}
	slices.SortStableFunc(o.Wishes, func(a, b Standing) int { return a.Wish.At.Compare(b.Wish.At) })
	slices.SortStableFunc(o.Due, func(a, b Standing) int {
		return cmp.Or(a.Until(o.Rule, loc).Compare(b.Until(o.Rule, loc)), strings.Compare(a.Person.Name, b.Person.Name))
	})
	return o, nil
}

// Standing is how it stands with the end of one client's record: for whoever manages
// the practice, for clinicians who know the client, and for the client, who does not
// read the words of a hold.
func (es *Endings) Standing(ctx context.Context, actor access.Actor, client string) (Standing, Rule, error) {
	tx, err := es.door.Begin(ctx, actor, access.ReadEnding, access.PersonRecord(client))
	if err != nil {
		return Standing{}, Rule{}, err
	}
	defer tx.Rollback()

	p, err := person.PersonIn(ctx, tx)
	if err != nil {
		return Standing{}, Rule{}, err
	}
	if p.Staff || p.State == person.Erased {
		return Standing{}, Rule{}, fault.Absent()
	}
	r, err := newestRule(ctx, tx, false)
	if err != nil {
		return Standing{}, Rule{}, err
	}
	s := &Standing{Seen: tx.Now}
	err = fill(ctx, tx, map[string]*Standing{client: s}, func(_ access.Compartment, place string, body []byte, into any) error {
		return tx.OpenJSON(ctx, place, body, into)
	})
	s.Person = p
	if actor.ID == client {
		for i := range s.Holds {
			s.Holds[i].Reason, s.Holds[i].By = "", ""
		}
	}
	return *s, r, err
}

// StandingHere is Standing for whoever treats the client.
func (es *Endings) StandingHere(ctx context.Context, actor access.Actor, client string) (Standing, Rule, error) {
	if err := es.treats(ctx, actor, client); err != nil {
		return Standing{}, Rule{}, err
	}
	return es.Standing(ctx, actor, client)
}

// treats is refused to whoever does not work with the client.
func (es *Endings) treats(ctx context.Context, actor access.Actor, client string) error {
	tx, err := es.door.Begin(ctx, actor, access.ReadCare, access.ClientRecord(client))
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return nil
}

// A CloseForm is how a record is closed, or opened again.
type CloseForm struct {
	ID       string // came with the form
	Revision int64  // of the closing that its author was looking at
	Closed   bool
	Born     string // 2006-01-02, if they were under age when the work ended; else empty
}

// Close closes the record of a client whom actor treats, once nothing goes on there, or
// opens it again: the work begins anew. Sending the same form twice is success.
func (es *Endings) Close(ctx context.Context, actor access.Actor, client string, f CloseForm, loc *time.Location) error {
	tx, err := es.door.Begin(ctx, actor, access.CloseRecord, access.ClientRecord(client))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if err := f.check(tx.Now, loc); err != nil {
		return err
	}
	revision, id, state, err := newestClosing(ctx, tx, access.PersonRecord(client))
	if err != nil {
		return err
	}
	switch {
	case id == f.ID:
		return nil // it came twice
	case revision != f.Revision:
		return fault.New(fault.Conflict, "", "Somebody changed this while you were looking at it. Please look again at how it stands now.")
	case (state == "closed") == f.Closed:
		return nil // it is so already
	}
	next := "open"
	if f.Closed {
		next = "closed"
		planned, working, err := goesOn(ctx, tx)
		switch {
		case err != nil:
			return err
		case planned:
			return fault.New(fault.Invalid, "", "A session is planned still. Let it take place, or cancel it first. Nothing has been changed.")
		case working:
			return fault.New(fault.Invalid, "", "The work is not finished yet. Finish it first, under Beginning and end. Nothing has been changed.")
		}
	}
	if err := insertClosing(ctx, tx, access.PersonRecord(client), f.ID, revision+1, next, f.Born); err != nil {
		return err
	}
	return tx.Commit()
}

func (f *CloseForm) check(now time.Time, loc *time.Location) error {
	if err := fault.FormID(f.ID); err != nil {
		return err
	}
	if f.Born = strings.TrimSpace(f.Born); f.Born == "" {
		return nil
	}
	born, err := clocks.Day(f.Born, loc)
	if err != nil || born.After(now) || born.Before(now.AddDate(-MaxYears-20, 0, 0)) {
		return fault.New(fault.Invalid, "born", "Give the day of birth, or leave it empty.")
	}
	return nil
}

// Hold keeps a record from being erased, for a reason in words: by whoever treats the
// client or manages the practice. Sending the same form twice is success; the same id
// for another reason is fault.Conflict.
func (es *Endings) Hold(ctx context.Context, actor access.Actor, client, id, reason string) error {
	made, err := es.hold(ctx, actor, client, id, reason)
	if err == nil && !made {
		err = es.heldSo(ctx, actor, client, id, reason)
	}
	return err
}

func (es *Endings) hold(ctx context.Context, actor access.Actor, client, id, reason string) (made bool, err error) {
	tx, err := es.door.Begin(ctx, actor, access.HoldRecord, access.ClientRecord(client))
	if err != nil {
		return false, err
	}
	defer tx.Rollback()

	tx.Names(id)
	if err := fault.FormID(id); err != nil {
		return false, err
	}
	if reason, err = fault.Words("reason", reason, MaxWords, "Write down why the record must stay."); err != nil {
		return false, err
	}
	if err := es.isClient(ctx, tx, client); err != nil {
		return false, err
	}
	if made, err = insertHold(ctx, tx, access.PersonRecord(client), id, reason); err != nil || !made {
		return false, err
	}
	return true, tx.Commit()
}

// heldSo is nil if actor made the hold with this id for this reason, also if it was
// released since.
func (es *Endings) heldSo(ctx context.Context, actor access.Actor, client, id, reason string) error {
	tx, err := es.door.Begin(ctx, actor, access.ReadEnding, access.PersonRecord(client))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	by, was, err := holdOf(ctx, tx, id)
	if err != nil {
		return err
	}
	if reason, err = fault.Text("reason", reason, MaxWords); err != nil {
		return err
	}
	if by != actor.ID || was != reason {
		return fault.UsedTwice()
	}
	return nil
}

// Release ends a hold. Doing it twice is success.
func (es *Endings) Release(ctx context.Context, actor access.Actor, client, id string) error {
	tx, err := es.door.Begin(ctx, actor, access.HoldRecord, access.ClientRecord(client))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	there, err := releaseHold(ctx, tx, access.PersonRecord(client), id)
	if err != nil {
		return err
	}
	if !there {
		return fault.Absent()
	}
	return tx.Commit()
}

func (es *Endings) isClient(ctx context.Context, tx *access.Tx, client string) error {
	erased, err := es.people.ErasedIn(ctx, tx, client)
	if err == nil && erased {
		err = fault.Absent()
	}
	return err
}

// Ask is a client's wish that their record be erased, with words if they like. Sending
// the same form twice is success, and so is asking without further words while an earlier
// wish waits. Other words are fault.Conflict: they would be lost.
func (es *Endings) Ask(ctx context.Context, actor access.Actor, id, words string) error {
	words, err := fault.Text("words", words, MaxWords)
	if err != nil {
		return err
	}
	made, err := es.ask(ctx, actor, id, words)
	if err == nil && !made {
		err = es.askedSo(ctx, actor, id, words)
	}
	return err
}

func (es *Endings) ask(ctx context.Context, actor access.Actor, id, words string) (made bool, err error) {
	tx, err := es.door.Begin(ctx, actor, access.WishErasure, access.PersonRecord(actor.ID))
	if err != nil {
		return false, err
	}
	defer tx.Rollback()

	tx.Names(id)
	if err := fault.FormID(id); err != nil {
		return false, err
	}
	if made, err = insertWish(ctx, tx, id, words); err != nil || !made {
		return false, err
	}
	return true, tx.Commit()
}

// askedSo is nil if actor asked in these words by the form with this id, or without any
// while another wish of theirs waits.
func (es *Endings) askedSo(ctx context.Context, actor access.Actor, id, words string) error {
	tx, err := es.door.Begin(ctx, actor, access.ReadEnding, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	return wishedSo(ctx, tx, id, words)
}

// Withdraw takes a wish back, as long as it was not answered.
func (es *Endings) Withdraw(ctx context.Context, actor access.Actor, id string) error {
	tx, err := es.door.Begin(ctx, actor, access.WishErasure, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	state, err := wishState(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case state == "":
		return fault.Absent()
	case state == Withdrawn:
		return nil
	case state == Answered:
		return fault.New(fault.Conflict, "", "The practice has answered meanwhile. Please look at its answer.")
	}
	if err := endWish(ctx, tx, id, Withdrawn, ""); err != nil {
		return err
	}
	return tx.Commit()
}

// Answer tells a client who asked why their record is not erased, or not yet. To erase
// it is the other answer.
func (es *Endings) Answer(ctx context.Context, actor access.Actor, client, id, words string) error {
	tx, err := es.door.Begin(ctx, actor, access.AnswerWish, access.PersonRecord(client))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if words, err = fault.Words("answer", words, MaxWords, "Write to them why it stays, and until when."); err != nil {
		return err
	}
	state, err := wishState(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case state == "":
		return fault.Absent()
	case state == Answered:
		if same, err := answeredSo(ctx, tx, id, words); err != nil || same {
			return err // it came twice
		}
		return fault.New(fault.Conflict, "", "This was answered meanwhile. Please look at how it stands now.")
	case state != Asked:
		return fault.New(fault.Conflict, "", "This was taken back meanwhile. Please look at how it stands now.")
	}
	if err := endWish(ctx, tx, id, Answered, words); err != nil {
		return err
	}
	return tx.Commit()
}
