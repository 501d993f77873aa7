// Package change says whether two scores of one person differ by more than the
// questionnaire's own wobble, whether somebody crossed from the clinical side to
// the other, and what share of a service's clients did.
//
// It is pure: numbers in, numbers and categories out; no database, no clock, no
// door. What is no number (NaN, infinite) is an error and never a category. The
// product shows a client's change by the threshold published with the
// questionnaire (Reliable); the other methods are for audit and research, at the
// command line, because they need a reference sample and say different things of
// the same person.
//
// It is no test of whether therapy worked: a reliable change has many causes.
package change

import (
	"errors"
	"fmt"
	"math"
)

// Method is a way to reckon a reliable change index from two scores.
type Method string

// The methods, from the best known to the most particular.
const (
	JT  Method = "jt"  // Jacobson and Truax
	EN  Method = "en"  // Edwards and Nunnally
	GLN Method = "gln" // Gulliksen, Lord and Novick
	HLL Method = "hll" // Hsu, Linn and Lord
	NK  Method = "nk"  // Nunnally and Kotsch
)

// A Reference is the sample against which a change is held.
type Reference struct {
	SD              float64 // s, standard deviation of the scores, above 0
	Reliability     float64 // r, from 0 to below 1; the test-retest one where there is one
	ReliabilityPost float64 // r2, of the second measurement; NK alone uses it
	Mean            float64 // M, the mean to which scores regress; all but JT use it
	PostMean        float64 // the mean of the second measurement; HLL alone uses it
}

// SEM is the standard error of measurement, s*sqrt(1-r) (Lord and Novick 1968,
// Statistical Theories of Mental Test Scores), in points.
func (r Reference) SEM() float64 { return r.SD * math.Sqrt(1-r.Reliability) }

// Sdiff is the standard error of the difference of two scores, sqrt(2)*SEM
// (Jacobson and Truax 1991), in points.
func (r Reference) Sdiff() float64 { return math.Sqrt2 * r.SEM() }

// Threshold is the difference in points that a difference must exceed to be
// reliable by JT, Z(confidence)*Sdiff.
func (r Reference) Threshold(confidence float64) (float64, error) {
	z, err := Z(confidence)
	return z * r.Sdiff(), err
}

// Z is the two-sided quantile of the normal distribution: 1.96 for a confidence
// of 0.95. The confidence lies between 0 and 1.
func Z(confidence float64) (float64, error) {
	if !(confidence > 0 && confidence < 1) {
		return 0, fmt.Errorf("a confidence lies between 0 and 1, such as 0.95, and %v does not", confidence)
	}
	return math.Sqrt2 * math.Erfinv(confidence), nil
}

// ErrNoNumber says that a score, or what follows from it, is not a finite number.
var ErrNoNumber = errors.New("a score is not a finite number, or too large to reckon with")

// An Index reckons one person's reliable change index by one method. It is made
// by NewIndex.
type Index struct {
	method Method
	ref    Reference
	err    float64 // standard error that the method divides by
}

// NewIndex prepares method for ref. It refuses what the method cannot reckon with.
func NewIndex(method Method, ref Reference) (Index, error) {
	for _, x := range []float64{ref.SD, ref.Reliability, ref.ReliabilityPost, ref.Mean, ref.PostMean} {
		if !finite(x) {
			return Index{}, ErrNoNumber
		}
	}
	r, r2 := ref.Reliability, ref.ReliabilityPost
	switch {
	case ref.SD <= 0:
		return Index{}, fmt.Errorf("a standard deviation is above 0, and %v is not", ref.SD)
	case r < 0 || r >= 1:
		return Index{}, fmt.Errorf("a reliability is from 0 to below 1, and %v is not", r)
	case method == NK && (r2 < 0 || r2 >= 1):
		return Index{}, fmt.Errorf("the reliability of the second measurement is from 0 to below 1, and %v is not", r2)
	}
	x := Index{method: method, ref: ref}
	switch method {
	case JT:
		x.err = ref.Sdiff()
	case EN:
		x.err = ref.SEM()
	case GLN, HLL:
		x.err = ref.SD * math.Sqrt(1-r*r)
	case NK:
		x.err = ref.SD * math.Sqrt(r*r*(1-r)+(1-r2))
	default:
		return Index{}, fmt.Errorf("no method is called %q: there are jt, en, gln, hll and nk", method)
	}
	if !finite(x.err) || x.err <= 0 {
		return Index{}, fmt.Errorf("with a standard deviation of %v and a reliability of %v there is no error of measurement to hold a change against", ref.SD, r)
	}
	return x, nil
}

// Of is the reliable change index of a first and a second score, in units of the
// method's standard error: above 0 if the second is higher than expected. With s
// the standard deviation, r the reliability, M the reference mean:
//
//	JT   (x2-x1) / (sqrt(2) s sqrt(1-r))
//	     Jacobson and Truax 1991, J Consult Clin Psychol 59:12-19
//	EN   (x2 - (r(x1-M)+M)) / (s sqrt(1-r))
//	     Edwards, Yarvis, Mueller, Zingale and Wagman 1978, Eval Q 2:275,
//	     after Nunnally; Speer 1992, J Consult Clin Psychol 60:402-408
//	GLN  ((x2-M) - r(x1-M)) / (s sqrt(1-r^2))
//	     Hsu 1989, Behav Assess 11:459-467, after Gulliksen, Lord and Novick
//	HLL  ((x2-M2) - r(x1-M)) / (s sqrt(1-r^2)), M2 the mean of the second scores
//	     Hsu 1989, and 1995, J Consult Clin Psychol 63:141-144, after Linn and Lord
//	NK   (x2 - (r(x1-M)+M)) / sqrt(r^2 s^2 (1-r) + s^2 (1-r2)), r2 the second reliability
//	     Nunnally and Kotsch 1983, Br J Clin Psychol 22:83-93
//
// The formulas are as Atkins, Bedics, McGlinchey and Beauchaine (2005, J Consult
// Clin Psychol 73:982-989) put them side by side.
func (x Index) Of(pre, post float64) (float64, error) {
	m, r := x.ref.Mean, x.ref.Reliability
	var moved float64
	switch x.method {
	case JT:
		moved = post - pre
	case EN, NK:
		moved = post - (r*(pre-m) + m)
	case GLN:
		moved = (post - m) - r*(pre-m)
	case HLL:
		moved = (post - x.ref.PostMean) - r*(pre-m)
	default:
		return 0, errors.New("an index is made by NewIndex")
	}
	if moved /= x.err; !finite(moved) {
		return 0, ErrNoNumber
	}
	return moved, nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
