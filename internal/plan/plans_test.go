package plan_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/waytest"
)

const why = "Sleep came first after all, said the heron"

// draft is a plan with one problem, as a form brings it.
func draft(t *testing.T) plan.Form {
	t.Helper()
	return plan.Form{Content: plan.Content{
		Problems: []plan.Problem{{
			ID: newID(t), Words: hers, Approach: "cbt@1", Because: "It is what she would like to try",
			Hypotheses: []plan.Hypothesis{{Words: "Staying at home keeps the fear alive", Against: "It was as strong when she went out"}},
			Steps:      []string{"One stop", " Two   stops ", "one stop", "", "To work"},
		}},
		Format: plan.Individual, Where: plan.InPerson, Rhythm: "Every Tuesday", Review: "2027-01-19",
	}}
}

func revise(t *testing.T, w *waytest.World, ps *plan.Plans, f plan.Form) (plan.Plan, error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return ps.Revise(ctx, w.Clinician, w.Client, f, time.UTC)
}

func TestAPlanIsRevisedWithAReasonAndEveryRevisionStays(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		f := draft(t)
		for range 2 { // the form came twice
			p, err := revise(t, w, ps, f)
			if err != nil || p.Number != 1 {
				t.Fatalf("%+v, %v", p, err)
			}
			if diff := cmp.Diff([]string{"One stop", "Two stops", "To work"}, p.Problems[0].Steps); diff != "" {
				t.Error(diff)
			}
		}
		second := f
		second.From, second.Rhythm = 1, "Every second Tuesday"
		if _, err := revise(t, w, ps, second); !fault.Is(err, fault.Invalid) || fieldOf(err) != "why" {
			t.Errorf("without a reason: %v", err)
		}
		second.Why = why
		if p, err := revise(t, w, ps, second); err != nil || p.Number != 2 {
			t.Fatalf("%+v, %v", p, err)
		}
		// Somebody who began from the first is told what there is now.
		third := f
		third.From, third.Why, third.Rhythm = 1, "A colleague", "On Fridays"
		p, err := revise(t, w, ps, third)
		if !fault.Is(err, fault.Conflict) || p.Number != 2 || p.Rhythm != "Every second Tuesday" {
			t.Errorf("from an older one: %+v, %v", p, err)
		}
		third.From = 2
		if _, err := revise(t, w, ps, third); err != nil {
			t.Fatal(err)
		}
		var said []string
		w.Do(t, func(ctx context.Context) error {
			all, err := ps.History(ctx, w.Tomas, w.Client)
			for _, r := range all {
				said = append(said, fmt.Sprintf("%d %s: %s", r.Number, r.Rhythm, r.Why))
			}
			return err
		})
		if diff := cmp.Diff([]string{"1 Every Tuesday: ", "2 Every second Tuesday: " + why, "3 On Fridays: A colleague"}, said); diff != "" {
			t.Error(diff)
		}
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.RevisePlan, func(ctx context.Context) error {
				_, err := ps.Revise(ctx, actor, w.Client, third, time.UTC)
				return err
			})
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadPlan, func(ctx context.Context) error {
				_, err := ps.Plan(ctx, actor, w.Client)
				return err
			})
			w.Refused(t, actor, access.ReadPlan, func(ctx context.Context) error {
				_, err := ps.History(ctx, actor, w.Client)
				return err
			})
		}
		w.AuditHolds(t)
		for _, text := range []string{hers, "the heron", "cbt@1", "2027-01-19", "Every Tuesday"} {
			w.NotOnDisk(t, text)
		}
	})
}

func TestWhatAPlanSaysIsCheckedFieldByField(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		other := newID(t) // of no goal
		for field, spoil := range map[string]func(*plan.Form){
			"words-0":        func(f *plan.Form) { f.Problems[0].Words = " \n" },
			"approach-0":     func(f *plan.Form) { f.Problems[0].Approach = "" },
			"because-0":      func(f *plan.Form) { f.Problems[0].Because = strings.Repeat("x", plan.MaxBecause+1) },
			"concern-0":      func(f *plan.Form) { f.Problems[0].Concern = "../x" },
			"goal-0":         func(f *plan.Form) { f.Problems[0].Goal = other },
			"against-0-0":    func(f *plan.Form) { f.Problems[0].Hypotheses[0].Against = "" },
			"hypothesis-0-0": func(f *plan.Form) { f.Problems[0].Hypotheses[0].Words = "a\x00b" },
			"steps-0":        func(f *plan.Form) { f.Problems[0].Steps = []string{strings.Repeat("y", plan.MaxStep+1)} },
			"format":         func(f *plan.Form) { f.Format = "choir" },
			"where":          func(f *plan.Form) { f.Where = "" },
			"review":         func(f *plan.Form) { f.Review = "2026-11-18" },
			"rhythm":         func(f *plan.Form) { f.Rhythm = strings.Repeat("x", plan.MaxRhythm+1) },
			"id":             func(f *plan.Form) { f.Problems = append(f.Problems, f.Problems[0]) },
			"":               func(f *plan.Form) { f.Problems = make([]plan.Problem, plan.MostProblems+1) },
		} {
			f := draft(t)
			spoil(&f)
			if _, err := revise(t, w, ps, f); !fault.Is(err, fault.Invalid) || fieldOf(err) != field {
				t.Errorf("%q: %v", field, err)
			}
		}
		f := draft(t)
		f.Problems[0].Approach, f.Problems[0].Hypotheses = "none@1", nil
		p, err := revise(t, w, ps, f)
		if err != nil || !p.Problems[0].NoneNow() {
			t.Errorf("none for now is a choice: %+v, %v", p, err)
		}
		if n := w.Count(t, `SELECT count(*) FROM plan`); n != 1 {
			t.Errorf("%d plans", n)
		}
	})
}

func TestASignatureIsOfOneRevisionAndANoCostsNothing(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		sign := func(n int64) (plan.Plan, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ps.Sign(ctx, w.Tomas, w.Client, n)
		}
		unfit := func(id string, n int64, text string) (plan.Plan, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ps.SayUnfit(ctx, w.Tomas, w.Client, id, n, text)
		}
		if _, err := sign(1); !fault.Is(err, fault.Conflict) {
			t.Errorf("signed without a plan: %v", err)
		}
		f := draft(t)
		p, err := revise(t, w, ps, f)
		if _, by := p.Signed(goal.ByClinician); err != nil || !by || !p.Waits() {
			t.Fatalf("whoever writes it stands for it, and it waits: %+v, %v", p, err)
		}
		id := newID(t)
		for range 2 {
			p, err := unfit(id, 1, "")
			if err != nil || p.Waits() || len(p.Unfit) != 1 {
				t.Fatalf("a no without words: %+v, %v", p, err)
			}
		}
		if _, err := unfit(id, 1, "Not the stops"); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same form with other words: %v", err)
		}
		for range 2 {
			p, err := sign(1)
			if _, by := p.Signed(goal.ByClient); err != nil || !by {
				t.Fatalf("%+v, %v", p, err)
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM plan_say`); n != 2 {
			t.Errorf("%d rows, want one no and one yes", n)
		}
		f.From, f.Why, f.Rhythm = 1, "Holidays", "When we can"
		if p, err = revise(t, w, ps, f); err != nil || !p.Waits() {
			t.Fatalf("a new revision is unsigned: %+v, %v", p, err)
		}
		p, err = sign(1)
		if _, by := p.Signed(goal.ByClient); !fault.Is(err, fault.Conflict) || by || p.Number != 2 {
			t.Errorf("what was read is not what there is: %+v, %v", p, err)
		}
		if p, err = unfit(newID(t), 1, "Too fast"); !fault.Is(err, fault.Conflict) || p.Number != 2 {
			t.Errorf("a word on an older revision: %+v, %v", p, err)
		}
		w.Do(t, func(ctx context.Context) error { // the older one keeps its signature
			all, err := ps.History(ctx, w.Clinician, w.Client)
			if _, by := all[0].Signed(goal.ByClient); !by || len(all[0].Unfit) != 1 {
				t.Errorf("the first: %+v", all[0])
			}
			return err
		})
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.SignPlan, func(ctx context.Context) error {
				_, err := ps.Sign(ctx, actor, w.Client, 2)
				return err
			})
			w.Refused(t, actor, access.SignPlan, func(ctx context.Context) error {
				_, err := ps.SayUnfit(ctx, actor, w.Client, newID(t), 2, "x")
				return err
			})
			w.Refused(t, actor, access.SignPlan, func(ctx context.Context) error {
				_, err := ps.GoTo(ctx, actor, w.Client, plan.Pace{ID: newID(t)})
				return err
			})
		}
		w.AuditHolds(t)
	})
}

func TestBothGoThroughTheStepsAtTheClientsPace(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		f := draft(t)
		if _, err := revise(t, w, ps, f); err != nil {
			t.Fatal(err)
		}
		at := func(actor access.Actor, p plan.Pace) (int, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			w.Clock.Pass(time.Minute)
			now, err := ps.GoTo(ctx, actor, w.Client, p)
			if err != nil {
				return 0, err
			}
			return now.StepNow(now.Problems[0]), nil
		}
		problem := f.Problems[0].ID
		first := plan.Pace{ID: newID(t), Problem: problem, Step: "Two stops", Words: "She went alone"}
		for range 2 {
			if n, err := at(w.Clinician, first); err != nil || n != 1 {
				t.Fatalf("at %d, %v", n, err)
			}
		}
		if n, err := at(w.Tomas, plan.Pace{ID: newID(t), Problem: problem, Step: "One stop"}); err != nil || n != 0 {
			t.Errorf("back to an easier one, by the client: at %d, %v", n, err)
		}
		if n, err := at(w.Tomas, plan.Pace{ID: newID(t), Problem: problem}); err != nil || n != -1 {
			t.Errorf("before the first: at %d, %v", n, err)
		}
		other := first
		other.Words = "Something else"
		if _, err := at(w.Clinician, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same form with other words: %v", err)
		}
		if _, err := at(w.Tomas, plan.Pace{ID: newID(t), Problem: problem, Step: "To the moon"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a step that is not in the plan: %v", err)
		}
		if _, err := at(w.Tomas, plan.Pace{ID: newID(t), Problem: newID(t), Step: "One stop"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("of a problem that is not in the plan: %v", err)
		}
		w.NotOnDisk(t, "She went alone")
	})
}

func TestOfTwoWhoReviseAtOnceOneIsToldOfTheOther(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		var kept, told int
		var mu sync.Mutex
		var all sync.WaitGroup
		for n := range 4 {
			f := draft(t)
			f.Rhythm = fmt.Sprintf("Rhythm %d", n)
			all.Go(func() {
				_, err := revise(t, w, ps, f)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					kept++
				case fault.Is(err, fault.Conflict):
					told++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if kept != 1 || told != 3 {
			t.Errorf("%d kept, %d told", kept, told)
		}
	})
}
