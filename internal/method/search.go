package method

import (
	"cmp"
	"slices"
	"strings"
)

// A Hit is an entry that somebody looked for.
type Hit struct {
	Kind string
	*Entry
}

// maxSearch is how much of what somebody looks for is read.
const maxSearch = 200

// Search finds the entries in which every word of text stands: what has it in its
// name first, then what has it elsewhere; concerns before approaches before
// techniques. Nothing is found for no words, and nothing that is hidden.
func (l *Library) Search(text string) []Hit {
	words := strings.Fields(strings.ToLower(text[:min(len(text), maxSearch)]))
	if len(words) == 0 {
		return nil
	}
	var out []Hit
	inName := make(map[*Entry]bool)
	look := func(kind string, e *Entry, more ...string) {
		name := strings.ToLower(e.Name + " " + e.Plain + " " + e.Words + " " + strings.Join(more, " "))
		all := name + " " + strings.ToLower(e.About.Clinician+" "+e.About.Client)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) }) {
			out = append(out, Hit{kind, e})
			inName[e] = !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(name, w) })
		}
	}
	for _, c := range l.Concerns() {
		look(KindConcern, &c.Entry)
	}
	for _, a := range l.Approaches() {
		look(KindApproach, &a.Entry, a.Short)
	}
	for _, t := range l.Techniques() {
		look(KindTechnique, &t.Entry)
	}
	slices.SortStableFunc(out, func(a, b Hit) int { return cmp.Compare(later(inName[a.Entry], inName[b.Entry]), 0) })
	return out
}
