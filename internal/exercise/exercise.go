// Package exercise is the library of practice: what a client can do between
// sessions, as data. On pages it is called practice; that word is the clinic in code.
//
// An Exercise says what it is for, how it goes, how long it takes, when it is not the
// right thing, what its smallest form is, and what can be written down while doing it:
// its Fields. Read reads what somebody filled in, and Exercise.Words says it again as
// label and value, for whoever may read it. Nothing here knows of anybody who does an
// exercise: that two people agreed on one, and what became of it, is package
// assignment.
//
// # Shipped and own
//
// What comes with the product is JSON in the folder shipped, one exercise in each
// file, read strictly by Load and compared with a sum in testdata so that no version
// changes after its release. A practice adapts any of it and writes its own, which are
// kept by the Shelf under the practice's key: a new one gets an id that begins with
// own-, so that nothing which comes with a later release can stand in its place.
//
// Nothing is ever taken away: an assignment names an exercise in one version, and
// OneIn finds it for as long as the practice lives. What a practice leaves out is only
// out of the lists.
//
// # For other domains
//
//	exercise.AllIn(ctx, tx)                  // the Library of the practice of tx
//	exercise.OneIn(ctx, tx, id, version)     // one of it; version 0 is the newest
//	exercise.Read(e, r.PostForm)             // what somebody filled in
//	e.Words(filled)                          // the same as label and value
//
// Both work in a transaction at whatever record, whose action opens: what is said of
// exercises is shared by everybody who may do something in the practice.
package exercise

import "strconv"

// An Exercise is one thing to practise. A version is never changed once it was
// released or kept: what changes gets the next number.
type Exercise struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Title   string `json:"title"` // as one would say it to a client
	Group   string `json:"group"` // id of one of Groups

	What     string   `json:"what"`              // what it is for, in a sentence or two
	How      []string `json:"how"`               // how it goes, step by step
	Minutes  int      `json:"minutes,omitempty"` // about how long once takes; 0: as long as it takes
	NotWhen  []string `json:"notwhen,omitempty"` // when it is not the right thing, or not alone
	Care     string   `json:"care,omitempty"`    // what to mind while doing it
	Smallest string   `json:"smallest"`          // its smallest possible step, for a day without strength

	Level     Level  `json:"level"`               // how much it asks
	Stretches bool   `json:"stretches,omitempty"` // it is meant to be uncomfortable: what is expected is asked beforehand, and compared
	Now       bool   `json:"now,omitempty"`       // it helps in a bad moment, without agreeing on anything first
	Rating    Rating `json:"rating,omitzero"`     // what may be rated before and after; the zero Rating is none

	Guide Guide  `json:"guide,omitempty"` // what leads through it, besides its text
	Pace  Pace   `json:"pace,omitzero"`   // of Breathing
	Steps []Step `json:"steps,omitempty"` // of guides that go step by step

	Fields []Field `json:"fields,omitempty"` // what can be written down; all of it may be left empty

	Technique string `json:"technique,omitempty"` // id of the technique of package method that it belongs to
	From      string `json:"from,omitempty"`      // Ref of what it was adapted from
	Unlisted  bool   `json:"unlisted,omitempty"`  // clients do not find it by themselves: it is there where somebody suggests it

	Own bool `json:"-"` // the practice's own
}

// Ref names the exercise in this version: "thought-record@1".
func (e Exercise) Ref() string { return e.ID + "@" + strconv.Itoa(e.Version) }

// A Level is how much an exercise asks: 1 simple to 5 demanding.
type Level int

// Words are the level in words.
func (l Level) Words() string {
	switch l {
	case 1:
		return "Simple"
	case 2:
		return "Light"
	case 3:
		return "Some effort"
	case 4:
		return "Demanding"
	default:
		return "Very demanding"
	}
}

// Levels are all levels, from simple to demanding.
func Levels() []Level { return []Level{1, 2, 3, 4, 5} }

// A Rating is something that can be rated before and after, from 0 to Most.
type Rating struct {
	Label string `json:"label"` // "How strong is the tension?"
	Most  int    `json:"most"`  // 10 or 100
	Low   string `json:"low,omitempty"`
	High  string `json:"high,omitempty"` // what the ends mean
}

// Is says whether there is anything to rate.
func (r Rating) Is() bool { return r.Most > 0 }

// A Guide is the kind of interactive leading that an exercise has.
type Guide string

// The guides. Each works as text alone; a script may do more with it.
const (
	NoGuide    Guide = ""
	Breathing  Guide = "breathing"  // by the Pace
	Relaxation Guide = "relaxation" // by the Steps, each for its Seconds
	Grounding  Guide = "grounding"  // by the Steps, one after the other; a Step may belong to a field
	Feelings   Guide = "feelings"   // by Families, into a field of that kind
	Hierarchy  Guide = "hierarchy"  // by the first field of rows, put in order by its first scale
	Timeline   Guide = "timeline"   // by the first field of rows, put in order by its first number
	Scales     Guide = "scales"     // by the Rating, before and after
)

// Guides are those that a practice may choose from for an exercise of its own.
func Guides() []Guide {
	return []Guide{NoGuide, Breathing, Relaxation, Grounding, Feelings, Hierarchy, Timeline, Scales}
}

// Words are what a guide does, as its name.
func (g Guide) Words() string {
	switch g {
	case Breathing:
		return "Paced breathing"
	case Relaxation:
		return "Step by step, with a clock"
	case Grounding:
		return "Step by step, at one’s own pace"
	case Feelings:
		return "Words for feelings"
	case Hierarchy:
		return "A list in order of how hard it is"
	case Timeline:
		return "A line in order of time"
	case Scales:
		return "How strong, before and after"
	default:
		return "Only its text"
	}
}

// A Pace is how long the parts of one breath are, in seconds.
type Pace struct {
	In   int `json:"in"`
	Hold int `json:"hold,omitempty"`
	Out  int `json:"out"`
	Rest int `json:"rest,omitempty"`
}

// A Step is one thing that a guide says.
type Step struct {
	Text    string `json:"text"`
	Seconds int    `json:"seconds,omitempty"` // for how long; 0: until whoever does it goes on
	Field   string `json:"field,omitempty"`   // id of the field that it is about
}

// A Group is a part of the library, in the order in which clients see them.
type Group struct {
	ID   string
	Name string
	Line string // for whom, or for when
}

// Groups are the parts of the library.
func Groups() []Group {
	return []Group{
		{"now", "Just now", "For a hard moment. Nothing has to be agreed or written down."},
		{"thoughts", "With thoughts", "Looking at what goes through your mind, and trying out other ways to see it."},
		{"trying", "Trying things out", "Small experiments, and coming closer to what was avoided."},
		{"days", "In your days", "What you do, what does you good, and what to do when it gets hard."},
		{"feelings", "With feelings", "Finding words, and room, for what you feel."},
		{"people", "With people", "Saying things, saying no, and seeing what happens between you."},
		{"life", "Your life", "What matters, where you come from, and what was lost."},
		{"yourself", "With yourself", "A kinder voice, and room to write."},
	}
}

func group(id string) (Group, bool) {
	for _, g := range Groups() {
		if g.ID == id {
			return g, true
		}
	}
	return Group{}, false
}
