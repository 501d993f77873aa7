package alliance

import (
	"slices"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// A question is an item as it is worded, with its ends.
type question struct{ field, name, text, low, high string }

// questions are our own wording. They ask about the session, never about the
// person who held it.
var questions = [items]question{
	Heard:   {"heard", "Felt heard", "Did you feel heard?", "0, not at all", "10, fully"},
	Topics:  {"topics", "Right topics", "Did we talk about what matters to you?", "0, not at all", "10, just that"},
	Way:     {"way", "Right way of working", "Did the way of working suit you?", "0, not at all", "10, very well"},
	Overall: {"overall", "Overall", "And the session as a whole?", "0, something was missing", "10, just right"},
}

// Field is the name of the item in a form.
func (i Item) Field() string { return questions[i].field }

// Name is the item in a list: "Felt heard".
func (i Item) Name() string { return questions[i].name }

// Text is the question, as the client reads it.
func (i Item) Text() string { return questions[i].text }

// Ends are what the ends of the scale mean.
func (i Item) Ends() (low, high string) { return questions[i].low, questions[i].high }

// InWords says why a check-in is worth asking about, to a clinician. It is empty
// if nothing is: silence needs no words.
func (s Signal) InWords() string {
	var why []string
	if s.Worry {
		why = append(why, "a worry was written")
	}
	if s.Dropped {
		why = append(why, "the check-in is clearly lower than the earlier ones")
	}
	if len(s.Low) > 0 {
		names := make([]string, len(s.Low))
		for i, item := range s.Low {
			names[i] = "“" + item.Name() + "”"
		}
		verb := " is at 5 or below"
		if len(names) > 1 {
			verb = " are at 5 or below"
		}
		why = append(why, list(names)+verb)
	}
	if len(why) == 0 {
		return ""
	}
	text := list(why)
	if first := text[0]; first >= 'a' && first <= 'z' { // not where it begins with a quotation
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return text + "."
}

// InWords is what was answered: "Felt heard 8, right topics 9, overall 8, of 10 each".
func (a Answers) InWords() string {
	var parts []string
	for i, v := range a {
		if v == nil {
			continue
		}
		name := Item(i).Name()
		if len(parts) > 0 {
			name = strings.ToLower(name)
		}
		parts = append(parts, name+" "+strconv.Itoa(*v))
	}
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0] + " of 10"
	}
	return strings.Join(parts, ", ") + ", of 10 each"
}

// A Line is one thing that a check-in says, for a list.
type Line struct {
	Name, Text string
	Words      bool // the client's own
}

// Lines are what was said, without what was left out: the answers first.
func (s Said) Lines() (lines []Line) {
	for _, l := range []Line{
		{"Answers", s.Answers.InWords(), false}, {"Landed", s.Landed, true}, {"Did not land", s.Missed, true}, {"Weighs", s.Worry, true},
	} {
		if l.Text != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// Limits says how sure a signal is, and why silence proves nothing.
const Limits = "A dip asks a question and answers none: it may be about the work together, about the week, or about chance. " +
	"Silence proves nothing either, because many people find it hard to write that something was amiss."

// Rule is the whole rule, on request.
const Rule = "From the fourth check-in on, the mean of the four answers is compared with the same client’s earlier ones; " +
	"more than two standard deviations below, any answer of 5 or less, or a worry in words is worth asking about. " +
	"Where somebody’s answers hardly move, a standard deviation of 0.8 is assumed; that figure is an assumption of this product and no published one. " +
	"A return to within one standard deviation in the next three check-ins counts as a repair. Nobody is compared with anybody else."

// An Aid is what may help when something in the work together has slipped.
type Aid struct{ Text, Source string }

// Aids are few on purpose: they are read before an hour, not studied.
func Aids() []Aid {
	return []Aid{
		{"Ask first, in the open and without haste: “Something may not have fitted last time. What was it like for you?”", naming},
		{"Listen for the two ways in which people let it be known: drawing back and agreeing too readily, or saying outright that it does not help.", naming},
		{"Take up your own part before explaining anything; agree anew on what you work at, and on how.", repairing},
		{"Look at what else could be behind it: the work together, readiness to change, support around the person, or the method.", tools},
	}
}

// Where the aids come from. The words are ours.
const (
	naming    = "After Safran and Muran, Negotiating the Therapeutic Alliance (2000)"
	repairing = "After Eubanks, Muran and Safran on repairing ruptures, Psychotherapy 55 (2018)"
	tools     = "After the idea of clinical support tools in the work of Lambert and colleagues"
)

// GoodNews is a repair in words, to a clinician.
const GoodNews = "That is often worth saying aloud: work that was mended together tends to hold."

// hasWord says whether words has word, however it is written.
func hasWord(words []string, word string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, word) })
}

// ownWords are the words that a practice adds, one to a line, as they are kept.
func ownWords(text string) ([]string, error) {
	var own []string
	for line := range strings.Lines(text) {
		word, err := fault.Line("words", line, MaxWord)
		if err != nil {
			return nil, err
		}
		if word == "" || hasWord(shipped[:], word) || hasWord(own, word) {
			continue
		}
		own = append(own, word)
	}
	if len(own) > MaxOwn {
		return nil, fault.New(fault.Invalid, "words", "More than twelve words are hard to choose from on a phone. Please leave some out.")
	}
	return own, nil
}

// list is "a", "a and b", "a, b and c".
func list(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}
