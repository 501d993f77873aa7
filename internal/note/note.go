// Package note is the progress note: what somebody who treats a client writes down
// of a session, or of something else in the record, in one of a few shapes.
//
// A note is a draft until it is signed, and a draft is never lost: it is kept on
// every pause of typing, under the id that came with its form, and whoever comes
// from another device is shown both texts. What is signed is never overwritten: an
// amendment is the next revision, with its reason, and all of them can be read.
//
// Notes are part of the client's record. Whoever treats the client reads what is
// signed; a draft is read by its writer alone, unless they treat the client no more.
// It holds no process notes: those are nobody's but their author's, and lie elsewhere.
package note

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// What may be written, in characters.
const (
	MaxText   = 60_000 // of all fields of a note together
	MaxReason = 500    // why a note is amended
	MaxGoals  = 12     // that one note is about
	MaxSought = 100    // of what is searched for
)

// A Goal is what a note is about, as it was worded when the note was kept.
type Goal struct {
	ID    string `json:"id"`
	Words string `json:"words"`
}

// Content is what a note says.
type Content struct {
	Shape Shape
	Words Words
	Goals []Goal
}

// Empty says whether nothing is written.
func (c Content) Empty() bool { return c.Words.empty() }

// Same says whether both say the same, in the same shape and about the same goals.
func (c Content) Same(o Content) bool {
	byID := func(a, b Goal) bool { return a.ID == b.ID }
	return c.Shape == o.Shape && maps.Equal(c.Words, o.Words) && slices.EqualFunc(c.Goals, o.Goals, byID)
}

// A Draft is what somebody has written and not signed.
type Draft struct {
	Note   string
	By     string // person id
	Rev    int64  // rises with every saving; never the same again
	Base   int64  // the signed revision that it began from; 0: none
	At     time.Time
	Reason string // why the note is amended, as far as that is written
	Content

	page string
	nth  int64
}

// A Text is a note as somebody signed it.
type Text struct {
	Revision int64 // from 1
	At       time.Time
	By       string // person id of whoever signed it
	Reason   string // of an amendment
	Content
}

// A Note is one note, without what it says.
type Note struct {
	ID       string
	Session  string    // id of the appointment; empty: about something else
	About    time.Time // when the session began, or when the note was begun
	Author   string    // person id of whoever began it
	At       time.Time // when it was begun
	Revision int64     // of the newest signed text; 0: none
	Away     bool      // it was thrown away before it was signed
}

// A Form is a note as somebody fills it in.
type Form struct {
	ID      string // UUIDv7 of the note
	Session string // of a note that is new; empty: about something else
	Rev     int64  // of the writer's own draft that the form began from; 0: there was none
	Base    int64  // the signed revision that it began from; 0: there was none
	Page    string // UUIDv7 of the form as it was opened
	Nth     int64  // how often that form has sent itself, from 1; 0: it was sent by hand
	Shape   Shape
	Words   Words
	Goals   []string // ids
	Reason  string   // of an amendment
}

// check returns f as it can be kept, or what to correct.
func (f Form) check() (Form, error) {
	for _, id := range []string{f.ID, f.Page} {
		if err := fault.FormID(id); err != nil {
			return f, err
		}
	}
	if !f.Shape.known() {
		return f, fault.New(fault.Invalid, "shape", "Choose one of these shapes.")
	}
	if f.Rev < 0 || f.Base < 0 || f.Nth < 0 {
		return f, notWhole()
	}
	said := make(Words, len(f.Words))
	total := 0
	for _, field := range f.Shape.Fields() {
		text, err := fault.Text(field.Name, f.Words[field.Name], MaxText)
		if err != nil {
			return f, err
		}
		if total += fault.Length(text); total > MaxText {
			return f, fault.New(fault.Invalid, field.Name, "All of it together is longer than fits into one note. Your text is still here; another note can take the rest.")
		}
		if text != "" {
			said[field.Name] = text
		}
	}
	f.Words = said
	f.Goals = slices.Compact(slices.Sorted(slices.Values(f.Goals)))
	if len(f.Goals) > MaxGoals {
		return f, fault.New(fault.Invalid, "goal", "A note is about twelve goals at most.")
	}
	for _, id := range f.Goals {
		if fault.FormID(id) != nil {
			return f, fault.New(fault.Invalid, "goal", "Choose among these goals, or none.")
		}
	}
	var err error
	f.Reason, err = fault.Text("reason", f.Reason, MaxReason)
	return f, err
}

func notWhole() error {
	return fault.New(fault.Invalid, "id", "This form is not whole. Please open the page again; what you wrote is still here.")
}

// A Standing is what is kept of a note where somebody was quicker, to be shown
// beside what they wrote.
type Standing struct {
	Note     string // its id, which may be another than the form's: one note of a session is one
	Draft    Draft  // the writer's own, from another device; Rev 0: there is none
	Text     Text   // what is signed; Revision 0: nothing is
	Away     bool   // the draft was thrown away meanwhile
	Unsigned bool   // what stands is the draft
}

// Content is what stands.
func (s Standing) Content() Content {
	if s.Unsigned {
		return s.Draft.Content
	}
	return s.Text.Content
}

// Both is mine and what stands in one: where they differ, what stands and mine below
// it. Nothing of either is left out.
func Both(stands, mine Content) Content {
	both := Content{Shape: mine.Shape, Words: maps.Clone(mine.Words), Goals: slices.Clone(mine.Goals)}
	if both.Words == nil {
		both.Words = make(Words)
	}
	for name, text := range Reshape(stands.Words, stands.Shape, mine.Shape) {
		switch own := both.Words[name]; {
		case own == "" || strings.Contains(text, own):
			both.Words[name] = text
		case !strings.Contains(own, text):
			both.Words[name] = text + "\n\n" + own
		}
	}
	for _, g := range stands.Goals {
		if !slices.ContainsFunc(both.Goals, func(o Goal) bool { return o.ID == g.ID }) {
			both.Goals = append(both.Goals, g)
		}
	}
	return both
}

// Notes are all notes.
type Notes struct{ door *access.Door }

// New returns the notes behind door.
func New(door *access.Door) *Notes { return &Notes{door: door} }
