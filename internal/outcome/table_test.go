package outcome

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/waymark-care/waymark/internal/course"
)

func episodeOf(ending Ending, phq, gad [2]float64) Episode {
	e := Episode{State: Finished, Began: "2026-01-01", Ended: "2026-03-12", Ending: ending, Scores: map[string][]course.Moment{}}
	for name, p := range map[string][2]float64{"phq-9": phq, "gad-7": gad} {
		e.Scores[name] = []course.Moment{{Week: 0, Score: p[0]}, {Week: 10, Score: p[1]}}
	}
	return e
}

func TestAPieceOfWorkCountsAsNHSTalkingTherapiesSays(t *testing.T) {
	for _, c := range []struct {
		name string
		e    Episode
		in   []Stat
	}{
		{"recovered reliably", episodeOf(AsPlanned, [2]float64{18, 5}, [2]float64{12, 4}), []Stat{All, Measured, CaseAtStart, Recovery, Improvement, ReliableRecovery, EndedAsPlanned}},
		{"recovered by too little", episodeOf(Early, [2]float64{11, 9}, [2]float64{5, 5}), []Stat{All, Measured, CaseAtStart, Recovery, EndedEarly}},
		{"a case by the second measure alone", episodeOf(AsPlanned, [2]float64{3, 3}, [2]float64{8, 8}), []Stat{All, Measured, CaseAtStart, EndedAsPlanned}},
		{"no case, and better", episodeOf(AsPlanned, [2]float64{9, 2}, [2]float64{6, 5}), []Stat{All, Measured, Improvement, EndedAsPlanned}},
		{"worse on one, better on the other", episodeOf(AsPlanned, [2]float64{9, 15}, [2]float64{12, 5}), []Stat{All, Measured, CaseAtStart, EndedAsPlanned}},
		{"worse", episodeOf(Elsewhere, [2]float64{10, 16}, [2]float64{7, 8}), []Stat{All, Measured, CaseAtStart, Deterioration, EndedElsewhere}},
	} {
		g := groupOf(c.e)
		for s := range stats {
			if g.in(Stat(s)) != slices.Contains(c.in, Stat(s)) {
				t.Errorf("%s: in count %d: %t", c.name, s, g.in(Stat(s)))
			}
		}
		if !slices.Contains(kinds, g) {
			t.Errorf("%s: nobody thought of a group like %b", c.name, g)
		}
	}
	e := episodeOf(AsPlanned, [2]float64{18, 5}, [2]float64{12, 4})
	e.Scores["gad-7"] = e.Scores["gad-7"][:1]
	if g := groupOf(e); g.in(Measured) || g.in(CaseAtStart) {
		t.Error("with one score only of a measure it counts as measured at start and end")
	}
	for week, want := range map[float64]bool{0: false, .1: false, .14: true} {
		e.Scores["gad-7"] = []course.Moment{{Week: 0, Score: 12}, {Week: week, Score: 4}}
		if g := groupOf(e); g.in(Measured) != want {
			t.Errorf("twice within %.2f weeks: measured at start and end %t", week, !want)
		}
	}
}

func TestATableShowsWhatManyEnoughAreIn(t *testing.T) {
	var groups []group
	for range 20 {
		groups = append(groups, groupOf(episodeOf(AsPlanned, [2]float64{18, 5}, [2]float64{12, 4})))
	}
	for range 14 {
		groups = append(groups, groupOf(episodeOf(Early, [2]float64{16, 15}, [2]float64{12, 11})))
	}
	c := countsOf(groups)
	for s, want := range map[Stat]Count{
		Measured: {34, true}, Recovery: {20, true}, CaseAtStart: {0, false}, // with it, that nobody was no case
		All:            {0, false}, // with it, that everybody was measured
		EndedAsPlanned: {20, true}, EndedEarly: {14, true},
		Deterioration: {0, false}, EndedElsewhere: {0, false},
	} {
		if c[s] != want {
			t.Errorf("count %d: got %v, want %v", s, c[s], want)
		}
	}
	if small := countsOf(groups[:LeastTable-1]); small != (Counts{}) {
		t.Errorf("a table of %d shows %v", LeastTable-1, small)
	}
}

// TestNoSmallGroupCanBeReckonedFromATable tries, by another way than the code,
// every sum and difference of shown counts against the people themselves.
func TestNoSmallGroupCanBeReckonedFromATable(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	shown := 0
	for range 60 {
		groups := someGroups(dice, LeastTable+dice.IntN(60))
		c := countsOf(groups)
		var vectors [][]int // of each shown count: who is in it
		var names []int
		for s := range stats {
			if !c[s].Shown {
				if c[s].N != 0 {
					t.Fatalf("a hidden count is kept: %v", c)
				}
				continue
			}
			shown++
			var v []int
			n := 0
			for _, g := range groups {
				is := 0
				if g.in(Stat(s)) {
					is = 1
					n++
				}
				v = append(v, is)
			}
			if n != c[s].N {
				t.Fatalf("count %d: %d, want %d", s, c[s].N, n)
			}
			vectors, names = append(vectors, v), append(names, s)
		}
		for i, a := range vectors {
			for j, b := range vectors {
				small(t, names, c, []int{i, j}, a, b)
				for k, d := range vectors {
					small(t, names, c, []int{i, j, k}, a, b, d)
				}
			}
		}
	}
	if shown < 200 {
		t.Errorf("only %d counts were shown in all: too much is hidden to be of use", shown)
	}
}

// small fails if the first count without the others, which all lie within it and
// apart by definition, leaves fewer than Least people.
func small(t *testing.T, names []int, c Counts, at []int, a []int, others ...[]int) {
	t.Helper()
	within := map[int][]int{ // by definition
		int(All):         {int(Measured), int(CaseAtStart), int(Recovery), int(Improvement), int(ReliableRecovery), int(Deterioration), int(EndedAsPlanned), int(EndedEarly), int(EndedElsewhere)},
		int(Measured):    {int(CaseAtStart), int(Recovery), int(Improvement), int(ReliableRecovery), int(Deterioration)},
		int(CaseAtStart): {int(Recovery), int(ReliableRecovery)},
		int(Recovery):    {int(ReliableRecovery)}, int(Improvement): {int(ReliableRecovery)},
	}
	apart := [][2]int{
		{int(Improvement), int(Deterioration)},
		{int(ReliableRecovery), int(Deterioration)},
		{int(EndedAsPlanned), int(EndedEarly)},
		{int(EndedAsPlanned), int(EndedElsewhere)},
		{int(EndedEarly), int(EndedElsewhere)},
	}
	rest := c[names[at[0]]].N
	for _, i := range at[1:] {
		if !slices.Contains(within[names[at[0]]], names[i]) {
			return
		}
		rest -= c[names[i]].N
	}
	if len(at) == 3 {
		pair := [2]int{min(names[at[1]], names[at[2]]), max(names[at[1]], names[at[2]])}
		if !slices.Contains(apart, pair) {
			return
		}
	}
	people := 0
	for p := range a {
		in := a[p]
		for _, o := range others {
			in -= o[p]
		}
		if in < 0 || in > 1 {
			t.Fatalf("counts %v do not lie as they should", at)
		}
		people += in
	}
	if people != rest || people < Least {
		t.Errorf("of count %d without %v there are %d people: %v", names[at[0]], at[1:], people, c)
	}
}

func someGroups(dice *rand.Rand, n int) []group {
	var all []group
	for range n {
		ending := Endings[min(dice.IntN(6), 2)]
		e := episodeOf(ending, [2]float64{float64(5 + dice.IntN(20)), float64(dice.IntN(20))}, [2]float64{float64(4 + dice.IntN(15)), float64(dice.IntN(16))})
		if dice.IntN(5) == 0 {
			delete(e.Scores, "gad-7")
		}
		all = append(all, groupOf(e))
	}
	return all
}

// TestNoTwoTablesSayMoreThanEach: the tables of a practice and of its years hold
// each piece of work once, so that what is shown of a year is the sum of what is
// shown of its tables, and every difference is again a sum of whole tables.
func TestNoTwoTablesSayMoreThanEach(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		var found []finished
		for q := Quarter(4 * 2024); q < 4*2026; q++ {
			for range dice.IntN(16) {
				f := finished{quarter: q}
				if dice.IntN(12) == 0 { // noted late
					f.quarter -= Quarter(dice.IntN(3))
				}
				found = append(found, f)
			}
		}
		before := len(found)
		all := parted(0, 4*2026-1, found)
		var quarters []Table
		inTables := 0
		for i, p := range all {
			if len(p.of) < LeastTable || i > 0 && p.Since != all[i-1].Upto+1 || p.Upto < p.Since {
				t.Fatalf("tables overlap, leave gaps or are too small: %+v", p.Table)
			}
			inTables += len(p.of)
			p.Counts = countsOf(someGroups(dice, len(p.of)))
			p.Withdrawn = dice.IntN(5) == 0
			quarters = append(quarters, p.Table)
		}
		if inTables > before {
			t.Fatalf("%d pieces of work stand in tables that hold %d", before, inTables)
		}
		slices.Reverse(quarters)
		for _, y := range Years(quarters) {
			for s, c := range y.Counts {
				sum, whole := 0, true
				for _, q := range quarters {
					if q.Since >= y.Since && q.Upto <= y.Upto {
						sum += q.Counts[s].N
						whole = whole && q.Counts[s].Shown && !q.Withdrawn
					}
				}
				if c.Shown != whole || c.Shown && c.N != sum {
					t.Errorf("count %d of %s: %v, and its tables say %d (whole: %t)", s, y.Period(), c, sum, whole)
				}
			}
		}
	}
}

func TestAMedianIsTheMiddle(t *testing.T) {
	for want, weeks := range map[int][]int{0: nil, 7: {9, 7, 3}, 4: {1, 3, 4, 100}, 5: {5}} {
		if got := medianOf(weeks); got != want {
			t.Errorf("median of %v: got %d, want %d", weeks, got, want)
		}
	}
}

func TestQuartersAreWhatTheyAre(t *testing.T) {
	q := QuarterOf("2026-06-30")
	if q != 4*2026+1 || q.Begins().Format("2006-01-02") != "2026-04-01" || q.Ends().Format("2006-01-02") != "2026-06-30" {
		t.Errorf("the quarter of 30 June is %d, from %s to %s", q, q.Begins(), q.Ends())
	}
	if got := Period(q, q+1); got != "April to September 2026" {
		t.Errorf("got %q", got)
	}
	if got := Period(q, q+4); got != "April 2026 to June 2027" {
		t.Errorf("got %q", got)
	}
}
