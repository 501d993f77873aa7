package intake

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// FromEnquiry is what somebody said when they asked for a consultation. All of it
// may be empty.
type FromEnquiry struct {
	At       time.Time // when they asked
	ClientID string    // person id of the client, whose words they are
	Brings   string    // what brings them, in their words

	Way      string // "skills", "exploring", "both" or "unsure", as the question "way" has it
	Format   string // "alone", "close", "group" or "unsure"
	Place    string // "room", "remote", "both" or "unsure"
	Language string
	Also     string // anything else about how they would like to work
}

// forms are what it says, part by part.
func (e FromEnquiry) forms() ([]Form, error) {
	var all []Form
	for _, f := range []Form{
		{Part: Brings, Said: Said{"brings": e.Brings}},
		{Part: Preferences, Said: Said{"way": e.Way, "format": e.Format, "place": e.Place, "language": e.Language, "also": e.Also}},
	} {
		f, err := f.check()
		if err != nil {
			return nil, err
		}
		if len(f.Said) > 0 {
			all = append(all, f)
		}
	}
	return all, nil
}

// Receive puts what somebody said when they asked for a consultation into their
// record, as the first revision of what brings them and of how they would like to
// work. tx may be a change of any record; client's has its key already. A part in
// which something is written already is left as it is, so the same twice is
// success. What cannot be kept is fault.Invalid, and then nothing is.
func Receive(ctx context.Context, tx *access.Tx, client access.Compartment, e FromEnquiry) error {
	forms, err := e.forms()
	if err != nil {
		return err
	}
	if client.Kind() != access.KindClient || client.Of() == "" {
		return fault.Absent()
	}
	course, err := courseIn(ctx, tx, client)
	if err != nil {
		return err
	}
	at := e.At.UTC().Truncate(time.Microsecond)
	if at.IsZero() || at.After(tx.Now) {
		at = tx.Now
	}
	for _, f := range forms {
		r := Revision{Part: f.Part, Course: course, Number: 1, At: at, By: e.ClientID, Side: ByEnquiry, State: Told}
		r.Lines = hands(nil, f.Said, e.ClientID, ByEnquiry, at)
		if _, err := insertRevision(ctx, tx, client, r); err != nil {
			return err
		}
	}
	return nil
}

// FromEnquiry is Receive by itself; actor treats the client.
func (is *Intakes) FromEnquiry(ctx context.Context, actor access.Actor, client access.Compartment, e FromEnquiry) error {
	tx, err := is.door.Begin(ctx, actor, access.WriteIntake, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(string(Brings) + " " + string(Preferences))
	if sideOf(actor, client) != ByClinician {
		return fault.Absent()
	}
	if e.ClientID == "" {
		e.ClientID = client.Of()
	}
	if e.ClientID != client.Of() {
		return fault.New(fault.Invalid, "", "These words are somebody else’s.")
	}
	if err := Receive(ctx, tx, client, e); err != nil {
		return err
	}
	return tx.Commit()
}
