package goal_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/waytest"
)

const goalCanary = "Swim to the far buoy and back"

// A goalWorld is a practice in which goals are kept.
type goalWorld struct {
	*waytest.World
	goals *goal.Goals
}

func eachGoal(t *testing.T, f func(*testing.T, goalWorld)) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		f(t, goalWorld{w, goal.New(w.Door)})
	})
}

func worded(words string) goal.Worded {
	return goal.Worded{Words: words, Know: "I do it on an ordinary day", Low: "not at all", High: "without thinking of it"}
}

// try does something in a visit of its own.
func try[T any](t *testing.T, w goalWorld, do func(ctx context.Context) (T, error)) (T, error) {
	t.Helper()
	w.Clock.Pass(time.Second)
	ctx, settle := w.Visit(t)
	defer settle()
	return do(ctx)
}

func must[T any](t *testing.T, w goalWorld, do func(ctx context.Context) (T, error)) T {
	t.Helper()
	got, err := try(t, w, do)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (w goalWorld) propose(t *testing.T, actor access.Actor, f goal.Form) (goal.Goal, error) {
	t.Helper()
	return try(t, w, func(ctx context.Context) (goal.Goal, error) { return w.goals.Propose(ctx, actor, w.Client, f) })
}

func (w goalWorld) proposed(t *testing.T, actor access.Actor, words string) goal.Goal {
	t.Helper()
	g, err := w.propose(t, actor, goal.Form{ID: freshID(), Worded: worded(words)})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func (w goalWorld) agree(t *testing.T, actor access.Actor, id string, revision int64) (goal.Goal, error) {
	t.Helper()
	return try(t, w, func(ctx context.Context) (goal.Goal, error) {
		return w.goals.Agree(ctx, actor, w.Client, id, revision)
	})
}

// agreed is a goal that the client proposed and both agreed to.
func (w goalWorld) agreed(t *testing.T, words string) goal.Goal {
	t.Helper()
	g := w.proposed(t, w.Tomas, words)
	g, err := w.agree(t, w.Clinician, g.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func (w goalWorld) reword(t *testing.T, actor access.Actor, id string, seen goal.Seen, words string) (goal.Goal, error) {
	t.Helper()
	return try(t, w, func(ctx context.Context) (goal.Goal, error) {
		return w.goals.Reword(ctx, actor, w.Client, id, seen, worded(words), "")
	})
}

func (w goalWorld) retire(t *testing.T, actor access.Actor, f goal.TurnForm) (goal.Goal, error) {
	t.Helper()
	return try(t, w, func(ctx context.Context) (goal.Goal, error) { return w.goals.Retire(ctx, actor, w.Client, f) })
}

func (w goalWorld) reopen(t *testing.T, actor access.Actor, f goal.TurnForm) (goal.Goal, error) {
	t.Helper()
	return try(t, w, func(ctx context.Context) (goal.Goal, error) { return w.goals.Reopen(ctx, actor, w.Client, f) })
}

func (w goalWorld) all(t *testing.T) goal.Set {
	t.Helper()
	return must(t, w, func(ctx context.Context) (goal.Set, error) { return w.goals.All(ctx, w.Clinician, w.Client) })
}

func (w goalWorld) goal(t *testing.T, id string) goal.Goal {
	t.Helper()
	g, ok := w.all(t).One(id)
	if !ok {
		t.Fatalf("goal %s is not there", id)
	}
	return g
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind, field string) {
	t.Helper()
	var fe *fault.Error
	if !errors.As(err, &fe) || fe.Kind != kind || fe.Field != field {
		t.Errorf("%s: got %v, want %v in field %q", what, err, kind, field)
	}
}

func TestAGoalIsAgreedWhenBothStandForTheSameWording(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		for _, by := range []struct{ first, second access.Actor }{{w.Tomas, w.Clinician}, {w.Clinician, w.Tomas}} {
			f := goal.Form{ID: freshID(), Worded: worded(goalCanary + " " + by.first.ID)}
			g, err := w.propose(t, by.first, f)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := w.propose(t, by.first, f); err != nil || again.ID != g.ID {
				t.Errorf("twice: got %+v, %v", again, err)
			}
			other := f
			other.Words = "Something else"
			if _, err := w.propose(t, by.first, other); !fault.Is(err, fault.Conflict) {
				t.Errorf("the same id with other words: got %v", err)
			}
			if _, err := w.propose(t, by.second, f); !fault.Is(err, fault.Conflict) {
				t.Errorf("the same id from somebody else: got %v", err)
			}
			if g := w.goal(t, f.ID); !g.Pending() || !g.AgreedSince().IsZero() {
				t.Error("whoever proposes it agreed for both")
			}
			for range 2 {
				if _, err := w.agree(t, by.second, f.ID, 1); err != nil {
					t.Fatal(err)
				}
			}
			g = w.goal(t, f.ID)
			if g.Pending() || g.AgreedSince().IsZero() || g.Now().Worded != f.Worded {
				t.Errorf("agreed by both: got %+v", g)
			}
			if sign, ok := g.Now().Signed(goal.ByClinician); !ok || sign.By != w.Clinician.ID {
				t.Errorf("signed by the clinician: got %+v", sign)
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM goal`); n != 2 {
			t.Errorf("wordings: got %d, want 2", n)
		}
		if n := w.Count(t, `SELECT count(*) FROM goal_step`); n != 4 {
			t.Errorf("signatures: got %d, want 4", n)
		}
		w.AuditHolds(t)
		w.NotOnDisk(t, goalCanary)
		w.NotOnDisk(t, "an ordinary day")
		w.NotOnDisk(t, "without thinking")
	})
}

func TestAnEditNeedsBothAgainAndWhatWasAgreedStays(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		for _, by := range []struct{ writes, other access.Actor }{{w.Tomas, w.Clinician}, {w.Clinician, w.Tomas}} {
			g := w.agreed(t, "Go out")
			anew := "Go out by tram, " + by.writes.ID
			for range 2 { // it came twice
				if _, err := w.reword(t, by.writes, g.ID, goal.Seen{Revision: 1, Signs: 2}, anew); err != nil {
					t.Fatal(err)
				}
			}
			g = w.goal(t, g.ID)
			was, ok := g.Agreed()
			if !ok || was.Words != "Go out" || g.Now().Words != anew || !g.Pending() || g.Now().Signs() != 1 || len(g.Wordings) != 2 {
				t.Errorf("after an edit: agreed %+v, now %+v", was, g.Now())
			}
			if _, err := w.agree(t, by.other, g.ID, 2); err != nil {
				t.Fatal(err)
			}
			g = w.goal(t, g.ID)
			if now, _ := g.Agreed(); now.Words != anew || g.Wordings[0].Words != "Go out" {
				t.Errorf("agreed anew: got %+v", g.Wordings)
			}
		}
	})
}

func TestSigningAndEditingAtOnceShowsBothTextsAndLosesNothing(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		// The client rewords it while the clinician agrees to what there was.
		g := w.proposed(t, w.Tomas, "Sleep")
		if _, err := w.reword(t, w.Tomas, g.ID, goal.Seen{Revision: 1, Signs: 1}, "Sleep through most nights"); err != nil {
			t.Fatal(err)
		}
		got, err := w.agree(t, w.Clinician, g.ID, 1)
		wantFault(t, "agreeing to what was worded anew", err, fault.Conflict, "")
		if was, ok := got.Wording(1); !ok || was.Words != "Sleep" || got.Now().Words != "Sleep through most nights" {
			t.Errorf("both wordings: got %+v", got.Wordings)
		}
		if w.goal(t, g.ID).Now().Signs() != 1 {
			t.Error("an agreement to the earlier wording counts for the newer")
		}

		// The clinician rewords it while the client agrees to what there was.
		g = w.proposed(t, w.Clinician, "Eat")
		if _, err := w.agree(t, w.Tomas, g.ID, 1); err != nil {
			t.Fatal(err)
		}
		got, err = w.reword(t, w.Clinician, g.ID, goal.Seen{Revision: 1, Signs: 1}, "Eat in the canteen")
		wantFault(t, "rewording what was agreed to meanwhile", err, fault.Conflict, "")
		if got.Now().Words != "Eat" || got.Pending() {
			t.Errorf("what was agreed meanwhile: got %+v", got.Now())
		}
		if _, err := w.reword(t, w.Clinician, g.ID, goal.Seen{Revision: 1, Signs: 2}, "Eat in the canteen"); err != nil {
			t.Fatalf("having seen both: %v", err)
		}
		if was, ok := w.goal(t, g.ID).Agreed(); !ok || was.Words != "Eat" {
			t.Errorf("what was agreed: got %+v", was)
		}

		// Both reword it.
		got, err = w.reword(t, w.Tomas, g.ID, goal.Seen{Revision: 1, Signs: 2}, "Eat with Lea")
		wantFault(t, "both reword it", err, fault.Conflict, "")
		if got.Now().Words != "Eat in the canteen" {
			t.Errorf("the other wording: got %+v", got.Now())
		}
	})
}

func TestAFourthGoalIsRefusedAndReplacingOneIsNot(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		first := w.agreed(t, "One")
		second := w.proposed(t, w.Tomas, "Two")
		w.proposed(t, w.Clinician, "Three")
		_, err := w.propose(t, w.Tomas, goal.Form{ID: freshID(), Worded: worded("Four")})
		wantFault(t, "a fourth", err, fault.Conflict, "words")

		f := goal.Form{ID: freshID(), Worded: worded("Four"), Replaces: first.ID}
		_, err = w.propose(t, w.Clinician, f)
		wantFault(t, "replacing without a reason", err, fault.Invalid, "why")
		f.Why = "It has become another one"
		if _, err := w.propose(t, w.Clinician, f); err != nil {
			t.Fatal(err)
		}
		f.ID = freshID()
		_, err = w.propose(t, w.Tomas, f)
		wantFault(t, "replacing it twice", err, fault.Conflict, "words")
		gs := w.all(t)
		if old, _ := gs.One(first.ID); !old.Current() || !gs.Full() {
			t.Error("it went before both agreed to the other")
		}
		four := gs.All[3]
		if _, err := w.agree(t, w.Tomas, four.ID, 1); err != nil {
			t.Fatal(err)
		}
		old := w.goal(t, first.ID)
		if end, over := old.Over(); !over || end.Kind != goal.Replaced || end.GoalID != four.ID || end.Reason != f.Why {
			t.Errorf("replaced: got %+v", old.Turns)
		}

		turn := goal.TurnForm{ID: freshID(), GoalID: first.ID, Reason: "It was not over"}
		_, err = w.reopen(t, w.Tomas, turn)
		wantFault(t, "taking a fourth up again", err, fault.Conflict, "reason")
		if _, err := w.retire(t, w.Clinician, goal.TurnForm{ID: freshID(), GoalID: second.ID, As: goal.LetGo, Reason: "Another time"}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := w.reopen(t, w.Tomas, turn); err != nil {
				t.Fatal(err)
			}
		}
		if old := w.goal(t, first.ID); !old.Current() || len(old.Turns) != 2 {
			t.Errorf("taken up again: got %+v", old.Turns)
		}
	})
}

func TestAGoalIsRetiredWithAReasonAndTakenUpAgain(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		g := w.agreed(t, "Go to the market")
		for field, f := range map[string]goal.TurnForm{
			"as":     {ID: freshID(), GoalID: g.ID, Reason: "Done"},
			"reason": {ID: freshID(), GoalID: g.ID, As: goal.Arrived, Reason: " "},
			"id":     {ID: "1", GoalID: g.ID, As: goal.Arrived, Reason: "Done"},
		} {
			_, err := w.retire(t, w.Tomas, f)
			wantFault(t, field, err, fault.Invalid, field)
		}
		f := goal.TurnForm{ID: freshID(), GoalID: g.ID, As: goal.Arrived, Reason: "Six Saturdays"}
		for range 2 {
			if _, err := w.retire(t, w.Tomas, f); err != nil {
				t.Fatal(err)
			}
		}
		g = w.goal(t, g.ID)
		if end, over := g.Over(); !over || end.As != goal.Arrived || end.Reason != "Six Saturdays" || end.Side != goal.ByClient {
			t.Errorf("retired: got %+v", g.Turns)
		}
		f.Reason = "Seven"
		if _, err := w.retire(t, w.Tomas, f); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same id with another reason: got %v", err)
		}
		late := goal.TurnForm{ID: freshID(), GoalID: g.ID, As: goal.LetGo, Reason: "Late"}
		_, err := w.retire(t, w.Clinician, late)
		wantFault(t, "retiring it once more", err, fault.Conflict, "")
		_, err = w.reword(t, w.Tomas, g.ID, goal.Seen{Revision: 1, Signs: 2}, "Other words")
		wantFault(t, "rewording what is over", err, fault.Conflict, "")
		if _, err := w.reopen(t, w.Clinician, goal.TurnForm{ID: freshID(), GoalID: g.ID, Reason: "Winter came"}); err != nil {
			t.Fatal(err)
		}
		g = w.goal(t, g.ID)
		if _, agreed := g.Agreed(); !g.Current() || !agreed || g.Pending() {
			t.Errorf("what was agreed is agreed still: got %+v", g)
		}
		w.NotOnDisk(t, "Six Saturdays")
		w.NotOnDisk(t, "Winter came")
	})
}

func TestAMilestoneIsReachedOnADayAndTakenBack(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		g := w.agreed(t, "Go out")
		set := goal.MilestoneForm{ID: freshID(), GoalID: g.ID, Words: "Three stops  by tram"}
		for range 2 {
			g = must(t, w, func(ctx context.Context) (goal.Goal, error) {
				return w.goals.SetMilestone(ctx, w.Tomas, w.Client, set)
			})
		}
		if len(g.Milestones) != 1 || g.Milestones[0].Words != "Three stops by tram" || g.Milestones[0].Reached() {
			t.Fatalf("set: got %+v", g.Milestones)
		}
		reach := func(id, day string) (goal.Goal, error) {
			return try(t, w, func(ctx context.Context) (goal.Goal, error) {
				f := goal.ReachForm{ID: id, GoalID: g.ID, MilestoneID: set.ID, Day: dayOf(day), Note: "And back"}
				return w.goals.Reach(ctx, w.Clinician, w.Client, f, time.UTC)
			})
		}
		for day, field := range map[string]string{"": "day", "2026-11-20": "day", "2020-01-01": "day", "tomorrow": "day"} {
			_, err := reach(freshID(), day)
			wantFault(t, "reached on "+day, err, fault.Invalid, field)
		}
		id := freshID()
		for range 2 {
			if _, err := reach(id, "2026-11-17"); err != nil {
				t.Fatal(err)
			}
		}
		g = w.goal(t, g.ID)
		if m := g.Milestones[0]; m.Day != "2026-11-17" || m.Note != "And back" || m.ReachedBy != w.Clinician.ID || m.SetBy != w.Tomas.ID {
			t.Errorf("reached: got %+v", m)
		}
		if _, err := reach(freshID(), "2026-11-18"); !fault.Is(err, fault.Conflict) {
			t.Errorf("reached twice: got %v", err)
		}
		back := freshID()
		for range 2 {
			g = must(t, w, func(ctx context.Context) (goal.Goal, error) {
				return w.goals.Unreach(ctx, w.Tomas, w.Client, g.ID, set.ID, back)
			})
		}
		if g.Milestones[0].Reached() {
			t.Errorf("taken back: got %+v", g.Milestones)
		}
		if _, err := reach(freshID(), "2026-11-18"); err != nil {
			t.Errorf("reached on another day: %v", err)
		}
		off := freshID()
		for range 2 {
			g = must(t, w, func(ctx context.Context) (goal.Goal, error) {
				return w.goals.DropMilestone(ctx, w.Tomas, w.Client, g.ID, set.ID, off)
			})
		}
		if len(w.goal(t, g.ID).Milestones) != 0 {
			t.Error("taken off, and still there")
		}
		if _, err := reach(freshID(), "2026-11-18"); !fault.Is(err, fault.NotFound) {
			t.Errorf("reaching what was taken off: got %v", err)
		}
		w.NotOnDisk(t, "Three stops")
		w.NotOnDisk(t, "And back")
	})
}

func TestWhatOnlyNamesGoalsKnowsWhatBothAgreedToAndWhatIsOver(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		stays, over := w.agreed(t, "Go out"), w.agreed(t, "Sleep through")
		must(t, w, func(ctx context.Context) (goal.Goal, error) {
			return w.goals.SetMilestone(ctx, w.Tomas, w.Client, goal.MilestoneForm{ID: freshID(), GoalID: stays.ID, Words: "Three stops"})
		})
		if _, err := w.retire(t, w.Tomas, goal.TurnForm{ID: freshID(), GoalID: over.ID, As: goal.Arrived, Reason: "Six nights"}); err != nil {
			t.Fatal(err)
		}
		gs := must(t, w, func(ctx context.Context) (goal.Set, error) { return w.goals.Worded(ctx, w.Tomas, w.Client) })
		if all := gs.Current(); len(all) != 1 || all[0].ID != stays.ID || all[0].Standing().Words != "Go out" || len(all[0].Milestones) != 0 {
			t.Errorf("current: got %+v", all)
		}
		one, ok := gs.One(over.ID)
		end, is := one.Over()
		if _, agreed := one.Agreed(); !ok || !is || end.As != goal.Arrived || end.Reason != "Six nights" || !agreed {
			t.Errorf("over: got %+v", one)
		}
	})
}

func TestTheLifeTheClientWantsKeepsEveryWording(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		write := func(actor access.Actor, revision int64, text string) (goal.Vision, error) {
			return try(t, w, func(ctx context.Context) (goal.Vision, error) {
				return w.goals.WriteVision(ctx, actor, w.Client, revision, text)
			})
		}
		if _, err := write(w.Tomas, 0, "A kitchen full of people"); err != nil {
			t.Fatal(err)
		}
		if v, err := write(w.Tomas, 0, "A kitchen full of people "); err != nil || v.Revision != 1 {
			t.Errorf("twice: got %+v, %v", v, err)
		}
		v, err := write(w.Clinician, 0, "Something quicker")
		wantFault(t, "from before", err, fault.Conflict, "")
		if v.Words != "A kitchen full of people" {
			t.Errorf("what is kept: got %+v", v)
		}
		if _, err := write(w.Clinician, 1, "A kitchen full of people, and a garden"); err != nil {
			t.Fatal(err)
		}
		if _, err := write(w.Tomas, 2, strings.Repeat("a", goal.MaxVision+1)); !fault.Is(err, fault.Invalid) {
			t.Errorf("too long: got %v", err)
		}
		gs := w.all(t)
		if len(gs.Visions) != 2 || gs.Visions[0].Side != goal.ByClient || gs.Visions[1].Side != goal.ByClinician || gs.Vision().Revision != 2 {
			t.Errorf("got %+v", gs.Visions)
		}
		w.NotOnDisk(t, "kitchen")
	})
}

func TestWhatCannotBeKeptOfAGoalIsSaid(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		for _, tt := range []struct {
			field string
			turn  func(*goal.Form)
		}{
			{"id", func(f *goal.Form) { f.ID = "1" }},
			{"words", func(f *goal.Form) { f.Words = "  " }},
			{"words", func(f *goal.Form) { f.Words = strings.Repeat("a", goal.MaxWords+1) }},
			{"words", func(f *goal.Form) { f.Words = "a\x00" }},
			{"know", func(f *goal.Form) { f.Know = "" }},
			{"know", func(f *goal.Form) { f.Know = strings.Repeat("a", goal.MaxKnow+1) }},
			{"low", func(f *goal.Form) { f.Low = strings.Repeat("a", goal.MaxEnd+1) }},
			{"high", func(f *goal.Form) { f.High = strings.Repeat("a", goal.MaxEnd+1) }},
			{"why", func(f *goal.Form) { f.Why = strings.Repeat("a", goal.MaxReason+1) }},
		} {
			f := goal.Form{ID: freshID(), Worded: worded("Go out")}
			tt.turn(&f)
			_, err := w.propose(t, w.Tomas, f)
			wantFault(t, tt.field, err, fault.Invalid, tt.field)
		}
		if n := w.Count(t, `SELECT count(*) FROM goal`); n != 0 {
			t.Errorf("%d were stored", n)
		}
	})
}

func TestNoNoteIsMadeAfterTheThirdSession(t *testing.T) {
	for held, want := range []bool{false, true, true, false, false} {
		if got := goal.Nears(held, goal.Set{}); got != want {
			t.Errorf("after %d sessions: got %t", held, got)
		}
	}
}

func TestGoalsAreClosedToOthers(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		g := w.agreed(t, "Go out")
		w.Grant(t, w.Stranger, w.Client, access.Emergency) // who broke the glass has no part in it
		w.Grant(t, w.Supervisor, w.Client, access.Supervises)
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			for action, all := range map[access.Action][]func(context.Context) error{
				access.ReadGoals: {
					func(ctx context.Context) error { _, err := w.goals.All(ctx, actor, w.Client); return err },
					func(ctx context.Context) error { _, err := w.goals.Worded(ctx, actor, w.Client); return err },
				},
				access.ReviseGoals: {
					func(ctx context.Context) error {
						_, err := w.goals.Propose(ctx, actor, w.Client, goal.Form{ID: freshID(), Worded: worded("Mine")})
						return err
					},
					func(ctx context.Context) error {
						_, err := w.goals.Reword(ctx, actor, w.Client, g.ID, goal.Seen{Revision: 1, Signs: 2}, worded("Mine"), "")
						return err
					},
					func(ctx context.Context) error {
						_, err := w.goals.Retire(ctx, actor, w.Client, goal.TurnForm{ID: freshID(), GoalID: g.ID, As: goal.LetGo, Reason: "No"})
						return err
					},
					func(ctx context.Context) error {
						_, err := w.goals.Reopen(ctx, actor, w.Client, goal.TurnForm{ID: freshID(), GoalID: g.ID, Reason: "No"})
						return err
					},
					func(ctx context.Context) error {
						_, err := w.goals.SetMilestone(ctx, actor, w.Client, goal.MilestoneForm{ID: freshID(), GoalID: g.ID, Words: "One"})
						return err
					},
					func(ctx context.Context) error {
						_, err := w.goals.Reach(ctx, actor, w.Client, goal.ReachForm{ID: freshID(), GoalID: g.ID, MilestoneID: freshID(), Day: "2026-11-19"}, time.UTC)
						return err
					},
					func(ctx context.Context) error {
						_, err := w.goals.Unreach(ctx, actor, w.Client, g.ID, freshID(), freshID())
						return err
					},
					func(ctx context.Context) error {
						_, err := w.goals.DropMilestone(ctx, actor, w.Client, g.ID, freshID(), freshID())
						return err
					},
					func(ctx context.Context) error {
						_, err := w.goals.WriteVision(ctx, actor, w.Client, 0, "Mine")
						return err
					},
				},
				access.SignGoal: {func(ctx context.Context) error { _, err := w.goals.Agree(ctx, actor, w.Client, g.ID, 1); return err }},
				access.RateGoal: {func(ctx context.Context) error {
					_, err := w.goals.Rate(ctx, actor, w.Client, goal.RatingForm{ID: freshID(), GoalID: g.ID, Day: "2026-11-19", Value: 5, Voice: goal.VoiceBoth}, time.UTC)
					return err
				}},
			} {
				for _, one := range all {
					w.Refused(t, actor, action, one)
				}
			}
		}
		w.AuditHolds(t)
	})
}

// The answer to a form is lost with the network, the page is opened anew and has
// another id, and the device still has the words: they are sent once more.
func TestTheSameWordsSentFromAPageOpenedAnewAreThereOnce(t *testing.T) {
	eachGoal(t, func(t *testing.T, w goalWorld) {
		g := w.proposed(t, w.Tomas, "Drive again")
		if again := w.proposed(t, w.Tomas, "Drive again"); again.ID != g.ID {
			t.Error("the same goal stands there twice")
		}
		if w.proposed(t, w.Tomas, "Sleep").ID == g.ID {
			t.Error("another goal was taken for the same")
		}

		set := func(words string) goal.Goal {
			t.Helper()
			return must(t, w, func(ctx context.Context) (goal.Goal, error) {
				return w.goals.SetMilestone(ctx, w.Tomas, w.Client, goal.MilestoneForm{ID: freshID(), GoalID: g.ID, Words: words})
			})
		}
		set("To the shop and back")
		if n := len(set("To the shop and back").Milestones); n != 1 {
			t.Errorf("the same milestone sent twice: %d are set", n)
		}
		if n := len(set("Round the block").Milestones); n != 2 {
			t.Errorf("another milestone: %d are set", n)
		}
	})
}
