package change

import "math"

// Verdict says whether two scores differ by more than chance.
type Verdict string

// The verdicts.
const (
	Better           Verdict = "improved"
	Worse            Verdict = "worse"
	NoReliableChange Verdict = "no reliable change"
)

// A Published is a threshold that was published with a questionnaire: a difference
// of AtLeast points or more is reliable. Rule and Source are kept with every
// result, since rules can disagree.
type Published struct {
	Rule    string
	AtLeast float64
	Source  string
}

// A Change compares two totals of one questionnaire by its published threshold.
type Change struct {
	From    float64 `json:"from"`
	To      float64 `json:"to"`
	Delta   float64 `json:"delta"` // To - From
	Verdict Verdict `json:"verdict"`
	Rule    string  `json:"rule"`
	AtLeast float64 `json:"atLeast"`
	Source  string  `json:"source"`
}

// Reliable compares two totals by p, the method of Jacobson and Truax with the
// questionnaire's published threshold in place of a sample's own. It is what the
// pages show. ok is false without a threshold or with totals that are no numbers;
// then nothing may be said about chance.
func Reliable(p Published, better Direction, from, to float64) (c Change, ok bool) {
	c = Change{From: from, To: to, Delta: to - from, Verdict: NoReliableChange}
	rule := Rule{Better: better, Limit: p.AtLeast, OrMore: true}
	if rule.Check() != nil || !finite(c.Delta) {
		return c, false
	}
	c.Rule, c.AtLeast, c.Source = p.Rule, p.AtLeast, p.Source
	switch towards := float64(better) * c.Delta; {
	case rule.reliable(towards):
		c.Verdict = Better
	case rule.reliable(-towards):
		c.Verdict = Worse
	}
	return c, true
}

// wobbleShare is how much of the published threshold the band of UsualWobble takes in:
// a difference of the threshold itself is reliable, so that two scores so far apart
// must not both lie inside it, nor on its edges.
const wobbleShare = .9

// UsualWobble is the band for a client's own chart: as wide as nine tenths of the
// reliable threshold, around the mean of their own totals, so that any two scores
// inside it or on its edges differ by no more than the questionnaire's own wobble. It
// is cut off at the ends of the questionnaire's range, from lowest to highest.
//
// It is not a norm, not a prediction and no confidence interval of a true score:
// it moves with the person's mean, and says only how far answers may lie apart
// without meaning anything. ok is false without totals or without a threshold.
func UsualWobble(atLeast, lowest, highest float64, totals []float64) (lo, hi float64, ok bool) {
	if !(atLeast > 0) || len(totals) == 0 {
		return 0, 0, false
	}
	mean := 0.0
	for _, x := range totals {
		mean += x
	}
	if mean /= float64(len(totals)); !finite(mean) || math.IsInf(atLeast, 0) {
		return 0, 0, false
	}
	half := atLeast * wobbleShare / 2
	return max(lowest, mean-half), min(highest, mean+half), true
}
