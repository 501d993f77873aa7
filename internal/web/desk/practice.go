package desk

import (
	"strings"

	"github.com/waymark-care/waymark/internal/assignment"
)

// PractisedInWords is how often something that was agreed went how: "Did it three
// times, tried once."; empty: nothing was noted.
func PractisedInWords(times map[assignment.How]int) string {
	var parts []string
	for _, h := range assignment.Hows() {
		if n := times[h]; n > 0 {
			parts = append(parts, strings.ToLower(h.Words())+" "+Often(n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return Upper(strings.Join(parts, ", ")) + "."
}

// Often is how many times, in words.
func Often(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return Count(n, "time", "times")
}
