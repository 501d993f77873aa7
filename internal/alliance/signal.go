package alliance

import (
	"math"
	"time"
)

// WithinSD is the standard deviation of one client's scores from session to
// session, on the scale from 0 to 10, which is assumed before somebody's own can
// be told. It is OUR ASSUMPTION and no published figure: these four questions are
// our own, and nobody has measured them yet. It is set here and nowhere else. It
// keeps the signal silent for clients whose scores hardly ever move, for whom a
// single point would otherwise look like much: with it, three earlier check-ins
// and a drop of less than 1.85 points say nothing.
const WithinSD = 0.8

// The rule of the signal (design of measures, section 6).
const (
	fromScored  = 4    // the first check-in that can be compared, counting those with a score
	askedBelow  = -2.0 // z
	lowItem     = 5    // an item at or below it is worth asking about, from the first check-in on
	repairedBy  = 3    // scored check-ins in which a return counts as a repair
	leastScored = 3    // items that a score needs
)

// Score is the mean of what was answered, from 0 to 10; ok is false if fewer than
// three of the four were.
func (a Answers) Score() (score float64, ok bool) {
	sum, n := 0, 0
	for _, v := range a {
		if v != nil {
			sum, n = sum+*v, n+1
		}
	}
	if n < leastScored {
		return 0, false
	}
	return float64(sum) / float64(n), true
}

// Low are the items at 5 or below.
func (a Answers) Low() (low []Item) {
	for i, v := range a {
		if v != nil && *v <= lowItem {
			low = append(low, Item(i))
		}
	}
	return low
}

// A Usual is what one client's earlier scores say of the next: how many there
// are, their mean, and the sum of their squared distances from it (Welford's
// running form, so that each check-in needs only the one before).
type Usual struct {
	N    int
	Mean float64
	M2   float64
}

// With is u with one more score.
func (u Usual) With(score float64) Usual {
	n := u.N + 1
	mean := u.Mean + (score-u.Mean)/float64(n)
	return Usual{n, mean, u.M2 + (score-u.Mean)*(score-mean)}
}

// sd is the client's own standard deviation (of a sample, n-1), never taken as
// less than WithinSD.
func (u Usual) sd() float64 {
	if u.N < 2 {
		return WithinSD
	}
	return max(math.Sqrt(u.M2/float64(u.N-1)), WithinSD)
}

// Z says how far the score x lies from the earlier ones, in standard deviations
// of a new one:
//
//	z = (x - mean of earlier) / (max(own SD, WithinSD) * sqrt(1 + 1/n)), n = how many earlier
//
// The square root is there because the mean is itself an estimate: this is the
// prediction of one further observation. ok is false with fewer than three
// earlier scores.
func (u Usual) Z(x float64) (z float64, ok bool) {
	if u.N < fromScored-1 {
		return 0, false
	}
	return (x - u.Mean) / (u.sd() * math.Sqrt(1+1/float64(u.N))), true
}

// A Signal says that a check-in is worth asking about, and why. It asks, and
// accuses nobody.
type Signal struct {
	Dropped bool   // the score is clearly below the client's own earlier ones
	Low     []Item // items at 5 or below
	Worry   bool   // a worry was written
	Z       float64
}

// Worth says whether there is anything to ask about.
func (s Signal) Worth() bool { return s.Dropped || len(s.Low) > 0 || s.Worry }

// signalOf is what said raises after the earlier scores.
func signalOf(said Said, earlier Usual) Signal {
	s := Signal{Low: said.Answers.Low(), Worry: said.Worry != ""}
	if x, ok := said.Answers.Score(); ok {
		if z, ok := earlier.Z(x); ok {
			s.Z, s.Dropped = z, z < askedBelow
		}
	}
	return s
}

// A Step is one check-in in its course.
type Step struct {
	CheckIn
	Score    float64
	Scored   bool
	Usual    Usual // of the check-ins before it
	Signal   Signal
	Repaired int // by which step, as an index; -1 if it was no dip, or has not come back
}

// Open says whether the step is still worth asking about: a dip that came back is
// not, and what was talked about is not. A worry in words is, until it was
// talked about.
func (s Step) Open() bool {
	return s.Signal.Worth() && s.TalkedAt.IsZero() && (s.Signal.Worry || s.Repaired < 0)
}

// A Course is how the work together was felt, check-in by check-in.
type Course struct {
	Steps []Step // oldest first
}

// CourseOf reads check-ins, which come in the order of time. It is pure: the same
// check-ins are the same course.
func CourseOf(all []CheckIn) Course {
	steps, earlier := make([]Step, len(all)), Usual{}
	for i, in := range all {
		steps[i] = stepOf(in, earlier)
		earlier = steps[i].after()
	}
	return linked(steps)
}

func stepOf(in CheckIn, earlier Usual) Step {
	s := Step{CheckIn: in, Usual: earlier, Signal: signalOf(in.Said, earlier), Repaired: -1}
	s.Score, s.Scored = in.Answers.Score()
	return s
}

// after is what is usual once the step has been taken.
func (s Step) after() Usual {
	if !s.Scored {
		return s.Usual
	}
	return s.Usual.With(s.Score)
}

// linked finds, for each step, by which it was repaired.
func linked(steps []Step) Course {
	c := Course{Steps: steps}
	for i := range c.Steps {
		c.Steps[i].Repaired = c.repair(i)
	}
	return c
}

// repair is the step at which the dip at i came back, or -1. A dip is a check-in
// that is worth asking about with a score more than one SD below the mean of the
// earlier ones; it came back if one of the next three scores is within one SD of
// that mean again, and is not itself worth asking about.
func (c Course) repair(i int) int {
	dip := c.Steps[i]
	back := dip.Usual.Mean - dip.Usual.sd()
	if !dip.Scored || !dip.Signal.Worth() || dip.Usual.N == 0 || dip.Score >= back {
		return -1
	}
	for j, seen := i+1, 0; j < len(c.Steps) && seen < repairedBy; j++ {
		next := c.Steps[j]
		if !next.Scored {
			continue
		}
		seen++
		if next.Score >= back && !next.Signal.Worth() {
			return j
		}
	}
	return -1
}

// Open are the steps that are still worth asking about, newest first.
func (c Course) Open() (open []Step) {
	for i := len(c.Steps) - 1; i >= 0; i-- {
		if c.Steps[i].Open() {
			open = append(open, c.Steps[i])
		}
	}
	return open
}

// A Repair is a dip and the check-in at which it had come back.
type Repair struct{ Dip, Return Step }

// Repairs are the dips that came back, newest first.
func (c Course) Repairs() (all []Repair) {
	for i := len(c.Steps) - 1; i >= 0; i-- {
		if at := c.Steps[i].Repaired; at >= 0 {
			all = append(all, Repair{c.Steps[i], c.Steps[at]})
		}
	}
	return all
}

// News is the newest repair, as long as it is news: until a fourth check-in
// followed the return.
func (c Course) News() (r Repair, ok bool) {
	var newest time.Time
	for _, one := range c.Repairs() {
		at := one.Dip.Repaired
		if len(c.Steps)-1-at <= repairedBy && one.Return.GivenAt.After(newest) {
			r, ok, newest = one, true, one.Return.GivenAt
		}
	}
	return r, ok
}

// Newest is the last step; ok is false if there is none.
func (c Course) Newest() (s Step, ok bool) {
	if n := len(c.Steps); n > 0 {
		return c.Steps[n-1], true
	}
	return s, false
}
