package plan

import (
	"time"

	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// What may be written of a review, in characters.
const (
	MaxReviewWords = 2000 // of each question beforehand
	MaxConclusion  = 3000 // of what came of it
)

// nearsBefore is how many days before its day a review nears.
const nearsBefore = 10

// A Before is what one side says beforehand, each in their own words. All of it
// may be left empty: nothing to add is fine.
type Before struct {
	Helps  string `json:"helps,omitempty"`
	Not    string `json:"not,omitempty"`
	Change string `json:"change,omitempty"`
}

// Empty says whether there is nothing to add.
func (b Before) Empty() bool { return b == Before{} }

func (b Before) check() (Before, error) {
	for _, f := range []struct {
		name string
		text *string
	}{{"helps", &b.Helps}, {"not", &b.Not}, {"change", &b.Change}} {
		text, err := fault.Text(f.name, *f.text, MaxReviewWords)
		if err != nil {
			return b, err
		}
		*f.text = text
	}
	return b, nil
}

// A Word is what one side said beforehand, as it stands now.
type Word struct {
	Before
	Revision int64 // from 1; 0: nothing was said
	By       string
	At       time.Time
}

// An Outcome is what came of a review.
type Outcome string

// What may come of a review.
const (
	GoOn      Outcome = "go-on"
	ReviseIt  Outcome = "revise"
	GoAside   Outcome = "detour"
	ComeToEnd Outcome = "ending"
)

// Outcomes are all of them, in the order in which they are offered.
func Outcomes() []Outcome { return []Outcome{GoOn, ReviseIt, GoAside, ComeToEnd} }

// Words is the outcome as it is said.
func (o Outcome) Words() string {
	switch o {
	case ReviseIt:
		return "The plan is to be revised"
	case GoAside:
		return "Something else comes first for a while"
	case ComeToEnd:
		return "The work comes to its end"
	case GoOn:
	}
	return "On as it is"
}

// A Picture is what there is to see since the last review, in the words and
// numbers of that day, so that it can be read later as it was.
type Picture struct {
	Since    measure.Day    `json:"since"` // empty: since the beginning
	Until    measure.Day    `json:"until"`
	Sessions int            `json:"sessions"`
	Plan     int64          `json:"plan,omitempty"` // which revision held; 0: none
	Goals    []GoalThen     `json:"goals,omitempty"`
	Measures []MeasureThen  `json:"measures,omitempty"`
	Markers  []MarkerThen   `json:"markers,omitempty"`
	Detours  []DetourThen   `json:"detours,omitempty"`
	Events   []EventThen    `json:"events,omitempty"`
	Practice []PracticeThen `json:"practice,omitempty"`
}

// A PracticeThen is one thing that was practised between sessions, and how it went.
type PracticeThen struct {
	Title string                 `json:"title"`
	Times map[assignment.How]int `json:"times"`
	Over  bool                   `json:"over,omitempty"` // it was let go of
}

// A GoalThen is a goal and how far the client said it was.
type GoalThen struct {
	ID         string        `json:"id"`
	Words      string        `json:"words"`
	Low        string        `json:"low,omitempty"`
	High       string        `json:"high,omitempty"`
	Agreed     bool          `json:"agreed"`
	Over       goal.TurnKind `json:"over,omitempty"`   // if it was retired or replaced meanwhile
	First      *int          `json:"first,omitempty"`  // the first number there ever was
	Before     *int          `json:"before,omitempty"` // as it was at the last review
	Last       *int          `json:"last,omitempty"`   // the newest
	Milestones []EventThen   `json:"milestones,omitempty"`
}

// A MeasureThen is what one questionnaire said, in words for either reader.
type MeasureThen struct {
	Instrument string `json:"instrument"`
	Title      string `json:"title"`
	Name       string `json:"name"`
	Own        string `json:"own"`              // for the client
	Words      string `json:"words"`            // for those who treat them
	Lately     string `json:"lately,omitempty"` // since the last review, for those who treat them
}

// A MarkerThen is something quiet that somebody noticed, and that both may read.
type MarkerThen struct {
	Word string      `json:"word"`
	Line string      `json:"line,omitempty"`
	Side goal.Side   `json:"side"`
	Day  measure.Day `json:"day"`
}

// A DetourThen is a detour that was walked meanwhile.
type DetourThen struct {
	Name    string      `json:"name"`
	From    measure.Day `json:"from"`
	Until   measure.Day `json:"until,omitempty"`
	Stays   string      `json:"stays,omitempty"`
	Changed string      `json:"changed,omitempty"`
}

// An EventThen is something that happened or was reached.
type EventThen struct {
	Words string      `json:"words"`
	Day   measure.Day `json:"day"`
}

// A Review is a look back that both held, kept as it was.
type Review struct {
	Nth     int64 // from 1
	Day     measure.Day
	Outcome Outcome
	Words   string      // what both found
	Next    measure.Day // when they look again; empty: not any more
	Picture Picture
	Said    map[goal.Side]Before // what each had said beforehand
	By      string
	At      time.Time
}

// A Look is a review that is to come, as far as it has prepared itself.
type Look struct {
	Nth     int64
	Day     measure.Day // for which it is planned; empty: for none
	Near    bool        // its day nears or is over; never while a detour is open
	Said    map[goal.Side]Word
	Picture Picture
}

// A ReviewForm is what a clinician fills in when a review was held.
type ReviewForm struct {
	Nth     int64
	Day     measure.Day
	Outcome Outcome
	Words   string
	Next    measure.Day
}

func (f ReviewForm) check(today measure.Day) (ReviewForm, error) {
	if err := f.Day.Within("day", today, eventBack, 0); err != nil {
		return f, err
	}
	var err error
	switch f.Outcome {
	case GoOn, ReviseIt, GoAside:
		if err := f.Next.Within("next", today, 0, reviewAhead); err != nil {
			return f, err
		}
	case ComeToEnd:
		f.Next = ""
	default:
		return f, fault.New(fault.Invalid, "outcome", "Please choose what came of it. “On as it is” is fine.")
	}
	f.Words, err = fault.Text("words", f.Words, MaxConclusion)
	return f, err
}

// nears says whether a review planned for day is near, while nothing else comes first.
func nears(day, today measure.Day, open []Detour) bool {
	return day != "" && len(open) == 0 && day.DaysAfter(today) <= nearsBefore
}

// A Start is something that one side began by themself.
type Start struct {
	Side  goal.Side
	Day   measure.Day
	Words string // "a goal proposed"
}

// A Balance is who began what lately. Nothing is added up in it and nobody is
// graded: it is for whoever works with the client, to see whose work it is.
type Balance struct {
	Since  measure.Day
	Starts []Start // in order of day
}

// Of are those that one side began.
func (b Balance) Of(side goal.Side) (all []Start) {
	for _, s := range b.Starts {
		if s.Side == side {
			all = append(all, s)
		}
	}
	return all
}

// leans is how many times more one side must begin, and least how much of it there
// must be, before it is said. Both are our own choice: the literature has the
// idea and no number.
const (
	leans     = 2
	leanLeast = 4
)

// Words says whose work it has been, gently; name is how the client is called. It
// asks, and blames nobody.
func (b Balance) Words(name string) string {
	theirs, ours := len(b.Of(goal.ByClient)), len(b.Of(goal.ByClinician))
	switch {
	case theirs+ours == 0:
		return "Nothing was begun here in this time, by nobody. The hours may well have been enough."
	case ours >= leanLeast && ours > leans*theirs:
		return "Most of it was begun by you and your colleagues. Perhaps there is room to wait a little, and see what " + name + " would begin."
	case theirs >= leanLeast && theirs > leans*ours:
		return name + " began most of it."
	}
	return "Both of you began things."
}
