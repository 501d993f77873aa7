package enquiry

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A Kind says whose word a line is.
type Kind string

// The kinds of line.
const (
	Told  Kind = "told"  // to the person
	Among Kind = "among" // between clinicians
	Added Kind = "added" // by the person, later
)

// A Line is one word about an enquiry.
type Line struct {
	ID   string
	At   time.Time
	By   string // person id; empty: the person who asks
	Kind Kind
	Text string
}

// An Answer is what whoever asked sees by their link.
type Answer struct {
	Practice string // id
	State    State
	AskedAt  time.Time // zero once it is over
	OverAt   time.Time // zero while it is not
	Told     []Line
	More     int // how many lines they may still add
}

// Answer returns what the link leads to: how far it is and what they were told,
// and nothing of what they wrote. A link that leads nowhere is fault.NotFound,
// whatever became of it.
func (es *Enquiries) Answer(ctx context.Context, link string) (Answer, error) {
	practice, hash := split(link)
	w, err := es.whose(ctx, practice, hash)
	if err != nil {
		return Answer{}, err
	}
	if w.ended {
		return Answer{Practice: practice, State: w.state, OverAt: w.at}, nil
	}
	return es.answer(ctx, access.Anyone(practice), w.id)
}

func (es *Enquiries) answer(ctx context.Context, actor access.Actor, id string) (Answer, error) {
	tx, err := es.door.Begin(ctx, actor, access.ReadReply, access.CallerRecord(id))
	if err != nil {
		return Answer{}, err
	}
	defer tx.Rollback()

	e, _, err := one(ctx, tx, id)
	if err != nil {
		return Answer{}, err
	}
	told, err := linesIn(ctx, tx)
	return Answer{
		Practice: tx.Practice, State: e.state, AskedAt: e.madeAt, Told: told, More: max(0, MaxLines-int(e.lines)),
	}, err
}

// Wants is what is added when somebody says by a button that they want the place
// that is free.
const Wants = "Yes, I would still like to come."

// Add adds a line to what was asked, by the link; lineID is that of the form. It
// cannot be read back by the link. Sending it twice is success.
func (es *Enquiries) Add(ctx context.Context, link, lineID, text string) error {
	practice, hash := split(link)
	w, err := es.whose(ctx, practice, hash)
	if err != nil {
		return err
	}
	if w.ended {
		return over()
	}
	return es.add(ctx, access.Anyone(practice), w.id, lineID, text)
}

func over() error {
	return fault.New(fault.Conflict, "", "This enquiry is over, and nothing can be added to it. If there is more to say, please call the practice, or ask anew.")
}

func (es *Enquiries) add(ctx context.Context, actor access.Actor, id, lineID, text string) error {
	tx, err := es.door.Begin(ctx, actor, access.AddToEnquiry, access.CallerRecord(id))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := fault.FormID(lineID); err != nil {
		return err
	}
	if text, err = fault.Text("line", text, MaxLine); err != nil {
		return err
	}
	if text == "" {
		return fault.New(fault.Invalid, "line", "Please write what you would like to add.")
	}
	e, _, err := one(ctx, tx, id)
	if err != nil {
		return err
	}
	size, err := insertLine(ctx, tx, access.EnquiryRecord(id), Line{ID: lineID, Kind: Added, Text: text})
	if err != nil || size == 0 {
		return err // it came twice
	}
	if e.lines >= MaxLines {
		return fault.New(fault.Invalid, "line", "No more can be added here. Please call the practice if there is more to say.")
	}
	r, err := roomIn(tx.QueryRow(ctx, selectRoom, tx.Practice))
	if err != nil {
		return err
	}
	if r.size >= MostBytes {
		return full()
	}
	if err := added(ctx, tx, id, size); err != nil {
		return err
	}
	return tx.Commit()
}

// Withdraw takes an enquiry back, by its link: all that was written is deleted at
// once, and its keys are destroyed. Doing it twice is success.
func (es *Enquiries) Withdraw(ctx context.Context, link string) error {
	practice, hash := split(link)
	w, err := es.whose(ctx, practice, hash)
	if err != nil {
		return err
	}
	if w.ended {
		return nil
	}
	return es.withdraw(ctx, access.Anyone(practice), w.id)
}

func (es *Enquiries) withdraw(ctx context.Context, actor access.Actor, id string) error {
	tx, err := es.door.Begin(ctx, actor, access.WithdrawEnquiry, access.CallerRecord(id))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := end(ctx, tx, id, Withdrawn, ""); err != nil {
		return err
	}
	return tx.Commit()
}
