// Package alliance is how a client and whoever treats them work together: a
// short check-in after a session, a question that is raised when it goes less
// well than it used to, the good news when it came back, and the quieter markers
// that either of them notices.
//
// Nothing here compares people. A check-in is read against the same client's
// earlier ones, it is shown to those who treat the client and to the client, and
// there is no method that adds up over the clients of a clinician.
package alliance

import (
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// What may be written.
const (
	MaxWords = 2000 // characters of what landed, what did not, or a worry
	MaxLine  = 300  // characters of the line beside a marker
	MaxWord  = 40   // characters of a word for markers
	MaxOwn   = 12   // words that a practice may add
)

// offeredFor is how long after a session its check-in is offered, unless the next
// session begins before.
const offeredFor = 14 * 24 * time.Hour

// Item is one of the four questions of a check-in.
type Item int

// The four questions, each answered from 0 to 10 (design of measures, section 1).
const (
	Heard   Item = iota // felt heard
	Topics              // the right topics
	Way                 // the right way of working
	Overall             // the session as a whole
	items               // how many there are
)

// Lowest and Highest are the ends of each item.
const (
	Lowest  = 0
	Highest = 10
)

// Items are the four, in the order in which they are asked.
func Items() []Item { return []Item{Heard, Topics, Way, Overall} }

// Answers are the four answers; nil is one that was left out.
type Answers [items]*int

// Said is what a check-in says. All of it may be left out.
type Said struct {
	Answers Answers
	Landed  string // what landed, in the client's words
	Missed  string // what did not
	Worry   string // something about the work together that weighs
}

// Empty says whether nothing was answered and nothing written.
func (s Said) Empty() bool {
	return s.Answers == Answers{} && strings.TrimSpace(s.Landed+s.Missed+s.Worry) == ""
}

// same says whether both say the same.
func (s Said) same(o Said) bool {
	for i := range s.Answers {
		a, b := s.Answers[i], o.Answers[i]
		if (a == nil) != (b == nil) || a != nil && *a != *b {
			return false
		}
	}
	return s.Landed == o.Landed && s.Missed == o.Missed && s.Worry == o.Worry
}

// A Form is a check-in as the client fills it in.
type Form struct {
	ID        string // UUIDv7 of the check-in
	SessionID string // of the appointment it is about; "" if of none
	Said
}

// A CheckIn is what a client said after a session.
type CheckIn struct {
	Form
	GivenAt   time.Time
	ChangedAt time.Time // zero if it was not
	Revision  int64     // from 1
	SeenAt    time.Time // when it was first read by whoever treats the client; zero: not yet
	SeenBy    string    // person id
	Unread    bool      // it was not read as it is now
	TalkedAt  time.Time // the day on which it was talked about; zero: not yet
	TalkedBy  string    // person id of whoever noted that
	Earlier   []Former  // as it was when it was read, oldest first; of One and Of only
}

// A Former is a check-in as it was when it was read, and before it was changed.
type Former struct {
	Said
	At time.Time // when it was said so
}

// An Offer is a session that a client may say something about.
type Offer struct {
	SessionID   string
	ClinicianID string // with whom
	Began       time.Time
	Given       string // id of the check-in that there is already; "" if none
	Skipped     bool   // "not this time" was said; it can still be given
}

// A Side is who noticed a marker.
type Side string

const (
	ByClient    Side = "client"
	ByClinician Side = "clinician"
)

// A Marker is something quiet that somebody noticed: safety, trust, continuity,
// or a word of the practice's or the client's own. It has no size and is never
// counted.
type Marker struct {
	ID     string // UUIDv7, made by the form
	Word   string
	Line   string // one line, in their words; may be empty
	Just   bool   // for the client alone; only the client's own can be
	At     time.Time
	By     string // person id
	Side   Side
	Client access.Compartment
}

// A MarkerForm is what somebody fills in who noticed something.
type MarkerForm struct {
	ID   string // UUIDv7 of the marker to be made
	Word string
	Line string
	Just bool // for the client alone: a client's own choice
}

// Words are the words of a practice for quieter markers.
type Words struct {
	Own      []string // what the practice added, in its order
	Revision int64    // 0 if nothing was ever added
}

// shipped are the words that every practice has.
var shipped = [...]string{"Safety", "Trust", "Continuity"}

// All are the words to choose from: those that every practice has, the
// practice's own, and then more, without any twice.
func (w Words) All(more ...string) []string {
	all := append([]string(nil), shipped[:]...)
	for _, word := range append(append([]string(nil), w.Own...), more...) {
		if !hasWord(all, word) {
			all = append(all, word)
		}
	}
	return all
}

// check returns s as it is kept, or what to correct.
func (s Said) check() (Said, error) {
	for i, a := range s.Answers {
		if a != nil && (*a < Lowest || *a > Highest) {
			return s, fault.New(fault.Invalid, Item(i).Field(), "Please choose a number from 0 to 10, or leave it out.")
		}
	}
	for _, f := range []struct {
		name string
		text *string
	}{{"landed", &s.Landed}, {"missed", &s.Missed}, {"worry", &s.Worry}} {
		text, err := fault.Text(f.name, *f.text, MaxWords)
		if err != nil {
			return s, err
		}
		*f.text = text
	}
	return s, nil
}

// check returns f as it is kept, or what to correct.
func (f Form) check() (Form, error) {
	if err := fault.FormID(f.ID); err != nil {
		return f, err
	}
	var err error
	if f.Said, err = f.Said.check(); err != nil {
		return f, err
	}
	if f.Empty() {
		return f, fault.New(fault.Invalid, "", "There is nothing in it yet, and that is all right: “Not this time” is as good.")
	}
	return f, nil
}

func (f MarkerForm) check() (MarkerForm, error) {
	if err := fault.FormID(f.ID); err != nil {
		return f, err
	}
	var err error
	if f.Word, err = fault.Line("word", f.Word, MaxWord); err != nil {
		return f, err
	}
	if f.Word == "" {
		return f, fault.New(fault.Invalid, "word", "Please choose a word, or write one of your own.")
	}
	f.Line, err = fault.Line("line", f.Line, MaxLine)
	return f, err
}
