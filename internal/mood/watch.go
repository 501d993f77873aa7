package mood

import (
	"errors"
	"math"
)

// The early warning is an exponentially weighted moving average with limits
// (Roberts, Technometrics 1 (1959) 239-250; Lucas and Saccucci, Technometrics 32
// (1990) 1-12) around a person's own usual. Two things are added because days
// follow one another and a usual is only estimated: the variance of the average
// is that of a first-order autoregressive series (Schmid, in Frontiers in
// Statistical Quality Control 5 (1997) 115-137, for many days, and here in the
// same form for few), and the limits are widened by the variance of the mean of
// the baseline.

// What the specification fixes.
const (
	FullBaseline = 28 // days with a value that a baseline is made from
	Provisional  = 14 // from how many it is made for the time being
	QuietDays    = 14 // after an alarm
	Lambda       = 0.1
	Limit        = 2.7 // in standard deviations of the average

	highestPhi = 0.9
)

// A Value is what was noted on a scale on one day. A day without one has none.
type Value struct {
	Day Day
	X   float64
}

// A Baseline is what is usual for one person on one scale.
type Baseline struct {
	Mean   float64
	SD     float64 // with n-1
	Days   int     // with a value, that it was made from; 0: mean and SD are taken as known
	PhiRaw float64 // correlation of a day with the day before
	Phi    float64 // the same, corrected for few days, between 0 and 0.9

	From, To Day // the first and the last of its days
}

// ErrBaseline says that nothing can be called usual: too few days, or values
// that never differ.
var ErrBaseline = errors.New("no baseline: at least two days with a value, and values that differ, are needed")

// NewBaseline is what is usual by values, which are in order of day, each day
// once. phi is the mean product of the deviations of days that follow on each other,
// over the mean square of all, corrected by (1+3phi)/n (Kendall, Biometrika 41 (1954)
// 403-404) and held between 0 and 0.9.
func NewBaseline(values []Value) (Baseline, error) {
	n := float64(len(values))
	b := Baseline{Days: len(values)}
	if len(values) < 2 {
		return b, ErrBaseline
	}
	b.From, b.To = values[0].Day, values[len(values)-1].Day
	for _, v := range values {
		b.Mean += v.X / n
	}
	squares, products, pairs := 0.0, 0.0, 0.0
	for i, v := range values {
		squares += (v.X - b.Mean) * (v.X - b.Mean)
		if i > 0 && values[i-1].Day+1 == v.Day {
			products += (v.X - b.Mean) * (values[i-1].X - b.Mean)
			pairs++
		}
	}
	b.SD = math.Sqrt(squares / (n - 1))
	if !(b.SD > 1e-12*math.Abs(b.Mean)) || math.IsInf(b.SD, 0) { // also not a number
		return b, ErrBaseline
	}
	if pairs > 0 {
		b.PhiRaw = products / pairs / (squares / n)
	}
	b.Phi = min(max(b.PhiRaw+(1+3*b.PhiRaw)/n, 0), highestPhi)
	return b, nil
}

// Plain is b without what few and dependent days add to the limits.
func (b Baseline) Plain() Baseline {
	b.Days, b.Phi = 0, 0
	return b
}

// VarMean is the variance of the mean of the baseline.
func (b Baseline) VarMean() float64 {
	if b.Days == 0 {
		return 0
	}
	return b.SD * b.SD / float64(b.Days) * (1 + b.Phi) / (1 - b.Phi)
}

// Inflation is by how much the standard deviation of the average grows because
// days resemble the day before.
func (b Baseline) Inflation(lambda float64) float64 {
	return math.Sqrt((1 + b.Phi*(1-lambda)) / (1 - b.Phi*(1-lambda)))
}

// Side is in which direction a chart looks.
type Side string

// The sides.
const (
	Upper   Side = "upper" // for what is the worse the higher it is
	Beneath Side = "lower" // for wellbeing
)

// A Chart follows one scale, day by day, from a baseline on.
type Chart struct {
	Baseline Baseline
	Lambda   float64 // above 0 and at most 1
	L        float64 // how many standard deviations away the limit is
	Side     Side

	z float64
	k int
}

// NewChart is a chart that has seen no day after its baseline.
func NewChart(b Baseline, lambda, l float64, side Side) *Chart {
	return &Chart{Baseline: b, Lambda: lambda, L: l, Side: side, z: b.Mean}
}

// A Point is where a chart stands on one day.
type Point struct {
	Day   Day
	Z     float64 // the average
	Limit float64
	Alarm bool // the average is beyond the limit
}

// Add takes in a day with a value.
func (c *Chart) Add(v Value) Point {
	c.k++
	c.z = c.Lambda*v.X + (1-c.Lambda)*c.z
	p := c.At(v.Day)
	if c.Side == Beneath {
		p.Alarm = p.Z < p.Limit
	} else {
		p.Alarm = p.Z > p.Limit
	}
	return p
}

// At is where the chart stands on a day without a value, which moves nothing and
// raises no alarm.
func (c *Chart) At(day Day) Point {
	b, l := c.Baseline, c.Lambda
	left := math.Pow(1-l, float64(c.k))
	own := b.SD * b.SD * l / (2 - l) * (1 - left*left) * (1 + b.Phi*(1-l)) / (1 - b.Phi*(1-l))
	away := c.L * math.Sqrt(own+b.VarMean()*(1-left)*(1-left))
	if c.Side == Beneath {
		away = -away
	}
	return Point{Day: day, Z: c.z, Limit: b.Mean + away}
}

// Watched is what following a scale came to.
type Watched struct {
	Have        int // days with a value that the usual can be made from so far
	Ready       bool
	Provisional bool // made from fewer than FullBaseline days
	Same        bool // the days of the baseline do not differ enough to tell anything
	Baseline    Baseline
	Points      []Point // after the baseline, a day with a value each
}

// leastSD is the smallest standard deviation that a usual is taken to have: on a
// scale of whole numbers somebody who nearly always notes the same would
// otherwise be asked at the first other number. It is our choice.
const leastSD = 0.5

// Follow follows values, which are in order of day and begin where the usual is
// to be made from. The usual is that of the first 28 of them. From the 14th on
// there is one for the time being, from the first 14; it stays so if held says
// that it has led to an alarm, since what follows a change is no baseline.
func Follow(values []Value, side Side, held bool) Watched {
	w := Watched{Have: len(values)}
	n := FullBaseline
	if len(values) < FullBaseline || held {
		n = Provisional
	}
	if len(values) < n {
		return w
	}
	w.Provisional = n < FullBaseline
	b, err := NewBaseline(values[:n])
	if err != nil && b.SD > 0 {
		return w
	}
	w.Ready, w.Same = true, b.SD < leastSD
	b.SD = max(b.SD, leastSD)
	w.Baseline = b
	chart := NewChart(b, Lambda, Limit, side)
	for _, v := range values[n:] {
		w.Points = append(w.Points, chart.Add(v))
	}
	return w
}

// Quiet says whether day lies in the quiet days after an alarm, or before it.
func Quiet(alarm, day Day) bool { return day-alarm <= QuietDays }

// Known is how the early warning does in a simulation: 2,000 people with whole
// numbers from 0 to 10 each day, each day resembling the one before (0.3 to 0.5),
// a usual from 28 days, and then 90 more. It is no trial with real people.
var Known = struct {
	ForNothing float64 // of 100 whose days stay as they were are asked within 90 days
	Noticed    float64 // of 100 whose days get worse, and stay so, by as much as their usual ups and downs (one SD)
	HalfBy     int     // day by which half of these were asked
}{ForNothing: 14, Noticed: 78, HalfBy: 13}
