package method

import (
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
