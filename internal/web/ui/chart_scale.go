package ui

import (
	"math"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/clocks"
)

// A scale turns values into places on the page, linearly.
type scale struct {
	v0, v1 float64 // values
	p0, p1 float64 // places of v0 and v1, in units of the drawing
}

func (s scale) at(v float64) float64 {
	if s.v1 == s.v0 {
		return (s.p0 + s.p1) / 2
	}
	return s.p0 + (v-s.v0)/(s.v1-s.v0)*(s.p1-s.p0)
}

// held is at, with what lies outside held at the edge.
func (s scale) held(v float64) float64 {
	return s.at(min(max(v, min(s.v0, s.v1)), max(s.v0, s.v1)))
}

// valueTicks are the values between lo and hi that get a line of the grid: whole
// multiples of step. A step of 0 is chosen so that there are at most six lines.
func valueTicks(lo, hi, step float64) []float64 {
	if hi <= lo {
		return []float64{lo}
	}
	if step <= 0 {
		step = niceStep((hi - lo) / 5)
	}
	var ticks []float64
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*step; i++ {
		ticks = append(ticks, i*step)
	}
	return ticks
}

// niceStep is the smallest of 1, 2, 5 times a power of ten that is at least
// least, with one tenth of slack: 27 points get a step of 5, not of 10.
func niceStep(least float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, k := range []float64{1, 2, 5} {
		if k*power >= least*0.9 {
			return k * power
		}
	}
	return 10 * power
}

// A timeTick is a place on the axis of time and its words.
type timeTick struct {
	Time  time.Time
	Words string
}

// timeTicks marks the days between from and to so that there are at most most
// of them: weeks in a short course, then months, then years. The first of
// January carries the year.
func timeTicks(from, to time.Time, most int) []timeTick {
	most = max(most, 2)
	days := int(to.Sub(from).Hours()/24) + 1
	if days <= 80 {
		return dayTicks(from, days, most)
	}
	for _, step := range []int{1, 2, 3, 6, 12, 24, 60, 120} {
		if ticks := monthTicks(from, to, step); len(ticks) <= most {
			return ticks
		}
	}
	return monthTicks(from, to, 240)
}

func dayTicks(from time.Time, days, most int) []timeTick {
	step := 1
	for _, s := range []int{1, 2, 7, 14, 28} {
		if step = s; (days-1)/s+1 <= most {
			break
		}
	}
	var ticks []timeTick
	for d := 0; d < days; d += step {
		t := from.AddDate(0, 0, d)
		ticks = append(ticks, timeTick{t, t.Format("2 Jan")})
	}
	return ticks
}

func monthTicks(from, to time.Time, step int) []timeTick {
	var ticks []timeTick
	for t := clocks.DayOf(from.AddDate(0, 0, 1-from.Day())); !t.After(to); t = clocks.Begins(t.Year(), t.Month()+1, 1, t.Location()) {
		months := t.Year()*12 + int(t.Month()) - 1
		if t.Before(from) || months%step != 0 {
			continue
		}
		words := t.Format("Jan")
		if t.Month() == time.January {
			words = t.Format("2006")
		}
		ticks = append(ticks, timeTick{t, words})
	}
	return ticks
}

// num writes a place with at most one digit after the point, so that the same
// course is the same bytes everywhere.
func num(v float64) string {
	r := math.Round(v*10) / 10
	if r == 0 {
		r = 0 // never "-0"
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}

// figure writes a score as it is read: whole, or with one digit.
func figure(v float64) string { return num(v) }
