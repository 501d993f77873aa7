package mood

import (
	"math"
	"slices"
)

// What a pattern needs before anything is said of it. These are our choices:
// fewer days would mostly show chance.
const (
	EnoughDays = 8  // on each side of a comparison
	EnoughAll  = 28 // days with a value, for anything about activities and triggers
	enoughWeek = 2  // days for a week to have a middle
	sure       = 0.05
)

// A Week is the mean of a scale over one week.
type Week struct {
	Monday Day
	Mean   float64
	Days   int // with a value
}

// Weeks are the weeks in which a scale was noted on at least two days, in order.
func (l Log) Weeks(scale string) (all []Week) {
	for _, v := range l.Values(scale, 0) {
		monday := v.Day.Week()
		if n := len(all); n == 0 || all[n-1].Monday != monday {
			all = append(all, Week{Monday: monday})
		}
		w := &all[len(all)-1]
		w.Mean += (v.X - w.Mean) / float64(w.Days+1)
		w.Days++
	}
	return slices.DeleteFunc(all, func(w Week) bool { return w.Days < enoughWeek })
}

// Middle is the range in which half of the values lie, from the first to the
// third quarter; ok is false for fewer than EnoughDays.
func Middle(values []Value) (lo, hi float64, ok bool) {
	if len(values) < EnoughDays {
		return 0, 0, false
	}
	x := make([]float64, len(values))
	for i, v := range values {
		x[i] = v.X
	}
	slices.Sort(x)
	at := func(p float64) float64 { // linear between the ranks (Hyndman and Fan 1996, type 7)
		h := p * float64(len(x)-1)
		i := min(int(h), len(x)-2)
		return x[i] + (h-float64(i))*(x[i+1]-x[i])
	}
	return at(0.25), at(0.75), true
}

// Certainty is how sure a difference is.
type Certainty int

// How sure a difference is.
const (
	TooFew  Certainty = iota // days: nothing is said
	Open                     // it may well be chance
	Perhaps                  // it would seldom come by chance, had one looked only here
	Likely                   // also among as many comparisons as were made
)

// A Difference compares a scale on some days with the others.
type Difference struct {
	With, Without         float64 // means
	DaysWith, DaysWithout int
	Certainty             Certainty
}

// By is by how much the days with it are higher.
func (d Difference) By() float64 { return d.With - d.Without }

// compare compares values of days in with the others, as one of n comparisons.
// It is Welch's test (Biometrika 34 (1947) 28-35), whose variances are multiplied
// by (1+phi)/(1-phi) because days resemble the day before, and which has to hold at
// five in 100, for Likely at five in 100 shared among all comparisons (Bonferroni).
// What causes what it cannot say.
func compare(values []Value, in func(Day) bool, n int) Difference {
	var with, without []float64
	for _, v := range values {
		if in(v.Day) {
			with = append(with, v.X)
		} else {
			without = append(without, v.X)
		}
	}
	d := Difference{DaysWith: len(with), DaysWithout: len(without)}
	if len(with) < EnoughDays || len(without) < EnoughDays {
		return d
	}
	var va, vb float64
	d.With, va = moments(with)
	d.Without, vb = moments(without)
	d.Certainty = Open
	b, err := NewBaseline(values)
	if err != nil {
		return d
	}
	more := (1 + b.Phi) / (1 - b.Phi)
	va, vb = va*more/float64(len(with)), vb*more/float64(len(without))
	if va+vb <= 0 {
		return d
	}
	freedom := (va + vb) * (va + vb) / (va*va/float64(len(with)-1) + vb*vb/float64(len(without)-1))
	freedom = max(freedom/more, 1)
	t := math.Abs(d.By()) / math.Sqrt(va+vb)
	chance := twoSided(t, freedom)
	switch {
	case chance < sure/float64(max(n, 1)):
		d.Certainty = Likely
	case chance < sure:
		d.Certainty = Perhaps
	}
	return d
}

// twoSided is how often Student's t with this many degrees of freedom lies as far
// out as t, on either side, by the normal approximation of Wallace (Annals of
// Mathematical Statistics 30 (1959) 1121-1130), whose error here is far below what matters.
func twoSided(t, freedom float64) float64 {
	z := (8*freedom + 1) / (8*freedom + 3) * math.Sqrt(freedom*math.Log1p(t*t/freedom))
	return math.Erfc(z / math.Sqrt2)
}

func moments(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, variance
}

// A Pattern is how a scale was on days with one activity or trigger.
type Pattern struct {
	Item Item
	Difference
}

// Patterns are how a scale was on days with each activity and each trigger that
// there are enough days of, with and without, the surest and largest first. Until
// there are EnoughAll days with a value there are none.
func (l Log) Patterns(scale string) (all []Pattern) {
	values := l.Values(scale, 0)
	if len(values) < EnoughAll {
		return nil
	}
	there := make(map[string]map[Day]bool)
	for _, e := range l.Entries {
		if _, noted := e.Values[scale]; !noted {
			continue
		}
		for _, id := range e.There {
			if there[id] == nil {
				there[id] = make(map[Day]bool)
			}
			there[id][e.Day] = true
		}
	}
	var items []Item
	for _, i := range l.Items {
		n := len(there[i.ID])
		if i.Kind != Scale && n >= EnoughDays && len(values)-n >= EnoughDays {
			items = append(items, i)
		}
	}
	for _, i := range items {
		on := there[i.ID]
		all = append(all, Pattern{i, compare(values, func(d Day) bool { return on[d] }, len(items))})
	}
	slices.SortStableFunc(all, func(a, b Pattern) int {
		if a.Certainty != b.Certainty {
			return int(b.Certainty) - int(a.Certainty)
		}
		switch x, y := math.Abs(a.By()), math.Abs(b.By()); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return all
}

// Nights compares a scale after longer nights with after shorter ones: half is the
// number of hours from which a night counts as long, chosen so that both halves are
// as equal as they can be.
func (l Log) Nights(scale string) (half int, d Difference) {
	hours := make(map[Day]int)
	count := make(map[int]int)
	var values []Value
	for _, e := range l.Entries {
		h, slept := e.Values[Hours]
		v, noted := e.Values[scale]
		if slept && noted {
			hours[e.Day] = h
			count[h]++
			values = append(values, Value{e.Day, float64(v)})
		}
	}
	best := 0
	for h := FewestHours + 1; h <= MostHours; h++ {
		short := 0
		for less := FewestHours; less < h; less++ {
			short += count[less]
		}
		if smaller := min(short, len(values)-short); smaller > best {
			best, half = smaller, h
		}
	}
	if len(values) < EnoughAll {
		return half, Difference{}
	}
	return half, compare(values, func(day Day) bool { return hours[day] >= half }, 1)
}

// Lately compares the last two weeks with the six before them. Today is part of them.
func (l Log) Lately(scale string, today Day) Difference {
	values := l.Values(scale, today-55)
	return compare(values, func(d Day) bool { return d > today-14 }, 1)
}
