package outcome

import (
	"slices"

	"github.com/waymark-care/waymark/internal/change"
)

// Least is the smallest group that is ever shown.
const Least = 5

// LeastTable is how many pieces of work a table holds at least.
const LeastTable = 10

// A Stat is one count of a table. They stand in order of weight: where something
// has to be left out, the later goes first, so that the shares keep of what they
// are a share.
type Stat int

// The counts. All and those of the endings are of finished work; the others are
// of work measured by PHQ-9 and GAD-7 at its start and its end.
const (
	Measured Stat = iota
	CaseAtStart
	Recovery
	Improvement
	ReliableRecovery
	Deterioration
	All
	EndedAsPlanned
	EndedEarly
	EndedElsewhere

	stats int = iota
)

// A group is in which counts a piece of work stands: bit Stat is set.
type group uint16

func (g group) in(s Stat) bool { return g&(1<<s) != 0 }

// groupOf says in which counts e stands.
func groupOf(e Episode) group {
	g := group(1 << All)
	switch e.Ending {
	case AsPlanned:
		g |= 1 << EndedAsPlanned
	case Early:
		g |= 1 << EndedEarly
	case Elsewhere:
		g |= 1 << EndedElsewhere
	}
	phq, ok1 := pairOf(e, "phq-9")
	gad, ok2 := pairOf(e, "gad-7")
	if !ok1 || !ok2 {
		return g
	}
	o, err := change.TalkingTherapies.Outcome(phq, gad)
	if err != nil {
		return g // not classifiable either
	}
	g |= 1 << Measured
	for s, is := range map[Stat]bool{
		CaseAtStart: o.CaseAtStart, Recovery: o.Recovery, Improvement: o.ReliableImprovement,
		ReliableRecovery: o.ReliableRecovery, Deterioration: o.ReliableDeterioration,
	} {
		if is {
			g |= 1 << s
		}
	}
	return g
}

// pairOf is the first score of an instrument and the last; ok is false unless
// they are two, of different days: twice on one day is no beginning and end.
func pairOf(e Episode, instrument string) (p change.Pair, ok bool) {
	all := e.Scores[instrument]
	if n := len(all); n < 2 || all[n-1].Week-all[0].Week < 1.0/7-.005 { // weeks are kept to two decimals
		return p, false
	}
	return change.Pair{Pre: all[0].Score, Post: all[len(all)-1].Score}, true
}

// A Count is a number that may be shown, or none.
type Count struct {
	N     int  `json:"n"` // 0 if it may not be shown
	Shown bool `json:"shown"`
}

// Counts are those of one table.
type Counts [stats]Count

// countsOf counts groups and leaves out whatever would show, by itself or by
// adding and subtracting what is shown, a group of fewer than Least. That nobody
// is in a group is such a thing to show as well.
//
// It tries every way to add and subtract the counts that are shown. Where what
// comes out stands for a group of people (each kind of person counted once or not
// at all), there must be Least of them; otherwise the last of the counts by which
// it came out is left out (complementary suppression; Willenborg and de Waal,
// Elements of Statistical Disclosure Control, 2001, chapter 5).
func countsOf(groups []group) Counts {
	var n [stats]int
	for _, g := range groups {
		for s := range stats {
			if g.in(Stat(s)) {
				n[s]++
			}
		}
	}
	var out Counts
	for s := range out {
		out[s] = Count{N: n[s], Shown: n[s] >= Least}
	}
	if len(groups) < LeastTable {
		return Counts{}
	}
	for {
		worst, found := telling(out)
		if !found {
			break
		}
		out[worst].Shown = false
	}
	for s := range out {
		if !out[s].Shown {
			out[s].N = 0
		}
	}
	return out
}

// kinds are all groups that one can stand in: three endings; not measured, or a
// case who recovered, a case who did not, or no case; better, worse or neither.
var kinds = func() []group {
	var all []group
	for _, ending := range []Stat{EndedAsPlanned, EndedEarly, EndedElsewhere} {
		base := group(1<<All | 1<<ending)
		all = append(all, base)
		base |= 1 << Measured
		for _, start := range []group{0, 1 << CaseAtStart, 1<<CaseAtStart | 1<<Recovery} {
			for _, way := range []group{0, 1 << Improvement, 1 << Deterioration} {
				g := base | start | way
				if g.in(Recovery) && g.in(Improvement) {
					g |= 1 << ReliableRecovery
				}
				all = append(all, g)
			}
		}
	}
	return all
}()

// telling finds a way to reckon with what is shown by which a group of fewer than
// Least comes out, with as few counts as possible, and says which to leave out.
func telling(c Counts) (last Stat, found bool) {
	var shown []Stat
	for s := range stats {
		if c[s].Shown {
			shown = append(shown, Stat(s))
		}
	}
	fewest := stats + 1
	signs := make([]int, len(shown))
	for eachSign(signs, 0) {
		used, sum, top := 0, 0, Stat(0)
		for i, sign := range signs {
			if sign != 0 {
				used++
				sum += sign * c[shown[i]].N
				top = shown[i]
			}
		}
		if used == 0 || used >= fewest || sum >= Least || sum < 0 || !isGroup(shown, signs) {
			continue
		}
		fewest, last, found = used, top, true
	}
	return last, found
}

// eachSign counts signs up through all rows of -1, 0 and 1 but that of zeros; it
// begins and ends there.
func eachSign(signs []int, at int) bool {
	for ; at < len(signs); at++ {
		switch signs[at] {
		case 0:
			signs[at] = 1
			return true
		case 1:
			signs[at] = -1
			return true
		}
		signs[at] = 0
	}
	return false
}

// isGroup says whether the counts, added and subtracted, hold each kind of person
// once or not at all, and some.
func isGroup(shown []Stat, signs []int) bool {
	some := false
	for _, k := range kinds {
		times := 0
		for i, s := range shown {
			if signs[i] != 0 && k.in(s) {
				times += signs[i]
			}
		}
		if times != 0 && times != 1 {
			return false
		}
		some = some || times == 1
	}
	return some
}

// medianOf is the middle of lengths, in weeks; of two in the middle their mean,
// rounded up.
func medianOf(weeks []int) int {
	if len(weeks) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(weeks))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2] + 1) / 2
}
