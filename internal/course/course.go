// Package course says how scores usually go on: what is expected from the scores
// so far, within which range, when a course asks for a second look, and how a
// practice learns its own expectation from finished work.
//
// In weeks since the first score it holds that
//
//	score = a + b*ln(1+weeks) + e,  (a, b) ~ N(mean, cov),  e ~ N(0, sigma2)
//
// fast at first and then slower. For each person a and b are unknown; before the
// first score they are as in a Prior, afterwards as in a Posterior, in closed form
// (Laird and Ware 1982, Random-effects models for longitudinal data).
//
// Everything here is a pure function: no database, no clock, no randomness. It
// knows no questionnaire; what it must know of one is a Scale. It is no forecast
// for one person: it says what others with the same scores went on to do.
package course

import (
	"errors"
	"fmt"
	"math"
)

// A Vector is the start a and the slope b, and a Matrix their covariance.
type (
	Vector [2]float64
	Matrix [2][2]float64
)

// A Moment is one score at a time, in weeks since the first.
type Moment struct {
	Week  float64 `json:"week"`
	Score float64 `json:"score"`
}

// A Posterior is what is known of a and b once scores are in. Make it with
// Prior.Posterior.
type Posterior struct {
	Mean Vector `json:"mean"`
	Cov  Matrix `json:"cov"`

	sigma2 float64
}

// A Point is the expected course at one week: half of all new scores lie within
// P50 and eight of ten within P80. They are not cut off at the scale's ends (see Clamp).
type Point struct {
	Week float64    `json:"week"`
	Mean float64    `json:"mean"`
	SD   float64    `json:"sd"`
	P50  [2]float64 `json:"p50"`
	P80  [2]float64 `json:"p80"`
}

// The normal quantiles that leave one quarter and one tenth above.
const (
	z50 = 0.6744897501960817
	z80 = 1.2815515655446004
)

// Reasons for which nothing can be computed.
var (
	ErrNotFinite = errors.New("a number is not finite")
	ErrWeek      = errors.New("a week lies before the first score")
	ErrSingular  = errors.New("a covariance is not positive definite")
)

// Posterior is the closed form V = (V0^-1 + X'X/s2)^-1, m = V(V0^-1 m0 + X'y/s2).
// It works from one score; from none it is the prior. It fails if a score is not
// finite, a week is below 0, or the prior is not sound.
//
// It is computed around the mean of ln(1+weeks), where start and slope do not
// hide each other, so that many scores at nearly one time lose no digits.
func (p Prior) Posterior(scores []Moment) (Posterior, error) {
	n, at, mean := 0.0, 0.0, 0.0 // of ln(1+weeks) and of scores
	sxx, sxy := 0.0, 0.0         // around their means
	for i, s := range scores {
		if err := s.check(); err != nil {
			return Posterior{}, fmt.Errorf("score %d: %w", i+1, err)
		}
		l := math.Log1p(s.Week)
		n++
		dl, dy := l-at, s.Score-mean
		at += dl / n
		mean += dy / n
		sxx += dl * (l - at)
		sxy += dl * (s.Score - mean)
	}
	if !(p.Sigma2 > 0) || math.IsInf(p.Sigma2, 0) {
		return Posterior{}, fmt.Errorf("%s: sigma2 must be above 0", p.ID)
	}
	if _, _, _, ok := p.Cov.cholesky(); !ok {
		return Posterior{}, fmt.Errorf("%s: %w", p.ID, ErrSingular)
	}
	prec, err := p.Cov.shifted(at).inverse()
	if err != nil {
		return Posterior{}, fmt.Errorf("%s: %w", p.ID, err)
	}
	c := prec.times(p.Mean.shifted(at))
	c[0] += n * mean / p.Sigma2
	c[1] += sxy / p.Sigma2
	prec[0][0] += n / p.Sigma2
	prec[1][1] += sxx / p.Sigma2
	v, err := prec.inverse()
	if err != nil {
		return Posterior{}, fmt.Errorf("%s: %w", p.ID, err)
	}
	post := Posterior{Mean: v.times(c).shifted(-at), Cov: v.shifted(-at), sigma2: p.Sigma2}
	if !finite(post.Mean[0], post.Mean[1], post.Cov[0][0], post.Cov[0][1], post.Cov[1][1]) {
		return Posterior{}, ErrNotFinite
	}
	return post, nil
}

// At is the distribution of a new score at the given week, which is at least 0:
// mean x'm, variance x'Vx + s2.
func (p Posterior) At(week float64) Point {
	l := math.Log1p(max(0, week))
	mean := p.Mean[0] + p.Mean[1]*l
	sd := math.Sqrt(max(0, p.Cov.quad(l)) + p.sigma2)
	return Point{
		Week: week, Mean: mean, SD: sd,
		P50: [2]float64{mean - z50*sd, mean + z50*sd},
		P80: [2]float64{mean - z80*sd, mean + z80*sd},
	}
}

// Fan is the expected course at the given weeks, from the scores so far.
func (p Prior) Fan(scores []Moment, weeks []float64) ([]Point, error) {
	post, err := p.Posterior(scores)
	if err != nil {
		return nil, err
	}
	fan := make([]Point, len(weeks))
	for i, w := range weeks {
		fan[i] = post.At(w)
	}
	return fan, nil
}

// Clamp cuts a point's mean and bands off at the scale's ends: for showing only,
// never before a signal is computed.
func (pt Point) Clamp(s Scale) Point {
	cut := func(x float64) float64 { return min(max(x, s.Lo), s.Hi) }
	pt.Mean = cut(pt.Mean)
	pt.P50 = [2]float64{cut(pt.P50[0]), cut(pt.P50[1])}
	pt.P80 = [2]float64{cut(pt.P80[0]), cut(pt.P80[1])}
	return pt
}

func (m Moment) check() error {
	switch {
	case !finite(m.Week, m.Score):
		return ErrNotFinite
	case m.Week < 0:
		return ErrWeek
	}
	return nil
}

func finite(all ...float64) bool {
	for _, x := range all {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// inverse is the inverse of a symmetric, positive definite m, through its
// Cholesky factor; ErrSingular if it is not, to working precision.
func (m Matrix) inverse() (Matrix, error) {
	l00, l10, l11, ok := m.cholesky()
	if !ok {
		return Matrix{}, ErrSingular
	}
	// K = L^-1 is [1/l00, 0; -l10/(l00*l11), 1/l11], and the inverse is K'K.
	k00, k10, k11 := 1/l00, -l10/(l00*l11), 1/l11
	return Matrix{{k00*k00 + k10*k10, k10 * k11}, {k10 * k11, k11 * k11}}, nil
}

// cholesky is L of m = LL'. ok is false if m is not symmetric and positive definite.
func (m Matrix) cholesky() (l00, l10, l11 float64, ok bool) {
	if !finite(m[0][0], m[0][1], m[1][0], m[1][1]) || !(m[0][0] > 0) || !(m[1][1] > 0) {
		return 0, 0, 0, false
	}
	if math.Abs(m[0][1]-m[1][0]) > 1e-9*math.Sqrt(m[0][0]*m[1][1]) {
		return 0, 0, 0, false
	}
	l00 = math.Sqrt(m[0][0])
	l10 = (m[0][1] + m[1][0]) / 2 / l00
	rest := m[1][1] - l10*l10
	if !(rest > 1e-14*m[1][1]) {
		return 0, 0, 0, false
	}
	return l00, l10, math.Sqrt(rest), true
}

func (m Matrix) times(x Vector) Vector {
	return Vector{m[0][0]*x[0] + m[0][1]*x[1], m[1][0]*x[0] + m[1][1]*x[1]}
}

// quad is x'mx for x = (1, l).
func (m Matrix) quad(l float64) float64 { return m[0][0] + l*(m[0][1]+m[1][0]) + l*l*m[1][1] }

// shifted is (a, b) as the value at l, and b.
func (v Vector) shifted(l float64) Vector { return Vector{v[0] + l*v[1], v[1]} }

// shifted is the covariance of the value at l, and b.
func (m Matrix) shifted(l float64) Matrix {
	off := (m[0][1]+m[1][0])/2 + l*m[1][1]
	return Matrix{{m.quad(l), off}, {off, m[1][1]}}
}
