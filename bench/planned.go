package main

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
)

// revised is how often the plan was written that is measured.
const revised = 20

// planned gives the walker three goals and a plan of three problems that was
// revised again and again.
func (m *maker) planned(ctx context.Context) error {
	w := &m.walker
	by, own, record := m.who(w.clinician), m.who(w.id), access.ClientRecord(w.id)
	kept, plans := goal.New(m.door), plan.New(m.door)
	goals := []string{w.goal}
	return m.visit(ctx, func(ctx context.Context) error {
		for _, words := range []string{"Sleep through most nights", "Ring my brother once a week"} {
			g, err := kept.Propose(ctx, own, record, goal.Form{ID: m.newID(), Worded: goal.Worded{Words: words, Know: "I notice it"}})
			if err != nil {
				return err
			}
			goals = append(goals, g.ID)
		}
		f := plan.Form{Content: plan.Content{Format: plan.Individual, Where: plan.Mixed, Review: measure.DayOf(m.clock().AddDate(0, 0, 60), time.UTC)}}
		for i, of := range goals {
			f.Problems = append(f.Problems, plan.Problem{
				ID: m.newID(), Words: fmt.Sprintf("Something that has become hard, the %d. of three", i+1), Goal: of, Concern: "anxiety@1", Approach: "cbt@1",
				Because:    "It is what they would like to try, and it is what most is known about for a concern of this kind.",
				Hypotheses: []plan.Hypothesis{{Words: "Staying away keeps it alive", Against: "It was no better on the days outside"}},
				Steps:      []string{"To the corner", "One stop", "Three stops", "To the market", "To work"},
			})
		}
		for n := range revised {
			f.From, f.Rhythm, f.Why = int64(n), fmt.Sprintf("Every week, the %d. wording", n+1), "Something stopped fitting, and was said"
			if _, err := plans.Revise(ctx, by, record, f, time.UTC); err != nil {
				return err
			}
		}
		_, err := plans.GoTo(ctx, own, record, plan.Pace{ID: m.newID(), Problem: f.Problems[0].ID, Step: "Three stops"})
		return err
	})
}
