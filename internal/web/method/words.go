package method

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/waymark-care/waymark/internal/method"
)

// lower is a name in the middle of a sentence; what is written in capitals stays.
func lower(name string) string {
	first, n := utf8.DecodeRuneInString(name)
	second, _ := utf8.DecodeRuneInString(name[n:])
	if unicode.IsUpper(second) {
		return name
	}
	return strings.ToLower(string(first)) + name[n:]
}

// sourcesOf are what the statements rest on, each once, in the order of the
// statements.
func sourcesOf(all ...method.Said) []*method.Source {
	var out []*method.Source
	seen := make(map[string]bool)
	for _, s := range all {
		for _, src := range s.Sources() {
			if !seen[src.ID] {
				seen[src.ID] = true
				out = append(out, src)
			}
		}
	}
	return out
}

// demandWords is how much a technique asks, in words.
func demandWords(n int) string {
	return map[int]string{1: "Simple", 2: "Light", 3: "Some effort", 4: "Demanding", 5: "Very demanding"}[n]
}

func number(n notes, s *method.Source) string { return strconv.Itoa(n.number[s.ID]) }

// linkOf is the first of an approach's links: in a form all say the same.
func linkOf(a *method.Approach) method.Link {
	if len(a.Links) == 0 {
		return method.Link{}
	}
	return a.Links[0]
}

// approachLike is a technique with what it has in common with an approach.
func approachLike(t *method.Technique) *method.Approach {
	return &method.Approach{Entry: t.Entry, Way: t.Way, Mechanism: t.Mechanism, Effect: t.Effect, Lasts: t.Lasts, Asks: t.Asks, Cautions: t.Cautions, Steps: t.Steps}
}
