package calendar

import (
	"strings"

	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/web/ui"
)

func (p timesPage) comingHeading() string {
	if p.desk {
		return "Sessions ahead"
	}
	return "Your sessions"
}

func (p timesPage) bookHeading() string {
	if len(p.coming) > 0 {
		return "Book another time"
	}
	return "Book a time"
}

// mainUnless is the one filled button of a view, unless another one is.
func (p timesPage) mainUnless(other bool) ui.ButtonKind {
	if other {
		return ui.Outline
	}
	return ui.Main
}

// yourTurn says whose turn an offered time is.
func (b bookOf) yourTurn() string {
	if b.desk {
		return "It is their turn"
	}
	return "It is your turn"
}

func (p timesPage) waitSummary() string {
	switch {
	case len(p.waiting.all) > 0:
		return "Wait for something else"
	case p.desk:
		return "Put them into the line for a time"
	}
	return "Wait for a time"
}

// lower is text in the middle of a sentence.
func (b bookOf) lower(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// clocksHint says by whose clocks times stand, where that is not plain.
func (b bookOf) clocksHint() string {
	if !b.desk && b.elsewhere() {
		return "By the clocks of " + placeName(b.Zone) + "."
	}
	return ""
}

func (b bookOf) wordsHint() string {
	if b.desk {
		return "The client reads them. You can leave this empty."
	}
	return "For whoever works with you. You can leave this empty."
}

// policyNote is the policy in a sentence or two, before somebody books.
func (b bookOf) policyNote() string {
	if b.Policy.Notice == 0 {
		return "You can cancel it until it begins."
	}
	if b.Policy.Moves {
		return "You can move or cancel it freely up to " + hoursText(b.Policy.Notice) + " before. After that it can still be cancelled."
	}
	return "You can cancel it freely up to " + hoursText(b.Policy.Notice) + " before, and after that too."
}

// cannotMove says why the client cannot move it themselves.
func (p changePage) cannotMove() string {
	switch {
	case p.c.Shared:
		return "Others come to this session too, so it is moved in a conversation. Please ask whoever works with you."
	case !p.Policy.Moves:
		return "Sessions are moved in a conversation here. Please ask whoever works with you."
	case p.Often:
		return calendar.CallFirst
	}
	return "It could be moved here until " + p.until + ". Now it is close. You can call the practice: perhaps another time is found. Cancelling is all right too."
}

// lateText says that it is late, without blame.
func (p changePage) lateText() string {
	return "You can cancel it, and it is all right to. It is less than " + hoursText(p.Policy.Notice) + " before it begins, which counts as late."
}
