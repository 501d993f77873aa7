package client

import "github.com/waymark-care/waymark/internal/web/ui"

var AnswerID = answerID

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
