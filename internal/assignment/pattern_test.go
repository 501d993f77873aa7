package assignment_test

import (
	"slices"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/measure"
)

func TestAPatternIsNamedLateAndOnlyWhereItIsOne(t *testing.T) {
	const today = measure.Day("2026-11-24")
	pair := func(day measure.Day, before, after int) assignment.Log {
		return assignment.Log{How: assignment.Did, Day: day, Said: assignment.Said{Before: &before, After: &after}}
	}
	went := func(how assignment.How, days ...measure.Day) (all []assignment.Log) {
		for _, d := range days {
			all = append(all, assignment.Log{How: how, Day: d})
		}
		return all
	}
	met := func(all ...assignment.Met) (logs []assignment.Log) {
		for _, m := range all {
			logs = append(logs, assignment.Log{How: assignment.Tried, Day: today, Said: assignment.Said{Met: m}})
		}
		return logs
	}
	agreed := assignment.Assignment{State: assignment.Agreed}
	for name, c := range map[string]struct {
		a    assignment.Assignment
		logs []assignment.Log
		want []assignment.Pattern
	}{
		"nothing yet":                        {agreed, nil, nil},
		"two pairs are none":                 {agreed, []assignment.Log{pair(today, 8, 3), pair(today, 8, 3)}, nil},
		"mostly lower":                       {agreed, []assignment.Log{pair(today, 8, 3), pair(today, 8, 4), pair(today, 8, 8)}, []assignment.Pattern{assignment.Eases}},
		"mostly higher":                      {agreed, []assignment.Log{pair(today, 3, 8), pair(today, 3, 5), pair(today, 3, 4)}, []assignment.Pattern{assignment.Raises}},
		"about the same":                     {agreed, []assignment.Log{pair(today, 50, 51), pair(today, 50, 50), pair(today, 50, 49)}, []assignment.Pattern{assignment.Steady}},
		"it came otherwise":                  {agreed, met(assignment.NotMet, assignment.NotMet, assignment.PartlyMet), []assignment.Pattern{assignment.Otherwise}},
		"it came as told":                    {agreed, met(assignment.AsFeared, assignment.AsFeared, assignment.AsFeared), []assignment.Pattern{assignment.AsTold}},
		"three times not this week":          {agreed, went(assignment.NotNow, today, "2026-11-17", "2026-11-10"), []assignment.Pattern{assignment.NotLately}},
		"not this week, and then did":        {agreed, append(went(assignment.Did, today), went(assignment.NotNow, today, today, today)...), nil},
		"back after two weeks":               {agreed, went(assignment.Did, today, "2026-11-10"), []assignment.Pattern{assignment.Returned}},
		"quiet for three weeks":              {agreed, went(assignment.Did, "2026-11-03"), []assignment.Pattern{assignment.Still}},
		"without days nobody knows":          {agreed, went(assignment.Did, "", "2026-11-03"), nil},
		"what was let go is not asked about": {assignment.Assignment{State: assignment.LetGo}, went(assignment.NotNow, "2026-10-01", "2026-10-01", "2026-10-01"), nil},
		"again and again":                    {agreed, went(assignment.Part, today, today, today, today, today, today), []assignment.Pattern{assignment.Often}},
	} {
		most := 10
		if name == "about the same" {
			most = 100
		}
		if got := assignment.TallyOf(c.a, c.logs, most, today).Patterns; !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestTodayBeginsWithWhatSuitsIt(t *testing.T) {
	const today = measure.Day("2026-11-24") // a Tuesday
	s := assignment.Set{All: []assignment.Assignment{
		{ID: "done", State: assignment.Agreed},
		{ID: "long ago", State: assignment.Agreed},
		{ID: "lately", State: assignment.Agreed},
		{ID: "tuesdays", State: assignment.Agreed, Wording: assignment.Wording{Days: []time.Weekday{time.Tuesday}}},
		{ID: "fridays", State: assignment.Agreed, Wording: assignment.Wording{Days: []time.Weekday{time.Friday}}},
		{ID: "later", State: assignment.Postponed, Until: today},
		{ID: "asked", State: assignment.Suggested},
	}, Logs: []assignment.Log{
		{N: 3, Assignment: "done", How: assignment.NotNow, Fine: assignment.ByDay, Day: today},
		{N: 2, Assignment: "lately", How: assignment.Did, Fine: assignment.ByDay, Day: "2026-11-23"},
		{N: 1, Assignment: "long ago", How: assignment.Did, Fine: assignment.ByDay, Day: "2026-11-20"},
	}}
	var got []string
	for _, a := range s.Today(today, time.Tuesday) {
		got = append(got, a.ID)
	}
	if want := []string{"tuesdays", "long ago", "lately", "done"}; !slices.Equal(got, want) {
		t.Errorf("today: %q, want %q", got, want)
	}
	got = nil
	for _, a := range s.Waiting(today) {
		got = append(got, a.ID)
	}
	if want := []string{"later", "asked"}; !slices.Equal(got, want) {
		t.Errorf("waiting: %q, want %q", got, want)
	}
	if n := assignment.Gap(s.Logs, "2026-12-09"); n != 16 {
		t.Errorf("back after %d days", n)
	}
	if n := assignment.Gap(s.Logs, today); n != 0 {
		t.Errorf("back after %d days, which are no gap", n)
	}
}
