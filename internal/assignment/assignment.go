// Package assignment is what a client and whoever works with them agreed to practise
// between sessions, and what became of it. What there is to practise is package
// exercise; on pages all of it is called practice.
//
// Either side suggests; only the client agrees, and may change, make smaller,
// postpone, decline or let go of anything, without a reason. What the client takes up
// by themself needs nobody's yes. Few things at a time: before a third it is asked
// whether this calls for a tool or for presence, and both answers may go on.
//
// Every way of having done something counts the same, and so does not having done
// it. Nothing here counts days in a row, and nothing is ever late. What is kept of
// when somebody practised is what they chose to have kept: a day, a week, or nothing;
// beside that only between which sessions it was.
package assignment

import (
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// What may be written when something is agreed, in characters.
const (
	MaxTitle = 120
	MaxWords = 1000 // what exactly, in somebody's own words
	MaxOften = 120
	MaxWhen  = 120
	MaxSmall = 300
	MaxWhy   = 500
	MaxStep  = 200 // of the plan, in its words
)

// Few is how many things are agreed at a time before one more is asked about. Two is
// our own choice, and the same as for tools in a week (package brief).
const Few = 2

// MostOpen is how many there may be at a time, suggested and postponed ones with them.
const MostOpen = 8

// TheQuestion is asked before a third exercise or tool.
const TheQuestion = "Does this call for a tool, or for presence?"

// A Call is what somebody answered to TheQuestion.
type Call string

// The answers. Both may go on.
const (
	NotAsked Call = ""
	Tool     Call = "tool"
	Presence Call = "presence"
)

// A State says where something stands.
type State string

// The states.
const (
	Suggested State = "suggested" // it waits for the client, who need not answer
	Agreed    State = "agreed"
	Postponed State = "postponed" // the client took it, for later
	Declined  State = "declined"
	LetGo     State = "let-go"    // the client had agreed to it
	Withdrawn State = "withdrawn" // by those who suggested it, before the client answered
)

// A Turn is one thing that somebody did with it.
type Turn string

// The turns.
const (
	Suggest   Turn = "suggest"
	Agree     Turn = "agree" // also: takes it up again
	Adapt     Turn = "adapt"
	Smaller   Turn = "smaller"
	Postpone  Turn = "postpone"
	Decline   Turn = "decline"
	Drop      Turn = "let-go"
	Withdraw  Turn = "withdraw"
	Rate      Turn = "rate"     // would like to look at how well and how much as well
	LeaveRate Turn = "not-rate" // would rather not
)

// A Wording is what both see of it.
type Wording struct {
	Title string         `json:"title"`           // what it is called
	Words string         `json:"words,omitempty"` // what exactly
	Often string         `json:"often,omitempty"` // in words: "twice until we meet"
	When  string         `json:"when,omitempty"`  // in words: "after breakfast"
	Days  []time.Weekday `json:"days,omitempty"`  // on which it is shown for today; none: on each
	Small string         `json:"small,omitempty"` // the smallest possible step, where it is another than the exercise's

	Goal string `json:"goal,omitempty"` // id of what it is for; empty: nothing is said
	Step string `json:"step,omitempty"` // of the plan, in its words
	Why  string `json:"why,omitempty"`  // why it was suggested
}

// Same says whether both say the same.
func (w Wording) Same(v Wording) bool {
	return w.Title == v.Title && w.Words == v.Words && w.Often == v.Often && w.When == v.When && w.Small == v.Small &&
		w.Goal == v.Goal && w.Step == v.Step && w.Why == v.Why && slices.Equal(w.Days, v.Days)
}

// A Done is that somebody did something with it.
type Done struct {
	Turn Turn
	Side goal.Side
	By   string
	At   time.Time
	Call Call // what was answered before it was agreed to or suggested
}

// An Assignment is one thing that two people agreed on, or may. Revision counts its
// turns; Turns are all of them, in order.
type Assignment struct {
	ID       string // UUIDv7, made by the form
	Revision int64
	State    State
	Exercise string // id of one of package exercise; empty: something of one's own
	Version  int
	Replaces string // the one that is let go when the client agrees to this; empty: none
	Wording
	Until  measure.Day // of Postponed: from when it is there again; empty: until somebody takes it up
	Turns  []Done
	Rating map[goal.Side]bool // who would like to look at how well and how much
}

// Open says whether it is agreed, postponed, or waits for an answer.
func (a Assignment) Open() bool {
	return a.State == Suggested || a.State == Agreed || a.State == Postponed
}

// Side is who suggested it.
func (a Assignment) Side() goal.Side {
	if len(a.Turns) == 0 {
		return goal.ByClinician
	}
	return a.Turns[0].Side
}

// Begun is when the client first agreed to it; zero: never.
func (a Assignment) Begun() time.Time {
	for _, d := range a.Turns {
		if d.Side == goal.ByClient && (d.Turn == Agree || d.Turn == Suggest || d.Turn == Adapt || d.Turn == Smaller) {
			return d.At
		}
	}
	return time.Time{}
}

// Last is what was done with it last.
func (a Assignment) Last() Done {
	if len(a.Turns) == 0 {
		return Done{}
	}
	return a.Turns[len(a.Turns)-1]
}

// Rated says whether both would like to look at how well and how much.
func (a Assignment) Rated() bool { return a.Rating[goal.ByClient] && a.Rating[goal.ByClinician] }

// On says whether it is there on a day of the week.
func (a Assignment) On(weekday time.Weekday) bool {
	return a.State == Agreed && (len(a.Days) == 0 || slices.Contains(a.Days, weekday))
}

// Waits says whether it waits for the client: suggested, or postponed until a day that has come.
func (a Assignment) Waits(day measure.Day) bool {
	return a.State == Suggested || a.State == Postponed && a.Until != "" && a.Until <= day
}

// Ref names the exercise in its version; empty: it is none of the library.
func (a Assignment) Ref() string {
	if a.Exercise == "" {
		return ""
	}
	return exercise.Exercise{ID: a.Exercise, Version: a.Version}.Ref()
}

// Third says whether one more would be the third at a time: for the client beside what
// they agreed to, for whoever suggests beside what they suggested as well. but is let go
// for it, or is the one itself.
func Third(all []Assignment, side goal.Side, but string) bool {
	n := 0
	for _, a := range all {
		if a.ID != but && (a.State == Agreed || a.State == Suggested && side == goal.ByClinician) {
			n++
		}
	}
	return n >= Few
}

// asks is what is said to whoever agrees to, or suggests, a third without an answer to
// TheQuestion.
func asks(call Call) error {
	switch call {
	case Tool, Presence:
		return nil
	case NotAsked:
	}
	return fault.New(fault.Invalid, "call", TheQuestion+" Both are good answers, and both may go on.")
}

// A Form is what somebody fills in to suggest something, or, as the client, to take it up.
type Form struct {
	ID       string // UUIDv7 of what is made
	Exercise string // id; empty: something of one's own, which needs a Title
	Version  int    // 0: the newest
	Replaces string // what is let go of when the client agrees; empty: nothing
	Wording
	Call Call
}

// check returns w as it can be kept; an empty title becomes that of e.
func (w Wording) check(e exercise.Exercise) (Wording, error) {
	var err error
	for _, f := range []struct {
		field string
		text  *string
		most  int
		one   bool
	}{
		{"title", &w.Title, MaxTitle, true},
		{"words", &w.Words, MaxWords, false},
		{"often", &w.Often, MaxOften, true},
		{"when", &w.When, MaxWhen, true},
		{"small", &w.Small, MaxSmall, false},
		{"step", &w.Step, MaxStep, true},
		{"why", &w.Why, MaxWhy, false},
	} {
		read := fault.Text
		if f.one {
			read = fault.Line
		}
		if *f.text, err = read(f.field, *f.text, f.most); err != nil {
			return w, err
		}
	}
	if w.Title == "" {
		w.Title = e.Title
	}
	if w.Title == "" {
		return w, fault.New(fault.Invalid, "title", "Please say what it is, in a few words.")
	}
	if w.Days, err = daysOf(w.Days); err != nil {
		return w, err
	}
	if w.Goal != "" {
		if err := fault.FormID(w.Goal); err != nil {
			return w, fault.New(fault.Invalid, "goal", "That goal is not here. Please choose once more.")
		}
	}
	return w, nil
}

// daysOf are days from Monday to Sunday, each once; all seven are the same as none.
func daysOf(days []time.Weekday) ([]time.Weekday, error) {
	var kept []time.Weekday
	for _, d := range Week() {
		if slices.Contains(days, d) {
			kept = append(kept, d)
		}
	}
	if slices.ContainsFunc(days, func(d time.Weekday) bool { return d < time.Sunday || d > time.Saturday }) {
		return nil, fault.New(fault.Invalid, "days", "Please choose among the days of the week, or none.")
	}
	if len(kept) == 7 {
		return nil, nil
	}
	return kept, nil
}

// Week are the days of a week from Monday on.
func Week() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
}

// A Choice is what the client makes of something.
type Choice struct {
	Revision int64 // of what the client was looking at
	Turn     Turn  // Agree, Adapt, Smaller, Postpone, Decline, Drop, Rate or LeaveRate
	Wording        // of Adapt and Smaller
	Until    measure.Day
	Call     Call
}

// turned is what a becomes by a turn of the client's, or why it cannot: fault.Conflict
// where it is over.
func (a Assignment) turned(to Turn) (State, error) {
	switch to {
	case Agree:
		if a.State == Withdrawn {
			return "", fault.New(fault.Conflict, "", "This was taken back meanwhile. You can take it up from the library all the same.")
		}
		return Agreed, nil
	case Adapt, Smaller:
		if a.Open() {
			return Agreed, nil
		}
	case Postpone:
		if a.Open() {
			return Postponed, nil
		}
	case Decline:
		if a.State == Suggested {
			return Declined, nil
		}
		if a.Open() {
			return LetGo, nil
		}
	case Drop:
		if a.State == Suggested {
			return Declined, nil
		}
		if a.Open() {
			return LetGo, nil
		}
	case Rate, LeaveRate:
		return a.State, nil
	case Suggest, Withdraw:
	}
	return "", fault.New(fault.Conflict, "", "This was let go of or taken back meanwhile. What you wrote is still here.")
}

// after is a with one more turn, as it is kept.
func (a *Assignment) after(d Done, s sealedTurn, state State) {
	a.Revision++
	a.State = state
	a.Turns = append(a.Turns, d)
	if s.Wording != nil {
		a.Wording = *s.Wording
	}
	if d.Turn == Suggest {
		a.Exercise, a.Version, a.Replaces = s.Exercise, s.Version, s.Replaces
	}
	a.Until = ""
	if state == Postponed {
		a.Until = s.Until
	}
	switch d.Turn {
	case Rate, LeaveRate:
		if a.Rating == nil {
			a.Rating = map[goal.Side]bool{}
		}
		a.Rating[d.Side] = d.Turn == Rate
	}
}

// changed is said to whoever decides about what is not the newest any more.
func changed() error {
	return fault.New(fault.Conflict, "", "This was changed while you were looking at it. It is here as it is now, and what you wrote is here too.")
}

func full() error {
	return fault.New(fault.Invalid, "", "There are eight things here already, and few do more than many. Let go of one of them first, or keep this one in mind.")
}
