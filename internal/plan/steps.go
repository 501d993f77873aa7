package plan

import (
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// Steps are the steps that the plans of one client have set out, and what became of them.
type Steps struct {
	Begun []string // they are on it, or beyond it
	Ahead []string
	Left  []string // they stood in a plan, and were taken out again
	Added int      // of those that stand in it now, how many came in since the time that was asked about; none with the first plan
}

// StepsIn are, in tx, the steps of the record's plan: for those who treat the client.
// The action of tx must open.
func StepsIn(ctx context.Context, tx *access.Tx, since time.Time) (s Steps, err error) {
	all, err := revisions(ctx, tx, 0)
	if err != nil || len(all) == 0 {
		return s, err
	}
	p := Plan{}
	p.Revision = all[len(all)-1]
	if p.Paces, err = paces(ctx, tx); err != nil {
		return s, err
	}
	now := make(map[string]bool)
	for _, problem := range p.Content.Problems {
		at := p.StepNow(problem)
		for i, step := range problem.Steps {
			now[step] = true
			if i <= at {
				s.Begun = append(s.Begun, step)
			} else {
				s.Ahead = append(s.Ahead, step)
			}
		}
	}
	before := make(map[string]bool) // what stood in it when the time began
	for _, r := range all[:len(all)-1] {
		if r.At.Before(since) {
			clear(before)
		}
		for _, problem := range r.Content.Problems {
			for _, step := range problem.Steps {
				if r.At.Before(since) {
					before[step] = true
				}
				if !now[step] && !slices.Contains(s.Left, step) {
					s.Left = append(s.Left, step)
				}
			}
		}
	}
	if p.At.Before(since) || !all[0].At.Before(since) {
		return s, nil
	}
	for step := range now {
		if !before[step] {
			s.Added++
		}
	}
	return s, nil
}
