package enquiry

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/profile"
)

// A Pile is a part of the inbox.
type Pile string

// The piles.
const (
	Inbox   Pile = "inbox"   // waits for a first decision, or was proposed to a colleague
	Queue   Pile = "waiting" // on the waiting list, in the order of asking
	Answers Pile = "answers" // declined, and not forgotten yet
	Junk    Pile = "junk"    // looks like advertising
)

func (p Pile) has(e row) bool {
	switch p {
	case Junk:
		return e.junk && e.state.Open()
	case Inbox:
		return !e.junk && (e.state == Asked || e.state == Proposed)
	case Queue:
		return !e.junk && (e.state == Waiting || e.state == Offered)
	case Answers:
		return e.state == Declined
	}
	return false
}

// An Item is one enquiry in a list: who asks, and how far it is, but not what for.
type Item struct {
	ID       string
	State    State
	Junk     bool
	Revision int64
	AskedAt  time.Time
	For      string // person id of whom they ask for, or to whom it was proposed; empty: any
	By       string // who decided last
	ToldAt   time.Time
	NewsAt   time.Time // when they added something that nobody has dealt with
	ForgetAt time.Time // when it will be forgotten; zero: not while it is open
	Who      Caller

	Same []Item // the others of the same person, or in the same words, without Who
	mine bool   // in Same: by the same address
}

// OfThem says whether an item of Same is of the same person, by their address.
func (i Item) OfThem() bool { return i.mine }

func (e row) item() Item {
	return Item{
		ID: e.id, State: e.state, Junk: e.junk, Revision: e.revision, AskedAt: e.madeAt, For: e.forID, By: e.byID,
		ToldAt: e.toldAt, NewsAt: e.newsAt, ForgetAt: e.forgetAt,
	}
}

// A Listed is a page of a pile, and how much there is on each.
type Listed struct {
	Items []Item
	Total int          // on this pile, doubles folded
	Piles map[Pile]int // likewise
	Mine  int          // in the inbox, for the actor
}

// PerPage is how many are shown at once.
const PerPage = 20

// List returns a page of a pile, from 0, those who have waited longest first, or
// what was declined last first. One who asked twice, and the same words from other
// addresses, are one item. actor is a clinician, or manages the practice.
func (es *Enquiries) List(ctx context.Context, actor access.Actor, pile Pile, page int) (Listed, error) {
	l, err := es.door.BeginList(ctx, actor, access.ListCallers, access.KindCaller)
	if err != nil {
		return Listed{}, err
	}
	defer l.Rollback()

	all, err := rows(ctx, l)
	if err != nil {
		return Listed{}, err
	}
	listed := Listed{Piles: make(map[Pile]int)}
	for _, p := range []Pile{Inbox, Queue, Answers, Junk} {
		folded := fold(all, p)
		listed.Piles[p] = len(folded)
		for _, f := range folded {
			if p == Inbox && f[0].forID == actor.ID {
				listed.Mine++
			}
		}
		if p == pile {
			listed.Total = len(folded)
			from := min(max(0, page)*PerPage, len(folded))
			for _, f := range folded[from:min(from+PerPage, len(folded))] {
				item, err := es.shown1(ctx, l, f)
				if err != nil {
					return Listed{}, err
				}
				listed.Items = append(listed.Items, item)
			}
		}
	}
	return listed, nil
}

// Same are the other open enquiries that are folded with the one with this id.
func (es *Enquiries) Same(ctx context.Context, actor access.Actor, id string) ([]Item, error) {
	l, err := es.door.BeginList(ctx, actor, access.ListCallers, access.KindCaller)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	all, err := rows(ctx, l)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(e row) bool { return e.id == id })
	if i < 0 {
		return nil, nil
	}
	var same []Item
	for _, e := range all {
		if e.id != id && e.state.Open() && all[i].alike(e) {
			item := e.item()
			item.mine = bytes.Equal(e.contact, all[i].contact)
			same = append(same, item)
		}
	}
	return same, nil
}

func (e row) waits() bool { return e.state.Open() }

// alike says whether two belong together: one person, or the very same words.
func (e row) alike(o row) bool {
	return bytes.Equal(e.contact, o.contact) || len(e.words) > 0 && bytes.Equal(e.words, o.words)
}

// fold puts the rows of a pile that are alike together, the newest of each first.
func fold(all []row, p Pile) (folded [][]row) {
	by := make(map[string]int) // mark to place in folded
	for _, e := range all {
		if !p.has(e) {
			continue
		}
		i, known := by["c"+string(e.contact)]
		if !known && len(e.words) > 0 {
			i, known = by["w"+string(e.words)]
		}
		if !known {
			i = len(folded)
			folded = append(folded, nil)
		}
		folded[i] = append([]row{e}, folded[i]...)
		by["c"+string(e.contact)] = i
		if len(e.words) > 0 {
			by["w"+string(e.words)] = i
		}
	}
	if p == Answers {
		slices.Reverse(folded)
	}
	return folded
}

// shown1 is one item, with who it is.
func (es *Enquiries) shown1(ctx context.Context, l *access.List, f []row) (Item, error) {
	item := f[0].item()
	body, err := sealedCaller(ctx, l, item.ID)
	if err != nil {
		return item, err
	}
	plain, err := l.OpenIn(ctx, access.CallerRecord(item.ID), callerPlace(item.ID), body)
	if err != nil {
		return item, fmt.Errorf("open caller: %w", err)
	}
	if err := decode(plain, &item.Who); err != nil {
		return item, err
	}
	item.AskedAt = f[len(f)-1].madeAt // they have waited since the first
	for _, o := range f[1:] {
		same := o.item()
		same.mine = bytes.Equal(o.contact, f[0].contact)
		item.Same = append(item.Same, same)
	}
	return item, nil
}

// An Enquiry is one of them whole, as clinicians read it.
type Enquiry struct {
	Item
	Written
	Lines []Line
}

// One returns an enquiry whole. actor is a clinician of the practice.
func (es *Enquiries) One(ctx context.Context, actor access.Actor, id string) (Enquiry, error) {
	tx, err := es.door.Begin(ctx, actor, access.ReadEnquiry, recordOf(id))
	if err != nil {
		return Enquiry{}, err
	}
	defer tx.Rollback()

	return whole(ctx, tx, id)
}

// whole reads the enquiry whose compartment tx is in.
func whole(ctx context.Context, tx *access.Tx, id string) (Enquiry, error) {
	e, body, err := one(ctx, tx, id)
	if err != nil {
		return Enquiry{}, err
	}
	tx.Names(id)
	q := Enquiry{Item: e.item()}
	plain, err := tx.Open(ctx, sealedPlace(id), body)
	if err != nil {
		return q, fmt.Errorf("open enquiry: %w", err)
	}
	if err := decode(plain, &q.Written); err != nil {
		return q, err
	}
	q.Who = q.Caller
	q.Lines, err = linesIn(ctx, tx)
	return q, err
}

// A Move is what a clinician decides.
type Move string

// The moves.
const (
	Note    Move = "note"    // a line among colleagues, and nothing else
	Propose Move = "propose" // to a colleague
	Wait    Move = "wait"    // onto the waiting list
	Tell    Move = "tell"    // a word to those who wait, who stay where they are
	Offer   Move = "offer"   // a place is free: would they still like it?
	Decline Move = "decline" // kindly, with alternatives
	Reopen  Move = "reopen"  // back into the inbox; also what was taken for advertising
)

// A Decision is what a clinician decides about an enquiry.
type Decision struct {
	ID       string // UUIDv7 of the form
	Revision int64  // of the enquiry, as it was looked at
	Move     Move
	To       string // Propose: person id of the colleague
	Told     string // what the person is told
	Among    string // a line among colleagues
}

func (d *Decision) check() error {
	if err := fault.FormID(d.ID); err != nil {
		return err
	}
	var err error
	if d.Told, err = fault.Text("told", d.Told, MaxTold); err != nil {
		return err
	}
	if d.Among, err = fault.Text("among", d.Among, MaxAmong); err != nil {
		return err
	}
	switch d.Move {
	case Note:
		d.Told = ""
		if d.Among == "" {
			return fault.New(fault.Invalid, "among", "Please write the note.")
		}
	case Propose:
		if !isID(d.To) {
			return fault.New(fault.Invalid, "to", "Please choose a colleague.")
		}
	case Wait, Tell, Offer, Decline:
		if d.Told == "" {
			return fault.New(fault.Invalid, "told", "Please write what the person is told.")
		}
	case Reopen:
	default:
		return badForm()
	}
	return nil
}

// Decide notes what a clinician decided. Who asked finds by their link what they
// were told; if a letter may be sent to them, one says that there is an answer, and
// nothing else. If a colleague was quicker it is fault.Conflict with the enquiry as
// it now is, and nothing is changed. Sending it twice is success.
func (es *Enquiries) Decide(ctx context.Context, actor access.Actor, id string, d Decision) (Enquiry, error) {
	tx, err := es.door.Begin(ctx, actor, access.DecideEnquiry, recordOf(id))
	if err != nil {
		return Enquiry{}, err
	}
	defer tx.Rollback()

	q, err := whole(ctx, tx, id)
	if err != nil {
		return q, err
	}
	if err := fault.FormID(d.ID); err != nil {
		return q, err
	}
	if slices.ContainsFunc(q.Lines, func(l Line) bool { return strings.HasPrefix(l.ID, d.ID) }) {
		return q, nil // it came twice
	}
	if err := d.check(); err != nil {
		return q, err
	}
	if d.Revision != q.Revision {
		return q, quicker()
	}
	e, _, err := one(ctx, tx, id)
	if err != nil {
		return q, err
	}
	if !d.Move.from(e.state, e.junk) {
		return q, quicker()
	}
	if d.Move == Propose {
		if err := colleague(ctx, tx, d.To); err != nil {
			return q, err
		}
	}
	d.apply(&e, actor.ID, tx.Now)
	if err := decided(ctx, tx, e); err != nil {
		return q, err
	}
	if err := es.say(ctx, tx, q, d, actor.ID); err != nil {
		return q, err
	}
	return q, tx.Commit()
}

// colleague says whether the person with this id takes on clients here.
func colleague(ctx context.Context, tx *access.Tx, id string) error {
	works, err := profile.IsClinician(ctx, tx, id)
	if err == nil && !works {
		err = fault.New(fault.Invalid, "to", "Please choose somebody who works here.")
	}
	return err
}

func quicker() error {
	return fault.New(fault.Conflict, "", "A colleague was quicker, or the person has written since. This is how it stands now; what you wrote is still here.")
}

// from says whether a move is possible in a state.
func (m Move) from(s State, junk bool) bool {
	switch m {
	case Reopen:
		return s == Declined || s == Waiting || s == Offered || junk
	case Note:
		return true
	case Offer, Tell:
		return s == Waiting || s == Offered
	}
	return s.Open()
}

// apply makes of e what d decides.
func (d Decision) apply(e *row, by string, now time.Time) {
	e.byID = by
	if d.Move != Note {
		e.newsAt = time.Time{}
	}
	if d.Told != "" {
		e.toldAt = now
	}
	e.forgetAt = time.Time{}
	switch d.Move {
	case Propose:
		e.state, e.forID, e.junk = Proposed, d.To, false
	case Wait:
		e.state, e.junk = Waiting, false
	case Offer:
		e.state = Offered
	case Reopen:
		e.state, e.junk = Asked, false
	case Decline:
		e.state = Declined
	}
	if e.state == Declined {
		e.forgetAt = now.Add(Keeps)
	}
}

// say keeps what was said by a decision. Every decision has a line, so that its
// form sent twice is known again; one of no words says what was done.
func (es *Enquiries) say(ctx context.Context, tx *access.Tx, q Enquiry, d Decision, by string) error {
	if d.Among == "" && d.Told == "" {
		d.Among = "(" + string(d.Move) + ")"
	}
	if d.Among != "" {
		if _, err := insertLine(ctx, tx, tx.Compartment, Line{ID: d.ID, By: by, Kind: Among, Text: d.Among}); err != nil {
			return err
		}
	}
	if d.Told == "" {
		return nil
	}
	told := Line{ID: d.ID + "-told", By: by, Kind: Told, Text: d.Told}
	for _, c := range []access.Compartment{tx.Compartment, access.CallerRecord(q.ID)} {
		if _, err := insertLine(ctx, tx, c, told); err != nil {
			return err
		}
	}
	return es.write(ctx, tx, q)
}

// write has a letter sent that says that there is an answer, and by which link, if
// a letter may be sent. It names neither the practice nor what was asked.
func (es *Enquiries) write(ctx context.Context, tx *access.Tx, q Enquiry) error {
	if q.Email == "" || q.Reach != Message {
		return nil
	}
	return post.Post(ctx, tx, access.CallerRecord(q.ID), post.Letter{
		To: q.Email, Subject: "There is an answer for you",
		Text: "Hello,\n\nyou wrote to us some time ago. There is an answer for you:\n\n" +
			es.link(tx.Practice, es.token(tx.Practice, q.ID)) + "\n\n" +
			"The link is private: whoever has it can read the answer. If you did not write to anybody, there is nothing to do.\n",
	})
}

// Drop ends an enquiry that is advertising, at once and for good: only one that lies
// apart as such. Dropping twice is success.
func (es *Enquiries) Drop(ctx context.Context, actor access.Actor, id string) error {
	return es.close(ctx, actor, id, Dropped, func(_ context.Context, _ *access.Tx, e row) (bool, error) { return e.junk, nil })
}

// Double ends an enquiry of somebody who asked more than once, and whose other one is
// still there, at once and for good. Of whoever asked once it is fault.Conflict: it
// is declined, in words, and not put away.
func (es *Enquiries) Double(ctx context.Context, actor access.Actor, id string) error {
	return es.close(ctx, actor, id, Doubled, func(ctx context.Context, tx *access.Tx, e row) (bool, error) {
		n, err := others(ctx, tx, e)
		return e.waits() && n > 0, err
	})
}

func (es *Enquiries) close(ctx context.Context, actor access.Actor, id string, as State, may func(context.Context, *access.Tx, row) (bool, error)) error {
	tx, err := es.door.Begin(ctx, actor, access.DropEnquiry, recordOf(id))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	e, _, err := one(ctx, tx, id)
	if fault.Is(err, fault.NotFound) {
		if _, ended, err := wholeOf(ctx, tx, id); ended || err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if ok, err := may(ctx, tx, e); err != nil || !ok {
		return cmp.Or(err, quicker())
	}
	if err := end(ctx, tx, id, as, actor.ID); err != nil {
		return err
	}
	return tx.Commit()
}
