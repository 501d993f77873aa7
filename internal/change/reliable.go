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

// UsualWobble is the band for a client's own chart: half the reliable threshold
// above and below the mean of their own totals, so that any two scores inside it
// differ by no more than the questionnaire's own wobble. It is cut off at the ends
// of the questionnaire's range, from lowest to highest.
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
	return max(lowest, mean-atLeast/2), min(highest, mean+atLeast/2), true
}
