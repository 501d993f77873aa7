package note

import (
	"strings"

	"github.com/waymark-care/waymark/internal/hour"
)

// The headings of what a note begins with.
const (
	headTheirs  = "Brought by the client:"
	headOurs    = "Brought by me:"
	headDid     = "What we did:"
	headDecided = "Decided:"
	headSteps   = "Next steps:"
	headOpen    = "Still open:"
)

// Prefill is what a note begins with, in a shape, from what is known of its session:
// what stood on the agenda, what was done, what was decided, what comes next and what
// is still open. Every word of it is there to be changed. tool is what a technique of
// the catalogue is called. What somebody brought to be opened in the session only, and
// nobody opened, is not in it.
func Prefill(h hour.Hour, shape Shape, tool func(id string) string) Content {
	c := Content{Shape: shape, Words: make(Words)}
	add := func(a about, heading string, lines ...string) {
		if len(lines) == 0 {
			return
		}
		text := heading + "\n" + dashed(lines)
		name := shape.home(a).Name
		if c.Words[name] != "" {
			text = c.Words[name] + "\n\n" + text
		}
		c.Words[name] = text
	}
	var theirs, ours []string
	for _, item := range h.Agenda {
		switch {
		case item.Text == "":
		case item.Side == hour.ByClient:
			theirs = append(theirs, item.Text)
		default:
			ours = append(ours, item.Text)
		}
	}
	add(told, headTheirs, theirs...)
	add(told, headOurs, ours...)
	add(did, headDid, worked(h.Work, tool)...)
	add(onward, headDecided, h.Kept.Decisions...)
	add(onward, headSteps, steps(h.Kept)...)
	add(onward, headOpen, h.Kept.Open...)
	return c
}

func worked(w hour.Work, tool func(string) string) (all []string) {
	if w.Intent != "" {
		all = append(all, "Meant for: "+w.Intent)
	}
	for _, t := range w.Tools {
		name := t.Name
		if t.Technique != "" {
			name = tool(t.Technique)
		}
		switch t.Use {
		case hour.Used:
			all = append(all, name)
		case hour.LetGo:
			all = append(all, name+", let go")
		case hour.Intended: // what came of it is not known
		}
	}
	if w.Instead != "" {
		all = append(all, "Instead of what was planned: "+w.Instead)
	}
	return all
}

func steps(k hour.Kept) (all []string) {
	who := map[hour.Side]string{hour.ByClient: "the client", hour.ByClinician: "me", hour.ByBoth: "both"}
	for _, s := range k.Steps {
		all = append(all, s.Text+" ("+who[s.Whose]+")")
	}
	return all
}

func dashed(lines []string) string {
	all := make([]string, len(lines))
	for i, line := range lines {
		all[i] = "- " + strings.ReplaceAll(line, "\n", "\n  ")
	}
	return strings.Join(all, "\n")
}
