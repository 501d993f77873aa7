package course

import (
	"fmt"
	"math"
	"strconv"
)

// A Scale is what has to be known of a questionnaire: its ends, which way is
// better, and the smallest difference that is more than wobble.
type Scale struct {
	Lo, Hi         float64
	HigherIsBetter bool
	Reliable       float64 // AtLeast of the published threshold; 0: there is none
}

// Kind names the two things that a course can ask a clinician to look at.
type Kind string

const (
	LookCloser Kind = "look closer"
	SlowerThan Kind = "slower than most so far"
)

// A Signal asks; it does not accuse. Words is the reason, for the clinician.
type Signal struct {
	Kind  Kind    `json:"kind"`
	Week  float64 `json:"week"`  // of the score that gave it
	Score float64 `json:"score"` // that score
	Bound float64 `json:"bound"` // the worse end of the 80 % band at that week, from the first score
	Rule  string  `json:"rule"`
	Words string  `json:"words"`
}

// Name is the signal in two to four words, true of what gave it: a score can be
// reliably worse than the first and still lie where most are.
func (s Signal) Name() string { return NameOf(s.Kind, s.Rule) }

// NameOf is the name of a signal of that kind and rule. A rule that is not known names
// it by its kind.
func NameOf(k Kind, rule string) string {
	switch {
	case rule == ruleReliable:
		return "Worse than at the start"
	case k == SlowerThan:
		return "Slower than most"
	}
	return "Look closer"
}

// day is in weeks for how long scores count as of one day, a second less for what is
// lost in reckoning.
const day = 1.0/7 - 1.0/(7*24*60*60)

// SameDay says whether two scores are so near each other that they count as one for what
// asks for two running.
func SameDay(a, b Moment) bool { return math.Abs(a.Week-b.Week) < day }

// The rules of the two signals, kept with what was concluded from them.
const (
	ruleLookCloser = "band80-first.1"
	ruleTwoRunning = "band80-first-two-running.1"
	ruleReliable   = "reliably-worse-than-first.1"
)

// Doubt says how sure a signal is, for the details under it. The numbers were
// found with the PHQ-9 and are not known for other instruments.
const Doubt = "How sure is this? Tried on simulated PHQ-9 courses, and on those of a real trial, it was given in 18 and 17 of 100 courses. " +
	"It found 31 and 25 of 100 people who were not helped in the end, and stayed silent for 95 and 94 of 100 who were. " +
	"So it misses many, and silence is no proof. The more often somebody is asked, the more often it is given. Some people change only after session six."

// Signals are the signals that the newest of scores gives, the stronger first.
// scores are in order of time.
//
// Look closer: the newest score is worse than the 80 % band from the first score.
// Slower than most so far: so were the newest two, or the newest is reliably worse
// than the first. What lies exactly on a bound is inside it. Two within a day are one:
// a hard day is no second week, and of one day the newest counts.
func (p Prior) Signals(s Scale, scores []Moment) ([]Signal, error) {
	trail, err := p.Trail(s, scores)
	if err != nil || len(trail) == 0 {
		return nil, err
	}
	return trail[len(trail)-1], nil
}

// Trail is what Signals would have said at each score when it was the newest;
// only those of the newest have Words.
func (p Prior) Trail(s Scale, scores []Moment) ([][]Signal, error) {
	if len(scores) == 0 {
		return nil, nil
	}
	post, err := p.Posterior(scores[:1])
	if err != nil {
		return nil, err
	}
	band := band{scores[0], post}
	trail := make([][]Signal, len(scores))
	all := make([]Signal, 0, len(scores)/4) // one piece of memory for most of them
	was := false                            // the newest score of a day before lay beyond its bound
	today := band.first.Week                // of the first score of the same day, and whether the newest of it lay beyond
	beyondToday := false
	for i, m := range scores {
		if err := m.check(); err != nil {
			return nil, fmt.Errorf("score %d: %w", i+1, err)
		}
		if i == 0 {
			continue
		}
		if m.Week-today >= day { // they are in order
			was, today = beyondToday, m.Week
		}
		bound, beyond := band.bound(s, m)
		worse := m.Score - band.first.Score
		if s.HigherIsBetter {
			worse = -worse
		}
		sig := Signal{Week: m.Week, Score: m.Score, Bound: bound}
		from := len(all)
		switch {
		case beyond && was:
			sig.Kind, sig.Rule = SlowerThan, ruleTwoRunning
			all = append(all, sig)
		case s.Reliable > 0 && worse >= s.Reliable-1e-9:
			sig.Kind, sig.Rule = SlowerThan, ruleReliable
			all = append(all, sig)
		}
		if beyond {
			sig.Kind, sig.Rule = LookCloser, ruleLookCloser
			all = append(all, sig)
		}
		if len(all) > from {
			trail[i] = all[from:len(all):len(all)]
		}
		beyondToday = beyond
	}
	band.explain(s, trail[len(trail)-1])
	return trail, nil
}

// A band is where 8 of 10 scores lie, from the first score alone.
type band struct {
	first Moment
	post  Posterior
}

// bound is the worse end of the band at m's week, and whether m lies beyond it.
func (b band) bound(s Scale, m Moment) (bound float64, beyond bool) {
	l := math.Log1p(m.Week)
	mean := b.post.Mean[0] + b.post.Mean[1]*l
	half := z80 * math.Sqrt(b.post.Cov.quad(l)+b.post.sigma2)
	if s.HigherIsBetter {
		return mean - half, m.Score < mean-half
	}
	return mean + half, m.Score > mean+half
}

// explain puts the signals in words.
func (b band) explain(s Scale, signals []Signal) {
	for i, sig := range signals {
		switch sig.Rule {
		case ruleTwoRunning:
			signals[i].Words = "The last two scores lie " + b.others(s, sig) + ". Worth talking about together."
		case ruleReliable:
			move := "rise"
			if s.HigherIsBetter {
				move = "fall"
			}
			signals[i].Words = fmt.Sprintf("The newest score is %s and the first was %s. A %s of %s, towards harder days, is more than the test’s own wobble (%s or more counts). Worth talking about together.",
				short(sig.Score), short(b.first.Score), move, short(math.Abs(sig.Score-b.first.Score)), short(s.Reliable))
		case ruleLookCloser:
			signals[i].Words = fmt.Sprintf("The newest score, %s, lies %s. One score can be one hard week: worth asking about.", short(sig.Score), b.others(s, sig))
		}
	}
}

// others is "above where 8 in 10 clients starting at 18 are (up to 19.8 at week 4)".
// The bound is cut off at one decimal towards the better side, so that a score
// beyond it never looks as if it were on it.
func (b band) others(s Scale, sig Signal) string {
	side, edge := "above", "up to "+tenths(math.Floor(sig.Bound*10)/10)
	if s.HigherIsBetter {
		side, edge = "below", "from "+tenths(math.Ceil(sig.Bound*10)/10)
	}
	return fmt.Sprintf("%s where 8 in 10 clients starting at %s are (%s at week %d)", side, short(b.first.Score), edge, int(math.Floor(sig.Week+.5)))
}

func tenths(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// short is a score with one decimal if it needs one.
func short(x float64) string {
	if x == math.Trunc(x) {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return tenths(x)
}
