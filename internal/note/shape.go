package note

import (
	"maps"
	"slices"
	"strings"
)

// A Shape is how a note is divided.
type Shape string

// The shapes.
const (
	Free      Shape = "free"
	SOAP      Shape = "soap"
	DAP       Shape = "dap"
	BIRP      Shape = "birp"
	Narrative Shape = "narrative"
)

// Shapes are all shapes, in the order in which they are offered.
func Shapes() []Shape { return []Shape{Free, SOAP, DAP, BIRP, Narrative} }

func (s Shape) known() bool { return slices.Contains(Shapes(), s) }

// Title is what the shape is called.
func (s Shape) Title() string {
	switch s {
	case Free:
		return "Free text"
	case SOAP:
		return "SOAP"
	case DAP:
		return "DAP"
	case BIRP:
		return "BIRP"
	case Narrative:
		return "Narrative"
	}
	return ""
}

// A Field is one part of a shape.
type Field struct {
	Name  string
	Label string
	Hint  string

	about about
}

// about is what a field holds, so that a text finds its place in another shape.
type about int

const (
	all    about = iota // everything
	told                // what the client brought
	seen                // what was to be seen
	did                 // what was done
	came                // what came of it
	means               // how it may be understood
	onward              // what comes next
)

// Fields are the parts of the shape, in order.
func (s Shape) Fields() []Field {
	switch s {
	case Free:
		return []Field{{Name: "text", Label: "The note", about: all}}
	case SOAP:
		return []Field{
			{Name: "subjective", Label: "Subjective", Hint: "What the client said, in their words.", about: told},
			{Name: "objective", Label: "Objective", Hint: "What you saw and heard; scores.", about: seen},
			{Name: "assessment", Label: "Assessment", Hint: "How you understand it.", about: means},
			{Name: "plan", Label: "Plan", Hint: "What comes next.", about: onward},
		}
	case DAP:
		return []Field{
			{Name: "data", Label: "Data", Hint: "What was said, seen and done.", about: told},
			{Name: "assessment", Label: "Assessment", Hint: "How you understand it.", about: means},
			{Name: "plan", Label: "Plan", Hint: "What comes next.", about: onward},
		}
	case BIRP:
		return []Field{
			{Name: "behaviour", Label: "Behaviour", Hint: "What the client brought and showed.", about: told},
			{Name: "intervention", Label: "Intervention", Hint: "What you did.", about: did},
			{Name: "response", Label: "Response", Hint: "What came of it.", about: came},
			{Name: "plan", Label: "Plan", Hint: "What comes next.", about: onward},
		}
	case Narrative:
		return []Field{
			{Name: "brought", Label: "What they brought", about: told},
			{Name: "happened", Label: "What happened in the hour", about: did},
			{Name: "understood", Label: "What was understood", about: means},
			{Name: "next", Label: "What comes next", about: onward},
		}
	}
	return nil
}

// homes are where a text finds its place if the shape has no field for what it is
// about, nearest first.
var homes = map[about][]about{
	told:   {told, all},
	seen:   {seen, told, all},
	did:    {did, told, all},
	came:   {came, means, told, all},
	means:  {means, came, all},
	onward: {onward, all},
	all:    {all, told},
}

// home is the field of the shape for a text about a.
func (s Shape) home(a about) Field {
	fields := s.Fields()
	for _, at := range homes[a] {
		for _, f := range fields {
			if f.about == at {
				return f
			}
		}
	}
	return fields[0]
}

// Words are what a note says, by name of the field. A field in which nothing stands
// is not there.
type Words map[string]string

func (w Words) empty() bool {
	for _, text := range w {
		if strings.TrimSpace(text) != "" {
			return false
		}
	}
	return true
}

// Reshape is words in another shape. No word is ever left out: a text goes where the
// other shape has room for what it is about, and where it comes to stand with
// something else its old heading comes with it. A text under such headings is
// divided by them again, so that going there and back is as it was.
func Reshape(words Words, from, to Shape) Words {
	if from == to {
		return maps.Clone(words)
	}
	now := make(Words)
	add := func(f Field, heading, text string) {
		if heading != "" {
			text = heading + ":\n" + text
		}
		if now[f.Name] != "" {
			text = now[f.Name] + "\n\n" + text
		}
		now[f.Name] = text
	}
	for _, f := range from.Fields() {
		text := words[f.Name]
		if strings.TrimSpace(text) == "" {
			continue
		}
		for i, piece := range divided(text, to) {
			if piece.heading != "" {
				own, _ := to.labelled(piece.heading)
				add(own, "", piece.text)
				continue
			}
			heading := ""
			home := to.home(f.about)
			if home.about != f.about && f.about != all && i == 0 {
				heading = f.Label
			}
			if f.about != all {
				add(home, heading, piece.text)
				continue
			}
			for _, block := range blocks(piece.text) { // what the note began with finds its place by itself
				if about, ok := begins[block.heading]; ok {
					home := to.home(about)
					add(home, "", block.heading+"\n"+block.text)
				} else {
					add(home, "", block.text)
				}
			}
		}
	}
	return now
}

// begins are the headings of Prefill, and what stands below them is about.
var begins = map[string]about{
	headTheirs: told, headOurs: told, headDid: did, headDecided: onward, headSteps: onward, headOpen: onward,
}

// blocks is text in what Prefill wrote, a heading and its lines, and what stands
// between.
func blocks(text string) (all []piece) {
	var now piece
	var lines []string
	end := func() {
		now.text = strings.Trim(strings.Join(lines, "\n"), "\n")
		if now.text == "" && now.heading != "" {
			now = piece{text: now.heading}
		}
		if now.text != "" {
			all = append(all, now)
		}
		now, lines = piece{}, nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		_, heads := begins[line]
		within := strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "  ")
		if heads || now.heading != "" && !within {
			end()
		}
		if heads {
			now.heading = line
			continue
		}
		lines = append(lines, line)
	}
	end()
	return all
}

func (s Shape) labelled(label string) (Field, bool) {
	for _, f := range s.Fields() {
		if f.Label == label {
			return f, true
		}
	}
	return Field{}, false
}

// A piece is a part of a text under a heading, or what stands before the first.
type piece struct{ heading, text string }

// divided is text at the headings of shape, as Reshape writes them: alone in their
// line, with a colon.
func divided(text string, shape Shape) (all []piece) {
	var now piece
	var lines []string
	end := func() {
		now.text = strings.Trim(strings.Join(lines, "\n"), "\n")
		if now.text == "" && now.heading != "" {
			now = piece{text: now.heading + ":"} // it heads nothing: it is text
		}
		if now.text != "" {
			all = append(all, now)
		}
		lines = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		label, colon := strings.CutSuffix(line, ":")
		if _, ok := shape.labelled(label); colon && ok {
			end()
			now = piece{heading: label}
			continue
		}
		lines = append(lines, line)
	}
	end()
	return all
}
