package assignment

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A Today is what This week says of practice: the one thing for today, and whether
// something waits for an answer.
type Today struct {
	card *todayView
	line ui.LineProps // of what waits, and of everything else
	Back string       // to somebody who comes back after a gap
}

// Is says whether there is a thing for today.
func (t Today) Is() bool { return t.card != nil }

// Line leads to everything about practice.
func (t Today) Line() ui.LineProps { return t.line }

// Today is what This week says of practice, to the client who asks.
func (p *Pages) Today(r *http.Request) (Today, error) {
	s := seatIn(r)
	set, err := p.Assignments.Now(r.Context(), s.Actor, s.Record, s.zone())
	if err != nil {
		return Today{}, err
	}
	t := Today{line: ui.LineProps{Icon: "leaf", Text: "Practice", Href: toMine, Note: "Something small to try, and how it went."}}
	waits := set.Waiting(s.today())
	switch n := len(waits); {
	case n == 1 && waits[0].State == assignment.Suggested:
		t.line.Note = "Something was suggested to you. You can take it, change it, or leave it."
	case n > 0:
		t.line.Note = desk.Upper(desk.Count(n, "thing waits", "things wait")) + " for you. You can take them, change them, or leave them."
	}
	if n := assignment.Gap(set.Logs, s.today()); n > 0 && len(set.In(assignment.Agreed)) > 0 {
		t.Back = "You are back after " + gapWords(n) + ". There is nothing to catch up on."
	}
	today := set.Today(s.today(), s.Now.Weekday())
	if len(today) == 0 {
		return t, nil
	}
	if err := s.Meet(r.Context(), p.People, today[0].Turns[0].By); err != nil {
		return t, err
	}
	t.card, err = s.todayOf(set, today[0])
	if t.card != nil {
		t.card.quick = "week"
	}
	return t, err
}
