package clinician

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// goalView is how the address names a goal among what can be drawn.
const goalView = "goal-"

// mostTab is how many characters of a goal stand on its tab.
const mostTab = 26

// withGoals adds the goals that were rated to what can be shown, and shows the one
// that was asked for, or, where nothing was answered yet, the first.
func (p *coursePage) withGoals(gs goal.Set, of string, meanwhile plan.Meanwhile, hours []session.Appointment, now time.Time) {
	var rated []goal.Goal
	for _, g := range gs.All {
		if len(g.Ratings) > 0 {
			rated = append(rated, g)
		}
	}
	at := slices.IndexFunc(rated, func(g goal.Goal) bool { return goalView+g.ID == of })
	if at < 0 && p.of == "" && len(rated) > 0 {
		at = 0
	}
	if at >= 0 {
		for i := range p.views {
			p.views[i].Current = false
		}
		p.showGoal(rated[at], meanwhile, hours, now)
	}
	for i, g := range rated {
		p.views = append(p.views, ui.Tab{
			Link: ui.Link{Text: "Goal: " + shortened(g.Standing().Words, mostTab), Href: p.base + "/course?of=" + goalView + g.ID}, Current: i == at,
		})
	}
}

// shortened is the beginning of words, cut between two of them if it is too long.
func shortened(words string, most int) string {
	words = strings.Join(strings.Fields(words), " ")
	all := []rune(words)
	if len(all) <= most {
		return words
	}
	cut := string(all[:most])
	if i := strings.LastIndex(cut, " "); i > most/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// showGoal puts one goal on the page: the client's own numbers, without a band and
// without a verdict.
func (p *coursePage) showGoal(g goal.Goal, meanwhile plan.Meanwhile, hours []session.Appointment, now time.Time) {
	w := g.Standing()
	p.of = goalView + g.ID
	p.goal = p.base + "/goals/" + g.ID
	p.open, p.before, p.habit = nil, nil, ""
	p.card = courseCard{id: "m-" + p.of, heading: w.Words, note: "From 0 to 10, in " + p.name + "’s own words."}
	p.meaning = g.RatingsOf(p.name)
	if e := goalEnds(w.Worded); e != "" {
		p.meaning += " " + e
	}
	p.about = goal.AboutRatings
	p.card.course = ui.CourseProps{
		ID: "c-" + p.of, Title: "How far it is: " + w.Words, Desc: p.meaning, Unit: "How far", Lo: goal.LowestRating, Hi: goal.HighestRating, Step: 2,
		Place: now.Location(), Open: "The numbers as a table", NoScore: "no number", Source: goal.AboutRatings,
	}
	for _, r := range g.Ratings {
		at, err := r.Day.Begins(now.Location())
		if err != nil {
			continue
		}
		pt := ui.Point{Time: at, Value: float64(r.Value)}
		if r.Side == goal.ByClinician {
			pt.Note = "said in the session"
			if r.Voice == goal.VoiceBoth {
				pt.Note = "found together in the session"
			}
		}
		if n := len(r.Former); n > 0 {
			pt.Note = strings.TrimPrefix(pt.Note+", before that "+strconv.Itoa(r.Former[n-1].Value), ", ")
		}
		p.card.course.Points = append(p.card.course.Points, pt)
	}
	for _, m := range g.Milestones {
		if at, err := m.Day.Begins(now.Location()); m.Reached() && err == nil && len(p.card.course.Points) > 0 && !at.Before(p.card.course.Points[0].Time) {
			p.card.course.Events = append(p.card.course.Events, ui.Event{Time: at, Words: m.Words})
			p.card.course.Happens = "a milestone or a life event"
		}
	}
	drawn(&p.card.course, meanwhile, hours, now)
	slices.SortStableFunc(p.card.course.Events, func(a, b ui.Event) int { return a.Time.Compare(b.Time) })
	p.card.note += " " + desk.Upper(times(len(g.Ratings))) + " since " + dayOf(g.Ratings[0].Day, now) + "."
}

// goalEnds says what both ends of a goal's scale mean.
func goalEnds(w goal.Worded) string {
	var all []string
	if w.Low != "" {
		all = append(all, "0 is “"+w.Low+"”")
	}
	if w.High != "" {
		all = append(all, "10 is “"+w.High+"”")
	}
	if len(all) == 0 {
		return ""
	}
	return strings.Join(all, ", ") + "."
}
