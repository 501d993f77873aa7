package outcome

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// About is what a client decides about.
type About string

// What a client decides about. Learning happens only after a yes. The report
// counts unless the client says no.
const (
	AboutLearning About = "learning"
	AboutReport   About = "report"
)

// unasked is what holds until somebody decides.
func (a About) unasked() bool { return a == AboutReport }

// A Choice is one decision of a client.
type Choice struct {
	About    About
	Revision int64 // 0: nothing was ever decided, and Yes is what holds until then
	ID       string
	Yes      bool
	Words    string // the version of the explanation that was read
	At       time.Time
}

// Choices is what a client decided, and every decision before.
type Choices struct {
	Learning, Report Choice
	Past             []Choice // every decision, newest first
}

// A ChoiceForm is what a client sends to decide.
type ChoiceForm struct {
	ID       string // UUIDv7, made by the form
	About    About
	Yes      bool
	Words    string // the version of the explanation that the form stood under
	Revision int64  // of the decision that stood there
}

// Choices returns what client, who is the actor, decided. Nobody else sees it.
func (o *Outcomes) Choices(ctx context.Context, actor access.Actor, client access.Compartment) (Choices, error) {
	tx, err := o.door.Begin(ctx, actor, access.ReadChoices, client)
	if err != nil {
		return Choices{}, err
	}
	defer tx.Rollback()

	return choices(ctx, tx)
}

// Choose keeps a decision of client's, who is the actor. A no acts at once on what
// is yet to be learned and counted: what was learned is learned anew without them
// in the following night, and a table that held their work is not shown any more.
// Sending the same form twice is success.
func (o *Outcomes) Choose(ctx context.Context, actor access.Actor, client access.Compartment, f ChoiceForm) (Choice, error) {
	tx, err := o.door.Begin(ctx, actor, access.Choose, client)
	if err != nil {
		return Choice{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if err := f.check(); err != nil {
		return Choice{}, err
	}
	all, err := choices(ctx, tx)
	if err != nil {
		return Choice{}, err
	}
	for _, was := range all.Past {
		if was.ID != f.ID {
			continue
		}
		if was.About == f.About && was.Yes == f.Yes && was.Words == f.Words {
			return was, nil // it came twice
		}
		return was, fault.New(fault.Conflict, "", "This form was used already. Please open the page again.")
	}
	now := all.Learning
	if f.About == AboutReport {
		now = all.Report
	}
	if now.Revision != f.Revision {
		return now, fault.New(fault.Conflict, "", "You decided this from another window or device meanwhile. Please look at how it stands now.")
	}
	c := Choice{About: f.About, Revision: f.Revision + 1, ID: f.ID, Yes: f.Yes, Words: f.Words, At: tx.Now}
	if err := insertChoice(ctx, tx, c); err != nil {
		return Choice{}, err
	}
	if err := c.note(ctx, tx); err != nil {
		return Choice{}, err
	}
	if !c.Yes {
		if err := takeOut(ctx, tx, client, c.About); err != nil {
			return Choice{}, err
		}
	}
	return c, tx.Commit()
}

func (f ChoiceForm) check() error {
	if err := fault.FormID(f.ID); err != nil {
		return err
	}
	if f.About != AboutLearning && f.About != AboutReport {
		return fault.New(fault.Invalid, "about", "This form is not whole. Please open the page again.")
	}
	if f.Words != Explained.Version {
		return fault.New(fault.Invalid, "words", "The explanation has changed since you opened this page. Please read it once more.")
	}
	return nil
}
