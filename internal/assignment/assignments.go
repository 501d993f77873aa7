package assignment

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/bare"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// Assignments keeps what is practised between sessions.
type Assignments struct{ door *access.Door }

// New returns it, behind door.
func New(door *access.Door) *Assignments { return &Assignments{door: door} }

// inOrder puts assignments in the order in which they were suggested.
func inOrder(all []Assignment) {
	slices.SortStableFunc(all, func(a, b Assignment) int {
		return cmp.Or(a.Turns[0].At.Compare(b.Turns[0].At), cmp.Compare(a.ID, b.ID))
	})
}

// All returns what client and those who treat them agreed on, with the newest logs, as
// far as actor may read them: for those who treat the client, and for the client. Days
// are those of loc, the practice's time zone.
func (as *Assignments) All(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (Set, error) {
	tx, err := as.door.Begin(ctx, actor, access.ReadAssignments, client)
	if err != nil {
		return Set{}, err
	}
	defer tx.Rollback()

	return setIn(ctx, tx, measure.DayOf(tx.Now, loc))
}

// Now is All for This week: with logs, goals and exercises only where something is
// agreed, since of what only waits the page says no more than that.
func (as *Assignments) Now(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (s Set, err error) {
	tx, err := as.door.Begin(ctx, actor, access.ReadAssignments, client)
	if err != nil {
		return s, err
	}
	defer tx.Rollback()

	if none, err := bare.Of(ctx, tx, bare.Assignments); err != nil || none {
		return s, err
	}
	if s.All, err = assignments(ctx, tx, ""); err != nil || len(s.In(Agreed)) == 0 {
		return s, err
	}
	err = s.fill(ctx, tx, measure.DayOf(tx.Now, loc))
	return s, err
}

func setIn(ctx context.Context, tx *access.Tx, today measure.Day) (s Set, err error) {
	if s.All, err = assignments(ctx, tx, ""); err != nil {
		return s, err
	}
	err = s.fill(ctx, tx, today)
	return s, err
}

// fill reads what goes with the assignments.
func (s *Set) fill(ctx context.Context, tx *access.Tx, today measure.Day) error {
	all, err := logs(ctx, tx, "", time.Time{}, lately)
	if err != nil {
		return err
	}
	side := goal.SideOf(tx.Actor, tx.Compartment)
	for _, l := range all {
		s.Logs = append(s.Logs, l.shownTo(side))
	}
	if s.Goals, err = goal.NamedIn(ctx, tx); err != nil {
		return err
	}
	if side == goal.ByClient {
		day, err := low(ctx, tx)
		if err != nil {
			return err
		}
		s.Low = day == today
	}
	s.library, err = exercise.AllIn(ctx, tx)
	return err
}

// Suggest suggests something to practise; by the client it is taken up by that. A third
// at a time needs an answer to TheQuestion, and is fault.Invalid at "call" without one.
// What it shall replace is let go when the client agrees. The same form twice is
// success, and so is suggesting in other form what is there in the same words; the same
// id with other content is fault.Conflict. For those who treat the client, and for the
// client.
func (as *Assignments) Suggest(ctx context.Context, actor access.Actor, client access.Compartment, f Form) (Assignment, error) {
	tx, err := as.door.Begin(ctx, actor, access.Suggest, client)
	if err != nil {
		return Assignment{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if err := fault.FormID(f.ID); err != nil {
		return Assignment{}, err
	}
	e, err := chosen(ctx, tx, f)
	if err != nil {
		return Assignment{}, err
	}
	if f.Wording, err = f.Wording.check(e); err != nil {
		return Assignment{}, err
	}
	f.Exercise, f.Version = e.ID, e.Version
	all, err := assignments(ctx, tx, "")
	if err != nil {
		return Assignment{}, err
	}
	side := goal.SideOf(actor, client)
	for _, a := range all {
		alike := a.Exercise == f.Exercise && a.Wording.Same(f.Wording) && a.Side() == side
		switch {
		case a.ID == f.ID && alike, a.Open() && alike:
			return a, nil // it came twice, perhaps from a page that was opened anew
		case a.ID == f.ID:
			return a, fault.UsedTwice()
		}
	}
	if err := f.fits(ctx, tx, all); err != nil {
		return Assignment{}, err
	}
	state := Suggested
	if side == goal.ByClient {
		state = Agreed
	}
	if Third(all, side, f.Replaces) {
		if err := asks(f.Call); err != nil {
			return Assignment{}, err
		}
	} else {
		f.Call = NotAsked
	}
	s := sealedTurn{Wording: &f.Wording, Exercise: f.Exercise, Version: f.Version, Replaces: f.Replaces}
	a, err := turn(ctx, tx, Assignment{ID: f.ID}, Suggest, f.Call, s, state)
	if err != nil {
		return a, err
	}
	if state == Agreed {
		if err := letGo(ctx, tx, all, f.Replaces); err != nil {
			return a, err
		}
	}
	return a, tx.Commit()
}

// chosen is the exercise that f names; something of one's own has none.
func chosen(ctx context.Context, tx *access.Tx, f Form) (exercise.Exercise, error) {
	if f.Exercise == "" {
		return exercise.Exercise{}, nil
	}
	e, err := exercise.OneIn(ctx, tx, f.Exercise, f.Version)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Invalid, "exercise", "That is not in the library. Please choose once more.")
	}
	return e, err
}

// fits says whether there is room for f, and what it names is there.
func (f Form) fits(ctx context.Context, tx *access.Tx, all []Assignment) error {
	open := 0
	for _, a := range all {
		if a.Open() && a.ID != f.Replaces {
			open++
		}
	}
	if open >= MostOpen {
		return full()
	}
	if f.Replaces != "" && !slices.ContainsFunc(all, func(a Assignment) bool { return a.ID == f.Replaces && a.Open() }) {
		return fault.New(fault.Invalid, "replaces", "That is not there any more. Please choose once more.")
	}
	if f.Goal == "" {
		return nil
	}
	goals, err := goal.NamedIn(ctx, tx)
	if err != nil {
		return err
	}
	if g, ok := goals.One(f.Goal); !ok || !g.Current() {
		return fault.New(fault.Invalid, "goal", "That goal is not worked towards any more. Please choose once more.")
	}
	return nil
}

// turn keeps one turn of a by whoever acts.
func turn(ctx context.Context, tx *access.Tx, a Assignment, t Turn, call Call, s sealedTurn, state State) (Assignment, error) {
	d := Done{Turn: t, Side: goal.SideOf(tx.Actor, tx.Compartment), By: tx.Actor.ID, At: tx.Now, Call: call}
	kept, err := insertTurn(ctx, tx, a.ID, a.Revision+1, d, s, state)
	if err != nil {
		return a, err
	}
	if !kept {
		return a, changed()
	}
	before := a.State
	a.after(d, s, state)
	return a, noteEnd(ctx, tx, a, before)
}

// letGo lets go of the one with the id, which another one replaces.
func letGo(ctx context.Context, tx *access.Tx, all []Assignment, id string) error {
	i := slices.IndexFunc(all, func(a Assignment) bool { return a.ID == id && a.Open() })
	if id == "" || i < 0 {
		return nil
	}
	_, err := turn(ctx, tx, all[i], Drop, NotAsked, sealedTurn{}, LetGo)
	return err
}

// Withdraw takes back what actor's side suggested and the client has not answered. Twice
// is success; once it was answered it is fault.Conflict. For those who treat the client.
func (as *Assignments) Withdraw(ctx context.Context, actor access.Actor, client access.Compartment, id string) (Assignment, error) {
	tx, err := as.door.Begin(ctx, actor, access.Suggest, client)
	if err != nil {
		return Assignment{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	a, err := one(ctx, tx, id)
	switch {
	case err != nil:
		return Assignment{}, err
	case a.Side() != goal.SideOf(actor, client):
		return Assignment{}, fault.Absent()
	case a.State == Withdrawn:
		return a, nil
	case a.State != Suggested:
		return a, fault.New(fault.Conflict, "", "This was answered meanwhile, and is the client’s to change.")
	}
	if a, err = turn(ctx, tx, a, Withdraw, NotAsked, sealedTurn{}, Withdrawn); err != nil {
		return a, err
	}
	return a, tx.Commit()
}

func one(ctx context.Context, tx *access.Tx, id string) (Assignment, error) {
	all, err := assignments(ctx, tx, id)
	if err != nil || len(all) == 0 || id == "" {
		return Assignment{}, cmp.Or(err, fault.Absent())
	}
	return all[0], nil
}

// Choose does what the client chose with something: agrees to it, takes it up again,
// changes it, makes it smaller, postpones it, declines it or lets go of it. No reason is
// asked for. c.Revision is what the client was looking at: if it was changed since, the
// answer is fault.Conflict together with it as it is now, but for declining and letting
// go, which are always possible. A third at a time is asked about, as in Suggest. The
// same twice is success. For the client.
func (as *Assignments) Choose(ctx context.Context, actor access.Actor, client access.Compartment, id string, c Choice, loc *time.Location) (Assignment, error) {
	tx, err := as.door.Begin(ctx, actor, access.ChooseExercise, client)
	if err != nil {
		return Assignment{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	all, err := assignments(ctx, tx, "")
	if err != nil {
		return Assignment{}, err
	}
	i := slices.IndexFunc(all, func(a Assignment) bool { return a.ID == id })
	if i < 0 {
		return Assignment{}, fault.Absent()
	}
	a := all[i]
	s := sealedTurn{}
	if c.Turn == Adapt || c.Turn == Smaller {
		w, err := as.worded(ctx, tx, a, c.Wording)
		if err != nil {
			return a, err
		}
		s.Wording = &w
	}
	if c.Turn == Postpone && c.Until != "" {
		if err := c.Until.Within("until", measure.DayOf(tx.Now, loc), 0, postponed); err != nil {
			return a, err
		}
		s.Until = c.Until
	}
	if a.has(c, s) {
		return a, nil // it came twice
	}
	no := c.Turn == Decline || c.Turn == Drop
	state, err := a.turned(c.Turn)
	if err != nil {
		if no && !a.Open() {
			return a, nil // it is over already, and that is what was wanted
		}
		return a, err
	}
	if a.Revision != c.Revision && !no {
		return a, changed()
	}
	call := NotAsked
	if state == Agreed && a.State != Agreed && Third(all, goal.ByClient, a.Replaces) {
		if err := asks(c.Call); err != nil {
			return a, err
		}
		call = c.Call
	}
	first := a.State == Suggested
	if a, err = turn(ctx, tx, a, c.Turn, call, s, state); err != nil {
		return a, err
	}
	if first && state == Agreed {
		if err := letGo(ctx, tx, all, a.Replaces); err != nil {
			return a, err
		}
	}
	return a, tx.Commit()
}

// postponed is for how many days something may be put off.
const postponed = 200

// worded is a's wording with what the client changed: what it is for and why it was
// suggested stay as they are.
func (as *Assignments) worded(ctx context.Context, tx *access.Tx, a Assignment, w Wording) (Wording, error) {
	e := exercise.Exercise{}
	if a.Exercise != "" {
		var err error
		if e, err = exercise.OneIn(ctx, tx, a.Exercise, a.Version); err != nil {
			return w, err
		}
	}
	w.Goal, w.Step, w.Why = a.Goal, a.Step, a.Why
	return w.check(e)
}

// has says whether a was turned like that already, by what came last.
func (a Assignment) has(c Choice, s sealedTurn) bool {
	last := a.Last()
	if last.Side != goal.ByClient || last.Turn != c.Turn {
		return false
	}
	return (s.Wording == nil || s.Wording.Same(a.Wording)) && (c.Turn != Postpone || a.Until == s.Until)
}

// Wish says whether actor's side would like to look at how well and how much it was, or
// rather not. Only where both want to, either can say it. Twice is success. For those
// who treat the client, and for the client.
func (as *Assignments) Wish(ctx context.Context, actor access.Actor, client access.Compartment, id string, wish bool) (Assignment, error) {
	tx, err := as.door.Begin(ctx, actor, access.Suggest, client)
	if err != nil {
		return Assignment{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	a, err := one(ctx, tx, id)
	if err != nil {
		return Assignment{}, err
	}
	if a.Rating[goal.SideOf(actor, client)] == wish {
		return a, nil
	}
	t := LeaveRate
	if wish {
		t = Rate
	}
	if a, err = turn(ctx, tx, a, t, NotAsked, sealedTurn{Until: a.Until}, a.State); err != nil {
		return a, err
	}
	return a, tx.Commit()
}

// TakeLow says that for today the client wants the smallest step only, or not any more.
// It is known to them alone, and over by itself at the day's end. For the client.
func (as *Assignments) TakeLow(ctx context.Context, actor access.Actor, client access.Compartment, is bool, loc *time.Location) error {
	tx, err := as.door.Begin(ctx, actor, access.ChooseExercise, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	day := measure.Day("")
	if is {
		day = measure.DayOf(tx.Now, loc)
	}
	if err := setLow(ctx, tx, day); err != nil {
		return err
	}
	return tx.Commit()
}
