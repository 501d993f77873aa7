package client

import (
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A goalsLine is what This week says of goals.
type goalsLine struct {
	Note  string
	Nears string // the third session is near, and there is no goal: an invitation; empty otherwise
	Plan  ui.LineProps
	Ahead bool // something of the plan waits, or a detour is open: it stands in sight
}

// planLine leads to the plan, with what waits there. Nothing does on a detour.
func planLine(w plan.Waiting) (l ui.LineProps, ahead bool) {
	l = ui.LineProps{Icon: "note", Text: "Your plan", Href: "/my/plan", Note: "What you work on together, and why in this way."}
	switch {
	case w.Aside:
		l.Text, l.Href, l.Note = "The detour", "/my/detours", "The goals stay where they are. Nothing about them presses."
	case w.Plan:
		l.Note = "There are words you have not answered. A yes and a no are equally fine, and so is later."
	case w.Near:
		l.Text, l.Href, l.Note = "Looking back together", "/my/review", "The day for it is near. If you like, say beforehand what helps and what does not. Nothing to add is fine."
	default:
		return l, false
	}
	return l, true
}

func goalsLineOf(a plan.Ahead) goalsLine {
	l := goalsLine{Note: "The life you want, and the goals on the way there."}
	l.Plan, l.Ahead = planLine(a.Plan)
	switch {
	case a.Waits == 1:
		l.Note = "A goal waits for your yes, or for other words."
	case a.Waits > 1:
		l.Note = "Some goals wait for your yes, or for other words."
	}
	switch {
	case !a.Nears:
	case a.Any:
		l.Nears = "A goal is written down and not agreed yet. If you like, look at it before your third session; talking about it there is as good."
	default:
		l.Nears = "Your third session is near. If you like, write down one thing that should be different, in your own words. It can as well wait until you are together."
	}
	return l
}

// An ownGoal is a goal over time: the client's own numbers, and what they reached.
type ownGoal struct {
	ID    string
	Words string
	Said  string
	Href  string
	Link  string
	Chart *ui.CourseProps // nil until there are two numbers
}

// ownGoals are the goals that are worked towards, and those that were rated.
func ownGoals(gs goal.Set, meanwhile plan.Meanwhile, now time.Time) (all []ownGoal) {
	for _, g := range gs.All {
		if !g.Current() && len(g.Ratings) == 0 {
			continue
		}
		o := ownGoal{ID: g.ID, Words: g.Standing().Words, Said: g.OwnRatings(), Href: toGoals + "/" + g.ID, Link: "Say how far it is, or look at this goal"}
		if !g.Current() {
			o.Said, o.Link = "A goal from before. "+o.Said, "Look at this goal"
		}
		if len(g.Ratings) > 1 {
			o.Chart = goalChart(g, o, meanwhile, now)
		}
		all = append(all, o)
	}
	return all
}

func goalChart(g goal.Goal, o ownGoal, meanwhile plan.Meanwhile, now time.Time) *ui.CourseProps {
	w := g.Standing()
	source := "Each dot is a number that you said, from 0 to 10."
	if w.Low != "" {
		source += " 0 is “" + w.Low + "”."
	}
	if w.High != "" {
		source += " 10 is “" + w.High + "”."
	}
	chart := &ui.CourseProps{
		ID: "goal-" + g.ID, Lo: goal.LowestRating, Hi: goal.HighestRating, Step: 2, Place: now.Location(), Unit: "How far", Title: "How far it is: " + w.Words,
		NoScore: "a pause", Open: "Your numbers as a table", Source: source,
	}
	var before time.Time
	var values []float64
	for _, r := range g.Ratings {
		at, err := r.Day.Begins(now.Location())
		if err != nil {
			continue
		}
		chart.Points = append(chart.Points, ui.Point{Time: at, Value: float64(r.Value)})
		values, before = append(values, float64(r.Value)), at
	}
	chart.Desc = descOf(values, o.Said)
	for _, m := range g.Milestones {
		if at, err := m.Day.Begins(now.Location()); m.Reached() && err == nil && !at.Before(chart.Points[0].Time) && at.Before(before) {
			chart.Events = append(chart.Events, ui.Event{Time: at, Words: m.Words})
			chart.Happens = "a milestone, or what happened"
		}
	}
	beside(chart, meanwhile, now)
	slices.SortStableFunc(chart.Events, func(a, b ui.Event) int { return a.Time.Compare(b.Time) })
	return chart
}
