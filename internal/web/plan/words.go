package plan

import "slices"

// The words that differ by who is looking.

func (p goalsPage) visionHeading() string {
	if p.Mine {
		return "The life you want"
	}
	return "The life " + p.Name + " wants"
}

func (p goalsPage) visionEmpty() string {
	if p.Mine {
		return "Nothing here yet. If you like, say in your own words what life should be like. There is no right length, and it can change."
	}
	return "Nothing is written yet. " + p.Name + " can write it, or you together, in their words."
}

// invitation is said while no goal was ever agreed.
func (p goalsPage) invitation() string {
	switch {
	case p.Mine && len(p.Cards) == 0:
		return "One goal is enough to begin with, and three are the most. You can write one down here, or find it together in your next session."
	case p.Mine:
		return "A goal counts when you have both agreed to its words. Until then either of you can change them."
	case len(p.Cards) == 0:
		return "No goal is written down yet. One is enough, in " + p.Name + "’s words; together in a session is a good place for it."
	}
	return "A goal counts when both have agreed to its words. Until then either can change them."
}

func (p goalsPage) about() string {
	if p.Mine {
		return "Whoever works with you sees the same. Goals are in your words, are never compared with anybody’s, and can be changed, left and taken up again."
	}
	return p.Name + " sees the same. Goals are in " + p.Name + "’s words, are never compared with anybody’s, and can be changed, left and taken up again by either of you."
}

// filled is which card has the one filled button: the first that waits for whoever
// is looking; -1: none.
func (p goalsPage) filled() int {
	return slices.IndexFunc(p.Cards, func(c goalCard) bool { return c.Waits })
}

func (p visionPage) hint() string {
	if p.Mine {
		return "What would an ordinary good day be like? Who is there, what do you do, what is not in the way any more?"
	}
	return "In " + p.Name + "’s words. " + p.Name + " sees it, and can change it."
}

func (p visionPage) label() string {
	if p.Flaw.Clash() {
		return "What you wrote"
	}
	return "In your own words"
}

func (p visionPage) send() string {
	if p.Flaw.Clash() {
		return "Put this in its place"
	}
	return "Keep it"
}

func (p wordPage) lead() string {
	switch {
	case p.New && p.Mine:
		return "What you write you stand for. It counts as agreed when whoever works with you has said yes, and until then either of you can change it."
	case p.New:
		return "What you write you stand for. It counts as agreed when " + p.Name + " has said yes, and until then either of you can change it."
	}
	return "New words need both of you again. What was agreed before stays until then."
}

func (p wordPage) wordsHint() string {
	if p.Mine {
		return "In your own words, for instance: “Go out without planning the way back.”"
	}
	return "In " + p.Name + "’s own words."
}

func (p wordPage) mineHeading() string {
	if p.Yours {
		return "What you were looking at"
	}
	return "What you wrote"
}

// rateWords is on the button that leads to the scale of a goal.
func (p goalsPage) rateWords() string {
	if p.Mine {
		return "Say how far it is"
	}
	return "Enter a number"
}
