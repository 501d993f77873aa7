package meaning

import (
	"github.com/waymark-care/waymark/internal/change"
	"github.com/waymark-care/waymark/internal/instrument"
)

// Step is one next thing a client can do after a questionnaire. A page turns it
// into a link.
type Step string

const (
	StepHelp  Step = "help"  // open the safety plan and the crisis contacts
	StepBring Step = "bring" // keep one thing in mind, or on paper of their own, for the next session
	StepChart Step = "chart" // look at the own chart
	StepWeek  Step = "week"  // back to This week
)

// Next is a step and the words on it.
type Next struct {
	Step  Step
	Words string
}

// A Meaning is what a client reads at the end of a questionnaire. It holds no
// number, no percentile and no prediction.
type Meaning struct {
	// Critical: a critical item was endorsed. The page opens the safety plan and
	// the crisis contacts at once, above everything else.
	Critical bool
	Title    string
	Words    []string // paragraphs
	Next     Next
}

// ForClient says in plain words what a result means to the person who answered.
// earlier are the totals of their earlier answers, oldest first.
func ForClient(in *instrument.Instrument, r instrument.Result, earlier []float64) Meaning {
	if r.Endorsed() {
		return Meaning{
			Critical: true,
			Title:    "You do not have to be alone with this",
			Words: []string{
				"One of your answers says that some very hard thoughts have been there. Thoughts like these come to many people when things are too much, and talking to somebody can help.",
				"Nobody here is watching as you answer. The person you work with finds this marked when they next look, and that may not be today.",
			},
			Next: Next{StepHelp, "See who you can reach now"},
		}
	}
	m := Meaning{Title: "Your answers are kept"}
	say := func(s string) { m.Words = append(m.Words, s) }
	switch {
	case r.Total == nil && r.Missing > 0:
		say("You left some questions out, and that is all right. There are too few answers to say what they mean together, so nothing is guessed. What you did answer is kept.")
		m.Next = Next{StepWeek, "Back to your week"}
	default:
		if r.Band != nil {
			say(r.Band.Client)
		}
		if r.Prorated {
			what := "a question"
			if r.Missing > 1 {
				what = "some questions"
			}
			say("You left " + what + " out, and that is all right. This is read from the ones you answered.")
		}
		m.Next = m.compare(in, r, earlier)
		if m.hard(in, r) {
			say("That is a lot to carry. If it becomes too much before you next talk, Help now is on every page.")
			m.Next = Next{StepBring, "If you like, jot a line on paper of your own to bring along when you next talk"}
		}
		say("This is a picture of " + in.Recall + ". It is not a verdict on you.")
	}
	if r.CriticalUnknown() {
		say("A question you left out can be a hard one. If there is something in it for you, you can bring it to a session in your own words, and Help now is on every page.")
	}
	return m
}

// compare adds what changed since the last time, and returns the step that fits.
func (m *Meaning) compare(in *instrument.Instrument, r instrument.Result, earlier []float64) Next {
	bring := Next{StepBring, "If you like, keep one thing in mind to bring up when you next talk"}
	if len(earlier) == 0 || r.Total == nil {
		return bring
	}
	c, ok := ReliableChange(in, earlier[len(earlier)-1], *r.Total)
	if !ok {
		return Next{StepChart, "See your own line"}
	}
	switch c.Verdict {
	case change.Better:
		m.Words = append(m.Words, "Since last time your answers have moved towards easier days, by more than the usual wobble.")
	case change.Worse:
		m.Words = append(m.Words, "Since last time your answers have moved towards harder days, by more than the usual wobble. Harder stretches are part of most ways, and this one does not undo what came before.")
		return bring
	case change.NoReliableChange:
		// Too small to tell is not the same as nothing, and many small steps can be a long way.
		m.Words = append(m.Words, "Compared with last time, the difference is too small to tell from the usual wobble of answers. Small steps can add up: your own line shows the whole way.")
	}
	return Next{StepChart, "See your own line"}
}

// hard reports whether r lies in the worst band.
func (m *Meaning) hard(in *instrument.Instrument, r instrument.Result) bool {
	bands := in.Scoring.Bands
	if r.Band == nil || len(bands) < 2 {
		return false
	}
	worst := bands[len(bands)-1]
	if in.Direction == instrument.HigherIsBetter {
		worst = bands[0]
	}
	return *r.Band == worst
}

// OwnLine says in words what a client's own chart shows. totals are their totals,
// oldest first.
func OwnLine(in *instrument.Instrument, totals []float64) string {
	switch len(totals) {
	case 0:
		return "Nothing here yet. Your line begins with your first answers."
	case 1:
		return "Your line begins here."
	}
	c, ok := ReliableChange(in, totals[0], totals[len(totals)-1])
	if !ok {
		return "These are your answers, from the first to the newest."
	}
	switch c.Verdict {
	case change.Better:
		return "Since you began, your answers have moved towards easier days, by more than the usual wobble."
	case change.Worse:
		return "Since you began, your answers have moved towards harder days, by more than the usual wobble. It can help to talk about that."
	case change.NoReliableChange:
	}
	return "From your first answers to your newest, the difference is too small to tell from the usual wobble of answers."
}
