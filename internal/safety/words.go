package safety

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Alarming says whether a text that somebody is about to send holds words by which
// people say that a life is in danger: a list of English phrases (phrases.txt),
// some of them misspelt as people do, found as whole words in whatever case and
// with whatever stands between words.
//
// It is for showing whom to call before anything is sent, and for nothing else: it
// knows neither irony nor a no, it misses what is said in other words or another
// language, and nothing may be concluded, counted or written down from its answer.
func Alarming(texts ...string) bool {
	for _, text := range texts {
		words := wordsOf(text)
		for i := range words {
			if begins(words[i:]) {
				return true
			}
		}
	}
	return false
}

//go:embed phrases.txt
var phrasesText string

// A phrase is words one after the other; one that ends in * stands for every word
// that begins so, and * alone for any.
type phrase []string

// phrases by their first word; under "" those that begin with a beginning.
var phrases = sync.OnceValue(func() map[string][]phrase {
	all := make(map[string][]phrase)
	for line := range strings.Lines(phrasesText) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		for _, text := range spelled(line) {
			p := phrase(strings.Fields(text))
			first := p[0]
			if strings.HasSuffix(first, "*") {
				first = ""
			}
			all[first] = append(all[first], p)
		}
	}
	return all
})

// spelled is every text that a line with (a|b) in it stands for.
func spelled(line string) []string {
	head, rest, found := strings.Cut(line, "(")
	if !found {
		return []string{line}
	}
	inner, tail, _ := strings.Cut(rest, ")")
	var all []string
	for _, end := range spelled(tail) {
		for choice := range strings.SplitSeq(inner, "|") {
			all = append(all, head+choice+end)
		}
	}
	return all
}

// begins says whether words begin with one of the phrases.
func begins(words []string) bool {
	is := func(p phrase) bool { return p.starts(words) }
	return slices.ContainsFunc(phrases()[words[0]], is) || slices.ContainsFunc(phrases()[""], is)
}

func (p phrase) starts(words []string) bool {
	if len(p) > len(words) {
		return false
	}
	for i, want := range p {
		if head, any := strings.CutSuffix(want, "*"); any && strings.HasPrefix(words[i], head) || want == words[i] {
			continue
		}
		return false
	}
	return true
}

// fillers mean nothing for what a sentence says; phrases have none of them.
var fillers = []string{"just", "really", "actually", "simply", "literally", "so", "fucking", "honestly", "truly", "basically", "kinda", "sorta"}

// wordsOf are the words of a text in small letters, without apostrophes, and
// without fillers. Letters thrice in a row or more count as one.
func wordsOf(text string) []string {
	text = strings.Map(func(r rune) rune {
		switch r {
		case '\'', '’', '‘', '`', '´', 'ʼ', '\u00AD':
			return -1
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return ' '
	}, text)
	words := strings.Fields(text)
	for i, w := range words {
		words[i] = calm(w)
	}
	return slices.DeleteFunc(words, func(w string) bool { return slices.Contains(fillers, w) })
}

// calm is a word without letters that are drawn out: "diiiie" is "die".
func calm(word string) string {
	runes := []rune(word)
	var out []rune
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && runes[j] == runes[i] {
			j++
		}
		n := j - i
		if n > 2 {
			n = 1
		}
		out = append(out, runes[i:i+n]...)
		i = j
	}
	return string(out)
}
