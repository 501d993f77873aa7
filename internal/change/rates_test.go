package change_test

import (
	"math"
	"testing"

	"github.com/waymark-care/waymark/internal/change"
)

func TestACourseCountsAsTalkingTherapiesCountsIt(t *testing.T) {
	type o = change.Outcome
	for _, tt := range []struct {
		name               string
		phq0, phq1, g0, g1 float64
		want               o
	}{
		{"both better and below", 18, 5, 15, 4, o{CaseAtStart: true, Recovery: true, ReliableImprovement: true, ReliableRecovery: true}},
		{"a case by depression alone", 10, 3, 7, 5, o{CaseAtStart: true, Recovery: true, ReliableImprovement: true, ReliableRecovery: true}},
		{"a case by anxiety alone", 9, 9, 8, 4, o{CaseAtStart: true, Recovery: true, ReliableImprovement: true, ReliableRecovery: true}},
		{"no case at the start", 9, 2, 7, 2, o{ReliableImprovement: true}},
		{"one measure stays above the cut", 18, 9, 15, 8, o{CaseAtStart: true, ReliableImprovement: true}},
		{"recovered by two points, not reliably", 10, 8, 8, 7, o{CaseAtStart: true, Recovery: true}},
		{"five points of depression and three of anxiety are noise", 18, 13, 15, 12, o{CaseAtStart: true}},
		{"six points are reliable", 18, 12, 15, 15, o{CaseAtStart: true, ReliableImprovement: true}},
		{"four points of anxiety are reliable", 18, 18, 15, 11, o{CaseAtStart: true, ReliableImprovement: true}},
		{"worse on one", 10, 16, 8, 8, o{CaseAtStart: true, ReliableDeterioration: true}},
		{"worse on both, from below the cuts", 5, 15, 3, 12, o{ReliableDeterioration: true}},
		{"better on one and worse on the other", 18, 6, 6, 12, o{CaseAtStart: true, Mixed: true}},
		{"recovered with one reliably worse below the cut", 18, 6, 2, 6, o{CaseAtStart: true, Recovery: true, Mixed: true}},
		{"nothing", 0, 0, 0, 0, o{}},
	} {
		got, err := change.TalkingTherapies.Outcome(change.Pair{Pre: tt.phq0, Post: tt.phq1}, change.Pair{Pre: tt.g0, Post: tt.g1})
		if err != nil || got != tt.want {
			t.Errorf("%s: got %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}

func TestRecoveryIsOfCasesAndTheRestOfAllThatAreClassifiable(t *testing.T) {
	var tally change.Tally
	for _, c := range [][4]float64{
		{18, 5, 15, 4},  // reliable recovery
		{10, 8, 8, 7},   // recovery
		{18, 12, 15, 8}, // improvement
		{9, 2, 7, 2},    // improvement, no case
		{5, 15, 3, 12},  // deterioration, no case
		{9, 9, 7, 7},    // nothing, no case
		{18, 6, 6, 12},  // mixed
	} {
		o, err := change.TalkingTherapies.Outcome(change.Pair{Pre: c[0], Post: c[1]}, change.Pair{Pre: c[2], Post: c[3]})
		if err != nil {
			t.Fatal(err)
		}
		tally.Add(o)
	}
	tally.Skip()
	r := tally.Rates()
	for _, tt := range []struct {
		name  string
		got   change.Share
		n, of int
	}{
		{"case at start", r.CaseAtStart, 4, 7},
		{"recovery", r.Recovery, 2, 4},
		{"reliable improvement", r.ReliableImprovement, 3, 7},
		{"reliable recovery", r.ReliableRecovery, 1, 4},
		{"reliable deterioration", r.ReliableDeterioration, 1, 7},
		{"mixed", r.Mixed, 1, 7},
		{"no reliable change", r.NoReliableChange, 2, 7},
	} {
		if tt.got.N != tt.n || tt.got.Of != tt.of || tt.got.Rate == nil || *tt.got.Rate != float64(tt.n)/float64(tt.of) || tt.got.OfWhat == "" {
			t.Errorf("%s: got %+v, want %d of %d", tt.name, tt.got, tt.n, tt.of)
		}
	}
	if r.Courses != 8 || r.NotClassifiable != 1 || r.Classifiable != 7 {
		t.Errorf("got %+v", r)
	}
}

func TestAShareOfNothingIsNoRate(t *testing.T) {
	if r := (change.Tally{}).Rates(); r.Recovery.Rate != nil || r.Recovery.Low != nil || r.Recovery.High != nil {
		t.Errorf("got %+v", r.Recovery)
	}
}

func TestTheIntervalOfAShareIsWilsons(t *testing.T) {
	for _, tt := range []struct {
		n, of     int
		low, high float64
	}{
		{81, 263, 0.2552717, 0.3661820}, // Newcombe 1998, Stat Med 17:857-872, table I
		{15, 148, 0.0624018, 0.1605083},
		{0, 20, 0, 0.1611252},
		{1, 29, 0.0061137, 0.1717552},
		{29, 29, 0.8830304, 1},
	} {
		s := change.NewShare(tt.n, tt.of)
		if math.Abs(*s.Low-tt.low) > 5e-5 || math.Abs(*s.High-tt.high) > 5e-5 {
			t.Errorf("%d of %d: got %v to %v, want %v to %v", tt.n, tt.of, *s.Low, *s.High, tt.low, tt.high)
		}
	}
}
