package note_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/note"
)

func TestNoChangeOfShapeLosesAWord(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 26))
	lines := []string{"one", "two three", "", "Plan:", "Assessment:", "What comes next:", "- four", "Data: five", "sechs ß", "Behaviour:", "Subjective:\nseven", "\teight", "Decided:", "Next steps:", "- nine", "  ten"}
	for range 3000 {
		shape := note.Shapes()[r.IntN(5)]
		words := make(note.Words)
		for _, f := range shape.Fields() {
			var text []string
			for range r.IntN(5) {
				text = append(text, lines[r.IntN(len(lines))])
			}
			if joined := strings.TrimSpace(strings.Join(text, "\n")); joined != "" {
				words[f.Name] = joined
			}
		}
		from, before := shape, words
		var way []note.Shape
		for range 1 + r.IntN(5) {
			to := note.Shapes()[r.IntN(5)]
			words, shape, way = note.Reshape(words, shape, to), to, append(way, to)
		}
		if missing := lost(from, before, shape, words); missing != nil {
			t.Fatalf("from %s over %v: %q is gone\nbefore %q\nafter %q", from, way, missing, before, words)
		}
	}
}

// lost are the words that are not there any more. A line that is the heading of a
// part in some shape may become the heading of the same part in another.
func lost(from note.Shape, before note.Words, to note.Shape, after note.Words) (missing []string) {
	headings := make(map[string]bool)
	for _, s := range note.Shapes() {
		for _, f := range s.Fields() {
			headings[f.Label+":"] = true
		}
	}
	count := func(s note.Shape, w note.Words) map[string]int {
		n := make(map[string]int)
		for _, f := range s.Fields() {
			for line := range strings.SplitSeq(w[f.Name], "\n") {
				for _, word := range strings.Fields(line) {
					if !headings[line] {
						n[word]++
					}
				}
			}
		}
		return n
	}
	now := count(to, after)
	for word, n := range count(from, before) {
		if now[word] < n {
			missing = append(missing, word)
		}
	}
	return missing
}

func TestGoingToAnotherShapeAndBackIsAsItWas(t *testing.T) {
	soap := note.Words{"subjective": "She slept.\n\nTwice.", "objective": "Calm", "assessment": "Less fear", "plan": "The lift"}
	for _, to := range []note.Shape{note.Free, note.DAP, note.BIRP, note.Narrative} {
		there := note.Reshape(soap, note.SOAP, to)
		if back := note.Reshape(there, to, note.SOAP); !maps.Equal(back, soap) {
			t.Errorf("over %s: %q\nthere %q", to, back, there)
		}
	}
	dap := note.Reshape(soap, note.SOAP, note.DAP)
	if dap["assessment"] != "Less fear" || dap["plan"] != "The lift" || !strings.HasPrefix(dap["data"], "She slept.") {
		t.Errorf("as DAP: %q", dap)
	}
	text := note.Reshape(note.Words{"text": "A word of it all"}, note.Free, note.BIRP)
	if !maps.Equal(text, note.Words{"behaviour": "A word of it all"}) {
		t.Errorf("free text as BIRP: %q", text)
	}
}

func TestWhatANoteBeganWithFindsItsPlaceInAnotherShape(t *testing.T) {
	h := hour.Hour{
		Agenda: []hour.Item{{Side: hour.ByClient, Text: "The trip"}, {Side: hour.ByClinician, Text: "The summer"}, {Side: hour.ByClient, Closed: true}},
		Kept:   hour.Kept{Decisions: []string{"It is on"}, Steps: []hour.Step{{Whose: hour.ByBoth, Text: "Look at a map"}}, Open: []string{"Who drives"}},
		Work:   hour.Work{Tools: []hour.Tool{{Technique: "two-chairs", Use: hour.Used}, {Name: "A letter", Use: hour.LetGo}, {Name: "A walk", Use: hour.Intended}}, Instead: "We laughed"},
	}
	tool := func(id string) string { return "Two chairs" }
	for _, shape := range note.Shapes() {
		whole := strings.Join(slices.Collect(maps.Values(note.Prefill(h, shape, tool).Words)), "\n")
		for _, want := range []string{"- The trip", "- The summer", "- It is on", "- Look at a map (both)", "- Who drives", "- Two chairs", "- A letter, let go", "We laughed"} {
			if strings.Count(whole, want) != 1 {
				t.Errorf("%s: %q is not there once:\n%s", shape, want, whole)
			}
		}
		if strings.Contains(whole, "A walk") {
			t.Errorf("%s: what was only meant stands there as done:\n%s", shape, whole)
		}
	}
	begun := note.Prefill(h, note.Free, tool).Words
	begun["text"] += "\n\nShe sang."
	if soap := note.Reshape(begun, note.Free, note.SOAP); !strings.HasPrefix(soap["plan"], "Decided:\n- It is on\n\nNext steps:") || strings.Contains(soap["plan"], "sang") ||
		!strings.Contains(soap["subjective"], "She sang.") || !strings.Contains(soap["subjective"], "The trip") {
		t.Errorf("as SOAP: %q", soap)
	}
	if c := note.Prefill(hour.Hour{}, note.DAP, tool); !c.Empty() {
		t.Errorf("of a session of which nothing is known: %q", c.Words)
	}
}

func TestBothTextsOfAConflictStandInOne(t *testing.T) {
	stands := note.Content{Shape: note.Free, Words: note.Words{"text": "From the phone"}, Goals: []note.Goal{{ID: "a"}}}
	mine := note.Content{Shape: note.SOAP, Words: note.Words{"subjective": "From the desk", "plan": "The lift"}, Goals: []note.Goal{{ID: "b"}}}
	both := note.Both(stands, mine)
	if both.Words["subjective"] != "From the phone\n\nFrom the desk" || both.Words["plan"] != "The lift" || len(both.Goals) != 2 {
		t.Errorf("got %+v", both)
	}
	again := note.Both(stands, both)
	if !maps.Equal(again.Words, both.Words) {
		t.Errorf("once more: %q", again.Words)
	}
	if !slices.Equal([]string{mine.Words["subjective"], mine.Words["plan"]}, []string{"From the desk", "The lift"}) {
		t.Error("what was written was changed on the way")
	}
}
