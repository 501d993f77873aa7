// Package goal is what a client and whoever treats them work towards: the life the
// client wants, and one to three goals that both agreed, with their milestones and
// the client's own numbers for how far it is.
//
// Nothing here is a verdict. A goal is in the client's words, how far it has come
// is for the client to say, and nobody's goals are counted or compared with
// another's. Nothing is overwritten: every wording stays, with who wrote it and
// when. How to get there is not said here but in package plan.
package goal

import (
	"cmp"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
)

// What may be written about goals, in characters.
const (
	MaxVision    = 4000
	MaxWords     = 300
	MaxKnow      = 500
	MaxEnd       = 80 // of each end of a scale
	MaxReason    = 500
	MaxMilestone = 160
	MaxReached   = 500 // beside a milestone that was reached
)

// Most is how many goals are worked towards at a time.
const Most = 3

// Side is whose act something is.
type Side string

const (
	ByClient    Side = "client"
	ByClinician Side = "clinician"
)

// SideOf is the side on which actor stands in client's record.
func SideOf(actor access.Actor, client access.Compartment) Side {
	if actor.ID == client.Of() {
		return ByClient
	}
	return ByClinician
}

// Worded is what a goal says.
type Worded struct {
	Words string // in the client's words
	Know  string // how both will know
	Low   string // what 0 means on its scale, in the client's words; may be empty
	High  string // what 10 means; may be empty
}

// A Wording is a goal as somebody wrote it. Whoever writes it stands for it: their
// agreement comes with it, and the other's is what is still missing.
type Wording struct {
	Worded
	Revision int64 // from 1
	By       string
	Side     Side
	At       time.Time
	Why      string // why it was changed, or why it replaces another; may be empty

	signs map[Side]Sign
}

// A Sign is that somebody agreed to a wording.
type Sign struct {
	By string // person id
	At time.Time
}

// Signed is the agreement of one side to this wording, if it was given.
func (w Wording) Signed(by Side) (Sign, bool) {
	s, ok := w.signs[by]
	return s, ok
}

// Signs is how many sides have agreed to this wording.
func (w Wording) Signs() int { return len(w.signs) }

// Agreed is when both had agreed to this wording; ok is false if both have not.
func (w Wording) Agreed() (at time.Time, ok bool) {
	a, one := w.signs[ByClient]
	b, two := w.signs[ByClinician]
	if !one || !two {
		return at, false
	}
	if a.At.After(b.At) {
		return a.At, true
	}
	return b.At, true
}

// A Milestone is something on the way to a goal.
type Milestone struct {
	ID        string // UUIDv7, made by the form
	Words     string
	SetAt     time.Time
	SetBy     string
	Day       measure.Day // on which it was reached; empty: not yet
	Note      string      // words beside it when it was reached; may be empty
	ReachedBy string      // who noted that
}

// Reached says whether it was.
func (m Milestone) Reached() bool { return m.Day != "" }

// TurnKind is what became of a goal as a whole.
type TurnKind string

const (
	Retired  TurnKind = "retired"
	Reopened TurnKind = "reopened"
	Replaced TurnKind = "replaced" // another one stands in its place
)

// As is how a goal was retired.
type As string

const (
	Arrived As = "arrived" // they got there
	LetGo   As = "let-go"  // it is not worked towards any more
)

// A Turn is that a goal was retired, replaced or taken up again, with the reason.
type Turn struct {
	Kind   TurnKind
	As     As // of Retired
	Reason string
	By     string
	Side   Side
	At     time.Time
	GoalID string // of Replaced: the one that stands in its place
}

// A Goal is what a client and whoever treats them work towards, with everything
// that it ever was. The zero Goal is none.
type Goal struct {
	ID         string    // UUIDv7, made by the form
	Replaces   string    // the goal in whose place it stands once both agreed; empty: none
	Wordings   []Wording // from the first to the newest
	Milestones []Milestone
	Turns      []Turn   // in order of time
	Ratings    []Rating // one for each day, in order of day
}

// Now is the newest wording, agreed or not.
func (g Goal) Now() Wording {
	if len(g.Wordings) == 0 {
		return Wording{}
	}
	return g.Wordings[len(g.Wordings)-1]
}

// Wording is the one with the given revision.
func (g Goal) Wording(revision int64) (Wording, bool) {
	for _, w := range g.Wordings {
		if w.Revision == revision {
			return w, true
		}
	}
	return Wording{}, false
}

// Agreed is the newest wording that both agreed to, which is what was agreed until
// both agree to another; ok is false if there never was one.
func (g Goal) Agreed() (w Wording, ok bool) {
	for _, w := range slices.Backward(g.Wordings) {
		if _, ok := w.Agreed(); ok {
			return w, true
		}
	}
	return w, false
}

// AgreedSince is when both had first agreed to this goal; zero: never.
func (g Goal) AgreedSince() (first time.Time) {
	for _, w := range g.Wordings {
		if at, ok := w.Agreed(); ok && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// Pending says whether the newest wording still lacks somebody's agreement.
func (g Goal) Pending() bool {
	_, ok := g.Now().Agreed()
	return !ok
}

// WaitsFor says whether the newest wording of a goal that is not over lacks the
// agreement of this side.
func (g Goal) WaitsFor(side Side) bool {
	_, signed := g.Now().Signed(side)
	return g.Current() && !signed
}

// Standing is the wording that counts: what was agreed, or, before that, the newest.
func (g Goal) Standing() Wording {
	if w, ok := g.Agreed(); ok {
		return w
	}
	return g.Now()
}

// Over is the turn that ended the goal; ok is false while it is worked towards.
func (g Goal) Over() (t Turn, ok bool) {
	if len(g.Turns) == 0 {
		return t, false
	}
	t = g.Turns[len(g.Turns)-1]
	return t, t.Kind != Reopened
}

// Current says whether the goal is worked towards, or proposed to be.
func (g Goal) Current() bool {
	_, over := g.Over()
	return !over
}

// milestone is the one with the given id, which was not taken off.
func (g Goal) milestone(id string) (Milestone, bool) {
	i := slices.IndexFunc(g.Milestones, func(m Milestone) bool { return m.ID == id })
	if i < 0 {
		return Milestone{}, false
	}
	return g.Milestones[i], true
}

// A Set is all goals of one client, and the life that they want.
type Set struct {
	Visions []Vision // every wording, from the first to the newest
	All     []Goal   // in the order in which they were first proposed
}

// Vision is the life the client wants, as it is worded now; zero: nothing yet.
func (gs Set) Vision() Vision {
	if len(gs.Visions) == 0 {
		return Vision{}
	}
	return gs.Visions[len(gs.Visions)-1]
}

// One is the goal with the given id.
func (gs Set) One(id string) (Goal, bool) {
	i := slices.IndexFunc(gs.All, func(g Goal) bool { return g.ID == id })
	if i < 0 {
		return Goal{}, false
	}
	return gs.All[i], true
}

// Current are the goals that are worked towards or proposed.
func (gs Set) Current() (all []Goal) {
	for _, g := range gs.All {
		if g.Current() {
			all = append(all, g)
		}
	}
	return all
}

// Past are the goals that were retired or replaced.
func (gs Set) Past() (all []Goal) {
	for _, g := range gs.All {
		if !g.Current() {
			all = append(all, g)
		}
	}
	return all
}

// AnyAgreed says whether both ever agreed to a goal.
func (gs Set) AnyAgreed() bool {
	return slices.ContainsFunc(gs.All, func(g Goal) bool { return !g.AgreedSince().IsZero() })
}

// waits says whether g is proposed in the place of one that is still there.
func (gs Set) waits(g Goal) bool {
	old, ok := gs.One(g.Replaces)
	return ok && g.AgreedSince().IsZero() && old.Current()
}

// count is how many goals there are at a time. One that is proposed in the place
// of another does not count beside it.
func (gs Set) count() (n int) {
	for _, g := range gs.Current() {
		if !gs.waits(g) {
			n++
		}
	}
	return n
}

// Full says whether there are as many goals as there may be at a time.
func (gs Set) Full() bool { return gs.count() >= Most }

// link notes, in those that were replaced, by what; and puts turns in order.
func (gs Set) link() {
	for _, g := range gs.All {
		at := g.AgreedSince()
		i := slices.IndexFunc(gs.All, func(old Goal) bool { return old.ID == g.Replaces })
		if g.Replaces == "" || at.IsZero() || i < 0 {
			continue
		}
		first := g.Wordings[0]
		gs.All[i].Turns = append(gs.All[i].Turns, Turn{
			Kind: Replaced, Reason: first.Why, By: first.By, Side: first.Side, At: at, GoalID: g.ID,
		})
	}
	for i := range gs.All {
		slices.SortStableFunc(gs.All[i].Turns, func(a, b Turn) int { return a.At.Compare(b.At) })
		slices.SortStableFunc(gs.All[i].Milestones, func(a, b Milestone) int {
			return cmp.Or(a.SetAt.Compare(b.SetAt), cmp.Compare(a.ID, b.ID))
		})
	}
}

// A Form is what somebody fills in to propose a goal.
type Form struct {
	ID string // UUIDv7 of the goal to be made
	Worded
	Replaces string // a current goal in whose place it shall stand; empty: none
	Why      string // needed where it replaces one
}

// A Seen is what somebody was looking at when they began to write.
type Seen struct {
	Revision int64
	Signs    int // how many sides had agreed to it
}

// check returns w as it can be kept, or what to correct.
func (w Worded) check() (Worded, error) {
	var err error
	if w.Words, err = fault.Words("words", w.Words, MaxWords, "Please say what should be different, in a few words."); err != nil {
		return w, err
	}
	if w.Know, err = fault.Words("know", w.Know, MaxKnow, "Please say how you will both know. Something small is enough."); err != nil {
		return w, err
	}
	if w.Low, err = fault.Line("low", w.Low, MaxEnd); err != nil {
		return w, err
	}
	w.High, err = fault.Line("high", w.High, MaxEnd)
	return w, err
}

func goalsFull() error {
	return fault.New(fault.Conflict, "words", "There are three goals at the moment, and more seldom go well together. You can replace or retire one first, or keep this one for later: what you wrote is still here.")
}

func goalOver() error {
	return fault.New(fault.Conflict, "", "This goal was retired meanwhile. It can be taken up again.")
}

// goalChanged is said to whoever writes: what they wrote is shown beside what
// there is now.
func goalChanged() error {
	return fault.New(fault.Conflict, "", "This goal was changed while you were writing. Both wordings are here, and nothing is lost.")
}

// goalSigned is said to whoever writes while the other side agreed.
func goalSigned() error {
	return fault.New(fault.Conflict, "", "The wording from before was agreed to while you were writing. Both wordings are here, and nothing is lost.")
}

// goalReworded is said to whoever agrees to what is not the newest wording.
func goalReworded() error {
	return fault.New(fault.Conflict, "", "This goal was worded anew while you were looking at it. Both wordings are here, so that you can see what you agree to.")
}
