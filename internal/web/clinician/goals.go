package clinician

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A goalsBlock is what a client works towards, on their page.
type goalsBlock struct {
	nears string // the third session is near, and there is no goal; empty otherwise
	lines []goalLine
}

type goalLine struct {
	words, href string
	chip        *ui.ChipProps // nil: agreed by both
}

// goalsBlock names the goals of the client whom the address names. held is how
// many sessions are over.
func (p *Pages) goalsBlock(r *http.Request, name string, held int) (*goalsBlock, error) {
	record, id := desk.RecordOf(r)
	gs, err := p.Plans.Worded(r.Context(), web.ActorOf(r), record)
	if err != nil {
		return nil, err
	}
	b := &goalsBlock{nears: nearsWords(held, gs, name)}
	for _, g := range gs.Current() {
		l := goalLine{words: g.Standing().Words, href: "/clients/" + id + "/goals/" + g.ID}
		switch {
		case g.WaitsFor(plan.ByClinician):
			l.chip = &ui.ChipProps{Text: "Waits for your word", Tone: ui.Clay}
		case g.Pending():
			l.chip = &ui.ChipProps{Text: "Waits for " + name, Tone: ui.Draft}
		}
		b.lines = append(b.lines, l)
	}
	return b, nil
}

// nearsWords is a gentle note while the third session nears without an agreed
// goal; empty otherwise.
func nearsWords(held int, gs plan.Goals, name string) string {
	switch {
	case !plan.Nears(held, gs):
		return ""
	case len(gs.Current()) > 0:
		return "A goal is written down and not agreed by both yet. The third session is a good time to look at it together."
	}
	return "The third session nears, and no goal is agreed. If it fits, ask " + name + " what should be different, and write it down in their words."
}
