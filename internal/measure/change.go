package measure

import (
	"math"

	"github.com/waymark-care/waymark/internal/instrument"
)

// Verdict says whether two scores differ by more than chance.
type Verdict string

const (
	Improved         Verdict = "improved"
	Worse            Verdict = "worse"
	NoReliableChange Verdict = "no reliable change"
)

// A Change compares two totals of one instrument by a published threshold. Rule
// and AtLeast are kept with it, since rules can disagree.
type Change struct {
	From    float64 `json:"from"`
	To      float64 `json:"to"`
	Delta   float64 `json:"delta"` // To - From
	Verdict Verdict `json:"verdict"`
	Rule    string  `json:"rule"`
	AtLeast float64 `json:"atLeast"`
	Source  string  `json:"source"`
}

// ReliableChange compares two totals by in's published threshold: a difference of
// AtLeast or more is reliable. ok is false if in has no such rule; then nothing
// may be said about chance.
func ReliableChange(in *instrument.Instrument, from, to float64) (c Change, ok bool) {
	t := in.Scoring.ReliableChange
	if t == nil {
		return Change{From: from, To: to, Delta: to - from, Verdict: NoReliableChange}, false
	}
	c = Change{From: from, To: to, Delta: to - from, Verdict: NoReliableChange, Rule: t.Rule, AtLeast: t.AtLeast, Source: t.Source}
	if math.Abs(c.Delta) >= t.AtLeast-1e-9 {
		c.Verdict = Worse
		if (c.Delta < 0) == (in.Direction == instrument.LowerIsBetter) {
			c.Verdict = Improved
		}
	}
	return c, true
}

// Z95 is the two-sided 95 % quantile of the normal distribution.
const Z95 = 1.959963984540054

// JT is the reliable change index of Jacobson and Truax (1991): the difference of
// two scores in units of its own standard error.
type JT struct {
	SEM       float64 `json:"sem"`       // s*sqrt(1-r)
	Sdiff     float64 `json:"sdiff"`     // sqrt(2)*SEM
	Threshold float64 `json:"threshold"` // Z95*Sdiff
	RC        float64 `json:"rc"`        // (x2-x1)/Sdiff
}

// JacobsonTruax compares x1 and x2 with a reference standard deviation sd (above 0)
// and reliability r (from 0 to below 1); ok is false outside of these.
func JacobsonTruax(x1, x2, sd, r float64) (jt JT, ok bool) {
	if !(sd > 0) || math.IsInf(sd, 0) || !(r >= 0 && r < 1) {
		return JT{}, false
	}
	jt.SEM = sd * math.Sqrt(1-r)
	jt.Sdiff = math.Sqrt2 * jt.SEM
	jt.Threshold = Z95 * jt.Sdiff
	jt.RC = (x2 - x1) / jt.Sdiff
	return jt, true
}

// UsualWobble is the band for a client's own chart: half the reliable-change
// threshold above and below the mean of their own totals, so that any two scores
// inside it differ by no more than the questionnaire's own wobble. It is cut off at
// the ends of the instrument's range.
//
// It is not a norm, not a prediction and no confidence interval of a true score:
// it moves with the person's mean, and says only how far answers may lie apart
// without meaning anything. ok is false without totals or without a published rule.
func UsualWobble(in *instrument.Instrument, totals []float64) (lo, hi float64, ok bool) {
	t := in.Scoring.ReliableChange
	if t == nil || len(totals) == 0 {
		return 0, 0, false
	}
	mean := 0.0
	for _, x := range totals {
		mean += x
	}
	mean /= float64(len(totals))
	lowest, highest := in.Range()
	return max(lowest, mean-t.AtLeast/2), min(highest, mean+t.AtLeast/2), true
}
