package goal

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
)

// Goals keeps what a client works towards.
type Goals struct {
	door *access.Door
}

// New returns the goals of clients, behind door.
func New(door *access.Door) *Goals { return &Goals{door: door} }

// All returns everything there is about client's goals, and the life they want:
// for those who treat the client, and for the client.
func (gl *Goals) All(ctx context.Context, actor access.Actor, client access.Compartment) (Set, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReadGoals, client)
	if err != nil {
		return Set{}, err
	}
	defer tx.Rollback()

	gs, err := In(ctx, tx)
	tx.Names(gs.IDs())
	return gs, err
}

// In is All in tx, whose action must open: for what looks back on a client's way in
// one piece.
func In(ctx context.Context, tx *access.Tx) (Set, error) {
	gs, err := WordedIn(ctx, tx)
	if err != nil {
		return gs, err
	}
	if gs.Visions, err = visions(ctx, tx); err != nil || len(gs.All) == 0 {
		return gs, err
	}
	return gs, rated(ctx, tx, &gs)
}

// RatedIn is In without the life a client wants: for a page that says of each goal how
// far it is.
func RatedIn(ctx context.Context, tx *access.Tx) (Set, error) {
	gs, err := WordedIn(ctx, tx)
	if err != nil || len(gs.All) == 0 {
		return gs, err
	}
	return gs, rated(ctx, tx, &gs)
}

// WayIn is In without the ratings: for what tells a client's way.
func WayIn(ctx context.Context, tx *access.Tx) (Set, error) {
	gs, err := WordedIn(ctx, tx)
	if err != nil {
		return gs, err
	}
	gs.Visions, err = visions(ctx, tx)
	return gs, err
}

// Worded returns client's goals without their ratings and milestones and without the life
// they want, for a page that only names them: for those who treat the client, and for
// the client.
func (gl *Goals) Worded(ctx context.Context, actor access.Actor, client access.Compartment) (Set, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReadGoals, client)
	if err != nil {
		return Set{}, err
	}
	defer tx.Rollback()

	gs, err := NamedIn(ctx, tx)
	tx.Names(gs.IDs())
	return gs, err
}

// IDs names the goals, for the log.
func (gs Set) IDs() string {
	ids := make([]string, len(gs.All))
	for i, g := range gs.All {
		ids[i] = g.ID
	}
	return strings.Join(ids, " ")
}

// Propose writes a goal down; actor is the client or treats them, and stands for
// it by that. While three are worked towards or proposed, a fourth is
// fault.Conflict, unless it is proposed in the place of one: that one stays until
// both agreed to this. Sending the same form twice is success, also from a page that
// was opened anew because no answer came; the same id with other content is
// fault.Conflict.
func (gl *Goals) Propose(ctx context.Context, actor access.Actor, client access.Compartment, f Form) (Goal, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReviseGoals, client)
	if err != nil {
		return Goal{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if err := fault.FormID(f.ID); err != nil {
		return Goal{}, err
	}
	if f.Worded, err = f.Worded.check(); err != nil {
		return Goal{}, err
	}
	if f.Why, err = fault.Text("why", f.Why, MaxReason); err != nil {
		return Goal{}, err
	}
	gs, err := WordedIn(ctx, tx)
	if err != nil {
		return Goal{}, err
	}
	if was, there := gs.One(f.ID); there {
		first := was.Wordings[0]
		if first.Worded == f.Worded && first.Why == f.Why && first.By == actor.ID && was.Replaces == f.Replaces {
			return was, nil // it came twice
		}
		return Goal{}, fault.UsedTwice()
	}
	for _, g := range gs.Current() {
		if now := g.Now(); now.Worded == f.Worded && now.Why == f.Why && now.By == actor.ID && g.Replaces == f.Replaces {
			return g, nil // it came twice, from a page that was opened anew
		}
	}
	if err := gs.room(f); err != nil {
		return Goal{}, err
	}
	side := SideOf(actor, client)
	w := Wording{
		Worded: f.Worded, Revision: 1, By: actor.ID, Side: side, At: tx.Now, Why: f.Why,
		signs: map[Side]Sign{side: {actor.ID, tx.Now}},
	}
	g := Goal{ID: f.ID, Replaces: f.Replaces, Wordings: []Wording{w}}
	if err := insertWording(ctx, tx, g, w); err != nil {
		return Goal{}, err
	}
	return g, tx.Commit()
}

// room says whether the goal of the form can stand among gs.
func (gs Set) room(f Form) error {
	if f.Replaces == "" {
		if gs.Full() {
			return goalsFull()
		}
		return nil
	}
	old, ok := gs.One(f.Replaces)
	switch {
	case !ok:
		return fault.Absent()
	case !old.Current():
		return goalOver()
	case f.Why == "":
		return fault.New(fault.Invalid, "why", "Please say why another goal shall stand in its place.")
	}
	for _, g := range gs.Current() {
		if g.Replaces == f.Replaces && gs.waits(g) {
			return fault.New(fault.Conflict, "words", "Another goal is proposed in its place already, and waits for an answer. You can change that one; what you wrote is still here.")
		}
	}
	return nil
}

// Reword words a goal anew; actor is the client or treats them, and stands for the
// new wording by that. What both agreed to before stays what was agreed, until
// both agree to the new one. seen is what actor was looking at: if somebody worded
// it anew since, or agreed to it, the answer is fault.Conflict together with the
// goal as it is, so that both wordings can be shown. Sending the same twice is
// success.
func (gl *Goals) Reword(ctx context.Context, actor access.Actor, client access.Compartment, id string, seen Seen, w Worded, why string) (Goal, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReviseGoals, client)
	if err != nil {
		return Goal{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	if w, err = w.check(); err != nil {
		return Goal{}, err
	}
	if why, err = fault.Text("why", why, MaxReason); err != nil {
		return Goal{}, err
	}
	gs, err := WordedIn(ctx, tx)
	if err != nil {
		return Goal{}, err
	}
	g, ok := gs.One(id)
	if !ok {
		return Goal{}, fault.Absent()
	}
	now, side := g.Now(), SideOf(actor, client)
	switch {
	case now.Worded == w && (now.By == actor.ID || now.Revision == seen.Revision):
		return g, nil // it came twice, or nothing changed
	case !g.Current():
		return g, goalOver()
	case now.Revision != seen.Revision:
		return g, goalChanged()
	case now.Signs() != seen.Signs:
		return g, goalSigned()
	}
	next := Wording{
		Worded: w, Revision: now.Revision + 1, By: actor.ID, Side: side, At: tx.Now, Why: why,
		signs: map[Side]Sign{side: {actor.ID, tx.Now}},
	}
	if err := insertWording(ctx, tx, g, next); err != nil {
		return Goal{}, err
	}
	g.Wordings = append(g.Wordings, next)
	return g, tx.Commit()
}

// Agree notes that actor's side agrees to one wording of a goal; actor is the
// client or treats them. If that is not the newest any more, nothing is noted and
// the answer is fault.Conflict together with the goal as it is, so that both
// wordings can be shown. Agreeing twice is success.
func (gl *Goals) Agree(ctx context.Context, actor access.Actor, client access.Compartment, id string, revision int64) (Goal, error) {
	tx, err := gl.door.Begin(ctx, actor, access.SignGoal, client)
	if err != nil {
		return Goal{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	gs, err := WordedIn(ctx, tx)
	if err != nil {
		return Goal{}, err
	}
	g, ok := gs.One(id)
	if !ok {
		return Goal{}, fault.Absent()
	}
	w, ok := g.Wording(revision)
	side := SideOf(actor, client)
	_, signed := w.Signed(side)
	switch {
	case ok && signed:
		return g, nil // it came twice
	case !g.Current():
		return g, goalOver()
	case revision != g.Now().Revision:
		return g, goalReworded()
	}
	if err := insertSign(ctx, tx, id, revision, side); err != nil {
		return Goal{}, err
	}
	w.signs[side] = Sign{actor.ID, tx.Now}
	return g, tx.Commit()
}

// A TurnForm is what somebody fills in to retire a goal or to take one up again.
type TurnForm struct {
	ID     string // UUIDv7 of the turn to be made
	GoalID string
	As     As // of retiring
	Reason string
}

// Retire ends a goal, agreed or only proposed, with a reason; actor is the client
// or treats them, and either may. Everything about it stays, and it can be taken
// up again. Sending the same form twice is success; of one that is over already it
// is fault.Conflict.
func (gl *Goals) Retire(ctx context.Context, actor access.Actor, client access.Compartment, f TurnForm) (Goal, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReviseGoals, client)
	if err != nil {
		return Goal{}, err
	}
	defer tx.Rollback()

	if f.As != Arrived && f.As != LetGo {
		return Goal{}, fault.New(fault.Invalid, "as", "Please choose one of the two.")
	}
	return turn(ctx, tx, f, Retired)
}

// Reopen takes a goal up again that was retired or replaced, with a reason; actor
// is the client or treats them, and either may. What was agreed then is agreed
// still. While there are three goals it is fault.Conflict.
func (gl *Goals) Reopen(ctx context.Context, actor access.Actor, client access.Compartment, f TurnForm) (Goal, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReviseGoals, client)
	if err != nil {
		return Goal{}, err
	}
	defer tx.Rollback()

	f.As = ""
	return turn(ctx, tx, f, Reopened)
}

func turn(ctx context.Context, tx *access.Tx, f TurnForm, kind TurnKind) (Goal, error) {
	tx.Names(f.ID + " " + f.GoalID)
	s := stepRow{id: f.ID, goal: f.GoalID, kind: string(kind), sealedStep: sealedStep{As: f.As}}
	if err := fault.FormID(f.ID); err != nil {
		return Goal{}, err
	}
	var err error
	if s.Words, err = fault.Words("reason", f.Reason, MaxReason, "Please say why, in a line."); err != nil {
		return Goal{}, err
	}
	return step(ctx, tx, s, func(gs Set, g Goal) error {
		switch {
		case kind == Retired && !g.Current():
			return goalOver()
		case kind == Reopened && g.Current():
			return fault.New(fault.Conflict, "", "This goal was taken up again already.")
		case kind == Reopened && gs.Full():
			return fault.New(fault.Conflict, "reason", "There are three goals at the moment, and more seldom go well together. You can retire one first; what you wrote is still here.")
		}
		return nil
	})
}

// step keeps what becomes of a goal, if may agrees. The same twice is success.
func step(ctx context.Context, tx *access.Tx, s stepRow, may func(Set, Goal) error) (Goal, error) {
	gs, err := wordings(ctx, tx, true)
	if err != nil {
		return Goal{}, err
	}
	done, err := stepRows(ctx, tx, true, "")
	if err != nil {
		return Goal{}, err
	}
	gs.take(done)
	g, ok := gs.One(s.goal)
	if !ok {
		return Goal{}, fault.Absent()
	}
	s.by, s.side, s.at = tx.Actor.ID, SideOf(tx.Actor, tx.Compartment), tx.Now.UnixMicro()
	for _, was := range done {
		if was.id != s.id {
			continue
		}
		if was.goal == s.goal && was.kind == s.kind && was.by == s.by && was.sealedStep == s.sealedStep {
			return g, nil // it came twice
		}
		return Goal{}, fault.UsedTwice()
	}
	if err := may(gs, g); err != nil {
		return g, err
	}
	if err := insertStep(ctx, tx, s); err != nil {
		return Goal{}, err
	}
	g.take(s)
	return g, tx.Commit()
}

// A MilestoneForm is what somebody fills in to set a milestone, which may have
// been reached already.
type MilestoneForm struct {
	ID     string // UUIDv7 of the milestone to be made
	GoalID string
	Words  string
}

// mostMilestones is how many one goal may have: nobody needs them all.
const mostMilestones = 60

// SetMilestone sets a milestone on the way to a current goal; actor is the client
// or treats them, and nobody has to agree to it. Sending the same form twice is
// success, and so are the same words for one that is still ahead.
func (gl *Goals) SetMilestone(ctx context.Context, actor access.Actor, client access.Compartment, f MilestoneForm) (Goal, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReviseGoals, client)
	if err != nil {
		return Goal{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID + " " + f.GoalID)
	s := stepRow{id: f.ID, goal: f.GoalID, kind: stepMilestone}
	if err := fault.FormID(f.ID); err != nil {
		return Goal{}, err
	}
	if s.Words, err = fault.Line("words", f.Words, MaxMilestone); err != nil {
		return Goal{}, err
	}
	if s.Words == "" {
		return Goal{}, fault.New(fault.Invalid, "words", "Please say what it is, in a few words.")
	}
	var was Goal
	g, err := step(ctx, tx, s, func(_ Set, g Goal) error {
		if slices.ContainsFunc(g.Milestones, func(m Milestone) bool { return m.Words == s.Words && !m.Reached() }) {
			was = g
			return errSet
		}
		switch {
		case !g.Current():
			return goalOver()
		case len(g.Milestones) >= mostMilestones:
			return fault.New(fault.Conflict, "words", "Those are many milestones for one goal. You can take one off first; what you wrote is still here.")
		}
		return nil
	})
	if errors.Is(err, errSet) {
		return was, nil
	}
	return g, err
}

// errSet says that the same milestone is set already.
var errSet = errors.New("the milestone is set already")

// A ReachForm is what somebody fills in when a milestone was reached.
type ReachForm struct {
	ID          string // UUIDv7, made by the form
	GoalID      string
	MilestoneID string
	Day         measure.Day
	Note        string // a few words beside it; may be empty
}

// Reach notes on which day a milestone was reached; actor is the client or treats
// them. Sending the same form twice is success; of one that was reached already it
// is fault.Conflict.
func (gl *Goals) Reach(ctx context.Context, actor access.Actor, client access.Compartment, f ReachForm, loc *time.Location) (Goal, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReviseGoals, client)
	if err != nil {
		return Goal{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID + " " + f.MilestoneID)
	s := stepRow{id: f.ID, goal: f.GoalID, kind: stepReached, sealedStep: sealedStep{Milestone: f.MilestoneID, Day: f.Day}}
	if err := fault.FormID(f.ID); err != nil {
		return Goal{}, err
	}
	if err := f.Day.Within("day", measure.DayOf(tx.Now, loc), mostDaysBack, 0); err != nil {
		return Goal{}, err
	}
	if s.Words, err = fault.Text("note", f.Note, MaxReached); err != nil {
		return Goal{}, err
	}
	return step(ctx, tx, s, func(_ Set, g Goal) error {
		switch m, ok := g.milestone(f.MilestoneID); {
		case !ok:
			return fault.Absent()
		case m.Reached():
			return fault.New(fault.Conflict, "", "It is noted as reached already, perhaps in another window or on another device. If the day is wrong, take that back first; what you wrote is still here.")
		}
		return nil
	})
}

// Unreach takes back that a milestone was reached; stepID is a UUIDv7 made by the
// form. That it was noted stays in the record. Actor is the client or treats them.
// Doing so twice is success.
func (gl *Goals) Unreach(ctx context.Context, actor access.Actor, client access.Compartment, goalID, milestoneID, stepID string) (Goal, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReviseGoals, client)
	if err != nil {
		return Goal{}, err
	}
	defer tx.Rollback()

	return onMilestone(ctx, tx, goalID, milestoneID, stepID, stepUnreached)
}

// DropMilestone takes a milestone off, which stays in the record as taken off;
// stepID is a UUIDv7 made by the form. Actor is the client or treats them. Doing
// so twice is success.
func (gl *Goals) DropMilestone(ctx context.Context, actor access.Actor, client access.Compartment, goalID, milestoneID, stepID string) (Goal, error) {
	tx, err := gl.door.Begin(ctx, actor, access.ReviseGoals, client)
	if err != nil {
		return Goal{}, err
	}
	defer tx.Rollback()

	return onMilestone(ctx, tx, goalID, milestoneID, stepID, stepDropped)
}

func onMilestone(ctx context.Context, tx *access.Tx, goalID, milestoneID, stepID, kind string) (Goal, error) {
	tx.Names(stepID + " " + milestoneID)
	if err := fault.FormID(stepID); err != nil {
		return Goal{}, err
	}
	s := stepRow{id: stepID, goal: goalID, kind: kind, sealedStep: sealedStep{Milestone: milestoneID}}
	return step(ctx, tx, s, func(_ Set, g Goal) error {
		if _, ok := g.milestone(milestoneID); !ok {
			return fault.Absent()
		}
		return nil
	})
}

// sessionsBefore is how many sessions may be held before goals should have been
// talked about (checklist of the product, A2).
const sessionsBefore = 3

// Nears says whether the third session is near and no goal was ever agreed, so
// that a gentle note is in place. held is how many sessions are over.
func Nears(held int, gs Set) bool {
	return held > 0 && held < sessionsBefore && !gs.AnyAgreed()
}
