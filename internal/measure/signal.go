package measure

import (
	"fmt"
	"github.com/waymark-care/waymark/internal/change"
	"github.com/waymark-care/waymark/internal/instrument"
	"math"
	"strconv"
)

// SignalKind names the two things that a course can ask a clinician to look at.
type SignalKind string

const (
	LookCloser SignalKind = "look closer"
	SlowerThan SignalKind = "slower than most so far"
)

// A Signal asks; it does not accuse. Words is the reason, for the clinician.
type Signal struct {
	Kind  SignalKind `json:"kind"`
	Week  float64    `json:"week"`  // of the score that gave it
	Score float64    `json:"score"` // that score
	Bound float64    `json:"bound"` // the worse end of the 80 % band at that week, from the first score
	Rule  string     `json:"rule"`
	Words string     `json:"words"`
}

// The rules of the two signals, stored with what was concluded from them.
const (
	ruleLookCloser = "band80-first.1"
	ruleTwoRunning = "band80-first-two-running.1"
	ruleReliable   = "reliably-worse-than-first.1"
)

// SignalDoubt says how sure a signal is, for the details under it. The numbers
// were found with the PHQ-9 and are not known for other instruments.
const SignalDoubt = "How sure is this? Tried on simulated PHQ-9 courses, and on those of a real trial, it was given in 18 and 17 of 100 courses. " +
	"It found 31 and 25 of 100 people who were not helped in the end, and stayed silent for 95 and 94 of 100 who were. " +
	"So it misses many, and silence is no proof. Some people change only after session six."

// Signals are the signals that the newest of scores gives, the stronger first.
// scores are in order of time and start with the first score, at week 0.
//
// Look closer: the newest score is worse than the 80 % band from the first score.
// Slower than most so far: so were the newest two, or the newest is reliably worse
// than the first by in's published threshold.
func (p Prior) Signals(in *instrument.Instrument, scores []Moment) []Signal {
	if len(scores) < 2 {
		return nil
	}
	var out []Signal
	first, last := scores[0], scores[len(scores)-1]
	bound, outside := p.outside(in, first.Score, last)
	s := Signal{Week: last.Week, Score: last.Score, Bound: bound}
	others := fmt.Sprintf("%s where 8 in 10 clients starting at %s are (%s at week %d)", side(in), whole(first.Score), edge(in, bound), instrument.RoundHalfUp(last.Week))
	if len(scores) > 2 && outside {
		if _, before := p.outside(in, first.Score, scores[len(scores)-2]); before {
			s.Kind, s.Rule = SlowerThan, ruleTwoRunning
			s.Words = "The last two scores lie " + others + ". Worth talking about together."
			out = append(out, s)
		}
	}
	if c, ok := ReliableChange(in, first.Score, last.Score); ok && c.Verdict == change.Worse && len(out) == 0 {
		s.Kind, s.Rule = SlowerThan, ruleReliable
		s.Words = fmt.Sprintf("The newest score is %s and the first was %s. %s Worth talking about together.", whole(last.Score), whole(first.Score), changeWords(c))
		out = append(out, s)
	}
	if outside {
		s.Kind, s.Rule = LookCloser, ruleLookCloser
		s.Words = fmt.Sprintf("The newest score, %s, lies %s. One score can be one hard week: worth asking about.", number(last.Score), others)
		out = append(out, s)
	}
	return out
}

func side(in *instrument.Instrument) string {
	if in.Direction == instrument.HigherIsBetter {
		return "below"
	}
	return "above"
}

// edge is a bound in words, with one decimal cut off towards the better side, so
// that a score beyond the bound never looks as if it were on it.
func edge(in *instrument.Instrument, bound float64) string {
	if in.Direction == instrument.HigherIsBetter {
		return "from " + strconv.FormatFloat(math.Ceil(bound*10)/10, 'f', 1, 64)
	}
	return "up to " + strconv.FormatFloat(math.Floor(bound*10)/10, 'f', 1, 64)
}

// outside is the worse bound of the 80 % band at m's week, from the first score,
// and whether m lies beyond it.
func (p Prior) outside(in *instrument.Instrument, first float64, m Moment) (bound float64, yes bool) {
	lo, hi := p.Band80FromFirst(first, m.Week)
	if in.Direction == instrument.HigherIsBetter {
		return lo, m.Score < lo
	}
	return hi, m.Score > hi
}
