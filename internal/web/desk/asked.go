package desk

import (
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

// An AskLine is something that is asked of a client: its id, what and how often in
// words, and why.
type AskLine struct {
	ID, What, Reason string
}

// AskInWords is what a asks for, and how often: "PHQ-9, every week since 19 November".
func AskInWords(lib *instrument.Library, a measure.Ask, now time.Time) string {
	name := a.Instrument
	if in, ok := lib.Lookup(a.Instrument, ""); ok {
		name = in.Name
	}
	from, err := a.From.Begins(now.Location())
	if err != nil {
		from = a.MadeAt
	}
	return name + ", " + rhythmWords(a, from, now)
}

// rhythmWords is how often something is asked, and since when.
func rhythmWords(a measure.Ask, from, now time.Time) string {
	day := Short(from, now)
	ahead := from.After(now)
	since := map[bool]string{true: " from ", false: " since "}[ahead]
	switch a.Rhythm {
	case measure.EachSession:
		return "with each session" + since + day
	case measure.Weekly:
		return "every week" + since + day
	case measure.Fortnightly:
		return "every two weeks" + since + day
	case measure.Monthly:
		return "every month" + since + day
	case measure.Once:
	}
	return strings.TrimSpace("once, from " + day)
}

// A LoadLine is how much is asked of somebody, in words.
type LoadLine struct {
	words, once, much string
}

// LoadOf is l in words: questions and minutes in a usual week.
func LoadOf(l measure.Load) LoadLine {
	var line LoadLine
	if q, m := l.Whole(); q > 0 {
		line.words = "About " + Count(q, "question", "questions") + " in a usual week, " + Count(max(m, 1), "minute", "minutes") + "."
	}
	if l.Once > 0 {
		line.once = Upper(Count(l.Once, "question", "questions")) + " once, beside."
	}
	if l.Much() {
		line.much = "That is a lot for one week. Fewer questions are answered more often, and with more care."
	}
	return line
}
