package ui

import (
	"slices"
	"strconv"
	"strings"
)

// AskProps describe a questionnaire: one plain form with all its questions,
// which the island ask.js shows one at a time. Its page's frame needs
// Scripts: []string{"ask.js"} and a Back link "Stop here, keep my answers".
type AskProps struct {
	Title     string            // for readers; the questions are what is seen
	Action    string            // where the answers are posted
	Draft     string            // where unfinished answers are posted now and then; empty: nowhere
	Keep      string            // opaque id for the copy on the device
	Hidden    map[string]string // the id of what will be made, a revision
	Intro     string            // said once above all questions, if they are shown together
	Questions []Question
	Send      string // words of the last button; empty: "Send my answers"
	All       bool   // begin with all questions on one page
	Danger    bool   // it asks about danger: unsent, it shows whom to reach (the frame's Reach), whatever was answered
	Error     *FormErrorProps
}

// A Question has its wording as published.
type Question struct {
	Name    string // of the value
	Stem    string // the sentence above it
	Text    string
	Options []Option
	Text2   string   // smaller words under the question
	Free    bool     // answered in words instead of Options
	Extra   bool     // in words, and may be left out without one: it is folded, and not counted among the questions
	Open    bool     // of an Extra: it stands open, also while it is empty
	Ends    []string // values of Options after which no further question is asked
	Value   string   // of a free answer
	Error   string
}

func (p AskProps) stops() StopsProps {
	s := StopsProps{Stops: make([]Stop, p.counted())}
	for i, q := range p.Questions[:p.counted()] { // what may be added comes last
		switch {
		case i == 0:
			s.Stops[i] = Here
		case anyChosen(q.Options) || q.Value != "":
			s.Stops[i] = Answered
		}
	}
	return s
}

// ends says for whom this question is the last: "If you answered “No”, you are
// done here."
func (q Question) ends() string {
	var words []string
	for _, o := range q.Options {
		if slices.Contains(q.Ends, o.Value) {
			words = append(words, "“"+o.Text+"”")
		}
	}
	return "If you answered " + strings.Join(words, " or ") + ", you are done here."
}

func (q Question) id() string { return "f-" + q.Name }

// counted is how many questions there are, without what may be added.
func (p AskProps) counted() int {
	n := 0
	for _, q := range p.Questions {
		if !q.Extra {
			n++
		}
	}
	return n
}

// place is "Question 3 of 9".
func place(i, n int) string {
	return strings.Join([]string{"Question", strconv.Itoa(i + 1), "of", strconv.Itoa(n)}, " ")
}
