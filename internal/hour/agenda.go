package hour

import (
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// A State says what became of something on the agenda.
type State string

// What may become of it.
const (
	Waiting State = "waiting" // for the next session
	Talked  State = "talked"
	Dropped State = "dropped" // taken back by the side that brought it
)

// An Item is one thing that somebody brings to the next session.
type Item struct {
	ID        string
	Revision  int64
	Side      Side // ByClient or ByClinician
	By        string
	At        time.Time
	ChangedAt time.Time
	State     State
	SessionID string // where it was talked about; empty: nowhere yet
	Hard      bool   // the client's, to be opened in the session only
	May       bool   // whoever treats the client may open it in the session too
	Opened    time.Time
	OpenedBy  string
	Text      string // empty if it is Closed
	Closed    bool   // there are words, and whoever asks may not read them yet
	Source    Source // what it came from; none if it is Closed

	from Source // the same, Closed or not
}

// closedTo says whether the words are not for side yet.
func (i Item) closedTo(side Side) bool {
	return i.Hard && i.Opened.IsZero() && side != ByClient
}

// An Agenda is what waits for the next session.
type Agenda struct {
	Items   []Item             // that wait, in the order in which they were brought
	Nothing map[Side]time.Time // who said that there is nothing yet, and when
}

// Of are the things that one side brought.
func (a Agenda) Of(side Side) (all []Item) {
	for _, i := range a.Items {
		if i.Side == side {
			all = append(all, i)
		}
	}
	return all
}

// An ItemForm is one thing to bring, or to change.
type ItemForm struct {
	ID       string // UUIDv7, made by the form
	Revision int64  // that it began from; 0: it is new
	Text     string
	Hard     bool   // to be opened in the session only: a client's
	May      bool   // whoever treats the client may open it then
	Source   Source // what it comes from; none: it was written for the agenda. What is there keeps its own.
}

// check returns f as side may bring it, or what to correct.
func (f ItemForm) check(side Side) (ItemForm, error) {
	if err := fault.FormID(f.ID); err != nil {
		return f, err
	}
	if err := f.Source.check(); err != nil {
		return f, err
	}
	var err error
	if f.Text, err = fault.Text("text", f.Text, MaxWords); err != nil {
		return f, err
	}
	if f.Text == "" {
		f.Text = f.Source.Kind.Words()
	}
	if f.Text == "" {
		return f, fault.New(fault.Invalid, "text", "A word is enough. And if there is nothing yet, that is fine.")
	}
	f.Hard = f.Hard && side == ByClient
	f.May = f.May && f.Hard
	return f, nil
}

// says says whether the item is as f would have it.
func (i Item) says(f ItemForm) bool { return i.Text == f.Text && i.Hard == f.Hard && i.May == f.May }
