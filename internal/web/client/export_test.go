package client

import (
	"maps"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/web/ui"
)

var (
	AnswerID = answerID
	TimesOf  = timesOf
)

// Did are the words for an action, or nothing.
func Did(a access.Action) string { return did[a] }

// AllDid are the actions that have words.
func AllDid() []access.Action { return slices.Sorted(maps.Keys(did)) }

// Shown is how many days are in sight of what others opened, and which months
// are folded away.
func Shown(openings []access.Opening, now time.Time) (newest int, months []string) {
	others, _ := days(openings, "", names{}, nil, now)
	in, earlier := byMonth(others)
	for _, m := range earlier {
		months = append(months, m.Name)
	}
	return len(in), months
}

// InSight is how much of what is offered This week shows without a tap, and how much it folds.
func InSight(free, after, nears bool, begin, asks int) (inBegin, inAsks int, inNears bool, more int) {
	p := weekPage{Begin: make([]ui.LineProps, begin), Asks: make([]askLine, asks)}
	if free {
		p.Free = "Monday"
	}
	if after {
		p.After = afterNothing
	}
	if nears {
		p.Goals.Nears = "It is near."
	}
	s := p.inSight()
	return s.begin, s.asks, s.nears, s.more
}

var afterNothing = &after{}
