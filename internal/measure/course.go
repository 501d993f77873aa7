package measure

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"github.com/waymark-care/waymark/internal/instrument"
	"math"
	"sync"
)

// A Prior is what is known of a course before the first score: in weeks since it,
//
//	score = a + b*ln(1+weeks) + e,  (a,b) ~ N(M0, V0),  e ~ N(0, S2)
//
// Every prior has a version and says what it was made from.
type Prior struct {
	ID          string        `json:"id"` // "phq-9.nhs-tt-2025.1", stored with what was computed from it
	Instrument  string        `json:"instrument"`
	M0          [2]float64    `json:"m0"`
	V0          [2][2]float64 `json:"V0"`
	S2          float64       `json:"sigma2"`
	Clients     int           `json:"clients"` // courses behind it
	Sample      string        `json:"sample"`
	Source      string        `json:"source"`
	Assumptions []string      `json:"assumptions"`
}

// A Moment is one total at a time, in weeks since the first score.
type Moment struct {
	Week  float64 `json:"week"`
	Score float64 `json:"score"`
}

// A Posterior is what is known of a and b once scores are in.
type Posterior struct {
	Mean [2]float64    `json:"mean"`
	Cov  [2][2]float64 `json:"cov"`
	s2   float64
}

// A Point is the expected course at one week. P50 and P80 hold five and eight of
// ten new scores; they are not cut off at the instrument's range (see Clamp).
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

// Posterior is the closed form V = (V0^-1 + X'X/s2)^-1, m = V(V0^-1 m0 + X'y/s2).
// It works from one score; from none it is the prior. Weeks below 0 count as 0.
func (p Prior) Posterior(scores []Moment) Posterior {
	// A = V0^-1 + X'X/s2, c = V0^-1 m0 + X'y/s2
	a := invert(p.V0)
	c := apply(a, p.M0)
	for _, s := range scores {
		l := math.Log1p(max(0, s.Week))
		a[0][0] += 1 / p.S2
		a[0][1] += l / p.S2
		a[1][0] += l / p.S2
		a[1][1] += l * l / p.S2
		c[0] += s.Score / p.S2
		c[1] += l * s.Score / p.S2
	}
	v := invert(a)
	return Posterior{Mean: apply(v, c), Cov: v, s2: p.S2}
}

// At is the distribution of a new score at the given week: mean x'm, variance x'Vx + s2.
func (p Posterior) At(week float64) Point {
	l := math.Log1p(max(0, week))
	mean := p.Mean[0] + p.Mean[1]*l
	sd := math.Sqrt(p.Cov[0][0] + l*(p.Cov[0][1]+p.Cov[1][0]) + l*l*p.Cov[1][1] + p.s2)
	return Point{
		Week: week, Mean: mean, SD: sd,
		P50: [2]float64{mean - z50*sd, mean + z50*sd},
		P80: [2]float64{mean - z80*sd, mean + z80*sd},
	}
}

// Fan is the expected course at the given weeks, from the scores so far.
func (p Prior) Fan(scores []Moment, weeks []float64) []Point {
	post := p.Posterior(scores)
	fan := make([]Point, len(weeks))
	for i, w := range weeks {
		fan[i] = post.At(w)
	}
	return fan
}

// Band80FromFirst is where 8 of 10 scores lie at the given week, from the first
// score alone, not cut off at the instrument's range.
func (p Prior) Band80FromFirst(first, week float64) (lo, hi float64) {
	pt := p.Posterior([]Moment{{Score: first}}).At(week)
	return pt.P80[0], pt.P80[1]
}

// Clamp cuts a point's mean and bands off at in's range: for showing only, never
// before a signal is computed.
func (pt Point) Clamp(in *instrument.Instrument) Point {
	lo, hi := in.Range()
	cut := func(x float64) float64 { return min(max(x, lo), hi) }
	pt.Mean = cut(pt.Mean)
	pt.P50 = [2]float64{cut(pt.P50[0]), cut(pt.P50[1])}
	pt.P80 = [2]float64{cut(pt.P80[0]), cut(pt.P80[1])}
	return pt
}

func invert(m [2][2]float64) [2][2]float64 {
	det := m[0][0]*m[1][1] - m[0][1]*m[1][0]
	return [2][2]float64{{m[1][1] / det, -m[0][1] / det}, {-m[1][0] / det, m[0][0] / det}}
}

func apply(m [2][2]float64, x [2]float64) [2]float64 {
	return [2]float64{m[0][0]*x[0] + m[0][1]*x[1], m[1][0]*x[0] + m[1][1]*x[1]}
}

// Check says why p cannot be used, naming the place.
func (p Prior) Check() error {
	for _, x := range []float64{p.M0[0], p.M0[1], p.V0[0][0], p.V0[0][1], p.V0[1][0], p.V0[1][1], p.S2} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s: a number is not finite", p.ID)
		}
	}
	switch {
	case p.ID == "" || p.Instrument == "":
		return fmt.Errorf("prior %q: id and instrument are needed", p.ID)
	case p.S2 <= 0:
		return fmt.Errorf("%s: sigma2: must be above 0", p.ID)
	case p.V0[0][1] != p.V0[1][0]:
		return fmt.Errorf("%s: V0: must be symmetric", p.ID)
	case p.V0[0][0] <= 0 || p.V0[0][0]*p.V0[1][1]-p.V0[0][1]*p.V0[1][0] <= 0:
		return fmt.Errorf("%s: V0: must be positive definite", p.ID)
	case p.Sample == "" || p.Source == "":
		return fmt.Errorf("%s: sample and source are needed", p.ID)
	}
	return nil
}

//go:embed priors.json
var priorsJSON []byte

var shippedPriors = sync.OnceValue(func() []Prior {
	var all []Prior
	if err := json.Unmarshal(priorsJSON, &all); err != nil {
		panic("measure: priors.json: " + err.Error()) // compiled in, and tested
	}
	for _, p := range all {
		if err := p.Check(); err != nil {
			panic("measure: priors.json: " + err.Error())
		}
	}
	return all
})

// ShippedPrior is the prior that comes with the product for the instrument.
func ShippedPrior(instrument string) (Prior, bool) {
	for _, p := range shippedPriors() {
		if p.Instrument == instrument {
			return p, true
		}
	}
	return Prior{}, false
}
