// Package intake is the beginning of the work: what brings a client, what carries
// them, what was and what is, what was tried, how ready they are and how they
// would like to work; and the agreement of what each side takes on.
//
// There is one intake for each course of work, in the client's record, in parts
// that can each be written beforehand by the client, told in the room and written
// down by whoever treats them, told in the room only, or left out. Who wrote which
// line stays with it, every revision is kept, and nothing is required.
//
// Others count on these names:
//
//	Receive(ctx, tx, client, FromEnquiry)              what somebody said when they asked for a consultation,
//	(*Intakes).FromEnquiry(ctx, actor, client, …)      inside a change of another record, or by itself
//	PreferenceIn(ctx, tx)                              how the client would like to work, inside a change or a look
//	(*Intakes).Preference(ctx, actor, client)          at their record, or by itself
//
// It holds no diagnosis and no score, and hypotheses belong to the plan.
package intake

import (
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// What may be written.
const (
	MaxWords    = 4000 // characters of an answer in words
	MaxLine     = 200  // characters of an answer of one line
	MaxNote     = 400  // characters of the line that comes with an invitation
	MaxConcerns = 6    // concerns of the catalogue in one intake
	MaxTried    = 6    // things that were tried
)

// Side is whose hand wrote something.
type Side string

// The sides. What came with an enquiry was written by the client before there
// was a record.
const (
	ByClient    Side = "client"
	ByClinician Side = "clinician"
	ByEnquiry   Side = "enquiry"
)

// State is how it stands with a part.
type State string

const (
	Empty State = ""     // nothing was written
	Told  State = "told" // something is written
	Room  State = "room" // the client tells it in the room, and nothing is stored
)

// Said is what a form says: the answers by name of the question. A question that
// was left out is not there.
type Said map[string]string

// A Line is the answer to one question, and who wrote it.
type Line struct {
	Text   string
	By     string // person id
	Side   Side
	At     time.Time
	Before string // person id of whoever had written it before, if that was somebody else
}

// A Revision is a part as it stood at one time.
type Revision struct {
	Part   Part
	Course int64
	Number int64 // from 1; 0 if nothing was ever written
	At     time.Time
	By     string // person id of whoever made this revision
	Side   Side
	State  State
	Lines  map[string]Line // by name of the question
}

// Said is what the revision says, as a form would.
func (r Revision) Said() Said {
	s := make(Said, len(r.Lines))
	for name, line := range r.Lines {
		s[name] = line.Text
	}
	return s
}

// same says whether both say the same.
func (s Said) same(o Said) bool {
	if len(s) != len(o) {
		return false
	}
	for name, text := range s {
		if other, ok := o[name]; !ok || other != text {
			return false
		}
	}
	return true
}

// A Draft is what somebody has begun to write in a part. Nobody else reads it.
type Draft struct {
	Part   Part
	Course int64
	Rev    int64 // from 1
	Base   int64 // the revision of the part that it began from
	At     time.Time
	Said   Said
}

// A Form is a part as somebody fills it in.
type Form struct {
	Part     Part
	Course   int64 // that the form was opened for
	Revision int64 // of the part that it began from; 0: it was empty
	Rev      int64 // of the writer's own draft that it began from; 0: there was none
	Said     Said
}

// InviteState is how it stands with an invitation to write something beforehand.
type InviteState string

const (
	Open  InviteState = "open"  // it waits for the client
	Later InviteState = "later" // the client said "not now"
	Over  InviteState = "over"  // it was written, chosen for the room, or taken back
)

// An Invite asks the client to write a part beforehand, if they like.
type Invite struct {
	Part  Part
	ID    string
	At    time.Time
	By    string // person id
	State InviteState
	Since time.Time // of State
	Note  string    // a line that came with it
}

// An InviteForm is what a clinician fills in.
type InviteForm struct {
	ID     string // UUIDv7; the same again is the same invitation
	Course int64
	Parts  []Part
	Note   string
}

// A Standing is how it stands with one part.
type Standing struct {
	Revision
	Invite Invite // its ID is empty if there is none
	Begun  bool   // the one who asks has a draft of it
	Unread bool   // there is something that the one who asks, who treats the client, has not opened
}

// An Intake is one course of work's.
type Intake struct {
	Course  int64      // from 1
	Courses []Course   // all there are, oldest first
	Parts   []Standing // every part, in order
}

// A Course is one course of work.
type Course struct {
	Number int64
	At     time.Time // when it was begun anew; zero for the first
	By     string
}

// Standing is how it stands with part p.
func (in Intake) Standing(p Part) Standing {
	for _, s := range in.Parts {
		if s.Part == p {
			return s
		}
	}
	return Standing{Revision: Revision{Part: p, Course: in.Course}}
}

// Waits are the parts that the client was invited to write and has not yet put aside.
func (in Intake) Waits() (all []Standing) {
	for _, s := range in.Parts {
		if s.Invite.State == Open {
			all = append(all, s)
		}
	}
	return all
}

// Unread says how many parts have something new for the one who asks.
func (in Intake) Unread() (n int) {
	for _, s := range in.Parts {
		if s.Unread {
			n++
		}
	}
	return n
}

// check returns f as it is kept, or what to correct.
func (f Form) check() (Form, error) {
	said := make(Said, len(f.Said))
	questions := f.Part.Questions()
	for name := range f.Said {
		if _, ok := f.Part.question(name); !ok {
			return f, fault.New(fault.Invalid, name, "This form holds an answer to a question that is not asked here. Please open the page again; what you wrote is still here.")
		}
	}
	for _, q := range questions {
		text, err := q.check(f.Said[q.Name])
		if err != nil {
			return f, err
		}
		if text != "" {
			said[q.Name] = text
		}
	}
	f.Said = said
	return f, nil
}

func (f InviteForm) check() (InviteForm, error) {
	if err := fault.FormID(f.ID); err != nil {
		return f, err
	}
	if len(f.Parts) == 0 {
		return f, fault.New(fault.Invalid, "part", "Choose at least one part.")
	}
	for _, p := range f.Parts {
		if p == Summary || !p.known() {
			return f, fault.Absent()
		}
	}
	var err error
	f.Note, err = fault.Line("note", f.Note, MaxNote)
	return f, err
}

// hands puts said in place of what was, line by line: who wrote a line that stays
// as it was still wrote it.
func hands(was map[string]Line, said Said, by string, side Side, at time.Time) map[string]Line {
	now := make(map[string]Line, len(said))
	for name, text := range said {
		before, there := was[name]
		if there && before.Text == text {
			now[name] = before
			continue
		}
		line := Line{Text: text, By: by, Side: side, At: at}
		switch {
		case there && before.By != by:
			line.Before = before.By
		case there:
			line.Before = before.Before
		}
		now[name] = line
	}
	return now
}

// sideOf is on which side of client's record actor stands.
func sideOf(actor access.Actor, client access.Compartment) Side {
	if actor.ID == client.Of() {
		return ByClient
	}
	return ByClinician
}
