package mood

import (
	"math"
	"math/rand/v2"
	"testing"
)

// logOfDays has an entry for each day: mood by f, and what was there.
func logOfDays(n int, f func(i int) (mood, hours int, there []string)) Log {
	l := Log{Items: Everybody()}
	for i := range n {
		m, h, there := f(i)
		e := Entry{Day: Day(20000 + i), Revision: 1, Values: map[string]int{Mood: m}, There: there}
		if h > 0 {
			e.Values[Hours] = h
		}
		l.Entries = append(l.Entries, e)
	}
	return l
}

func TestAWeekNeedsTwoDays(t *testing.T) {
	l := Log{Items: Everybody()}
	monday, _ := ParseDay("2026-11-16")
	for _, c := range []struct {
		back Day
		v    int
	}{{0, 4}, {6, 6}, {7, 9}, {14, 2}, {15, 3}, {16, 7}} {
		l.Entries = append(l.Entries, Entry{Day: monday + c.back, Values: map[string]int{Mood: c.v}})
	}
	got := l.Weeks(Mood)
	if len(got) != 2 || got[0] != (Week{monday, 5, 2}) || got[1] != (Week{monday + 14, 4, 3}) {
		t.Errorf("got %+v", got)
	}
	if monday.Week() != monday || (monday+6).Week() != monday || (monday-1).Week() != monday-7 {
		t.Error("a week does not begin on Monday")
	}
}

func TestTheMiddleIsHalfOfTheDays(t *testing.T) {
	lo, hi, ok := Middle(days(0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
	if !ok || lo != 3 || hi != 7 {
		t.Errorf("got %v to %v, %t", lo, hi, ok)
	}
	if _, _, ok := Middle(days(0, 1, 2, 3)); ok {
		t.Error("a middle of three days")
	}
}

func TestAPatternNeedsEnoughDaysOnBothSides(t *testing.T) {
	f := func(i int) (int, int, []string) {
		there := []string{"rest"}
		if i < 7 {
			there = append(there, "outside")
		}
		if i%2 == 0 {
			there = append(there, "people")
			return 7 + i%3, 0, there
		}
		return 4 + i%3, 0, there
	}
	got := logOfDays(40, f).Patterns(Mood)
	if len(got) != 1 || got[0].Item.ID != "people" || got[0].DaysWith != 20 || got[0].Certainty != Likely || got[0].By() < 2 {
		t.Errorf("got %+v", got)
	}
	if got := logOfDays(27, f).Patterns(Mood); got != nil {
		t.Errorf("of 27 days: %+v", got)
	}
}

func TestChanceIsSeldomCalledAPattern(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 7))
	names := []string{"outside", "moved", "people", "work", "home", "rest", "argument", "much"}
	const people = 400
	likely, perhaps := 0, 0
	for range people {
		x := someone(dice, 90, 0.4, 1.5, 90, 0)
		all := logOfDays(90, func(i int) (int, int, []string) {
			var there []string
			for _, n := range names {
				if dice.Float64() < 0.4 {
					there = append(there, n)
				}
			}
			return int(x[i]), 0, there
		}).Patterns(Mood)
		if len(all) != len(names) {
			t.Fatalf("%d patterns", len(all))
		}
		if all[0].Certainty == Likely {
			likely++
		}
		for _, p := range all {
			if p.Certainty >= Perhaps {
				perhaps++
			}
		}
	}
	if got := 100 * likely / people; got > 5 {
		t.Errorf("%d in 100 logs without any pattern show a likely one", got)
	}
	if got := 100 * perhaps / people / len(names); got > 5 {
		t.Errorf("%d in 100 comparisons without anything in them show something", got)
	}
}

func TestNightsAreHalved(t *testing.T) {
	half, d := logOfDays(40, func(i int) (int, int, []string) {
		if i%2 == 0 {
			return 4 + i%3, 5, nil
		}
		return 6 + i%3, 8, nil
	}).Nights(Mood)
	if half < 6 || half > 8 || d.DaysWith != 20 || d.Certainty != Likely || math.Abs(d.By()-2) > 0.2 {
		t.Errorf("from %d hours: %+v", half, d)
	}
	if _, d := logOfDays(40, func(i int) (int, int, []string) { return i % 4, 7, nil }).Nights(Mood); d.Certainty != TooFew {
		t.Errorf("all nights alike: %+v", d)
	}
}

func TestLatelyIsTwoWeeksBesideSix(t *testing.T) {
	l := logOfDays(56, func(i int) (int, int, []string) {
		if i >= 42 {
			return 3 + i%2, 0, nil
		}
		return 6 + i%3, 0, nil
	})
	if d := l.Lately(Mood, 20055); d.DaysWith != 14 || d.DaysWithout != 42 || d.Certainty != Likely || d.By() > -3 {
		t.Errorf("got %+v", d)
	}
}

func TestTwoDevicesAreMergedWithoutLosingAnything(t *testing.T) {
	base := Entry{Values: map[string]int{Mood: 5, Energy: 5}, There: []string{"home", "rest"}, Line: "a"}
	theirs := Entry{Values: map[string]int{Mood: 6}, There: []string{"home", "people", "rest"}, Line: "a"}
	mine := Entry{Values: map[string]int{Mood: 5, Energy: 5, Sleep: 3}, There: []string{"home", "work"}, Line: "b"}
	got, clashes := merge(base, theirs, mine)
	want := Entry{Values: map[string]int{Mood: 6, Sleep: 3}, There: []string{"home", "people", "work"}, Line: "b"}
	if len(clashes) != 0 || !same(got, want) {
		t.Errorf("got %+v and %v", got, clashes)
	}
	mine.Values[Mood] = 2
	if got, clashes = merge(base, theirs, mine); len(clashes) != 1 || clashes[0] != Mood || got.Values[Mood] != 2 {
		t.Errorf("got %+v and %v", got, clashes)
	}
}

func FuzzMerge(f *testing.F) {
	f.Add(byte(5), byte(6), byte(7), "a", "b", "c", byte(1), byte(2), byte(3))
	f.Fuzz(func(t *testing.T, b, th, m byte, bl, tl, ml string, bt, tt, mt byte) {
		make := func(v byte, line string, tags byte) Entry {
			e := Entry{Values: map[string]int{}, Line: line}
			if v < 11 {
				e.Values[Mood] = int(v)
			}
			for i, id := range []string{"a", "b", "c", "d"} {
				if tags>>i&1 == 1 {
					e.There = append(e.There, id)
				}
			}
			return e
		}
		base, theirs, mine := make(b, bl, bt), make(th, tl, tt), make(m, ml, mt)
		if got, clashes := merge(base, base, mine); len(clashes) > 0 || !same(got, mine) {
			t.Fatalf("nobody else: %+v, %v", got, clashes)
		}
		if got, clashes := merge(base, theirs, base); len(clashes) > 0 || !same(got, theirs) {
			t.Fatalf("only theirs: %+v, %v", got, clashes)
		}
		if got, _ := merge(base, theirs, theirs); !same(got, theirs) {
			t.Fatalf("both the same: %+v", got)
		}
	})
}

// The quantiles are those of the tables of Student's t.
func TestStudentIsMetCloselyEnough(t *testing.T) {
	for _, c := range []struct{ t, freedom, want float64 }{
		{2.228, 10, 0.05}, {3.169, 10, 0.01}, {2.571, 5, 0.05}, {2.021, 40, 0.05}, {1.960, 1e6, 0.05}, {0, 7, 1},
	} {
		if got := twoSided(c.t, c.freedom); math.Abs(got-c.want) > 0.001 {
			t.Errorf("t %v with %v: got %v, want %v", c.t, c.freedom, got, c.want)
		}
	}
}
