package client

import "github.com/waymark-care/waymark/internal/plan"

// A goalsLine is what This week says of goals.
type goalsLine struct {
	Note  string
	Nears string // the third session is near, and there is no goal: an invitation; empty otherwise
}

func goalsLineOf(a plan.Ahead) goalsLine {
	l := goalsLine{Note: "The life you want, and the goals on the way there."}
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
