package takeout

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/nourish"
	"github.com/waymark-care/waymark/internal/safetyplan"
)

// state is how it stands with something to practise.
func (w *writer) state(s assignment.State) string {
	return map[assignment.State]string{
		assignment.Suggested: "It was suggested, and waits.",
		assignment.Agreed:    w.or("You agreed to it.", "They agreed to it."),
		assignment.Postponed: w.or("You took it, for later.", "They took it, for later."),
		assignment.Declined:  w.or("You declined it.", "They declined it."),
		assignment.LetGo:     w.or("You let it go.", "They let it go."),
		assignment.Withdrawn: w.or("It was taken back before you answered.", "It was taken back before they answered."),
	}[s]
}

// practice is what was agreed to practise, and what became of it.
func (w *writer) practice(ctx context.Context) error {
	set, err := assignment.AllIn(ctx, w.tx)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, a := range set.All {
		begun := a.Last()
		if len(a.Turns) > 0 {
			begun = a.Turns[0]
		}
		goal, step := set.For(a)
		e := Entry{Title: a.Title, When: w.moment(begun.At), At: begun.At, By: w.by(begun.By), Lines: lines(
			"", w.state(a.State), "From the library", set.Exercise(a).Title, "What exactly", a.Words, "How often", a.Often, "When", a.When,
			"The smallest step", a.Small, "For", goal, "A step of the plan", step, "Why it was suggested", a.Why, "For later, until", day(a.Until))}
		logs := set.Of(a.ID)
		for i := len(logs) - 1; i >= 0; i-- {
			if l := logs[i]; !l.Gone {
				e.Lines = append(e.Lines, w.logLines(set, a, l)...)
			}
		}
		entries = append(entries, e)
	}
	w.add("practice", "Practice", w.or("What you agreed to between sessions, and how it went. Every way of having done something counts the same.", "What was agreed to between sessions, and how it went. Every way of having done something counts the same."), entries)
	return nil
}

// logLines are one time that something was practised, or was not.
func (w *writer) logLines(set assignment.Set, a assignment.Assignment, l assignment.Log) []Line {
	when := "Once"
	switch {
	case l.Fine == assignment.ByDay && l.Day != "":
		when = day(l.Day)
	case l.Fine == assignment.ByWeek && l.Day != "":
		when = "In the week of " + day(l.Day)
	}
	rated := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	mine := ""
	if l.Mine {
		mine = w.or("What is written here is yours alone.", "What is written here is the client’s alone, and is not in this archive.")
	}
	all := lines(when, l.How.Words(), "Before", rated(l.Before), "After", rated(l.After), "Expected", l.Expect, "What happened", l.Happened,
		"It came", l.Met.Words())
	for _, s := range set.Exercise(a).Words(l.Filled) {
		if s.Text != "" {
			all = append(all, Line{s.Label, s.Text})
		}
	}
	all = append(all, lines("How well", l.Quality.Quality(), "How much", l.Amount.Amount(), "A note", l.Note, "", mine)...)
	return append(all, lines("A line from "+w.by(l.Answer.By), l.Answer.Line)...)
}

// safetyPlan is every version of it.
func (w *writer) safetyPlan(ctx context.Context) error {
	all, err := safetyplan.VersionsIn(ctx, w.tx)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, v := range all {
		e := Entry{Title: fmt.Sprintf("Version %d", v.Number), When: w.moment(v.At), At: v.At, By: w.by(v.By)}
		for _, s := range safetyplan.Sections() {
			text := v.Text[s.Part]
			if s.People {
				var people []string
				for _, p := range v.People[s.Part] {
					people = append(people, strings.Join(strings.Fields(strings.Join([]string{p.Name, p.Phone, p.Words}, " ")), " "))
				}
				text = strings.Join(people, "\n")
			}
			e.Lines = append(e.Lines, lines(s.Label, text)...)
		}
		for _, y := range v.Yes {
			e.Lines = append(e.Lines, lines("Agreed by "+w.by(y.By), w.moment(y.At))...)
		}
		entries = append(entries, e)
	}
	w.add("safety-plan", w.or("Your safety plan", "The safety plan"), "The newest version first.", entries)
	return nil
}

// nourishes is what nourishes, and what wears.
func (w *writer) nourishes(ctx context.Context) error {
	read := nourish.EverythingIn
	if w.staff {
		read = nourish.SharedIn
	}
	book, err := read(ctx, w.tx)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, t := range book.Things {
		e := Entry{Title: t.Words, When: w.moment(t.At), At: t.At, By: w.by(w.tx.Compartment.Of())}
		var kinds []string
		for _, k := range t.Kinds {
			kinds = append(kinds, k.Words())
		}
		what := "It nourishes."
		if t.Drains {
			what = w.or("It wears on you.", "It wears on them.")
		}
		e.Lines = lines("", what, "In which way", strings.Join(kinds, ", "))
		for _, m := range book.Moments {
			if m.Thing != t.ID {
				continue
			}
			state := map[nourish.State]string{nourish.Planned: "planned", nourish.There: "it was there", nourish.LetGo: "let go"}[m.State]
			e.Lines = append(e.Lines, lines(strings.TrimSpace(day(m.Day.String())+" "+m.Clock.Words()), state, "A line", m.Line)...)
		}
		entries = append(entries, e)
	}
	w.add("nourishes", w.or("What nourishes you, and what wears on you", "What nourishes them, and what wears on them"), w.or("", "As far as the client shows it."), entries)
	return nil
}

// shares are copies of the journal that are shared now.
func (w *writer) shares(ctx context.Context) error {
	all, err := w.who.Shares, error(nil)
	if !w.staff {
		if all, err = journal.EverythingIn(ctx, w.tx); err != nil {
			return err
		}
	}
	var entries []Entry
	for _, s := range all {
		beside := ""
		if n := len(s.Pieces); n > 0 {
			beside = fmt.Sprintf("What is spoken or shown with it (%d) lies in the folder “shared” of the archive.", n)
		}
		entries = append(entries, Entry{Title: w.or("A copy from your journal", "A copy from their journal"), When: w.moment(s.Made), At: s.Made, By: w.by(w.tx.Compartment.Of()), Lines: lines(
			"Shared until", day(s.Last), "", s.Words, "", beside)})
	}
	w.add("shared", w.or("What you share of your journal", "What they share of their journal"),
		w.or("Your journal itself is sealed, and opens in your browser alone. It is not in this page.", "Their journal itself is sealed, and opens in their browser alone."), entries)
	return nil
}

// openings are who opened the record.
func (w *writer) openings(ctx context.Context) error {
	if w.staff {
		return nil // that is the client's to read
	}
	all, err := w.tx.Openings(ctx, mostOpenings)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, e := range w.who.Emergencies {
		entries = append(entries, Entry{Title: w.by(e.ActorID) + " opened your record in an emergency.", When: w.moment(e.At), At: e.At, Lines: lines("The reason they gave", e.Reason)})
	}
	for _, o := range all {
		entries = append(entries, Entry{Title: w.who.Act(o), When: w.moment(o.At), At: o.At})
	}
	w.add("openings", "Who opened your record", "The newest ten thousand at most, your own among them. What is older is kept too: ask the practice for it.", entries)
	return nil
}
