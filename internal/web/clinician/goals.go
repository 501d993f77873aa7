package clinician

import (
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A goalsBlock is what a client works towards, on their page.
type goalsBlock struct {
	nears string // the third session is near, and there is no goal; empty otherwise
	lines []goalLine
	plan  []goalLine // what of the plan asks for a look
}

type goalLine struct {
	words, href string
	chip        *ui.ChipProps // nil: agreed by both
	far         string        // how far it is, by the client's own numbers; empty: nobody said
	spark       ui.SparkProps // the same as a small line, from two numbers on
}

// goalsBlock names the goals of the client whom the address names. held is how
// many sessions are over.
func (p *Pages) goalsBlock(r *http.Request, name string, held int) (*goalsBlock, error) {
	record, id := desk.RecordOf(r)
	gs, standing, err := p.Plans.AtDesk(r.Context(), web.ActorOf(r), record, web.LocationOf(r))
	if err != nil {
		return nil, err
	}
	b := &goalsBlock{plan: planLines(standing, "/clients/"+id, name, web.NowOf(r))}
	if len(standing.Open) == 0 { // on a detour nothing presses
		b.nears = nearsWords(held, gs, name)
	}
	for _, g := range gs.Current() {
		l := goalLine{words: g.Standing().Words, href: "/clients/" + id + "/goals/" + g.ID}
		switch {
		case g.WaitsFor(goal.ByClinician):
			l.chip = &ui.ChipProps{Text: "Waits for your word", Tone: ui.Clay}
		case g.Pending():
			l.chip = &ui.ChipProps{Text: "Waits for " + name, Tone: ui.Draft}
		}
		l.far, l.spark = farOf(g)
		b.lines = append(b.lines, l)
	}
	return b, nil
}

// farOf is how far a goal is, "7 of 10, was 2", and the numbers between as a line.
func farOf(g goal.Goal) (words string, spark ui.SparkProps) {
	n := len(g.Ratings)
	if n == 0 {
		return "", spark
	}
	words = figures(g.Ratings[n-1].Value) + " of " + figures(goal.HighestRating)
	if n == 1 {
		return words, spark
	}
	spark.Lo, spark.Hi = goal.LowestRating, goal.HighestRating
	for _, r := range g.Ratings {
		spark.Values = append(spark.Values, float64(r.Value))
	}
	return words + ", was " + figures(g.Ratings[0].Value), spark
}

// planLines are what of the plan asks for a look: detours, words of the client's,
// a review that nears.
func planLines(s plan.Standing, base, name string, now time.Time) (all []goalLine) {
	for _, d := range s.Open {
		all = append(all, goalLine{words: d, href: base + "/detours", chip: &ui.ChipProps{Text: "A detour is open", Tone: ui.Clay}})
	}
	for _, d := range s.Proposed {
		all = append(all, goalLine{words: d, href: base + "/detours", chip: &ui.ChipProps{Text: name + " says: in the way", Tone: ui.Clay}})
	}
	switch {
	case s.Unfit:
		all = append(all, goalLine{words: "Something in the plan does not fit, says " + name, href: base + "/plan"})
	case s.Near:
		all = append(all, goalLine{words: "Looking back together, " + dayOf(s.Review, now), href: base + "/review"})
	}
	return all
}

// nearsWords is a gentle note while the third session nears without an agreed
// goal; empty otherwise.
func nearsWords(held int, gs goal.Set, name string) string {
	switch {
	case !goal.Nears(held, gs):
		return ""
	case len(gs.Current()) > 0:
		return "A goal is written down and not agreed by both yet. The third session is a good time to look at it together."
	}
	return "The third session nears, and no goal is agreed. If it fits, ask " + name + " what should be different, and write it down in their words."
}

// goalsFor puts onto the card of the next hour that no goal is agreed, if the third
// session nears without one; for any other hour it asks nothing.
func (p *Pages) goalsFor(r *http.Request, card *nextCard, client access.Compartment, held int) error {
	if !goal.Nears(held, goal.Set{}) {
		return nil
	}
	gs, err := p.Goals.Worded(r.Context(), web.ActorOf(r), client)
	if err != nil || !goal.Nears(held, gs) {
		return err
	}
	card.hour = append(card.hour, ui.Link{Text: "What should be different: no goal is agreed yet", Href: card.href + "/goals"})
	return nil
}
